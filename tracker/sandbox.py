"""Work on foreign data, in processes that can be killed: what hangs, swells or crashes there is an error here.

    thread --run--> Sandbox --socket--> worker     one socket a worker, nobody else's: what befalls one ends one task
                       `------socket--> nursery    a process without threads that has the imports done; it forks
                                                   the workers, and kills and buries them when told to

Not `multiprocessing`: its spawn and forkserver run the main script again in every worker (the whole command line, for
a program that was started as `tracker`), and a plain fork of a process with threads may deadlock. The nursery gives a
new worker in a few milliseconds, and what it imported is in memory once. It sees no foreign data itself.

This bounds what a page can cost. It is no wall against code that has taken over a worker.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeVar, TypeVarTuple

from tracker.errors import SandboxFailed
from tracker.sandbox_worker import ANSWER, ORDER, Command, Done, resident_bytes

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

# The slowest of 578 real pages takes 0.7 seconds on a busy machine; a hostile page gets no more than this.
LIMIT_S = 10.0
# After any of them the process holds less than 90 MB, imports included.
MEMORY_BYTES = 512 * 1024 * 1024
# What libraries keep to themselves may grow (not measurably in 700 pages): a fresh process costs .3 s of imports.
TASKS_A_WORKER = 2_000

_LOOK_S = 0.05  # how often a worker that takes long is asked for its size; most tasks are done sooner
_BOOT = "import sys; sys.path[:] = sys.argv[2:]; from tracker.sandbox_worker import nurse; nurse(int(sys.argv[1]))"


class Runner(Protocol):
    """Calls a function: `run_here`, or a sandbox's `run`. There, function and arguments must be picklable."""

    def __call__(self, function: Callable[[*Ts], T], /, *args: *Ts) -> T: ...


def run_here(function: Callable[[*Ts], T], /, *args: *Ts) -> T:
    """In this process and without any limit: for what is trusted."""
    return function(*args)


class Sandbox:
    """At most `workers` processes, started when first needed and ended with the `with` block.

    `limit_s` is the time that one task may take on the clock, `memory_bytes` what its process may hold of the memory.
    `preload` names modules that are imported once for all workers.
    """

    def __init__(
        self,
        workers: int,
        limit_s: float = LIMIT_S,
        memory_bytes: int = MEMORY_BYTES,
        *,
        tasks_a_worker: int = TASKS_A_WORKER,
        preload: tuple[str, ...] = (),
    ) -> None:
        self._limit_s = limit_s
        self._memory_bytes = memory_bytes
        self._tasks_a_worker = tasks_a_worker
        self._preload = preload
        self._free = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()  # guards what follows
        self._idle: list[_Worker] = []  # the one used last is taken first: the others need never be started
        self._busy: list[_Worker] = []
        self._nursery: _Nursery | None = None
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tasks still running are given up: whoever waits for one gets SandboxFailed."""
        with self._lock:
            self._is_closed = True
            for worker in self._idle:
                worker.end()
            self._idle.clear()
            if self._nursery is not None:
                self._nursery.close()

    def run(self, function: Callable[[*Ts], T], /, *args: *Ts) -> T:
        """What the function returns, or raises; the calling thread waits, for a free process too.

        Raises SandboxFailed for a task that took too much time or memory, or whose process died.
        """
        with self._free:
            done = self._done(self._taken(), (self._limit_s, function, args))
        if isinstance(done.error, MemoryError):
            raise _too_large(self._memory_bytes)
        if done.error is not None:
            raise done.error
        return done.value  # type: ignore[return-value]  # the function's own: only the caller's types know

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the workers that live now; empty before the first task."""
        with self._lock:
            return tuple(worker.process_id for worker in (*self._idle, *self._busy))

    def _done(self, worker: _Worker, order: object) -> Done:
        is_well = False
        try:
            done = worker.ask(order, self._limit_s, self._memory_bytes)
            is_well = not done.is_last
        except (EOFError, OSError, pickle.UnpicklingError):
            raise SandboxFailed(f"The process that read it ended: {worker.end()}.") from None
        finally:
            self._give_back(worker, is_well=is_well)
        return done

    def _taken(self) -> _Worker:
        with self._lock:
            worker = self._living() or self._new()
            self._busy.append(worker)
            return worker

    def _living(self) -> _Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive():
                return worker
            worker.end()
        return None

    def _new(self) -> _Worker:
        if self._is_closed:
            raise RuntimeError("The sandbox is closed already.")
        if self._nursery is not None and not self._nursery.is_alive():
            self._nursery.close()
            self._nursery = None
        self._nursery = self._nursery or _Nursery(self._memory_bytes, self._preload)
        return self._nursery.bear()

    def _give_back(self, worker: _Worker, *, is_well: bool) -> None:
        with self._lock:
            self._busy.remove(worker)
            if is_well and worker.tasks < self._tasks_a_worker and not self._is_closed:
                self._idle.append(worker)
                return
        worker.end()


class _Worker:
    """One process and the socket to it; one thread at a time has it in hand."""

    def __init__(self, process_id: int, channel: socket.socket, nursery: _Nursery) -> None:
        self.process_id = process_id
        self.tasks = 0
        self._channel = channel
        # Pickled straight into the socket and out of it: a quarter of a megabyte then takes a fifth of the time that
        # it takes through `multiprocessing.Connection`, which puts copies together.
        self._orders = pickle.Pickler(_Sending(channel.sendall), pickle.HIGHEST_PROTOCOL)
        self._answers = channel.makefile("rb")
        self._arriving = select.poll()
        self._arriving.register(channel, select.POLLIN)
        self._nursery = nursery
        self._ending: str | None = None

    def is_alive(self) -> bool:
        """An idle worker has nothing to say: what can be read is the end of its socket."""
        return not self._arriving.poll(0)

    def ask(self, order: object, limit_s: float, memory_bytes: int) -> Done:
        """What it did. Raises SandboxFailed where that takes too much; where it died, EOFError and the like."""
        self.tasks += 1
        end_s = time.monotonic() + limit_s
        self._orders.dump(order)
        self._orders.clear_memo()
        while not self._arriving.poll(1000 * max(0.0, min(_LOOK_S, end_s - time.monotonic()))):
            if time.monotonic() >= end_s:
                raise SandboxFailed(f"Reading took longer than {limit_s:g} seconds.")
            if resident_bytes(self.process_id) > memory_bytes:
                raise _too_large(memory_bytes)
        done: Done = pickle.load(self._answers)  # noqa: S301 - written by our own code in the worker
        return done

    def end(self) -> str:
        """Kills it, if it still lives. The word for how it ended, also when asked again."""
        if self._ending is None:
            self._answers.close()
            self._channel.close()
            self._ending = self._nursery.bury(self.process_id)
        return self._ending


@dataclass(frozen=True, slots=True)
class _Sending:
    """What a pickler writes to."""

    write: Callable[[bytes], object]


class _Nursery:
    """The process that forks workers, and kills them."""

    def __init__(self, memory_bytes: int, preload: tuple[str, ...]) -> None:
        self._lock = threading.Lock()  # one command at a time, with its answer
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-c", _BOOT, str(theirs.fileno()), *sys.path],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        settings = pickle.dumps((memory_bytes, preload))
        self._control.sendall(ORDER.pack(Command.SETTLE, len(settings)) + settings)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def bear(self) -> _Worker:
        """A new worker. Raises OSError where the system gives no more processes."""
        ours, theirs = socket.socketpair()
        with theirs:
            process_id = self._command(Command.BEAR, 0, theirs.fileno())
        if process_id <= 0:
            ours.close()
            raise OSError(-process_id, f"no process for the sandbox: {os.strerror(-process_id)}")
        return _Worker(process_id, ours, self)

    def bury(self, process_id: int) -> str:
        try:
            status = os.waitstatus_to_exitcode(self._command(Command.BURY, process_id))
        except OSError:  # the nursery is gone itself; its workers end when their sockets do, or their time
            return "nobody knows of what"
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"

    def close(self) -> None:
        """All of its workers are killed, also busy ones."""
        with self._lock:
            self._control.close()
        self._process.wait()

    def _command(self, command: Command, number: int, *descriptors: int) -> int:
        with self._lock:
            socket.send_fds(self._control, [ORDER.pack(command, number)], descriptors)
            answer = self._control.recv(ANSWER.size, socket.MSG_WAITALL)
        if len(answer) < ANSWER.size:
            raise ConnectionResetError("the sandbox's first process ended, see standard error")
        return int(ANSWER.unpack(answer)[0])


def _too_large(memory_bytes: int) -> SandboxFailed:
    return SandboxFailed(f"Reading took more than {memory_bytes // 1024**2:,} MB of memory.")
