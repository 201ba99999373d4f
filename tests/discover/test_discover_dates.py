"""The times that sources write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.discover.dates import read_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 23 Nov 2026 09:30:15 +0100", (2026, 11, 23, 8, 30, 15)),
        ("Mon, 23 Nov 2026 09:30:15 GMT", (2026, 11, 23, 9, 30, 15)),
        ("23 November 2026 09:30 EST", (2026, 11, 23, 14, 30, 0)),
        ("Mon, 1 Nov 99 09:30:15 PDT", (1999, 11, 1, 16, 30, 15)),
        ("Mon, 23-Nov-2026 09:30:15", (2026, 11, 23, 9, 30, 15)),
        ("2026-11-23T09:30:15Z", (2026, 11, 23, 9, 30, 15)),
        ("2026-11-23T09:30:15.123456789-05:30", (2026, 11, 23, 15, 0, 15)),
        ("2026-11-23 09:30", (2026, 11, 23, 9, 30, 0)),
        ("20261123T093015Z", (2026, 11, 23, 9, 30, 15)),
        ("2026-11-23", (2026, 11, 23, 0, 0, 0)),
        ("2026-11", (2026, 11, 1, 0, 0, 0)),
        ("2026", (2026, 1, 1, 0, 0, 0)),
        ("2026-11-23T24:00:00Z", (2026, 11, 24, 0, 0, 0)),
        ("  Mon, 23 Nov 2026 09:30:15 +0000\n", (2026, 11, 23, 9, 30, 15)),
    ],
)
def test_times_are_read_into_utc(text: str, expected: tuple[int, int, int, int, int, int]) -> None:
    assert read_time(text) == datetime(*expected, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "32 Nov 2026 09:30:15 GMT", "2026-13-01", "0000-01-01", "23 Foo 2026"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_time(text) is None


@given(st.text(max_size=90))
def test_any_text(text: str) -> None:
    moment = read_time(text)
    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_every_iso_time_comes_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC, microsecond=0)
    assert read_time(aware.isoformat()) == aware
