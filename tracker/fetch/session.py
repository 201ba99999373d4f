"""Looks of one thread, one after the other: redirects, conditions, and every failure as a value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from tracker.config import FetchSettings
from tracker.fetch.agent import product_of
from tracker.fetch.cookies import CookieShelf
from tracker.fetch.exchange import Answer, Exchange, conditions
from tracker.fetch.failures import WORLD_FAILURES, LookFailed, named
from tracker.fetch.guard import LookGuard
from tracker.fetch.manners import Manners
from tracker.fetch.pace import Pace
from tracker.fetch.redirects import target_of, web_address
from tracker.fetch.robots import RobotsCache
from tracker.fetch.robots_reader import RobotsReader
from tracker.model import FailureKind, Fetch, LookOrder, Redirect
from tracker.urls import canonical_url, host_of

MOST_REDIRECTS = 10  # half of what browsers follow: an article is reached in a few, the rest are loops and traps


@dataclass(frozen=True)
class Shared:
    """What all sessions of one fetcher have in common. Safe to share between threads."""

    settings: FetchSettings
    user_agent: str
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    robots: RobotsCache
    pace: Pace
    cookies: CookieShelf


@dataclass
class _Trail:
    """How far a look came."""

    url: str
    fetched_at: datetime
    started_s: float
    redirects: list[Redirect] = field(default_factory=list)
    received_bytes: int = 0


class LookSession:
    """One thread's looks on kept connections. A context manager; not to be shared between threads."""

    def __init__(self, shared: Shared, guard: LookGuard, exchange: Exchange) -> None:
        self._shared = shared
        self._guard = guard
        self._exchange = exchange
        self._manners = Manners(exchange, shared.pace, shared.now)
        product = product_of(shared.user_agent)
        self._robots = RobotsReader(self._manners, shared.robots, product, shared.now, shared.monotonic)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._exchange.close()

    def look(self, order: LookOrder, url: str | None = None) -> Fetch:
        """One conditional GET with everything around it. A failure of the world is in the Fetch, never raised.

        `url` is the order's in canonical form, for those who have it at hand.
        Redirects are followed at once, as a reader's browser does, without the pause that lies between two looks.
        """
        self._guard.start(self._shared.settings.deadline_s)
        trail = _Trail(order.url, self._shared.now(), self._shared.monotonic())
        try:
            trail.url = url or canonical_url(order.url)
            return self._fetch(order, trail, self._visit(order, trail))
        except LookFailed as failure:
            return self._failed(order, trail, failure)
        except WORLD_FAILURES as error:
            return self._failed(order, trail, named(error))

    def lacks_robots(self, url: str) -> bool:
        """A request for the host's robots.txt would come before one for this URL."""
        return self._shared.settings.respect_robots and self._robots.known(url) is None

    def load_robots(self, url: str) -> None:
        """Asks for the robots.txt that governs this URL, as a look of its own; what comes of it is kept."""
        self._guard.start(self._shared.settings.deadline_s)
        self._exchange.begin(self._shared.cookies.take(host_of(url)))
        self._robots.rules_for(url)

    def crawl_delay_s(self, url: str) -> float:
        """What the host's robots.txt, as far as known, wants between two requests."""
        known = self._robots.known(url)
        return known.crawl_delay_s if known else 0.0

    def _visit(self, order: LookOrder, trail: _Trail) -> Answer:
        """The answer to the look, with the cookies that are this host's to be kept."""
        host = host_of(trail.url)
        self._manners.check_hold(host)
        self._exchange.begin(self._shared.cookies.take(host))
        try:
            self._respect_robots(trail.url)
            trail.fetched_at, trail.started_s = self._shared.now(), self._shared.monotonic()
            return self._follow(order, trail)
        finally:
            self._shared.cookies.put_back(host, self._exchange.cookies)

    def _follow(self, order: LookOrder, trail: _Trail) -> Answer:
        """The answer at the end of the redirects."""
        seen = set()
        while True:
            asked = (trail.url, self._exchange.cookies_said())
            if asked in seen:
                raise LookFailed(FailureKind.TOO_MANY_REDIRECTS, f"the redirects go round in a loop at {trail.url}")
            seen.add(asked)
            # A date says nothing about another page: behind a redirect only the ETag, which names content, is sent.
            headers = conditions(order.etag, None if trail.redirects else order.last_modified)
            answer = self._get(trail, headers)
            if answer.status == 304 and not headers:
                raise LookFailed(FailureKind.BAD_ANSWER, "the server says 304, not modified, to who knows no page yet")
            if answer.location is None:
                return answer
            self._turn(trail, answer.status, answer.location)

    def _turn(self, trail: _Trail, status: int, location: str) -> None:
        if len(trail.redirects) == MOST_REDIRECTS:
            raise LookFailed(FailureKind.TOO_MANY_REDIRECTS, f"more than {MOST_REDIRECTS} redirects")
        target = target_of(trail.url, location)
        trail.redirects.append(Redirect(status, target))
        trail.url = web_address(target)
        self._respect_robots(trail.url)

    def _get(self, trail: _Trail, headers: dict[str, str]) -> Answer:
        try:
            return self._manners.ask(trail.url, headers, self._shared.settings.max_body_bytes)
        finally:
            trail.received_bytes += self._guard.received_bytes

    def _respect_robots(self, url: str) -> None:
        if not self._shared.settings.respect_robots:
            return
        rules = self._robots.rules_for(url)
        if rules.failure is not None:
            raise LookFailed(rules.failure.kind, str(rules.failure))
        if not rules.allows(url):
            raise LookFailed(FailureKind.ROBOTS, f"{host_of(url)}'s robots.txt asks us not to look here")

    def _fetch(self, order: LookOrder, trail: _Trail, answer: Answer) -> Fetch:
        return Fetch(
            requested_url=order.url,
            url=trail.url,
            fetched_at=trail.fetched_at,
            duration_ms=self._since_ms(trail),
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            redirects=tuple(trail.redirects),
            received_bytes=trail.received_bytes,
        )

    def _failed(self, order: LookOrder, trail: _Trail, failure: LookFailed) -> Fetch:
        held_s = self._shared.pace.held_s(host_of(trail.url)) if failure.kind is not FailureKind.BAD_URL else 0.0
        return Fetch(
            requested_url=order.url,
            url=trail.url,
            fetched_at=trail.fetched_at,
            duration_ms=self._since_ms(trail),
            headers=(("Retry-After", str(math.ceil(held_s))),) if held_s else (),
            redirects=tuple(trail.redirects),
            received_bytes=trail.received_bytes,
            failure=failure.kind,
            failure_detail=str(failure),
        )

    def _since_ms(self, trail: _Trail) -> int:
        return round((self._shared.monotonic() - trail.started_s) * 1000)
