"""Signals ask for an orderly end. The handler itself only drops a note: what it interrupts may hold any lock."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tracker.wiring import World

# SIGHUP is a terminal that was closed: an orderly end as well. Under nohup it is ignored, and stays so.
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def signals_stop(world: World) -> Iterator[None]:
    """SIGTERM, SIGINT and SIGHUP ask for an orderly end; the same once more ends at once, and the database is whole
    all the same."""
    # A simple queue may be put into from a handler; an Event's own lock may be held by the very code it interrupts.
    notes: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def ask(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        notes.put(True)

    def pass_on() -> None:
        if notes.get():
            world.stop.set()

    reader = threading.Thread(target=pass_on, name="signals", daemon=True)
    reader.start()
    heeded = [number for number in _STOP_SIGNALS if number != signal.SIGHUP or not _is_ignored(number)]
    before = {number: signal.signal(number, ask) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        notes.put(False)
        reader.join()


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN
