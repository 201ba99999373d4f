"""What a function must know to be done far away: how its arguments and its result travel, and what it needs there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

# Looks. An errand of this weight, or more, travels alone. Where a look takes some 4 ms of CPU, the 2 to 4 ms that the
# engine takes for a task are 2 to 4 % of so many.
FULL_WEIGHT = 25


class Kit(Protocol):
    """What a worker process keeps between errands; one serves all of its threads."""

    def do(self, task: bytes, is_wanted: Callable[[], bool]) -> bytes:
        """The result, packed. `is_wanted` is asked now and then: False: finish soon, with what there is."""

    def words_in_hand(self) -> tuple[str, ...]:
        """What the errands stick to that are under way; see `Errand.sticks_to`."""

    def close(self) -> None: ...


OpenKit = Callable[[], Kit]
"""Picklable by reference: called once in each worker process, when the first errand comes."""


@runtime_checkable
class Errand(Protocol):
    """A callable whose calls are done by a kit on a worker; it is never sent itself. Short ones travel together, and
    are done one after the other; what befalls one of them befalls it alone, except that its worker dies."""

    @property
    def kit_name(self) -> str:
        """Kits of one name are the same."""

    @property
    def open_kit(self) -> OpenKit: ...

    def sticks_to(self, *arguments: object) -> str:
        """Calls with the same word go to the same worker, as long as it lives and has not more than its share."""

    def weight(self, *arguments: object) -> int:
        """How many looks it is worth, at least 1; FULL_WEIGHT or more: it must have no company."""

    def packed(self, *arguments: object) -> bytes:
        """The call, as the kit wants it. Asked when it is sent, and anew for every attempt."""

    def unpacked(self, result: bytes, *arguments: object) -> object:
        """What the call returns."""

    def lost(self, *arguments: object) -> None:
        """Somebody took this call, or one with the same word, and is out of reach: gone, or in the hand of a program
        that is. Nobody knows how far it came, and it may go on for a little while."""
