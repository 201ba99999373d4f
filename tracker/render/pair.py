"""Two revisions of one article and what lies between them: the facts that head a diff, in every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.model import Change, Comparison, Field, Revision
from tracker.render.wording import between_text, change_name, count, counted_names, moment_text, reading_text


@dataclass(frozen=True, slots=True)
class RevisionPair:
    """`older` is what the diff starts from, also when the later revision was named first."""

    url: str
    older: Revision
    newer: Revision
    comparison: Comparison
    rereads: tuple[Revision, ...] = ()  # after `older`, up to `newer`: those whose page was only read anew

    @property
    def is_flap(self) -> bool:
        """Neighbours that both say what was seen before: the page only went from one known wording to another."""
        are_neighbours = self.newer.number == self.older.number + 1
        return are_neighbours and None not in (self.older.same_as_number, self.newer.same_as_number)

    @property
    def is_one_page(self) -> bool:
        """One page, read twice: what differs is our reading."""
        return self.older.number == self.newer.reread_of_number or self.newer.number == self.older.reread_of_number

    @property
    def headline(self) -> str:
        return self.newer.extract.headline or self.older.extract.headline or self.url

    @property
    def changed_after(self) -> datetime:
        """The last look known not to have shown the newer revision: the one before it, where they are neighbours."""
        are_neighbours = self.newer.number == self.older.number + 1
        return (are_neighbours and self.newer.last_checked_before) or self.older.first_seen_at

    @property
    def changed_before(self) -> datetime:
        return self.newer.first_seen_at

    @property
    def field_changes(self) -> tuple[Change, ...]:
        """Those outside the body, in the order in which a page shows its fields."""
        order = list(Field)
        others = [change for change in self.comparison.changes if change.field is not Field.BODY]
        return tuple(sorted(others, key=lambda change: order.index(change.field)))


def when_text(pair: RevisionPair, tz: tzinfo | None) -> str:
    """`Revision 1 → 2, changed between 10:05 and 10:20`; going back in time, when each was first seen."""
    numbers = f"Revision {pair.older.number} → {pair.newer.number}"
    if pair.is_one_page:
        return f"{numbers}, one page, seen {moment_text(pair.newer.first_seen_at, tz)}"
    if pair.changed_after > pair.changed_before:
        seen = " and ".join(moment_text(each.first_seen_at, tz) for each in (pair.older, pair.newer))
        return f"{numbers}, first seen {seen}"
    return f"{numbers}, changed {between_text(pair.changed_after, pair.changed_before, tz)}"


def notes(pair: RevisionPair) -> Iterator[str]:
    """What keeps this diff from being an edit like any other, a line each; most have none."""
    older, newer = pair.older, pair.newer
    if pair.is_flap:
        yield (
            f"Back and forth, not a new wording: revision {older.number} says exactly what revision "
            f"{older.same_as_number} said, revision {newer.number} what revision {newer.same_as_number} said."
        )
    elif newer.same_as_number is not None and newer.number > older.number:
        yield f"Reverted: revision {newer.number} says exactly what revision {newer.same_as_number} said."
    yield from (_reread_note(pair, reread) for reread in pair.rereads)


def _reread_note(pair: RevisionPair, reread: Revision) -> str:
    source = next((each for each in (pair.older, pair.newer) if each.number == reread.reread_of_number), None)
    read = reading_text(reread, source).capitalize()
    if pair.is_one_page:
        return f"{read}: no edit, only the reading differs."
    return f"{read}: a part of what follows is a difference of reading, not an edit."


def sum_text(pair: RevisionPair) -> str:
    """`3 changes: 2 spelling, 1 number in quotation`; differences, where nobody changed anything."""
    changes = pair.comparison.changes
    noun = "difference" if pair.is_one_page else "change"
    if not changes:
        return f"No {noun} that has a kind"
    return f"{count(len(changes), noun)}: {counted_names(change_name(change) for change in changes)}"
