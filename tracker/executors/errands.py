"""What a function must know to be done far away: how its arguments and its result travel, and what it needs there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable


class Kit(Protocol):
    """What a worker process keeps between errands; one serves all of its threads."""

    def do(self, task: bytes, is_wanted: Callable[[], bool]) -> bytes:
        """The result, packed. `is_wanted` is asked now and then: False: finish soon, with what there is."""

    def close(self) -> None: ...


OpenKit = Callable[[], Kit]
"""Picklable by reference: called once in each worker process, when the first errand comes."""


@runtime_checkable
class Errand(Protocol):
    """A callable whose calls are done by a kit on a worker; it is never sent itself."""

    @property
    def kit_name(self) -> str:
        """Kits of one name are the same."""

    @property
    def open_kit(self) -> OpenKit: ...

    def sticks_to(self, *arguments: object) -> str:
        """Calls with the same word go to the same worker, as long as it lives and has a free thread."""

    def packed(self, *arguments: object) -> bytes:
        """The call, as the kit wants it. Asked anew for every attempt."""

    def unpacked(self, result: bytes, *arguments: object) -> object:
        """What the call returns."""

    def lost(self, *arguments: object) -> None:
        """A worker took this call and is gone; nobody knows how far it came."""
