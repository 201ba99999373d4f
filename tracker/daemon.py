"""The daemon: a few heartbeats that drain the queue in the database. The only importer of APScheduler.

The database is the queue, so a heartbeat that is late, or a restart, loses nothing.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from tracker.check import Witness
from tracker.config import Config
from tracker.errors import StoreError
from tracker.model import Outcome, Recorded, Verdict
from tracker.store import Store, hold
from tracker.wiring import World, check_cycle, fetcher_for, source_reader, unheeded, utc_now

log = logging.getLogger(__name__)

HEARTBEAT_S = 1.0  # how soon what fell due is noticed; an idle heartbeat costs one indexed query
_SOURCES_HEARTBEATS = 5  # sources are looked for this much more seldom: their own intervals are far longer
_MOST_BEATS_SKIPPED = 300  # about five minutes: somebody who made room on the disk does not wait longer
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(config: Config, world: World, witness: Witness, heartbeat_s: float = HEARTBEAT_S) -> None:
    """Watch until `world.stop` is set, then finish what is in hand. Raises DatabaseBusy if another daemon is at it."""
    fetcher = fetcher_for(config, world)
    with (
        hold(config.database_path),
        Store.open(config.database_path) as store,
        Store.open(config.database_path) as source_store,
        check_cycle(config, store, fetcher, world, witness) as cycle,
        _scheduler() as scheduler,
    ):
        reader = source_reader(config, source_store, fetcher, world)
        jobs: tuple[tuple[str, Callable[[], object], float], ...] = (
            ("drain", cycle.drain, heartbeat_s),
            ("sources", reader.read_due, heartbeat_s * _SOURCES_HEARTBEATS),
        )
        for name, job, seconds in jobs:
            # The first beat at once: whoever starts the daemon wants to see it work.
            scheduler.add_job(_Patient(name, job), "interval", seconds=seconds, id=name, next_run_time=utc_now())
        for sentence in unheeded(config):
            log.warning(sentence)
        log.info("watching", extra={"database": str(config.database_path), "workers": config.schedule.workers})
        world.stop.wait()
        log.info("stopping: finishing the looks in hand")
    log.info("stopped")


def witness_in_log(verdict: Verdict, recorded: Recorded) -> None:
    """One line a check; a look that told nothing new is for -v only."""
    quiet = verdict.outcome in (Outcome.UNCHANGED, Outcome.NOT_MODIFIED)
    details = {
        "url": verdict.sighting.order.url,
        "status": verdict.sighting.fetch.status,
        "revision": recorded.revision_number,
        "changes": len(recorded.change_ids) or None,
        "reason": verdict.reason or None,
        "next_check_at": verdict.next_check_at.isoformat(timespec="seconds"),
    }
    told = {key: value for key, value in details.items() if value is not None}
    log.log(logging.DEBUG if quiet else logging.INFO, verdict.outcome.value, extra=told)


@contextmanager
def signals_stop(world: World) -> Iterator[None]:
    """SIGTERM and SIGINT ask for an orderly end; a second one ends at once, and the database is whole all the same."""

    def ask(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        world.stop.set()

    before = {number: signal.signal(number, ask) for number in _STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(slots=True)
class _Patient:
    """A job that outlives trouble with the database: told once when it begins and once when it is over.

    What cannot be written down would be looked at again at every beat: while the trouble lasts, ever more beats are
    left out, so that a full disk here is no flood of requests there.
    """

    name: str
    job: Callable[[], object]
    trouble: str = field(default="", init=False)
    failures_in_row: int = field(default=0, init=False)
    beats_to_skip: int = field(default=0, init=False)

    def __call__(self) -> None:
        if self.beats_to_skip:
            self.beats_to_skip -= 1
            return
        try:
            self.job()
        except StoreError as error:
            self._note(str(error))
        else:
            if self.trouble:
                log.info("the database can be used again", extra={"job": self.name})
            self.trouble, self.failures_in_row = "", 0

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.error("the database cannot be used, trying again", extra={"job": self.name, "reason": trouble})
        self.trouble = trouble
        self.failures_in_row += 1
        self.beats_to_skip = min(2**self.failures_in_row, _MOST_BEATS_SKIPPED)


@contextmanager
def _scheduler() -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(2)},
        # A heartbeat that comes late is still wanted, once: jobs must not vanish after a sleep or a clock step.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=True)
