"""When to try again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.cadence import CadencePolicy, after_look, begin, from_counts, next_try, planned, tried_again_at
from tracker.cadence.histories import Finding
from tracker.model import HostHistory

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = CadencePolicy(timedelta(minutes=5), 30 * DAY)
NOBODY = HostHistory()


def test_failures_are_retried_soon_and_then_ever_more_rarely_but_daily() -> None:
    waits = [next_try(NOW, failures, POLICY, 0.0) - NOW for failures in (1, 2, 3, 9, 10, 1000)]
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[3:] == [timedelta(minutes=5) * 256, DAY, DAY]


def retried(age: timedelta, failures: int, price: float) -> timedelta | None:
    history = after_look(begin(NOW), NOBODY, NOW, Finding.SAME)
    moment = tried_again_at(history, NOBODY, NOW + age, POLICY, price, 0.0, failures)
    return None if moment is None else moment - NOW - age


def test_an_old_page_that_is_gone_is_asked_for_no_more_often_than_if_it_were_there() -> None:
    history = after_look(begin(NOW), NOBODY, NOW, Finding.SAME)
    own = planned(history, NOBODY, NOW + 60 * DAY, POLICY, 1.0, 0.0).next_check_at
    assert own is not None
    assert own - NOW - 60 * DAY > 10 * DAY
    assert retried(60 * DAY, 1, 1.0) == POLICY.min_interval
    assert retried(60 * DAY, 100, 1.0) == own - NOW - 60 * DAY
    assert retried(timedelta(hours=1), 100, 0.03) == DAY


def test_a_page_of_which_nothing_is_to_be_expected_is_given_up_after_ten_failures() -> None:
    history = from_counts(NOW - 400 * DAY, NOW - 400 * DAY, NOW - 10 * DAY, changes=0)
    assert planned(history, NOBODY, NOW, POLICY, 1.0, 0.0).next_check_at is None
    assert tried_again_at(history, NOBODY, NOW, POLICY, 1.0, 0.0, 9) is not None
    assert tried_again_at(history, NOBODY, NOW, POLICY, 1.0, 0.0, 10) is None


@given(
    age=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000)),
    failures=st.integers(1, 10**6),
    jitter=st.floats(0, 1, exclude_max=True),
    price=st.floats(0.01, 1e6),
    low=st.integers(1, 10**6),
    high=st.integers(1, 10**8),
)
def test_never_sooner_than_the_policy_nor_later_than_a_tenth_beyond(
    age: timedelta, failures: int, jitter: float, price: float, low: int, high: int
) -> None:
    policy = CadencePolicy(timedelta(seconds=low), timedelta(seconds=max(low, high)))
    again = tried_again_at(begin(NOW), NOBODY, NOW + age, policy, price, jitter, failures)
    for moment in (next_try(NOW + age, failures, policy, jitter), again):
        assert moment is None or policy.min_interval <= moment - NOW - age <= policy.max_interval * 1.1
