"""The way of notices from the outbox to their channels. A channel that is slow or down holds up nothing but itself.

Whoever calls `beat` again and again reads and writes the database; each channel sends in a thread of its own, one
notice at a time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import partial
from typing import Protocol

from tracker.channels import Every
from tracker.notices import Entry, Letter, Notice, Overflow, Rule, gather, letter, next_try, notice_from_json, ready
from tracker.notices.pacing import together
from tracker.notify import Deferred, Delivered, Delivery, Refused, Send
from tracker.store import ChannelWaiting, PendingNotice

log = logging.getLogger(__name__)

# A try that takes longer is taken for a failure, which `status` then names. Deadlines of channels are shorter (60 s);
# Apprise has none for the whole. Shorter than the lease of a notice, so that it cannot be handed out meanwhile.
HANGS_S = 120.0
_STOP_HEARD_S = 0.5  # how soon a stop is noticed


def _never() -> bool:
    return False


class OutboxStore(Protocol):
    """What a courier needs of the database."""

    def waiting_notices(self, channel: str, now: datetime) -> ChannelWaiting: ...
    def make_notice(
        self, channel: str, hosts: Collection[str], make: Callable[[Sequence[Entry], Overflow], Notice], now: datetime
    ) -> bool: ...
    def claim_notice(self, channel: str, now: datetime) -> PendingNotice | None: ...
    def release_notices(self, now: datetime) -> None: ...
    def notice_delivered(self, channel: str, notice_id: str, now: datetime) -> None: ...
    def notice_refused(self, channel: str, notice_id: str, now: datetime, problem: str) -> None: ...
    def notice_deferred(
        self, channel: str, notice_id: str, now: datetime, problem: str, next_try: Callable[[int], datetime]
    ) -> datetime: ...
    def tidy_notices(self, channels: Collection[str], now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Outlet:
    """A channel that is ready to send, and what it asks for."""

    rule: Rule
    send: Send


@dataclass(frozen=True, slots=True)
class Outside:
    """The clocks and chance, as a courier needs them."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    jitter: Callable[[], float]  # in [0, 1)
    new_id: Callable[[], str]
    tz: tzinfo | None = None  # that daily digests and texts go by; None: the one that this computer is set to


@dataclass(slots=True)
class _Trip:
    """A notice on its way."""

    notice_id: str
    delivery: Future[Delivery]
    began_s: float
    is_overdue: bool = False  # told as failed already


@dataclass(slots=True)
class Courier:
    """For one thread at a time; `close` it at the end."""

    store: OutboxStore
    outlets: Sequence[Outlet]
    outside: Outside
    _under_way: dict[str, _Trip] = field(default_factory=dict, init=False)

    def start(self, *, alone: bool = False) -> None:
        """Once, before the first beat. `alone`: no other daemon is there; what is under way was a dead one's."""
        if alone:
            self.store.release_notices(self.outside.now())
        forgotten = self.store.tidy_notices([outlet.rule.channel for outlet in self.outlets], self.outside.now())
        if forgotten:
            log.warning("notices for channels that are no longer configured are dropped", extra={"number": forgotten})

    def beat(self) -> None:
        """Settle what has come back, make the notices that are due, send what can be sent. Waits for no channel."""
        for outlet in self.outlets:
            self._settle(outlet)
            self._make(outlet)
            self._send_next(outlet)

    def finish(self, patience_s: float, is_stopping: Callable[[], bool] = _never) -> None:
        """For a run that ends: immediate notices leave now, and what can be sent is waited for, until a stop is asked
        for."""
        for outlet in self.outlets:
            if outlet.rule.rhythm.every is Every.CHANGE:
                now = self.outside.now()
                hosts = [each.host for each in self.store.waiting_notices(outlet.rule.channel, now).hosts]
                self._make_each(outlet, together(hosts), now)
        ends_s = self.outside.monotonic() + patience_s
        self.beat()
        while self._under_way and (left_s := ends_s - self.outside.monotonic()) > 0 and not is_stopping():
            under_way = [trip.delivery for trip in self._under_way.values()]
            wait(under_way, min(left_s, _STOP_HEARD_S), return_when="FIRST_COMPLETED")
            self.beat()

    def close(self, patience_s: float) -> None:
        """Wait for what is under way, and settle it. What takes longer stays in the outbox, to be sent again."""
        wait([trip.delivery for trip in self._under_way.values()], patience_s)
        for outlet in self.outlets:
            self._settle(outlet)

    @property
    def is_busy(self) -> bool:
        """Is a notice under way?"""
        return bool(self._under_way)

    # -- making --------------------------------------------------------------------------------------------------------

    def _make(self, outlet: Outlet) -> None:
        rule, now = outlet.rule, self.outside.now()
        waiting = self.store.waiting_notices(rule.channel, now)
        self._make_each(outlet, ready(waiting.hosts, rule.rhythm, now, self.outside.tz, waiting.recent_count), now)

    def _make_each(self, outlet: Outlet, groups: Sequence[Collection[str]], now: datetime) -> None:
        rule = outlet.rule
        for hosts in groups:
            make = partial(
                _gathered,
                notice_id=self.outside.new_id(),
                channel=rule.channel,
                made_at=now,
                is_digest=rule.rhythm.every is not Every.CHANGE or len(hosts) > 1,
            )
            self.store.make_notice(rule.channel, hosts, make, now)

    # -- sending -------------------------------------------------------------------------------------------------------

    def _send_next(self, outlet: Outlet) -> None:
        channel = outlet.rule.channel
        if channel in self._under_way:
            return
        pending = self.store.claim_notice(channel, self.outside.now())
        if pending is None:
            return
        words = letter(notice_from_json(pending.form), outlet.rule, self.outside.tz, pending.form)
        self._under_way[channel] = _Trip(
            pending.notice_id, _in_thread(outlet.send, words, channel), self.outside.monotonic()
        )

    def _settle(self, outlet: Outlet) -> None:
        channel = outlet.rule.channel
        trip = self._under_way.get(channel)
        if trip is None:
            return
        if not trip.delivery.done():
            if not trip.is_overdue and self.outside.monotonic() - trip.began_s >= HANGS_S:
                trip.is_overdue = True
                self._note(channel, trip.notice_id, Deferred(f"no answer within {HANGS_S:g} s"))
            return
        bug = trip.delivery.exception()
        if bug is not None:
            # The name of the error only: its text may quote the channel's address.
            log.error("sending to %s went wrong inside the tracker: %s", channel, type(bug).__name__)
        delivery = Deferred("it went wrong inside the tracker") if bug is not None else trip.delivery.result()
        if not (trip.is_overdue and isinstance(delivery, Deferred)):
            self._note(channel, trip.notice_id, delivery)
        del self._under_way[channel]  # not before it is written down

    def _note(self, channel: str, notice_id: str, delivery: Delivery) -> None:
        now = self.outside.now()
        told = {"channel": channel, "notice": notice_id}
        match delivery:
            case Delivered():
                self.store.notice_delivered(channel, notice_id, now)
                log.info("notice sent", extra=told)
            case Refused(problem):
                self.store.notice_refused(channel, notice_id, now, problem)
                log.warning("a notice was refused, and is given up", extra=told | {"reason": problem})
            case Deferred(problem, retry_after):
                jitter = self.outside.jitter()
                again_at = self.store.notice_deferred(
                    channel, notice_id, now, problem, lambda failures: next_try(now, failures, jitter, retry_after)
                )
                log.warning(
                    "a notice could not be sent",
                    extra=told | {"reason": problem, "again_at": again_at.isoformat(timespec="seconds")},
                )


def _gathered(
    entries: Sequence[Entry],
    overflow: Overflow,
    *,
    notice_id: str,
    channel: str,
    made_at: datetime,
    is_digest: bool,
) -> Notice:
    return gather(
        entries, notice_id=notice_id, channel=channel, made_at=made_at, is_digest=is_digest, overflow=overflow
    )


def _in_thread(send: Send, words: Letter, channel: str) -> Future[Delivery]:
    """A thread that ends with the process, whatever a channel does: what it carries is still in the outbox."""
    delivery: Future[Delivery] = Future()

    def run() -> None:
        try:
            delivery.set_result(send(words))
        except BaseException as error:  # noqa: BLE001 - handed on to whoever asks for the result, as executors do
            delivery.set_exception(error)

    threading.Thread(target=run, name=f"notices to {channel}", daemon=True).start()
    return delivery
