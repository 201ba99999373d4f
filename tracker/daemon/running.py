"""The daemon from its start to its stop.

The database is the queue, so a heartbeat that is late, or a restart, loses nothing. One watch lasts as long as the
database's file stays the same one; should it vanish or be replaced, the next watch begins when a file is there.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.check import Witness
from tracker.clock import ClockEvent, ClockNews, SteadyClock
from tracker.config import Config
from tracker.daemon.database_file import DatabaseFile, is_settled
from tracker.daemon.heartbeats import heartbeats
from tracker.daemon.network import Network, Roads, SystemRoads
from tracker.daemon.pulse import Pulses
from tracker.daemon.service_manager import ServiceManager
from tracker.daemon.trouble import Hindrance, Topic, Troubles
from tracker.daemon.vitals import Vitals
from tracker.daemon.watch import OWN_NAME, TICK_S, Means, QueueShift, Watch
from tracker.errors import StoreError, TrackerError
from tracker.health import HealthServer
from tracker.listening import Address
from tracker.logs import tell_repeats
from tracker.store import Store, hold
from tracker.wiring import World, care_of, check_cycle, courier, fetcher_for, outlets_of, sandbox

log = logging.getLogger(__name__)

HEARTBEAT_S = 1.0  # how soon what fell due is noticed; an idle heartbeat costs one indexed query
_JOBS = 6  # each has a thread
_SETTLED_S = 5.0  # a file that nobody wrote to for so long is no copy under way
_PAUSES = 3  # between two looks, of the mean length: a look may come to nothing, and the budget runs unevenly


def run(
    config: Config,
    world: World,
    witness: Witness,
    heartbeat_s: float = HEARTBEAT_S,
    *,
    listen: Address | None = None,
    roads: Roads | None = None,
) -> None:
    """Watch until `world.stop` is set, then finish what is in hand. `listen`: where to tell its health, if anywhere.
    `roads`: what is known of the network; None: what the operating system says.

    Raises DatabaseBusy if another daemon is at it, StoreError or NotFound if the database cannot be used at the start,
    TrackerError if nobody can listen at that address, ConfigError if a channel of notices cannot be used.
    """
    daemon = _Daemon(config, world, witness, heartbeat_s, roads or SystemRoads())
    with ExitStack() as around:
        health = None if listen is None else HealthServer(listen, daemon.means.vitals.snapshot)
        if health is not None:
            around.enter_context(health)
        daemon.run(None if health is None else health.address)


def _mean_pause(config: Config) -> timedelta:
    return timedelta(days=1) / config.schedule.requests_per_day


class _Daemon:
    def __init__(self, config: Config, outside: World, witness: Witness, heartbeat_s: float, roads: Roads) -> None:
        self._config = config
        self._outside = outside
        self._witness = witness
        self._outlets = outlets_of(config, outside)
        self._queue_shift = QueueShift()
        self._file: DatabaseFile | None = None  # of the latest watch
        recorded_at = _last_recorded_at(config)
        clock = SteadyClock(outside.now, outside.since_boot, not_before=recorded_at, tell=self._tell_of_clock)
        troubles, pulses = Troubles(), Pulses(outside.monotonic)
        self.means = Means(
            config=config,
            heartbeat_s=heartbeat_s,
            clock=clock,
            queue_shift=self._queue_shift,
            network=Network(outside.monotonic, roads),
            troubles=troubles,
            pulses=pulses,
            manager=ServiceManager(os.environ),
            vitals=Vitals(clock, troubles, config.database_path, clock.now(), _PAUSES * _mean_pause(config)),
        )

    def run(self, health_at: Address | None) -> None:
        with self._watch() as watch:
            self._greet(health_at)
            watch.until_stopped_or_replaced(self._outside.stop)
        while not self._outside.stop.is_set():
            self._watch_again()
        tell_repeats(everything=True)
        log.info("stopped")

    def _greet(self, health_at: Address | None) -> None:
        told: dict[str, object] = {
            "database": str(self._config.database_path),
            "workers": self._config.schedule.workers,
        }
        if health_at is not None:
            told["health"] = f"http://{health_at}/health"
        log.info("watching", extra=told)
        if health_at is not None and not health_at.is_loopback:
            log.warning("health.listen: whoever reaches this machine can read which sites are tracked")
        self.means.manager.ready()

    def _watch_again(self) -> None:
        """Wait for a file that nobody is writing to, and go on with it."""
        try:
            self._set_log_aside()
            if not is_settled(self._config.database_path, self._pause, _SETTLED_S):
                return
            self._set_log_aside()
            with self._watch() as watch:
                watch.until_stopped_or_replaced(self._outside.stop)
        except TrackerError as error:
            self.means.troubles.begin(OWN_NAME, Hindrance(Topic.DATABASE, str(error)))
            self._pause(_SETTLED_S)

    def _set_log_aside(self) -> None:
        try:
            aside = None if self._file is None else self._file.set_log_aside()
        except OSError as error:
            raise StoreError(f"The old log beside the database cannot be moved: {error.strerror}.") from error
        if aside is not None:
            log.warning("the log of the file that was there before is kept", extra={"file": str(aside)})

    def _pause(self, seconds: float) -> None:
        """Cut short by a stop. The service manager hears all the while that this waiting is meant."""
        end_s = self._outside.monotonic() + seconds
        while (left_s := end_s - self._outside.monotonic()) > 0 and not self._outside.stop.wait(min(left_s, TICK_S)):
            self.means.clock.now()
            self.means.manager.alive()

    @contextmanager
    def _watch(self) -> Iterator[Watch]:
        path = self._config.database_path
        stop = threading.Event()
        world = replace(self._outside, now=self.means.clock.now, stop=stop)
        fetcher = fetcher_for(self._config, world)
        with (
            hold(path),
            Store.open(path) as store,
            Store.open(path) as source_store,
            Store.open(path) as chore_store,
            Store.open(path) as tidying_store,
            Store.open(path) as notice_store,
            sandbox() as processes,
            check_cycle(self._config, store, fetcher, world, self._witness, processes) as cycle,
            courier(self._outlets, notice_store, world, is_daemon=True) as carrying,
            heartbeats(_JOBS, self._outside.since_boot) as beats,
        ):
            self._file = DatabaseFile(path)
            watch = Watch(self.means, self._file, beats)
            try:
                watch.add_looking(cycle, store)
                watch.add_sources(source_store, fetcher, world, processes.run, cycle.turns)
                watch.add_chores(chore_store)
                watch.add_tidying(tidying_store)
                watch.add_notices(carrying)
                yield watch
            finally:
                stop.set()
                if self._outside.stop.is_set():
                    log.info("stopping: finishing the looks in hand")
                    self.means.manager.stopping()

    def _tell_of_clock(self, news: ClockNews) -> None:
        step = timedelta(seconds=round(abs(news.step).total_seconds()))
        told = {"step": f"{step} {'back' if news.step < timedelta() else 'forward'}"}
        if news.event is ClockEvent.NOTICED:
            log.warning("the machine's clock was set; going on by the old time until that has lasted", extra=told)
        elif news.event is ClockEvent.TAKEN_BACK:
            log.info("the machine's clock is right again")
        else:
            log.warning("the machine's clock is believed now", extra=told)
            if news.step < timedelta():
                self._queue_shift.add(news.step)


def _last_recorded_at(config: Config) -> datetime | None:
    with Store.open(config.database_path, read_only=True) as store:
        return care_of(store, config).last_recorded_at()
