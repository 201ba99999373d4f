"""The head of `tracker log`: looks, revisions and absences over time, each as one line of characters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from tracker.model import CheckEntry
from tracker.render.activity import Activity, Stretch, activity_of
from tracker.render.marked_text import MEASURE, Page
from tracker.render.wording import clock_text, zone_name

# None, then ever more looks.
_BLOCKS = " ▁▂▃▄▅▆▇█"
_PLAIN_BLOCKS = " .:-=+*#@"
_ABSENT, _PLAIN_ABSENT = "×", "x"
_MOST_STRETCHES = 60
_FEWEST_STRETCHES = 24  # room for two days on the axis
_LOOKS_A_STRETCH = 2  # with fewer the line is a comb, not a shape
# With fewer, the lines below say as much.
_FEWEST_LOOKS = 4
_GAP = 2


class ActivityView:
    """As wide as the terminal allows; in ASCII where it is dumb or its encoding has no block characters.

    Nothing, where there are too few looks to draw. `tz` None: the zone that this computer is set to.
    """

    def __init__(self, entries: Sequence[CheckEntry], tz: tzinfo | None) -> None:
        self._entries = entries
        self._tz = tz

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        figures = activity_of(self._entries, 1)
        if figures is None or figures.stretches[0].looks < _FEWEST_LOOKS or figures.first_at == figures.last_at:
            return
        rows = _totals(figures.stretches[0])
        lead = max(len(name) for name, _ in rows) + _GAP + max(len(total) for _, total in rows) + _GAP
        room = min(options.max_width, MEASURE) - lead
        wished = max(figures.stretches[0].looks // _LOOKS_A_STRETCH, _FEWEST_STRETCHES)
        number = min(room, wished, _MOST_STRETCHES)
        activity = activity_of(self._entries, number) if number >= _FEWEST_STRETCHES else None
        if activity is None:
            return
        plain = options.ascii_only or console.is_dumb_terminal or options.legacy_windows
        yield Page(_table(activity, rows, self._tz, plain=plain))


def _totals(all_of_it: Stretch) -> list[tuple[str, str]]:
    rows = [("Looks", f"{all_of_it.looks:,}"), ("Revisions", f"{all_of_it.revisions:,}")]
    return [*rows, ("Absent", f"{all_of_it.absent:,}")] if all_of_it.absent else rows


def _table(activity: Activity, rows: Sequence[tuple[str, str]], tz: tzinfo | None, *, plain: bool) -> Table:
    lines = (
        Text(look_line(activity, plain=plain), "cyan"),
        Text(revision_line(activity), "bold green"),
        Text(absence_line(activity, plain=plain), "bold red"),
    )
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    for (name, total), line in zip(rows, lines, strict=False):
        table.add_row(name, total, line)
    table.add_row("Time", "", Text(axis(activity, tz), "dim"))
    return table


def look_line(activity: Activity, *, plain: bool) -> str:
    """A block for every stretch of time, the higher the more looks; no look, no block."""
    blocks = _PLAIN_BLOCKS if plain else _BLOCKS
    most = max(stretch.looks for stretch in activity.stretches)
    # Rounded up: a single look is seen beside a thousand.
    return "".join(blocks[-(-stretch.looks * (len(blocks) - 1) // most)] for stretch in activity.stretches)


def revision_line(activity: Activity) -> str:
    """How many revisions a stretch of time brought."""
    return "".join(_digit(stretch.revisions) for stretch in activity.stretches)


def absence_line(activity: Activity, *, plain: bool) -> str:
    """A cross for every stretch of time with a look that did not show the article."""
    sign = _PLAIN_ABSENT if plain else _ABSENT
    return "".join(sign if stretch.absent else " " for stretch in activity.stretches)


def _digit(number: int) -> str:
    return " " if not number else str(number) if number < 10 else "+"


def axis(activity: Activity, tz: tzinfo | None) -> str:
    """When the line begins and ends: days, or times of one day."""
    first, last = (clock_text(moment, tz) for moment in (activity.first_at, activity.last_at))
    if first[:10] == last[:10]:
        first, last = first[11:], f"{last[11:]} {zone_name(activity.last_at, tz)}".rstrip()
    else:
        first, last = first[:10], last[:10]
    gap = len(activity.stretches) - len(first) - len(last)
    return f"{first}{' ' * max(gap, 1)}{last}"
