"""Which line of one page is which line of another."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

# Product of the two counts of lines, past which lines are paired by their text alone: the memory of the comparison,
# a bit each, stays below 8 MB. The largest of 578 real pages has 4,300 elements.
_MOST_CELLS = 60_000_000


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of equal lines, and the gaps between those that keep their order.

    A line that stands on both pages is paired, wherever it stands, as often as both pages hold it; so what is unpaired
    is really gone or really new. `old_gap` and `new_gap` number, for each line, the stretch of the page that it lies
    in: lines that stand at the same place of both pages have the same number.
    """

    old_of: Mapping[int, int]  # new line -> the old line that it is
    new_of: Mapping[int, int]
    old_gap: tuple[int, ...]
    new_gap: tuple[int, ...]


def align(old: Sequence[str], new: Sequence[str]) -> Alignment:
    in_order = dict(_in_order(old, new))
    elsewhere = _elsewhere(old, new, in_order)
    new_of = in_order | elsewhere
    old_gap, new_gap = _gaps(len(old), in_order.keys()), _gaps(len(new), in_order.values())
    return Alignment({b: a for a, b in new_of.items()}, new_of, old_gap, new_gap)


def _in_order(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[int, int]]:
    """A longest common subsequence, as pairs of places."""
    start = _common_start(old, new)
    end = _common_start(old[start:][::-1], new[start:][::-1])
    yield from ((at, at) for at in range(start))
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    if len(middle_old) * len(middle_new) <= _MOST_CELLS:
        numbers: dict[str, int] = defaultdict(lambda: len(numbers))
        encoded = [[numbers[text] for text in side] for side in (middle_old, middle_new)]
        for step in Indel.opcodes(*encoded):
            if step.tag == "equal":
                yield from ((start + step.src_start + k, start + step.dest_start + k) for k in range(_length(step)))
    yield from ((len(old) - 1 - at, len(new) - 1 - at) for at in range(end))


def _length(step: object) -> int:
    return int(step.src_end - step.src_start)  # type: ignore[attr-defined] # rapidfuzz's Opcode has no stub of it


def _common_start(one: Sequence[str], other: Sequence[str]) -> int:
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)


def _elsewhere(old: Sequence[str], new: Sequence[str], taken: Mapping[int, int]) -> dict[int, int]:
    """Equal lines that changed their place, first with first."""
    free: dict[str, deque[int]] = defaultdict(deque)
    for at, text in enumerate(old):
        if at not in taken:
            free[text].append(at)
    taken_new = set(taken.values())
    pairs = {}
    for at, text in enumerate(new):
        if at not in taken_new and free.get(text):
            pairs[free[text].popleft()] = at
    return pairs


def _gaps(count: int, paired: Iterable[int]) -> tuple[int, ...]:
    """For each line the number of lines paired in order up to and with it."""
    marks = set(paired)
    numbers, passed = [], 0
    for at in range(count):
        passed += at in marks
        numbers.append(passed)
    return tuple(numbers)


def resemblance(one: str, other: str) -> float:
    """Share of words that two lines have in common, in order; 0 to 1."""
    return float(Indel.normalized_similarity(one.casefold().split(), other.casefold().split()))
