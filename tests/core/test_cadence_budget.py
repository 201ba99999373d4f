"""One budget for all looks: the price, the purse, and whose turn it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cadence import (
    CadencePolicy,
    Purse,
    demand_changes,
    host_price,
    interval_at,
    most_overdue,
    price_for,
    promise_of,
    purse_memory,
    requests_per_day_at,
    turns_at,
)
from tracker.cadence.budget import HIGHEST_PRICE, LOWEST_PRICE
from tracker.model import Demand, Plan

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLICY = CadencePolicy(5 * MINUTE, 30 * DAY)
BALANCED = Purse(NOW)

paces = st.lists(st.floats(1e-3, 100), min_size=1, max_size=200)


def sums(looks_per_day: Iterable[float]) -> tuple[Demand, ...]:
    """As a store keeps them: added up by promise."""
    together: dict[int, Demand] = {}
    for asked in looks_per_day:
        plan = Plan(NOW, asked, promise_of(asked))
        for change in demand_changes(None, plan):
            known = together.get(change.promise, Demand(change.promise, 0, 0.0))
            together[change.promise] = Demand(
                change.promise, known.articles + change.articles, known.looks_per_day + change.looks_per_day
            )
    return tuple(together.values())


@given(paces=paces, share=st.floats(0.05, 0.9))
def test_at_the_price_found_the_articles_get_what_the_budget_allows(paces: list[float], share: float) -> None:
    demands = sums(paces)
    least = requests_per_day_at(HIGHEST_PRICE, demands, POLICY)
    most = requests_per_day_at(LOWEST_PRICE, demands, POLICY)
    budget = least + share * (most - least)
    price = price_for(budget, demands, POLICY, BALANCED, overdue=0)
    assert requests_per_day_at(price, demands, POLICY) == pytest.approx(budget, rel=0.01)


@given(paces=paces)
def test_sums_by_promise_tell_what_the_articles_one_by_one_would(paces: list[float]) -> None:
    for price in (0.02, 0.3, 5.0):
        one_by_one = sum(DAY / (interval_at(asked, POLICY, price) * 1.05) for asked in paces)
        assert requests_per_day_at(price, sums(paces), POLICY) == pytest.approx(one_by_one, rel=0.3)


def test_a_budget_that_buys_more_than_is_of_use_stays_unspent() -> None:
    assert price_for(20_000, sums([0.01] * 20), POLICY, BALANCED, overdue=0) == LOWEST_PRICE
    assert price_for(20_000, (), POLICY, BALANCED, overdue=0) == LOWEST_PRICE


def test_a_dearer_look_comes_later_and_an_article_that_asks_for_more_gets_more() -> None:
    assert interval_at(1.0, POLICY, 0.1) == 0.1 * DAY
    assert interval_at(1.0, POLICY, 0.2) == 0.2 * DAY
    assert interval_at(2.0, POLICY, 0.2) == 0.1 * DAY
    assert interval_at(1e-12, POLICY, 0.2) == POLICY.max_interval
    assert interval_at(1e9, POLICY, 0.2) == POLICY.min_interval


def test_what_is_overdue_makes_looks_a_little_dearer_and_what_is_left_over_cheaper() -> None:
    demands = sums([0.1, 1.0, 10.0] * 50)
    budget = 2_000.0
    fair = price_for(budget, demands, POLICY, BALANCED, overdue=0)
    behind = price_for(budget, demands, POLICY, BALANCED, overdue=200)
    far_behind = price_for(budget, demands, POLICY, BALANCED, overdue=10**6)
    ahead = price_for(budget, demands, POLICY, Purse(NOW, 80.0), overdue=0)
    assert ahead < fair < behind < far_behind < 2 * fair


def test_plans_come_into_the_sums_and_leave_them() -> None:
    old, new = Plan(NOW, 3.0, 1), Plan(NOW, 0.4, -2)
    assert demand_changes(None, old) == (Demand(1, 1, 3.0),)
    assert demand_changes(old, new) == (Demand(1, -1, -3.0), Demand(-2, 1, 0.4))
    assert demand_changes(old, Plan(None, 0.0, -12)) == (Demand(1, -1, -3.0),)
    assert demand_changes(old, None) == (Demand(1, -1, -3.0),)
    assert demand_changes(Plan(None, 0.0, -12), None) == ()


@given(steps=st.lists(st.tuples(st.integers(-7200, 7200), st.integers(0, 100)), max_size=60))
def test_a_purse_never_gives_more_than_time_brought_nor_for_a_clock_that_jumps(steps: list[tuple[int, int]]) -> None:
    purse, now, spent, passed = Purse(NOW), NOW, 0, timedelta()
    for seconds, wanted in steps:
        now += timedelta(seconds=seconds)
        passed += max(timedelta(), min(10 * MINUTE, timedelta(seconds=seconds)))
        purse = purse.filled(now, 24_000)
        looks = min(wanted, purse.allowance)
        purse, spent = purse.spent(looks), spent + looks
    assert spent <= 24_000 * (passed / DAY) + 1e-6
    assert purse.allowance <= 1_000  # an hour's


def test_an_outage_fills_no_purse() -> None:
    assert (
        Purse(NOW).filled(NOW + 12 * HOUR, 24_000).allowance == Purse(NOW).filled(NOW + 10 * MINUTE, 24_000).allowance
    )


@pytest.mark.parametrize(("requests_per_day", "at_once"), [(24_000, 166), (480, 3), (10, 1)])
def test_a_purse_starts_with_what_ten_minutes_bring_less_what_was_spent(requests_per_day: int, at_once: int) -> None:
    full = max(requests_per_day // 24, 2)
    assert Purse.at_start(NOW, requests_per_day, 0).allowance == at_once
    assert Purse.at_start(NOW, requests_per_day, full - 1).allowance == 1
    assert Purse.at_start(NOW, requests_per_day, full).allowance == 0
    assert Purse.at_start(NOW, requests_per_day, 10**6).allowance == 0
    memory = purse_memory(requests_per_day)
    assert requests_per_day * (memory / DAY) == pytest.approx(full)


def test_more_overdue_articles_than_are_counted_change_the_price_no_more() -> None:
    demands = sums([0.1, 1.0, 10.0] * 50)
    for looks in (0.0, 83.0):
        counted, all_of_them = (
            price_for(2_000, demands, POLICY, Purse(NOW, looks), overdue)
            for overdue in (most_overdue(2_000), 10 * most_overdue(2_000))
        )
        assert counted == pytest.approx(all_of_them)


def test_even_the_smallest_budget_is_saved_up_for_a_look() -> None:
    purse = Purse(NOW)
    for step in range(1, 24 * 6 + 1):
        purse = purse.filled(NOW + step * 10 * MINUTE, 1.5)
    assert purse.allowance == 1


def test_only_what_is_above_half_a_purse_is_spent_early() -> None:
    assert Purse(NOW, 500.0).spare(24_000) == 0
    assert Purse(NOW, 640.0).spare(24_000) == 140


def test_what_matters_today_comes_before_last_year_without_starving_it() -> None:
    turns = {turn.promise: turn for turn in turns_at(0.1, POLICY)}
    story, archive = turns[3], turns[-5]
    assert story.interval < HOUR < DAY < archive.interval
    outage = NOW - 12 * HOUR
    assert story.lateness(outage, NOW) > 10 * archive.lateness(outage, NOW)
    assert archive.lateness(NOW - 30 * DAY, NOW) > story.lateness(NOW - story.interval, NOW)


@given(price=st.floats(LOWEST_PRICE, 100))
def test_turns_are_ordered_and_no_look_comes_early_by_more_than_the_lowest_price_allows(price: float) -> None:
    first_looks, *turns = turns_at(price, POLICY)
    assert first_looks.is_of_first_looks
    assert first_looks.early == timedelta()
    assert [turn.interval for turn in turns] == sorted(turn.interval for turn in turns)
    for turn in turns:
        for place in (0.0, 0.5, 0.99):
            asked = 2.0 ** (turn.promise + place)
            earliest = interval_at(asked, POLICY, price) - turn.early
            assert earliest >= POLICY.min_interval or turn.early == timedelta()
            assert earliest >= min(interval_at(asked, POLICY, LOWEST_PRICE), interval_at(asked, POLICY, price))


def test_intervals_of_a_dearer_time_are_brought_forward_and_spread() -> None:
    dear = interval_at(1.5, POLICY, 20.0)
    (turn,) = (turn for turn in turns_at(0.1, POLICY) if turn.promise == 0)
    moved = [turn.brought_forward(NOW + dear, NOW, spread / 10) for spread in range(10)]
    assert moved[0] == NOW
    assert moved == sorted(set(moved))
    assert moved[-1] < NOW + turn.interval
    for asked in (1.0, 1.99):
        today = NOW + interval_at(asked, POLICY, 0.1) * 1.1
        assert turn.brought_forward(today, NOW, 0.5) == today


def test_a_host_that_must_be_left_alone_has_a_price_of_its_own() -> None:
    """A look in ten seconds is 8,640 a day: articles that ask for 86,400 get a tenth."""
    price = host_price(86_400.0, timedelta(seconds=10))
    assert price == pytest.approx(10.0)
    assert requests_per_day_at(price, sums([86.4] * 1000), POLICY) <= 8_640


@given(asked=st.floats(1e-9, 1e9))
def test_promise_is_the_octave_of_what_is_asked_for(asked: float) -> None:
    assert promise_of(asked) == max(-12, min(8, math.floor(math.log2(asked))))
    assert promise_of(asked * 2) >= promise_of(asked)
