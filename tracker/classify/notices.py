"""Correction notices: paragraphs in which an outlet tells its readers that the article was changed."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import regex

from tracker.classify.context import Context
from tracker.classify.dates import is_date_word
from tracker.classify.words import Shape, Token, tokens

# A notice may explain at length, but an article that merely speaks of a correction does so deep inside a paragraph: the
# wording must stand near the beginning.
_OPENING_CHARACTERS = 260
# Enough for the first word, whole or begun, with what stands before it.
_FIRST_CHARACTERS = 40
# Before the first word of a notice.
_MARKS = "*_[(—–-•· \t\n\r\xa0"
# First words whose answer is kept: those of sentences are few and come again and again.
_CACHE_SIZE = 5_000
# Characters of a line that says when something was updated, and words of a notice's label on a line of its own.
_LONGEST_DATELINE = 80
_LONGEST_HEADING = 3
# "updated" in the languages of the notices, up to the date with at most one word between: "updated on".
_UPDATED = re.compile(
    r"\b(?:updated?|modified|revised|aktualisier|zuletzt geändert|stand\b|mis à jour|mise à jour|actualizad|atualizad"
    r"|aggiornat|bijgewerkt|oppdatert|opdateret|uppdaterad|zaktualizowan|aktualizacj)\w*\W*(?:\w+\W*)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NoticePattern:
    label: str  # "a correction", "an editor's note" ...
    language: str
    pattern: regex.Pattern[str]
    why: str


def is_dateline(text: str, context: Context) -> bool:
    """Whether a line says when something was last updated, and nothing else: "Last updated: 13 September 2023"."""
    found = tokens(text, 0, len(text)) if len(text) <= _LONGEST_DATELINE else ()
    first = next((at for at, token in enumerate(found) if _is_of_date(token, context)), None)
    if first is None or _UPDATED.search(text[: found[first].start]) is None:
        return False
    lists = context.vocabulary
    return all(
        not token.is_word or _is_of_date(token, context) or token.folded in lists.function_words | lists.time_words
        for token in found[first:]
    )


def _is_of_date(token: Token, context: Context) -> bool:
    return token.shape is Shape.NUMBER or is_date_word(token, context, names_only=True)


def is_notice_heading(line: str) -> bool:
    """Whether a line is the label of a notice alone ("Update", "Correction"), so that what follows is the notice."""
    return len(line.split()) <= _LONGEST_HEADING and notice(line) is not None


def notice(text: str) -> NoticePattern | None:
    """The pattern by which a paragraph or sentence is a notice; None: it is none."""
    words = text[:_FIRST_CHARACTERS].lstrip(_MARKS).split(maxsplit=1)
    if words and not _may_begin_notice(words[0]):
        return None
    opening = " ".join(text[:_OPENING_CHARACTERS].split()).lstrip(_MARKS)
    if _any_pattern().match(opening) is None:
        return None
    return next((known for known in _patterns() if known.pattern.match(opening)), None)


@lru_cache(maxsize=_CACHE_SIZE)
def _may_begin_notice(first_word: str) -> bool:
    """Whether any pattern could still match a text that begins so."""
    return _any_pattern().match(first_word, partial=True) is not None


@lru_cache(maxsize=1)
def _any_pattern() -> regex.Pattern[str]:
    """All patterns in one: nearly every text is no notice, and one look tells so."""
    return regex.compile("|".join(f"(?:{known.pattern.pattern})" for known in _patterns()), regex.IGNORECASE)


@lru_cache(maxsize=1)
def _patterns() -> tuple[NoticePattern, ...]:
    source = files("tracker.classify").joinpath("notices.toml").read_text(encoding="utf-8")
    return tuple(
        NoticePattern(
            entry["label"], entry["language"], regex.compile(entry["pattern"], regex.IGNORECASE), entry["why"]
        )
        for entry in tomllib.loads(source)["notice"]
    )
