"""One budget for all looks of a process: what may be handed out now, in which turn, and what a look costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from tracker.cadence import (
    Allowance,
    CadencePolicy,
    Purse,
    Turn,
    host_price,
    most_overdue,
    price_for,
    purse_memory,
    turns_at,
)
from tracker.model import Known
from tracker.store import Load
from tracker.urls import host_of

_PRICED_EVERY = timedelta(minutes=1)  # the sums that it is made from change by a thousandth or so in that time
_BROUGHT_FORWARD_EVERY = timedelta(hours=1)  # a price that fell for less than that is no price that fell
_BROUGHT_FORWARD_AT_ONCE = 1_000  # articles a transaction: it holds up nobody


class Queue(Protocol):
    """What a budget needs of the database."""

    def load(self, now: datetime, since: datetime, most_overdue: int) -> Load: ...
    def bring_forward(
        self,
        now: datetime,
        turns: Iterable[Turn],
        spread: Callable[[], float],
        limit: int,
        is_dearer: Callable[[str, float], bool],
    ) -> int: ...


@dataclass(slots=True)
class Budget:
    """For one thread. Kept in memory: a new one knows from the database what was spent of late."""

    requests_per_day: float
    policy: CadencePolicy
    pause_of: Callable[[str], timedelta]  # between two looks at a host
    spread: Callable[[], float]  # in [0, 1)
    _purse: Purse | None = field(default=None, init=False)
    _handed_out: int = field(default=0, init=False)
    _price: float = field(default=1.0, init=False)
    _turns: tuple[Turn, ...] = field(default=(), init=False)
    _priced_at: datetime | None = field(default=None, init=False)
    _brought_forward_at: datetime | None = field(default=None, init=False)

    def allowance(self, queue: Queue, now: datetime) -> Allowance:
        """To be asked before each claim."""
        self._keep_priced(queue, now)
        purse = self._filled(now)
        self._bring_forward(queue, now)
        is_even = self._handed_out % 2 == 0
        return Allowance(purse.allowance, purse.spare(self.requests_per_day), self._turns, is_even)

    def spend(self, looks: int) -> None:
        """So many were handed out of what was allowed."""
        self._handed_out += looks
        if self._purse is not None:
            self._purse = self._purse.spent(looks)

    def priced(self, queue: Queue, known: Known, now: datetime) -> Known:
        """With what the next looks at this article cost: as much as all others, or more at a host that is asked for
        more than it can be asked in turn."""
        self._keep_priced(queue, now)
        own = self._own_price(host_of(known.url), known.host_history.looks_per_day)
        return replace(known, price=max(self._price, own))

    def _own_price(self, host: str, looks_per_day: float) -> float:
        return host_price(looks_per_day, self.pause_of(host))

    def _is_dearer(self, host: str, looks_per_day: float) -> bool:
        return self._own_price(host, looks_per_day) > self._price

    def _filled(self, now: datetime) -> Purse:
        purse = self._purse or Purse(now)
        self._purse = purse.filled(now, self.requests_per_day)
        return self._purse

    def _keep_priced(self, queue: Queue, now: datetime) -> None:
        if self._priced_at is not None and timedelta() <= now - self._priced_at < _PRICED_EVERY:
            return
        budget = self.requests_per_day
        load = queue.load(now, now - purse_memory(budget), most_overdue(budget))
        if self._purse is None:
            self._purse = Purse.at_start(now, budget, load.recent_look_count)
        self._price = price_for(budget, load.demands, self.policy, self._filled(now), load.overdue_count)
        self._turns = turns_at(self._price, self.policy)
        self._priced_at = now

    def _bring_forward(self, queue: Queue, now: datetime) -> None:
        before = self._brought_forward_at
        if before is not None and timedelta() <= now - before < _BROUGHT_FORWARD_EVERY:
            return
        moved = queue.bring_forward(now, self._turns, self.spread, _BROUGHT_FORWARD_AT_ONCE, self._is_dearer)
        if moved < _BROUGHT_FORWARD_AT_ONCE:  # else there may be more: the rest at the next claim
            self._brought_forward_at = now
