"""Two revisions of an article, inline or side by side, every change with a place of its own to link to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import groupby

from markupsafe import Markup

from tracker.model import Change, Kind
from tracker.pages.links import Links
from tracker.pages.marking import marked, sentence
from tracker.pages.templating import render
from tracker.render.pair import RevisionPair, notes, sum_text, when_text
from tracker.render.passages import Passage, Shape, passages
from tracker.render.pieces import Mark, Piece
from tracker.render.sides import Sides, sides_of
from tracker.render.titles import folded_title, passage_title, place_text
from tracker.render.wording import change_title

# A page with more is slow in any browser. What is left out stands in the revisions themselves.
_MOST_CHANGED = 1_000  # passages
_MOST_KEPT = 100  # paragraphs in one fold


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """`change_ids` in the order of the pair's changes; empty where the two revisions were compared for this page."""

    pair: RevisionPair
    host: str
    last_number: int  # the article's newest revision
    kind_meanings: Mapping[Kind, str]
    change_ids: Sequence[int] = ()
    is_side_by_side: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A change as a label: what kind it is, what that means, and why it was taken for that."""

    anchor: str
    title: str
    meaning: str
    reasons: tuple[str, ...]
    is_move: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as it is shown. `anchors`: the changes that are first met here."""

    place: str
    title: str
    told: tuple[Told, ...]
    anchors: tuple[str, ...]
    inline: Markup
    sides: tuple[Markup, Markup]  # each empty where nothing stood
    other_end: str  # where the other end of a moved block is; empty: it did not move
    other_words: str


@dataclass(frozen=True, slots=True)
class Section:
    """Rows in a row that did not change, folded under a title; or one that did, without."""

    rows: tuple[Row, ...]  # empty where a fold has too many
    folded: str  # the title; empty: nothing is folded
    paragraph_count: int = 0


def comparison_html(page: ComparisonPage, links: Links) -> str:
    pair = page.pair
    changes = pair.comparison.changes
    labels = [_told(at, change, page) for at, change in enumerate(changes)]
    fields = [(labels[at], sentence(change)) for at, change in _field_changes(pair)]
    stream, left_out = _bounded(_with_moves(passages(pair.comparison.diff, changes), changes))
    return render(
        "comparison.html",
        links,
        page=page,
        pair=pair,
        facts=[when_text(pair, UTC), *notes(pair), sum_text(pair)],
        fields=fields,
        sections=(sections := list(_sections(stream, labels))),
        homeless=_homeless(sections, fields, labels),
        left_out=left_out,
    )


def _field_changes(pair: RevisionPair) -> list[tuple[int, Change]]:
    """With their indexes, in the order in which a page shows its fields."""
    changes = pair.comparison.changes
    return [(changes.index(change), change) for change in pair.field_changes]


def _told(at: int, change: Change, page: ComparisonPage) -> Told:
    anchor = f"c{page.change_ids[at]}" if at < len(page.change_ids) else f"n{at + 1}"
    return Told(
        anchor, change_title(change), page.kind_meanings.get(change.kind, ""), change.reasons, change.kind is Kind.MOVED
    )


def _with_moves(stream: Sequence[Passage], changes: Sequence[Change]) -> list[Passage]:
    """What tells that a block moved, with the passages where it stands now: its changes have a place there too."""
    moves = [(at, change) for at, change in enumerate(changes) if change.kind is Kind.MOVED]
    return [
        replace(passage, changes=(*(at for at, move in moves if _stands_in(move, passage)), *passage.changes))
        if passage.shape is Shape.MOVED_HERE
        else passage
        for passage in stream
    ]


def _stands_in(move: Change, passage: Passage) -> bool:
    starts = (piece.new_start for piece in passage.pieces if piece.new_start is not None)
    return any(move.new_start <= start < move.new_end for start in starts)


def _bounded(stream: Sequence[Passage]) -> tuple[Sequence[Passage], int]:
    """What a page shows, and how many changed passages come after that."""
    changed = [at for at, passage in enumerate(stream) if passage.shape is not Shape.KEPT]
    if len(changed) <= _MOST_CHANGED:
        return stream, 0
    return stream[: changed[_MOST_CHANGED]], len(changed) - _MOST_CHANGED


def _sections(stream: Sequence[Passage], labels: Sequence[Told]) -> Iterator[Section]:
    met: set[str] = set()
    ends = _ends(stream)
    for is_kept, group in groupby(enumerate(stream), key=lambda each: each[1].shape is Shape.KEPT):
        some = list(group)
        if is_kept and len(some) > _MOST_KEPT:
            yield Section((), folded_title(len(some)), len(some))
            continue
        rows = tuple(_row(at, passage, labels, met, ends) for at, passage in some)
        if is_kept:
            yield Section(rows, folded_title(len(rows)), len(rows))
        else:
            yield from (Section((row,), "") for row in rows)


def _homeless(sections: Sequence[Section], fields: Sequence[tuple[Told, Markup]], labels: Sequence[Told]) -> list[Told]:
    """Changes that no passage shows, such as those behind the last that is shown: links to them must end somewhere."""
    met = {anchor for section in sections for row in section.rows for anchor in row.anchors}
    met |= {told.anchor for told, _ in fields}
    return [told for told in labels if told.anchor not in met]


def _row(at: int, passage: Passage, labels: Sequence[Told], met: set[str], ends: Mapping[int, int]) -> Row:
    title = passage_title(replace(passage, labels=())) if _tells_shape(passage) else ""
    told = tuple(
        replace(each, title=title or each.title) if each.is_move else each for each in _labels(passage, labels)
    )
    anchors = tuple(each.anchor for each in told if each.anchor not in met)
    met.update(anchors)
    other = ends.get(at)
    return Row(
        place=place_text(passage),
        title="" if any(each.is_move for each in told) else title,
        told=told,
        anchors=anchors,
        inline=marked(passage.pieces),
        sides=_columns(sides_of(passage)),
        other_end="" if other is None else f"p{other}",
        other_words="where it stands now" if passage.shape is Shape.MOVED_AWAY else "where it stood",
    )


def _labels(passage: Passage, labels: Sequence[Told]) -> Iterator[Told]:
    return (labels[index] for index in passage.changes)


def _tells_shape(passage: Passage) -> bool:
    """The labels of the changes say what was added, removed or changed; how a block moved only its note says."""
    return not passage.changes or passage.shape in (Shape.MOVED_HERE, Shape.MOVED_AWAY)


def _columns(sides: Sides) -> tuple[Markup, Markup]:
    return marked(sides.old), marked(_without_gaps(sides.new))


def _without_gaps(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces of the new side: what was deleted inside a block that moved is told where it stands now."""
    return tuple(piece for piece in pieces if piece.text)


def _ends(stream: Sequence[Passage]) -> dict[int, int]:
    """The passage at the other end of a moved block, by index, both ways."""
    away: dict[int, int] = {}
    here: dict[int, int] = {}
    for at, passage in enumerate(stream):
        for piece in passage.pieces:
            if piece.move is not None:
                (away if piece.mark is Mark.MOVED_AWAY else here).setdefault(piece.move, at)
    pairs = [(old, here[move]) for move, old in away.items() if move in here]
    return {at: other for old, new in pairs for at, other in ((old, new), (new, old)) if old != new}
