"""When to look again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cadence import CadencePolicy, next_look, next_try

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = CadencePolicy(timedelta(minutes=5), timedelta(days=30))


@pytest.mark.parametrize(
    ("age", "interval"),
    [
        (timedelta(), timedelta(minutes=15)),
        (timedelta(hours=2, minutes=59), timedelta(minutes=15)),
        (timedelta(hours=3), timedelta(hours=1)),
        (timedelta(days=1), timedelta(hours=3)),
        (timedelta(days=7), timedelta(days=3)),
        (timedelta(days=30), timedelta(days=30)),
        (timedelta(days=4000), timedelta(days=30)),
    ],
)
def test_looks_grow_rarer_with_the_time_since_the_last_edit(age: timedelta, interval: timedelta) -> None:
    assert next_look(NOW, NOW - age, POLICY, 0.0) == NOW + interval


def test_failures_are_retried_soon_and_then_ever_more_rarely_but_daily() -> None:
    waits = [next_try(NOW, failures, POLICY, 0.0) - NOW for failures in (1, 2, 3, 9, 10, 1000)]
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[3:] == [timedelta(minutes=5) * 256, timedelta(days=1), timedelta(days=1)]


@given(
    age=st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=4000)),
    failures=st.integers(1, 10**6),
    jitter=st.floats(0, 1, exclude_max=True),
    low=st.integers(1, 10**6),
    high=st.integers(1, 10**8),
)
def test_never_sooner_than_the_policy_nor_later_than_a_tenth_beyond(
    age: timedelta, failures: int, jitter: float, low: int, high: int
) -> None:
    policy = CadencePolicy(timedelta(seconds=low), timedelta(seconds=max(low, high)))
    for moment in (next_look(NOW, NOW - age, policy, jitter), next_try(NOW, failures, policy, jitter)):
        assert policy.min_interval <= moment - NOW <= policy.max_interval * 1.1
