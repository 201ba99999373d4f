"""Words, numbers and signs of a stretch of text, with their places."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

import regex

# A number keeps its separators and what is glued to it ("1,500", "32.7m", "14h30"); a word its inner apostrophes.
_TOKEN = regex.compile(
    r"(?P<number>\d{1,2}[hH]\d\d(?![\p{L}\p{N}])|\p{N}+(?:[.,:\u00a0\u202f’'](?=\p{N})\p{N}+)*(?:\p{L}+)?)"
    r"|(?P<word>[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*)"
    r"|(?P<sign>[^\s\p{L}\p{N}])"
)

_FOLDED_WORD = re.compile(r"\w+(?:'\w+)*")
# ASCII signs but the underscore, which `\w` holds to be a letter: taken out, what is left can simply be split.
_SIGNS_TO_SPACES = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}


class Shape(Enum):
    WORD = "word"
    NUMBER = "number"
    SIGN = "sign"


_SHAPES = {shape.value: shape for shape in Shape}


class Token(NamedTuple):
    """A named tuple, not a dataclass: thousands are made for one comparison, in a third of the time."""

    text: str
    start: int  # in the whole text
    end: int
    shape: Shape
    folded: str  # without case, with a plain apostrophe

    @property
    def is_word(self) -> bool:
        return self.shape is Shape.WORD

    @property
    def is_capitalised(self) -> bool:
        return self.shape is Shape.WORD and self.text[0].isupper()


def tokens(text: str, start: int, end: int) -> tuple[Token, ...]:
    """The tokens of `text[start:end]`; spaces are left out."""
    single = _single(text[start:end], start, end)
    if single is not None:
        return single
    return tuple(
        [
            Token(found := match.group(), *match.span(), _SHAPES[match.lastgroup or "sign"], folded(found))
            for match in _TOKEN.finditer(text, start, end)
        ]
    )


def _single(content: str, start: int, end: int) -> tuple[Token, ...] | None:
    """What most changes hold, one word, one number or one sign, is told without a pattern. None: it is more."""
    if not content:
        return ()
    if content.isalpha():
        return (Token(content, start, end, Shape.WORD, folded(content)),)
    if not content.isascii():
        return None
    if content.isdigit():
        return (Token(content, start, end, Shape.NUMBER, content),)
    is_sign = len(content) == 1 and content.isprintable() and content != " "
    return (Token(content, start, end, Shape.SIGN, content),) if is_sign else None


def folded(word: str) -> str:
    return word.casefold().replace("’", "'")


def folded_words(text: str) -> list[str]:
    """The words and numbers of a text, case-folded, in order and without their places."""
    plain = folded(text)
    if plain.isascii() and "'" not in plain:
        return plain.translate(_SIGNS_TO_SPACES).split()  # five times as fast as the pattern
    return _FOLDED_WORD.findall(plain)
