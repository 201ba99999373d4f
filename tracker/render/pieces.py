"""A diff as one stream of pieces, each with its fate: what was kept, deleted, inserted, or stands elsewhere now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from tracker.model import Diff, Hunk, Move


class Mark(StrEnum):
    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"
    MOVED_AWAY = "moved_away"  # stands elsewhere in the new text


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one fate. `old_start` or `new_start` is None where the piece has no such side."""

    mark: Mark
    text: str
    old_start: int | None = None
    new_start: int | None = None
    move: int | None = None  # index into Diff.moves: part of a moved block, at its old or its new place


def runs_together(previous: Piece | None, piece: Piece) -> bool:
    """Old and new of one replacement, shown side by side with nothing between, would read as one word."""
    return (
        previous is not None
        and piece.mark is not Mark.KEPT
        and previous.mark not in (Mark.KEPT, piece.mark)
        and not previous.text[-1:].isspace()
    )


def pieces_of(diff: Diff) -> Iterator[Piece]:
    """The merged stream: kept text, and at every hunk what was deleted, then what was inserted."""
    away = sorted(_Block(move.old_start, move.old_end, index) for index, move in enumerate(diff.moves))
    here = sorted(_Block(move.new_start, move.new_end, index) for index, move in enumerate(diff.moves))
    for hunk, kept in _with_kept(diff.old, diff.hunks):
        if kept is not None:
            yield kept
        if hunk is not None:
            yield from _old_pieces(diff, hunk, away)
            if _replaces_paragraphs(diff, hunk):
                yield Piece(Mark.KEPT, "\n")  # old and new stand apart, not run together
            yield from _new_pieces(diff, hunk, here)


class _Block(NamedTuple):
    """One side of a moved block."""

    start: int
    end: int
    move: int


def _with_kept(old: str, hunks: Sequence[Hunk]) -> Iterator[tuple[Hunk | None, Piece | None]]:
    old_at = new_at = 0
    for hunk in hunks:
        if hunk.old_start > old_at:
            yield None, Piece(Mark.KEPT, old[old_at : hunk.old_start], old_at, new_at)
        yield hunk, None
        old_at, new_at = hunk.old_end, hunk.new_end
    if old_at < len(old):
        yield None, Piece(Mark.KEPT, old[old_at:], old_at, new_at)


def _old_pieces(diff: Diff, hunk: Hunk, away: Sequence[_Block]) -> Iterator[Piece]:
    for start, end, move in _cut(hunk.old_start, hunk.old_end, away):
        mark = Mark.DELETED if move is None else Mark.MOVED_AWAY
        yield Piece(mark, diff.old[start:end], old_start=start, move=move)


def _new_pieces(diff: Diff, hunk: Hunk, here: Sequence[_Block]) -> Iterator[Piece]:
    for start, end, move in _cut(hunk.new_start, hunk.new_end, here):
        if move is None:
            yield Piece(Mark.INSERTED, diff.new[start:end], new_start=start)
        else:
            yield from _moved_pieces(diff, diff.moves[move], move)


def _cut(start: int, end: int, blocks: Sequence[_Block]) -> Iterator[tuple[int, int, int | None]]:
    """The range in parts: those that are a whole moved block, with its move's index, and the rest."""
    first = bisect_left(blocks, (start,))
    for block in islice(blocks, first, bisect_left(blocks, (end,), lo=first)):
        if start <= block.start < block.end <= end:
            if start < block.start:
                yield start, block.start, None
            yield block
            start = block.end
    if start < end:
        yield start, end, None


def _moved_pieces(diff: Diff, move: Move, index: int) -> Iterator[Piece]:
    """The block at its new place, with the edits made on the way."""
    old_at, new_at = move.old_start, move.new_start
    for hunk in move.hunks:
        yield Piece(Mark.KEPT, diff.old[old_at : hunk.old_start], old_at, new_at, index)
        yield Piece(Mark.DELETED, diff.old[hunk.old_start : hunk.old_end], hunk.old_start, None, index)
        yield Piece(Mark.INSERTED, diff.new[hunk.new_start : hunk.new_end], None, hunk.new_start, index)
        old_at, new_at = hunk.old_end, hunk.new_end
    yield Piece(Mark.KEPT, diff.old[old_at : move.old_end], old_at, new_at, index)


def _replaces_paragraphs(diff: Diff, hunk: Hunk) -> bool:
    """Whole paragraphs on both sides, with no word in common."""
    return (
        hunk.old_start < hunk.old_end
        and hunk.new_start < hunk.new_end
        and _is_whole(diff.old, hunk.old_start, hunk.old_end)
        and _is_whole(diff.new, hunk.new_start, hunk.new_end)
    )


def _is_whole(text: str, start: int, end: int) -> bool:
    begins = start == 0 or text[start - 1] == "\n" or text[start] == "\n"
    return begins and (end == len(text) or text[end] == "\n" or text[end - 1] == "\n")
