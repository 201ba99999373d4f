"""Moments as an option of a command."""

from __future__ import annotations

from datetime import datetime

import click

from tracker.moments import EXAMPLES, moment


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
            self.fail(f"{value!r} is no time; write {EXAMPLES}.", param, ctx)
