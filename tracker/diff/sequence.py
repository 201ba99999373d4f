"""The longest common subsequence of two sequences of strings, within bounds of memory.

Elements become code points of two short strings, which rapidfuzz compares 64 at a time. Where the table would be too
large, elements (then runs of elements) that stand once on either side are anchors, and only what lies between two
anchors is compared in full.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from rapidfuzz.distance import Indel

# Cells of the comparison table; rapidfuzz keeps one bit for each, so this is 50 MB at most, and about 10 ms.
TABLE_CELLS = 400_000_000
# Lengths of the runs tried as anchors: one element, then runs long enough to be rare in a small vocabulary. A third
# length finds next to nothing more, and takes as long again.
_ANCHOR_LENGTHS = (1, 6)
# Elements of both sides together; with more, anchors would take seconds and hundreds of megabytes. A megabyte of
# English against another holds 350,000 words and signs.
_MOST_ELEMENTS = 600_000
# chr() ends here; a text with more different elements is compared by anchors alone.
_CODE_POINTS = 0x110000


Codes = defaultdict[str, str]


class Run(NamedTuple):
    """`length` elements that are the same from `old` and from `new` on."""

    old: int
    new: int
    length: int


class Common(NamedTuple):
    runs: list[Run]
    is_coarse: bool  # a stretch was too long to be compared in full, and nothing in it was matched


def common_runs(old: Sequence[str], new: Sequence[str]) -> Common:
    """The runs that both sequences share in the same order, ascending; the longest such where the bound allows."""
    if len(old) * len(new) <= TABLE_CELLS and len(old) + len(new) < _CODE_POINTS:
        return Common(_by_table(old, new), is_coarse=False)
    prefix = _shared_length(old, new, 0, 0)
    suffix = 0
    while suffix < min(len(old), len(new)) - prefix and old[-1 - suffix] == new[-1 - suffix]:
        suffix += 1
    middle = _within_bounds(old[prefix : len(old) - suffix], new[prefix : len(new) - suffix])
    runs = [Run(0, 0, prefix)] if prefix else []
    runs += [Run(run.old + prefix, run.new + prefix, run.length) for run in middle.runs]
    if suffix:
        runs.append(Run(len(old) - suffix, len(new) - suffix, suffix))
    return Common(runs, middle.is_coarse)


def _by_table(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    codes = new_codes()
    blocks = Indel.editops(encode(old, codes), encode(new, codes)).as_matching_blocks()
    return [Run(block.a, block.b, block.size) for block in blocks if block.size]


def new_codes() -> Codes:
    """An empty table that gives every element that it is asked for the next free code point."""
    return defaultdict(map(chr, count()).__next__)


def encode(elements: Iterable[str], codes: Codes) -> str:
    """One character an element, the same for the same element."""
    return "".join(map(codes.__getitem__, elements))


def _within_bounds(old: Sequence[str], new: Sequence[str]) -> Common:
    """First without what stands on one side only, which alone makes most giant inputs small."""
    if len(old) + len(new) > _MOST_ELEMENTS:
        return Common([], is_coarse=True)
    shared = set(old) & set(new)
    old_places = [i for i, element in enumerate(old) if element in shared]
    new_places = [j for j, element in enumerate(new) if element in shared]
    common = _by_anchors([old[i] for i in old_places], [new[j] for j in new_places], 0)
    pairs = ((old_places[run.old + k], new_places[run.new + k]) for run in common.runs for k in range(run.length))
    return Common(list(_as_runs(pairs)), common.is_coarse)


def _by_anchors(old: Sequence[str], new: Sequence[str], level: int) -> Common:
    if len(old) * len(new) <= TABLE_CELLS and len(old) + len(new) < _CODE_POINTS:
        return Common(_by_table(old, new), is_coarse=False)
    if level == len(_ANCHOR_LENGTHS):
        return Common([], is_coarse=True)
    length = _ANCHOR_LENGTHS[level]
    chain = _increasing(_unique_pairs(old, new, length))
    runs: list[Run] = []
    is_coarse = False
    old_at = new_at = 0
    for i, j in [*chain, (len(old), len(new))]:
        if i < old_at or j < new_at:
            continue  # inside the run of the anchor before
        # A chain of many anchors has short stretches between; only one without any can need the next level.
        between = _by_anchors(old[old_at:i], new[new_at:j], level + 1)
        is_coarse = is_coarse or between.is_coarse
        runs += [Run(run.old + old_at, run.new + new_at, run.length) for run in between.runs]
        length = _shared_length(old, new, i, j)
        if length:
            runs.append(Run(i, j, length))
        old_at, new_at = i + length, j + length
    return Common(runs, is_coarse)


def _shared_length(old: Sequence[str], new: Sequence[str], i: int, j: int) -> int:
    length = 0
    while i + length < len(old) and j + length < len(new) and old[i + length] == new[j + length]:
        length += 1
    return length


def _unique_pairs(old: Sequence[str], new: Sequence[str], length: int) -> list[tuple[int, int]]:
    """Places of the runs of `length` that stand exactly once on either side, in the order of the old side."""
    old_runs, new_runs = _windows(old, length), _windows(new, length)
    old_times, new_times = Counter(old_runs), Counter(new_runs)
    once = {run for run, times in old_times.items() if times == 1 and new_times.get(run) == 1}
    if not once:
        return []
    new_places = {run: place for place, run in enumerate(new_runs) if run in once}
    return [(place, new_places[run]) for place, run in enumerate(old_runs) if run in once]


def _windows(elements: Sequence[str], length: int) -> Sequence[object]:
    """Every run of `length` neighbours, by its first place."""
    if length == 1:
        return elements
    return list(zip(*(elements[shift:] for shift in range(length)), strict=False))


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that ascends on both sides; `pairs` ascend on the old side."""
    tails: list[int] = []  # the smallest new place that a chain of each length ends with
    ends: list[int] = []
    previous = [-1] * len(pairs)
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        if length:
            previous[index] = ends[length - 1]
        if length == len(tails):
            tails.append(place)
            ends.append(index)
        else:
            tails[length] = place
            ends[length] = index
    chain = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = previous[at]
    return chain[::-1]


def _as_runs(pairs: Iterator[tuple[int, int]]) -> Iterator[Run]:
    old_start = new_start = length = 0
    for i, j in pairs:
        if length and i == old_start + length and j == new_start + length:
            length += 1
            continue
        if length:
            yield Run(old_start, new_start, length)
        old_start, new_start, length = i, j, 1
    if length:
        yield Run(old_start, new_start, length)
