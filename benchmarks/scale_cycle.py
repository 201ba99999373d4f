"""A check cycle over a large database in a process of its own, with made-up looks, and what its memory does."""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from cycle import memory
from scale_database import EXTRACTOR, POLICY, page, present, wording

from tracker.budget import Budget
from tracker.check import CheckCycle
from tracker.judge import Judge
from tracker.model import Batch, Fetch, LookOrder, Recorded, Sighting, Verdict
from tracker.store import Store

COUNTED_EVERY = 2_000  # checks from one look at the memory to the next
_BUDGET = 2_000_000  # looks a day
_WORKERS = 16
_EDITED, _FAILED = 0.04, 0.02  # shares of the looks
_IDLE_ROUNDS = 10_000


@dataclass(frozen=True)
class Memory:
    checks: int
    seconds: float
    rss_mb: Sequence[float]  # at each COUNTED_EVERY checks

    @property
    def _settled(self) -> Sequence[float]:
        return self.rss_mb[len(self.rss_mb) // 10 :]

    @property
    def settled_mb(self) -> float:
        return self._settled[0]

    @property
    def growth_mb(self) -> float:
        """In 10,000 checks, after the first tenth, by least squares."""
        y = self._settled
        x = [at * COUNTED_EVERY / 10_000 for at in range(len(y))]
        middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
        spread = sum((each - middle_x) ** 2 for each in x)
        return sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True)) / spread if spread else 0.0


@dataclass
class _Play:
    """Looks that cost nothing, and a clock that goes as fast as they are made."""

    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    checks: int = 0
    rss_mb: list[float] = field(default_factory=list)

    def look(self, batch: Batch) -> tuple[Sighting, ...]:
        return tuple(map(self._sighting, batch.orders))

    def _sighting(self, order: LookOrder) -> Sighting:
        drawn = self.chance.random()
        if drawn < _FAILED:
            return Sighting(order, Fetch(order.url, order.url, self.now, status=500, duration_ms=80))
        if drawn < _FAILED + _EDITED or order.body_sha256 is None:
            seen = wording(order.article_id, self.chance.randint(16, 9_999))
            body = page(seen)
            digest = hashlib.sha256(body).hexdigest()
            fetch = Fetch(order.url, order.url, self.now, status=200, body=body, duration_ms=80)
            return Sighting(order, fetch, extract=seen, page_sha256=digest, extractor=EXTRACTOR, body_sha256=digest)
        fetch = Fetch(order.url, order.url, self.now, status=200, duration_ms=80)
        return Sighting(order, fetch, is_same_page=True, page_sha256=order.page_sha256, body_sha256=order.body_sha256)

    def witness(self, _verdict: Verdict, _recorded: Recorded) -> None:
        self.checks += 1
        if self.checks % COUNTED_EVERY == 0:
            self.rss_mb.append((memory_of_this() or (0.0, 0.0))[1])


def memory_of_this() -> tuple[float, float] | None:
    return memory(multiprocessing.current_process().pid or 0)


def watched_cycle(database: Path, checks: int) -> Memory:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_run, args=(database, checks, theirs))
    process.start()
    theirs.close()
    found: Memory = ours.recv()
    process.join()
    return found


def _run(database: Path, checks: int, told: Connection) -> None:
    play = _Play(present())
    began_s = time.monotonic()
    with Store.open(database) as store, ThreadPoolExecutor(_WORKERS) as executor:
        cycle = CheckCycle(
            store=store,
            executor=executor,
            look=play.look,
            judge=Judge(POLICY),
            now=lambda: play.now,
            jitter=play.chance.random,
            workers=_WORKERS,
            witness=play.witness,
            is_stopping=lambda: play.checks >= checks,
            budget=Budget(_BUDGET, POLICY, lambda _host: timedelta(seconds=2), play.chance.random),
        )
        for _ in range(_IDLE_ROUNDS):
            if play.checks >= checks:
                break
            cycle.drain()
            play.now += timedelta(minutes=1)
    told.send(Memory(play.checks, time.monotonic() - began_s, play.rss_mb))
