"""`tracker diff` in two columns: what stood there before beside what stands there now."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import islice

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tracker.model import Change
from tracker.render.characters import whole_characters
from tracker.render.excerpt import focused, marked_sentence, quote
from tracker.render.marked_text import MEASURE, Marked, Page, indented
from tracker.render.pair import RevisionPair
from tracker.render.passages import Passage, Shape
from tracker.render.plain import safe_text
from tracker.render.sides import sides_of
from tracker.render.terminal import diff_body, diff_head
from tracker.render.titles import in_short, passage_title, place_text
from tracker.render.wording import change_title

_FAINT = "dim"
_LABEL = "bold cyan"
_GAP = 4
# Letters that are looked at to know which way a text runs.
_LETTERS_SEEN = 200
_RIGHT_TO_LEFT = frozenset({"R", "AL"})  # Unicode UAX #9, table 4


def side_by_side_view(pair: RevisionPair, tz: tzinfo | None) -> RenderableType:
    """As `diff_view`, for wide terminals. `tz` None: the zone that this computer is set to."""
    return Page(
        *diff_head(pair, tz),
        *_titles(pair),
        *_fields(pair.field_changes),
        *diff_body(pair, _passage),
        measure=2 * MEASURE,
    )


def reads_right_to_left(pair: RevisionPair) -> bool:
    """A terminal that orders such text itself would exchange the two columns of every line."""
    letters = islice(filter(str.isalpha, pair.newer.extract.text or pair.older.extract.text), _LETTERS_SEEN)
    ways = [unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in letters]
    return sum(ways) * 2 > len(ways)


def _titles(pair: RevisionPair) -> Iterator[RenderableType]:
    before, after = (Text(f"Revision {each.number}", "bold") for each in (pair.older, pair.newer))
    yield _columns(before, after)
    yield Text()


def _fields(changes: Sequence[Change]) -> Iterator[RenderableType]:
    for change in changes:
        yield Text(change_title(change), _LABEL)
        yield from _sides(Passage(marked_sentence(change), Shape.CHANGED, 0))


def _passage(passage: Passage) -> Iterator[RenderableType]:
    yield Text.assemble((f"{place_text(passage)}  ", _FAINT), (passage_title(passage), _LABEL))
    if passage.shape is Shape.MOVED_AWAY:
        yield _columns(Text(safe_text(quote("".join(piece.text for piece in passage.pieces))), _FAINT), Text())
        yield Text()
    else:
        shortened = focused(in_short(passage))
        yield from _sides(Passage(shortened, passage.shape, passage.number))


def _sides(passage: Passage) -> Iterator[RenderableType]:
    sides = sides_of(replace(passage, pieces=whole_characters(passage.pieces)))
    yield _columns(Marked(sides.old), Marked(sides.new))
    yield Text()


def _columns(old: RenderableType, new: RenderableType) -> RenderableType:
    grid = Table.grid(expand=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_column(width=_GAP)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(old, "", new)
    return indented(grid, _GAP)
