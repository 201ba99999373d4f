"""What a card says of a change: its kind, where and when, and the sentence before and after with the words marked.

Only the changed sentences are quoted, and of long ones only what stands around the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import regex

from tracker.diff.engine import diff
from tracker.model import Change, Field, Kind
from tracker.render.excerpt import ELLIPSIS, shortened
from tracker.render.pieces import Mark, Piece
from tracker.render.plain import safe_change, safe_text
from tracker.render.wording import change_title

# A card holds some 600 characters at most; the rest is never looked at, however long a hostile text is.
_LONGEST_QUOTED = 2_000
_WHOLE_QUOTED = 280  # of what came or went whole: two or three sentences, as a quotation may be long
_MOVED_QUOTED = 160  # of what only moved: no word of it changed, so a reader need only know which it is
_LONGEST_LINE = 300  # headline, host, facts: none is shown in more than two lines
# A letter of a living language bears three marks above or below at most; more only cover the lines around them.
_HEAPED_MARKS = regex.compile(r"(\p{Mn}{3})\p{Mn}+")
_WHOLE_ADDED = frozenset({Kind.SENTENCE_ADDED, Kind.PARAGRAPH_ADDED, Kind.NOTICE_ADDED})
_WHOLE_REMOVED = frozenset({Kind.SENTENCE_REMOVED, Kind.PARAGRAPH_REMOVED, Kind.NOTICE_REMOVED})


@dataclass(frozen=True, slots=True)
class Quote:
    """One side of a change; what its label says stands above it."""

    label: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Card:
    """All that a card says, made safe to show. No headline: the quotes are of the headline itself."""

    kind: str
    headline: str
    quotes: tuple[Quote, ...]
    host: str
    when: str
    language: str | None = None


def card_of(change: Change, *, headline: str, host: str, when: str, language: str | None = None) -> Card:
    """`when`: the two looks that the change lies between, in words; `language`: of the article, as BCP 47 has it."""
    kind = change_title(change)
    return Card(
        kind=kind[:1].upper() + kind[1:],
        headline="" if change.field is Field.HEADLINE else _line(headline),
        quotes=tuple(Quote(quote.label, _safe(quote.pieces)) for quote in _quotes(change)),
        host=_line(host),
        when=_line(when),
        language=language,
    )


def description(card: Card) -> str:
    """The card in words, for those who do not see it: what is marked by lines and colours stands in brackets."""
    quotes = [f"{quote.label}: {_spoken(quote.pieces)}" for quote in card.quotes]
    return " — ".join([*quotes, card.host, card.when])


def excerpted(quote: Quote, length: int) -> Quote:
    """The quote cut to about `length` characters around what changed first; the same where it is not longer."""
    text = quote.text
    if len(text) <= length:
        return quote
    ends = list(accumulate(len(piece.text) for piece in quote.pieces))
    marked = [(end - len(piece.text), end) for piece, end in zip(quote.pieces, ends, strict=True) if _is_marked(piece)]
    first, last = (marked[0][0], marked[-1][1]) if marked else (0, 0)
    if last - first > length:
        last = min(marked[0][1], first + length)
    start = max(min(first - (length - (last - first)) // 2, len(text) - length), 0)
    return Quote(quote.label, tuple(_cut(quote.pieces, start, start + length)))


def _line(text: str) -> str:
    shown = _calm(safe_text(text[: 2 * _LONGEST_LINE]).strip())
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[: _LONGEST_LINE - 1]}{ELLIPSIS}"


def _safe(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    shown = (
        Piece(piece.mark, _calm(safe_change(piece.text) if _is_marked(piece) else safe_text(piece.text)))
        for piece in pieces
    )
    return tuple(piece for piece in shown if piece.text)


def _calm(text: str) -> str:
    return _HEAPED_MARKS.sub(r"\1", text)


def _spoken(pieces: Iterable[Piece]) -> str:
    words = {Mark.DELETED: "[deleted: {}]", Mark.INSERTED: "[inserted: {}]"}
    return "".join(words.get(piece.mark, "{}").format(piece.text) for piece in pieces)


def _is_marked(piece: Piece) -> bool:
    return piece.mark in (Mark.DELETED, Mark.INSERTED)


# -- the two sides -----------------------------------------------------------------------------------------------------


def _quotes(change: Change) -> list[Quote]:
    if change.kind in _WHOLE_ADDED or not _sides(change)[0]:
        return [Quote("Added", (Piece(Mark.INSERTED, shortened(change.after, _WHOLE_QUOTED)),))]
    if change.kind in _WHOLE_REMOVED or not _sides(change)[1]:
        return [Quote("Removed", (Piece(Mark.DELETED, shortened(change.before, _WHOLE_QUOTED)),))]
    if change.kind is Kind.MOVED and change.before == change.after:
        return [Quote("Moved, word for word", (Piece(Mark.KEPT, shortened(change.after, _MOVED_QUOTED)),))]
    before, after = _compared(*_sides(change))
    return [Quote("Before", before), Quote("After", after)]


def _sides(change: Change) -> tuple[str, str]:
    """The sentences that hold the change; the change alone where they do not show it."""
    before, after = change.sentence_before, change.sentence_after
    if change.before in before and change.after in after and before != after:
        return before, after
    return change.before, change.after


def _compared(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both sides with every word marked that differs, also where another change stands in the same sentence."""
    before, after = _windows(before, after)
    hunks = diff(before, after).hunks
    old = [(hunk.old_start, hunk.old_end) for hunk in hunks]
    new = [(hunk.new_start, hunk.new_end) for hunk in hunks]
    return tuple(_marked(before, old, Mark.DELETED)), tuple(_marked(after, new, Mark.INSERTED))


def _marked(text: str, ranges: Sequence[tuple[int, int]], mark: Mark) -> Iterator[Piece]:
    at = 0
    for start, end in ranges:
        if text[at:start]:
            yield Piece(Mark.KEPT, text[at:start])
        if text[start:end]:
            yield Piece(mark, text[start:end])
        at = end
    if text[at:]:
        yield Piece(Mark.KEPT, text[at:])


def _windows(before: str, after: str) -> tuple[str, str]:
    """Both from the same place, a while before they first differ, no longer than a card could ever show."""
    if max(len(before), len(after)) <= _LONGEST_QUOTED:
        return before, after
    same = next(
        (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
        min(len(before), len(after)),
    )
    start = max(same - _LONGEST_QUOTED // 2, 0)
    lead = ELLIPSIS if start else ""
    return tuple(lead + _bounded(text[start:]) for text in (before, after))  # type: ignore[return-value]


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTED else f"{text[:_LONGEST_QUOTED]}{ELLIPSIS}"


# -- cutting -----------------------------------------------------------------------------------------------------------


def _cut(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    """The range of the text, moved in to whole words where there are some near, with ellipses for what is left out."""
    text = "".join(piece.text for piece in pieces)
    start, end = _word_start(text, start), _word_end(text, end)
    if start:
        yield Piece(Mark.KEPT, ELLIPSIS)
    at = 0
    for piece in pieces:
        inside = piece.text[max(start - at, 0) : max(end - at, 0)]
        if inside:
            yield Piece(piece.mark, inside)
        at += len(piece.text)
    if end < len(text):
        yield Piece(Mark.KEPT, ELLIPSIS)


# Longer than most words: where no space is this near, the script has none.
_NEAR = 20


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", max(at - 1, 0), at + _NEAR)
    return at if at == 0 or space < 0 else space + 1


def _word_end(text: str, at: int) -> int:
    space = text.rfind(" ", max(at - _NEAR, 0), at + 1)
    return at if at >= len(text) or space < 0 else space
