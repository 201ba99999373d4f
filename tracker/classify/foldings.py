"""Differences of writing that are not differences of word: typographic signs, diacritics, hyphens, case."""

from __future__ import annotations

import re
import unicodedata

_PLAIN_SIGNS = str.maketrans(
    {
        "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "‹": "'", "›": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...", "\u00ad": "", "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip

# Letters that Unicode does not take apart into a base and an accent.
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe",
     "ı": "i", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"}
)  # fmt: skip


def plain_signs(text: str) -> str:
    """Typographic quotes, apostrophes and dashes as a typewriter has them; soft hyphens and zero-width spaces gone."""
    return text if text.isascii() else text.translate(_PLAIN_SIGNS)


def without_diacritics(text: str) -> str:
    """Every letter without its accents: "café" is "cafe"."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFD", text.translate(_PLAIN_LETTERS))
    return "".join(character for character in parts if not unicodedata.combining(character))


def bare(word: str) -> str:
    """The word as dictionaries list it: a plain apostrophe, no possessive 's."""
    plain = plain_signs(word)
    return plain[:-2] if plain[-2:] in {"'s", "'S"} and len(plain) > len("'s") else plain


# Below the first combining mark, what is neither letter nor digit is so by itself.
_FIRST_COMBINING = "\u0300"
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


def letters_only(text: str) -> str:
    """Letters and digits alone: what stays when spaces, punctuation and symbols go."""
    if text.isalnum():
        return text
    if text.isascii() or max(text) < _FIRST_COMBINING:
        return _NEITHER_LETTER_NOR_DIGIT.sub("", text)
    return "".join(character for character in text if character.isalnum() or unicodedata.combining(character))


def without_space(text: str) -> str:
    return "".join(text.split())
