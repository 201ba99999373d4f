"""Matches that are chance, not survival: a lone "the" between two rewritten stretches is no part of the old sentence.

The rule is the semantic clean-up of diff-match-patch (an equality no longer than the edits on both of its sides is no
equality), on whole words, with one difference: an edit weighs what it changes. A word with a letter set right, or a
straight quotation mark turned, is a small edit, and the word beside it stays.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from tracker.diff.kept import Kept
from tracker.diff.tokens import fold_typography

# An edit longer than this is no slip inside one word, and its length is its weight.
_ONE_WORD = 24
# Up to this share of a word's letters changed, it is still that word.
_SAME_WORD = 0.4
# A sentence that keeps less than this share of its text in scattered words was written anew: one change, not five. With
# .4 to .7 the results on known edits differ by less than .005.
_REWRITTEN = 0.5


def without_chance_matches(kept: list[Kept], old: str, new: str) -> list[Kept]:
    """The stretches that are longer than an edit beside them. `kept` ascends, in offsets of `old` and `new`."""
    left: list[Kept] = []
    end = Kept(len(old), len(new), 0)
    for index, stretch in enumerate(kept):
        left.append(stretch)
        following = kept[index + 1] if index + 1 < len(kept) else end
        while left and _is_chance(left, following, old, new):
            left.pop()
    return left


def unless_rewritten(kept: list[Kept], kept_at_ends: int, longer: int) -> list[Kept]:
    """The stretches that a sentence keeps inside; none if the whole sentence (`longer` characters) kept too little."""
    inside = sum([stretch.length for stretch in kept])
    return kept if kept_at_ends + inside >= _REWRITTEN * longer else []


def _is_chance(left: list[Kept], following: Kept, old: str, new: str) -> bool:
    stretch = left[-1]
    before = left[-2] if len(left) > 1 else Kept(0, 0, 0)
    return stretch.length <= _weight(before, stretch, old, new) and stretch.length <= _weight(
        stretch, following, old, new
    )


def _weight(before: Kept, after: Kept, old: str, new: str) -> int:
    """Characters that the edit between two kept stretches changes."""
    old_start, new_start = before.old + before.length, before.new + before.length
    longer = max(after.old - old_start, after.new - new_start)
    if longer > _ONE_WORD or old_start == after.old or new_start == after.new:
        return longer
    before_edit = fold_typography(old[old_start : after.old].strip())
    after_edit = fold_typography(new[new_start : after.new].strip())
    changed = Levenshtein.distance(before_edit, after_edit)
    return changed if changed <= _SAME_WORD * longer else longer
