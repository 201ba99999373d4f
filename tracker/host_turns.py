"""Whose turn it is at a host: all that one program does side by side asks a host one at a time.

Looks are handed out by one thread that must not wait: it takes the hosts that are free. Who must have one host, as the
reader of a feed, waits for it; from then on the host counts as busy for all who take, so that the wait is no longer
than one batch.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ASK_S = 0.2  # so soon a wait is broken off by a stop


class HostHold:
    """A host in one's hand, until `end`."""

    def __init__(self, turns: HostTurns, host: str) -> None:
        self.host = host
        self._turns = turns

    def end(self) -> None:
        """May be called more than once, from any thread."""
        self._turns.ended(self)


class HostTurns:
    """Safe to share between threads. Whoever holds a host and wishes for it once more waits for himself."""

    def __init__(self) -> None:
        self._changed = threading.Condition()  # guards what follows
        self._held: dict[str, HostHold] = {}
        self._wished: Counter[str] = Counter()

    @property
    def busy(self) -> frozenset[str]:
        """Hosts that are held, or waited for."""
        with self._changed:
            return frozenset(self._held) | frozenset(self._wished)

    def take(self, host: str) -> HostHold | None:
        """Without waiting. None: it is busy."""
        with self._changed:
            if host in self._held or host in self._wished:
                return None
            return self._hold(host)

    @contextmanager
    def turn(self, host: str, is_stopping: Callable[[], bool]) -> Iterator[bool]:
        """The host for the length of the block, as soon as it is free; False: a stop came first, and it is not held."""
        hold = self._waited_for(host, is_stopping)
        try:
            yield hold is not None
        finally:
            if hold is not None:
                hold.end()

    def wait_for_change(self, seconds: float) -> None:
        """Until a host becomes free, at most so long."""
        with self._changed:
            self._changed.wait(seconds)

    def ended(self, hold: HostHold) -> None:
        with self._changed:
            if self._held.get(hold.host) is hold:
                del self._held[hold.host]
                self._changed.notify_all()

    def _hold(self, host: str) -> HostHold:
        self._held[host] = HostHold(self, host)
        return self._held[host]

    def _waited_for(self, host: str, is_stopping: Callable[[], bool]) -> HostHold | None:
        with self._changed:
            self._wished[host] += 1
            try:
                while host in self._held:
                    if is_stopping():
                        return None
                    self._changed.wait(_ASK_S)
                return self._hold(host)
            finally:
                self._wished -= Counter({host: 1})  # keeps positive counts alone
                self._changed.notify_all()
