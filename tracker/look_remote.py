"""Looks that travel: what goes to a worker, what comes back, and what a worker keeps between them.

Out goes a host's batch with its conditional headers and hashes, and what this side knows of the host: when it was
last asked, how far it is slowed down, until when it wants to be left alone. All of it in seconds from now, so that
clocks need not agree; what the journey takes makes pauses longer, never shorter. Back come the sightings, without the
bytes of pages that are as they were, and what was learnt of the host. Both ways it is one compressed pickle.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from tracker.extract import SiteRules
from tracker.extract.together import StoredPage
from tracker.fetch import Fetcher, HostPace, look_at_host
from tracker.look import Looker
from tracker.look_again import LookAgain
from tracker.model import Batch, Fetch, Known, Sighting
from tracker.sandbox import Sandbox

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# In the data centre's network a page of 200 kB is sent faster than it would be compressed any harder.
_LEVEL = 3
_SLICE_S = 0.25  # of a pause: a look that nobody wants any more ends within this
_LOOKS_OF_A_SECOND = 5  # two pages are read whole, where a look mostly finds the page as it was
_CHECKED_KITS = 16  # characters of a hash: kits are few

Filter = Callable[[tuple[Sighting, ...]], tuple[Sighting, ...]]


def packed(value: object) -> bytes:
    return zstd.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _LEVEL)


def unpacked(data: bytes) -> Any:
    """Only for what `packed` made on a machine of the same cluster: whoever can write this can do anything."""
    return pickle.loads(zstd.decompress(data))  # noqa: S301 - see above; TLS keeps others out


# -- what travels ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a worker knows of hosts after a batch."""

    pace: HostPace  # of the batch's host
    holds: Mapping[str, datetime]  # of all hosts that asked to be left alone, redirects' too


@dataclass(frozen=True, slots=True)
class Seen:
    sightings: tuple[Sighting, ...]
    learnt: Learnt


class Task(Protocol):
    def done_with(self, kit: LookKit) -> object: ...


@dataclass(frozen=True, slots=True)
class LookTask:
    batch: Batch
    pace: HostPace

    def done_with(self, kit: LookKit) -> Seen:
        return kit.look(self.batch, self.pace)


@dataclass(frozen=True, slots=True)
class AgainTask:
    sighting: Sighting
    kept: StoredPage
    known: Known

    def done_with(self, kit: LookKit) -> Sighting:
        seen = LookAgain(kit.rules, kit.sandbox.run)(self.sighting, self.kept, self.known)
        return replace(seen, fetch=replace(seen.fetch, body=b""))  # who sent the page has it


# -- on the worker -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Turn:
    """A host's lock, for as long as someone holds it or waits for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: list[None] = field(default_factory=list)


class LookKit:
    """What a worker process looks with. One serves all threads: a fetcher, and the sandbox where pages are read."""

    def __init__(
        self,
        make_fetcher: Callable[[Callable[[float], None]], Fetcher],
        rules: Mapping[str, SiteRules],
        intervals: Mapping[str, float],
        sandbox: Sandbox,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`make_fetcher` is given the fetcher's sleep. `intervals`: seconds between requests to a host, where a site's
        rules say so."""
        self.rules = rules
        self.sandbox = sandbox
        self._fetcher = make_fetcher(self._sleep)
        self._intervals = intervals
        self._monotonic = monotonic
        self._here = threading.local()  # is_wanted: of the errand that a thread is at
        self._lock = threading.Lock()
        self._turns: dict[str, _Turn] = {}

    def do(self, task: bytes, is_wanted: Callable[[], bool]) -> bytes:
        self._here.is_wanted = is_wanted
        order: Task = unpacked(task)
        return packed(order.done_with(self))

    def words_in_hand(self) -> tuple[str, ...]:
        """Hosts that are being asked, or waited for."""
        with self._lock:
            return tuple(self._turns)

    def close(self) -> None:
        self.sandbox.__exit__(None, None, None)

    def look(self, batch: Batch, pace: HostPace) -> Seen:
        is_wanted = self._here.is_wanted
        with self._turn(batch.host):
            self._fetcher.pace.learn(batch.host, pace)
            sightings: tuple[Sighting, ...] = ()
            if is_wanted():
                looker = Looker(self._fetch, self.rules, is_stopping=lambda: not is_wanted(), run=self.sandbox.run)
                sightings = looker(batch)
            return Seen(sightings, Learnt(self._fetcher.pace.state(batch.host), self._fetcher.holds()))

    def _fetch(self, batch: Batch) -> Iterator[Fetch]:
        return look_at_host(self._fetcher, batch, self._intervals.get(batch.host))

    def _sleep(self, seconds: float) -> None:
        end_s = self._monotonic() + seconds
        while (left_s := end_s - self._monotonic()) > 0 and self._here.is_wanted():
            time.sleep(min(left_s, _SLICE_S))

    @contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        """One errand of a host at a time. A program that was killed and started again may send the next one while the
        last one's is not over."""
        with self._lock:
            turn = self._turns.setdefault(host, _Turn())
            turn.users.append(None)
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.users.pop()
                if not turn.users:
                    del self._turns[host]


# -- on the judge's side -----------------------------------------------------------------------------------------------


def _all_of(sightings: tuple[Sighting, ...]) -> tuple[Sighting, ...]:
    return sightings


@dataclass(frozen=True, slots=True)
class KitOrder:
    """How workers get their kit: `opener` is called there with these settings. Both travel once a worker."""

    settings: bytes
    opener: Callable[[bytes], LookKit]

    @property
    def kit_name(self) -> str:
        return f"tracker-{hashlib.sha256(self.settings).hexdigest()[:_CHECKED_KITS]}"

    @property
    def open_kit(self) -> Callable[[], LookKit]:
        return partial(self.opener, self.settings)


@dataclass(frozen=True, slots=True)
class RemoteLook:
    """A look that is done on a worker. `fetcher` asks nobody: it keeps what all workers learn of hosts."""

    kit: KitOrder
    fetcher: Fetcher
    counted: Filter = _all_of  # which of the sightings count, decided on this side

    @property
    def kit_name(self) -> str:
        return self.kit.kit_name

    @property
    def open_kit(self) -> Callable[[], LookKit]:
        return self.kit.open_kit

    def __call__(self, _batch: Batch) -> tuple[Sighting, ...]:
        """As a worker does it, by an executor that knows errands; there is nothing to look with on this side."""
        raise TypeError("A remote look is done by a cluster's executor.")

    def sticks_to(self, batch: Batch) -> str:
        return batch.host

    def weight(self, batch: Batch) -> int:
        return len(batch.orders)

    def packed(self, batch: Batch) -> bytes:
        return packed(LookTask(batch, self.fetcher.pace.state(batch.host)))

    def unpacked(self, result: bytes, batch: Batch) -> tuple[Sighting, ...]:
        seen: Seen = unpacked(result)
        self.fetcher.pace.learn(batch.host, seen.learnt.pace)
        for host, until in seen.learnt.holds.items():
            self.fetcher.hold_host(host, until)
        return self.counted(seen.sightings)

    def lost(self, batch: Batch) -> None:
        """The host may be asked at this moment; no request lasts longer than the deadline, and no other is begun."""
        pace, longest_s = self.fetcher.pace, self.fetcher.settings.deadline_s
        pace.learn(batch.host, replace(pace.state(batch.host), asked_ago_s=-longest_s))


@dataclass(frozen=True, slots=True)
class RemoteLookAgain:
    """The same for pages that are read together with the one before."""

    kit: KitOrder

    @property
    def kit_name(self) -> str:
        return self.kit.kit_name

    @property
    def open_kit(self) -> Callable[[], LookKit]:
        return self.kit.open_kit

    def __call__(self, *_arguments: object) -> Sighting:
        raise TypeError("A remote look is done by a cluster's executor.")

    def sticks_to(self, sighting: Sighting, *_pages: object) -> str:
        return sighting.order.url  # nobody is asked for anything: any worker will do

    def weight(self, *_arguments: object) -> int:
        return _LOOKS_OF_A_SECOND

    def packed(self, sighting: Sighting, kept: StoredPage, known: Known) -> bytes:
        return packed(AgainTask(sighting, kept, known))

    def unpacked(self, result: bytes, sighting: Sighting, *_pages: object) -> Sighting:
        seen: Sighting = unpacked(result)
        return replace(seen, fetch=sighting.fetch)

    def lost(self, *_arguments: object) -> None:
        """No host was asked."""
