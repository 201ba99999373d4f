"""What is a word to a reader who searches: letters and digits, without regard to case, accents and separators.

Some scripts set no spaces between words, or join particles to them; there every character is a unit of its own, and the
index holds them by two, so that any run of characters is found wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

# Scripts whose words cannot be told apart by spaces. Korean sets spaces, but joins particles to its nouns.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー"
# Groups of three digits are one number: 1,200 = 1.200 = 1'200 = 1200. A plain space may part two numbers.
_NUMBER = r"\d{1,3}(?:[,.'’٬\u00a0\u2009\u202f]\d{3})+(?!\d)"
# Inside a word these are not seen: the soft hyphen, the word joiner.
_UNSEEN = "\u00ad\u2060"
# Letters to Unicode, apostrophes to readers.
_APOSTROPHES = "\u02b9-\u02bf"

# Typographic marks that stand in almost every text and are in no word, one for one: the places stay the same.
_MARKS = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("…", "."))
_ASCII_UNIT = re.compile(r"[0-9]{1,3}(?:[,.'][0-9]{3})+(?![0-9])|[A-Za-z0-9]+")
_UNIT = regex.compile(
    rf"(?P<number>{_NUMBER})|(?P<character>[{_UNSPACED}])|"
    rf"[[\p{{L}}\p{{Nd}}\p{{Nl}}]--[{_UNSPACED}{_APOSTROPHES}]]"
    rf"[[\p{{L}}\p{{M}}\p{{Nd}}\p{{Nl}}{_UNSEEN}]--[{_UNSPACED}{_APOSTROPHES}]]*",
    regex.VERSION1,
)
# What a separator inside a number leaves behind, and what compatibility forms decompose to, such as spaces.
_NO_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]|ـ")
# Accents that readers leave out when they type: Latin and Greek ones, Hebrew and Arabic vowel points. Not those that
# make another letter of й, ї and ў; not the vowel signs of Indian and the voice marks of Japanese scripts.
_ACCENTS = regex.compile(
    "(?<![иу])\u0306|(?<!і)\u0308|[\u0300-\u0305\u0307\u0309-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u064b-\u065f\u0670]"
)
# Letters that Unicode does not take apart, and that readers write so where their keyboard lacks them.
_PLAIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
)
# Longer ones are no words but encoded data; they are found by their beginning.
_LONGEST_WORD = 64
_WORDS_REMEMBERED = 4096  # words beyond ASCII repeat; a fold takes some microseconds


class Unit(NamedTuple):
    """A word, or a character of a script without spaces, and where it stands in the text, in code points."""

    text: str  # folded
    start: int
    end: int
    is_character: bool


def units(text: str) -> Iterator[Unit]:
    """In the order of the text."""
    plain = with_plain_marks(text)
    if plain.isascii():
        for match in _ASCII_UNIT.finditer(plain):
            yield Unit(_ascii_word(match[0]), match.start(), match.end(), is_character=False)
        return
    for found in _UNIT.finditer(text):
        word, start, end = fold(found[0]), found.start(), found.end()
        if found.lastgroup == "character":  # one may fold to two, such as Thai ำ
            yield from (Unit(character, start, end, is_character=True) for character in word)
        elif word:
            yield Unit(word, start, end, is_character=False)


def with_plain_marks(text: str) -> str:
    """Most English text is ASCII then."""
    if not text.isascii():
        for mark, plain in _MARKS:
            text = text.replace(mark, plain)
    return text


def _ascii_word(text: str) -> str:
    word = text if text.isalnum() else re.sub("[,.']", "", text)
    return word.lower()[:_LONGEST_WORD]


@lru_cache(maxsize=_WORDS_REMEMBERED)
def fold(word: str) -> str:
    """A word as it is compared: Müller = MULLER, Straße = strasse, Işık = isik, １２ = 12."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    plain = _ACCENTS.sub("", apart).translate(_PLAIN)
    digits = "".join(_digit(c) if c.isdecimal() else c for c in plain)
    return _NO_WORD.sub("", unicodedata.normalize("NFC", digits).casefold())[:_LONGEST_WORD]


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character))


def index_words(text: str) -> Iterator[str]:
    """What the index holds of a text: words; of a run of characters every two side by side, and its last one.

    So a run that is asked for is found by its pairs, and a single character as the beginning of one.
    """
    plain = with_plain_marks(text)
    if plain.isascii():
        yield from map(_ascii_word, _ASCII_UNIT.findall(plain))
        return
    before: Unit | None = None
    for unit in units(text):
        if before is not None:
            yield before.text + unit.text if is_run(before, unit) else before.text
        before = unit if unit.is_character else None
        if before is None:
            yield unit.text
    if before is not None:
        yield before.text


def is_run(first: Unit, second: Unit) -> bool:
    """Do the two stand side by side? `first` is a character."""
    return second.is_character and second.start <= first.end
