"""The judge's own ceiling: verdicts a second that are recorded durably when the looks cost nothing.

The database is a real file with `synchronous = FULL`; claim, look, judge and record are those of `CheckCycle`. Looks
are made up in the judge's own process, in batches that are done at once, so that all that is measured is its work.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from scale_database import EXTRACTOR, POLICY, build, page, present, wording

from tracker.budget import Budget
from tracker.check import CheckCycle
from tracker.judge import Judge
from tracker.model import Batch, Fetch, LookOrder, Recorded, Sighting, Verdict
from tracker.store import Store

BUDGET = 300_000_000  # looks a day: 3,500 a second, so that it is not what is measured
_PAGE_BYTES = 6_000  # of an unchanged page over the wire, for the record only
_ALL_DUE = timedelta(days=40)  # from now: every article of the database is due by then

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Here(Executor):
    """Work is done where it is submitted: the cheapest executor there is."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as bug:  # noqa: BLE001 - what an executor does with every exception
            future.set_exception(bug)
        return future


@dataclass(frozen=True)
class Mix:
    """What the made-up looks find, as shares; all others find the page as it was."""

    name: str
    changed: float = 0.0
    failed: float = 0.0


MIXES = (Mix("nothing new"), Mix("3 % changed, 2 % failed", changed=0.03, failed=0.02))


@dataclass
class _Play:
    """Made-up looks. The pages of changed articles are made beforehand: no site makes them at the judge's cost."""

    mix: Mix
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    checks: int = 0
    commits: int = 0
    changed: dict[int, Sighting] = field(default_factory=dict)

    def prepare(self, orders: Sequence[LookOrder]) -> None:
        for order in orders:
            if self.chance.random() < self.mix.changed:
                self.changed[order.article_id] = self._changed(order)

    def look(self, batch: Batch) -> tuple[Sighting, ...]:
        return tuple(map(self._sighting, batch.orders))

    def _changed(self, order: LookOrder) -> Sighting:
        seen = wording(order.article_id, self.chance.randint(16, 9_999))
        body = page(seen)
        digest = hashlib.sha256(body).hexdigest()
        fetch = Fetch(order.url, order.url, self.now, status=200, body=body, duration_ms=80, received_bytes=len(body))
        return Sighting(order, fetch, extract=seen, page_sha256=digest, extractor=EXTRACTOR, body_sha256=digest)

    def _sighting(self, order: LookOrder) -> Sighting:
        made = self.changed.get(order.article_id)
        if made is not None:
            return made
        if self.chance.random() < self.mix.failed:
            return Sighting(order, Fetch(order.url, order.url, self.now, status=500, duration_ms=80))
        fetch = Fetch(order.url, order.url, self.now, status=200, duration_ms=80, received_bytes=_PAGE_BYTES)
        return Sighting(order, fetch, is_same_page=True, page_sha256=order.page_sha256, body_sha256=order.body_sha256)

    def witness(self, _verdict: Verdict, _recorded: Recorded) -> None:
        self.checks += 1


@dataclass(frozen=True)
class Ceiling:
    checks: int
    commits: int
    seconds: float
    cpu_s: float
    disk_bytes: int  # by which the database has grown
    outcomes: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.checks / self.seconds


class _CountedStore(Store):
    """Tells how often something was recorded: each time is one commit."""

    commits = 0

    def record(self, verdicts: Sequence[Verdict]) -> tuple[Recorded, ...]:
        self.commits += 1
        return super().record(verdicts)


def made_database(path: Path, articles: int) -> None:
    build(path, articles, present())


def ceiling(database: Path, mix: Mix, workers: int, *, has_budget: bool = True) -> Ceiling:
    """Every article of the database is looked at once. `database` is written to."""
    play = _Play(mix, present() + _ALL_DUE)
    with _CountedStore.open(database) as store, Here() as executor:
        store.announce(())
        play.prepare([order for batch in store.claim_due(play.now, 10_000_000) for order in batch.orders])
        budget = Budget(BUDGET, POLICY, lambda _host: timedelta(seconds=2), play.chance.random) if has_budget else None
        cycle = CheckCycle(
            store=store,
            executor=executor,
            look=play.look,
            judge=Judge(POLICY),
            now=lambda: play.now,
            jitter=play.chance.random,
            workers=workers,
            witness=play.witness,
            budget=budget,
        )
        bytes_before = _size(database)
        began_s, cpu_s = time.perf_counter(), time.process_time()
        tally = cycle.drain()
        seconds, used_s = time.perf_counter() - began_s, time.process_time() - cpu_s
        outcomes = {outcome.value: count for outcome, count in tally.outcomes.items()}
        return Ceiling(play.checks, store.commits, seconds, used_s, _size(database) - bytes_before, outcomes)


def _size(database: Path) -> int:
    return database.stat().st_size
