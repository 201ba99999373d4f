"""Every change of one text: hunks and moves in, changes with kinds out."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tracker.classify.context import Context
from tracker.classify.exchanged import exchanged_changes, whole_paragraphs
from tracker.classify.kept import kept_changes, phrase_changes, trimmed
from tracker.classify.making import Text, make_change
from tracker.classify.sentences import Outline, Span
from tracker.classify.structure import SentenceMatches, Window, groups, windows
from tracker.model import Change, Diff, Field, Hunk, Kind, Move, Operation


def text_changes(diff: Diff, field: Field, context: Context) -> list[Change]:
    """Every change between the two texts of a field, by place. Each hunk lies under at least one of them."""
    matches = SentenceMatches(diff)
    old, new = Outline(diff.old, matches.old_sentences()), Outline(diff.new, matches.new_sentences())
    text = Text(field, old, new, context)
    changes = list(_changes(text, diff.hunks, _Moved(diff.moves), matches))
    for number, move in enumerate(diff.moves, start=1):
        changes += _move_changes(text, move, number, matches)
    changes += _uncovered(text, diff.hunks, changes)
    return sorted(changes, key=lambda change: (change.old_start, change.new_start, change.old_end, change.new_end))


def _changes(text: Text, hunks: Sequence[Hunk], moved: _Moved, matches: SentenceMatches) -> Iterator[Change]:
    for found in windows(hunks, text.old, text.new, matches):
        window = moved.left_out(found)
        if window.holds_lines:
            yield from whole_paragraphs(text, window)
            continue
        for group in groups(window):
            if group.is_kept:
                yield from kept_changes(text, group, window.hunks)
            else:
                yield from exchanged_changes(text, group, window.hunks)


def _move_changes(text: Text, move: Move, number: int, matches: SentenceMatches) -> Iterator[Change]:
    text = replace(text, move_id=number)
    place = Hunk(move.old_start, move.old_end, move.new_start, move.new_end)
    moved = make_change(text, place, Kind.MOVED, 0.95, ("the block stands elsewhere now",))
    yield replace(moved, operation=Operation.MOVE)
    changes = list(_changes(text, move.hunks, _Moved(()), matches))
    yield from changes
    yield from _uncovered(text, move.hunks, changes)


class _Moved:
    """Where moved blocks lie: sentences in them neither came nor went."""

    def __init__(self, moves: tuple[Move, ...]) -> None:
        self._old = sorted((move.old_start, move.old_end) for move in moves)
        self._new = sorted((move.new_start, move.new_end) for move in moves)

    def left_out(self, window: Window) -> Window:
        """The window without the sentences that moved."""
        if not self._old:
            return window
        old = tuple(span for span in window.old if not _lies_in(span, self._old))
        new = tuple(span for span in window.new if not _lies_in(span, self._new))
        if len(old) == len(window.old) and len(new) == len(window.new):
            return window
        return replace(window, old=old, new=new)


def _lies_in(span: Span, ranges: list[tuple[int, int]]) -> bool:
    """Whether more than half of the sentence lies in one of the ranges."""
    index = bisect.bisect_right(ranges, span.start, key=lambda known: known[0]) - 1
    near = ranges[max(0, index) : index + 2]
    return any(2 * (min(span.end, end) - max(span.start, start)) > span.size for start, end in near)


def _uncovered(text: Text, hunks: tuple[Hunk, ...], changes: list[Change]) -> Iterator[Change]:
    """Changes for the hunks that no change lies on yet: space between sentences, stray signs."""
    exact = {(change.old_start, change.old_end, change.new_start, change.new_end) for change in changes}
    left = [
        hunk for hunk in hunks if (hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end) not in exact
    ]  # most hunks are one change each
    if not left:
        return
    old = _Covered([(change.old_start, change.old_end) for change in changes])
    new = _Covered([(change.new_start, change.new_end) for change in changes])
    for hunk in left:
        if old.touches(hunk.old_start, hunk.old_end) or new.touches(hunk.new_start, hunk.new_end):
            continue
        place = trimmed(text, hunk)
        yield from phrase_changes(text, place, Span(hunk.old_start, hunk.old_end), Span(hunk.new_start, hunk.new_end))


class _Covered:
    """Ranges put together, asked for overlap."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(known for known in ranges if known[0] < known[1]):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touches(self, start: int, end: int) -> bool:
        index = bisect.bisect_left(self._starts, end) - 1
        return start < end and index >= 0 and self._ends[index] > start
