"""How often an article is believed to change, and when it is looked at for that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cadence import (
    CadencePolicy,
    Finding,
    after_look,
    begin,
    dated,
    expected_edits,
    from_counts,
    host_factor,
    missed_share,
    planned,
    rate_per_day,
    stirred,
    wanted_now,
)
from tracker.cadence.decay import decay
from tracker.model import History, HostHistory

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = CadencePolicy(timedelta(minutes=5), 30 * DAY)
NOBODY = HostHistory()
PRICE = 0.03

moments = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000))
findings = st.sampled_from(Finding)


def watched(looks: int, every: timedelta, *changed_at: int, born_at: datetime = NOW) -> History:
    """A history of so many looks after the first, those of the given numbers finding an edit."""
    history = after_look(begin(born_at), NOBODY, born_at, Finding.SAME)
    for number in range(1, looks + 1):
        finding = Finding.CHANGED if number in changed_at else Finding.SAME
        history = after_look(history, NOBODY, born_at + number * every, finding)
    return history


def interval(history: History, now: datetime, host: HostHistory = NOBODY, price: float = PRICE) -> timedelta:
    plan = planned(history, host, now, POLICY, price, 0.0)
    assert plan.next_check_at is not None
    return plan.next_check_at - now


@given(
    exponent=st.floats(0.5, 2.5),
    offset_h=st.floats(0.05, 5),
    start_h=st.floats(0, 5000),
    first_h=st.floats(0, 500),
    second_h=st.floats(0, 500),
)
def test_edits_of_two_spans_add_up_to_those_of_both(
    exponent: float, offset_h: float, start_h: float, first_h: float, second_h: float
) -> None:
    law = decay(2.6, 720.0, exponent, offset_h)
    middle_h, end_h = start_h + first_h, start_h + first_h + second_h
    parts = law.expected(start_h, middle_h) + law.expected(middle_h, end_h)
    assert parts == pytest.approx(law.expected(start_h, end_h), rel=1e-6, abs=1e-9)
    assert law.rate(end_h) * second_h <= law.expected(middle_h, end_h) + 1e-9
    assert law.expected(middle_h, end_h) <= law.rate(middle_h) * second_h + 1e-9


def test_an_average_article_is_edited_as_often_as_published_figures_say() -> None:
    for exponent in (0.8, 1.0, 1.3):
        assert decay(2.6, 720.0, exponent, 0.3).expected(0.0, 720.0) == pytest.approx(2.6)


@pytest.mark.parametrize(
    ("age", "minutes"),
    [(timedelta(), 5), (HOUR, 9), (6 * HOUR, 37), (DAY, 125), (7 * DAY, 688), (30 * DAY, 1955), (200 * DAY, 3481)],
)
def test_golden_intervals_of_an_article_that_was_just_found(age: timedelta, minutes: int) -> None:
    """price / (edits a day) ** .7: a day old, .95 * 2.6 / 4.32 * 24.3 ** -1.3 * 24 + .05 / 30 edits a day."""
    history = after_look(begin(NOW, NOW - age), NOBODY, NOW, Finding.SAME)
    assert interval(history, NOW) / timedelta(minutes=1) == pytest.approx(minutes, abs=1)


def test_an_edit_brings_the_next_look_nearer_and_silence_puts_it_off() -> None:
    quiet, edited = watched(10, HOUR), watched(10, HOUR, 10)
    busy = watched(10, HOUR, 2, 4, 6, 8, 10)
    now = NOW + 10 * HOUR
    assert interval(busy, now) < interval(edited, now) < interval(quiet, now)
    assert interval(quiet, now) > interval(begin(NOW), now)


def test_swings_between_known_wordings_count_for_little() -> None:
    same = edited = flapped = watched(5, HOUR)
    for number in range(6, 12):
        now = NOW + number * HOUR
        same, edited, flapped = (
            after_look(history, NOBODY, now, finding)
            for history, finding in (
                (same, Finding.SAME),
                (edited, Finding.CHANGED),
                (flapped, Finding.FLAPPED),
            )
        )
    calm, restless, swinging = (rate_per_day(history, NOBODY, now) for history in (same, edited, flapped))
    assert calm < swinging < calm + (restless - calm) / 3


def test_a_page_that_changes_at_a_constant_rate_is_recognised_by_it() -> None:
    """Every third day for two months: age alone says one edit in months by then."""
    history = watched(60, DAY, *range(3, 61, 3))
    now = NOW + 60 * DAY
    assert rate_per_day(history, NOBODY, now) == pytest.approx(1 / 3, rel=0.25)
    assert rate_per_day(begin(NOW), NOBODY, now) < 0.05


def test_a_story_of_one_lively_day_is_not_taken_for_a_steady_page() -> None:
    history = watched(48, HOUR / 2, 1, 2, 3, 5, 8, 14)
    for number in range(1, 30):
        history = after_look(history, NOBODY, NOW + number * DAY + DAY, Finding.SAME)
    assert rate_per_day(history, NOBODY, NOW + 30 * DAY) < 0.05


def test_articles_of_a_lively_host_are_looked_at_sooner() -> None:
    lively, sleepy = HostHistory(40, 200.0, 80.0), HostHistory(40, 20.0, 80.0)
    history = begin(NOW - DAY)
    assert interval(history, NOW, lively) < interval(history, NOW) < interval(history, NOW, sleepy)
    assert host_factor(lively) == pytest.approx(2.5, rel=0.1)
    assert host_factor(sleepy) == pytest.approx(0.25, rel=0.35)


def test_one_busy_article_says_little_of_its_host() -> None:
    assert host_factor(HostHistory(1, 30.0, 2.6)) < host_factor(HostHistory(30, 90.0, 30.0)) * 3
    assert host_factor(NOBODY) == 1.0


@given(changes=st.floats(0, 100), more=st.floats(0.01, 100), exposure=st.floats(0, 50), age=moments)
def test_more_edits_in_the_same_time_never_mean_a_later_look(
    changes: float, more: float, exposure: float, age: timedelta
) -> None:
    few = History(NOW - age, NOW - age, NOW, None, changes, exposure, -3.0)
    many = replace(few, changes=changes + more)
    assert rate_per_day(many, NOBODY, NOW) > rate_per_day(few, NOBODY, NOW)
    first, second = (planned(history, NOBODY, NOW, POLICY, PRICE, 0.0).next_check_at for history in (many, few))
    assert second is None or (first is not None and first <= second)


@given(
    ages=st.tuples(moments, moments),
    changes=st.floats(0, 100),
    exposure=st.floats(0, 50),
    jitter=st.floats(0, 1, exclude_max=True),
    price=st.floats(1e-4, 1e6),
    low=st.integers(1, 10**6),
    high=st.integers(1, 10**8),
)
def test_never_sooner_than_the_policy_nor_later_than_a_tenth_beyond(
    ages: tuple[timedelta, timedelta], changes: float, exposure: float, jitter: float, price: float, low: int, high: int
) -> None:
    policy = CadencePolicy(timedelta(seconds=low), timedelta(seconds=max(low, high)))
    history = History(NOW - max(ages), NOW - min(ages), NOW, NOW - min(ages), changes, exposure)
    plan = planned(history, NOBODY, NOW, policy, price, jitter)
    steady = planned(history, NOBODY, NOW, policy, price, 0.0)
    if plan.next_check_at is None or steady.next_check_at is None:
        assert plan == steady
        return
    assert policy.min_interval <= plan.next_check_at - NOW <= policy.max_interval * 1.1
    assert steady.next_check_at <= plan.next_check_at <= NOW + (steady.next_check_at - NOW) * 1.1
    assert plan == planned(history, NOBODY, NOW, policy, price, jitter)


@given(looks=st.lists(st.tuples(st.timedeltas(timedelta(), timedelta(days=400)), findings), max_size=30), age=moments)
def test_every_history_gives_a_rate_and_keeps_its_size(looks: list[tuple[timedelta, Finding]], age: timedelta) -> None:
    history, now = begin(NOW, NOW - age), NOW
    for passed, finding in looks:
        now += passed
        before, history = history, after_look(history, NOBODY, now, finding)
        assert history.changes >= before.changes
        assert history.exposure >= before.exposure
    assert 0 < rate_per_day(history, NOBODY, now) < 1e4
    assert expected_edits(history, NOBODY, now, now + DAY) <= expected_edits(history, NOBODY, now, now + 2 * DAY)


def test_a_look_that_is_not_later_than_the_last_changes_nothing() -> None:
    history = watched(3, HOUR, 2)
    assert after_look(history, NOBODY, NOW + 3 * HOUR, Finding.CHANGED) == history
    assert after_look(history, NOBODY, NOW - DAY, Finding.CHANGED) == history


def test_where_little_is_looked_an_edit_seen_stands_for_more_than_one() -> None:
    often = watched(40, timedelta(minutes=15), 40)
    seldom = watched(1, timedelta(hours=10), 1)
    assert often.changes == pytest.approx(1.0, abs=0.05)
    assert 2.0 < seldom.changes <= 6.0


def test_edits_that_were_likely_missed_are_told_from_those_seen() -> None:
    assert missed_share(HostHistory(10, 40.0, 30.0, edits_seen=30.0)) == pytest.approx(0.25)
    assert missed_share(HostHistory(10, 40.0, 30.0, edits_seen=41.0)) == 0.0
    assert missed_share(NOBODY) == 0.0


@pytest.mark.parametrize(
    ("published_at", "born_at"),
    [
        (None, NOW),
        (NOW - 5 * HOUR, NOW - 5 * HOUR),
        (NOW + DAY, NOW),  # a page that says it is of tomorrow
        (datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)),  # a date without a time
        (datetime(2026, 11, 23, tzinfo=UTC), NOW),
    ],
)
def test_age_counts_from_publication_where_that_can_be_believed(
    published_at: datetime | None, born_at: datetime
) -> None:
    assert begin(NOW, published_at).born_at == born_at
    assert dated(begin(NOW), published_at).born_at == born_at


def test_an_article_of_which_nothing_is_to_be_expected_is_given_up_and_comes_back_when_linked() -> None:
    history = watched(8, 30 * DAY)
    now = NOW + 240 * DAY
    given_up = planned(history, NOBODY, now, POLICY, PRICE, 0.0)
    assert given_up.next_check_at is None
    assert given_up.looks_per_day == 0
    again = stirred(history, now + 100 * DAY)
    assert wanted_now(again, NOBODY, now + 100 * DAY).next_check_at == now + 100 * DAY
    looked = after_look(again, NOBODY, now + 100 * DAY + HOUR, Finding.SAME)
    assert interval(looked, now + 100 * DAY + HOUR) < 7 * DAY


def test_a_young_or_lively_article_is_not_given_up() -> None:
    assert planned(watched(30, DAY), NOBODY, NOW + 30 * DAY, POLICY, PRICE, 0.0).next_check_at is not None
    lively = watched(24, 30 * DAY, *range(1, 25, 2))
    assert planned(lively, NOBODY, NOW + 720 * DAY, POLICY, PRICE, 0.0).next_check_at is not None


def test_what_older_revisions_tell_serves_as_a_history() -> None:
    end = NOW + 5 * DAY
    followed = watched(120, HOUR, 1, 3, 30)
    counted = from_counts(NOW, NOW, end, changes=3, last_changed_at=NOW + 30 * HOUR)
    assert counted.exposure == pytest.approx(followed.exposure, rel=0.15)  # without the echoes of the edits
    assert rate_per_day(counted, NOBODY, end) == pytest.approx(rate_per_day(followed, NOBODY, end), rel=0.5)
    swinging = from_counts(NOW, NOW, end, changes=0, flaps=20)
    assert rate_per_day(swinging, NOBODY, end) < rate_per_day(counted, NOBODY, end)
