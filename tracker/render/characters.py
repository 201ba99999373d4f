"""Marks set between whole characters: what a reader sees as one character is never half deleted, half kept.

A character is an extended grapheme cluster (Unicode UAX #29): a letter with its accents, an emoji joined of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import regex

from tracker.render.pieces import Mark, Piece

_CHARACTER = regex.compile(r"\X")
# No character reaches further than that over a piece's edge: the longest emoji sequences have some 10 code points, but
# accents can be heaped at will.
_REACH = 64
# Nothing before the first combining accent joins its neighbours.
_FIRST_THAT_JOINS = "\u0300"
_CHANGED = (Mark.DELETED, Mark.INSERTED)


def whole_characters(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The same pieces; where a mark would fall inside a character, the whole character is marked.

    Made to be shown: the offsets of pieces are no longer right where something was widened.
    """
    done: list[Piece] = []
    rest = list(pieces)
    while rest:
        run = _changed_run(rest)
        if not run:
            done.append(rest.pop(0))
            continue
        del rest[: len(run)]
        left = done.pop() if done and done[-1].mark is Mark.KEPT else None
        right = rest.pop(0) if rest and rest[0].mark is Mark.KEPT else None
        left, run, right = _widened(left, run, right)
        done += [piece for piece in (left, *run) if piece is not None and piece.text]
        if right is not None and right.text:
            rest.insert(0, right)
    return tuple(done)


def _changed_run(pieces: Sequence[Piece]) -> list[Piece]:
    """The deletion, the insertion, or both, at the beginning of the pieces."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.mark not in _CHANGED or (run and (piece.mark is run[-1].mark or len(run) == len(_CHANGED))):
            break
        run.append(piece)
    return run


def _widened(
    left: Piece | None, run: list[Piece], right: Piece | None
) -> tuple[Piece | None, list[Piece], Piece | None]:
    """Takes from the kept text on both sides what belongs to a character at the edge of a changed text."""
    before, after = (left.text if left else ""), (right.text if right else "")
    texts = {piece.mark: piece.text for piece in run}
    sides = [texts.get(mark, "") for mark in _CHANGED]
    start, end = len(before), 0
    while True:
        now = [f"{before[start:]}{side}{after[:end]}" for side in sides]
        if start and any(side and _is_inside(before[:start], side + after[end:]) for side in now):
            start -= 1
        elif end < len(after) and any(side and _is_inside(before[:start] + side, after[end:]) for side in now):
            end += 1
        else:
            break
    if start == len(before) and not end:
        return left, run, right
    changed = [Piece(mark, text, move=run[0].move) for mark, text in zip(_CHANGED, now, strict=True)]
    return left and replace(left, text=before[:start]), changed, right and replace(right, text=after[end:])


def _is_inside(before: str, after: str) -> bool:
    """Would a cut here go through a character?"""
    if not before or not after or max(before[-1], after[0]) < _FIRST_THAT_JOINS:
        return False
    near = before[-_REACH:]
    ends = (match.end() for match in _CHARACTER.finditer(near + after[:_REACH]))
    return next(end for end in ends if end >= len(near)) != len(near)
