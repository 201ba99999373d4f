"""What stays: stretches of text that both sides hold, in the same order. What lies between them is the script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tracker.diff.tokens import parts_from_space
from tracker.model import Hunk

Span = tuple[int, int]  # from, to


class Kept(NamedTuple):
    """`old[old : old + length] == new[new : new + length]`, in code points."""

    old: int
    new: int
    length: int


class Range(NamedTuple):
    """A stretch of the old text against a stretch of the new."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def same_units(old: str, new: str, old_spans: Sequence[Span], new_spans: Sequence[Span]) -> list[Kept]:
    """Units that stayed letter by letter: one stretch where the space between them is the same too, else one each."""
    start, end = old_spans[0][0], old_spans[-1][1]
    new_start, new_end = new_spans[0][0], new_spans[-1][1]
    if old[start:end] == new[new_start:new_end]:
        return [Kept(start, new_start, end - start)]
    return [
        Kept(old_span[0], new_span[0], old_span[1] - old_span[0])
        for old_span, new_span in zip(old_spans, new_spans, strict=True)
    ]


def hunks_between(old: str, new: str, kept: Iterable[Kept], within: Range) -> Iterator[Hunk]:
    """The hunks that turn the one side of `within` into the other; common space at their ends is kept as well."""
    old_at, new_at = within.old_start, within.new_start
    for stretch in (*kept, Kept(within.old_end, within.new_end, 0)):
        is_gap = old_at < stretch.old or new_at < stretch.new
        if is_gap and old[old_at : stretch.old] != new[new_at : stretch.new]:
            yield _without_common_space(old, new, old_at, stretch.old, new_at, stretch.new)
        old_at, new_at = stretch.old + stretch.length, stretch.new + stretch.length


def _without_common_space(old: str, new: str, a: int, b: int, c: int, d: int) -> Hunk:
    """The hunk from `old[a:b]` to `new[c:d]`, its ends drawn in."""
    while (
        a < b
        and c < d
        and old[a] == new[c]
        and old[a].isspace()
        and parts_from_space(old, a + 1)
        and parts_from_space(new, c + 1)
    ):
        a, c = a + 1, c + 1
    while (
        a < b
        and c < d
        and old[b - 1] == new[d - 1]
        and old[b - 1].isspace()
        and parts_from_space(old, b - 1)
        and parts_from_space(new, d - 1)
    ):
        b, d = b - 1, d - 1
    return Hunk(a, b, c, d)
