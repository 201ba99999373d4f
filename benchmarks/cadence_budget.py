"""The budget, simulated: requests a day while articles come in all day, and what an outage of half a day leaves.

Runs the loop of the daemon (fill the purse, find the price, hand out what is due in turn, judge, plan) on a population
whose edits are known, with failures, and with nothing left out but the network and the disk.
"""

from __future__ import annotations

import heapq
import math
import random
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cadence_populations import NEWS, Article

from tracker.cadence import (
    CadencePolicy,
    Finding,
    Purse,
    Turn,
    after_look,
    begin,
    demand_changes,
    missed_share,
    next_try,
    planned,
    price_for,
    turns_at,
    wanted_now,
)
from tracker.model import Demand, History, HostHistory, Plan

_START = datetime(2026, 1, 1, tzinfo=UTC)
_POLICY = CadencePolicy(timedelta(minutes=5), timedelta(days=30))
_STEP = timedelta(minutes=5)
_FAILING_SHARE = 0.02  # of the looks
_WITHIN = 0.05  # of the budget, over a day


@dataclass(frozen=True, slots=True)
class Scene:
    requests_per_day: float
    days: int
    old_articles: int  # tracked from the first moment on, born within the month before
    new_per_day: float  # more by day than by night
    outage_from_h: float = math.inf
    outage_h: float = 0.0
    by_turn: bool = True  # False: what fell due first is looked at first, for comparison

    def is_out(self, at_h: float) -> bool:
        return self.outage_from_h <= at_h < self.outage_from_h + self.outage_h


@dataclass(slots=True)
class _Followed:
    article: Article
    born_at: datetime
    history: History
    plan: Plan
    seen: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    at_h: float
    rate_per_day: float  # the article's true rate then
    edits: int  # that were new
    is_seen: bool  # some of them


@dataclass(slots=True)
class Daemon:
    scene: Scene
    rng: random.Random
    followed: list[_Followed] = field(default_factory=list)
    hosts: dict[int, HostHistory] = field(default_factory=dict)
    sums: dict[int, Demand] = field(default_factory=dict)
    waiting: dict[int, list[tuple[datetime, int]]] = field(default_factory=dict)  # heaps by promise
    looked: list[Looked] = field(default_factory=list)
    prices: list[tuple[float, float]] = field(default_factory=list)  # hour and price, at each step
    backlog_rate: float = 0.0  # true edits a day of an average article that was due when the outage ended

    def run(self) -> None:
        purse = Purse(_START)
        arrivals = deque(_arrivals(self.scene, self.rng))
        for step in range(int(self.scene.days * timedelta(days=1) / _STEP)):
            now = _START + step * _STEP
            if self.scene.is_out(_hours(now)):
                continue
            while arrivals and arrivals[0][0] <= now:
                self._add(*arrivals.popleft())
            if _hours(now) == self.scene.outage_from_h + self.scene.outage_h:
                self.backlog_rate = self._backlog_rate(now)
            purse = self._cycle(now, purse)

    def _backlog_rate(self, now: datetime) -> float:
        due = [self.followed[number] for queue in self.waiting.values() for at, number in queue if at <= now]
        return sum(one.article.rate((now - one.born_at) / timedelta(hours=1)) * 24 for one in due) / max(1, len(due))

    def _cycle(self, now: datetime, purse: Purse) -> Purse:
        budget = self.scene.requests_per_day
        purse = purse.filled(now, budget)
        overdue = sum(sum(due_at <= now for due_at, _ in queue) for queue in self.waiting.values())
        price = price_for(budget, self.sums.values(), _POLICY, purse, overdue)
        self.prices.append((_hours(now), price))
        if now.minute == 0:
            self._bring_forward(now, price)
        claimed = 0
        for number in self._in_turn(now, price, purse.allowance, purse.spare(budget)):
            self._look(number, now, price)
            claimed += 1
        return purse.spent(claimed)

    def _bring_forward(self, now: datetime, price: float) -> None:
        for turn in turns_at(price, _POLICY):
            queue = self.waiting.get(turn.promise, [])
            moved = [
                (at if self.followed[n].failures else turn.brought_forward(at, now, self.rng.random()), n)
                for at, n in queue
            ]
            if moved != queue:
                heapq.heapify(moved)
                self.waiting[turn.promise] = moved

    def _in_turn(self, now: datetime, price: float, allowance: int, spare: int) -> Iterator[int]:
        turns = {turn.promise: turn for turn in turns_at(price, _POLICY)}
        for handed_out in range(allowance):
            is_early = handed_out < spare
            heads = [
                (self._rank(turns[promise], queue[0][0], now), promise)
                for promise, queue in self.waiting.items()
                if queue and queue[0][0] <= now + is_early * turns[promise].early
            ]
            if not heads:
                return
            yield heapq.heappop(self.waiting[max(heads)[1]])[1]

    def _rank(self, turn: Turn, next_check_at: datetime, now: datetime) -> float:
        return turn.lateness(next_check_at, now) if self.scene.by_turn else (now - next_check_at).total_seconds()

    def _add(self, now: datetime, article: Article, born_at: datetime) -> None:
        history = begin(now, born_at if article.is_dated else None)
        plan = wanted_now(history, self.hosts.get(article.host, HostHistory()), now)
        self.followed.append(_Followed(article, born_at, history, plan))
        self._wait(len(self.followed) - 1, now)

    def _look(self, number: int, now: datetime, price: float) -> None:
        one = self.followed[number]
        if self.rng.random() < _FAILING_SHARE:
            one.failures += 1
            self.looked.append(Looked(_hours(now), 0.0, 0, False))
            self._wait(number, next_try(now, one.failures, _POLICY, self.rng.random()))
            return
        one.failures = 0
        age_h = (now - one.born_at) / timedelta(hours=1)
        in_all = bisect_right(one.article.edits, age_h)
        edits = 0 if one.history.seen_from is None else in_all - one.seen  # a first look has nothing to compare with
        self.looked.append(Looked(_hours(now), one.article.rate(age_h) * 24, edits, edits > 0))
        one.seen = in_all
        self._plan(number, now, Finding.CHANGED if edits else Finding.SAME, price)

    def _wait(self, number: int, until: datetime) -> None:
        heapq.heappush(self.waiting.setdefault(self.followed[number].plan.promise, []), (until, number))

    def _plan(self, number: int, now: datetime, finding: Finding, price: float) -> None:
        one = self.followed[number]
        host = self.hosts.get(one.article.host, HostHistory())
        before, is_first = one.history, one.history.seen_from is None
        one.history = after_look(before, host, now, finding)
        self.hosts[one.article.host] = host = HostHistory(
            host.articles + is_first,
            host.changes + one.history.changes - before.changes,
            host.exposure + one.history.exposure - before.exposure,
        )
        plan = planned(one.history, host, now, _POLICY, price, self.rng.random())
        self._count(None if is_first else one.plan, plan)
        one.plan = plan
        if plan.next_check_at is not None:
            self._wait(number, plan.next_check_at)

    def _count(self, before: Plan | None, after: Plan) -> None:
        for change in demand_changes(before, after):
            known = self.sums.get(change.promise, Demand(change.promise, 0, 0.0))
            self.sums[change.promise] = Demand(
                change.promise, known.articles + change.articles, known.looks_per_day + change.looks_per_day
            )

    def requests(self, from_h: float, to_h: float) -> int:
        return sum(from_h <= look.at_h < to_h for look in self.looked)

    def busiest_hour(self, from_h: float, to_h: float) -> int:
        return max(Counter(int(look.at_h) for look in self.looked if from_h <= look.at_h < to_h).values(), default=0)

    def captured(self, from_h: float, to_h: float) -> float:
        """Of the edits that looks in this time came upon, the share that was seen before the next one hid it."""
        window = [look for look in self.looked if from_h <= look.at_h < to_h]
        return sum(look.is_seen for look in window) / max(1, sum(look.edits for look in window))

    def estimated_missed(self) -> float:
        changes = sum(host.changes for host in self.hosts.values())
        return missed_share(HostHistory(changes=changes, edits_seen=sum(look.is_seen for look in self.looked)))

    def mean_price(self, from_h: float, to_h: float) -> float:
        prices = [price for at_h, price in self.prices if from_h <= at_h < to_h]
        return sum(prices) / max(1, len(prices))

    def edits_seen(self, from_h: float, to_h: float) -> int:
        return sum(look.is_seen for look in self.looked if from_h <= look.at_h < to_h)

    def mean_rate(self, from_h: float, to_h: float) -> float:
        rates = [look.rate_per_day for look in self.looked if from_h <= look.at_h < to_h]
        return sum(rates) / max(1, len(rates))


def _hours(now: datetime) -> float:
    return (now - _START) / timedelta(hours=1)


def _arrivals(scene: Scene, rng: random.Random) -> list[tuple[datetime, Article, datetime]]:
    """When each article is found, what it is, and when it was born."""
    count = int(scene.new_per_day * scene.days)
    drawn = NEWS.articles(rng, scene.old_articles + count, scene.days + 31)
    arrivals = []
    for number, article in enumerate(drawn):
        if number < scene.old_articles:
            arrivals.append((_START, article, _START - timedelta(days=rng.uniform(0, 30))))
        else:
            found_at = _START + timedelta(days=_moment(rng, scene.days))
            arrivals.append((found_at, article, found_at - timedelta(hours=article.found_at)))
    return sorted(arrivals, key=lambda arrival: arrival[0])


def _moment(rng: random.Random, days: int) -> float:
    """A moment in so many days, five times as often at noon as at midnight."""
    while True:
        moment = rng.uniform(0, days)
        if rng.random() < (3 - 2 * math.cos(moment * 2 * math.pi)) / 5:
            return moment


def budget_report(seed: int) -> list[str]:
    """Prints what the budget comes to; what is not as it should be is returned."""
    scene = Scene(requests_per_day=6_000, days=9, old_articles=3_000, new_per_day=120, outage_from_h=144, outage_h=12)
    back_h = scene.outage_from_h + scene.outage_h
    print(
        f"\nbudget of {scene.requests_per_day:,.0f} requests a day: {scene.old_articles:,} articles added at once, "
        f"{scene.new_per_day:g} new ones a day,\n{_FAILING_SHARE:.0%} of the looks fail, an outage from hour "
        f"{scene.outage_from_h:g} to {back_h:g}"
    )
    daemon = Daemon(scene, random.Random(seed))
    daemon.run()
    spans = [(day * 24.0, day * 24.0 + 24) for day in range(6)] + [(back_h, back_h + 24), (back_h + 24, back_h + 48)]
    print(f"  {'hours':>10}{'requests':>10}{'of budget':>11}{'busiest hour':>14}{'captured':>10}{'price':>8}")
    missed = [miss for span in spans for miss in _span(daemon, *span)]
    lost, estimate = 1 - daemon.captured(0, math.inf), daemon.estimated_missed()
    print(f"\n  edits that no look saw: {lost:.3f}, estimated at least {estimate:.3f}")
    return missed + _order(scene, seed, daemon)


def _span(daemon: Daemon, from_h: float, to_h: float) -> list[str]:
    requests = daemon.requests(from_h, to_h)
    share = requests / (daemon.scene.requests_per_day * (to_h - from_h) / 24)
    busiest = daemon.busiest_hour(from_h, to_h) / (daemon.scene.requests_per_day / 24)
    outcome = f"{daemon.captured(from_h, to_h):10.3f}{daemon.mean_price(from_h, to_h):8.3f}"
    print(f"  {f'{from_h:g}-{to_h:g}':>10}{requests:10,}{share:11.3f}{busiest:13.2f}x{outcome}")
    return [] if abs(share - 1) <= _WITHIN else [f"hours {from_h:g} to {to_h:g}: {share:.3f} of the budget"]


def _order(scene: Scene, seed: int, daemon: Daemon) -> list[str]:
    """Are the most promising looks the first ones after the outage?"""
    back_h = scene.outage_from_h + scene.outage_h
    plain = Daemon(replace(scene, by_turn=False), random.Random(seed))
    plain.run()
    print(f"  true edits a day of an average article that was due when the outage ended: {daemon.backlog_rate:.2f}")
    for name, one in {"in turn, as the tracker does": daemon, "what fell due first": plain}.items():
        first, edits = one.mean_rate(back_h, back_h + 1), one.edits_seen(back_h, back_h + 24)
        print(f"  {name:<30} of what was looked at in the first hour {first:5.2f}, edits seen in 24 hours {edits}")
    first = daemon.mean_rate(back_h, back_h + 1)
    return [] if first > daemon.backlog_rate else [f"the first looks after the outage promise {first:.2f} edits a day"]
