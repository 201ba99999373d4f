"""Paragraphs and sentences around a place in a text, cut only where somebody asks."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tracker.classify.quotations import quotations
from tracker.diff.sentences import split_sentences


class Span(NamedTuple):
    """A named tuple, not a dataclass: one is made for every sentence that is looked at."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


_NOWHERE = Span(0, -1)


@dataclass(slots=True)
class Outline:
    """A text whose paragraphs, sentences and quotations are found on demand and kept.

    `known` are sentences that somebody else has cut already, in order: whole ones, without the space around them.
    """

    text: str
    known: Sequence[Span] = ()
    # The paragraph and the sentence last asked for: the next question is mostly about them too.
    _last: Span = _NOWHERE
    _last_sentence: Span = _NOWHERE
    _last_reach: int = 0  # where the next sentence starts
    _sentences: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    _quotations: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def paragraph(self, place: int) -> Span:
        """The line that holds the place, without its line break."""
        last = self._last
        if last[0] <= place <= last[1]:
            return last
        start = self.text.rfind("\n", 0, place) + 1
        end = self.text.find("\n", place)
        self._last = Span(start, len(self.text) if end < 0 else end)
        return self._last

    def sentences(self, paragraph: Span) -> tuple[Span, ...]:
        """The sentences of a paragraph in order, without the space around them."""
        known = self._sentences.get(paragraph.start)
        if known is None:
            known = self._sentences[paragraph.start] = _cut(self.text, paragraph)
        return known

    def sentence(self, place: int) -> Span:
        """The sentence that holds the place, or the nearest one before it in its paragraph; empty in an empty line."""
        if self._last_sentence[0] <= place < self._last_reach:
            return self._last_sentence
        known = self._known_sentence(place)
        if known is not None:
            self._last_sentence, self._last_reach = known, max(place + 1, known.end)
            return known
        paragraph = self.paragraph(place)
        found = self.sentences(paragraph)
        if not found:
            return Span(place, place)
        at = len(found) - 1
        if at and place < found[at].start:
            at = max(0, bisect.bisect_right(found, (place, len(self.text))) - 1)
        self._last_sentence = found[at]
        self._last_reach = found[at + 1].start if at + 1 < len(found) else paragraph.end + 1
        return found[at]

    def _known_sentence(self, place: int) -> Span | None:
        if not self.known:
            return None
        at = bisect.bisect_right(self.known, (place, len(self.text))) - 1
        if at < 0 or place > self.known[at].end:
            return None
        # At its very end the next sentence may begin already, where nothing parts them.
        is_inside = place < self.known[at].end or not self.text[place : place + 1].strip()
        return self.known[at] if is_inside else None

    def sentences_between(self, start: int, end: int) -> tuple[Span, ...]:
        """Every sentence that the range touches, across paragraphs; one that only ends or begins at its edge too."""
        found: list[Span] = []
        at = start
        while True:
            paragraph = self.paragraph(at)
            found += _touched(self.sentences(paragraph), start, end)
            at = paragraph.end + 1
            if at > end or at > len(self.text):
                return tuple(found)

    def lines_between(self, start: int, end: int) -> tuple[Span, ...]:
        """Every line of `text[start:end]` that is not blank, without the space around it."""
        found: list[Span] = []
        while start < end:
            stop = self.text.find("\n", start, end)
            stop = end if stop < 0 else stop
            line = _stripped(self.text, start, stop)
            if line is not None:
                found.append(line)
            start = stop + 1
        return tuple(found)

    def content(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def is_line(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` is all that stands in its lines, the space around it included."""
        text = self.text
        return start < end and (not start or text[start - 1] == "\n") and text[end : end + 1] in {"", "\n"}

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` (empty: the place between two signs) lies inside a quotation of its paragraph."""
        paragraph = self.paragraph(start)
        known = self._quotations.get(paragraph.start)
        if known is None:
            known = self._quotations[paragraph.start] = quotations(self.text, *paragraph)
        return bool(known) and any(low <= start and end <= high for low, high in known)


def _touched(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    if not spans or (start <= spans[0].end and spans[-1].start <= end):
        return spans
    first = bisect.bisect_left(spans, start, key=_end)
    return spans[first : bisect.bisect_right(spans, end, key=_start)]


def _end(span: Span) -> int:
    return span.end


def _start(span: Span) -> int:
    return span.start


def _cut(text: str, paragraph: Span) -> tuple[Span, ...]:
    cut = split_sentences(text, *paragraph)
    return tuple(span for start, end in cut if (span := _stripped(text, start, end)) is not None)


def _stripped(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
