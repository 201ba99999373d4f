"""When to look at a source again: how often it brings news, and what its server and the source itself ask for. Pure.

News come at a rate that is learnt per source, older looks counting less. The next look is due when about one new
article is to be expected, not before the source's own words (ttl, updatePeriod) or its server's (Cache-Control,
Expires, Retry-After), and within bounds.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.discover.reading import Reading
from tracker.http_dates import parse_http_date, retry_after
from tracker.model import Fetch

# What is believed of a source before anything is known of it: one article an hour, with the weight of four hours'
# watching. Half a day of looks outweighs it.
_PRIOR_ARTICLES = 4.0
_PRIOR_WATCHED = timedelta(hours=4)

# After so much watching, what was seen before counts half: a source's habits change with seasons, not with days.
_HALF_LIFE = timedelta(days=7)

# The first reading shows a window of past articles. Those of so many days tell the rate; older ones are an archive.
_FIRST_WINDOW = timedelta(days=7)
_MOST_ARRIVALS = 1_000.0  # of one look: an archive opened, not a day's news

_ARTICLES_A_LOOK = 1.0
# Wishes to be left alone longer are mistakes of caches that keep everything for a year.
_LONGEST_WISH = timedelta(days=1)
_LONGEST_DOUBLINGS = 12

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_UNCACHED = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PacePolicy:
    """The bounds. Less than daily, a day's edits are lost; within minutes, sources hardly change."""

    shortest: timedelta = timedelta(minutes=10)
    longest: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceHistory:
    """What was learnt of a source: a handful of values, kept with it."""

    arrivals: float = 0.0  # new articles it brought, older ones counting less
    watched_s: float = 0.0  # seconds it was watched for that, older ones counting less alike
    failures_in_row: int = 0
    last_read_at: datetime | None = None  # the last look that gave an answer; None: there was none
    ttl_s: int | None = None  # for how long the source last said it stays as it is; a 304 says nothing of it

    @property
    def articles_per_hour(self) -> float:
        return 3600 * (self.arrivals + _PRIOR_ARTICLES) / (self.watched_s + _PRIOR_WATCHED.total_seconds())


def after_look(history: SourceHistory, fetch: Fetch, reading: Reading, new_count: int) -> SourceHistory:
    """What is known after a look. `new_count` are the articles that it brought; 0 for a 304.

    A look that failed says nothing of the source's habits: the time goes on the next look's account.
    """
    now = fetch.fetched_at
    if not is_answered(fetch):
        return replace(history, failures_in_row=history.failures_in_row + 1)
    known = replace(history, failures_in_row=0, last_read_at=now, ttl_s=_ttl_s(history, fetch, reading))
    if history.last_read_at is None:
        arrivals, watched_s = _first_impression(reading, now)
        return replace(known, arrivals=arrivals, watched_s=watched_s)
    watched = max(timedelta(0), now - history.last_read_at)  # a clock set back takes nothing away
    kept = math.exp2(-(watched / _HALF_LIFE))
    return replace(
        known,
        arrivals=history.arrivals * kept + min(float(new_count), _MOST_ARRIVALS),
        watched_s=history.watched_s * kept + watched.total_seconds(),
    )


def next_look_at(
    history: SourceHistory, fetch: Fetch, *, policy: PacePolicy = PacePolicy(), jitter: float = 0.0
) -> datetime:
    """When the source is due again, given what is known *after* the look. `jitter` in [0, 1) adds up to a tenth."""
    now = fetch.fetched_at
    wait = _by_failures(history, policy) if history.failures_in_row else _by_news(history, fetch, policy)
    due = now + wait * (1 + jitter / 10)
    asked = retry_after(fetch, now)
    return due if asked is None else max(due, asked)


def is_answered(fetch: Fetch) -> bool:
    """Whether the server gave the source, or said that it is as before."""
    return fetch.failure is None and fetch.status is not None and (200 <= fetch.status < 300 or fetch.status == 304)


def fresh_for(fetch: Fetch) -> timedelta:
    """How long the answer says it stays fresh (RFC 9111, 4.2): Cache-Control's max-age, else Expires; no wish: 0."""
    control = fetch.header("cache-control") or ""
    if _UNCACHED.search(control):
        return timedelta(0)
    if found := _MAX_AGE.search(control):
        age = (fetch.header("age") or "").strip()
        seconds = int(found[1]) - (int(age) if age.isascii() and age.isdigit() and len(age) < 11 else 0)
        return timedelta(seconds=max(0, seconds))
    expires = parse_http_date(fetch.header("expires") or "")
    if expires is None:
        return timedelta(0)
    return max(timedelta(0), expires - (parse_http_date(fetch.header("date") or "") or fetch.fetched_at))


def _first_impression(reading: Reading, now: datetime) -> tuple[float, float]:
    """Articles and seconds of the window that the first reading shows, by the times that the source gives."""
    times = [link.published_at for link in reading.links if link.published_at is not None]
    recent = [time for time in times if now - _FIRST_WINDOW <= time <= now]
    if not recent:
        # Times, and none of them recent, tell of a quiet week; no times at all tell nothing.
        return (0.0, _FIRST_WINDOW.total_seconds()) if times else (0.0, 0.0)
    is_cut_off = len(recent) == len(times)  # older articles fell out of the feed
    span = now - min(recent) if is_cut_off else _FIRST_WINDOW
    return min(float(len(recent)), _MOST_ARRIVALS), span.total_seconds()


def _ttl_s(history: SourceHistory, fetch: Fetch, reading: Reading) -> int | None:
    return history.ttl_s if fetch.status == 304 else reading.ttl_s


def _by_news(history: SourceHistory, fetch: Fetch, policy: PacePolicy) -> timedelta:
    expected = timedelta(hours=_ARTICLES_A_LOOK / history.articles_per_hour)
    wish = max(fresh_for(fetch), timedelta(seconds=history.ttl_s or 0))
    return max(policy.shortest, min(policy.longest, expected), min(wish, _LONGEST_WISH))


def _by_failures(history: SourceHistory, policy: PacePolicy) -> timedelta:
    doublings = min(history.failures_in_row - 1, _LONGEST_DOUBLINGS)
    return min(policy.shortest * float(2**doublings), policy.longest)
