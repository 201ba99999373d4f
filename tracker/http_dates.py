"""Moments as HTTP writes them, and how long a server asks to be left alone. Pure: the clock is an argument."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tracker.model import Fetch

# Longer waits are a mistake or malice; no setting of schedule.max_interval_s is longer either.
LONGEST_RETRY_AFTER = timedelta(days=365)

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
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
    """Until when the server asks not to be looked at again (Retry-After, RFC 9110, 10.2.3), counted from `now`, UTC.

    A date is read against the server's own Date header, so a server whose clock is wrong is still understood. At most
    LONGEST_RETRY_AFTER ahead. None: it did not ask, what it said cannot be read, or the moment has passed.
    """
    said = (fetch.header("retry-after") or "").strip()
    wait = _seconds(said) if _SECONDS.fullmatch(said) else _until(said, fetch, now)
    if wait is None or wait <= timedelta(0):
        return None
    return now.astimezone(UTC) + min(wait, LONGEST_RETRY_AFTER)


def _seconds(said: str) -> timedelta:
    whole = said.partition(".")[0]
    return LONGEST_RETRY_AFTER if len(whole) > _MOST_DIGITS else timedelta(seconds=min(float(said), 1e9))


def _until(said: str, fetch: Fetch, now: datetime) -> timedelta | None:
    moment = parse_http_date(said) if said else None
    if moment is None:
        return None
    return moment - (parse_http_date(fetch.header("date") or "") or now)
