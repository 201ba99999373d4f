"""Work that is done portion by portion, with long pauses while there is none: even asking for it costs something."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Portions:
    """Call it at every beat: it does one portion, unless another job has its turn at the same things."""

    portion: Callable[[], int]  # how much it did; 0: nothing is left
    turn: threading.Lock
    rest_beats: int  # left out after there was nothing to do
    _to_skip: int = field(default=0, init=False)

    def __call__(self) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif self.turn.acquire(blocking=False):
            try:
                self._to_skip = 0 if self.portion() else self.rest_beats
            finally:
                self.turn.release()
