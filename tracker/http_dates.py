"""Moments and spans as HTTP says them: dates, Retry-After, freshness. Pure: the clock is an argument."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tracker.model import Fetch

Header = Callable[[str], str | None]
"""Takes a header's name, gives what it says; None or empty: it was not sent."""

# Longer waits are a mistake or malice; no setting of schedule.max_interval_s is longer either.
LONGEST_RETRY_AFTER = timedelta(days=365)

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,12})", re.IGNORECASE | re.ASCII)
_NO_CACHE = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b", re.IGNORECASE)
_LONGEST_S = 2.0**31  # RFC 9111, 1.2.2: what longer lifetimes are taken for
_MOST_DIGITS = 12  # more seconds than this are cut to LONGEST_RETRY_AFTER unread: int() of a bomb costs time


def parse_http_date(text: str) -> datetime | None:
    """The moment in an HTTP date (RFC 9110, 5.6.7, all three forms), aware, UTC. None: it is not one."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # what email.utils raises on malformed dates
        return None
    # HTTP dates are GMT even where the zone is left out, as in the asctime form.
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        return None


def retry_after(fetch: Fetch, now: datetime) -> datetime | None:
    """Until when the server asks not to be looked at again, counted from `now`, UTC; None: see `wait_asked`."""
    wait = wait_asked(fetch.header, now)
    return None if wait is None else now.astimezone(UTC) + wait


def wait_asked(header: Header, now: datetime) -> timedelta | None:
    """How long the server asks to be left alone (Retry-After, RFC 9110, 10.2.3).

    A date is read against the server's own Date header, so a server whose clock is wrong is still understood. At most
    LONGEST_RETRY_AFTER. None: it did not ask, what it said cannot be read, or the moment has passed.
    """
    said = (header("retry-after") or "").strip()
    wait = _seconds(said) if _SECONDS.fullmatch(said) else _until(said, _sent_at(header, now))
    return None if wait is None or wait <= timedelta(0) else min(wait, LONGEST_RETRY_AFTER)


def freshness_s(header: Header, now: datetime) -> float | None:
    """For how many seconds from `now` an answer holds by its own headers (RFC 9111, 4.2).

    0: it asks to be checked each time, or has had its time already. None: it does not say.
    """
    cache_control = header("cache-control") or ""
    if _NO_CACHE.search(cache_control):
        return 0.0
    max_age = _MAX_AGE.search(cache_control)
    if max_age:
        age = (header("age") or "").strip()
        spent_s = float(age) if _DIGITS.fullmatch(age) else 0.0
        return max(0.0, min(float(max_age[1]), _LONGEST_S) - spent_s)
    expires = (header("expires") or "").strip()
    if not expires:
        return None
    moment = parse_http_date(expires)  # what is no date has passed (RFC 9111, 5.3)
    return 0.0 if moment is None else max(0.0, (moment - _sent_at(header, now)).total_seconds())


def _seconds(said: str) -> timedelta:
    whole = said.partition(".")[0]
    return LONGEST_RETRY_AFTER if len(whole) > _MOST_DIGITS else timedelta(seconds=min(float(said), 1e9))


def _until(said: str, sent_at: datetime) -> timedelta | None:
    moment = parse_http_date(said) if said else None
    return None if moment is None else moment - sent_at


def _sent_at(header: Header, now: datetime) -> datetime:
    """The answer's own clock: other moments in it are to be read against this one."""
    return parse_http_date(header("date") or "") or now
