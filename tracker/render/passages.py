"""A diff of two bodies as passages to read: kept, changed, added, removed and moved paragraphs in one stream.

Diff + Changes -> Passages -> terminal, Markdown, HTML
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.model import Change, Diff, Field, Kind
from tracker.render.pieces import Mark, Piece, pieces_of
from tracker.render.wording import change_name, count

_BREAK = re.compile(r"(\n+)")
PARAGRAPH_BREAK = "\n"  # text of the piece that tells of a paragraph split or merged


_CHANGED = frozenset({Mark.DELETED, Mark.INSERTED})


class Shape(StrEnum):
    KEPT = "kept"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED_HERE = "moved_here"
    MOVED_AWAY = "moved_away"


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of the merged stream. `number` is its place in the new text, or in the old one where it is gone."""

    pieces: tuple[Piece, ...]
    shape: Shape
    number: int
    labels: tuple[str, ...] = ()  # kinds of the changes in it, with flags
    note: str = ""  # such as `moved down by 3 paragraphs`
    changes: tuple[int, ...] = ()  # indexes of the changes that touch it, among those that were given


def passages(diff: Diff, changes: Iterable[Change] = ()) -> tuple[Passage, ...]:
    """Every paragraph of both texts once, in reading order; labelled with the kinds of the body's changes."""
    drafts = _drafts(diff)
    numbers = _Numbers.of(diff)
    shaped = [Passage(pieces, _shape(pieces), numbers.of_pieces(pieces)) for pieces in drafts]
    told = tuple(changes)
    touches = _touches(shaped, told)
    notes = _notes(shaped)
    return tuple(
        replace(
            passage,
            labels=tuple(dict.fromkeys(change_name(told[at]) for at in touches.get(index, ()))),
            note=notes.get(index, ""),
            changes=tuple(touches.get(index, ())),
        )
        for index, passage in enumerate(shaped)
    )


# -- paragraphs --------------------------------------------------------------------------------------------------------


def _drafts(diff: Diff) -> list[tuple[Piece, ...]]:
    """The stream cut at every line break, of either text; a break that splits or merges a paragraph leaves a ¶."""
    drafts: list[list[Piece]] = [[]]
    breaks: list[Mark] = []
    for part in _parts(pieces_of(diff)):
        if part.text.startswith("\n"):
            breaks.append(part.mark)
            drafts.append([])
        elif part.text:
            drafts[-1].append(part)
    breaks.append(Mark.KEPT)
    marked = _with_break_marks(diff, drafts, breaks)
    return [_run_together(draft) for draft in marked if any(piece.text.strip() for piece in draft)]


def _run_together(draft: Iterable[Piece]) -> tuple[Piece, ...]:
    """Replacements with nothing but a space kept between them as one: old words together, new words together."""
    done: list[Piece] = []
    run: list[Piece] = []
    for piece in draft:
        if run and piece.move != run[0].move:
            done += _sides(run)
            run = []
        is_space = piece.mark is Mark.KEPT and not piece.text.strip()
        if (piece.mark in _CHANGED and piece.text != PARAGRAPH_BREAK) or (run and is_space):
            run.append(piece)
        else:
            done += [*_sides(run), piece]
            run = []
    return (*done, *_sides(run))


def _sides(run: Sequence[Piece]) -> list[Piece]:
    last = max((index for index, piece in enumerate(run) if piece.mark is not Mark.KEPT), default=-1)
    changed, rest = run[: last + 1], list(run[last + 1 :])
    old = [piece for piece in changed if piece.mark is not Mark.INSERTED]
    new = [piece for piece in changed if piece.mark is not Mark.DELETED]
    if not all(any(piece.mark is not Mark.KEPT and piece.text.strip() for piece in side) for side in (old, new)):
        return list(run)
    return [_joined_piece(Mark.DELETED, old), _joined_piece(Mark.INSERTED, new), *rest]


def _joined_piece(mark: Mark, side: Sequence[Piece]) -> Piece:
    """Neighbours in their own text, so that the offsets of the first hold for all."""
    text, first = "".join(piece.text for piece in side), side[0]
    if mark is Mark.DELETED:
        return Piece(mark, text, first.old_start, None, first.move)
    return Piece(mark, text, None, first.new_start, first.move)


def _parts(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Every piece cut into lines and line breaks."""
    for piece in pieces:
        offset = 0
        for text in _BREAK.split(piece.text):
            yield replace(
                piece,
                text=text,
                old_start=None if piece.old_start is None else piece.old_start + offset,
                new_start=None if piece.new_start is None else piece.new_start + offset,
            )
            offset += len(text)


def _with_break_marks(diff: Diff, drafts: list[list[Piece]], breaks: Sequence[Mark]) -> Iterator[list[Piece]]:
    for index, draft in enumerate(drafts):
        following = drafts[index + 1] if index + 1 < len(drafts) else []
        if breaks[index] is Mark.INSERTED and _joined(diff.old, _old_edge(draft, -1), _old_edge(following, 0)):
            yield [*draft, Piece(Mark.INSERTED, PARAGRAPH_BREAK)]
        elif breaks[index] is Mark.DELETED and _joined(diff.new, _new_edge(draft, -1), _new_edge(following, 0)):
            yield [*draft, Piece(Mark.DELETED, PARAGRAPH_BREAK)]
        else:
            yield draft


def _joined(text: str, left: int | None, right: int | None) -> bool:
    return left is not None and right is not None and left <= right and "\n" not in text[left:right]


def _old_edge(draft: Sequence[Piece], index: int) -> int | None:
    """Where the draft's last (-1) or first (0) piece of the old text in place begins; None: it has none."""
    starts = [piece.old_start for piece in draft if piece.old_start is not None and piece.move is None]
    return starts[index] if starts else None


def _new_edge(draft: Sequence[Piece], index: int) -> int | None:
    starts = [piece.new_start for piece in draft if piece.new_start is not None and piece.move is None]
    return starts[index] if starts else None


def _shape(pieces: Sequence[Piece]) -> Shape:
    marks = {piece.mark for piece in pieces if piece.text.strip()}
    if marks == {Mark.MOVED_AWAY}:
        return Shape.MOVED_AWAY
    if all(piece.move is not None for piece in pieces if piece.text.strip()) and Mark.MOVED_AWAY not in marks:
        return Shape.MOVED_HERE
    if marks == {Mark.INSERTED}:
        return Shape.ADDED
    if marks == {Mark.DELETED}:
        return Shape.REMOVED
    changed = any(piece.mark is not Mark.KEPT or piece.move is not None for piece in pieces)
    return Shape.CHANGED if changed else Shape.KEPT


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Which paragraph of its text an offset lies in, counted from 1."""

    old_starts: tuple[int, ...]
    new_starts: tuple[int, ...]

    @staticmethod
    def of(diff: Diff) -> _Numbers:
        return _Numbers(_paragraph_starts(diff.old), _paragraph_starts(diff.new))

    def of_pieces(self, pieces: Sequence[Piece]) -> int:
        new = [piece.new_start for piece in pieces if piece.new_start is not None and piece.text.strip()]
        if new:
            return max(bisect_right(self.new_starts, min(new)), 1)
        old = [piece.old_start for piece in pieces if piece.old_start is not None]
        return max(bisect_right(self.old_starts, min(old, default=0)), 1)


def _paragraph_starts(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in re.finditer(r"[^\n]+", text) if match[0].strip())


# -- labels and notes --------------------------------------------------------------------------------------------------


def _touches(shaped: Sequence[Passage], changes: Iterable[Change]) -> dict[int, list[int]]:
    """Of every passage, by its index: the body's changes that touch it, by theirs."""
    old, new = _ranges(shaped, Mark.DELETED), _ranges(shaped, Mark.INSERTED)
    found: dict[int, list[int]] = {}
    for at, change in enumerate(changes):
        if change.field is not Field.BODY or change.kind is Kind.MOVED:
            continue
        touched = {
            *_touched(old, change.old_start, change.old_end),
            *_touched(new, change.new_start, change.new_end),
        }
        for index in touched:
            found.setdefault(index, []).append(at)
    return found


def _ranges(shaped: Sequence[Passage], mark: Mark) -> list[tuple[int, int, int]]:
    """Start, end and passage of all that was deleted (old offsets) or inserted (new offsets), ascending."""
    ranges = []
    for index, passage in enumerate(shaped):
        for piece in passage.pieces:
            start = piece.old_start if mark is Mark.DELETED else piece.new_start
            if piece.mark is mark and start is not None:
                ranges.append((start, start + len(piece.text), index))
    return sorted(ranges)


def _touched(ranges: Sequence[tuple[int, int, int]], start: int, end: int) -> Iterator[int]:
    at = max(bisect_left(ranges, (start, 0, 0)) - 1, 0)
    while at < len(ranges) and ranges[at][0] < end:
        if ranges[at][1] > start:
            yield ranges[at][2]
        at += 1


def _notes(shaped: Sequence[Passage]) -> dict[int, str]:
    """Of the passages that a moved block begins: which way it went, and how far."""
    away, here = _move_places(shaped, Mark.MOVED_AWAY), _move_places(shaped, Mark.KEPT)
    notes = {}
    for move, old_index in away.items():
        if move in here:
            notes[old_index] = notes[here[move]] = _move_note(shaped, old_index, here[move])
    return notes


def _move_places(shaped: Sequence[Passage], mark: Mark) -> dict[int, int]:
    places: dict[int, int] = {}
    for index, passage in enumerate(shaped):
        for piece in passage.pieces:
            if piece.move is not None and piece.mark is mark:
                places.setdefault(piece.move, index)
    return places


def _move_note(shaped: Sequence[Passage], old_index: int, new_index: int) -> str:
    """Counted in paragraphs that stayed in place: what was added or removed between does not make a move longer."""
    low, high = sorted((old_index, new_index))
    passed = sum(shaped[index].shape in (Shape.KEPT, Shape.CHANGED) for index in range(low + 1, high))
    if not passed:
        return "moved within the paragraph" if old_index == new_index else "moved"
    return f"moved {'down' if new_index > old_index else 'up'} by {count(passed, 'paragraph')}"
