"""When notices leave: as soon as may be, or gathered into a digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

_DAILY = re.compile(r"daily (\d{1,2}):(\d{2})")


class Every(StrEnum):
    CHANGE = "immediate"
    HOUR = "hourly"
    DAY = "daily"


@dataclass(frozen=True, slots=True)
class Rhythm:
    every: Every
    at: time = time()  # of a daily digest, by the clock on the wall


IMMEDIATE = Rhythm(Every.CHANGE)


def parse_rhythm(text: str) -> Rhythm:
    """`immediate`, `hourly` or `daily 08:00`. Raises ValueError with what to write."""
    folded = " ".join(text.lower().split())
    if folded in (Every.CHANGE, Every.HOUR):
        return Rhythm(Every(folded))
    if daily := _DAILY.fullmatch(folded):
        try:
            return Rhythm(Every.DAY, time(int(daily[1]), int(daily[2])))
        except ValueError:
            raise ValueError(f"{daily[1]}:{daily[2]} is no time of day; write daily 08:00") from None
    raise ValueError(f"{text!r} is no such rhythm; write immediate, hourly or daily 08:00")


def due_at(rhythm: Rhythm, waiting_since: datetime, tz: tzinfo | None) -> datetime:
    """When what waits since then leaves: at once, at the next full hour, or at that time of day in `tz` (None: the
    zone that this computer is set to). Aware, UTC."""
    since = waiting_since.astimezone(UTC)
    if rhythm.every is Every.CHANGE:
        return since
    if rhythm.every is Every.HOUR:
        return since.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    local = since.astimezone(tz)
    days = (local.date() + timedelta(days=ahead) for ahead in (0, 1, 2))
    moments = (_moment(datetime.combine(day, rhythm.at), tz) for day in days)
    return next(moment for moment in moments if moment > since)


def _moment(wall: datetime, tz: tzinfo | None) -> datetime:
    """A clock on the wall that is put back shows some times twice: the first counts."""
    return (wall if tz is None else wall.replace(tzinfo=tz)).astimezone(UTC)
