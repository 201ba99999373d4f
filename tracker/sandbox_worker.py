"""The other side of the sandbox: the nursery, which forks, and the workers, which do what they are told until they end.

Loads only what it is told to, so that the nursery stays small and without threads.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import pickle
import resource
import signal
import socket
import struct
import traceback
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NoReturn, Self

ORDER = struct.Struct("!Bq")  # a command and its number
ANSWER = struct.Struct("!q")

# A worker ends itself where nobody is left to end it; the one who waits for it comes first.
_GRACE_S = 2.0
# Of the address space, against the memory that may be held: libraries reserve more than they use. What grows at once
# beyond it is refused; what grows less fast is seen from outside before.
_RESERVED = 2


class Command(IntEnum):
    SETTLE = 1  # number: the length of the pickled settings that follow
    BEAR = 2  # with a worker's socket; answered with its process id, or minus an errno
    BURY = 3  # number: the process id; answered with its wait status


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a task: the function's value, or `error`, whose traceback is a note on it.

    `is_last`: the worker is of no more use.
    """

    value: object = None
    error: Exception | None = None
    is_last: bool = False


# -- the nursery -------------------------------------------------------------------------------------------------------


def nurse(descriptor: int) -> None:
    """Forks and buries workers until the other end is closed; then all of them are killed."""
    # A Ctrl-C reaches the whole group, a service manager's SIGTERM too: the parent decides what becomes of the tasks.
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    logging.disable(logging.CRITICAL)  # libraries on foreign pages; our own bugs come back as exceptions
    children: set[int] = set()
    # Whoever asked may be gone before the answer: killed, for example. That is the end, too.
    with suppress(ConnectionError), socket.socket(fileno=descriptor) as control:
        memory_bytes = _settled(control)
        while received := socket.recv_fds(control, ORDER.size, 1):
            message, descriptors, _, _ = received
            if not message:
                break
            command, number = ORDER.unpack(message)
            if command == Command.BEAR:
                answer = _born(control, descriptors[0], memory_bytes)
                if answer > 0:  # else none was born
                    children.add(answer)
            else:
                answer = _buried(number)
                children.discard(number)
            control.sendall(ANSWER.pack(answer))
    for child in children:
        _buried(child)


def _settled(control: socket.socket) -> int:
    """Memory that a worker may hold, in bytes, once the modules are imported."""
    _, length = ORDER.unpack(control.recv(ORDER.size, socket.MSG_WAITALL))
    memory_bytes, preload = pickle.loads(control.recv(length, socket.MSG_WAITALL))  # noqa: S301 - from our own parent
    for name in preload:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is imported stays in pages that all workers share
    return int(memory_bytes)


def _born(control: socket.socket, descriptor: int, memory_bytes: int) -> int:
    with socket.socket(fileno=descriptor) as channel:  # the nursery's own copy ends here, the worker's with the worker
        try:
            process_id = os.fork()
        except OSError as error:
            return -(error.errno or 1)
        if process_id == 0:
            control.close()
            _work(channel, memory_bytes)
    return process_id


def _buried(process_id: int) -> int:
    os.kill(process_id, signal.SIGKILL)  # a child that is not waited for yet: nobody else can have its number
    return os.waitpid(process_id, 0)[1]


# -- a worker ----------------------------------------------------------------------------------------------------------


def _work(channel: socket.socket, memory_bytes: int) -> NoReturn:
    status = 1
    try:
        _limit(memory_bytes)
        with channel.makefile("rb") as orders:
            while orders.peek(1):  # empty: nobody is left to ask for anything
                channel.sendall(_done(orders))
        status = 0
    except OSError:  # nobody waits for the answer
        status = 0
    finally:
        os._exit(status)


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = reserved_bytes() + _RESERVED * memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def reserved_bytes() -> int:
    """Address space of this process; 0 where the system does not tell."""
    return _statm("self", 0)


def resident_bytes(process_id: int) -> int:
    """Memory that a process holds; 0 for one that is gone, or where the system does not tell."""
    return _statm(str(process_id), 1)


def _statm(process: str, column: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[column]) * resource.getpagesize()
    except OSError:
        return 0


def _done(orders: BinaryIO) -> bytes:
    with _Guard() as guard:
        limit_s, function, arguments = pickle.load(orders)  # noqa: S301 - from our own parent
        guard.is_order_read = True
        signal.setitimer(signal.ITIMER_REAL, limit_s + _GRACE_S)  # SIGALRM ends the process, also amid a C function
        guard.done = pickle.dumps(Done(function(*arguments)), pickle.HIGHEST_PROTOCOL)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return guard.done


class _Guard:
    """Whatever the function raises is its answer."""

    done = b""
    is_order_read = False  # else what follows on the channel is the rest of that order

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            is_last = isinstance(error, MemoryError) or not self.is_order_read
            self.done = _failed(error, is_last=is_last)
        return isinstance(error, Exception)


def _failed(error: Exception, *, is_last: bool) -> bytes:
    """The exception itself where it can travel, else one that names it."""
    told = "".join(traceback.format_exception(error))
    error.add_note(f"In the sandbox:\n{told}")
    try:
        done = pickle.dumps(Done(error=error, is_last=is_last))
        pickle.loads(done)  # noqa: S301 - our own, written in the line before
    except (pickle.PickleError, TypeError, AttributeError):
        return pickle.dumps(Done(error=RuntimeError(told), is_last=is_last))
    return done
