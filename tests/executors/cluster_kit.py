"""A scheduler and workers as processes of their own, on loopback; and functions for them to do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from distributed import Client, Worker
from logging_site import INTERVAL_S

from tracker.config import Config, ExecutorSettings, FetchSettings, ScheduleSettings

_PATIENCE_S = 60.0
_HERE = str(Path(__file__).parent)
_TESTS = str(Path(__file__).parents[1])
_ROOT = str(Path(__file__).parents[2])


def until(true: Callable[[], bool], what: str) -> None:
    """Waits for a state of the world, however slow the machine is."""
    end_s = time.monotonic() + _PATIENCE_S
    while not true():
        assert time.monotonic() < end_s, f"it never came to this: {what}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """Started by hand as the guide says: one scheduler, and as many workers as asked for."""

    def __init__(self, folder: Path, tls: tuple[str, ...] = (), environment: dict[str, str] | None = None) -> None:
        """`environment`: of the scheduler; that of a worker is given with it."""
        self._folder = folder
        self._tls = tls
        self._environment = environment
        self._port = free_port()
        self._protocol = "tls" if tls else "tcp"
        self.address = f"{self._protocol}://127.0.0.1:{self._port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self.start_scheduler()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            process.kill()
        for process in self.processes:
            process.wait()

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        where = ("--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard")
        self.scheduler = self._start("scheduler", *where, environment=self._environment)
        until(self._listens, "a scheduler that listens")
        return self.scheduler

    def start_worker(self, threads: int = 4, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """One process, without a nanny unless `options` say `--nanny`."""
        nanny = () if "--nanny" in options else ("--no-nanny",)
        where = (self.address, "--host", "127.0.0.1", "--nthreads", str(threads), "--no-dashboard")
        return self._start("worker", *where, *nanny, *options, environment=environment)

    def log(self) -> str:
        return "".join(path.read_text() for path in sorted(self._folder.glob("*.log")))

    def _start(self, *command: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        name = f"{len(self.processes):02}-{command[0]}"
        path = os.pathsep.join((_ROOT, _HERE, _TESTS))
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "distributed.cli.dask_" + command[0], *command[1:], *self._tls],
                env={**os.environ, "PYTHONPATH": path, **(environment or {})},
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


@contextmanager
def cluster_of(folder: Path, workers: int, threads: int = 4) -> Iterator[Cluster]:
    with Cluster(folder) as cluster:
        for _ in range(workers):
            cluster.start_worker(threads)
        yield cluster


def config_of(cluster: Cluster, **fetch: object) -> Config:
    """For sites on loopback."""
    given: dict[str, Any] = {"allow_private_addresses": True, "host_interval_s": INTERVAL_S, "deadline_s": 5.0}
    return Config(
        fetch=FetchSettings(**(given | fetch)),
        executor=ExecutorSettings(kind="dask", scheduler=cluster.address),
        schedule=ScheduleSettings(workers=8, requests_per_day=10_000_000),
    )


# -- what is done on workers -------------------------------------------------------------------------------------------


def double(number: int) -> int:
    return 2 * number


def process_id(_: object = None) -> int:
    return os.getpid()


def fail(word: str) -> None:
    raise LookupError(word)


def mark_and_wait(folder: Path, name: str) -> str:
    """Leaves a mark, and ends when it is told to; and some time, so that a test that failed does not wait for it."""
    end_s = time.monotonic() + _PATIENCE_S
    with (folder / f"{name}.begun").open("a") as begun:
        begun.write(f"{os.getpid()}\n")
    while not (folder / f"{name}.go").exists() and time.monotonic() < end_s:
        time.sleep(0.01)
    return name


def die(folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


_DONE = frozenset({"memory", "error", "released", "forgotten", "cancelled"})


def tasks_on_workers(address: str) -> int:
    """How many calls the workers know of that are not done; results stay there for as long as anybody knows them."""
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        return sum(client.run(_tasks).values())


def _tasks(dask_worker: Worker) -> int:
    return sum(task.state not in _DONE for task in dask_worker.state.tasks.values())
