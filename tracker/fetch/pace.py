"""When a host was last asked, and when it may be asked again. In memory: a restart forgets pauses of seconds only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

REMEMBERED_HOSTS = 10_000  # about 3 MB; the hosts asked longest ago are forgotten first, their pauses long over
LONGEST_PAUSE_S = 120.0  # a Crawl-delay of days would park a worker for ever; no large crawler honours more
MOST_DOUBLINGS = 5  # of the pause, after one 429 or 503 on another: 2 s becomes a minute


@dataclass
class _Host:
    asked_s: float | None = None  # when the last request ended; monotonic, as all here
    held_until_s: float = 0.0
    doublings: int = 0


class Pace:
    """The pauses that are owed to hosts. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float], most_hosts: int = REMEMBERED_HOSTS) -> None:
        self._monotonic = monotonic
        self._most = most_hosts
        self._lock = threading.Lock()
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def asked(self, host: str) -> None:
        """A request to the host has just ended."""
        with self._lock:
            self._host(host).asked_s = self._monotonic()

    def pause_s(self, host: str, interval_s: float) -> float:
        """Seconds to wait before the next request, when `interval_s` shall lie between two."""
        with self._lock:
            state = self._hosts.get(host)
            if state is None:
                return 0.0
            now_s = self._monotonic()
            wanted_s = min(interval_s * (1 << state.doublings), max(LONGEST_PAUSE_S, interval_s))
            since_s = wanted_s if state.asked_s is None else now_s - state.asked_s
            return max(0.0, wanted_s - since_s, min(state.held_until_s - now_s, LONGEST_PAUSE_S))

    def refused(self, host: str, retry_after_s: float | None) -> None:
        """The host answered 429 or 503: leave it alone for as long as it said, and slow down."""
        with self._lock:
            state = self._host(host)
            state.doublings = min(state.doublings + 1, MOST_DOUBLINGS)
            if retry_after_s is not None:
                state.held_until_s = self._monotonic() + retry_after_s

    def welcomed(self, host: str) -> None:
        """The host answered as usual: one step faster again."""
        with self._lock:
            state = self._hosts.get(host)
            if state is not None:
                state.doublings = max(0, state.doublings - 1)

    def held_s(self, host: str) -> float:
        """Seconds for which the host still wants to be left alone."""
        with self._lock:
            state = self._hosts.get(host)
            return max(0.0, state.held_until_s - self._monotonic()) if state else 0.0

    def _host(self, host: str) -> _Host:
        state = self._hosts.setdefault(host, _Host())
        self._hosts.move_to_end(host)
        while len(self._hosts) > self._most:
            self._hosts.popitem(last=False)
        return state
