"""When an article held a passage: from which revision to which, and between which looks it came and went."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.model import Stretch
from tracker.store.connection import Connection
from tracker.store.values import SHOWS_ARTICLE, id_list, moment

_LAST_LOOK = f"""
SELECT max(checked_at) FROM checks
WHERE article_id = ? AND checked_at >= ? AND checked_at < ? AND outcome IN {SHOWS_ARTICLE}
"""  # noqa: S608 - only constants are put in


@dataclass(frozen=True, slots=True)
class Printed:
    """A revision, as far as a search needs it."""

    revision_id: int
    number: int
    first_seen_at: str
    is_reread: bool  # the page of the revision before it, only read anew
    headline: str | None
    subheadline: str | None


def printed(connection: Connection, article_id: int) -> tuple[Printed, ...]:
    """Every revision, the first one first."""
    rows = connection.rows(
        "SELECT revision_id, number, first_seen_at, reread_of_revision_id IS NOT NULL, headline, subheadline "
        "FROM revisions WHERE article_id = ? AND number IS NOT NULL ORDER BY number",
        (article_id,),
    )
    return tuple(
        Printed(revision_id, number, first_seen_at, bool(is_reread), *lines)
        for revision_id, number, first_seen_at, is_reread, *lines in rows
    )


def holders(
    connection: Connection, revisions: Sequence[Printed], paragraph_ids: Collection[int]
) -> dict[int, list[int]]:
    """For each paragraph the places, in `revisions`, of those that hold it."""
    places = {revision.revision_id: place for place, revision in enumerate(revisions)}
    rows = connection.rows(
        "SELECT DISTINCT revision_id, paragraph_id FROM revision_paragraphs "
        "WHERE revision_id IN (SELECT value FROM json_each(?)) "
        "AND +paragraph_id IN (SELECT value FROM json_each(?))",
        (id_list(places), id_list(paragraph_ids)),
    )
    found: dict[int, list[int]] = {}
    for revision_id, paragraph_id in rows:
        found.setdefault(paragraph_id, []).append(places[revision_id])
    return found


class LastLooks:
    """The last look at an article that still showed the revision before another one; asked for once each."""

    def __init__(self, connection: Connection, article_id: int, revisions: Sequence[Printed]) -> None:
        self._connection = connection
        self._article_id = article_id
        self._revisions = revisions
        self._known: dict[int, datetime] = {}

    def before(self, place: int) -> datetime:
        """Before the revision at `place`, which is not the first."""
        if place not in self._known:
            start, end = (self._revisions[at].first_seen_at for at in (place - 1, place))
            self._known[place] = moment(self._connection.value(_LAST_LOOK, (self._article_id, start, end)) or start)
        return self._known[place]


def stretches(
    places: Collection[int], revisions: Sequence[Printed], last_look_before: Callable[[int], datetime]
) -> tuple[Stretch, ...]:
    """The runs of `places`, which index `revisions`."""
    return tuple(_stretch(first, last, revisions, last_look_before) for first, last in _runs(sorted(places)))


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = places[0]
    for place in places[1:]:
        if place != last + 1:
            yield first, last
            first = place
        last = place
    yield first, last


def _stretch(
    first: int, last: int, revisions: Sequence[Printed], last_look_before: Callable[[int], datetime]
) -> Stretch:
    came_by_reading = revisions[first].is_reread
    gone = last + 1 if last + 1 < len(revisions) else None
    gone_by_reading = gone is not None and revisions[gone].is_reread
    is_taken_out = gone is not None and not gone_by_reading
    return Stretch(
        first_number=revisions[first].number,
        first_seen_at=moment(revisions[first].first_seen_at),
        came_after=last_look_before(first) if first > 0 and not came_by_reading else None,
        last_number=revisions[last].number,
        gone_number=None if gone is None else revisions[gone].number,
        gone_after=last_look_before(gone) if is_taken_out and gone is not None else None,
        gone_before=moment(revisions[gone].first_seen_at) if is_taken_out and gone is not None else None,
        came_by_reading=came_by_reading,
        gone_by_reading=gone_by_reading,
    )
