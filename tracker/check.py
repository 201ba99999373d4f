"""The journey of one check cycle: claim what is due, look anywhere, judge and record here. Everything is injected.

A look whose article reads otherwise than it is known goes round once more: the page that the latest revision was read
from is read again beside the new one, so that only what differs between the pages counts, not what differs between
two readings.

One thread claims, judges and writes. What is in hand is remembered only here: a cycle that dies leaves its articles
due, and the next one looks again.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from tracker.budget import Budget, Queue
from tracker.cadence import Allowance
from tracker.clock import not_before
from tracker.errors import EngineLost, WorkerLost
from tracker.extract.together import StoredPage
from tracker.host_turns import HostHold, HostTurns
from tracker.judge import reads_otherwise
from tracker.look import not_seen
from tracker.losses import MOST_LOSSES, Losses
from tracker.model import Batch, FailureKind, Fetch, Known, LookOrder, Outcome, Recorded, Sighting, Verdict
from tracker.store import StoredCapture

log = logging.getLogger(__name__)

BATCH_ORDERS = 10  # of one host at a time: a stop or a crash loses at most the looks of one such batch
# At a time: enough to keep every worker busy, little enough to stay fresh, and to cost little where one is free.
_LEAST_CLAIMED = 200
_MOST_CLAIMED = 2_000
_CLAIMED_A_BATCH = 4
_CLAIM_AGAIN_S = 1.0  # what fell due at other hosts does not wait for a slow one


class CheckStore(Queue, Protocol):
    """What a cycle needs of the database."""

    def claim_due(self, now: datetime, limit: int, busy_hosts: frozenset[str]) -> tuple[Batch, ...]: ...
    def claim_in_turn(
        self, now: datetime, limit: int, allowed: Allowance, busy_hosts: frozenset[str]
    ) -> tuple[Batch, ...]: ...
    def known(self, article_ids: Iterable[int]) -> dict[int, Known]: ...
    def record(self, verdicts: Sequence[Verdict]) -> tuple[Recorded, ...]: ...
    def capture_of(self, revision_id: int) -> StoredCapture | None: ...


Look = Callable[[Batch], tuple[Sighting, ...]]
LookAgain = Callable[[Sighting, StoredPage, Known], Sighting]
Judging = Callable[[Sighting, Known, float], Verdict]
Witness = Callable[[Verdict, Recorded], None]


# What to look at next, given the hosts that are in hand and how many batches there is room for.
Claim = Callable[[frozenset[str], int], list[Batch]]
_Looking = Future[tuple[Sighting, ...]] | Future[Sighting]


def _unwatched(_verdict: Verdict, _recorded: Recorded) -> None:
    pass


def _nothing() -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Tally:
    """What a cycle came to."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)

    @property
    def checks(self) -> int:
        return self.outcomes.total()


@dataclass(frozen=True, slots=True)
class _InHand:
    """What a worker is at."""

    batch: Batch
    hold: HostHold | None  # None: the host is not asked for anything
    is_final: bool = False  # the look was looked at again: nothing more can be learnt of it

    def end(self) -> None:
        if self.hold is not None:
            self.hold.end()


@dataclass(slots=True)
class _Round:
    """How one run of the cycle stands."""

    tally: Tally = field(default_factory=Tally)
    in_hand: dict[_Looking, _InHand] = field(default_factory=dict)
    lost_engine: EngineLost | None = None  # nothing more can be handed out
    is_stop_told: bool = False

    @property
    def busy(self) -> frozenset[str]:
        return frozenset(task.batch.host for task in self.in_hand.values())


@dataclass(slots=True)
class CheckCycle:
    """One place where looks are handed out and judged. `witness` is told of every check after its commit.

    `budget`: what the looks of `drain` are paid from, and what every article's next look costs; None: both are free.
    """

    store: CheckStore
    executor: Executor
    look: Look
    judge: Judging
    now: Callable[[], datetime]
    jitter: Callable[[], float]  # in [0, 1)
    workers: int
    look_again: LookAgain | None = None  # None: no page is read a second time
    witness: Witness = _unwatched
    is_stopping: Callable[[], bool] = _never
    on_stop: Callable[[], None] = _nothing  # called once, when a stop was asked for while something is in hand
    budget: Budget | None = None
    turns: HostTurns = field(default_factory=HostTurns)  # shared with whoever else asks hosts for something
    losses: Losses = field(default_factory=Losses)
    batch_orders: int = BATCH_ORDERS

    def drain(self) -> Tally:
        """Look at everything that is due, as far as the budget goes, until nothing is or a stop is asked for; what is
        in hand is finished."""
        return self._run(self._due if self.budget is None else self._in_turn(self.budget)).tally

    def run(self, batches: Iterable[Batch]) -> Tally:
        """Look at these, due or not, whatever the budget says. Raises EngineLost where the rest could not be."""
        waiting: dict[str, deque[Batch]] = {}
        for batch in batches:
            waiting.setdefault(batch.host, deque()).extend(self._pieces(batch))

        def claim(busy: frozenset[str], room: int) -> list[Batch]:
            hosts = [host for host, pieces in waiting.items() if pieces and host not in busy]
            return [waiting[host].popleft() for host in hosts[:room]]

        course = self._run(claim)
        while self._is_left(waiting) and course.lost_engine is None and not self.is_stopping():
            self.turns.wait_for_change(_CLAIM_AGAIN_S)  # somebody else has the rest in hand
            course = self._run(claim, course)
        if course.lost_engine is not None:
            raise course.lost_engine
        return course.tally

    def _is_left(self, waiting: Mapping[str, deque[Batch]]) -> bool:
        return any(waiting.values()) or bool(self.losses.hosts)

    def _due(self, busy: frozenset[str], room: int) -> list[Batch]:
        claimed = self.store.claim_due(self.now(), _orders_for(room), busy)
        return [next(self._pieces(batch)) for batch in claimed[:room]]

    def _in_turn(self, budget: Budget) -> Claim:
        def claim(busy: frozenset[str], room: int) -> list[Batch]:
            now = self.now()
            allowed = budget.allowance(self.store, now)
            if not allowed.looks:
                return []
            claimed = self.store.claim_in_turn(now, _orders_for(room), allowed, busy)
            handed_out = [next(self._pieces(batch)) for batch in claimed[:room]]
            budget.spend(sum(len(batch.orders) for batch in handed_out))
            return handed_out

        return claim

    def _pieces(self, batch: Batch) -> Iterator[Batch]:
        for start in range(0, len(batch.orders), self.batch_orders):
            yield replace(batch, orders=batch.orders[start : start + self.batch_orders])

    def _run(self, claim: Claim, course: _Round | None = None) -> _Round:
        if course is None:
            course = _Round()
            self.losses.begin_round()
        with ThreadPoolExecutor(1, thread_name_prefix="judge") as judge_thread:
            while True:
                self._hand_out(claim, course)
                if not course.in_hand:
                    return course
                futures: tuple[Future[Any], ...] = tuple(course.in_hand)
                done, _ = wait(futures, timeout=_CLAIM_AGAIN_S, return_when=FIRST_COMPLETED)
                finished = {future: course.in_hand.pop(future) for future in done}
                for task in finished.values():
                    task.end()
                course.in_hand |= self._settle(finished, judge_thread, course)

    def _hand_out(self, claim: Claim, course: _Round) -> None:
        if self.is_stopping():
            if course.in_hand and not course.is_stop_told:
                course.is_stop_told = True
                self.on_stop()
            return
        room = self.workers - len(course.in_hand)
        if room <= 0 or course.lost_engine is not None:
            return
        for batch in self._chosen(claim, course, room):
            if hold := self.turns.take(batch.host):
                future = self.executor.submit(self.look, batch)
                course.in_hand[future] = _InHand(batch, hold)
                # Should this cycle break off, the host is as busy as before until its look has come to an end.
                future.add_done_callback(lambda _, hold=hold: hold.end())  # type: ignore[misc]
            else:
                self.losses.put_back(batch)

    def _chosen(self, claim: Claim, course: _Round, room: int) -> list[Batch]:
        """At most one batch a host, of hosts that were free a moment ago."""
        busy, in_hand = course.busy | self.turns.busy, [task.batch for task in course.in_hand.values()]
        chosen = self.losses.take(busy, room, in_hand)
        if room > len(chosen):
            busy |= {batch.host for batch in chosen}
            chosen += self.losses.without_suspects(claim(busy | self.losses.hosts, room - len(chosen)))
            busy |= {batch.host for batch in chosen}
            chosen += self.losses.take(busy, room - len(chosen), (*in_hand, *chosen))
        return chosen

    def _settle(
        self, done: Mapping[_Looking, _InHand], judge_thread: Executor, course: _Round
    ) -> dict[_Looking, _InHand]:
        """Judge and record what is ready; what has to be looked at again is in hand anew."""
        seen = [
            (sighting, task) for future, task in done.items() for sighting in self._seen(future, task.batch, course)
        ]
        known = self._known([sighting.order.article_id for sighting, _ in seen])
        again: dict[_Looking, _InHand] = {}
        ready = []
        for sighting, task in seen:
            second = None if task.is_final else self._second_look(sighting, known[sighting.order.article_id])
            if second is None:
                ready.append(sighting)
            else:
                again[second] = _InHand(Batch(task.batch.host, (sighting.order,)), hold=None, is_final=True)
        self._record(self._judged(ready, known, judge_thread), course)
        return again

    def _known(self, article_ids: Sequence[int]) -> dict[int, Known]:
        known, budget = self.store.known(article_ids), self.budget
        if budget is None:
            return known
        now = self.now()
        return {article_id: budget.priced(self.store, each, now) for article_id, each in known.items()}

    def _seen(self, future: _Looking, batch: Batch, course: _Round) -> tuple[Sighting, ...]:
        """None where the look was lost: its articles are as due as they were."""
        bug = _bug_of(future)
        if bug is None:
            seen = future.result()
            return (seen,) if isinstance(seen, Sighting) else seen
        if isinstance(bug, EngineLost):
            course.lost_engine = bug
            return ()
        if isinstance(bug, WorkerLost):
            return tuple(self._given_up(order) for order in self.losses.add(batch))
        log.error("looking at %s went wrong inside the tracker", batch.host, exc_info=bug)
        return tuple(not_seen(order, self.now(), bug) for order in batch.orders)

    def _given_up(self, order: LookOrder) -> Sighting:
        told = {"article": order.article_id, "url": order.url, "workers": MOST_LOSSES}
        log.error("workers die of an article: it is given up for now", extra=told)
        detail = f"each of {MOST_LOSSES} workers died while looking at it"
        return Sighting(
            order, Fetch(order.url, order.url, self.now(), failure=FailureKind.DEADLY, failure_detail=detail)
        )

    def _second_look(self, sighting: Sighting, known: Known) -> _Looking | None:
        if self.look_again is None or known.latest is None or not reads_otherwise(sighting, known):
            return None
        kept = self.store.capture_of(known.latest.revision_id)
        if kept is None:
            return None
        page = StoredPage(kept.body, kept.url, kept.content_type)
        return self.executor.submit(self.look_again, sighting, page, known)

    def _record(self, verdicts: Sequence[Verdict], course: _Round) -> None:
        if not verdicts:
            return
        for verdict, recorded in zip(verdicts, self.store.record(verdicts), strict=True):
            self.losses.seen(verdict.sighting.order.article_id)
            course.tally.outcomes[verdict.outcome] += 1
            self.witness(verdict, recorded)

    def _judged(
        self, ready: Sequence[Sighting], known: Mapping[int, Known], judge_thread: Executor
    ) -> Sequence[Verdict]:
        """In futures, so that a bug that one article brings out is logged and recorded, and stops no other. In a single
        one as long as there is none: handing one over costs as much as judging a page that is as it was."""
        cases = [(seen, known[seen.order.article_id], self.jitter()) for seen in ready]
        together = judge_thread.submit(lambda: [self._verdict(*case) for case in cases])
        if together.exception() is None:
            return together.result()
        return [self._judged_alone(*case, judge_thread) for case in cases]

    def _judged_alone(self, seen: Sighting, known: Known, jitter: float, judge_thread: Executor) -> Verdict:
        future = judge_thread.submit(self._verdict, seen, known, jitter)
        bug = future.exception()
        if bug is None:
            return future.result()
        log.error("judging article %d (%s) went wrong", known.article_id, known.url, exc_info=bug)
        return self._verdict(not_seen(seen.order, seen.fetch.fetched_at, bug), known, jitter)

    def _verdict(self, seen: Sighting, known: Known, jitter: float) -> Verdict:
        """Recorded times of an article never run backwards, whatever the clock did; the next look is planned from the
        true one."""
        actual = seen.fetch.fetched_at
        held = not_before(actual, known.last_checked_at)
        if held == actual:
            return self.judge(seen, known, jitter)
        verdict = self.judge(replace(seen, fetch=replace(seen.fetch, fetched_at=held)), known, jitter)
        if verdict.next_check_at is None:
            return verdict
        return replace(verdict, next_check_at=verdict.next_check_at - (held - actual))


def _bug_of(future: _Looking) -> BaseException | None:
    """Why there is no result. Of what was cancelled it is not known how far it came: it counts as lost."""
    try:
        return future.exception()
    except CancelledError:
        return EngineLost("The look was cancelled.")


def _orders_for(room: int) -> int:
    """How many to claim where so many batches can be handed out."""
    return max(_LEAST_CLAIMED, min(_MOST_CLAIMED, _CLAIMED_A_BATCH * room))
