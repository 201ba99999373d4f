"""A million tracked articles: how quickly the daemon starts, claims and answers, and how much memory it takes.

    python benchmarks/scale.py [--articles N] [--checks N] [--database FILE]

A synthetic database is made first (in FILE, where it is kept and used again; else in a temporary folder). The daemon
is started as `tracker run` on it, with some articles due at a site on loopback: what counts is when the first request
arrives there. Claims are timed on the store itself, in the middle of their repetitions. Then a real check cycle goes
through its looks, which are made up: mostly pages that are the same, some edits, some failures, while the clock runs
as fast as its budget is spent.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from scale_cycle import COUNTED_EVERY, Memory, watched_cycle
from scale_database import HOSTS, POLICY, build, host_name, present
from scale_start import first_look

from tracker.budget import Budget
from tracker.store import Store

BUDGET = 200_000  # looks a day
_ROUNDS = 15
_FAR = timedelta(days=400)
_START_TO_REACH_S, _CLAIM_TO_REACH_MS, _COMMAND_TO_REACH_S, _MEMORY_TO_REACH_MB = 2.0, 3.0, 1.0, 200.0
_GROWTH_TO_REACH_MB = 2.0  # in 100,000 checks: less is what an allocator does by itself
_ENOUGH_TO_TELL = 50_000  # checks: the first few thousand fill caches
_MIDDLING = host_name(HOSTS // 2)


@dataclass(frozen=True)
class _Line:
    """One figure."""

    name: str
    value: float
    unit: str
    to_reach: float | None = None  # at most; None: for information
    remark: str = ""

    def __str__(self) -> str:
        wanted = "" if self.to_reach is None else f"< {self.to_reach:g}"
        is_missed = self.to_reach is not None and self.value >= self.to_reach
        verdict = "missed" if is_missed else ""
        return f"{self.name:58}{self.value:10.2f} {self.unit:3}{wanted:>9}   {verdict:8}{self.remark}".rstrip()


# -- the store ---------------------------------------------------------------------------------------------------------


def _middle_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        began_s = time.perf_counter()
        work()
        times.append((time.perf_counter() - began_s) * 1000)
    return statistics.median(times)


def store_lines(database: Path, now: datetime) -> Iterator[_Line]:
    with Store.open(database) as store:
        budget = Budget(BUDGET, POLICY, lambda _host: timedelta(seconds=2), random.Random(1).random)
        allowed = replace(budget.allowance(store, now), looks=200)
        largest = frozenset({host_name(0)})
        many = frozenset(host_name(at) for at in range(16))
        soon = now + timedelta(hours=2)
        later = now + _FAR
        cases: tuple[tuple[str, datetime, int, frozenset[str]], ...] = (
            ("nothing is due", now - _FAR, 200, frozenset()),
            ("nothing is due, nearly due ones too", now, 200, frozenset()),
            ("few are due", soon, 200, frozenset()),
            ("all are due", later, 200, frozenset()),
            ("all are due, the largest host busy", later, 200, largest),
            ("all are due, the sixteen largest hosts busy", later, 200, many),
        )
        for name, at, spare, busy in cases:
            ms = _middle_ms(partial(store.claim_in_turn, at, 200, replace(allowed, spare=spare), busy))
            yield _Line(f"claim of 200: {name}", ms, "ms", _CLAIM_TO_REACH_MS)
        for name, at in (("few are due", soon), ("all are due", later)):
            yield _Line(
                f"claim_due of 200: {name}",
                _middle_ms(partial(store.claim_due, at, 200)),
                "ms",
                _CLAIM_TO_REACH_MS,
            )
        ids = [order.article_id for batch in store.claim_due(later, 200) for order in batch.orders]
        yield _Line("what is known of 200 articles", _middle_ms(lambda: store.known(ids)), "ms")
        for name, at in (("few", soon), ("all", later)):
            ms = _middle_ms(partial(store.load, at, at - timedelta(hours=1), 60_000))
            yield _Line(f"what the queue asks for, once a minute: {name} due", ms, "ms")
            yield _Line(f"health: {name} due", _middle_ms(partial(store.health, at)), "ms")


# -- commands ----------------------------------------------------------------------------------------------------------


def _command(database: Path, *arguments: str, lines: int | None = None) -> tuple[float, float]:
    """Seconds until it has ended, or with `lines` until so many were printed; and of CPU."""
    command = [sys.executable, "-m", "tracker", "--database", str(database), *arguments]
    began_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    for _ in islice(process.stdout, lines):
        pass
    seconds = time.perf_counter() - began_s
    process.stdout.close()
    if lines is not None:
        process.terminate()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return seconds, usage.ru_utime + usage.ru_stime


def command_lines(database: Path) -> Iterator[_Line]:
    cases: tuple[tuple[str, tuple[str, ...], int | None], ...] = (
        ("tracker --help, for comparison", ("--help",), None),
        ("tracker status", ("status",), None),
        (f"tracker list --host {_MIDDLING}", ("list", "--host", _MIDDLING), None),
        ("the same --state gone", ("list", "--host", _MIDDLING, "--state", "gone"), None),
        ("tracker list --state moved, its first page", ("list", "--state", "moved"), 40),
        ("tracker list --host (the largest), its first page", ("list", "--host", host_name(0)), 40),
        ("tracker list, its first page", ("list",), 40),
        ("tracker list --format json, its first page", ("list", "--format", "json"), 40),
    )
    for name, arguments, lines in cases:
        is_for_comparison = name.startswith("tracker --help")
        seconds, cpu_s = _command(database, *arguments, lines=lines)
        yield _Line(name, seconds, "s", None if is_for_comparison else _COMMAND_TO_REACH_S, f"{cpu_s:.2f} s of CPU")


# -- the whole ---------------------------------------------------------------------------------------------------------


def daemon_lines(database: Path, articles: int) -> Iterator[_Line]:
    found = first_look(database, articles)
    cpu = f"{found.first_cpu_s:.2f} s of CPU"
    yield _Line("start of the daemon until its first request", found.first_s, "s", _START_TO_REACH_S, cpu)
    yield _Line(f"memory of the daemon after {found.requests} requests (RSS)", found.rss_mb, "MB", _MEMORY_TO_REACH_MB)
    yield _Line(f"with its {found.processes - 1} processes (PSS)", found.pss_mb, "MB")


def cycle_lines(database: Path, checks: int) -> Iterator[_Line]:
    found: Memory = watched_cycle(database, checks)
    yield _Line(f"memory of a cycle, at most in {found.checks:,} checks", max(found.rss_mb), "MB", _MEMORY_TO_REACH_MB)
    yield _Line("memory of a cycle after its first tenth", found.settled_mb, "MB")
    growth_to_reach = _GROWTH_TO_REACH_MB if checks >= _ENOUGH_TO_TELL else None
    yield _Line("growth in 100,000 checks after that", found.growth_mb * 10, "MB", growth_to_reach)
    yield _Line("checks a second", found.checks / found.seconds, "")


@contextmanager
def _database(wanted: Path | None, articles: int, now: datetime) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        database = wanted or Path(name) / "scale.db"
        if not database.exists():
            database.parent.mkdir(parents=True, exist_ok=True)
            began_s = time.monotonic()
            build(database, articles, now)
            size = database.stat().st_size / 1e9
            print(f"{articles:,} articles made in {time.monotonic() - began_s:.0f} s, {size:.1f} GB", flush=True)
        yield database


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--checks", type=int, default=100_000, help=f"of the cycle; a multiple of {COUNTED_EVERY:,}")
    parser.add_argument("--database", type=Path, help="made there and kept, or used if it is there (it is written to)")
    wanted = parser.parse_args()
    now = present()
    with _database(wanted.database, wanted.articles, now) as database:
        print(f"{'':58}{'':10}    {'to reach':>9}")
        for lines in (
            command_lines(database),
            store_lines(database, now),
            daemon_lines(database, wanted.articles),
            cycle_lines(database, wanted.checks),
        ):
            for line in lines:
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
