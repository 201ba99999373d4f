"""How alike two units (paragraphs or sentences) are: the share of their words that both hold in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, product
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from tracker.diff.sequence import encode, new_codes
from tracker.diff.tokens import words_of
from tracker.diff.trim import common_prefix, common_suffix

# A phrase: with fewer words in a row in common, two units are unlike; with fewer words at all, they do not tell where
# they came from.
_PHRASE = 3
# A phrase in at most this many units of the other side points to few enough candidates to look at each.
_RARE = 4
# Up to so many pairs, likening each costs less than looking for phrases.
_FEW = 40
# Candidates likened a unit, those with most phrases in common first.
_CANDIDATES = 3
# A unit may also stand inside a longer one, say a paragraph that a long sentence was added to. Then at least this share
# of its words, and no fewer than this many, must be found there in order: short units are found in any text.
_CONTAINED = 0.85
_LEAST_CONTAINED_WORDS = 6

# Two units with less than this share of words in common are not the same unit edited. Measured: unrelated English news
# sentences share .2 to .35 of their words in order (the, of, to ...); from .42 to .6 the results hardly differ.
SIMILAR = 0.5
# Characters; a unit this long is compared word by word whatever it is like, for there its changes will be found.
_LONG = 20_000
# Past this many cells (a thousand words against a thousand) the order of the words is let be.
_ORDERED_CELLS = 1_000_000
# Two units that share this much of the longer at their ends alone are one unit edited.
_SHARED_AT_ENDS = 0.5


Phrase = tuple[str, str, str]


class Candidate(NamedTuple):
    """A pair of units that may belong together; `common` counts the words of both sides that match."""

    old: int
    new: int
    common: int


class WordCodes:
    """The words of units, one character a word: read when first asked for, and once for every unit of the same text."""

    def __init__(self) -> None:
        self._codes = new_codes()
        self._known: dict[str, str] = {}

    def of(self, unit: str) -> str:
        """The coded words of a unit; empty where it holds none."""
        coded = self._known.get(unit)
        if coded is None:
            coded = self._known[unit] = encode(words_of(_ends(unit)), self._codes)
        return coded


class Likeness:
    """The units of two texts, to be likened by their words."""

    def __init__(self, old: Sequence[str], new: Sequence[str], codes: WordCodes) -> None:
        self._old, self._new = old, new
        self._codes = codes

    def old(self, i: int) -> str:
        """The words of old unit `i`, coded."""
        return self._codes.of(self._old[i])

    def new(self, j: int) -> str:
        """The words of new unit `j`, coded."""
        return self._codes.of(self._new[j])

    def alike_at_ends(self, i: int, j: int) -> bool:
        """Whether two units are surely one unit edited, told without looking at words."""
        return alike_at_ends(self._old[i], self._new[j])

    def is_edited(self, i: int, j: int) -> bool:
        """Whether old unit `i` became new unit `j`, the only two that are left."""
        if max(len(self._old[i]), len(self._new[j])) > _LONG:
            return True
        return are_one(self.old(i), self.new(j))

    def candidates(self, old: Sequence[int], new: Sequence[int], least: float) -> list[Candidate]:
        """Pairs of units that are `least` alike, or of which one is contained in the other; the best first.

        Of many units, only those that share rare phrases are likened; units of fewer words than a phrase are not.
        """
        old_coded = {i: coded for i in old if len(coded := self.old(i)) >= _PHRASE}
        new_coded = {j: coded for j in new if len(coded := self.new(j)) >= _PHRASE}
        found = []
        for i, j in _worth_likening(old_coded, new_coded):
            common = common_words(old_coded[i], new_coded[j])
            if _is_enough(common, old_coded[i], new_coded[j], least):
                found.append(Candidate(i, j, common))
        found.sort(key=lambda pair: (-pair.common, pair.old, pair.new))
        return found


def _worth_likening(old: Mapping[int, str], new: Mapping[int, str]) -> Iterable[tuple[int, int]]:
    """All pairs of a few units; of many, those that share rare phrases."""
    if len(old) * len(new) <= _FEW:
        return product(old, new)
    old_phrases, new_phrases = _phrases(old), _phrases(new)
    shared = set(chain.from_iterable(old_phrases.values()))
    shared &= set(chain.from_iterable(new_phrases.values()))
    places: dict[Phrase, list[int]] = {}
    for unit, phrases in new_phrases.items():
        if not shared.isdisjoint(phrases):
            for phrase in phrases:
                places.setdefault(phrase, []).append(unit)
    return (
        (unit, other)
        for unit, phrases in old_phrases.items()
        if not shared.isdisjoint(phrases)
        for other in _sharing_most(phrases, places)
    )


def _phrases(coded: Mapping[int, str]) -> dict[int, dict[Phrase, None]]:
    """Every three words in a row, once each, in the order of the unit."""
    return {unit: dict.fromkeys(zip(words, words[1:], words[2:], strict=False)) for unit, words in coded.items()}


def _sharing_most(phrases: Iterable[Phrase], places: Mapping[Phrase, Sequence[int]]) -> list[int]:
    """The units that share most of the phrases, those apart that many units hold."""
    shared: dict[int, int] = {}
    for phrase in phrases:
        where = places.get(phrase, ())
        if len(where) <= _RARE:
            for unit in where:
                shared[unit] = shared.get(unit, 0) + 1
    return sorted(shared, key=lambda unit: (-shared[unit], unit))[:_CANDIDATES]


def _is_enough(common: int, old: str, new: str, least: float) -> bool:
    """Whether so many words in common make two units alike, or one a part of the other."""
    shorter = min(len(old), len(new))
    if common >= least * (len(old) + len(new)):
        return True
    return shorter >= _LEAST_CONTAINED_WORDS and common >= 2 * _CONTAINED * shorter


def _ends(text: str) -> str:
    """What a long unit is likened by: its beginning and its end."""
    return text if len(text) <= _LONG else text[: _LONG // 2] + text[-_LONG // 2 :]


def alike_at_ends(old: str, new: str) -> bool:
    """Whether two units share so much at their ends that there is no need to liken their words."""
    least = _SHARED_AT_ENDS * max(len(old), len(new))
    prefix = common_prefix(old, new)
    return prefix >= least or prefix + common_suffix(old, new, prefix) >= least


def likeness(old: str, new: str) -> float:
    """0 to 1 for the coded words of two units; units without words are like nothing."""
    return common_words(old, new) / (len(old) + len(new)) if old and new else 0.0


def common_words(old: str, new: str) -> int:
    """Words of both sides that match: in the same order, or in any where the units are too long for that."""
    if len(old) * len(new) <= _ORDERED_CELLS:
        return 2 * int(LCSseq.similarity(old, new))
    return 2 * (Counter(old) & Counter(new)).total()


def are_one(old: str, new: str) -> bool:
    """Whether two units in the same place are one unit edited, by their coded words."""
    return bool(old and new) and _is_enough(common_words(old, new), old, new, SIMILAR)
