"""When a source is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.discover import Discovered, PacePolicy, Reading, SourceHistory, after_look, next_look_at
from tracker.discover.pace import fresh_for
from tracker.model import FailureKind, Fetch

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def answer(moment: datetime = NOW, status: int = 200, **headers: str) -> Fetch:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fetch("https://example.com/feed", "https://example.com/feed", moment, status=status, headers=named)


def failure(moment: datetime = NOW) -> Fetch:
    return Fetch("https://example.com/feed", "https://example.com/feed", moment, failure=FailureKind.UNREACHABLE)


def feed(*ages: timedelta, ttl_s: int | None = None) -> Reading:
    links = tuple(Discovered(f"https://example.com/{n}", None, NOW - age) for n, age in enumerate(ages))
    return Reading(links, ttl_s=ttl_s)


def wait(history: SourceHistory, fetch: Fetch | None = None) -> timedelta:
    at = fetch or answer()
    return next_look_at(history, at) - at.fetched_at


def watched(gap: timedelta, new_counts: list[int], first: Reading | None = None) -> SourceHistory:
    """What is known after a first look and then one look every `gap`, each with so many new articles."""
    history = after_look(SourceHistory(), answer(), first or Reading(), 0)
    for number, new_count in enumerate(new_counts, 1):
        history = after_look(history, answer(NOW + number * gap), Reading(), new_count)
    return history


def test_a_busy_source_is_looked_at_oftener_than_a_quiet_one() -> None:
    busy, usual, quiet = (wait(watched(HOUR, [count] * 48)) for count in (6, 1, 0))
    assert busy < usual < quiet
    assert timedelta(minutes=10) <= busy < timedelta(minutes=20)
    assert timedelta(minutes=45) < usual < timedelta(minutes=75)
    assert quiet > 10 * HOUR


def test_the_first_reading_tells_the_rate_by_its_times() -> None:
    every_20_minutes = feed(*(n * HOUR / 3 for n in range(60)))
    one_a_week = feed(timedelta(days=3), timedelta(days=10), timedelta(days=17))
    assert wait(after_look(SourceHistory(), answer(), every_20_minutes, 60)) < HOUR / 2
    assert wait(after_look(SourceHistory(), answer(), one_a_week, 3)) > 12 * HOUR


def test_a_source_without_times_is_believed_to_bring_one_an_hour() -> None:
    links = tuple(Discovered(f"https://example.com/{n}") for n in range(500))
    assert wait(after_look(SourceHistory(), answer(), Reading(links), 500)) == HOUR


def test_an_archive_opened_at_once_does_not_make_a_source_busy_for_ever() -> None:
    history = watched(HOUR, [50_000] + [0] * 24 * 60)
    assert wait(history) > 6 * HOUR


def test_habits_change() -> None:
    once_busy = watched(HOUR, [10] * 24 * 7 + [0] * 24 * 28)
    assert wait(once_busy) > 60 * wait(watched(HOUR, [10] * 24 * 7)) / 30


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, timedelta(0)),
        ({"Cache_Control": "public, max-age=7200"}, 2 * HOUR),
        ({"Cache_Control": 'MAX-AGE = "7200"', "Age": "3600"}, HOUR),
        ({"Cache_Control": "max-age=60", "Age": "3600"}, timedelta(0)),
        ({"Cache_Control": "no-cache, max-age=7200"}, timedelta(0)),
        ({"Cache_Control": "s-maxage=7200"}, timedelta(0)),
        ({"Cache_Control": "max-age=7200", "Expires": "Mon, 23 Nov 2026 20:00:00 GMT"}, 2 * HOUR),
        ({"Expires": "Mon, 23 Nov 2026 15:00:00 GMT"}, 3 * HOUR),
        ({"Expires": "Mon, 23 Nov 2026 15:00:00 GMT", "Date": "Mon, 23 Nov 2026 14:00:00 GMT"}, HOUR),
        ({"Expires": "0"}, timedelta(0)),
        ({"Expires": "Mon, 23 Nov 2020 15:00:00 GMT"}, timedelta(0)),
        ({"Cache_Control": "max-age=soon"}, timedelta(0)),
    ],
)
def test_freshness(headers: dict[str, str], fresh: timedelta) -> None:
    assert fresh_for(answer(NOW, 200, **headers)) == fresh


def test_the_wishes_of_server_and_source_are_kept_up_to_a_day() -> None:
    busy = watched(HOUR, [20] * 48)
    assert wait(busy, answer(Cache_Control="max-age=7200")) == 2 * HOUR
    assert wait(busy, answer(Cache_Control="max-age=31536000")) == timedelta(days=1)
    assert wait(after_look(busy, answer(), feed(ttl_s=5400), 5)) == 1.5 * HOUR


def test_a_wish_of_the_source_holds_over_looks_without_an_answer_to_read() -> None:
    told = after_look(watched(HOUR, [20] * 48), answer(), feed(ttl_s=5400), 5)
    assert after_look(told, answer(NOW + HOUR, status=304), Reading(), 0).ttl_s == 5400
    assert after_look(told, failure(), Reading(), 0).ttl_s == 5400
    assert after_look(told, answer(), feed(), 5).ttl_s is None


def test_failures_are_tried_again_ever_later_and_forgotten_at_the_first_answer() -> None:
    history = watched(HOUR, [20] * 48)
    waits = []
    for _ in range(12):
        history = after_look(history, failure(), Reading(problem="unreachable"), 0)
        waits.append(wait(history, failure()))
    assert waits[:3] == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    assert waits[-1] == timedelta(days=1)
    back = after_look(history, answer(NOW + 49 * HOUR), Reading(), 20)
    assert back.failures_in_row == 0
    assert wait(back) < HOUR


def test_an_error_is_a_failure_and_a_304_is_not() -> None:
    assert after_look(SourceHistory(), answer(status=500), Reading(), 0).failures_in_row == 1
    assert after_look(SourceHistory(), answer(status=304), Reading(), 0).failures_in_row == 0


def test_a_server_that_names_a_time_is_left_alone_until_then() -> None:
    asked = answer(status=429, Retry_After="90000")
    history = after_look(SourceHistory(), asked, Reading(), 0)
    assert wait(history, asked) == timedelta(seconds=90_000)


def test_a_clock_set_back_does_no_harm() -> None:
    history = watched(HOUR, [1] * 10)
    back = after_look(history, answer(NOW - timedelta(days=400)), Reading(), 1)
    assert back.watched_s == history.watched_s
    assert wait(back) <= timedelta(days=1)


LOOKS = st.tuples(st.integers(0, 10_000_000), st.integers(0, 100_000), st.sampled_from([200, 304, 404, 503]))


@given(st.lists(LOOKS, max_size=20), st.floats(0, 0.999))
def test_the_next_look_lies_within_the_bounds(looks: list[tuple[int, int, int]], jitter: float) -> None:
    policy = PacePolicy(timedelta(minutes=5), timedelta(hours=12))
    history, moment = SourceHistory(), NOW
    for gap_s, new_count, status in looks:
        moment += timedelta(seconds=gap_s)
        fetch = answer(moment, status)
        history = after_look(history, fetch, Reading(), new_count)
        gap = next_look_at(history, fetch, policy=policy, jitter=jitter) - moment
        assert policy.shortest <= gap <= policy.longest * 1.1
