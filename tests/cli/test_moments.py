"""Moments in the words of people: each means one moment, and everything else is refused with examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tracker.cli import cli
from tracker.moments import moment

BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday afternoon.
NOW = datetime(2026, 11, 25, 15, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("now", "2026-11-25T15:30"),
        ("24h", "2026-11-24T15:30"),
        ("1.5h", "2026-11-25T14:00"),
        ("2h30m", "2026-11-25T13:00"),
        ("1 day and 3 hours", "2026-11-24T12:30"),
        ("an hour ago", "2026-11-25T14:30"),
        ("half an hour ago", "2026-11-25T15:00"),
        ("last hour", "2026-11-25T14:30"),
        ("3 days ago", "2026-11-22T15:30"),
        ("Three days ago", "2026-11-22T15:30"),
        ("a couple of days ago", "2026-11-23T15:30"),
        ("the last 3 days", "2026-11-22T15:30"),
        ("2 weeks", "2026-11-11T15:30"),
        ("the past week", "2026-11-18T15:30"),
        ("3 months ago", "2026-08-25T15:30"),
        ("a year ago", "2025-11-25T15:30"),
        ("today", "2026-11-25T00:00"),
        ("midnight", "2026-11-25T00:00"),
        ("this morning", "2026-11-25T06:00"),
        ("noon", "2026-11-25T12:00"),
        ("this evening", "2026-11-24T18:00"),
        ("last night", "2026-11-24T21:00"),
        ("yesterday", "2026-11-24T00:00"),
        ("yesterday at noon", "2026-11-24T12:00"),
        ("yesterday evening", "2026-11-24T18:00"),
        ("the day before yesterday", "2026-11-23T00:00"),
        ("10:30", "2026-11-25T10:30"),
        ("16:00", "2026-11-24T16:00"),
        ("9am", "2026-11-25T09:00"),
        ("12 am", "2026-11-25T00:00"),
        ("monday", "2026-11-23T00:00"),
        ("Wed", "2026-11-25T00:00"),
        ("last monday", "2026-11-23T00:00"),
        ("last wednesday", "2026-11-18T00:00"),
        ("since monday 9:15", "2026-11-23T09:15"),
        ("this week", "2026-11-23T00:00"),
        ("last week", "2026-11-16T00:00"),
        ("this month", "2026-11-01T00:00"),
        ("last month", "2026-10-01T00:00"),
        ("last year", "2025-01-01T00:00"),
        ("november", "2026-11-01T00:00"),
        ("December", "2025-12-01T00:00"),
        ("nov 2025", "2025-11-01T00:00"),
        ("nov 5", "2026-11-05T00:00"),
        ("5. november", "2026-11-05T00:00"),
        ("November 30th", "2025-11-30T00:00"),
        ("november 5th, 2025 at 10:30", "2025-11-05T10:30"),
        ("feb 29", "2024-02-29T00:00"),
        ("2026", "2026-01-01T00:00"),
        ("2026-11", "2026-11-01T00:00"),
        ("2026-11-23", "2026-11-23T00:00"),
        ("2026-11-23 10:30", "2026-11-23T10:30"),
        ("2026-11-23 noon", "2026-11-23T12:00"),
        ("2026-11-23T10:30", "2026-11-23T10:30"),
        ("2026-12-24", "2026-12-24T00:00"),
    ],
)
def test_words_mean_a_moment(words: str, meant: str) -> None:
    assert moment(words, NOW, BERLIN) == datetime.fromisoformat(meant).replace(tzinfo=BERLIN)


def test_a_zone_that_is_written_counts() -> None:
    assert moment("2026-11-23T10:30Z", NOW, BERLIN) == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def test_a_morning_that_has_not_come_begins_at_midnight() -> None:
    assert moment("this morning", NOW.replace(hour=5), BERLIN) == NOW.replace(hour=0, minute=0)


def test_days_begin_by_the_clock_on_the_wall_across_summer_time() -> None:
    """On 2026-10-25 clocks in Berlin went back an hour."""
    now = datetime(2026, 10, 25, 12, 0, tzinfo=BERLIN)
    assert moment("today", now, BERLIN).astimezone(UTC) == datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert moment("24h", now, BERLIN).astimezone(UTC) == now.astimezone(UTC) - timedelta(hours=24)


def test_months_end_where_they_end() -> None:
    assert moment("1 month ago", datetime(2026, 3, 31, 8, 0, tzinfo=UTC), UTC) == datetime(
        2026, 2, 28, 8, 0, tzinfo=UTC
    )
    assert moment("a month", datetime(2026, 1, 31, 8, 0, tzinfo=UTC), UTC) == datetime(2025, 12, 31, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        *("", "soon", "13 pm", "feb 30", "tomorrow", "3", "next week", "last", "a", "ma", "2026-13", "25:00"),
        *("99999999999 days", "9999999999999999999999 months", "9999 years", "1.5 months", "0000", "monday monday"),
    ],
)
def test_what_is_no_time_is_refused(words: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the command says it in its own words
        moment(words, NOW, BERLIN)


def test_the_refusal_is_a_sentence_with_examples() -> None:
    told = CliRunner().invoke(cli, ["report", "--since", "next week"]).output
    assert "'next week' is no time; write 24h, yesterday, this morning, last monday, 3 days ago, november, " in told


@given(st.one_of(st.text(max_size=20), st.from_regex(r"(last |the past )?\w{1,4} (day|week|mo|y|nov|mon)s?( \d+)?")))
def test_anything_is_a_moment_or_refused(words: str) -> None:
    try:
        found = moment(words, NOW, BERLIN)
    except ValueError:
        return
    assert found.tzinfo is not None
