"""Paragraphs and sentences around a place in a text, cut only where somebody asks."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

from tracker.classify.quotations import quotations
from tracker.diff.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class Outline:
    """A text whose paragraphs, sentences and quotations are found on demand and kept."""

    text: str
    _last: Span = field(default=Span(0, -1))  # the paragraph last asked for: the next question is mostly about it too
    _sentences: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    _quotations: dict[int, tuple[Span, ...]] = field(default_factory=dict)

    def paragraph(self, place: int) -> Span:
        """The line that holds the place, without its line break."""
        if self._last.start <= place <= self._last.end:
            return self._last
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
        found = self.sentences(self.paragraph(place))
        if not found:
            return Span(place, place)
        at = len(found) - 1
        if at and place < found[at].start:
            at = max(0, bisect.bisect_right(found, place, key=_start) - 1)
        return found[at]

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

    def content(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` (empty: the place between two signs) lies inside a quotation of its paragraph."""
        paragraph = self.paragraph(start)
        known = self._quotations.get(paragraph.start)
        if known is None:
            found = quotations(self.text, paragraph.start, paragraph.end)
            known = self._quotations[paragraph.start] = tuple(Span(*quotation) for quotation in found)
        return any(quotation.start <= start and end <= quotation.end for quotation in known)


def _touched(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    first = bisect.bisect_left(spans, start, key=_end)
    return spans[first : bisect.bisect_right(spans, end, key=_start)]


def _end(span: Span) -> int:
    return span.end


def _start(span: Span) -> int:
    return span.start


def _cut(text: str, paragraph: Span) -> tuple[Span, ...]:
    cut = split_sentences(text, paragraph.start, paragraph.end)
    return tuple(span for start, end in cut if (span := _stripped(text, start, end)) is not None)


def _stripped(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
