"""Where in a text stands what was asked for. The index says only which words a text holds; this settles the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from tracker.search.query import Part, Query
from tracker.search.words import Unit, units, with_plain_marks

Span: TypeAlias = tuple[int, int]  # in code points, half-open


class Finder:
    """One query, to be held against many texts."""

    def __init__(self, query: Query) -> None:
        self._query = query
        # To take a text apart takes long, and a phrase of common words has many candidates: this tells most of them.
        self._rough = tuple(_rough(part) for part in query.wanted if len(part.units) > 1)

    def find(self, text: str) -> tuple[Span, ...] | None:
        """The places of all that is wanted, in the order of the text; None: the text is not what was asked for."""
        if not self._may_be_meant(text):
            return None
        there = tuple(units(text))
        spans: set[Span] = set()
        for part in self._query.wanted:
            places = list(_places(part, there))
            if not places:
                return None
            spans.update(places)
        if any(True for part in self._query.unwanted for _ in _places(part, there)):
            return None
        return _merged(sorted(spans))

    def _may_be_meant(self, text: str) -> bool:
        """False: it surely is not."""
        if not self._rough:
            return True
        plain = with_plain_marks(text)
        return not plain.isascii() or all(pattern.search(plain) for pattern in self._rough)


def find(query: Query, text: str) -> tuple[Span, ...] | None:
    """As `Finder.find`, for one text."""
    return Finder(query).find(text)


def _rough(part: Part) -> re.Pattern[str]:
    """The words one after another, with any marks between and any separators inside numbers."""
    words = ("[,.']?".join(unit.text) if unit.text.isdigit() else re.escape(unit.text) for unit in part.units)
    return re.compile("[^a-z0-9]*".join(words), re.IGNORECASE)


def _places(part: Part, there: Sequence[Unit]) -> Iterator[Span]:
    size = len(part.units)
    for at in range(len(there) - size + 1):
        if _stands_at(part, there, at):
            yield there[at].start, there[at + size - 1].end


def _stands_at(part: Part, there: Sequence[Unit], at: int) -> bool:
    last = len(part.units) - 1
    for place, sought in enumerate(part.units):
        unit = there[at + place]
        is_like = unit.text.startswith(sought.text) if part.is_beginning and place == last else unit.text == sought.text
        if not is_like or (sought.is_joined and not _is_joined(there, at + place)):
            return False
    return True


def _is_joined(there: Sequence[Unit], at: int) -> bool:
    return there[at].start <= there[at - 1].end


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Where places overlap or touch, one."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def index_terms(part: Part) -> Iterator[tuple[str, bool]]:
    """What the index must hold for a part to stand in a text: words, and of each whether it is only a beginning."""
    followers = (*part.units[1:], None)
    for sought, following in zip(part.units, followers, strict=True):
        if not sought.is_character:
            yield sought.text, part.is_beginning and following is None
        elif following is not None and following.is_joined:
            yield sought.text + following.text, False
        elif not sought.is_joined:
            yield sought.text, True
