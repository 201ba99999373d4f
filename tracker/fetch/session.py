"""Looks of one thread, one after the other: redirects, robots, conditions, and every failure as a value."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from tracker.config import FetchSettings
from tracker.errors import BadURL
from tracker.fetch import robots
from tracker.fetch.agent import product_of
from tracker.fetch.exchange import Answer, Exchange
from tracker.fetch.failures import WORLD_FAILURES, LookFailed, named
from tracker.fetch.guard import LookGuard
from tracker.fetch.pace import Pace
from tracker.fetch.robots import RobotsCache, RobotsRules, robots_url
from tracker.model import FailureKind, Fetch, LookOrder, Redirect
from tracker.urls import canonical_url, host_of

MOST_REDIRECTS = 10  # half of what browsers follow: an article is reached in a few, the rest are loops and traps

_HEADER_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]+")  # RFC 9110, 5.5; anything else would break the request apart
_ESCAPED_SPACE = str.maketrans({" ": "%20", "\t": "%09"})
_ROBOTS_UNREAD = "robots.txt could not be read"
# These say something about the host, and would be no different for the page.
_WHOLE_HOST = frozenset(
    {FailureKind.UNRESOLVED, FailureKind.UNREACHABLE, FailureKind.TLS, FailureKind.FORBIDDEN_ADDRESS}
)


@dataclass(frozen=True)
class Shared:
    """What all sessions of one fetcher have in common. Safe to share between threads."""

    settings: FetchSettings
    user_agent: str
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    robots: RobotsCache
    pace: Pace


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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._exchange.close()

    def look(self, order: LookOrder) -> Fetch:
        """One conditional GET with everything around it. A failure of the world is in the Fetch, never raised."""
        self._guard.start(self._shared.settings.deadline_s)
        self._exchange.forget()
        trail = _Trail(order.url, self._shared.now(), self._shared.monotonic())
        try:
            return self._fetch(order, trail, self._follow(order, trail))
        except LookFailed as failure:
            return self._failed(order, trail, failure)
        except WORLD_FAILURES as error:
            return self._failed(order, trail, named(error))

    def lacks_robots(self, url: str) -> bool:
        """A request for the host's robots.txt would come before one for this URL."""
        settings = self._shared.settings
        return settings.respect_robots and self._shared.robots.get(robots_url(url), self._shared.monotonic()) is None

    def load_robots(self, url: str) -> None:
        """Asks for the robots.txt that governs this URL, as a look of its own; what comes of it is kept."""
        self._guard.start(self._shared.settings.deadline_s)
        self._exchange.forget()
        self._robots_for(url)

    def crawl_delay_s(self, url: str) -> float:
        """What the host's robots.txt, as far as known, wants between two requests."""
        known = self._shared.robots.get(robots_url(url), self._shared.monotonic())
        return known.crawl_delay_s if known else 0.0

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _follow(self, order: LookOrder, trail: _Trail) -> Answer:
        """The answer at the end of the redirects."""
        trail.url = canonical_url(order.url)
        self._respect_robots(trail.url)
        trail.fetched_at, trail.started_s = self._shared.now(), self._shared.monotonic()
        seen = set()
        while True:
            asked = (trail.url, self._exchange.cookies_said())
            if asked in seen:
                raise LookFailed(FailureKind.TOO_MANY_REDIRECTS, f"the redirects go round in a loop at {trail.url}")
            seen.add(asked)
            answer = self._get(trail, _conditions(order, is_first=not trail.redirects))
            if answer.location is None:
                return answer
            self._turn(trail, answer.status, answer.location)

    def _turn(self, trail: _Trail, status: int, location: str) -> None:
        if len(trail.redirects) == MOST_REDIRECTS:
            raise LookFailed(FailureKind.TOO_MANY_REDIRECTS, f"more than {MOST_REDIRECTS} redirects")
        target = _target(trail.url, location)
        trail.redirects.append(Redirect(status, target))
        trail.url = _web_address(target)
        self._respect_robots(trail.url)

    def _get(self, trail: _Trail, headers: dict[str, str]) -> Answer:
        try:
            return self._exchange.get(trail.url, headers, self._shared.settings.max_body_bytes)
        finally:
            trail.received_bytes += self._guard.received_bytes
            self._shared.pace.asked(host_of(trail.url))

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
        return Fetch(
            requested_url=order.url,
            url=trail.url,
            fetched_at=trail.fetched_at,
            duration_ms=self._since_ms(trail),
            redirects=tuple(trail.redirects),
            received_bytes=trail.received_bytes,
            failure=failure.kind,
            failure_detail=str(failure),
        )

    def _since_ms(self, trail: _Trail) -> int:
        return round((self._shared.monotonic() - trail.started_s) * 1000)

    # -- robots.txt ----------------------------------------------------------------------------------------------------

    def _respect_robots(self, url: str) -> None:
        if not self._shared.settings.respect_robots:
            return
        rules = self._robots_for(url)
        if rules.failure is not None:
            raise LookFailed(rules.failure.kind, str(rules.failure))
        if not rules.allows(url):
            raise LookFailed(FailureKind.ROBOTS, f"{host_of(url)}'s robots.txt asks us not to look here")

    def _robots_for(self, url: str) -> RobotsRules:
        place = robots_url(url)
        known = self._shared.robots.get(place, self._shared.monotonic())
        if known is not None:
            return known
        rules, lifetime_s = self._read_robots(place)
        return self._shared.robots.put(place, rules, self._shared.monotonic() + lifetime_s)

    def _read_robots(self, place: str) -> tuple[RobotsRules, float]:
        """RFC 9309, 2.3.1: 4xx allows all, 5xx nothing. A host that cannot be reached fails as what it is."""
        try:
            answer = self._ask_robots(place)
        except LookFailed as failure:
            return RobotsRules(failure=_unread(failure)), robots.UNREACHED_LIFETIME_S
        except WORLD_FAILURES as error:
            return RobotsRules(failure=_unread(named(error))), robots.UNREACHED_LIFETIME_S
        if answer.status >= 500 or answer.status == 429:  # too many requests says nothing about what is allowed
            refusal = LookFailed(FailureKind.ROBOTS, f"{_ROBOTS_UNREAD}: the server says {answer.status}")
            return RobotsRules(failure=refusal), robots.REFUSAL_LIFETIME_S
        lifetime_s = robots.lifetime_s(answer.header("cache-control"))
        if not 200 <= answer.status < 300:
            return robots.ALLOW_ALL, lifetime_s
        return robots.parse_robots(answer.body, product_of(self._shared.user_agent)), lifetime_s

    def _ask_robots(self, place: str) -> Answer:
        """The answer after at most five redirects; a sixth counts as 'not there' (RFC 9309, 2.3.1.2)."""
        url = place
        for _ in range(robots.MOST_REDIRECTS + 1):
            try:
                answer = self._exchange.get(url, {}, robots.PARSED_BYTES, cut=True)
            finally:
                self._shared.pace.asked(host_of(url))
            if answer.location is None:
                return answer
            url = _web_address(_target(url, answer.location))
        return answer


def _unread(failure: LookFailed) -> LookFailed:
    """What keeps us from the whole host keeps its name; what is wrong with robots.txt alone forbids by RFC 9309."""
    if failure.kind in _WHOLE_HOST:
        return failure
    kind = FailureKind.DEADLINE if failure.kind is FailureKind.DEADLINE else FailureKind.ROBOTS
    return LookFailed(kind, f"{_ROBOTS_UNREAD}: {failure}")


def _conditions(order: LookOrder, *, is_first: bool) -> dict[str, str]:
    """The headers that ask for the page only if it changed, in the server's own words.

    A date says nothing about another page, so behind a redirect only the ETag, which names content, is sent.
    """
    wanted = {"If-None-Match": order.etag, "If-Modified-Since": order.last_modified if is_first else None}
    return {name: value for name, value in wanted.items() if value and _HEADER_VALUE.fullmatch(value)}


def _target(base: str, location: str) -> str:
    """Where a Location header points, absolute. Headers arrive as Latin-1; browsers read UTF-8 in them."""
    readable = location.encode("latin-1", errors="replace").decode("utf-8", errors="replace").strip()
    try:
        return urllib.parse.urljoin(base, readable.translate(_ESCAPED_SPACE))
    except ValueError as error:
        raise LookFailed(FailureKind.BAD_URL, f"redirected to something that is no URL: {error}") from None


def _web_address(target: str) -> str:
    try:
        return canonical_url(target)
    except BadURL:
        raise LookFailed(FailureKind.BAD_URL, f"redirected to {target[:200]!r}, which is no web address") from None
