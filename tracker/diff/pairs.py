"""Two stretches of text that belong together, usually a paragraph and what became of it: sentences, then words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tracker.diff.alignment import Match, align_same, align_similar, left_over, stretches
from tracker.diff.in_place import align_in_place
from tracker.diff.kept import Kept, Span, same_units
from tracker.diff.sentences import sentence_to, split_sentences
from tracker.diff.similarity import Likeness, WordCodes
from tracker.diff.trim import whole_ends
from tracker.diff.words import diff_between
from tracker.model import UnitMatch

# With none of these in what differs, no sentence was added, removed, split or merged.
_END_MARK = re.compile(r"[.!?…؟۔।॥։።၊။。！？｡]")
# A sentence that differs in more than this share is looked at as a whole: it may have been replaced.
_LARGE_EDIT = 0.4


class Texts(NamedTuple):
    """What is compared, and the words met so far."""

    old: str
    new: str
    codes: WordCodes


class Left(NamedTuple):
    """Sentences or paragraphs of either side that stand at the same place and are not alike."""

    old: list[Span]
    new: list[Span]


@dataclass(slots=True)
class PairDiff:
    """What two stretches of text have to do with each other."""

    kept: list[Kept]  # ascending
    units: list[UnitMatch]  # sentences that did not stay as they were
    is_coarse: bool
    left: list[Left] = field(default_factory=list)  # what has no counterpart, a place each

    def add(self, other: PairDiff) -> None:
        """Take in what was found in a later stretch of the same texts."""
        self.kept += other.kept
        self.units += other.units
        self.is_coarse = self.is_coarse or other.is_coarse
        self.left += other.left


class _Aligned(NamedTuple):
    matches: list[Match]  # ascending on both sides
    old_left: list[int]
    new_left: list[int]
    is_coarse: bool


def diff_pair(texts: Texts, old_spans: Sequence[Span], new_spans: Sequence[Span], *, is_moved: bool) -> PairDiff:
    """What paragraphs (one and one, or more in a split or merger) keep of each other."""
    if len(old_spans) == len(new_spans) == 1:
        quick = _one_place(texts, old_spans[0], new_spans[0], is_moved)
        if quick is not None:
            return quick
    old = [span for start, end in old_spans for span in split_sentences(texts.old, start, end)]
    new = [span for start, end in new_spans for span in split_sentences(texts.new, start, end)]
    return diff_sentences(texts, old, new, is_moved=is_moved)


def _one_place(texts: Texts, old_span: Span, new_span: Span, is_moved: bool) -> PairDiff | None:
    """The usual case: a few words changed inside one sentence. None if it is not that."""
    old_start, old_end = old_span
    new_start, new_end = new_span
    old, new = texts.old[old_start:old_end], texts.new[new_start:new_end]
    prefix, suffix = whole_ends(old, new)
    if _END_MARK.search(old, prefix, len(old) - suffix) or _END_MARK.search(new, prefix, len(new) - suffix):
        return None
    start, end = sentence_to(old, len(old) - suffix)
    longest_edit = _LARGE_EDIT * (end - start)
    if start > prefix or max(len(old), len(new)) - prefix - suffix > longest_edit:
        return None
    growth = len(new) - len(old)
    words = diff_between(old, new, prefix, suffix, old_start, new_start)
    unit = UnitMatch(
        "sentence", old_start + start, old_start + end, new_start + start, new_start + end + growth, 1, 1, is_moved
    )
    return PairDiff(words.kept, [unit], words.is_coarse)


def diff_sentences(texts: Texts, old: Sequence[Span], new: Sequence[Span], *, is_moved: bool) -> PairDiff:
    """What two lists of sentences keep of each other."""
    aligned = _align([texts.old[a:b] for a, b in old], [texts.new[a:b] for a, b in new], texts.codes)
    found = PairDiff([], [], aligned.is_coarse)
    for stretch in stretches(aligned.matches, aligned.old_left, aligned.new_left):
        old_left, new_left = [old[i] for i in stretch.old], [new[j] for j in stretch.new]
        match = stretch.following
        if old_left or new_left:
            found.left.append(Left(old_left, new_left))
            old_place = old[match.old[0]][0] if match else old[-1][1] if old else 0
            new_place = new[match.new[0]][0] if match else new[-1][1] if new else 0
            found.units.extend(_without_counterpart(old_left, new_left, old_place, new_place, is_moved))
        if match:
            pair = _diff_match(texts, [old[i] for i in match.old], [new[j] for j in match.new], match.is_same, is_moved)
            found.add(pair)
    return found


def _diff_match(texts: Texts, old: Sequence[Span], new: Sequence[Span], is_same: bool, is_moved: bool) -> PairDiff:
    if is_same:
        return PairDiff(same_units(texts.old, texts.new, old, new), [], is_coarse=False)
    old_start, old_end, new_start, new_end = old[0][0], old[-1][1], new[0][0], new[-1][1]
    before, after = texts.old[old_start:old_end], texts.new[new_start:new_end]
    words = diff_between(before, after, *whole_ends(before, after), old_start, new_start)
    unit = UnitMatch("sentence", old_start, old_end, new_start, new_end, len(old), len(new), is_moved)
    return PairDiff(words.kept, [unit], words.is_coarse)


def _align(old: Sequence[str], new: Sequence[str], codes: WordCodes) -> _Aligned:
    """The same sentences first, then similar ones between them."""
    words = Likeness(old, new, codes)
    in_place = align_in_place(old, new, words)
    if in_place is not None:
        return _Aligned(*in_place, is_coarse=False)
    same = align_same(old, new)
    matches: list[Match] = []
    is_coarse = same.is_coarse
    for stretch in stretches(same.matches, *left_over(same.matches, len(old), len(new))):
        similar = align_similar(stretch.old, stretch.new, words)
        matches += similar.matches
        is_coarse = is_coarse or similar.is_coarse
        if stretch.following:
            matches.append(stretch.following)
    return _Aligned(matches, *left_over(matches, len(old), len(new)), is_coarse)


def _without_counterpart(
    old: Sequence[Span], new: Sequence[Span], old_place: int, new_place: int, is_moved: bool
) -> Iterator[UnitMatch]:
    """As many sentences on either side were rewritten; else those of the one side were removed, of the other added."""
    if len(old) == len(new):
        for old_span, new_span in zip(old, new, strict=True):
            yield UnitMatch("sentence", *old_span, *new_span, 1, 1, is_moved)
        return
    if old:
        place = new[0][0] if new else new_place
        yield UnitMatch("sentence", old[0][0], old[-1][1], place, place, len(old), 0, is_moved)
    if new:
        yield UnitMatch("sentence", old_place, old_place, new[0][0], new[-1][1], 0, len(new), is_moved)
