"""Which revisions brought changes, the newest first, of any kinds, field, host and time: looked up, never searched for.

Triggers of the schema keep the table, see `schema/more_views.sql`.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from tracker.model import Field, Kind
from tracker.store.connection import Connection
from tracker.store.reading import ChangeFilter
from tracker.store.records import Fault
from tracker.store.values import json_text, text_or_none


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a list of changes, the newest first, goes on: after this revision."""

    first_seen_at: str
    revision_id: int

    def __str__(self) -> str:
        return f"{self.first_seen_at}~{self.revision_id}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """From `str()` of one; None: it is none."""
        moment, _, number = text.partition("~")
        is_number = number.isascii() and number.isdigit() and len(number) < len(str(2**63))
        return cls(moment, int(number)) if moment and is_number else None


_WITHIN = """
(first_seen_at, revision_id) < (:at, :revision_id) AND first_seen_at >= :since
ORDER BY first_seen_at DESC, revision_id DESC LIMIT :limit
"""
_OF_KIND = f"""
SELECT first_seen_at, revision_id FROM _change_times
WHERE kind = :kind AND field = :field AND {_WITHIN}
"""  # noqa: S608 - only constants are put in
_OF_HOST = f"""
SELECT DISTINCT first_seen_at, revision_id FROM _change_times
WHERE host = :host AND (:field IS NULL OR field = :field)
    AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds))) AND {_WITHIN}
"""  # noqa: S608 - only constants are put in
_OF_ARTICLE = f"""
SELECT first_seen_at, revision_id FROM revisions
WHERE article_id = :article_id AND EXISTS (
    SELECT 1 FROM diffs JOIN changes ON changes.diff_id = diffs.diff_id
    WHERE diffs.to_revision_id = revisions.revision_id
        AND (:field IS NULL OR changes.field = :field)
        AND (:kinds IS NULL OR changes.kind IN (SELECT value FROM json_each(:kinds)))
) AND {_WITHIN}
"""  # noqa: S608 - only constants are put in


def newest_revisions(connection: Connection, wanted: ChangeFilter, before: Place | None, limit: int) -> list[Place]:
    """The newest first: revisions with some of the changes that are wanted."""
    end = Place(text_or_none(wanted.until) or "9999", 0)  # one bound, since SQLite goes by one only
    goes_on = end if before is None else min(before, end)
    parameters = {
        "at": goes_on.first_seen_at,
        "revision_id": goes_on.revision_id,
        "since": text_or_none(wanted.since) or "",
        "host": wanted.host,
        "field": wanted.field and wanted.field.value,
        "kinds": json_text([kind.value for kind in wanted.kinds]) if wanted.kinds else None,
        "article_id": wanted.article_id,
        "limit": limit,
    }
    if wanted.article_id is not None:
        return [Place(*row) for row in connection.rows(_OF_ARTICLE, parameters)]
    if wanted.host is not None:
        return [Place(*row) for row in connection.rows(_OF_HOST, parameters)]
    return _merged([_of_kind(connection, parameters, *pair) for pair in _pairs(wanted)], limit)


def _pairs(wanted: ChangeFilter) -> Iterator[tuple[Kind, Field]]:
    """Every kind in every field: a look into the index each, which is nothing beside going through all changes."""
    for kind in wanted.kinds or Kind:
        for field in Field if wanted.field is None else (wanted.field,):
            yield Kind(kind), field


def _of_kind(connection: Connection, parameters: dict[str, object], kind: Kind, field: Field) -> list[Place]:
    rows = connection.rows(_OF_KIND, {**parameters, "kind": kind.value, "field": field.value})
    return [Place(*row) for row in rows]


def _merged(lists: Sequence[list[Place]], limit: int) -> list[Place]:
    """A revision with changes of several kinds stands in several lists."""
    places = heapq.merge(*lists, reverse=True)
    return list(islice((place for place, _ in groupby(places)), limit))


_COUNTED = """
SELECT DISTINCT articles.host, revisions.first_seen_at, revisions.revision_id, changes.kind, changes.field
FROM changes
JOIN diffs ON diffs.diff_id = changes.diff_id
JOIN revisions ON revisions.revision_id = diffs.to_revision_id
JOIN articles ON articles.article_id = revisions.article_id
"""
_KEPT = "SELECT host, first_seen_at, revision_id, kind, field FROM _change_times"
_WRONG = f"""
SELECT DISTINCT revision_id FROM (
    SELECT * FROM ({_COUNTED} EXCEPT {_KEPT}) UNION ALL SELECT * FROM ({_KEPT} EXCEPT {_COUNTED})
)
ORDER BY revision_id
"""  # noqa: S608 - only constants are put in


def change_time_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    for (revision_id,) in raw.execute(_WRONG):
        yield Fault("_change_times", revision_id, "the kinds listed of the revision are not those of its changes")
