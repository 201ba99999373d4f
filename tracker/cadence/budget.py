"""One budget for all: what a look costs, so that all looks together are as many as the budget allows.

An article that asks for n looks a day gets n / price. The price is found from the sums by promise, twenty-one rows
however many articles there are, and decides when each is due. A purse holds what may be spent now: whatever the price,
no more than the budget is handed out, and where it would be left over, what is due soonest is taken early.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from tracker.cadence.plans import (
    HIGHEST_PROMISE,
    LOWEST_PROMISE,
    UNSEEN_PROMISE,
    interval_at,
    newborn_looks_per_day,
)
from tracker.cadence.policy import MEAN_JITTER, CadencePolicy
from tracker.model import Demand, Plan

_DAY = timedelta(days=1)

# At this price an average story of this hour is looked at every five minutes, of yesterday every 40 minutes, of last
# week every four hours. A budget that would buy more stays unspent: sites are not asked for the sake of asking.
LOWEST_PRICE = 0.01
HIGHEST_PRICE = 1e6  # beyond every clamp: all articles at the longest interval
_HALVINGS = 40  # of the logarithm of that range: the price is found to a billionth

# An hour of budget too much or too little in the purse changes the price by a twelfth, so that looks do not stay behind
# for good where the sums by promise tell too little: retries and new articles are not in them. No more than two thirds
# either way: a backlog is worked off in turn (`turns_at`), and a price that it drove up would outlive it.
_CORRECTION_H = 12.0
_MOST_CORRECTION = 0.5  # the price is multiplied or divided by e to this at most

_PURSE_H = 1.0  # half of it is kept for news that breaks; a quiet night is not made up for by a stampede at dawn
_SMALLEST_PURSE = 2.0  # looks: with less, a small budget could never save up for one
_LONGEST_FILL = timedelta(minutes=10)  # what was not running did not save

_LOCKED = 1.5  # times the longest interval of a kind, jitter and the daily wobble of the price in it
_EARLIEST_SHARE = 0.5  # of its kind's interval: so much earlier a look may come when there is nothing better to do


@dataclass(frozen=True, slots=True)
class Purse:
    """Looks that may be handed out now. Starts empty, or with what a purse would hold that was there all the time."""

    filled_at: datetime
    looks: float = 0.0

    @classmethod
    def at_start(cls, now: datetime, requests_per_day: float, recent_looks: int) -> Self:
        """At the start of the program, after so many looks within `purse_memory`.

        Restarts in a row, however quick, neither starve the queue nor get around the budget.
        """
        at_once = max(1.0, requests_per_day * (_LONGEST_FILL / _DAY))
        return cls(now, max(0.0, min(at_once, _most(requests_per_day) - recent_looks)))

    def filled(self, now: datetime, requests_per_day: float) -> Purse:
        """With what the time since `filled_at` brought. A clock that went back brings nothing."""
        passed = max(timedelta(), min(_LONGEST_FILL, now - self.filled_at))
        return Purse(now, min(_most(requests_per_day), self.looks + requests_per_day * (passed / _DAY)))

    def spent(self, looks: int) -> Purse:
        return replace(self, looks=self.looks - looks)

    @property
    def allowance(self) -> int:
        """Whole looks that may be handed out at articles that are due."""
        return max(0, math.floor(self.looks))

    def spare(self, requests_per_day: float) -> int:
        """Whole looks that may be handed out at articles that are not due yet: what is above half of a full purse."""
        return max(0, math.floor(self.looks - _most(requests_per_day) / 2))


def purse_memory(requests_per_day: float) -> timedelta:
    """How long an empty purse takes to be full: looks of before that are of no account."""
    return _DAY * (_most(requests_per_day) / requests_per_day)


def _most(requests_per_day: float) -> float:
    return max(requests_per_day * _PURSE_H / 24, _SMALLEST_PURSE)


@dataclass(frozen=True, slots=True)
class Turn:
    """How articles of one promise are handed out: those whose next_check_at lies before a moment, the latest first."""

    promise: int
    interval: timedelta  # that such an article gets at the present price
    early: timedelta  # before it is due, it may be looked at so much earlier out of what the purse can spare
    longest: timedelta  # no article of this kind has to wait longer than that at the present price

    @property
    def is_of_first_looks(self) -> bool:
        """At articles of which nothing is known: what was just found is looked at first, as the likeliest news."""
        return self.promise == UNSEEN_PROMISE

    def lateness(self, next_check_at: datetime, now: datetime) -> float:
        """In intervals of its kind; negative: not due yet. Of all articles, the highest is looked at first.

        A minute late is much for a story of today and nothing for one of last year. When all are late, all fall behind
        in proportion, as if the price were higher: the most promising looks come first, and nothing starves.
        """
        return (now - next_check_at) / self.interval

    def brought_forward(self, next_check_at: datetime, now: datetime, spread: float) -> datetime:
        """When to look at an article whose interval was set at a higher price, spread over one of today's.

        A price that fell (the budget was raised, a flood of new articles has passed) would else be felt only after
        the long intervals that it had set. `spread` in [0, 1). Not for retries, which have their own time.
        """
        return next_check_at if next_check_at <= now + self.longest else now + self.interval * spread


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be handed out now.

    First looks take turns with all others: a thousand addresses added at once hold up nothing, and nothing holds up
    the news that just came in.
    """

    looks: int
    spare: int  # of these, so many at articles that are only nearly due
    turns: tuple[Turn, ...]
    begins_with_first_look: bool = True


def turns_at(price: float, policy: CadencePolicy) -> tuple[Turn, ...]:
    """One for each promise, the most promising first."""
    newborn = interval_at(newborn_looks_per_day(), policy, price)
    unseen = Turn(UNSEEN_PROMISE, newborn, timedelta(), policy.max_interval * _LOCKED)
    return (unseen, *(_turn(promise, policy, price) for promise in range(HIGHEST_PROMISE, LOWEST_PROMISE - 1, -1)))


def _turn(promise: int, policy: CadencePolicy, price: float) -> Turn:
    interval = interval_at(2.0 ** (promise + 0.5), policy, price)  # the middle of the octave
    shortest = interval_at(2.0 ** (promise + 1), policy, price)
    cheapest = interval_at(2.0**promise, policy, LOWEST_PRICE)
    early = max(timedelta(), min(interval * _EARLIEST_SHARE, shortest - cheapest))
    return Turn(promise, interval, early, interval_at(2.0**promise, policy, price) * _LOCKED)


def requests_per_day_at(price: float, demands: Iterable[Demand], policy: CadencePolicy) -> float:
    """Looks a day that all articles get at this price."""
    most, least = _DAY / policy.min_interval, _DAY / policy.max_interval
    return sum(
        demand.articles * max(least, min(most, demand.looks_per_day / demand.articles / price)) / MEAN_JITTER
        for demand in demands
        if demand.articles > 0
    )


def price_for(
    requests_per_day: float, demands: Iterable[Demand], policy: CadencePolicy, purse: Purse, overdue: int
) -> float:
    """The price at which the budget is met.

    `overdue` articles are due and not yet handed out. More than the budget buys at the longest intervals costs the
    highest price; less than the lowest price asks for costs the lowest.
    """
    ahead_h = (purse.looks - overdue) / (requests_per_day / 24)
    correction = max(-_MOST_CORRECTION, min(_MOST_CORRECTION, ahead_h / _CORRECTION_H))
    price = _price_without_correction(requests_per_day, tuple(demands), policy) * math.exp(-correction)
    return max(LOWEST_PRICE, min(HIGHEST_PRICE, price))


def most_overdue(requests_per_day: float) -> int:
    """More overdue articles than that change the price no more: they need not be counted."""
    hours = _MOST_CORRECTION * _CORRECTION_H + _PURSE_H
    return math.ceil(requests_per_day * hours / 24 + _SMALLEST_PURSE)


def _price_without_correction(requests_per_day: float, demands: tuple[Demand, ...], policy: CadencePolicy) -> float:
    if requests_per_day_at(LOWEST_PRICE, demands, policy) <= requests_per_day:
        return LOWEST_PRICE
    low, high = math.log(LOWEST_PRICE), math.log(HIGHEST_PRICE)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if requests_per_day_at(math.exp(middle), demands, policy) > requests_per_day:
            low = middle
        else:
            high = middle
    return math.exp(high)


def host_price(looks_per_day: float, pause: timedelta) -> float:
    """The price at which a host's articles ask for no more than one look a `pause`. Use the higher of both prices.

    `looks_per_day` is HostHistory.looks_per_day. Without this, the articles of one slow host would be overdue for good
    and drive up the price for all others.
    """
    return looks_per_day * (pause / _DAY)


def demand_changes(before: Plan | None, after: Plan | None) -> tuple[Demand, ...]:
    """What to add to the sums by promise when one plan of an article replaces another.

    None: not in the sums. There belong articles whose latest look showed them; a first look or a retry is no demand
    that lasts.
    """
    return (*_entries(before, -1), *_entries(after, 1))


def _entries(plan: Plan | None, sign: int) -> tuple[Demand, ...]:
    if plan is None or plan.next_check_at is None:
        return ()
    return (Demand(plan.promise, sign, sign * plan.looks_per_day),)
