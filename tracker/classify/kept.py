"""Edits inside sentences that were kept: each hunk in them becomes one change, or several of different kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.classify.context import Side
from tracker.classify.figures import same_value
from tracker.classify.making import Text, make_change
from tracker.classify.notices import is_dateline, notice
from tracker.classify.phrases import judge
from tracker.classify.pieces import pieces
from tracker.classify.sentences import Span
from tracker.classify.structure import Group, touching
from tracker.model import Change, Hunk, Kind

# With fewer words, what was put in at the edge of a sentence is a remark, a dateline or a label, not a sentence.
_LEAST_SENTENCE_WORDS = 3
# Two hunks with no more than this between them may be one change of a number's form: "€ 5" and "5 euros".
_LONGEST_NUMBER = 20


def kept_changes(text: Text, group: Group, hunks: Sequence[Hunk]) -> list[Change]:
    """The changes inside one group of sentences that belong together."""
    old, new = _hull(group.old), _hull(group.new)
    if len(hunks) == 1 and _lies_in(hunks[0], old, new):
        parts = [trimmed(text, hunks[0])]
    else:
        parts = [trimmed(text, part) for part in touching(hunks, old, new)]
    if not parts:
        return []
    if is_within_notice(text, old, new):
        whole = Hunk(parts[0].old_start, parts[-1].old_end, parts[0].new_start, parts[-1].new_end)
        return [make_change(text, whole, Kind.NOTICE_CHANGED, 0.9, ("inside a correction notice",))]
    if len(parts) > 1:
        parts = list(_joined(text, parts, group, old, new))
    changes: list[Change] = []
    for part in parts:
        changes += _part(text, part, group, old, new)
    return changes


def is_within_notice(text: Text, old: Span, new: Span) -> bool:
    """Whether both are notices. A line with the date of the last update is none: with every update it changes."""
    before, after = text.old.content(old), text.new.content(new)
    if not (notice(before) and notice(after)):
        return False
    return not (is_dateline(before, text.context) and is_dateline(after, text.context))


def _part(text: Text, part: Hunk, group: Group, old: Span, new: Span) -> list[Change]:
    boundary = _boundary_kind(text, part, group)
    if boundary is not None:
        return [make_change(text, part, boundary, 0.9, ("a sentence ends elsewhere now",))]
    whole = _whole_sentence(text, part, old, new)
    if whole is not None:
        return [make_change(text, part, whole, 0.85, ("put in" if whole is Kind.SENTENCE_ADDED else "taken out",))]
    is_one_each = len(group.old) == len(group.new) == 1
    return phrase_changes(text, part, old, new, within=(old, new) if is_one_each else None)


def phrase_changes(
    text: Text, part: Hunk, old: Span, new: Span, within: tuple[Span, Span] | None = None
) -> list[Change]:
    """One change, or one for each piece where words of separate kinds stand next to each other."""
    before, after = sides(text, part, old, new)
    changes = []
    for piece_before, piece_after, found in pieces(before, after, text.context):
        is_whole = piece_before is before and piece_after is after
        place = part if is_whole else Hunk(piece_before.start, piece_before.end, piece_after.start, piece_after.end)
        changes.append(make_change(text, place, found.kind, found.confidence, found.reasons, within))
    return changes


def sides(text: Text, part: Hunk, old: Span, new: Span) -> tuple[Side, Side]:
    return (
        Side(text.old.text, part.old_start, part.old_end, old.start, old.end),
        Side(text.new.text, part.new_start, part.new_end, new.start, new.end),
    )


def _joined(text: Text, parts: list[Hunk], group: Group, old: Span, new: Span) -> Iterator[Hunk]:
    """Parts put together where only that makes sense: around a sentence boundary, and in a number's new form."""
    held = parts[0]
    for part in parts[1:]:
        both = Hunk(held.old_start, part.old_end, held.new_start, part.new_end)
        between = text.old.text[held.old_end : part.old_start]
        if (not between.strip() and _boundary_kind(text, both, group)) or (
            len(between) <= _LONGEST_NUMBER and _is_number_form(text, both, between, old, new)
        ):
            held = both
        else:
            yield held
            held = part
    yield held


def _is_number_form(text: Text, both: Hunk, between: str, old: Span, new: Span) -> bool:
    if between.strip() and not any(character.isdigit() for character in between):
        return False
    before, after = sides(text, both, old, new)
    return same_value(before, after, text.context) and judge(before, after, text.context).kind is Kind.VARIANT


def _boundary_kind(text: Text, part: Hunk, group: Group) -> Kind | None:
    """Whether the part holds the place where one side's sentence ends and the other's goes on."""
    if len(group.old) == len(group.new) or not (text.before(part).strip() or text.after(part).strip()):
        return None
    in_old = sum(part.old_start <= span.end <= part.old_end for span in group.old[:-1])
    in_new = sum(part.new_start <= span.end <= part.new_end for span in group.new[:-1])
    if in_old == in_new:
        return None
    return Kind.SENTENCE_SPLIT if in_new > in_old else Kind.SENTENCE_MERGED


def _whole_sentence(text: Text, part: Hunk, old: Span, new: Span) -> Kind | None:
    """Whether a whole sentence was put in or taken out beside a line that itself ends without a full stop."""
    if part.old_start == part.old_end and part.new_end == new.end and part.old_end == old.end:
        return Kind.SENTENCE_ADDED if _reads_as_sentence(text.after(part)) else None
    if part.new_start == part.new_end and part.old_end == old.end and part.new_end == new.end:
        return Kind.SENTENCE_REMOVED if _reads_as_sentence(text.before(part)) else None
    return None


def _reads_as_sentence(content: str) -> bool:
    opening = content.lstrip("\"'“‘„«([")
    ending = content.rstrip("\"'”’“»)]")
    has_edges = opening[:1].isupper() and ending[-1:] in {".", "!", "?", "…"}
    return has_edges and len(content.split()) >= _LEAST_SENTENCE_WORDS


def trimmed(text: Text, hunk: Hunk) -> Hunk:
    """The hunk without the space at its edges, where more than space remains."""
    old_start, old_end = _stripped(text.old.text, hunk.old_start, hunk.old_end)
    new_start, new_end = _stripped(text.new.text, hunk.new_start, hunk.new_end)
    is_untouched = (old_start, new_start, old_end, new_end) == (
        hunk.old_start, hunk.new_start, hunk.old_end, hunk.new_end
    )  # fmt: skip
    if is_untouched or (old_start == old_end and new_start == new_end):
        return hunk
    return Hunk(old_start, old_end, new_start, new_end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _lies_in(hunk: Hunk, old: Span, new: Span) -> bool:
    return (
        old.start <= hunk.old_start
        and hunk.old_end <= old.end
        and new.start <= hunk.new_start
        and hunk.new_end <= new.end
    )


def _hull(spans: tuple[Span, ...]) -> Span:
    return spans[0] if len(spans) == 1 else Span(spans[0].start, spans[-1].end)
