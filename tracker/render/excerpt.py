"""The part of a text that shows a change: the sentences around it, the change inside its sentence, a short quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from tracker.model import Change, Operation
from tracker.render.pieces import Mark, Piece

ELLIPSIS = "…"
# Two lines of an 80-column screen: enough of a neighbouring sentence to know what is spoken of.
CONTEXT_CHARACTERS = 160
# Below this a cut would save less than a line, and cost the reader the whole sentence.
_SMALLEST_CUT = 60
# Two or three lines in a list of many changes.
_LISTED_CHARACTERS = 220
_QUOTE_CHARACTERS = 48
# Places of a short word in one sentence that are compared; beyond this any of them will do.
_MOST_PLACES = 20

_SENTENCE_END = re.compile(r"(?:[.!?…][\"'”’»)\]]*\s+|[。！？][”’」』）]*)")


def focused(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with long kept text cut to the sentences next to a change."""
    last = len(pieces) - 1
    return tuple(
        replace(piece, text=_cut_kept(piece.text, is_first=index == 0, is_last=index == last))
        if piece.mark is Mark.KEPT
        else piece
        for index, piece in enumerate(pieces)
    )


def _cut_kept(text: str, *, is_first: bool, is_last: bool) -> str:
    head = "" if is_first else _head(text)
    tail = "" if is_last else _tail(text)
    if len(head) + len(tail) + _SMALLEST_CUT >= len(text):
        return text
    gap = f" {ELLIPSIS} "
    return f"{head.rstrip()}{gap if head and tail else f' {ELLIPSIS}' if head else f'{ELLIPSIS} '}{tail.lstrip()}"


def _head(text: str) -> str:
    """To the end of the first sentence, or of the last word that fits."""
    match = _SENTENCE_END.search(text)
    end = match.end() if match else len(text)
    return text[:end] if end <= CONTEXT_CHARACTERS else _cut_at_word(text, CONTEXT_CHARACTERS)


def _tail(text: str) -> str:
    """From the beginning of the last sentence, or the first word that fits."""
    start = max((match.end() for match in _SENTENCE_END.finditer(text) if match.end() < len(text)), default=0)
    if len(text) - start <= CONTEXT_CHARACTERS:
        return text[start:]
    cut = text[-CONTEXT_CHARACTERS:]
    return cut[cut.find(" ") + 1 :]


def _cut_at_word(text: str, length: int) -> str:
    """The beginning of the text, not longer than `length`; whole words where the script has spaces."""
    cut = text[:length]
    space = cut.rfind(" ")
    return cut[:space] if space > length // 2 else cut


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{_cut_at_word(text, length - 1).rstrip()}{ELLIPSIS}"


def quote(text: str) -> str:
    """The first words, by which a reader knows the paragraph again."""
    return f"“{shortened(' '.join(text.split()), _QUOTE_CHARACTERS)}”"


def marked_sentence(change: Change) -> tuple[Piece, ...]:
    """The change inside its sentence, cut to fit a list; the change alone where no sentence is known to hold it.

    A block that only moved says the same at both places: its first words tell which one it is.
    """
    if change.operation is Operation.MOVE and change.before == change.after:
        return (Piece(Mark.KEPT, quote(change.after)),)
    pieces = (
        *([Piece(Mark.DELETED, shortened(change.before, _LISTED_CHARACTERS))] if change.before else []),
        *([Piece(Mark.INSERTED, shortened(change.after, _LISTED_CHARACTERS))] if change.after else []),
    )
    frame = _frame(change)
    if frame is None:
        return pieces
    before, after = frame
    return focused(
        (
            *([Piece(Mark.KEPT, before)] if before else []),
            *pieces,
            *([Piece(Mark.KEPT, after)] if after else []),
        )
    )


def _frame(change: Change) -> tuple[str, str] | None:
    """What stands left and right of the change in its sentence: the new sentence, or the old one of a deletion."""
    new, old = change.sentence_after, change.sentence_before
    if not change.after:
        return _split(old, change.before, new)
    at = _best_place(new, change.after, old, change.before)
    return None if at is None else (new[:at], new[at + len(change.after) :])


def _split(sentence: str, part: str, other: str) -> tuple[str, str] | None:
    at = _best_place(sentence, part, other, "")
    return None if at is None else (sentence[:at], sentence[at + len(part) :])


def _best_place(sentence: str, part: str, other: str, other_part: str) -> int | None:
    """Where `part` stands in its sentence, so that what stands around it is most like the other sentence."""
    places = _places(sentence, part)
    if len(places) <= 1:
        return places[0] if places else None
    others = _places(other, other_part)
    if others:
        sides = [_sides(other, place, other_part) for place in others]
        likeness = [max(_likeness(_sides(sentence, at, part), side) for side in sides) for at in places]
    else:
        likeness = [_likeness_without(sentence, at, part, other) for at in places]
    return places[likeness.index(max(likeness))]


def _sides(sentence: str, at: int, part: str) -> tuple[str, str]:
    """What stands before the part, read backwards, and what stands after it; both not longer than tells them apart."""
    end = at + len(part)
    return sentence[max(at - CONTEXT_CHARACTERS, 0) : at][::-1], sentence[end : end + CONTEXT_CHARACTERS]


def _likeness(sides: tuple[str, str], other: tuple[str, str]) -> int:
    return _common(sides[0], other[0]) + _common(sides[1], other[1])


def _likeness_without(sentence: str, at: int, part: str, other: str) -> int:
    """How much of the other sentence remains, from both ends, if the part is taken out here."""
    rest = sentence[:at] + sentence[at + len(part) :]
    return _common(rest, other) + _common(rest[::-1], other[::-1])


def _places(sentence: str, part: str) -> list[int]:
    """Where the part stands as a whole word; failing that, anywhere."""
    if not part:
        return []
    found = [match.start() for match in islice(re.finditer(re.escape(part), sentence), _MOST_PLACES)]
    whole = [at for at in found if not _is_inside_word(sentence, at, at + len(part))]
    return whole or found


def _is_inside_word(sentence: str, start: int, end: int) -> bool:
    return sentence[max(start - 1, 0) : start].isalnum() or sentence[end : end + 1].isalnum()


def _common(first: str, second: str) -> int:
    """Length of the common beginning."""
    return next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
