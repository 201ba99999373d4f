"""A cycle and others that ask the same hosts; cycles that break off, and clusters that go away under them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest

from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle, Look
from tracker.errors import EngineLost, StoreError, WorkerLost
from tracker.host_turns import HostTurns
from tracker.judge import Judge
from tracker.model import Batch, Extract, Fetch, Outcome, Recorded, Sighting, State, Verdict
from tracker.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STORY = Extract(headline="Pier reopens", paragraphs=("The pier reopened on Monday.", "Twelve boats came in."))
PATIENCE_S = 60.0

P = ParamSpec("P")
T = TypeVar("T")


def see_story(batch: Batch) -> tuple[Sighting, ...]:
    return tuple(
        Sighting(order, Fetch(order.url, order.url, NOW, status=200), extract=STORY, page_sha256="p")
        for order in batch.orders
    )


def cycle_on(store: Store, executor: Executor, look: Look = see_story, turns: HostTurns | None = None) -> CheckCycle:
    judge = Judge(CadencePolicy(timedelta(minutes=5), timedelta(days=30)))
    return CheckCycle(store, executor, look, judge, lambda: NOW, lambda: 0.0, 4, turns=turns or HostTurns())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "tracker.db", create=True)


def track(store: Store, *hosts: str, articles: int = 1) -> None:
    store.add_articles([f"https://{host}/story/{n}" for host in hosts for n in range(articles)], NOW)


def test_a_host_in_other_hands_stays_due_and_the_rest_is_looked_at(store: Store) -> None:
    turns = HostTurns()
    with store, ThreadPoolExecutor(4) as executor:
        track(store, "a.example", "b.example", articles=3)
        hold = turns.take("a.example")
        assert hold is not None
        assert cycle_on(store, executor, turns=turns).drain().checks == 3
        assert [batch.host for batch in store.claim_due(NOW, 10)] == ["a.example"]
        hold.end()
        assert cycle_on(store, executor, turns=turns).drain().checks == 3
        assert turns.busy == frozenset()


class EndsWhenAskedFor(HostTurns):
    """The first hand lets go of the host when somebody begins to wait for it."""

    def wait_for_change(self, seconds: float) -> None:
        for hold in tuple(self._held.values()):
            hold.end()


def test_what_was_named_is_waited_for(store: Store) -> None:
    turns = EndsWhenAskedFor()
    with store, ThreadPoolExecutor(4) as executor:
        track(store, "a.example", "b.example", articles=25)
        assert turns.take("a.example") is not None
        assert cycle_on(store, executor, turns=turns).run(store.orders_for(range(1, 51))).checks == 50


class FullDisk:
    """A database that cannot be written to once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.claim_due, self.claim_in_turn = store.claim_due, store.claim_in_turn
        self.known, self.capture_of = store.known, store.capture_of
        self.load, self.bring_forward = store.load, store.bring_forward
        self.is_full = True

    def record(self, verdicts: Sequence[Verdict]) -> tuple[Recorded, ...]:
        if self.is_full:
            raise StoreError("The disk is full.")
        return self._store.record(verdicts)


def test_looks_of_a_cycle_that_broke_off_keep_their_hosts_busy_until_they_end(store: Store) -> None:
    is_let_go, asked = threading.Event(), list[str]()

    def look(batch: Batch) -> tuple[Sighting, ...]:
        asked.append(batch.host)
        if batch.host == "slow.example":
            is_let_go.wait(PATIENCE_S)
        return see_story(batch)

    with store, ThreadPoolExecutor(4) as executor:
        track(store, "slow.example", "quick.example")
        disk = FullDisk(store)
        cycle = cycle_on(store, executor, look)
        cycle.store = disk
        with pytest.raises(StoreError):
            cycle.drain()
        assert cycle.turns.busy == {"slow.example"}
        disk.is_full = False
        assert cycle.drain().checks == 1
        assert sorted(asked) == ["quick.example", "quick.example", "slow.example"]
        is_let_go.set()
    assert cycle.turns.busy == frozenset()


class Unsteady(Executor):
    """Does what it is given, or loses it to `fate`, which is asked for each batch."""

    def __init__(self, fate: Callable[[Batch], Exception | None]) -> None:
        self._fate = fate

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        (batch,) = args
        assert isinstance(batch, Batch)
        lost = self._fate(batch)
        if lost is None:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(lost)
        return future


def test_when_the_cluster_goes_away_everything_stays_due_and_comes_later(store: Store) -> None:
    is_away = True

    def fate(batch: Batch) -> Exception | None:
        return EngineLost("The connection was lost.") if is_away and batch.host != "quick.example" else None

    with store:
        track(store, "a.example", "b.example", "quick.example", articles=15)
        cycle = cycle_on(store, Unsteady(fate))
        assert cycle.drain().outcomes == {Outcome.FIRST_SEEN: 10}, "what came back is recorded"
        assert cycle.turns.busy == frozenset()
        with pytest.raises(EngineLost):
            cycle.run(store.orders_for([1]))
        is_away = False
        assert cycle.drain().outcomes == {Outcome.FIRST_SEEN: 35}
        assert [article.revision_count for article in store.articles()] == [1] * 45


def test_an_article_is_found_guilty_though_the_cluster_ends_with_its_last_worker(store: Store) -> None:
    """Two workers, which a service manager starts anew: each round ends before the third of them has died."""
    workers = 2

    def fate(batch: Batch) -> Exception | None:
        nonlocal workers
        if not workers:
            return EngineLost("No worker of the cluster can be given anything for now.")
        if any(order.url.endswith("/story/3") for order in batch.orders):
            workers -= 1
            return WorkerLost("The worker is gone.")
        return None

    with store:
        track(store, "a.example", articles=10)
        cycle = cycle_on(store, Unsteady(fate))
        cycle.drain()
        workers = 2
        cycle.drain()
        outcomes = {article.url[-1]: article.state for article in store.articles()}
        assert outcomes == {str(n): State.UNREADABLE if n == 3 else State.LIVE for n in range(10)}
