"""One watch over one database file: its jobs, and the look at them once a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tracker.check import CheckCycle, Look
from tracker.clock import SteadyClock
from tracker.config import Config
from tracker.courier import Courier
from tracker.daemon.database_file import DatabaseFile, WatchedStore
from tracker.daemon.heartbeats import Heartbeats
from tracker.daemon.looking import WitnessedLook
from tracker.daemon.network import Network
from tracker.daemon.portions import Portions
from tracker.daemon.pulse import Pulses
from tracker.daemon.service_manager import ServiceManager
from tracker.daemon.trouble import Hindrance, PatientJob, Topic, Troubles
from tracker.daemon.vitals import Vitals
from tracker.errors import StoreError
from tracker.fetch import Fetcher
from tracker.host_turns import HostTurns
from tracker.logs import tell_repeats
from tracker.look_remote import RemoteLook
from tracker.sandbox import Runner
from tracker.store import Store
from tracker.wiring import Care, World, care_of, source_reader

log = logging.getLogger(__name__)

TICK_S = 1.0  # a step of the clock strands the scheduler for so long at the most
OWN_NAME = "watch"  # the name under which the daemon itself meets trouble
_ON_THE_NETWORK = frozenset({"drain", "sources"})  # there is no use in them without it
_SOURCES_HEARTBEATS = 5  # sources are looked for this much more seldom: their own intervals are far longer
_HEALTH_S = 60.0  # a few counts; checks and scrapes come about as often
_MAINTENANCE_S = 86_400.0
# A portion takes some tenths of a second of one processor, and up to 64 pages: half a million a day at the most.
_SEALING_S = 10.0
_SEALING_RESTS = 30  # beats: to ask 300,000 pages that wait whether there are enough takes a tenth of a second
_FIRST_MAINTENANCE_S = 300.0  # not at once: whoever starts the daemon wants to see it look


class QueueShift:
    """By how much the clock was believed to have gone back since the queue was last put right."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by = timedelta()

    def add(self, step: timedelta) -> None:
        with self._lock:
            self._by += step

    def take(self) -> timedelta:
        with self._lock:
            by, self._by = self._by, timedelta()
        return by


@dataclass(frozen=True, slots=True)
class Means:
    """What outlives a change of the file."""

    config: Config
    heartbeat_s: float
    clock: SteadyClock
    queue_shift: QueueShift
    network: Network
    troubles: Troubles
    pulses: Pulses
    manager: ServiceManager
    vitals: Vitals


@dataclass(slots=True)
class Watch:
    """Jobs begin as they are added; all end with the heartbeats."""

    means: Means
    file: DatabaseFile
    beats: Heartbeats
    _patients: dict[str, PatientJob] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.beats.when_one_breaks(lambda name: self._patients[name].broke())

    def until_stopped_or_replaced(self, stop: threading.Event) -> None:
        self.means.troubles.end(OWN_NAME)
        while not stop.wait(TICK_S):
            if trouble := self.file.trouble:
                self.means.troubles.begin(OWN_NAME, Hindrance(Topic.DATABASE, trouble))
                return
            self._tick()

    def _tick(self) -> None:
        self.means.clock.now()  # a step is noticed also when nobody asks for the time
        if self.beats.keep_awake():
            log.info("the machine slept, or its clock was set: going on")
        if stuck := self.means.pulses.stuck():
            self.means.troubles.begin(OWN_NAME, Hindrance(Topic.STUCK, ", ".join(stuck)))
        else:
            self.means.troubles.end(OWN_NAME)
            self.means.manager.alive()

    # -- jobs ----------------------------------------------------------------------------------------------------------

    def add_looking(self, cycle: CheckCycle, store: Store) -> None:
        means = self.means
        watched = WatchedStore(store, self.file, self._hindrance, lambda: means.pulses.felt("drain"))
        witnessed = WitnessedLook(cycle.look, means.network, means.clock)
        look: Look = witnessed
        if isinstance(cycle.look, RemoteLook):
            look = replace(cycle.look, counted=witnessed.counted)
        cycle = replace(cycle, store=watched, look=look)
        care = care_of(store, means.config)

        def drain() -> None:
            self._put_queue_right(care)
            cycle.drain()

        self._add("drain", drain, means.heartbeat_s)

    def add_sources(self, store: Store, fetcher: Fetcher, world: World, run: Runner, turns: HostTurns) -> None:
        """`turns`: the cycle's, so that a host is asked for one thing at a time."""
        pulses = self.means.pulses

        def now_and_alive() -> datetime:
            pulses.felt("sources")
            return world.now()

        def is_stopping() -> bool:
            pulses.felt("sources")  # a host's turn may take long to come
            return world.stop.is_set()

        reader = source_reader(self.means.config, store, fetcher, replace(world, now=now_and_alive), run, turns)
        reader = replace(reader, is_stopping=is_stopping)
        self._add("sources", reader.read_due, self.means.heartbeat_s * _SOURCES_HEARTBEATS)

    def add_chores(self, store: Store) -> None:
        """With a database of their own, which a slow count may keep busy."""
        means = self.means

        def take_health() -> None:
            tell_repeats()
            means.vitals.take(store.health)
            means.manager.status(means.vitals.sentence())

        self._add("health", take_health, _HEALTH_S)

    def add_tidying(self, store: Store) -> None:
        """With a database of its own, too. Two jobs share it: sealing leaves a beat out while the other is at it."""
        means, care = self.means, care_of(store, self.means.config)
        turn = threading.Lock()

        def maintain() -> None:
            with turn:
                care.maintain(means.clock.now())

        seal = Portions(lambda: care.seal_some(means.clock.now()), turn, _SEALING_RESTS)
        self._add("maintenance", maintain, _MAINTENANCE_S, first_after_s=_FIRST_MAINTENANCE_S)
        self._add("sealing", seal, _SEALING_S, first_after_s=_FIRST_MAINTENANCE_S)

    def add_notices(self, courier: Courier) -> None:
        if courier.outlets:
            self._add("notices", courier.beat, self.means.heartbeat_s)

    def _add(self, name: str, job: Callable[[], object], seconds: float, *, first_after_s: float = 0.0) -> None:
        def counted() -> None:
            with self.means.pulses.working(name):
                job()

        hindrance = self._hindrance if name in _ON_THE_NETWORK else self.file.hindrance
        self._patients[name] = PatientJob(name, counted, self.means.troubles, hindrance)
        self.beats.add(name, self._patients[name], seconds, first_after_s=first_after_s)

    def _hindrance(self) -> Hindrance | None:
        return self.file.hindrance() or self.means.network.hindrance()

    def _put_queue_right(self, care: Care) -> None:
        """What was planned by a clock that has gone back since lies too far ahead by as much."""
        by = self.means.queue_shift.take()
        if not by:
            return
        try:
            care.clock_went_back(self.means.clock.now(), by)
        except StoreError:
            self.means.queue_shift.add(by)
            raise
