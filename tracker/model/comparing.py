"""What lies between two texts: hunks, moves, the diff that rebuilds, changes with their kinds."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field
from typing import Literal

from tracker.errors import DiffMismatch
from tracker.model.names import Field, Kind, Operation


@dataclass(frozen=True, slots=True)
class Hunk:
    """`old[old_start:old_end]` became `new[new_start:new_end]`; one of the two may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Move:
    """A block that stands elsewhere now. `hunks` are the edits inside it, in offsets of the whole texts."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """One paragraph or sentence that did not stay as it was, with what it was matched to.

    Ranges cover the unit without the space around it; the side on which nothing stood is an empty range at the place
    where it would stand. `old_count` and `new_count` say how many units of the level the ranges hold:

        0-n added (n neighbours in a row)    n-0 removed    1-1 rewritten or edited    1-2 split    2-1 merged

    Unchanged units are left out. A unit inside one that is wholly added or removed is not listed apart: an added
    paragraph is one UnitMatch of level "paragraph" and its sentences are none. Sentences are listed for every pair of
    matched paragraphs that differ, moved paragraphs (`is_moved`) included.
    """

    level: Literal["paragraph", "sentence"]
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    old_count: int
    new_count: int
    is_moved: bool = False  # matched across the order of the text; the range lies inside a Move


@dataclass(frozen=True)
class Diff:
    """A lossless script from `old` to `new`. `hunks` alone rebuild the text; `moves` lie on top of them."""

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    moves: tuple[Move, ...] = ()
    coarse: str | None = None  # why a bound made this cruder than usual
    # How paragraphs and sentences were matched, by old place; empty where the engine did not match units (a bound,
    # or a Diff read back from the database): what needs it then aligns the texts itself.
    units: tuple[UnitMatch, ...] = field(default=(), compare=False, repr=False)

    def apply(self, old: str) -> str:
        """The new text. Raises DiffMismatch for a text that this diff was not made from."""
        if old != self.old:
            raise DiffMismatch("This diff was made from another text; compare the two texts again.")
        return rebuild(old, self.new, self.hunks)

    @property
    def delta(self) -> str:
        """The script in diff-match-patch's delta format: `dmp.diff_fromDelta(old, delta)` rebuilds the new text."""
        return write_delta(self.old, self.new, self.hunks)


def rebuild(old: str, new: str, hunks: tuple[Hunk, ...]) -> str:
    """Old text with every hunk's part of the new text put in: equal to `new` if the hunks are right."""
    pieces = []
    at = 0
    for hunk in hunks:
        pieces += [old[at : hunk.old_start], new[hunk.new_start : hunk.new_end]]
        at = hunk.old_end
    return "".join([*pieces, old[at:]])


# encodeURI's unreserved set plus what diff-match-patch leaves readable (its diff_toDelta).
_DELTA_SAFE = "!~*'();/?:@&=+$,# "


def write_delta(old: str, new: str, hunks: tuple[Hunk, ...]) -> str:
    """Lengths count UTF-16 code units, as diff-match-patch does in every language (in Python since 20241021).

    Lone surrogates have no UTF-8 form; in inserted text they stay as they are, which diff-match-patch's reader accepts.
    """
    tokens = []
    at = 0
    for hunk in hunks:
        if hunk.old_start > at:
            tokens.append(f"={_utf16_length(old[at : hunk.old_start])}")
        if hunk.old_end > hunk.old_start:
            tokens.append(f"-{_utf16_length(old[hunk.old_start : hunk.old_end])}")
        if hunk.new_end > hunk.new_start:
            tokens.append("+" + _quote(new[hunk.new_start : hunk.new_end]))
        at = hunk.old_end
    if len(old) > at:
        tokens.append(f"={_utf16_length(old[at:])}")
    return "\t".join(tokens)


def _utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _quote(text: str) -> str:
    try:
        return urllib.parse.quote(text, safe=_DELTA_SAFE)
    except UnicodeEncodeError:
        return "".join(
            character if "\ud800" <= character <= "\udfff" else urllib.parse.quote(character, safe=_DELTA_SAFE)
            for character in text
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One change with its kind. Offsets are in the field's own text; where none stood, `before` or `after` is empty."""

    kind: Kind
    field: Field
    operation: Operation
    before: str
    after: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    sentence_before: str = ""
    sentence_after: str = ""
    in_quotation: bool = False
    in_attribution: bool = False
    move_id: int | None = None  # changes of one moved block share it, counted from 1 within the diff; None: not moved
    confidence: float = 1.0  # 0 to 1
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """A name that one article spells in two ways. Offsets are those of the first doubtful one in the body text."""

    doubtful: str  # the spelling that is probably the slip
    likely: str  # the other one
    doubtful_count: int
    likely_count: int
    start: int
    end: int
    sentence: str  # the one around it
    reasons: tuple[str, ...] = ()
    engine: str = ""  # name and version of what drew this conclusion
