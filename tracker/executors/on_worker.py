"""The worker's side of a cluster: kits that live as long as the worker process, and the errands that use them."""

from __future__ import annotations

import platform
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from distributed import Worker, WorkerPlugin, get_worker

from tracker.executors.errands import Kit, OpenKit
from tracker.extract import EXTRACTOR

_REMEMBERED_SESSIONS = 100  # that were told to stop: a program that starts again has a new one


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
    """An errand that was not begun."""

    versions: Versions
    lacks_kit: bool = False  # the scheduler was started anew, and knows of no kits


class KitPlugin(WorkerPlugin):
    """Keeps one kit in a worker process; the scheduler gives it to every worker that joins, too."""

    idempotent = True  # a second program with the same settings shares the kit, and must not replace one in use

    def __init__(self, name: str, open_kit: OpenKit) -> None:
        self.name = name
        self._open = open_kit

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - the engine names it
        self._lock = threading.Lock()
        self._kit: Kit | None = None
        self._is_closed = False
        self._stopped: OrderedDict[str, None] = OrderedDict()

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - as above
        with self._lock:
            self._is_closed = True
            if self._kit is not None:
                self._kit.close()

    def kit(self) -> Kit:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("The worker is about to end.")
            self._kit = self._kit or self._open()
            return self._kit

    def stop(self, session: str) -> None:
        with self._lock:
            self._stopped[session] = None
            while len(self._stopped) > _REMEMBERED_SESSIONS:
                self._stopped.popitem(last=False)

    def is_stopped(self, session: str) -> bool:
        with self._lock:
            return self._is_closed or session in self._stopped


def run_errand(kit_name: str, sender: Versions, session: str, task: bytes) -> bytes | Refusal:
    """What the kit returns. The task is not even unpickled by another version."""
    here = versions_here()
    worker = get_worker()
    plugin = worker.plugins.get(kit_name)
    if here != sender or not isinstance(plugin, KitPlugin):
        return Refusal(here, lacks_kit=here == sender)
    return plugin.kit().do(task, _wanted(worker, plugin, session))


def _wanted(worker: Worker, plugin: KitPlugin, session: str) -> Callable[[], bool]:
    key = worker.get_current_task()

    def is_wanted() -> bool:
        """Not when the sender stops, or is gone, or when the scheduler cannot be reached and another may be asked."""
        state = worker.state.tasks.get(key)
        return state is not None and state.state == "executing" and not plugin.is_stopped(session)

    return is_wanted


def stop_session(session: str, dask_worker: Worker) -> None:
    """Errands of this session end after the look that they are at."""
    for plugin in dask_worker.plugins.values():
        if isinstance(plugin, KitPlugin):
            plugin.stop(session)
