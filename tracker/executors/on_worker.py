"""The worker's side of a cluster: kits that live as long as the worker process, and the errands that use them."""

from __future__ import annotations

import pickle
import platform
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from distributed import Worker, WorkerPlugin, get_worker

from tracker.executors.errands import Kit, OpenKit
from tracker.executors.lease import Lease
from tracker.extract import EXTRACTOR

_REMEMBERED_SESSIONS = 100  # that were told to stop: a program that starts again has a new one
_REMEMBERED_CALLS = 10_000  # that were withdrawn: more than any worker has in hand


@dataclass(frozen=True, slots=True)
class Versions:
    """What must be the same on both sides: what reads pages, and what travels."""

    tracker: str
    extractor: str
    python: str  # without the patch level, which changes no format
    distributed: str

    def differences(self, other: Versions) -> str:
        """`article-tracker 0.2.0 there, 0.1.0 here`; this is here. Empty: none."""
        pairs = (
            ("article-tracker", other.tracker, self.tracker),
            ("extractor", other.extractor, self.extractor),
            ("Python", other.python, self.python),
            ("distributed", other.distributed, self.distributed),
        )
        return "; ".join(f"{name} {there} there, {here} here" for name, there, here in pairs if there != here)


@cache
def versions_here() -> Versions:
    python = ".".join(platform.python_version_tuple()[:2])
    return Versions(version("article-tracker"), EXTRACTOR, python, version("distributed"))


@dataclass(frozen=True, slots=True)
class Refusal:
    """A parcel of which nothing was begun."""

    versions: Versions
    lacks_kit: bool = False  # the scheduler was started anew, and knows of no kits
    is_ending: bool = False  # the worker is about to end


Task = tuple[str, str, bytes]
"""An errand to be done: its name within the session, its kit's name, and what it is to do. Of classes that Python has
everywhere, so that every version can read it, if only to refuse it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An errand that raised."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An errand that nobody wanted any more before it was begun."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a parcel's errands, in their order."""

    outcomes: tuple[bytes | Failed | LeftOut, ...]
    seconds: float


class KitPlugin(WorkerPlugin):
    """Keeps one kit in a worker process; the scheduler gives it to every worker that joins, too."""

    idempotent = True  # a second program with the same settings shares the kit, and must not replace one in use

    def __init__(self, name: str, open_kit: OpenKit) -> None:
        self.name = name
        self._open = open_kit

    def setup(self, worker: Worker) -> None:
        self.lease = Lease(worker)
        self._lock = threading.Lock()
        self._kit: Kit | None = None
        self._is_closed = False
        self._stopped = _Remembered(_REMEMBERED_SESSIONS)
        self._withdrawn = _Remembered(_REMEMBERED_CALLS)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - as above
        self.lease.end()
        with self._lock:
            self._is_closed = True
            if self._kit is not None:
                self._kit.close()

    def kit(self) -> Kit | None:
        """None: the worker is about to end."""
        with self._lock:
            if self._is_closed:
                return None
            self._kit = self._kit or self._open()
            return self._kit

    def words_in_hand(self) -> tuple[str, ...]:
        with self._lock:
            return () if self._kit is None else self._kit.words_in_hand()

    def stop(self, session: str) -> None:
        with self._lock:
            self._stopped.add(session)

    def withdraw(self, session: str, name: str) -> None:
        with self._lock:
            self._withdrawn.add((session, name))

    def is_stopped(self, session: str) -> bool:
        with self._lock:
            return self._is_closed or session in self._stopped

    def is_withdrawn(self, session: str, name: str) -> bool:
        with self._lock:
            return (session, name) in self._withdrawn


class _Remembered:
    """The last so many of what was told."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._told: OrderedDict[Hashable, None] = OrderedDict()

    def add(self, told: Hashable) -> None:
        self._told[told] = None
        while len(self._told) > self._most:
            self._told.popitem(last=False)

    def __len__(self) -> int:
        return len(self._told)

    def __contains__(self, asked: Hashable) -> bool:
        return asked in self._told


def run_parcel(sender: Versions, session: str, tasks: tuple[Task, ...]) -> Done | Refusal:
    """What the kits return, errand by errand. No errand is even unpickled by another version."""
    here = versions_here()
    if here != sender:
        return Refusal(here)
    worker = get_worker()
    errands = []
    for name, kit_name, packed in tasks:
        plugin = worker.plugins.get(kit_name)
        if not isinstance(plugin, KitPlugin):
            return Refusal(here, lacks_kit=True)
        kit = plugin.kit()
        if kit is None:
            return Refusal(here, is_ending=True)
        errands.append((kit, packed, _Interest(worker, plugin, session, name)))
    began_s = time.monotonic()
    outcomes = tuple(_outcome(*errand) for errand in errands)
    return Done(outcomes, time.monotonic() - began_s)


class _Interest:
    """Whether an errand is still wanted."""

    def __init__(self, worker: Worker, plugin: KitPlugin, session: str, name: str) -> None:
        self._tasks = worker.state.tasks
        self._key = worker.get_current_task()
        self._plugin = plugin
        self._session = session
        self._name = name

    def __call__(self) -> bool:
        """Not when the sender stops, or is gone, or when the scheduler cannot be reached and another may be asked."""
        is_ours = self._plugin.lease.is_valid() and not self._plugin.is_stopped(self._session)
        return is_ours and not self.is_withdrawn()

    def is_withdrawn(self) -> bool:
        """Nobody will ask for its result."""
        state = self._tasks.get(self._key)
        is_held = state is not None and state.state == "executing"
        return not is_held or self._plugin.is_withdrawn(self._session, self._name)


def _outcome(kit: Kit, packed: bytes, is_wanted: _Interest) -> bytes | Failed | LeftOut:
    if is_wanted.is_withdrawn():
        return LeftOut()
    try:
        return kit.do(packed, is_wanted)
    except Exception as error:  # noqa: BLE001 - the errand's own: handed on to whoever asks for its result
        return Failed(_travelling(error))


def _travelling(error: Exception) -> Exception:
    """The same with a note of where it was raised; or what it said, where it cannot be pickled."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - classes pickle in ways of their own, and fail so
        told = RuntimeError(f"{type(error).__name__}: {error}")
        told.add_note("".join(error.__notes__))
        return told
    return error


def words_in_hand(dask_worker: Worker) -> tuple[str, ...]:
    """To which errands stick that are under way there, whoever sent them, and whether he still lives or not."""
    return tuple(word for plugin in _kit_plugins(dask_worker) for word in plugin.words_in_hand())


def stop_session(session: str, dask_worker: Worker) -> None:
    """Errands of this session end after the look that they are at."""
    for plugin in _kit_plugins(dask_worker):
        plugin.stop(session)


def withdraw_errand(session: str, name: str, dask_worker: Worker) -> None:
    """It is not wanted any more; its neighbours in the parcel are."""
    for plugin in _kit_plugins(dask_worker):
        plugin.withdraw(session, name)


def _kit_plugins(worker: Worker) -> list[KitPlugin]:
    return [plugin for plugin in worker.plugins.values() if isinstance(plugin, KitPlugin)]
