"""Sentences and paragraphs that came, went, or stand in for each other."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from tracker.classify.kept import is_within_notice, phrase_changes
from tracker.classify.making import Text, make_change
from tracker.classify.notices import NoticePattern, is_notice_heading, notice
from tracker.classify.realigned import realigned_changes
from tracker.classify.sentences import Outline, Span
from tracker.classify.structure import Group, Window
from tracker.classify.words import folded_words
from tracker.model import Change, Field, Hunk, Kind

# Two sentences with so large a share of their words in common are one, written anew; news sentences that have nothing
# to do with each other share the articles and prepositions, a fifth of their words.
_REWRITTEN_SHARE = 0.3
# With so large a share of its words kept in their order, whatever their case, a sentence was edited, not written anew:
# of the hand-labelled sentences above it, one alone was called rewritten, and that may be wording too.
_EDITED_SHARE = 0.6
# Past so many pairs, sentences are taken to stand in for each other by their order alone.
_MOST_COMPARED = 400
# Lines so short are labels or single words: what changed in them is judged as words.
_LABEL_WORDS = 3
# Characters: headlines and teasers stay below, and an article's text hardly ever does.
_LONGEST_HEADLINE = 300
# In a longer sentence, words that agree place by place and still were not kept agree by chance.
_SHORT_SENTENCE = 12

_NOTICE_KINDS = {
    Kind.SENTENCE_ADDED: Kind.NOTICE_ADDED,
    Kind.PARAGRAPH_ADDED: Kind.NOTICE_ADDED,
    Kind.SENTENCE_REMOVED: Kind.NOTICE_REMOVED,
    Kind.PARAGRAPH_REMOVED: Kind.NOTICE_REMOVED,
    Kind.SENTENCE_REWRITTEN: Kind.NOTICE_CHANGED,
}


@dataclass(frozen=True)
class _Gone:
    """What one side lost, or won, between two kept sentences."""

    paragraphs: list[Span]  # whole ones
    sentences: list[Span]  # of paragraphs that otherwise stayed


def exchanged_changes(text: Text, group: Group, hunks: Sequence[Hunk]) -> Iterator[Change]:
    """The changes in a group of sentences of which none was kept."""
    pairs = _rewritten(text, group)
    for old, new in pairs:
        yield from _replaced(text, old, new)
    old_left = _parted(text.old, group.old, {old for old, _ in pairs})
    new_left = _parted(text.new, group.new, {new for _, new in pairs})
    for old, new in _in_each_others_place(text, old_left, new_left):
        yield from _replaced(text, old, new)
    yield from (_removed(text, span, Kind.SENTENCE_REMOVED, hunks) for span in old_left.sentences)
    yield from (_added(text, span, Kind.SENTENCE_ADDED, hunks) for span in new_left.sentences)
    yield from _paragraphs(text, old_left.paragraphs, new_left.paragraphs, hunks)


def whole_paragraphs(text: Text, window: Window) -> Iterator[Change]:
    """The changes where one hunk put in, or took out, nothing but whole paragraphs."""
    yield from _paragraphs(text, window.old, window.new, window.hunks)


def _paragraphs(text: Text, old: Sequence[Span], new: Sequence[Span], hunks: Sequence[Hunk]) -> Iterator[Change]:
    for span in _with_headings(text.old, old):
        yield _removed(text, span, Kind.PARAGRAPH_REMOVED, hunks)
    for span in _with_headings(text.new, new):
        yield _added(text, span, Kind.PARAGRAPH_ADDED, hunks)


def _with_headings(outline: Outline, paragraphs: Sequence[Span]) -> list[Span]:
    """The paragraphs, the heading of a notice ("Update") and the one below it as one."""
    found: list[Span] = []
    for span in paragraphs:
        is_below = bool(found) and not outline.text[found[-1].end : span.start].strip()
        if is_below and is_notice_heading(outline.content(found[-1])):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _rewritten(text: Text, group: Group) -> list[tuple[Span, Span]]:
    """Pairs of sentences with much in common, in order, the likest first."""
    if not group.old or not group.new or len(group.old) * len(group.new) > _MOST_COMPARED:
        return []
    old_bags = [_bag(text.old, span) for span in group.old]
    new_bags = [_bag(text.new, span) for span in group.new]
    ranked = sorted(
        (-share, i, j)
        for i, old in enumerate(old_bags)
        for j, new in enumerate(new_bags)
        if (share := _common(old, new)) >= _REWRITTEN_SHARE
    )
    taken: list[tuple[int, int]] = []
    for _, i, j in ranked:
        if all((i < a and j < b) or (i > a and j > b) for a, b in taken) and _same_nature(
            text, group.old[i], group.new[j]
        ):
            taken.append((i, j))
    return [(group.old[i], group.new[j]) for i, j in sorted(taken)]


def _bag(outline: Outline, span: Span) -> list[str]:
    """The words of a sentence, sorted: what two such lists share in order is all that they share."""
    return sorted(folded_words(outline.content(span)))


def _common(old: list[str], new: list[str]) -> float:
    return 2 * LCSseq.similarity(old, new) / max(1, len(old) + len(new))


def _same_nature(text: Text, old: Span, new: Span) -> bool:
    return bool(notice(text.old.content(old))) == bool(notice(text.new.content(new)))


def _in_each_others_place(text: Text, old: _Gone, new: _Gone) -> list[tuple[Span, Span]]:
    """Sentences inside paragraphs that stayed, one gone and one there: rewritten, whatever they share.

    They are taken off both lists.
    """
    pairs = [(a, b) for a, b in zip(old.sentences, new.sentences, strict=False) if _same_nature(text, a, b)]
    if len(old.paragraphs) == len(new.paragraphs) == 1:
        a, b = old.paragraphs[0], new.paragraphs[0]
        most = max(len(text.old.content(a).split()), len(text.new.content(b).split()))
        if most <= _LABEL_WORDS or text.field is not Field.BODY or _are_headlines(text, a, b):
            pairs.append((a, b))
    for a, b in pairs:
        (old.sentences if a in old.sentences else old.paragraphs).remove(a)
        (new.sentences if b in new.sentences else new.paragraphs).remove(b)
    return pairs


def _are_headlines(text: Text, old: Span, new: Span) -> bool:
    """Whether one short line is all that there is on both sides, as when somebody compares two headlines."""
    is_alone = not (text.old.text[: old.start] + text.old.text[old.end :]).strip()
    is_alone = is_alone and not (text.new.text[: new.start] + text.new.text[new.end :]).strip()
    return is_alone and max(old.size, new.size) <= _LONGEST_HEADLINE and _same_nature(text, old, new)


def _parted(outline: Outline, spans: tuple[Span, ...], taken: set[Span]) -> _Gone:
    """The sentences not taken, with whole paragraphs of them put together."""
    left = _Gone([], [])
    at = 0
    while at < len(spans):
        whole = outline.sentences(outline.paragraph(spans[at].start))
        if spans[at : at + len(whole)] == whole and taken.isdisjoint(whole):
            left.paragraphs.append(Span(whole[0].start, whole[-1].end))
            at += len(whole)
        else:
            if spans[at] not in taken:
                left.sentences.append(spans[at])
            at += 1
    return left


def _replaced(text: Text, old: Span, new: Span) -> Iterator[Change]:
    place = Hunk(old.start, old.end, new.start, new.end)
    before, after = text.before(place).split(), text.after(place).split()
    if max(len(before), len(after)) <= _LABEL_WORDS or _differ_word_by_word(before, after):
        yield from phrase_changes(text, place, old, new)
        return
    # Two notices that are not within a notice are datelines, of which only the label stays.
    is_edited = bool(notice(text.after(place))) or _ordered_share(text, old, new) >= _EDITED_SHARE
    if is_edited and not is_within_notice(text, old, new):
        yield from realigned_changes(text, old, new)
    else:
        share = _common(_bag(text.old, old), _bag(text.new, new))
        yield _unit(text, place, Kind.SENTENCE_REWRITTEN, (f"{share:.0%} of its words stayed",))


def _ordered_share(text: Text, old: Span, new: Span) -> float:
    """The share of the words, case-folded, that both sentences have in the same order, 0 to 1."""
    return _common(folded_words(text.old.content(old)), folded_words(text.new.content(new)))


def _differ_word_by_word(before: list[str], after: list[str]) -> bool:
    """Whether two short sentences are the same but for some words: "Smith, 12" and "Jones, 15" in one frame."""
    equal = sum(a.casefold() == b.casefold() for a, b in zip(before, after, strict=False))
    return len(before) == len(after) <= _SHORT_SENTENCE and 2 * equal >= len(before)


def _removed(text: Text, span: Span, kind: Kind, hunks: Sequence[Hunk]) -> Change:
    place = _opposite(
        [(hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end) for hunk in _near_old(hunks, span)], span
    )
    return _unit(text, Hunk(span.start, span.end, place, place), kind, ("nothing took its place",))


def _added(text: Text, span: Span, kind: Kind, hunks: Sequence[Hunk]) -> Change:
    place = _opposite(
        [(hunk.new_start, hunk.new_end, hunk.old_start, hunk.old_end) for hunk in _near_new(hunks, span)], span
    )
    return _unit(text, Hunk(place, place, span.start, span.end), kind, ("nothing like it stood here",))


def _near_old(hunks: Sequence[Hunk], span: Span) -> Sequence[Hunk]:
    index = bisect.bisect_right(hunks, span.start, key=lambda hunk: hunk.old_start)
    return hunks[max(0, index - 1) : index + 1]


def _near_new(hunks: Sequence[Hunk], span: Span) -> Sequence[Hunk]:
    index = bisect.bisect_right(hunks, span.start, key=lambda hunk: hunk.new_start)
    return hunks[max(0, index - 1) : index + 1]


def _opposite(near: list[tuple[int, int, int, int]], span: Span) -> int:
    """The place on the other side, from the hunks around: (start, end, other start, other end), at most two."""
    start, end, other_start, other_end = near[0]
    if span.start < start:
        return other_start - (start - span.start)
    return other_end + max(0, span.start - end)


def _notice(content: str) -> NoticePattern | None:
    heading, _, rest = content.partition("\n")
    return notice(heading) if rest and is_notice_heading(heading) else notice(content)


def _unit(text: Text, place: Hunk, kind: Kind, reasons: tuple[str, ...]) -> Change:
    known = _notice(text.after(place)) or _notice(text.before(place))
    if known is None:
        return make_change(text, place, kind, 0.9, reasons)
    return make_change(text, place, _NOTICE_KINDS[kind], 0.95, (f"reads as {known.label}: {known.why}",))
