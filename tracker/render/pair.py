"""Two revisions of one article and what lies between them: the facts that head a diff, in every format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.model import Change, Comparison, Field, Revision
from tracker.render.wording import change_name, count, counted_names, moment_text, span_text


@dataclass(frozen=True, slots=True)
class RevisionPair:
    """`older` is what the diff starts from, also when the later revision was named first."""

    url: str
    older: Revision
    newer: Revision
    comparison: Comparison

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
    if pair.changed_after > pair.changed_before:
        seen = " and ".join(moment_text(each.first_seen_at, tz) for each in (pair.older, pair.newer))
        return f"{numbers}, first seen {seen}"
    return f"{numbers}, changed between {span_text(pair.changed_after, pair.changed_before, tz)}"


def sum_text(changes: tuple[Change, ...]) -> str:
    """`3 changes: 2 spelling, 1 number in quotation`."""
    if not changes:
        return "No change that has a kind"
    return f"{count(len(changes), 'change')}: {counted_names(change_name(change) for change in changes)}"
