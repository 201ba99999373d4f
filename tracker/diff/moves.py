"""Paragraphs that stand elsewhere now: what is left over on both sides and is the same, or nearly so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.diff.alignment import Match, explained
from tracker.diff.similarity import Candidate, Likeness, WordCodes

# Shorter paragraphs (a cross-head, "***", "Read more") stand in many places without having moved.
LEAST_LENGTH = 20
# Words; shorter sentences are said again in any text.
_LEAST_SENTENCE_WORDS = 6
# Out of order, chance has the whole text to choose from: more is asked for than of neighbours.
SIMILAR_ELSEWHERE = 0.6


def same_elsewhere(old: Sequence[str], new: Sequence[str], old_left: list[int], new_left: list[int]) -> list[Match]:
    """Units left over on both sides whose text is the same; of several alike, the first with the first."""
    places: dict[str, list[int]] = {}
    for j in reversed(new_left):
        if len(new[j]) >= LEAST_LENGTH:
            places.setdefault(new[j], []).append(j)
    found = []
    for i in old_left:
        where = places.get(old[i])
        if where:
            found.append(Match((i,), (where.pop(),), is_same=True))
    return found


def similar_elsewhere(old_left: list[int], new_left: list[int], words: Likeness) -> list[Match]:
    """Units left over on both sides that are alike enough to have moved and been edited on the way."""
    if not old_left or not new_left:
        return []
    found = _one_to_one(words.candidates(old_left, new_left, SIMILAR_ELSEWHERE))
    free_old = set(old_left) - {match.old[0] for match in found}
    free_new = set(new_left) - {match.new[0] for match in found}
    return [_with_other_half(match, free_old, free_new, words) for match in found]


def _one_to_one(pairs: Iterable[Candidate]) -> list[Match]:
    """The best pairs of which no unit is taken yet; `pairs` come best first."""
    old_taken: set[int] = set()
    new_taken: set[int] = set()
    found = []
    for pair in pairs:
        if pair.old not in old_taken and pair.new not in new_taken:
            old_taken.add(pair.old)
            new_taken.add(pair.new)
            found.append(Match((pair.old,), (pair.new,)))
    return found


def _with_other_half(match: Match, free_old: set[int], free_new: set[int], words: Likeness) -> Match:
    """A paragraph that moved may have been split, or merged with its neighbour, on the way."""
    i, j = match.old[0], match.new[0]
    for pair in ((j - 1, j), (j, j + 1)):
        other = pair[0] + pair[1] - j
        if other in free_new and explained(words.old(i), words.new(pair[0]), words.new(pair[1])):
            free_new.remove(other)
            return Match((i,), pair)
    for pair in ((i - 1, i), (i, i + 1)):
        other = pair[0] + pair[1] - i
        if other in free_old and explained(words.new(j), words.old(pair[0]), words.old(pair[1])):
            free_old.remove(other)
            return Match(pair, (j,))
    return match


def moved_sentences(old: Sequence[str], new: Sequence[str], codes: WordCodes) -> list[Match]:
    """Sentences, all without a counterpart where they stand, that are each other's."""
    words = Likeness(old, new, codes)
    old_long = [i for i in range(len(old)) if len(words.old(i)) >= _LEAST_SENTENCE_WORDS]
    new_long = [j for j in range(len(new)) if len(words.new(j)) >= _LEAST_SENTENCE_WORDS]
    moved = same_elsewhere(old, new, old_long, new_long)
    old_taken, new_taken = {match.old[0] for match in moved}, {match.new[0] for match in moved}
    pairs = words.candidates(
        [i for i in old_long if i not in old_taken], [j for j in new_long if j not in new_taken], SIMILAR_ELSEWHERE
    )
    return moved + _one_to_one(pairs)


def as_blocks(moved: Iterable[Match]) -> list[list[Match]]:
    """Moved units that are neighbours on both sides, in the same order, as one block; ascending by old place."""
    blocks: list[list[Match]] = []
    for part in sorted(moved):
        last = blocks[-1][-1] if blocks else None
        if last and last.old[-1] + 1 == part.old[0] and last.new[-1] + 1 == part.new[0]:
            blocks[-1].append(part)
        else:
            blocks.append([part])
    return blocks
