"""Functions as errands: done by a kit on a worker, and travelling together where they are light."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client, Worker

from tracker.executors import OpenKit
from tracker.executors.on_worker import KitPlugin


class Tools:
    """Calls what it is told to."""

    def do(self, task: bytes, is_wanted: Callable[[], bool]) -> bytes:
        function, arguments = pickle.loads(task)
        if function is until_unwanted:
            return pickle.dumps(until_unwanted(*arguments, is_wanted))
        return pickle.dumps(function(*arguments))

    def words_in_hand(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass


@dataclass(eq=False)
class Errand:
    """`function`, to be done anywhere."""

    function: Callable[..., object]
    looks: int = 1
    losses: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def kit_name(self) -> str:
        return "tools"

    @property
    def open_kit(self) -> OpenKit:
        return Tools

    def __call__(self, *arguments: object) -> object:
        return self.function(*arguments)

    def sticks_to(self, *arguments: object) -> str:
        return str(arguments)

    def weight(self, *_arguments: object) -> int:
        return self.looks

    def packed(self, *arguments: object) -> bytes:
        return pickle.dumps((self.function, arguments))

    def unpacked(self, result: bytes, *_arguments: object) -> object:
        return pickle.loads(result)

    def lost(self, *arguments: object) -> None:
        self.losses.append(arguments)


class OddError(Exception):
    """Cannot be unpickled, as many libraries' cannot."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def fail_oddly(word: str) -> None:
    raise OddError(word, word)


class Unreadable:
    """Can be sent, not received."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return fail_at_home, (os.getpid(),)


def fail_at_home(sender: int) -> None:
    if os.getpid() != sender:
        raise LookupError("only there")


def unreadable(_: object) -> Unreadable:
    return Unreadable()


def until_unwanted(folder: Path, name: str, is_wanted: Callable[[], bool] = lambda: True) -> str:
    """Leaves a mark, and ends when nobody wants it any more."""
    (folder / f"{name}.begun").touch()
    while is_wanted():
        time.sleep(0.01)
    return f"{name} as far as it came"


def withdrawn_on_workers(address: str) -> int:
    """How many single errands the workers were told to leave out."""
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        return sum(client.run(_withdrawn).values())


def _withdrawn(dask_worker: Worker) -> int:
    plugins = [plugin for plugin in dask_worker.plugins.values() if isinstance(plugin, KitPlugin)]
    return sum(len(plugin._withdrawn) for plugin in plugins)
