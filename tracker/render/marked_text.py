"""Changed text as rich text: struck and underlined where there is colour, `[-old-]` and `{+new+}` where not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from tracker.render.characters import whole_characters
from tracker.render.excerpt import quote
from tracker.render.pieces import Mark, Piece, runs_together
from tracker.render.plain import safe_change, safe_text

# Strike and underline say it too, for eyes and screens that do not tell red from green.
_STYLES = {Mark.DELETED: "red strike", Mark.INSERTED: "green underline", Mark.MOVED_AWAY: "yellow"}
_SIGNS = {Mark.DELETED: ("[-", "-]"), Mark.INSERTED: ("{+", "+}")}
# Lines longer than this are hard to read back to the beginning of, however wide the screen is.
MEASURE = 100


class Marked:
    """Paragraph with changes marked; it looks at the console to know whether marks must do without colour."""

    def __init__(self, pieces: Iterable[Piece], *, lead: Text | None = None) -> None:
        self.pieces = tuple(pieces)
        self.lead = lead  # put before, on the same line

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        has_colour = console.color_system is not None and not console.no_color
        yield Text.assemble(self.lead or "", marked_text(self.pieces, signs=not has_colour))


def marked_text(pieces: Iterable[Piece], *, signs: bool) -> Text:
    text = Text()
    previous: Piece | None = None
    for piece in whole_characters(pieces):
        if runs_together(previous, piece):
            text.append(" ")
        text.append_text(_piece_text(piece, signs=signs))
        previous = piece
    return text


def _piece_text(piece: Piece, *, signs: bool) -> Text:
    if piece.mark is Mark.KEPT:
        return Text(safe_text(piece.text))
    if piece.mark is Mark.MOVED_AWAY:
        return Text(f"[moved away: {safe_text(quote(piece.text))}]", _STYLES[piece.mark])
    shown = safe_change(piece.text)
    words = shown.strip()
    if not words:
        return Text(shown)
    opening, closing = _SIGNS[piece.mark] if signs else ("", "")
    left, right = shown.split(words, 1)  # white space at the ends stands outside: the words are what changed
    return Text.assemble(left, opening, (words, _STYLES[piece.mark]), closing, right)


def indented(renderable: RenderableType, columns: int) -> Padding:
    return Padding(renderable, (0, 0, 0, columns))


def bulleted(renderable: RenderableType) -> Table:
    """With a bullet before its first line, so that the items of a list stand apart."""
    item = Table.grid(padding=(0, 1, 0, 0))
    item.add_column(width=1)
    item.add_column(overflow="fold")  # a script without spaces is one long word: nothing of it may be cut off
    item.add_row("•", renderable)
    return item


class Page:
    """Parts one under another, no wider than reads well, no line with white space at its end."""

    def __init__(self, *parts: RenderableType, measure: int = MEASURE) -> None:
        self.parts = parts
        self.measure = measure

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrow = options.update(width=min(options.max_width, self.measure), highlight=False)
        for part in self.parts:
            for line in console.render_lines(part, narrow, pad=False):
                yield from _without_end_space(line)
                yield Segment.line()


def _without_end_space(line: Sequence[Segment]) -> list[Segment]:
    kept = list(line)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return [*kept[:-1], Segment(kept[-1].text.rstrip(), kept[-1].style)] if kept else []
