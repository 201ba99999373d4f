"""Which unit (paragraph or sentence) of the old text became which of the new, in the order of the text.

Passes, each only over what the one before left: the same words; similar words, one to one, one to two (split) and two
to one (merged). Units that stayed letter by letter are taken out by the caller.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from tracker.diff.chain import heaviest_chain
from tracker.diff.sequence import common_runs
from tracker.diff.similarity import SIMILAR, Likeness, are_one, common_words, likeness

# Pairs of units that are likened one by one; a larger gap is cut at its best anchors first.
PAIRS_LIKENED = 3_000
# Anchors in a larger gap are found by rare words alone, so more likeness is asked of them.
_SIMILAR_ANCHOR = 0.6
# Halves of a split or merged unit are each like the whole in their share of it; together well above chance.
_LEAST_HALVES = 0.7
# Of the smaller half's words, this share must be found in the whole, beyond what the larger half explains.
_HALF_EXPLAINED = 0.6

# Stands for a unit without words, which is like no other; no word has this code.
_NO_WORDS = "\U0010ffff"


class Match(NamedTuple):
    """Units (by index) that became units: one to one, one to two, two to one; or a run that stayed letter by letter."""

    old: Sequence[int]
    new: Sequence[int]
    is_same: bool = False


class Stretch(NamedTuple):
    """Units that no match holds, and the match that follows them; None at the end."""

    old: list[int]
    new: list[int]
    following: Match | None


class Alignment(NamedTuple):
    matches: list[Match]  # ascending on both sides
    is_coarse: bool


def align_same(old: Sequence[str], new: Sequence[str]) -> Alignment:
    """Runs of units that stayed as they were, letter by letter."""
    common = common_runs(old, new)
    matches = [Match(range(i, i + length), range(j, j + length), is_same=True) for i, j, length in common.runs]
    return Alignment(matches, common.is_coarse)


def left_over(matches: Iterable[Match], old_count: int, new_count: int) -> tuple[list[int], list[int]]:
    """The units of either side that no match holds."""
    old_free, new_free = bytearray(b"\x01") * old_count, bytearray(b"\x01") * new_count
    for match in matches:
        for i in match.old:
            old_free[i] = 0
        for j in match.new:
            new_free[j] = 0
    return [i for i in range(old_count) if old_free[i]], [j for j in range(new_count) if new_free[j]]


def stretches(matches: Iterable[Match], old_left: list[int], new_left: list[int]) -> Iterator[Stretch]:
    """What is left over before each match, and after the last; matches and units ascend."""
    i = j = 0
    for match in matches:
        row, column = bisect_left(old_left, match.old[0], i), bisect_left(new_left, match.new[0], j)
        yield Stretch(old_left[i:row], new_left[j:column], match)
        i, j = row, column
    yield Stretch(old_left[i:], new_left[j:], None)


def align_similar(old: Sequence[int], new: Sequence[int], words: Likeness) -> Alignment:
    """What became what between two lists of neighbouring units, by similarity of words."""
    if not old or not new:
        return Alignment([], is_coarse=False)
    limit = min(len(old), len(new))
    front = 0
    while front < limit and words.alike_at_ends(old[front], new[front]):
        front += 1
    back = 0
    while back < limit - front and words.alike_at_ends(old[-1 - back], new[-1 - back]):
        back += 1
    middle = _align_middle(old[front : len(old) - back], new[front : len(new) - back], words)
    matches = [Match((i,), (j,)) for i, j in zip(old[:front], new[:front], strict=True)]
    matches += middle.matches
    matches += [Match((old[-k],), (new[-k],)) for k in range(back, 0, -1)]
    return Alignment(_with_further_parts(matches, old, new, words), middle.is_coarse)


def _align_middle(old: Sequence[int], new: Sequence[int], words: Likeness) -> Alignment:
    """The same words first, and similar ones in between."""
    if not old or not new:
        return Alignment([], is_coarse=False)
    if len(old) == 1 and len(new) == 1:
        i, j = old[0], new[0]
        return Alignment([Match((i,), (j,))] if words.is_edited(i, j) else [], is_coarse=False)
    same = common_runs(
        [words.old(i) or f"{_NO_WORDS}<{i}" for i in old], [words.new(j) or f"{_NO_WORDS}>{j}" for j in new]
    )
    pairs = [(run.old + k, run.new + k) for run in same.runs for k in range(run.length)]
    matches: list[Match] = []
    is_coarse = same.is_coarse
    i = j = 0
    for row, column in [*pairs, (len(old), len(new))]:
        inner = _align_gap(old[i:row], new[j:column], words)
        matches += inner.matches
        is_coarse = is_coarse or inner.is_coarse
        if row < len(old):
            matches.append(Match((old[row],), (new[column],)))
        i, j = row + 1, column + 1
    return Alignment(matches, is_coarse)


def _with_further_parts(matches: list[Match], old: Sequence[int], new: Sequence[int], words: Likeness) -> list[Match]:
    """A unit split in three or more: neighbours that nothing was matched to join the match that explains them."""
    old_free, new_free = set(old), set(new)
    for match in matches:
        old_free.difference_update(match.old)
        new_free.difference_update(match.new)
    if not old_free and not new_free:
        return matches
    joined = []
    for match in matches:
        old_parts, new_parts = list(match.old), list(match.new)
        if len(old_parts) == 1:
            _absorb(new_parts, words.old(old_parts[0]), new_free, words.new)
        if len(new_parts) == 1:
            _absorb(old_parts, words.new(new_parts[0]), old_free, words.old)
        joined.append(Match(old_parts, new_parts))
    return joined


def _absorb(parts: list[int], whole: str, free: set[int], coded: Callable[[int], str]) -> None:
    """Add to `parts` the free neighbours on either side whose words the whole explains; take them from `free`."""
    for step in (-1, 1):
        while (other := parts[0] - 1 if step < 0 else parts[-1] + 1) in free:
            together = "".join([coded(part) for part in parts])
            halves = (coded(other), together) if step < 0 else (together, coded(other))
            if not explained(whole, *halves):
                break
            free.remove(other)
            parts.insert(0 if step < 0 else len(parts), other)


def _align_gap(old: Sequence[int], new: Sequence[int], words: Likeness) -> Alignment:
    if not old or not new:
        return Alignment([], is_coarse=False)
    if len(old) * len(new) <= PAIRS_LIKENED:
        return Alignment(_BestChain(old, new, words).matches(), is_coarse=False)
    return _align_large_gap(old, new, words)


def _align_large_gap(old: Sequence[int], new: Sequence[int], words: Likeness) -> Alignment:
    """Pairs with rare words in common first, the heaviest chain of them, and then what lies between."""
    chain = heaviest_chain(words.candidates(old, new, _SIMILAR_ANCHOR))
    old_at = {unit: place for place, unit in enumerate(old)}
    new_at = {unit: place for place, unit in enumerate(new)}
    matches: list[Match] = []
    is_coarse = False
    i = j = 0
    for row, column in [*((old_at[pair.old], new_at[pair.new]) for pair in chain), (len(old), len(new))]:
        if (row - i) * (column - j) > PAIRS_LIKENED:
            is_coarse = True
        elif row > i and column > j:
            matches += _BestChain(old[i:row], new[j:column], words).matches()
        if row < len(old):
            matches.append(Match((old[row],), (new[column],)))
        i, j = row + 1, column + 1
    return Alignment(matches, is_coarse)


class _BestChain:
    """Dynamic programming over all pairs of two short lists: the chain that has the most words in common."""

    def __init__(self, old: Sequence[int], new: Sequence[int], words: Likeness) -> None:
        self._old_units, self._new_units = old, new
        self._old = [words.old(i) for i in old]
        self._new = [words.new(j) for j in new]
        self._alike = [[likeness(a, b) for b in self._new] for a in self._old]

    def matches(self) -> list[Match]:
        rows, columns = len(self._old), len(self._new)
        below = [0.0] * (columns + 1)
        below_next = below  # two rows down, for mergers
        steps: list[list[tuple[int, int]]] = []
        for i in range(rows - 1, -1, -1):
            here = [0.0] * (columns + 1)
            taken = [(1, 0)] * columns
            for j in range(columns - 1, -1, -1):
                best, step = below[j], (1, 0)
                if here[j + 1] > best:
                    best, step = here[j + 1], (0, 1)
                if self._alike[i][j] >= _LEAST_HALVES / 4:
                    for down, right, common in self._choices(i, j):
                        value = common + (here, below, below_next)[down][j + right]
                        if value > best:
                            best, step = value, (down, right)
                here[j], taken[j] = best, step
            steps.append(taken)
            below, below_next = here, below
        steps.reverse()
        return list(self._walk(steps))

    def _walk(self, steps: list[list[tuple[int, int]]]) -> Iterator[Match]:
        i = j = 0
        while i < len(self._old) and j < len(self._new):
            down, right = steps[i][j]
            if down and right:
                yield Match(tuple(self._old_units[i : i + down]), tuple(self._new_units[j : j + right]))
            i, j = i + down, j + right

    def _choices(self, i: int, j: int) -> Iterator[tuple[int, int, int]]:
        """Ways to match from row `i` and column `j` on: units taken on either side, and the words in common."""
        old, new = self._old[i], self._new[j]
        if are_one(old, new):
            yield 1, 1, common_words(old, new)
        if j + 1 < len(self._new) and self._alike[i][j] + self._alike[i][j + 1] >= _LEAST_HALVES:
            common = explained(old, new, self._new[j + 1])
            if common:
                yield 1, 2, common
        if i + 1 < len(self._old) and self._alike[i][j] + self._alike[i + 1][j] >= _LEAST_HALVES:
            common = explained(new, old, self._old[i + 1])
            if common:
                yield 2, 1, common


def explained(whole: str, first: str, second: str) -> int:
    """Words that a unit and its two halves have in common; 0 where they are no two halves of it."""
    one, other = common_words(whole, first), common_words(whole, second)
    smaller = len(second) if one >= other else len(first)
    least = 2 * _HALF_EXPLAINED * smaller
    if not whole or min(one, other) < least:  # together they cannot have more in common than each by itself
        return 0
    both = common_words(whole, first + second)
    is_alike = both >= SIMILAR * (len(whole) + len(first) + len(second))
    return both if is_alike and both - max(one, other) >= least else 0
