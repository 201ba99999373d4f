"""An article's looks spread over time: how often it was looked at, when it changed, when it could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.model import CheckEntry
from tracker.render.history import QUIET, REVISION_GIVEN

_SHOWING = QUIET | REVISION_GIVEN


@dataclass(frozen=True, slots=True)
class Stretch:
    """One of equal parts of the time between the first look and the last."""

    looks: int = 0
    revisions: int = 0  # looks that gave one
    absent: int = 0  # looks that did not show the article


@dataclass(frozen=True, slots=True)
class Activity:
    first_at: datetime
    last_at: datetime
    stretches: tuple[Stretch, ...]


def activity_of(entries: Sequence[CheckEntry], stretch_count: int) -> Activity | None:
    """None: it was not looked at yet. The looks of a folded row are spread evenly between its first and its last."""
    looks = [look for entry in entries for look in _looks(entry)]
    if not looks:
        return None
    first_at, last_at = min(at for at, _, _ in looks), max(at for at, _, _ in looks)
    figures = [[0, 0, 0] for _ in range(stretch_count)]
    span = last_at - first_at
    for at, number, entry in looks:
        place = 0 if not span else min(int((at - first_at) / span * stretch_count), stretch_count - 1)
        figures[place][0] += number
        figures[place][1] += entry.outcome in REVISION_GIVEN
        figures[place][2] += 0 if entry.outcome in _SHOWING else number
    return Activity(first_at, last_at, tuple(Stretch(*each) for each in figures))


_MOST_PARTS = 62  # of a folded row, which lies within a month: half a day each is finer than any plot shows


def _looks(entry: CheckEntry) -> Iterator[tuple[datetime, int, CheckEntry]]:
    """When, how many, and what they came to."""
    if entry.first_checked_at is None or entry.look_count < 2:
        yield entry.checked_at, entry.look_count, entry
        return
    parts = min(entry.look_count, _MOST_PARTS)
    gap: timedelta = (entry.checked_at - entry.first_checked_at) / (parts - 1)
    for part in range(parts):
        number = entry.look_count * (part + 1) // parts - entry.look_count * part // parts
        yield entry.first_checked_at + gap * part, number, entry
