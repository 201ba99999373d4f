"""The journey of one check cycle, with a real database and looks that cost nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle, Judging, Look
from tracker.judge import Judge
from tracker.model import Batch, Extract, Fetch, Known, Outcome, Sighting, State, Verdict
from tracker.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = CadencePolicy(timedelta(minutes=5), timedelta(days=30))
STORY = Extract(headline="Pier reopens", paragraphs=("The pier reopened on Monday.", "Twelve boats came in."))


def see_story(batch: Batch) -> tuple[Sighting, ...]:
    return tuple(
        Sighting(order, Fetch(order.url, order.url, NOW, status=200), extract=STORY, page_sha256="p")
        for order in batch.orders
    )


def cycle_on(store: Store, executor: ThreadPoolExecutor, look: Look = see_story, **given: object) -> CheckCycle:
    judge: Judging = Judge(POLICY)
    cycle = CheckCycle(
        store=store, executor=executor, look=look, judge=judge, now=lambda: NOW, jitter=lambda: 0.0, workers=4
    )
    return replace(cycle, **given)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "tracker.db", create=True)


def track(store: Store, *hosts: str, articles: int = 1) -> None:
    store.add_articles([f"https://{host}/story/{n}" for host in hosts for n in range(articles)], NOW)


def test_what_is_due_is_looked_at_and_recorded_once(store: Store) -> None:
    with store, ThreadPoolExecutor(4) as executor:
        track(store, "a.example", "b.example", articles=25)
        tally = cycle_on(store, executor).drain()
        assert tally.outcomes == {Outcome.FIRST_SEEN: 50}
        assert cycle_on(store, executor).drain().checks == 0
        assert [article.revision_count for article in store.articles()] == [1] * 50


def test_a_host_is_in_one_hand_at_a_time(store: Store) -> None:
    lock = threading.Lock()
    in_hand: set[str] = set()
    sizes: list[int] = []

    def look(batch: Batch) -> tuple[Sighting, ...]:
        with lock:
            assert batch.host not in in_hand
            in_hand.add(batch.host)
            sizes.append(len(batch.orders))
        sightings = see_story(batch)
        with lock:
            in_hand.remove(batch.host)
        return sightings

    with store, ThreadPoolExecutor(4) as executor:
        track(store, "a.example", "b.example", "c.example", articles=40)
        assert cycle_on(store, executor, look).drain().checks == 120
    assert max(sizes) <= 10


def test_named_articles_are_looked_at_due_or_not(store: Store) -> None:
    with store, ThreadPoolExecutor(4) as executor:
        track(store, "a.example", "b.example", articles=30)
        cycle_on(store, executor).drain()
        tally = cycle_on(store, executor).run(store.orders_for(range(1, 61)))
        assert tally.outcomes == {Outcome.UNCHANGED: 60}


def test_a_bug_in_a_look_is_recorded_and_stops_nothing_else(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def look(batch: Batch) -> tuple[Sighting, ...]:
        if batch.host == "bad.example":
            raise KeyError("of ours")
        return see_story(batch)

    with store, ThreadPoolExecutor(4) as executor:
        track(store, "bad.example", "good.example")
        tally = cycle_on(store, executor, look).drain()
        assert tally.outcomes == {Outcome.FIRST_SEEN: 1, Outcome.FAILED: 1}
        (check,) = store.checks(store.resolve("bad.example").article_id)
        assert "KeyError" in check.reason
    assert "of ours" in caplog.text


def test_a_bug_in_judging_is_recorded_and_stops_nothing_else(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    sound = Judge(POLICY)

    def judge(sighting: Sighting, known: Known, jitter: float) -> Verdict:
        if "bad" in known.url and sighting.fetch.failure is None:
            raise ZeroDivisionError
        return sound(sighting, known, jitter)

    with store, ThreadPoolExecutor(4) as executor:
        track(store, "bad.example", "good.example")
        tally = cycle_on(store, executor, judge=judge).drain()
        assert tally.outcomes == {Outcome.FIRST_SEEN: 1, Outcome.FAILED: 1}
        assert store.resolve("good.example").state is State.LIVE
    assert "ZeroDivisionError" in caplog.text


def stopped_after(looks: int) -> tuple[Look, Callable[[], bool]]:
    done: list[Batch] = []

    def look(batch: Batch) -> tuple[Sighting, ...]:
        done.append(batch)
        return see_story(batch)

    return look, lambda: len(done) >= looks


def test_a_stop_finishes_what_is_in_hand_and_leaves_the_rest_due(store: Store) -> None:
    look, is_stopping = stopped_after(2)
    with store, ThreadPoolExecutor(1) as executor:
        track(store, "a.example", articles=50)
        tally = cycle_on(store, executor, look, workers=1, is_stopping=is_stopping).drain()
        assert tally.checks == 20
        assert cycle_on(store, executor).drain().checks == 30


def test_every_check_is_told_after_its_commit(store: Store) -> None:
    told: list[tuple[Outcome, int | None]] = []

    with store, ThreadPoolExecutor(4) as executor:
        track(store, "a.example")
        cycle_on(
            store,
            executor,
            witness=lambda verdict, recorded: told.append((verdict.outcome, recorded.revision_number)),
        ).drain()
    assert told == [(Outcome.FIRST_SEEN, 1)]


def test_times_of_an_article_never_run_backwards_and_planning_goes_by_the_true_one(store: Store) -> None:
    """A clock that ran a year ahead for a while was put right."""
    looked_at = [NOW + timedelta(days=365), NOW]

    def look(batch: Batch) -> tuple[Sighting, ...]:
        at = looked_at.pop(0)
        return tuple(replace(seen, fetch=replace(seen.fetch, fetched_at=at)) for seen in see_story(batch))

    with store, ThreadPoolExecutor(1) as executor:
        track(store, "a.example")
        for _ in range(2):
            cycle_on(store, executor, look).run(store.orders_for([1]))
        assert [entry.checked_at for entry in store.checks(1)] == [NOW + timedelta(days=365)] * 2
        next_check_at = store.resolve("1").next_check_at
        assert next_check_at is not None
        assert NOW < next_check_at <= NOW + POLICY.max_interval
