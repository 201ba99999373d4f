"""The door to the web: looks at single pages, and at a host's batch of them with the pauses that are owed."""

from __future__ import annotations

import math
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tracker.config import FetchSettings
from tracker.errors import BadURL
from tracker.fetch.connections import Gate, verifying_context
from tracker.fetch.exchange import Exchange
from tracker.fetch.guard import LookGuard
from tracker.fetch.pace import LONGEST_PAUSE_S, Pace
from tracker.fetch.resolver import Resolver, system_addresses
from tracker.fetch.robots import RobotsCache
from tracker.fetch.session import LookSession, Shared
from tracker.http_dates import retry_after
from tracker.model import Batch, FailureKind, Fetch, LookOrder
from tracker.urls import canonical_url, host_of

# A shorter wait is slept through; for a longer one the worker goes on to other hosts.
LONGEST_WAIT_IN_BATCH_S = 10.0

CLOCK_SLACK_S = 0.05  # a sleep may end a few milliseconds before the clock says so

_SLOW_DOWN = frozenset({429, 503})


class Fetcher:
    """Looks at pages. One serves the whole program: its methods may be called from any number of threads at once.

    What threads share is locked (robots rules, pauses owed to hosts); connections are each session's own.
    `tls` must come from `guarded_context`, or TLS reads go on without the deadline.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        user_agent: str,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        sleep: Callable[[float], object],
        resolve: Resolver = system_addresses,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.settings = settings
        self.sleep = sleep
        self.pace = Pace(monotonic)
        self._shared = Shared(settings, user_agent, now, monotonic, RobotsCache(), self.pace)
        self._resolve = resolve
        self._tls = tls or verifying_context()

    def fetch(self, order: LookOrder) -> Fetch:
        """One look on a connection of its own, without a pause before it. Never raises for a failure of the world."""
        with self.session() as session:
            return session.look(order)

    def session(self) -> LookSession:
        """For several looks of one thread; close it, or use it as a context manager."""
        guard = LookGuard(self._shared.monotonic)
        gate = Gate(self._resolve, guard, self.settings.allow_private_addresses)
        return LookSession(self._shared, guard, Exchange(gate, self._tls, self._shared.user_agent))

    def now(self) -> datetime:
        return self._shared.now()


def look_at_host(fetcher: Fetcher, batch: Batch, host_interval_s: float | None = None) -> Iterator[Fetch]:
    """One Fetch an order, in their order, each looked at when it is asked for, on kept connections.

    Between the end of one request and the next lie `host_interval_s` seconds (None: the settings') or the host's
    Crawl-delay, if longer, at most LONGEST_PAUSE_S; also after the batch before, and after robots.txt. A host that
    answers 429 or 503 is asked at half the speed. When it says Retry-After and that is longer than
    LONGEST_WAIT_IN_BATCH_S, the rest is not asked: each is a Fetch with failure HELD_OFF and a Retry-After header.
    A `sleep` that comes back early, as when the program is to stop, ends the batch: the rest is not looked at.
    """
    interval_s = fetcher.settings.host_interval_s if host_interval_s is None else host_interval_s
    with fetcher.session() as session:
        for order in batch.orders:
            fetch = _look(fetcher, session, order, interval_s)
            if fetch is None:
                return
            yield fetch


def _look(fetcher: Fetcher, session: LookSession, order: LookOrder, interval_s: float) -> Fetch | None:
    """The look, after what it must wait for; None: a wait was broken off."""
    try:
        url = canonical_url(order.url)
    except BadURL:
        return session.look(order)  # says so, and asks nobody
    held_s = fetcher.pace.held_s(host_of(url))
    if held_s > LONGEST_WAIT_IN_BATCH_S:
        return _held_off(fetcher, order, held_s)
    if not _wait_for_turn(fetcher, session, url, interval_s):
        return None
    fetch = session.look(order)
    _remember(fetcher, fetch)
    return fetch


def _wait_for_turn(fetcher: Fetcher, session: LookSession, url: str, interval_s: float) -> bool:
    """Waits as long as the host's robots.txt, which is read first, and our own pause ask. False: broken off."""
    if session.lacks_robots(url):
        if not _pause(fetcher, url, interval_s):
            return False
        session.load_robots(url)
    return _pause(fetcher, url, max(interval_s, min(session.crawl_delay_s(url), LONGEST_PAUSE_S)))


def _pause(fetcher: Fetcher, url: str, interval_s: float) -> bool:
    """Waits until the host may be asked again. False: the sleep was broken off before that."""
    host = host_of(url)
    wait_s = fetcher.pace.pause_s(host, interval_s)
    if wait_s > 0:
        fetcher.sleep(wait_s)
    return fetcher.pace.pause_s(host, interval_s) <= CLOCK_SLACK_S


def _remember(fetcher: Fetcher, fetch: Fetch) -> None:
    """What an answer says about the host's strength."""
    host = host_of(fetch.url)
    if fetch.status in _SLOW_DOWN:
        now = fetcher.now()
        until = retry_after(fetch, now)
        fetcher.pace.refused(host, None if until is None else (until - now).total_seconds())
    elif fetch.status is not None:
        fetcher.pace.welcomed(host)


def _held_off(fetcher: Fetcher, order: LookOrder, held_s: float) -> Fetch:
    now = fetcher.now()
    until = now + timedelta(seconds=held_s)
    return Fetch(
        requested_url=order.url,
        url=order.url,
        fetched_at=now,
        headers=(("Retry-After", str(math.ceil(held_s))),),
        failure=FailureKind.HELD_OFF,
        failure_detail=f"not asked: {host_of(order.url)} wants to be left alone until {until:%Y-%m-%d %H:%M} UTC",
    )
