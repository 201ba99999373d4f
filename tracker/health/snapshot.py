"""How the daemon does at a moment, and what is wrong with that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.model import Health

# What is due waits for its host's pause, a free worker and its share of the budget: of many that are added at
# once, some wait for hours.
LATE = timedelta(days=1)
SILENT = timedelta(hours=1)  # articles are due and none was looked at: shorter than that is a pause between two looks


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`troubles` are sentences; none: all is well."""

    at: datetime
    started_at: datetime
    health: Health | None  # None: the database could not be asked yet
    troubles: tuple[str, ...] = ()
    free_bytes: int | None = None  # on the disk of the database; None: it cannot be told

    @property
    def is_well(self) -> bool:
        return not self.troubles


def lateness(health: Health, now: datetime, started_at: datetime, longest_pause: timedelta = SILENT) -> tuple[str, ...]:
    """What a queue that is not worked off looks like. A daemon that has only just started is not blamed for it.

    `longest_pause`: between two looks, as the budget wants it.
    """
    if not health.due_count or health.oldest_due_at is None:
        return ()
    told = []
    if now - max(health.oldest_due_at, started_at) > LATE:
        told.append(f"{health.due_count} articles are due, the longest since {health.oldest_due_at:%Y-%m-%d %H:%M} UTC")
    if now - max(health.oldest_due_at, health.last_check_at or started_at, started_at) > max(SILENT, longest_pause):
        told.append(f"articles are due, but nothing was looked at since {health.last_check_at or started_at:%H:%M} UTC")
    return tuple(told)
