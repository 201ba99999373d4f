"""The budget through the real cycle and database: looks that cost nothing, days in seconds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.budget import Budget
from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle
from tracker.judge import Judge
from tracker.model import Batch, Extract, Fetch, LookOrder, Sighting, State
from tracker.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLICY = CadencePolicy(5 * MINUTE, 30 * DAY)
STEP = 10 * MINUTE
PAUSE = timedelta(seconds=2)


@dataclass
class World:
    """A clock, and pages that are edited less and less as they grow older."""

    now: datetime = NOW
    looks: list[tuple[datetime, str]] = field(default_factory=list)
    random: random.Random = field(default_factory=lambda: random.Random(5))

    def look(self, batch: Batch) -> tuple[Sighting, ...]:
        self.looks += [(self.now, order.url) for order in batch.orders]
        return tuple(self._see(order) for order in batch.orders)

    def _see(self, order: LookOrder) -> Sighting:
        number = int(order.url.rpartition("/")[2])
        born_at = NOW - DAY * (number % 29)
        text = f"Wording {_edits(number, self.now - born_at)} of story {number}."
        extract = Extract(headline=f"Story {number}", published_at=born_at, paragraphs=(text,))
        return Sighting(order, Fetch(order.url, order.url, self.now, status=200), extract, page_sha256="p")

    def count(self, start: datetime, end: datetime) -> int:
        return sum(start <= at < end for at, _ in self.looks)


def _edits(number: int, age: timedelta) -> int:
    """Every third article is edited, at ages that double."""
    return 0 if number % 3 else sum(age > HOUR * 2**n for n in range(9))


@contextmanager
def watching(store: Store, world: World, requests_per_day: float) -> Iterator[CheckCycle]:
    with ThreadPoolExecutor(1) as executor:
        yield CheckCycle(
            store=store,
            executor=executor,
            look=world.look,
            judge=Judge(POLICY),
            now=lambda: world.now,
            jitter=world.random.random,
            workers=8,
            budget=Budget(requests_per_day, POLICY, lambda _host: PAUSE, world.random.random),
        )


def watch(store: Store, world: World, requests_per_day: float, until: datetime, arrivals: int = 0) -> None:
    """Heartbeats up to a moment; at each, that many articles are new."""
    with watching(store, world, requests_per_day) as cycle:
        while world.now < until:
            added = store.health(world.now).article_count if arrivals else 0
            store.add_articles([url_of(added + n) for n in range(arrivals)], world.now)
            cycle.drain()
            world.now += STEP


def url_of(number: int) -> str:
    return f"https://h{number % 40}.example/story/{number}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        opened._connection.raw.execute("PRAGMA synchronous = OFF")  # days in seconds: the disk is not what is tested
        yield opened


def test_a_day_costs_what_it_may_also_after_an_outage_and_a_restart(store: Store) -> None:
    budget, world = 1_500, World()
    store.add_articles([url_of(number) for number in range(1_000)], NOW)
    watch(store, world, budget, NOW + DAY)
    assert world.count(NOW, NOW + DAY) == pytest.approx(budget, rel=0.05)
    back = NOW + DAY + 12 * HOUR
    world.now = back
    watch(store, world, budget, back + DAY)
    assert world.count(back, back + DAY) == pytest.approx(budget, rel=0.05)
    by_hour = Counter(int((at - back) / HOUR) for at, _ in world.looks if at >= back)
    assert max(by_hour.values()) <= 2 * budget / 24
    assert {article.state for article in store.articles()} == {State.LIVE}
    assert list(store.verify()) == []


def test_new_articles_are_looked_at_at_once_within_the_budget(store: Store) -> None:
    world = World()
    store.add_articles([url_of(number) for number in range(300)], NOW)
    watch(store, world, 1_500, NOW + 12 * HOUR)
    came_at = world.now
    watch(store, world, 1_500, came_at + 6 * HOUR, arrivals=2)
    waits = [
        article.first_seen_at - article.added_at
        for article in store.articles()
        if article.added_at is not None and article.added_at >= came_at and article.first_seen_at is not None
    ]
    assert len(waits) >= 70  # of 72; the last ones may still wait
    assert sum(wait <= STEP for wait in waits) >= 66
    assert world.count(came_at, came_at + 6 * HOUR) == pytest.approx(375, rel=0.15)


def test_the_most_promising_are_looked_at_first_after_an_outage(store: Store) -> None:
    """Of those that were due meanwhile, not the ones that fell due first but the youngest stories."""
    world = World()
    store.add_articles([url_of(number) for number in range(290)], NOW)
    watch(store, world, 2_000, NOW + DAY)
    world.now += 12 * HOUR
    due = [order.url for batch in store.claim_due(world.now, 10**6) for order in batch.orders]
    back = world.now
    watch(store, world, 2_000, back + 30 * MINUTE)
    first = [url for at, url in world.looks if at >= back]
    assert _mean_age(first) < 0.8 * _mean_age(due)


def _mean_age(urls: list[str]) -> float:
    return sum(int(url.rpartition("/")[2]) % 29 for url in urls) / len(urls)


def test_restarts_neither_starve_the_queue_nor_get_around_the_budget(store: Store) -> None:
    world = World()
    store.add_articles([url_of(number) for number in range(200)], NOW)
    for _ in range(360):  # a daemon that falls over every ten seconds, for an hour
        with watching(store, world, 480) as cycle:
            cycle.drain()
        world.now += timedelta(seconds=10)
    assert world.count(NOW, NOW + HOUR) == 20
    world.now += HOUR
    with watching(store, world, 480) as cycle:
        cycle.drain()
    assert world.count(NOW + 2 * HOUR, NOW + 3 * HOUR) == 3  # what ten minutes bring: no stampede


def test_what_is_asked_for_by_hand_is_not_held_back(store: Store) -> None:
    world = World()
    store.add_articles([url_of(number) for number in range(60)], NOW)
    with watching(store, world, 24) as cycle:
        assert cycle.run(store.claim_due(NOW, 100)).checks == 60
        assert cycle.run(store.orders_for(range(1, 61))).checks == 60
        assert cycle.drain().checks == 0


def test_few_articles_are_not_asked_for_the_sake_of_asking(store: Store) -> None:
    world = World()
    store.add_articles([url_of(number * 40) for number in range(3)], NOW)
    watch(store, world, 20_000, NOW + DAY)
    assert 3 < world.count(NOW, NOW + DAY) < 3 * 150


def test_articles_of_a_host_that_must_be_left_alone_long_are_planned_as_it_allows(store: Store) -> None:
    world = World()
    store.add_articles([f"https://slow.example/story/{number * 29}" for number in range(50)], NOW)
    store.add_articles([f"https://quick.example/story/{number * 29}" for number in range(50)], NOW)
    pauses = {"slow.example": HOUR, "quick.example": PAUSE}
    with ThreadPoolExecutor(1) as executor:
        budget = Budget(20_000, POLICY, pauses.__getitem__, world.random.random)
        judge = Judge(POLICY)
        cycle = CheckCycle(store, executor, world.look, judge, lambda: world.now, lambda: 0.5, 8, budget=budget)
        for _ in range(2):
            world.now += 5 * MINUTE
            cycle.run(store.orders_for(range(1, 101)))
    wait = {host: _mean_wait(store, host, world.now) for host in pauses}
    assert wait["slow.example"] > 20 * HOUR
    assert wait["quick.example"] < HOUR


def _mean_wait(store: Store, host: str, now: datetime) -> timedelta:
    due = [article.next_check_at for article in store.articles(host=host)]
    waits = [at - now for at in due if at is not None]
    assert len(waits) == 50
    return sum(waits, timedelta()) / len(waits)
