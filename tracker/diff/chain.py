"""The heaviest chain of pairs that ascends on both sides: what stayed in order, when much did not."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.diff.similarity import Candidate


def heaviest_chain(pairs: Sequence[Candidate]) -> list[Candidate]:
    """The pairs that ascend strictly on both sides with the most words in common together. O(n log n)."""
    ordered = sorted(pairs, key=lambda pair: (pair.old, -pair.new))
    places = sorted({pair.new for pair in ordered})
    rank = {place: index + 1 for index, place in enumerate(places)}
    tree = _PrefixMaximum(len(places))
    previous: list[int] = []
    for index, pair in enumerate(ordered):
        before, at = tree.up_to(rank[pair.new] - 1)
        previous.append(at)
        tree.raise_to(rank[pair.new], before + pair.common, index)
    _, at = tree.up_to(len(places))
    chain = []
    while at >= 0:
        chain.append(ordered[at])
        at = previous[at]
    return chain[::-1]


class _PrefixMaximum:
    """A Fenwick tree: the greatest value at or before a place, and whose it is."""

    def __init__(self, size: int) -> None:
        self._best: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)

    def up_to(self, place: int) -> tuple[float, int]:
        best = (0.0, -1)
        while place > 0:
            if self._best[place][0] > best[0]:
                best = self._best[place]
            place &= place - 1
        return best

    def raise_to(self, place: int, value: float, owner: int) -> None:
        while place < len(self._best):
            if value > self._best[place][0]:
                self._best[place] = (value, owner)
            place += place & -place
