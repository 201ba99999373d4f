"""When a host was last asked, and when it may be asked again.

In memory, with monotonic times: a restart forgets pauses of seconds only. What a host asked for with Retry-After is
long, and given out by `holds`, so that it can be kept elsewhere and told to `hold` again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

REMEMBERED_HOSTS = 10_000  # about 3 MB; the hosts asked longest ago are forgotten first, their pauses long over
LONGEST_PAUSE_S = 120.0  # a Crawl-delay of days would park a worker for ever; no large crawler honours more
MOST_DOUBLINGS = 5  # of the pause, after one 429 or 503 on another: 2 s becomes a minute
SLOWED_PAUSE_S = 0.5  # what is doubled at least, so that a host asked without pauses is slowed down, too


@dataclass(frozen=True, slots=True)
class HostPace:
    """What one machine tells another of a host, in seconds from now."""

    asked_ago_s: float | None = None  # since the last request ended; None: not known
    doublings: int = 0  # of the pause
    held_s: float = 0.0  # for so long it wants to be left alone


@dataclass
class _Host:
    asked_s: float | None = None  # when the last request ended
    doublings: int = 0


class Pace:
    """The pauses that are owed to hosts. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float], most_hosts: int = REMEMBERED_HOSTS) -> None:
        self._monotonic = monotonic
        self._most = most_hosts
        self._lock = threading.Lock()
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._held_until_s: OrderedDict[str, float] = OrderedDict()

    def asked(self, host: str) -> None:
        """A request to the host has just ended."""
        with self._lock:
            self._host(host).asked_s = self._monotonic()

    def pause_s(self, host: str, interval_s: float) -> float:
        """Seconds to wait before the next request, when `interval_s` shall lie between two; at most a pause's length.

        How long a host wants to be left alone beyond that, `held_s` says.
        """
        with self._lock:
            now_s = self._monotonic()
            held_s = self._held_until_s.get(host, now_s) - now_s
            state = self._hosts.get(host)
            owed_s = 0.0
            if state is not None and state.asked_s is not None:
                owed_s = _slowed_s(interval_s, state.doublings) - (now_s - state.asked_s)
            return max(0.0, owed_s, min(held_s, LONGEST_PAUSE_S))

    def refused(self, host: str) -> None:
        """The host has too much to do (429, 503): half the speed."""
        with self._lock:
            state = self._host(host)
            state.doublings = min(state.doublings + 1, MOST_DOUBLINGS)

    def welcomed(self, host: str) -> None:
        """The host answered as usual: one step faster again."""
        with self._lock:
            state = self._hosts.get(host)
            if state is not None:
                state.doublings = max(0, state.doublings - 1)

    def hold(self, host: str, seconds: float) -> None:
        """The host is to be left alone for so long from now on; the longest such wish holds."""
        with self._lock:
            now_s = self._monotonic()
            self._held_until_s[host] = max(now_s + seconds, self._held_until_s.get(host, now_s))
            self._held_until_s.move_to_end(host)
            if len(self._held_until_s) > self._most:
                self._forget_holds(now_s)

    def held_s(self, host: str) -> float:
        """Seconds for which the host still wants to be left alone."""
        with self._lock:
            now_s = self._monotonic()
            return max(0.0, self._held_until_s.get(host, now_s) - now_s)

    def holds(self) -> dict[str, float]:
        """The hosts that want to be left alone now, with the seconds that are left."""
        with self._lock:
            now_s = self._monotonic()
            return {host: until_s - now_s for host, until_s in self._held_until_s.items() if until_s > now_s}

    def state(self, host: str) -> HostPace:
        with self._lock:
            now_s = self._monotonic()
            known = self._hosts.get(host, _Host())
            ago_s = None if known.asked_s is None else now_s - known.asked_s
            return HostPace(ago_s, known.doublings, max(0.0, self._held_until_s.get(host, now_s) - now_s))

    def learn(self, host: str, told: HostPace) -> None:
        """What another machine knew last; of requests, the later one counts."""
        with self._lock:
            known = self._host(host)
            known.doublings = told.doublings
            if told.asked_ago_s is not None:
                asked_s = self._monotonic() - told.asked_ago_s
                known.asked_s = asked_s if known.asked_s is None else max(asked_s, known.asked_s)
        if told.held_s:
            self.hold(host, told.held_s)

    def _forget_holds(self, now_s: float) -> None:
        for host in [host for host, until_s in self._held_until_s.items() if until_s <= now_s]:
            del self._held_until_s[host]
        while len(self._held_until_s) > self._most:
            self._held_until_s.popitem(last=False)

    def _host(self, host: str) -> _Host:
        state = self._hosts.setdefault(host, _Host())
        self._hosts.move_to_end(host)
        while len(self._hosts) > self._most:
            self._hosts.popitem(last=False)
        return state


def _slowed_s(interval_s: float, doublings: int) -> float:
    if not doublings:
        return interval_s
    return min(max(interval_s, SLOWED_PAUSE_S) * (1 << doublings), max(LONGEST_PAUSE_S, interval_s))
