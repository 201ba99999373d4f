"""The door to the web: looks at single pages, and at a host's batch of them with the pauses that are owed."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Container, Iterator
from datetime import datetime, timedelta

from tracker.config import FetchSettings
from tracker.errors import BadURL
from tracker.fetch.connections import Gate, verifying_context
from tracker.fetch.cookies import CookieShelf
from tracker.fetch.exchange import Exchange
from tracker.fetch.guard import LookGuard
from tracker.fetch.manners import CLOCK_SLACK_S
from tracker.fetch.pace import LONGEST_PAUSE_S, Pace
from tracker.fetch.resolver import Resolver, system_addresses
from tracker.fetch.robots import RobotsCache
from tracker.fetch.session import LookSession, Shared
from tracker.model import Batch, Fetch, LookOrder
from tracker.urls import canonical_url, host_of

# A shorter wait is slept through; for a longer one the worker goes on to other hosts.
LONGEST_WAIT_IN_BATCH_S = 10.0


class Fetcher:
    """Looks at pages. One serves the whole program: its methods may be called from any number of threads at once.

    What threads share is locked (robots rules, pauses owed to hosts); connections are each session's own.
    `tls` must come from `guarded_context`, or TLS reads go on without the deadline. Of `keeps_cookies`, hosts as
    `host_of` writes them, cookies are kept from one article to the next, in memory; of all others they end with a look.
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
        keeps_cookies: Container[str] = frozenset(),
    ) -> None:
        self.settings = settings
        self.sleep = sleep
        self.pace = Pace(monotonic)
        shelf = CookieShelf(keeps_cookies)
        self._shared = Shared(settings, user_agent, now, monotonic, RobotsCache(), self.pace, shelf)
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

    def hold_host(self, host: str, until: datetime) -> None:
        """Leaves a host alone until then, as it asked before this program was started. A moment gone by is nothing."""
        left = until - self._shared.now()
        if left > timedelta(0):
            self.pace.hold(host, left.total_seconds())

    def holds(self) -> dict[str, datetime]:
        """The hosts that asked to be left alone (Retry-After) for longer than a batch waits, and until when."""
        now = self._shared.now()
        held = self.pace.holds().items()
        return {host: now + timedelta(seconds=left_s) for host, left_s in held if left_s > LONGEST_WAIT_IN_BATCH_S}


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
            url = _address(order)
            if url is not None and not _wait_for_turn(fetcher, session, url, interval_s):
                return
            yield session.look(order, url)


def _address(order: LookOrder) -> str | None:
    """The canonical URL; None: it is none, which the look will say, asking nobody."""
    try:
        return canonical_url(order.url)
    except BadURL:
        return None


def _wait_for_turn(fetcher: Fetcher, session: LookSession, url: str, interval_s: float) -> bool:
    """Waits as long as the host's robots.txt, which is read first, and our own pause ask. False: broken off.

    A host that wants to be left alone for long is not waited for: the look will say so, asking nobody.
    """
    host = host_of(url)
    if session.lacks_robots(url) and not _is_held_long(fetcher, host):
        if not _pause(fetcher, host, interval_s):
            return False
        session.load_robots(url)
    if _is_held_long(fetcher, host):
        return True
    return _pause(fetcher, host, max(interval_s, min(session.crawl_delay_s(url), LONGEST_PAUSE_S)))


def _is_held_long(fetcher: Fetcher, host: str) -> bool:
    return fetcher.pace.held_s(host) > LONGEST_WAIT_IN_BATCH_S


def _pause(fetcher: Fetcher, host: str, interval_s: float) -> bool:
    """Waits until the host may be asked again. False: the sleep was broken off before that."""
    wait_s = fetcher.pace.pause_s(host, interval_s)
    if wait_s <= 0:
        return True
    fetcher.sleep(wait_s)
    return fetcher.pace.pause_s(host, interval_s) <= CLOCK_SLACK_S
