"""Words, numbers and signs of a stretch of text, with their places."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

import regex

# A number keeps its separators and what is glued to it ("1,500", "32.7m", "19th"); a word its inner apostrophes.
_TOKEN = regex.compile(
    r"(?P<number>\p{N}+(?:[.,:\u00a0\u202f’'](?=\p{N})\p{N}+)*(?:\p{L}+)?)"
    r"|(?P<word>[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*)"
    r"|(?P<sign>[^\s\p{L}\p{N}])"
)

_FOLDED_WORD = re.compile(r"\w+(?:'\w+)*")


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

    @property
    def is_word(self) -> bool:
        return self.shape is Shape.WORD

    @property
    def is_capitalised(self) -> bool:
        return self.shape is Shape.WORD and self.text[0].isupper()

    @property
    def folded(self) -> str:
        return self.text.casefold().replace("’", "'")


def tokens(text: str, start: int, end: int) -> tuple[Token, ...]:
    """The tokens of `text[start:end]`; spaces are left out."""
    return tuple(
        Token(match.group(), *match.span(), _SHAPES[match.lastgroup or "sign"])
        for match in _TOKEN.finditer(text, start, end)
    )


def folded_words(text: str) -> list[str]:
    """The words and numbers of a text, case-folded, in order and without their places."""
    return _FOLDED_WORD.findall(text.casefold().replace("’", "'"))
