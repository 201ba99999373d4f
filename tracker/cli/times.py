"""Moments as people write them: `24h`, `3 days`, `2026-11-01`, `2026-11-01T12:00`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import click

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DURATION = re.compile(
    r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w|seconds?|min|minutes?|hours?|days?|weeks?)(?:\s+ago)?", re.IGNORECASE
)


def moment(text: str, now: datetime) -> datetime:
    """The moment a text means, aware. A duration counts back from now; a time without a zone is local.

    Raises ValueError for anything else.
    """
    duration = _DURATION.fullmatch(text.strip())
    if duration:
        try:
            return now - float(duration[1]) * _UNITS[duration[2][0].lower()]
        except OverflowError:
            raise ValueError(text) from None
    return datetime.fromisoformat(text.strip()).astimezone()


class Moment(click.ParamType[datetime]):
    """A click parameter; converted only when the command runs, for only then is it known what `now` is."""

    name = "time"

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return moment(str(value), self.now or datetime.now().astimezone())
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time; write 24h, 7d, 2026-11-23 or 2026-11-23T10:30.", param, ctx)
