"""`tracker log`: one article's history, every revision and every absence, what repeats folded into one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tracker.render.history import Track
from tracker.render.marked_text import Page, indented
from tracker.render.plain import safe_text
from tracker.render.timeline_lines import TimelineLine, Tone, timeline_lines
from tracker.render.wording import clock_text, zone_name

_STYLES = {
    Tone.REVISION: "bold green",
    Tone.QUIET: "dim",
    Tone.GONE: "bold red",
    Tone.MOVED: "bold yellow",
    Tone.TROUBLE: "yellow",
    Tone.RETURN: "bold green",
}
_INDENT = 2
_TIMES_WIDTH = 13
_DETAIL_INDENT = _INDENT + _TIMES_WIDTH


def timeline_view(tracks: Sequence[Track], tz: tzinfo | None) -> RenderableType:
    """The article's own track, and those of articles that were joined to it: one time line, days as headings.

    `tz` None: the zone that this computer is set to.
    """
    lines = sorted((line for track in tracks for line in timeline_lines(track, tz)), key=lambda line: line.started_at)
    if not lines:
        return Text("Not looked at yet.")
    parts: list[RenderableType] = []
    day = None
    for line in lines:
        if (new_day := clock_text(line.started_at, tz)[:10]) != day:
            parts.append(Text(f"{new_day} {zone_name(line.started_at, tz)}".rstrip(), "bold"))
            day = new_day
        parts += _parts(line)
    return Page(*parts)


def _parts(line: TimelineLine) -> Iterator[RenderableType]:
    yield _dated(line)
    for detail in line.details:
        yield indented(Text(safe_text(detail), overflow="fold"), _DETAIL_INDENT)


def _dated(line: TimelineLine) -> RenderableType:
    """What does not fit into the line goes on under the words, not under the time."""
    lead = f"{safe_text(line.name)}: " if line.name else ""
    grid = Table.grid()
    grid.add_column(width=max(_TIMES_WIDTH, len(line.times)))
    grid.add_column(overflow="fold")
    grid.add_row(line.times, Text.assemble((lead, "cyan"), (line.words, _STYLES[line.tone])))
    return indented(grid, _INDENT)
