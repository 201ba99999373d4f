"""robots.txt by RFC 9309: what it asks of us, and for how long that holds."""

from __future__ import annotations

import re
import threading
import urllib.parse
from collections import OrderedDict
from dataclasses import dataclass

from protego import Protego

from tracker.fetch.failures import LookFailed

PARSED_BYTES = 512_000  # RFC 9309, 2.5: read at least 500 kibibytes; the rest is ignored
MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2
LONGEST_LIFETIME_S = 86_400.0  # RFC 9309, 2.4: not used for longer than 24 hours
SHORTEST_LIFETIME_S = 300.0  # "max-age=0" must not double our requests to a host
REFUSAL_LIFETIME_S = 60.0  # of "5xx": asked again once a minute at most
UNREACHED_LIFETIME_S = 10.0  # long enough that a dead host is not asked anew for each article of its batch
# RFC 9309, 2.3.1.4: one that a server fails to give for "a reasonably long period of time (for example, 30 days)" may
# be taken for one that is not there.
UNREADABLE_FOR_GOOD_S = 30 * 86_400.0
CACHED_CHARACTERS = 4_000_000  # of rules, over all hosts; parsed they take about ten times this in bytes

_AGENT = re.compile(r"\s*user[- ]?agent\s*[:\s]\s*([^#]*)", re.IGNORECASE)
_OUTSIDE_GROUPS = re.compile(r"\s*(?:#|$|site-?maps?\b|host\b)", re.IGNORECASE)
_UNUSED = re.compile(r"\s*(?:request[- ]rate|visit[- ]time)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+")


@dataclass(frozen=True)
class RobotsRules:
    """What one origin's robots.txt asks of us. With `failure`, it could not be read, and nothing may be looked at."""

    parsed: Protego | None = None  # None: everything is allowed
    size: int = 0  # characters of rules
    failure: LookFailed | None = None
    etag: str | None = None  # the server's own words for this version, to ask whether it still holds
    last_modified: str | None = None

    def allows(self, url: str) -> bool:
        return self.parsed is None or self.parsed.can_fetch(url, "*")

    @property
    def crawl_delay_s(self) -> float:
        """Seconds that it wants between two requests; 0: it does not say."""
        return (self.parsed.crawl_delay("*") or 0.0) if self.parsed else 0.0


ALLOW_ALL = RobotsRules()


def parse_robots(body: bytes, product: str) -> RobotsRules:
    """The rules for the product token (in lower case), or for everyone where it is not named.

    Rules for other crawlers are taken out first: parsed with them, half a megabyte of made-up names over half a
    megabyte of rules would cost gigabytes.
    """
    own = own_rules(body[:PARSED_BYTES].decode("utf-8-sig", errors="replace"), product)
    return RobotsRules(Protego.parse(own), len(own)) if own else ALLOW_ALL


def own_rules(text: str, product: str) -> str:
    """The groups for this product, else those for `*`, as one group for everyone; empty: there are none."""
    groups = _groups(text)
    mine = [rules for names, rules in groups if product in names]
    chosen = mine or [rules for names, rules in groups if "*" in names]
    lines = [line for rules in chosen for line in rules]
    return "\n".join(["User-agent: *", *lines]) if lines else ""


def _groups(text: str) -> list[tuple[set[str], list[str]]]:
    """Each group's crawler names and rule lines, in order."""
    groups: list[tuple[set[str], list[str]]] = []
    is_heading = False  # one rule line ends a group's heading; the next name then starts a new group
    for line in text.splitlines():
        agent = _AGENT.match(line)
        if agent:
            if not is_heading:
                groups.append((set(), []))
            groups[-1][0].add(_agent_name(agent[1]))
            is_heading = True
        elif not _OUTSIDE_GROUPS.match(line):
            is_heading = False
            if groups and not _UNUSED.match(line):
                groups[-1][1].append(line)
    return groups


def _agent_name(value: str) -> str:
    """RFC 9309, 2.2.1: the product token at the start, without regard to case; a version after it does not count."""
    name = value.strip().lower()
    token = _TOKEN.match(name)
    return token[0] if token else name


def lifetime_s(freshness: float | None) -> float:
    """For how long the rules hold, of which HTTP says that they hold for `freshness` seconds (None: it does not)."""
    return LONGEST_LIFETIME_S if freshness is None else min(max(freshness, SHORTEST_LIFETIME_S), LONGEST_LIFETIME_S)


def robots_url(url: str) -> str:
    """Where the rules for this URL stand; one origin (scheme, host, port) has one."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))


@dataclass(frozen=True)
class _Entry:
    rules: RobotsRules
    expires_s: float
    failing_since_s: float | None = None  # None: it could be read


class RobotsCache:
    """The rules of the origins that were asked last, by their robots.txt's URL. Safe to share between threads."""

    def __init__(self, most_characters: int = CACHED_CHARACTERS) -> None:
        self._most = most_characters
        self._size = 0
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, url: str, now_s: float) -> RobotsRules | None:
        """The rules that still hold at `now_s` (monotonic seconds)."""
        with self._lock:
            entry = self._entries.get(url)
            if entry is None or entry.expires_s <= now_s:
                return None
            self._entries.move_to_end(url)
            return entry.rules

    def outdated(self, url: str) -> RobotsRules | None:
        """The rules that were read last, whether or not they still hold; None: none were, or could not be."""
        with self._lock:
            entry = self._entries.get(url)
            return None if entry is None or entry.rules.failure is not None else entry.rules

    def put(self, url: str, rules: RobotsRules, now_s: float, lifetime_s: float) -> RobotsRules:
        """Keeps the rules, and gives back those that hold now.

        While a robots.txt cannot be read, the copy read before goes on to hold (RFC 9309, 2.4); where there is none,
        everything is closed, and after UNREADABLE_FOR_GOOD_S open.
        """
        with self._lock:
            earlier = self._entries.pop(url, None)
            self._size -= _weight(earlier.rules) if earlier else 0
            entry = _followed(earlier, rules, now_s, lifetime_s)
            self._entries[url] = entry
            self._size += _weight(entry.rules)
            while self._size > self._most and len(self._entries) > 1:
                _, oldest = self._entries.popitem(last=False)
                self._size -= _weight(oldest.rules)
            return entry.rules


def _followed(earlier: _Entry | None, rules: RobotsRules, now_s: float, lifetime_s: float) -> _Entry:
    """What is to hold from now on, after what held before."""
    expires_s = now_s + lifetime_s
    if rules.failure is None:
        return _Entry(rules, expires_s)
    since_s = now_s if earlier is None or earlier.failing_since_s is None else earlier.failing_since_s
    if earlier is not None and earlier.rules.failure is None:
        return _Entry(earlier.rules, expires_s, since_s)
    is_given_up = now_s - since_s >= UNREADABLE_FOR_GOOD_S
    return _Entry(ALLOW_ALL if is_given_up else rules, expires_s, since_s)


def _weight(rules: RobotsRules) -> int:
    """Characters, and a little for the entry itself, so that a million hosts without rules are bounded too."""
    return rules.size + 200
