"""Looks through a cluster of workers on this machine, and through threads, at the same sites on loopback."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from cycle import Server, addresses, pages, tree

from tracker.check import CheckCycle
from tracker.config import Config, ExecutorSettings, FetchSettings, ScheduleSettings
from tracker.executors import Errand, executor_for
from tracker.executors.errands import OpenKit
from tracker.model import Batch
from tracker.store import Store
from tracker.wiring import World, check_cycle, fetcher_for

MANY_HOSTS = 400  # at which each article is the only one that is due
FEW_HOSTS = 40  # with a full batch each
THREADS_A_WORKER = 4  # sites on loopback answer at once: more would wait for the two cores
_TASKS, _TASKS_ALONE = 2_000, 200  # that do nothing
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_READY_S = 60.0


# -- the sites and the cluster -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sites:
    """Hosts in a process of their own: a port of loopback each."""

    control: Connection
    process_id: int
    ports: Sequence[int]
    page_count: int

    def make_noisy(self, is_noisy: bool) -> None:
        """Other bytes, the same texts."""
        self.control.send(is_noisy)
        self.control.recv()


def _serve(control: Connection) -> None:
    """Tells its ports and the number of pages; then True makes the pages noisy, False plain, None ends it."""
    bodies, is_noisy = list(pages()), threading.Event()
    servers = [Server(bodies, is_noisy) for _ in range(MANY_HOSTS)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    control.send(([server.server_address[1] for server in servers], len(bodies)))
    while (wanted := control.recv()) is not None:
        is_noisy.set() if wanted else is_noisy.clear()
        control.send(wanted)


@contextmanager
def sites() -> Iterator[Sites]:
    spawn = multiprocessing.get_context("spawn")
    control, theirs = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    theirs.close()
    ports, page_count = control.recv()
    yield Sites(control, server.pid or 0, ports, page_count)
    control.send(None)
    server.join()


@dataclass(frozen=True)
class Cluster:
    scheduler: str
    process_ids: tuple[int, ...]


@contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    """A scheduler and so many workers, started as by hand."""
    dask = str(Path(sys.executable).with_name("dask"))
    with tempfile.TemporaryDirectory() as name, ExitStack() as ends:
        told = Path(name) / "scheduler.json"
        plain = ("--no-dashboard", "--host", "127.0.0.1")
        commands = [[dask, "scheduler", *plain, "--port", "0", "--scheduler-file", str(told)]]
        one = ("--nworkers", "1", "--nthreads", str(THREADS_A_WORKER), "--scheduler-file", str(told))
        commands += [[dask, "worker", *plain, *one] for _ in range(workers)]
        processes = [ends.enter_context(_started(each, Path(name))) for each in commands]
        yield Cluster(_address(told, workers), tuple(process.pid for process in processes))


@contextmanager
def _started(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    # The engine's own profiler looks at every thread a hundred times a second.
    environment = os.environ | {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _address(told: Path, workers: int) -> str:
    from distributed import Client  # noqa: PLC0415 - an extra, of the cluster alone

    until_s = time.monotonic() + _READY_S
    while not told.exists() and time.monotonic() < until_s:
        time.sleep(0.1)
    with Client(scheduler_file=str(told), timeout=_READY_S) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers, timeout=_READY_S)
        return str(client.scheduler.address)


# -- what is counted ---------------------------------------------------------------------------------------------------


@dataclass
class Counted:
    """An errand that tells what its calls and their results came to."""

    errand: Errand
    sent_bytes: int = 0
    come_bytes: int = 0
    batches: int = 0

    @property
    def kit_name(self) -> str:
        return self.errand.kit_name

    @property
    def open_kit(self) -> OpenKit:
        return self.errand.open_kit

    def __call__(self, *_arguments: object) -> tuple[()]:
        raise TypeError("An errand is done by a cluster's executor.")

    def sticks_to(self, *arguments: object) -> str:
        return self.errand.sticks_to(*arguments)

    def weight(self, *arguments: object) -> int:
        return self.errand.weight(*arguments)

    def packed(self, *arguments: object) -> bytes:
        told = self.errand.packed(*arguments)
        self.sent_bytes += len(told)
        self.batches += 1
        return told

    def unpacked(self, result: bytes, *arguments: object) -> object:
        self.come_bytes += len(result)
        return self.errand.unpacked(result, *arguments)

    def lost(self, *arguments: object) -> None:
        self.errand.lost(*arguments)


def cpu_s(process_ids: Sequence[int], but: int) -> float:
    """Of these processes and all that they started, except one of them."""
    ticks = 0
    left_out = set(tree(but))
    for process_id in {each for root in process_ids for each in tree(root)} - left_out:
        try:
            told = Path(f"/proc/{process_id}/stat").read_text()
        except OSError:  # it has just ended: its parent has its time
            continue
        ticks += sum(map(int, told.rpartition(")")[2].split()[11:15]))
    return ticks / _TICKS_A_SECOND


@dataclass(frozen=True)
class Speed:
    name: str
    looks: int
    seconds: float
    cpu_s: float
    judge_cpu_s: float  # of the process that claims, judges and records
    tasks: int  # of the engine
    batches: int
    sent_bytes: int
    come_bytes: int


@dataclass(frozen=True)
class Load:
    """How much there is to look at, and how it is spread."""

    articles: int
    hosts: int
    in_hand: int  # batches

    @property
    def name(self) -> str:
        return f"{self.articles / self.hosts:.0f} a host, {self.in_hand} in hand"


def _config(folder: Path, in_hand: int, scheduler: str) -> Config:
    settings = ExecutorSettings(kind="dask", scheduler=scheduler) if scheduler else ExecutorSettings()
    return Config(
        fetch=FetchSettings(allow_private_addresses=True, host_interval_s=0.0),
        schedule=ScheduleSettings(workers=in_hand, requests_per_day=100_000_000),
        executor=settings,
    ).with_database(folder / "tracker.db")


def speeds(there: Sites, load: Load, scheduler: str = "", others: Sequence[int] = ()) -> Iterator[Speed]:
    """First looks; the same pages again, with other bytes; with the very same bytes."""
    urls = addresses(there.ports[: load.hosts], there.page_count, load.articles)
    world = World()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        config = _config(Path(folder), load.in_hand, scheduler)
        store = stack.enter_context(Store.open(Path(config.database.path), create=True))
        ids = [article_id for article_id, _ in store.add_articles(urls, world.now())]
        fetcher = fetcher_for(config, world)
        cycle = stack.enter_context(check_cycle(config, store, fetcher, world, lambda _verdict, _recorded: None))
        for title, is_noisy in (("first looks", False), ("other bytes", True), ("same bytes", True)):
            there.make_noisy(is_noisy)
            yield _timed(title, cycle, store.orders_for(ids), there, others)


def _timed(name: str, cycle: CheckCycle, batches: Sequence[Batch], there: Sites, others: Sequence[int]) -> Speed:
    look = cycle.look
    errand: object = look
    counted = Counted(errand) if isinstance(errand, Errand) else None
    if counted is not None:
        cycle.look = counted
    processes, tasks_before = (os.getpid(), *others), _tasks_sent(cycle)
    began_s, cpu_before_s, own_before_s = time.perf_counter(), cpu_s(processes, there.process_id), time.process_time()
    looks = cycle.run(batches).checks
    seconds = time.perf_counter() - began_s
    used_s, own_s = cpu_s(processes, there.process_id) - cpu_before_s, time.process_time() - own_before_s
    cycle.look = look
    travelled = (counted.batches, counted.sent_bytes, counted.come_bytes) if counted else (0, 0, 0)
    return Speed(name, looks, seconds, used_s, own_s, _tasks_sent(cycle) - tasks_before, *travelled)


def _tasks_sent(cycle: CheckCycle) -> int:
    return int(getattr(cycle.executor, "tasks_sent", 0))


# -- the engine alone --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Overhead:
    """Of a task that does nothing, in ms."""

    alone: float  # from handing over to the result, nothing else in hand
    pipelined: float  # when many are in hand
    cpu_here: float
    cpu_scheduler: float
    cpu_workers: float

    @property
    def cpu(self) -> float:
        return self.cpu_here + self.cpu_scheduler + self.cpu_workers


def overhead(there: Cluster) -> Overhead:
    """What the engine takes."""
    scheduler, *workers = there.process_ids
    with executor_for(ExecutorSettings(kind="dask", scheduler=there.scheduler), 1) as executor:
        executor.submit(os.getpid).result()
        began_s = time.perf_counter()
        for _ in range(_TASKS_ALONE):
            executor.submit(os.getpid).result()
        alone_s = time.perf_counter() - began_s
        roots = ([scheduler], workers)
        before = [cpu_s(each, 0) for each in roots]
        began_s, own_s = time.perf_counter(), time.process_time()
        for future in [executor.submit(os.getpid) for _ in range(_TASKS)]:
            future.result()
        pipelined_s, here_s = time.perf_counter() - began_s, time.process_time() - own_s
        used = [cpu_s(each, 0) - then for each, then in zip(roots, before, strict=True)]
    many = (seconds / _TASKS * 1000 for seconds in (pipelined_s, here_s, *used))
    return Overhead(alone_s / _TASKS_ALONE * 1000, *many)
