"""Times of day as they are written in running text: "9 a.m.", "six o'clock", "14 Uhr", "0800 GMT", "à 14 heures"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tracker.classify.context import Context, Side
from tracker.classify.vocabulary import Vocabulary, vocabulary
from tracker.classify.words import Token

# Characters on either side of a change in which the rest of a time of day is looked for: "between 10.30 and 11.45 ".
_NEAR = 24
_LAST_HOUR = 24
_FIGURES = r"(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?"
_MILITARY = r"(?:[01]\d|2[0-4])[0-5]\d"
# In every language: "14h30", and "9 a.m." where it is written with stops.
_EVERYWHERE = rf"(?:[01]?\d|2[0-4])\s?h\s?[0-5]\d|{_FIGURES}\s?[ap]\.\s?m\b\.?"
_JOINTS = "[-–—]|to|and|or|until|bis|und|et|à|y|tot|en|til|till|do|e"
# What a time of day may be, apart from its number, in one letter: "9 a.m." became "9 p.m.".
HALVES = frozenset({"a", "p"})


def clock_tokens(side: Side, context: Context) -> frozenset[Token]:
    """The tokens of the side that are part of a time of day, with what stands around them in their line."""
    if not side.content:
        return frozenset()
    low = max(side.text.rfind("\n", 0, side.start) + 1, side.start - _NEAR)
    line_end = side.text.find("\n", side.end, side.end + _NEAR)
    high = min(len(side.text), side.end + _NEAR) if line_end < 0 else line_end
    spans = [match.span() for match in _pattern(context.language).finditer(side.text, low, high)]
    return frozenset(
        token for token in side.tokens if any(start <= token.start and token.end <= end for start, end in spans)
    )


@lru_cache(maxsize=64)
def _pattern(language: str | None) -> re.Pattern[str]:
    lists = vocabulary(language)
    hour = _either([_FIGURES, *_hour_words(lists)])
    hours = rf"(?:(?:{hour})\s?(?:{_JOINTS})\s?)?(?:{hour})"
    forms = [_EVERYWHERE]
    if lists.clock_marks:
        forms.append(rf"(?:{hours}|{_MILITARY})\s?(?:{_words(lists.clock_marks)})\b\.?")
    if lists.clock_marks_of_figures:
        joint = rf"(?:{_FIGURES}\s?(?:{_JOINTS})\s?)?"
        forms.append(rf"(?:{joint}{_FIGURES}|{_MILITARY})\s?(?:{_words(lists.clock_marks_of_figures)})")
    if lists.clock_leads:
        forms.append(rf"(?:{_words(lists.clock_leads)})\.?\s{hours}")
    if lists.clock_units:
        forms.append(
            rf"(?:{_words(lists.clock_prepositions)})\s(?:{hours}|{_MILITARY})\s?(?:{_words(lists.clock_units)})"
        )
    return re.compile(rf"(?<![\w.,:])(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


def _hour_words(lists: Vocabulary) -> list[str]:
    return [re.escape(word) for word, value in lists.numbers.items() if 0 < value <= _LAST_HOUR]


def _words(words: Iterable[str]) -> str:
    """One of the words or phrases, with either apostrophe, the longest first."""
    return _either([re.escape(word).replace("'", "['’]") for word in words])


def _either(forms: Iterable[str]) -> str:
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))
