"""What the sandbox's tests have done in other processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn


class Odd(Exception):
    """Does not survive the journey: it is made of two things, and pickled as one."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def double(number: int) -> int:
    return 2 * number


def own_process(_number: int = 0) -> int:
    return os.getpid()


def fail(error: Exception) -> NoReturn:
    raise error


def fail_oddly() -> NoReturn:
    raise Odd("quite", "odd")


def hang() -> NoReturn:
    while True:
        pass


def swell() -> int:
    """Bit by bit, as a tree grows."""
    held = []
    while True:
        held.append(bytearray(b"x" * 1_000_000))


def swallow() -> int:
    """All at once."""
    return len(bytearray(10**12))


def end(number: int) -> None:
    os.kill(os.getpid(), number)


def leave() -> NoReturn:
    os._exit(3)


def local_function() -> Callable[[], None]:
    return lambda: None


def wait_for_word(pipe: Path) -> str:
    return pipe.read_text("utf-8")


def ignored_signals() -> list[bool]:
    return [signal.getsignal(number) is signal.SIG_IGN for number in (signal.SIGINT, signal.SIGTERM)]
