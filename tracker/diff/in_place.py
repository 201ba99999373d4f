"""The usual case: two lists of units walked side by side; most are the same, a few were edited, added or removed.

Whatever is not plainly that (units moved, split, merged or rewritten out of likeness) is left to the full alignment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tracker.diff.alignment import Match
from tracker.diff.similarity import Likeness

# Units in a row that were added or removed. Most often it is one; after more, looking ahead at each step costs more
# than it saves.
_FARTHEST = 3


class InPlace(NamedTuple):
    matches: list[Match]  # ascending on both sides
    old_left: list[int]
    new_left: list[int]  # units without a counterpart; one of the two lists is empty


class _Step(NamedTuple):
    """Units to pass over on either side."""

    down: int
    right: int


def align_in_place(old: Sequence[str], new: Sequence[str], words: Likeness) -> InPlace | None:
    """What became what, if it can be told from neighbours alone; else None. `words` likens the same units."""
    found = InPlace([], [], [])
    rows, columns = len(old), len(new)
    i = j = 0
    is_after_edit = False
    while i < rows and j < columns:
        start = i
        while i < rows and j < columns and old[i] == new[j]:
            i, j = i + 1, j + 1
        if i > start:
            found.matches.append(Match(range(start, i), range(j - i + start, j), is_same=True))
            is_after_edit = False
            continue
        step = _to_same(old, new, i, j)
        if step and is_after_edit:
            return None  # it may be a part of the unit before, which was split or merged
        if not step:
            if not _is_edited(old, new, i, j, words):
                return None
            found.matches.append(Match((i,), (j,)))
            is_after_edit = True
            step = _Step(1, 1)
        else:
            found.old_left.extend(range(i, i + step.down))
            found.new_left.extend(range(j, j + step.right))
        i, j = i + step.down, j + step.right
    return _with_rest(found, range(i, rows), range(j, columns), is_after_edit)


def _with_rest(found: InPlace, old_rest: range, new_rest: range, is_after_edit: bool) -> InPlace | None:
    if is_after_edit and (old_rest or new_rest):
        return None
    found.old_left.extend(old_rest)
    found.new_left.extend(new_rest)
    # What is gone on one side may be what came on the other.
    return None if found.old_left and found.new_left else found


def _to_same(old: Sequence[str], new: Sequence[str], i: int, j: int) -> _Step | None:
    """How far it is to the next same units, where units were only added or only removed in between."""
    for distance in range(1, _FARTHEST + 1):
        if j + distance < len(new) and old[i] == new[j + distance]:
            return _Step(0, distance)
        if i + distance < len(old) and old[i + distance] == new[j]:
            return _Step(distance, 0)
    return None


def _is_edited(old: Sequence[str], new: Sequence[str], i: int, j: int, words: Likeness) -> bool:
    if words.alike_at_ends(i, j):
        return True
    is_last = i + 1 == len(old) and j + 1 == len(new)
    is_before_same = i + 1 < len(old) and j + 1 < len(new) and old[i + 1] == new[j + 1]
    return (is_last or is_before_same) and words.is_edited(i, j)
