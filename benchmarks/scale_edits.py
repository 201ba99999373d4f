"""What the articles of the synthetic database say, before and after the one edit that some of them undergo."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from tracker.judge.conclusions import compare
from tracker.model import Change, Extract

Row = tuple[object, ...]

_NUMBER, _WIRE = "0000000", "9999999"  # where those of an article go: as long, so that places stay
_SLIP = ("foundations", "foundatoins")
_QUOTE = "“We are {} with the council, and not because of the gates,” said the warden of the lighthouse."
_NOTICE = "Correction: An earlier version of this article misstated the number of gaps. It is 15, not 12."
_ANGLERS = "Anglers may still use the steps on the landward side, a notice at the gate says."
_LAMP = " The lamp at its end stays lit."


def wording(number: int | str, gaps: int) -> Extract:
    """Of an article; the places of its words do not depend on the number."""
    told = number if isinstance(number, str) else f"{number:07}"
    return Extract(
        headline=f"Breakwater {told} is closed for the winter",
        language="en",
        paragraphs=(
            f"The harbour office said on Tuesday that breakwater {told} would be closed to walkers until the spring.",
            f"Divers found {gaps} gaps in its foundations. Nobody said what breakwater {told} will cost the town.",
        ),
    )


def wire_copy(wire: int | str, people: int = 48) -> str:
    """A paragraph that several articles print."""
    told = wire if isinstance(wire, str) else f"{wire:07}"
    return (
        f"Ferry {told} ran aground off the northern skerries on Monday with {people} people on board, the agency said."
    )


def _headline(seen: Extract) -> Extract:
    told = (seen.headline or "").split()[1]
    return replace(seen, headline=f"Walkers are kept off breakwater {told} until spring comes")


def _last_replaced(seen: Extract, old: str, new: str) -> Extract:
    *most, last = seen.paragraphs
    return replace(seen, paragraphs=(*most, last.replace(old, new)))


def _with(seen: Extract, text: str) -> Extract:
    return replace(seen, paragraphs=(*seen.paragraphs, text))


def _slipped(seen: Extract) -> Extract:
    return _last_replaced(seen, *_SLIP)


def _more_gaps(seen: Extract) -> Extract:
    return _last_replaced(seen, "12 gaps", "15 gaps")


def _same(seen: Extract) -> Extract:
    return seen


# From `wording` to the text before the edit, and to the text after it.
_EDITS: dict[str, tuple[Callable[[Extract], Extract], Callable[[Extract], Extract]]] = {
    "number": (_same, _more_gaps),
    "headline": (_same, _headline),
    "sentence": (_same, lambda seen: _last_replaced(seen, "the town.", f"the town.{_LAMP}")),
    "spelling": (_slipped, _same),
    "correction": (_same, lambda seen: _with(_more_gaps(seen), _NOTICE)),
    "quotation": (
        lambda seen: _with(seen, _QUOTE.format("furious")),
        lambda seen: _with(seen, _QUOTE.format("disappointed")),
    ),
    "paragraph": (lambda seen: _with(seen, _ANGLERS), _same),
}
# Roughly as the published counts have it: most edits add or take out, few are corrections with a notice.
_HUNDREDTHS = {
    "sentence": 32,
    "number": 25,
    "headline": 20,
    "paragraph": 10,
    "spelling": 6,
    "quotation": 5,
    "correction": 2,
}
SHARES = tuple(edit for edit, share in _HUNDREDTHS.items() for _ in range(share))
WIRE_EDIT = "wire"  # the wire copy is corrected; only where there is some


def told(number: int | str, edit: str | None, at: int, wire: int | str | None) -> Extract:
    """What a revision says: `at` 0 before the edit, 1 after it; `wire` is the wire copy at its end, if any."""
    seen = wording(number, 12)
    if edit is not None and edit != WIRE_EDIT:
        seen = _EDITS[edit][at](seen)
    if wire is None:
        return seen
    return _with(seen, wire_copy(wire, 84 if edit == WIRE_EDIT and at else 48))


@dataclass(frozen=True)
class Conclusions:
    """What lies between the two texts of an edit: the same for every article, but for its number."""

    diff: Row
    changes: tuple[Row, ...]

    def diff_row(self, number: int, wire: int | None) -> Row:
        return tuple(_filled_in(value, number, wire) for value in self.diff)

    def change_rows(self, number: int, wire: int | None) -> Iterator[Row]:
        for change in self.changes:
            yield tuple(_filled_in(value, number, wire) for value in change)


def _filled_in(value: object, number: int, wire: int | None) -> object:
    if not isinstance(value, str):
        return value
    return value.replace(_NUMBER, f"{number:07}").replace(_WIRE, f"{wire or 0:07}")


@cache
def conclusions(edit: str, *, has_wire: bool) -> Conclusions:
    old, new = (told(_NUMBER, edit, at, _WIRE if has_wire else None) for at in (0, 1))
    found = compare(old, new)
    hunks = json.dumps([[h.old_start, h.old_end, h.new_start, h.new_end] for h in found.diff.hunks])
    diff = (found.engine, None, len(found.diff.hunks), len(found.changes), found.diff.delta, hunks, "[]")
    return Conclusions(diff, tuple(map(_change_row, found.changes)))


def _change_row(change: Change) -> Row:
    head = (change.field.value, change.kind.value, change.operation.value, change.before, change.after)
    places = (change.old_start, change.old_end, change.new_start, change.new_end)
    flags = (int(change.in_quotation), int(change.in_attribution), change.move_id, change.confidence)
    sentences = (change.sentence_before, change.sentence_after)
    return (*head, *places, *sentences, *flags, json.dumps(change.reasons, ensure_ascii=False))
