"""What hosts ask for, taken on from process to process: who wants to be left alone is, also after a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tracker.fetch import Fetcher
from tracker.store import Store


class HoldKeeper:
    """Between a fetcher, which learns of holds and keeps them, and one open database, which outlives it."""

    def __init__(self, store: Store, fetcher: Fetcher, now: Callable[[], datetime]) -> None:
        self._store = store
        self._fetcher = fetcher
        self._now = now

    def restore(self) -> None:
        """Tell the fetcher what was known before it."""
        for host, until in self._store.host_holds(self._now()).items():
            self._fetcher.hold_host(host, until)

    def keep(self) -> None:
        """Call it after every look: it writes only when a host asked for something new."""
        holds = self._fetcher.holds()
        if holds:
            self._store.save_host_holds(holds, self._now())
