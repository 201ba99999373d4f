"""A passage as two columns: what stood there before, and what stands there now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.render.passages import Passage, Shape
from tracker.render.pieces import Mark, Piece


@dataclass(frozen=True, slots=True)
class Sides:
    """Empty: nothing stood on that side at this place."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def sides_of(passage: Passage) -> Sides:
    """Together the two sides hold every piece: what was kept stands on both, unless the block moved as a whole."""
    if passage.shape is Shape.MOVED_AWAY:
        return Sides(tuple(replace(piece, mark=Mark.KEPT) for piece in passage.pieces), ())
    if passage.shape is Shape.MOVED_HERE:
        return Sides((), passage.pieces)
    old = tuple(piece for piece in passage.pieces if piece.mark is not Mark.INSERTED and _was_here(piece))
    new = tuple(piece for piece in passage.pieces if _is_here(piece))
    return Sides(_unless_empty(old), () if passage.shape is Shape.REMOVED else _unless_empty(new))


def _unless_empty(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return pieces if any(piece.text.strip() for piece in pieces) else ()


def _is_here(piece: Piece) -> bool:
    return piece.mark in (Mark.KEPT, Mark.INSERTED) or (piece.move is not None and piece.mark is Mark.DELETED)


def _was_here(piece: Piece) -> bool:
    """A piece of a block that moved to this place stood elsewhere before."""
    return piece.move is None or piece.mark is Mark.MOVED_AWAY
