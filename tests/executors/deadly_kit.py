"""What workers look with where some pages end whoever reads them: the worst that might come through a sandbox."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from logging_site import DEADLY_WORDS

from tracker.look_remote import LookKit
from tracker.sandbox import Sandbox
from tracker.wiring import open_look_kit

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class _DeadlySandbox(Sandbox):
    """The whole worker process ends with the page."""

    def run(self, function: Callable[[*Ts], T], /, *args: *Ts) -> T:
        if any(DEADLY_WORDS.encode() in getattr(argument, "body", b"") for argument in args):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run(function, *args)


def open_deadly_kit(settings: bytes) -> LookKit:
    kit = open_look_kit(settings)
    kit.sandbox = _DeadlySandbox(2, preload=("tracker.extract.examining", "trafilatura"))
    return kit
