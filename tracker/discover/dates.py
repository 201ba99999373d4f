"""The times that feeds and sitemaps write: RFC 822 with its usual breaches, and ISO 8601 as W3C-DTF narrows it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"

# Hours from UTC of the zone names in RFC 822 section 5, and of the European ones that feeds add to them; others are 0.
_ZONES = {
    **dict.fromkeys(("BST", "CET"), 1),
    **dict.fromkeys(("CEST", "EET"), 2),
    **dict.fromkeys(("EEST", "MSK"), 3),
    **dict.fromkeys(("EDT",), -4),
    **dict.fromkeys(("EST", "CDT"), -5),
    **dict.fromkeys(("CST", "MDT"), -6),
    **dict.fromkeys(("MST", "PDT"), -7),
    **dict.fromkeys(("PST",), -8),
}

_RFC822 = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})[\s-]+(?P<month>[A-Za-z]{3})[A-Za-z]*\.?[\s,-]+(?P<year>\d{4}|\d{2})(?!\d)"
    r"(?:[\s,T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?\s*(?P<zone>[+-]\d{2}:?\d{2}|[A-Za-z]{1,5})?)?",
    re.ASCII,
)
_ISO = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})?-?(?P<day>\d{2})?"
    r"(?:[T\s]\s*(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?(?:[.,]\d+)?"
    r"\s*(?P<zone>[+-]\d{2}:?(?:\d{2})?|[A-Za-z]{1,5})?)?",
    re.ASCII,
)
_LONGEST = 80  # characters; the longest real form has about 40


def read_time(text: str) -> datetime | None:
    """The moment, in UTC; None for what is no date. No zone, or an unknown one: UTC. No day or month: the first."""
    given = text.strip()
    if not given or len(given) > _LONGEST:
        return None
    if found := _ISO.match(given):
        month = int(found["month"] or 1)
    elif found := _RFC822.search(given):
        month = _month(found["month"])
    else:
        return None
    return _moment(found, month)


def _moment(found: re.Match[str], month: int) -> datetime | None:
    zone = timezone(_offset(found["zone"] or ""))
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    try:
        day = datetime(_full_year(found["year"]), month, int(found["day"] or 1), tzinfo=zone)
        if hour > 24 or minute > 59 or second > 60:  # 24:00 and a leap second are written, and mean the next moment
            return None
        return (day + timedelta(hours=hour, minutes=minute, seconds=second)).astimezone(UTC)
    except (ValueError, OverflowError):  # no such day; beyond the years that datetime knows
        return None


def _month(name: str) -> int:
    """1 to 12; 0, which is no month, for anything else."""
    names = _MONTHS.split()
    return names.index(name.lower()) + 1 if name.lower() in names else 0


def _full_year(written: str) -> int:
    """Two digits as RFC 2822 section 4.3 reads them."""
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < 50 else 1900)


def _offset(zone: str) -> timedelta:
    if zone[:1] in ("+", "-"):
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return _within_a_day(-offset if zone[0] == "-" else offset)
    return timedelta(hours=_ZONES.get(zone.upper(), 0))


def _within_a_day(offset: timedelta) -> timedelta:
    return offset if abs(offset) < timedelta(days=1) else timedelta(0)
