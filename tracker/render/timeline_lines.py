"""An article's history in words: a line for every revision and every absence, what repeats folded into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from tracker.model import Outcome, Revision
from tracker.render.history import QUIET, REVISION_GIVEN, Run, Track, runs_of
from tracker.render.wording import clock_text, count, duration_text, outcome_name, reading_text


class Tone(StrEnum):
    """What kind of news a line brings."""

    REVISION = "revision"
    QUIET = "quiet"
    GONE = "gone"
    MOVED = "moved"
    TROUBLE = "trouble"
    RETURN = "return"


_TONES = {
    **dict.fromkeys(REVISION_GIVEN, Tone.REVISION),
    **dict.fromkeys(QUIET, Tone.QUIET),
    Outcome.GONE: Tone.GONE,
    Outcome.MOVED: Tone.MOVED,
}


@dataclass(frozen=True, slots=True)
class TimelineLine:
    started_at: datetime
    times: str  # `10:05–12:20`
    words: str
    details: tuple[str, ...]  # a line each, in the words of pages and servers: not safe to show as they are
    tone: Tone
    revision_number: int | None = None  # of the revision that it tells of; None: of none, or of several
    name: str = ""  # of the article, where several stand in one time line


def timeline_lines(track: Track, tz: tzinfo | None) -> Iterator[TimelineLine]:
    """The oldest first; a headline is told where it is another than before.

    `tz` None: the zone that this computer is set to.
    """
    headline = None
    for run in runs_of(track):
        revision = None if run.last.revision_number is None else track.revisions.get(run.last.revision_number)
        shown = revision.extract.headline if revision is not None else None
        yield from _reread(run, track, tz)
        yield _line(run, track, shown if shown != headline else None, tz)
        headline = shown or headline


def _reread(run: Run, track: Track, tz: tzinfo | None) -> Iterator[TimelineLine]:
    """The revision before one that a look gave, where nothing but our reading of the page had changed."""
    reread = track.revisions.get((run.first.revision_number or 0) - 1)
    if reread is not None and reread.reread_of_number is not None:
        words = f"{reading_text(reread, track.revisions.get(reread.reread_of_number))}: no edit"
        yield TimelineLine(run.started_at, clock_text(run.started_at, tz)[11:], words, (), Tone.QUIET, name=track.name)


def _line(run: Run, track: Track, headline: str | None, tz: tzinfo | None) -> TimelineLine:
    return TimelineLine(
        run.started_at,
        _times(run, tz),
        _what(run, track),
        tuple(_details(run, headline)),
        Tone.RETURN if run.back_after is not None else _TONES.get(run.outcome, Tone.TROUBLE),
        run.first.revision_number if run.outcome in REVISION_GIVEN and not run.turn_count else None,
        track.name,
    )


def _details(run: Run, headline: str | None) -> Iterator[str]:
    if headline and run.outcome in REVISION_GIVEN:
        yield headline
    if run.outcome is Outcome.MOVED and run.last.final_url and run.last.final_url not in run.last.reason:
        yield f"to {run.last.final_url}"
    if run.outcome not in QUIET | REVISION_GIVEN and run.last.reason:
        yield run.last.reason


def _times(run: Run, tz: tzinfo | None) -> str:
    """`10:05–12:20`; the later day is named where the run reaches into it."""
    start, end = clock_text(run.started_at, tz), clock_text(run.ended_at, tz)
    if start == end:
        return start[11:]
    return f"{start[11:]}–{end[11:] if start[:10] == end[:10] else end}  "


def _what(run: Run, track: Track) -> str:
    words = list(_revision_words(run, track.revisions.get(run.first.revision_number or 0)))
    if run.outcome not in QUIET | REVISION_GIVEN and run.first.http_status is not None:
        words.append(f"HTTP {run.first.http_status}")
    if run.look_count > max(run.turn_count, 1):
        words.append(count(run.look_count, "look"))
    if run.first.origin is not None and run.first.origin == run.last.origin:
        words.append(f"imported from {run.first.origin}")
    back = [] if run.back_after is None else [f"back after {duration_text(run.back_after)}"]
    return ", ".join([*back, *words])


def _revision_words(run: Run, revision: Revision | None) -> Iterator[str]:
    entry = run.first
    if run.turn_count:
        yield f"revisions {entry.revision_number} to {run.last.revision_number}"
        yield f"back and forth between revisions {_listed(run.wordings)}"
        yield count(run.turn_count, "turn")
    elif run.outcome is Outcome.FIRST_SEEN:
        yield f"revision {entry.revision_number}"
        yield "first seen"
    elif run.outcome in REVISION_GIVEN:
        same_as = revision.same_as_number if revision is not None else None
        yield f"revision {entry.revision_number}"
        yield outcome_name(run.outcome) + ("" if same_as is None else f" to revision {same_as}")
        yield count(entry.change_count, "change")
    else:
        yield outcome_name(run.outcome)


def _listed(numbers: Sequence[int]) -> str:
    """`1 and 2`, `1, 2 and 5`."""
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last
