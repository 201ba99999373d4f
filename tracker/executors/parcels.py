"""Calls that go to the same worker travel together: one task of the engine costs as much as half a look.

Whether a call goes at once or waits for company is Nagle's question (RFC 896), and so is the answer: a worker that has
nothing in hand gets what there is; what else is gathered goes when it makes a full parcel, when a parcel comes back, or
when it has waited for LINGER_S. The worker works a parcel off call by call, on one thread. So while other threads of it
are free, a parcel is only as large as they can share, or as short as nobody notices. A worker with all threads busy
is sent nothing: what is gathered here can still be taken back, or go to another.

Pure: who hands it over, sends it and tells the time is `tracker.executors.link`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tracker.executors.errands import FULL_WEIGHT

# Between .1 and 1 s the number of tasks is the same: a parcel mostly comes back before. This is for one that hangs.
LINGER_S = 0.25
_SHORT_S = 1.0  # so long a parcel may take although other threads are free: a look is not waited for by anybody
_LEAST_PACE_S = 1e-6  # below, a clock tells chance
_AHEAD = 1  # parcels that a worker has beyond its threads: the next one is there when one is done
_NEWEST = 0.2  # of the mean pace, so that it follows within some ten parcels

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Parcel(Generic[C]):
    """What goes to a worker in one task."""

    worker: str
    calls: tuple[C, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class _Gathered(Generic[C]):
    call: C
    weight: int
    since_s: float


@dataclass(slots=True)
class _Lane(Generic[C]):
    """What concerns one worker."""

    gathered: deque[_Gathered[C]] = field(default_factory=deque)
    weight: int = 0  # of what is gathered
    sent: int = 0  # parcels that have not come back


class Parcels(Generic[C]):
    """Not safe to share between threads: its owner has a lock. Every call that is added is handed out exactly once, in
    a parcel or by `remove` or `gone`."""

    def __init__(self, full_weight: int = FULL_WEIGHT, linger_s: float = LINGER_S) -> None:
        self._full_weight = full_weight
        self._linger_s = linger_s
        self._threads: dict[str, int] = {}
        self._lanes: dict[str, _Lane[C]] = {}
        self._log_pace: float | None = None  # seconds a look; a host that hangs must not outweigh a hundred others

    def staff(self, threads: Mapping[str, int]) -> None:
        """How many threads each worker has; of one that is not named, 1 is taken."""
        self._threads = dict(threads)

    def add(self, worker: str, call: C, weight: int, now_s: float) -> tuple[Parcel[C], ...]:
        """What is to be sent now. `weight`: in looks; a call that makes a full parcel goes alone."""
        lane = self._lanes.setdefault(worker, _Lane())
        lane.gathered.append(_Gathered(call, weight, now_s))
        lane.weight += weight
        return self._cut(worker, lane) if not lane.sent or lane.weight >= self._full_weight else ()

    def due(self, now_s: float) -> tuple[Parcel[C], ...]:
        """What has waited long enough."""
        return self._cut_all(each for each in self._lanes if self._due_s(each) <= now_s)

    def next_due_s(self) -> float | None:
        """When `due` has something to tell, unless a parcel comes back before. None: no time will help."""
        soonest_s = min(map(self._due_s, self._lanes), default=math.inf)
        return None if math.isinf(soonest_s) else soonest_s

    def returned(self, worker: str, weight: int = 0, seconds: float = 0.0) -> tuple[Parcel[C], ...]:
        """A parcel came back, or was given up: what goes next. `seconds`: what the worker took for it; 0: not known."""
        if weight and seconds:
            self._learn(seconds / weight)
        lane = self._lanes.get(worker)
        if lane is None:  # it was gone in the meantime
            return ()
        lane.sent = max(0, lane.sent - 1)
        parcels = self._cut(worker, lane)
        if not lane.sent:
            del self._lanes[worker]
        return parcels

    def flush(self) -> tuple[Parcel[C], ...]:
        """Everything that is gathered, whatever a worker has in hand."""
        parcels = []
        for worker, lane in self._lanes.items():
            while lane.gathered:
                parcels.append(self._taken(worker, lane, self._full_weight))
        return tuple(parcels)

    def remove(self, call: C) -> bool:
        """Nobody wants it any more. False: it is not among what is gathered."""
        for lane in self._lanes.values():
            found = next((each for each in lane.gathered if each.call is call), None)
            if found is not None:
                lane.gathered.remove(found)
                lane.weight -= found.weight
                return True
        return False

    def gone(self, worker: str) -> tuple[C, ...]:
        """The worker is not there any more: what was gathered for it, and never sent."""
        lane = self._lanes.pop(worker, None)
        return () if lane is None else tuple(each.call for each in lane.gathered)

    def _due_s(self, worker: str) -> float:
        lane = self._lanes[worker]
        if not lane.gathered or self._room(worker, lane) <= 0:
            return math.inf
        return lane.gathered[0].since_s + self._linger_s

    def _room(self, worker: str, lane: _Lane[C]) -> int:
        return self._threads.get(worker, 1) + _AHEAD - lane.sent

    def _cut_all(self, workers: Iterable[str]) -> tuple[Parcel[C], ...]:
        return tuple(parcel for worker in tuple(workers) for parcel in self._cut(worker, self._lanes[worker]))

    def _cut(self, worker: str, lane: _Lane[C]) -> tuple[Parcel[C], ...]:
        parcels = []
        while lane.gathered and (room := self._room(worker, lane)) > 0:
            shared = math.ceil(lane.weight / room)
            parcels.append(self._taken(worker, lane, min(self._full_weight, max(shared, self._short_weight()))))
        return tuple(parcels)

    def _taken(self, worker: str, lane: _Lane[C], limit: int) -> Parcel[C]:
        """From the front until the limit is reached; what makes a full parcel is left alone."""
        taken = [lane.gathered.popleft()]
        weight = taken[0].weight
        while weight < limit and lane.gathered and lane.gathered[0].weight < self._full_weight:
            taken.append(lane.gathered.popleft())
            weight += taken[-1].weight
        lane.weight -= weight
        lane.sent += 1
        return Parcel(worker, tuple(each.call for each in taken), weight)

    def _short_weight(self) -> int:
        """Looks that are soon done, one after the other, even if other threads are free."""
        if self._log_pace is None:
            return 1
        return int(min(self._full_weight, max(1.0, _SHORT_S / math.exp(self._log_pace))))

    def _learn(self, seconds_a_look: float) -> None:
        newest = math.log(max(_LEAST_PACE_S, seconds_a_look))
        self._log_pace = newest if self._log_pace is None else self._log_pace + _NEWEST * (newest - self._log_pace)
