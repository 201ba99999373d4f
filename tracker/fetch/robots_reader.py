"""Asks for the robots.txt of an origin when it is not known, or no longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tracker.fetch import robots
from tracker.fetch.exchange import Answer, conditions
from tracker.fetch.failures import WORLD_FAILURES, LookFailed, named
from tracker.fetch.manners import Manners
from tracker.fetch.redirects import target_of, web_address
from tracker.fetch.robots import RobotsCache, RobotsRules, robots_url
from tracker.http_dates import freshness_s
from tracker.model import FailureKind
from tracker.urls import host_of

# These say something about the host, and would be no different for the page.
_WHOLE_HOST = frozenset(
    {
        FailureKind.UNRESOLVED,
        FailureKind.UNREACHABLE,
        FailureKind.TLS,
        FailureKind.FORBIDDEN_ADDRESS,
        FailureKind.HELD_OFF,
    }
)
_UNREAD = "robots.txt could not be read"


class RobotsReader:
    """One thread's way to the rules that all threads share."""

    def __init__(
        self,
        manners: Manners,
        cache: RobotsCache,
        product: str,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._manners = manners
        self._cache = cache
        self._product = product
        self._now = now
        self._monotonic = monotonic

    def known(self, url: str) -> RobotsRules | None:
        """The rules for this URL, if nobody need be asked."""
        return self._cache.get(robots_url(url), self._monotonic())

    def rules_for(self, url: str) -> RobotsRules:
        """The rules for this URL. Raises LookFailed HELD_OFF while the host may not be asked for them."""
        place = robots_url(url)
        known = self._cache.get(place, self._monotonic())
        if known is not None:
            return known
        self._manners.check_hold(host_of(url))
        rules, lifetime_s = self._read(place)
        return self._cache.put(place, rules, self._monotonic(), lifetime_s)

    def _read(self, place: str) -> tuple[RobotsRules, float]:
        """RFC 9309, 2.3.1: 4xx allows all, 5xx nothing. A host that cannot be reached fails as what it is."""
        earlier = self._cache.outdated(place) or robots.ALLOW_ALL
        try:
            answer = self._ask(place, earlier)
        except LookFailed as failure:
            return RobotsRules(failure=_unread(failure)), robots.UNREACHED_LIFETIME_S
        except WORLD_FAILURES as error:
            return RobotsRules(failure=_unread(named(error))), robots.UNREACHED_LIFETIME_S
        if _says_nothing(answer, earlier):
            refusal = LookFailed(FailureKind.ROBOTS, f"{_UNREAD}: the server says {answer.status}")
            return RobotsRules(failure=refusal), robots.REFUSAL_LIFETIME_S
        lifetime_s = robots.lifetime_s(freshness_s(answer.header, self._now()))
        return self._rules_in(answer, earlier), lifetime_s

    def _ask(self, place: str, earlier: RobotsRules) -> Answer:
        """The answer after at most five redirects; a sixth counts as 'not there' (RFC 9309, 2.3.1.2)."""
        url = place
        for count in range(robots.MOST_REDIRECTS + 1):
            headers = conditions(earlier.etag, earlier.last_modified if count == 0 else None)
            answer = self._manners.ask(url, headers, robots.PARSED_BYTES, cut=True)
            if answer.location is None:
                return answer
            url = web_address(target_of(url, answer.location))
        return answer

    def _rules_in(self, answer: Answer, earlier: RobotsRules) -> RobotsRules:
        if answer.status == 304:
            return earlier
        if not 200 <= answer.status < 300:
            return robots.ALLOW_ALL
        rules = robots.parse_robots(answer.body, self._product)
        return replace(rules, etag=answer.header("etag"), last_modified=answer.header("last-modified"))


def _says_nothing(answer: Answer, earlier: RobotsRules) -> bool:
    """Whether the answer leaves open what is allowed: a server in trouble or too busy, or a 304 to who has no copy."""
    is_unasked = answer.status == 304 and not conditions(earlier.etag, earlier.last_modified)
    return is_unasked or answer.status == 429 or answer.status >= 500


def _unread(failure: LookFailed) -> LookFailed:
    """What keeps us from the whole host keeps its name; what is wrong with robots.txt alone forbids by RFC 9309."""
    if failure.kind in _WHOLE_HOST:
        return failure
    kind = FailureKind.DEADLINE if failure.kind is FailureKind.DEADLINE else FailureKind.ROBOTS
    return LookFailed(kind, f"{_UNREAD}: {failure}")
