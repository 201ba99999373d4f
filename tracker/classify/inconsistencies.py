"""Names that an article spells in two ways: Latakia in one paragraph, Lakatia in the next.

A second verdict on a revision, beside what changed in it: the leftovers of a corrected error, or an error nobody has
seen yet. It must hardly ever be wrong, so every rule below errs on the side of silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import regex
from rapidfuzz.distance import DamerauLevenshtein

from tracker.classify import lexicon
from tracker.classify.language import detected_language
from tracker.classify.sentences import Outline
from tracker.model import Extract, Inconsistency

ENGINE = "inconsistencies 1"

# Languages in which a capital in mid-sentence means a name and in which names are not inflected. German capitalises
# every noun; Slavic, Baltic and Finnic languages, Greek, Hungarian and Turkish decline their names.
LANGUAGES = frozenset({"en", "fr", "es", "it", "pt", "nl"})
# Shorter names are often different people or places one letter apart (Iran, Iraq; Dean, Jean).
_LEAST_LETTERS = 5
# A spelling that is more frequent than this (Zipf) is a name of its own, as Marina is beside Marino.
_RARE = 2.0
# A text with more is a list or a register, in which names resemble each other by nature; and every pair is compared.
# Ten times what any of 75 news articles had.
_MOST_NAMES = 1_000
_NAME = regex.compile(r"(?<![\p{L}\p{M}\p{N}@#_./’'-])\p{Lu}[\p{Ll}\p{M}]{4,}(?![\p{L}\p{N}_@]|[-./]\p{L})")
_SENTENCE_OPENING = regex.compile(r"(?:^|[.!?…:;•|\n]|[.!?…:,]?[\"“”‘’«»„(\[–—*-])\s*$")
# What one name may carry and the other not without being misspelt: plural, possessive, adjective and gender endings.
_ENDINGS = frozenset({"s", "es", "n", "an", "ian", "i", "e", "a", "o", "y", "h", "er", "ed", "r", "t"})


@dataclass(frozen=True, slots=True)
class _Name:
    word: str
    count: int
    start: int


def inconsistencies(extract: Extract) -> tuple[Inconsistency, ...]:
    """The names of the article's body that are spelt in two ways, by place.

    Empty in a language that is not in LANGUAGES, and in a text of more than 1,000 different names.
    """
    text = extract.text
    language = lexicon.spelling_language(extract.language or detected_language(text))
    if language not in LANGUAGES:
        return ()
    names = _names(text)
    if len(names) > _MOST_NAMES:
        return ()
    slips = [slip for first, second in _alike(names) for slip in _slip(first, second, language)]
    outline = Outline(text)
    found = [_inconsistency(doubtful, likely, outline) for doubtful, likely in slips]
    return tuple(sorted(found, key=lambda one: one.start))


def _names(text: str) -> list[_Name]:
    """Capitalised words seen in mid-sentence and nowhere in small letters."""
    counts: Counter[str] = Counter()
    starts: dict[str, int] = {}
    in_sentence: set[str] = set()
    for match in _NAME.finditer(text):
        word = match.group()
        counts[word] += 1
        starts.setdefault(word, match.start())
        if not _SENTENCE_OPENING.search(text, max(0, match.start() - 3), match.start()):
            in_sentence.add(word)
    return [_Name(word, counts[word], starts[word]) for word in sorted(in_sentence) if len(word) >= _LEAST_LETTERS]


def _alike(names: list[_Name]) -> Iterator[tuple[_Name, _Name]]:
    """Pairs with the same first letter that differ by one letter, or by the order of the same letters."""
    by_letter: dict[str, list[_Name]] = {}
    for name in names:
        by_letter.setdefault(name.word[0], []).append(name)
    for group in by_letter.values():
        for first, second in combinations(group, 2):
            if abs(len(first.word) - len(second.word)) <= 1 and _one_slip_apart(first.word, second.word):
                yield first, second


def _one_slip_apart(first: str, second: str) -> bool:
    distance = DamerauLevenshtein.distance(first, second, score_cutoff=2)
    return distance == 1 or (distance == 2 and sorted(first) == sorted(second))


def _slip(first: _Name, second: _Name, language: str) -> Iterator[tuple[_Name, _Name]]:
    """The doubtful and the likely spelling, if one of the two is a slip at all."""
    doubtful, likely = sorted((first, second), key=lambda name: (lexicon.zipf(name.word, language), name.count))
    if _is_ending_apart(doubtful.word, likely.word):
        return
    if lexicon.zipf(doubtful.word, language) >= _RARE or lexicon.in_dictionary(doubtful.word, language):
        return
    if doubtful.count > likely.count:
        return
    # One letter for another tells two people apart (Roben, Robin) as often as it is a slip: one must stand twice.
    if len(first.word) == len(second.word) and sorted(first.word) != sorted(second.word) and likely.count == 1:
        return
    yield doubtful, likely


def _is_ending_apart(first: str, second: str) -> bool:
    """Whether the two differ in how they end only, as Putin's Russia and Russian, Kowalski and Kowalska do."""
    stem = 0
    while stem < min(len(first), len(second)) and first[stem] == second[stem]:
        stem += 1
    return first[stem:] in _ENDINGS | {""} and second[stem:] in _ENDINGS | {""}


def _inconsistency(doubtful: _Name, likely: _Name, outline: Outline) -> Inconsistency:
    sentence = outline.sentence(doubtful.start)
    times = "once" if likely.count == 1 else f"{likely.count} times"
    return Inconsistency(
        doubtful=doubtful.word,
        likely=likely.word,
        doubtful_count=doubtful.count,
        likely_count=likely.count,
        start=doubtful.start,
        end=doubtful.start + len(doubtful.word),
        sentence=outline.text[sentence.start : sentence.end],
        reasons=(f"“{doubtful.word}” is in no dictionary", f"“{likely.word}” stands {times} in the article"),
        engine=ENGINE,
    )
