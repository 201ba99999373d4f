"""A change put together: its place, the sentences around it, its flags."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.classify.attribution import in_attribution
from tracker.classify.context import Context, Side
from tracker.classify.sentences import Outline, Span
from tracker.model import Change, Field, Hunk, Kind, Operation


@dataclass(frozen=True)
class Text:
    """Both texts of one field, cut into sentences on demand, and what is known of the article around them."""

    field: Field
    old: Outline
    new: Outline
    context: Context
    move_id: int | None = None  # of the moved block that is being looked at

    def before(self, hunk: Hunk) -> str:
        return self.old.text[hunk.old_start : hunk.old_end]

    def after(self, hunk: Hunk) -> str:
        return self.new.text[hunk.new_start : hunk.new_end]


def make_change(
    text: Text,
    hunk: Hunk,
    kind: Kind,
    confidence: float,
    reasons: tuple[str, ...],
    within: tuple[Span, Span] | None = None,
) -> Change:
    """A change of the kind at the hunk's place. `within`: the old and the new sentence, where the caller knows them."""
    before, after = text.before(hunk), text.after(hunk)
    if within is None:
        old_sentence = _sentence(text.old, hunk.old_start, hunk.old_end)
        new_sentence = _sentence(text.new, hunk.new_start, hunk.new_end)
    else:
        old_sentence = _shown(within[0], hunk.old_start, hunk.old_end)
        new_sentence = _shown(within[1], hunk.new_start, hunk.new_end)
    return Change(
        kind=kind,
        field=text.field,
        operation=Operation.REPLACE if before and after else Operation.INSERT if after else Operation.DELETE,
        before=before,
        after=after,
        old_start=hunk.old_start,
        old_end=hunk.old_end,
        new_start=hunk.new_start,
        new_end=hunk.new_end,
        sentence_before=text.old.content(old_sentence),
        sentence_after=text.new.content(new_sentence),
        in_quotation=_is_quoted(text, hunk),
        in_attribution=kind in _WITHIN_SENTENCE and _is_attributed(text, hunk, old_sentence, new_sentence),
        move_id=text.move_id,
        confidence=confidence,
        reasons=reasons,
    )


# What runs on for longer without an end is a table or a list, not a sentence: then so much on either side is shown.
_LONGEST_SENTENCE = 2_000
_AROUND = 300


def _sentence(outline: Outline, start: int, end: int) -> Span:
    """The sentence around a range, or those that it spans."""
    if outline.is_line(start, end):
        return Span(start, end)
    first = outline.sentence(start)
    return _shown(Span(first.start, outline.sentence(end - 1).end) if end > first.end else first, start, end)


def _shown(whole: Span, start: int, end: int) -> Span:
    if whole.size - (end - start) <= _LONGEST_SENTENCE:
        return whole
    return Span(max(whole.start, start - _AROUND), min(whole.end, end + _AROUND))


def _is_quoted(text: Text, hunk: Hunk) -> bool:
    """On every side that has text: a word that left a quotation together with its marks was not changed inside it."""
    return (hunk.old_start == hunk.old_end or text.old.is_quoted(hunk.old_start, hunk.old_end)) and (
        hunk.new_start == hunk.new_end or text.new.is_quoted(hunk.new_start, hunk.new_end)
    )


# Kinds that are about whole sentences: who says them is part of what changed.
_WITHIN_SENTENCE = frozenset(Kind) - {
    Kind.SENTENCE_ADDED, Kind.SENTENCE_REMOVED, Kind.SENTENCE_REWRITTEN, Kind.PARAGRAPH_ADDED, Kind.PARAGRAPH_REMOVED,
    Kind.MOVED, Kind.NOTICE_ADDED, Kind.NOTICE_REMOVED, Kind.NOTICE_CHANGED, Kind.SPACING, Kind.PUNCTUATION,
}  # fmt: skip


def _is_attributed(text: Text, hunk: Hunk, old: Span, new: Span) -> bool:
    return in_attribution(
        Side(text.old.text, hunk.old_start, hunk.old_end, old.start, old.end),
        Side(text.new.text, hunk.new_start, hunk.new_end, new.start, new.end),
        text.context.vocabulary,
    )
