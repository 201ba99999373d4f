"""Times and counts as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from render_samples import moment

from tracker.render.wording import between_text, bytes_text, count, duration_text, span_text

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (moment(10, 5), moment(10, 20), "2026-11-23 10:05 and 10:20 UTC"),
        (moment(10, 5, 1), moment(10, 5, 9), "2026-11-23 10:05:01 and 10:05:09 UTC"),
        (moment(10, 5), moment(10, 5), "2026-11-23 10:05 UTC"),
        (moment(10, 5), datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "2026-11-23 10:05 and 2026-11-24 01:00 UTC"),
    ],
)
def test_an_interval_repeats_nothing(first: datetime, last: datetime, shown: str) -> None:
    assert span_text(first, last, UTC) == shown


def test_an_interval_across_the_clock_change_names_both_zones() -> None:
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert span_text(before, after, BERLIN) == "2026-10-25 02:30 CEST and 02:30 CET"


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 bytes"), (999, "999 bytes"), (12_345, "12.3 kB"), (5 * 10**15, "5,000.0 TB")]
)
def test_sizes_are_told_in_powers_of_ten(number: int, shown: str) -> None:
    assert bytes_text(number) == shown


def test_one_is_one() -> None:
    assert (count(1, "look"), count(1200, "look")) == ("1 look", "1,200 looks")


def test_one_moment_lies_between_nothing() -> None:
    assert between_text(moment(10, 5), moment(10, 5), UTC) == "on 2026-11-23 10:05 UTC"
    assert between_text(moment(10, 5), moment(10, 20), UTC) == "between 2026-11-23 10:05 and 10:20 UTC"


@pytest.mark.parametrize(
    ("duration", "shown"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=90), "90 s"),
        (timedelta(minutes=40), "40 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(hours=5, minutes=30), "5.5 h"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=1200), "1,200 days"),
    ],
)
def test_durations_are_told_in_one_unit(duration: timedelta, shown: str) -> None:
    assert duration_text(duration) == shown
