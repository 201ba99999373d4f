"""`tracker log`: one article's history, every revision and every absence, what repeats folded into one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tracker.model import Outcome, Revision
from tracker.render.history import QUIET, REVISION_GIVEN, Run, Track, runs_of
from tracker.render.marked_text import Page, indented
from tracker.render.plain import safe_text
from tracker.render.wording import clock_text, count, duration_text, outcome_name, reading_text, zone_name

_STYLES = {
    **dict.fromkeys(REVISION_GIVEN, "bold green"),
    **dict.fromkeys(QUIET, "dim"),
    Outcome.GONE: "bold red",
    Outcome.MOVED: "bold yellow",
}
_TROUBLE = "yellow"
_RETURN = "bold green"
_INDENT = 2
_TIMES_WIDTH = 13
_DETAIL_INDENT = _INDENT + _TIMES_WIDTH


def timeline_view(tracks: Sequence[Track], tz: tzinfo | None) -> RenderableType:
    """The article's own track, and those of articles that were joined to it: one time line, days as headings.

    `tz` None: the zone that this computer is set to.
    """
    lines = [(run.started_at, line) for track in tracks for run, line in _track_lines(track, tz)]
    if not lines:
        return Text("Not looked at yet.")
    parts: list[RenderableType] = []
    day = None
    for started_at, line in sorted(lines, key=lambda each: each[0]):
        if (new_day := clock_text(started_at, tz)[:10]) != day:
            parts.append(Text(f"{new_day} {zone_name(started_at, tz)}".rstrip(), "bold"))
            day = new_day
        parts += line
    return Page(*parts)


def _track_lines(track: Track, tz: tzinfo | None) -> Iterator[tuple[Run, list[RenderableType]]]:
    """Every run with its lines; a headline is told where it is another than before."""
    headline = None
    for run in runs_of(track):
        revision = None if run.last.revision_number is None else track.revisions.get(run.last.revision_number)
        shown = revision.extract.headline if revision is not None else None
        yield run, [*_reread(run, track, tz), *_lines(run, track, shown if shown != headline else None, tz)]
        headline = shown or headline


def _reread(run: Run, track: Track, tz: tzinfo | None) -> Iterator[RenderableType]:
    """The revision before one that a look gave, where nothing but our reading of the page had changed."""
    reread = track.revisions.get((run.first.revision_number or 0) - 1)
    if reread is not None and reread.reread_of_number is not None:
        words = f"{reading_text(reread, track.revisions.get(reread.reread_of_number))}: no edit"
        yield _dated(clock_text(run.started_at, tz)[11:], track, words, "dim")


def _lines(run: Run, track: Track, headline: str | None, tz: tzinfo | None) -> Iterator[RenderableType]:
    style = _RETURN if run.back_after is not None else _STYLES.get(run.outcome, _TROUBLE)
    yield _dated(_times(run, tz), track, _what(run, track), style)
    details = [headline] if headline and run.outcome in REVISION_GIVEN else []
    if run.outcome is Outcome.MOVED and run.last.final_url and run.last.final_url not in run.last.reason:
        details.append(f"to {run.last.final_url}")
    if run.outcome not in QUIET | REVISION_GIVEN and run.last.reason:
        details.append(run.last.reason)
    for detail in details:
        yield indented(Text(safe_text(detail), overflow="fold"), _DETAIL_INDENT)


def _dated(times: str, track: Track, words: str, style: str) -> RenderableType:
    """What does not fit into the line goes on under the words, not under the time."""
    lead = f"{safe_text(track.name)}: " if track.name else ""
    line = Table.grid()
    line.add_column(width=max(_TIMES_WIDTH, len(times)))
    line.add_column()
    line.add_row(times, Text.assemble((lead, "cyan"), (words, style)))
    return indented(line, _INDENT)


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
