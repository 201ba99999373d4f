"""What the parts of verifying share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from tracker.store.connection import Row


class Walk(Protocol):
    """Passes rows through and tells how far it is."""

    def over(self, rows: Iterable[Row], /) -> Iterator[Row]: ...
