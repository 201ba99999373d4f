"""What a person types into a search, read as words, phrases, beginnings of words, and what is to be left out.

flood warning          both words, in one paragraph or headline
"flood warning"        side by side; a word with a mark inside, such as e-mail, is a phrase of its own accord
flood*                 words that begin so
-river                 not with this word; also -"river bank"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.errors import UsageError
from tracker.search.words import Unit, is_run, units

# A query is a few words; each costs a look into the index, and every passage is compared with all of them.
_MOST_WORDS = 64
# Quotation marks that open and close a phrase, as keyboards of the world have them.
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“”"), ("«", "»"), ("「", "」"), ("『", "』"), ("＂", "＂"))
_PHRASES = tuple(f"phrase{place}" for place in range(len(_QUOTES)))
_OPENING = "".join(opening for opening, _ in _QUOTES)
_PIECE = re.compile(
    r"(?P<minus>(?<!\S)[-−](?=\S))?(?:(?:"
    + "|".join(
        f"{opening}(?P<{name}>[^{closing}]*)[{closing}]"
        for name, (opening, closing) in zip(_PHRASES, _QUOTES, strict=True)
    )
    + rf")(?P<star>\*?)|(?P<opening>[{_OPENING}].*)|(?P<word>[^\s{_OPENING}]+))",
    re.DOTALL,
)
_EXAMPLE = 'write words, a "phrase", or the beginning of a word with a star: flood*'


@dataclass(frozen=True, slots=True)
class Sought:
    """One unit of what is asked for."""

    text: str  # folded
    is_character: bool
    is_joined: bool  # stands in the same run as the character before


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or several that stand side by side."""

    units: tuple[Sought, ...]  # at least one
    is_beginning: bool = False  # the last word may go on

    @property
    def is_one_word(self) -> bool:
        """The index alone tells where it stands."""
        return len(self.units) == 1 and not self.units[0].is_character


@dataclass(frozen=True, slots=True)
class Query:
    """What must stand in one passage, and what must not."""

    text: str  # as typed
    wanted: tuple[Part, ...]  # at least one
    unwanted: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    is_unwanted: bool


def parse(text: str) -> Query:
    """Raises UsageError, in one sentence, where nothing is asked for."""
    parts = [(piece.is_unwanted, part) for piece in _pieces(text) if (part := _part(piece.text)) is not None]
    wanted = tuple(dict.fromkeys(part for is_unwanted, part in parts if not is_unwanted))
    unwanted = tuple(dict.fromkeys(part for is_unwanted, part in parts if is_unwanted))
    if not wanted:
        raise UsageError(_nothing_asked(text, has_unwanted=bool(unwanted)))
    if sum(len(part.units) for part in (*wanted, *unwanted)) > _MOST_WORDS:
        raise UsageError(f"More than {_MOST_WORDS} words are asked for at once; leave some out.")
    return Query(text, wanted, unwanted)


def _nothing_asked(text: str, *, has_unwanted: bool) -> str:
    if has_unwanted:
        return "The search only says what to leave out; say also what to look for."
    if text.strip():
        return f"There is no word in {text.strip()!r}; {_EXAMPLE}."
    return f"There is nothing to search for; {_EXAMPLE}."


def _pieces(text: str) -> Iterator[_Piece]:
    """Phrases in quotation marks, and what stands between white space."""
    for match in _PIECE.finditer(text):
        if match["opening"] is not None:
            phrase = match[0].lstrip("-−")
            raise UsageError(f"The phrase {phrase} has no end; close it with a quotation mark, or leave out the first.")
        within = next((match[group] for group in _PHRASES if match[group] is not None), None)
        yield _Piece(match["word"] if within is None else within + match["star"], match["minus"] is not None)


def _part(text: str) -> Part | None:
    """None: there is no word in it."""
    found = list(units(text))
    if not found:
        return None
    sought = tuple(_sought(unit, found[place - 1] if place else None) for place, unit in enumerate(found))
    return Part(sought, is_beginning=text.endswith("*") and found[-1].end == len(text) - 1)


def _sought(unit: Unit, before: Unit | None) -> Sought:
    is_joined = before is not None and before.is_character and is_run(before, unit)
    return Sought(unit.text, unit.is_character, is_joined)
