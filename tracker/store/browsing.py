"""Questions of pages: each answered in a small part of a second, however large the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.model import ChangeDetail, Kind
from tracker.store.change_times import Place, newest_revisions
from tracker.store.connection import Connection
from tracker.store.health import last_check_at
from tracker.store.reading import ChangeFilter, changes_by_id
from tracker.store.values import json_text, moment_or_none

# Of one revision. Where a long article was rewritten there are thousands, which no list of many articles can tell.
_MOST_OF_REVISION = 40


@dataclass(frozen=True, slots=True)
class LatestChanges:
    details: tuple[ChangeDetail, ...]  # the newest first; those of one revision stand together
    older: Place | None  # where the list goes on; None: it ends here
    # By article and number of the newer revision: changes that are not among these.
    more: Mapping[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overview:
    article_count: int
    change_count: int
    last_check_at: datetime | None  # None: nothing was looked at yet
    first_added_at: datetime | None  # None: no article is tracked yet
    first_url: str  # with that time no two databases have the same


def overview(connection: Connection) -> Overview:
    """Without counting anything."""
    row = connection.row("SELECT article_count, change_count FROM _totals")
    article_count, change_count = row or (0, 0)
    first = connection.row("SELECT added_at, url FROM articles ORDER BY article_id LIMIT 1")
    added_at, url = first or (None, "")
    return Overview(article_count, change_count, last_check_at(connection), moment_or_none(added_at), url)


def kind_meanings(connection: Connection) -> dict[Kind, str]:
    """What each kind of change means, in a sentence."""
    return {Kind(kind): meaning for kind, meaning in connection.rows("SELECT kind, meaning FROM change_kinds")}


_OF_REVISION = """
SELECT changes.change_id FROM diffs JOIN changes ON changes.diff_id = diffs.diff_id
WHERE diffs.to_revision_id = :revision_id
    AND (:field IS NULL OR changes.field = :field)
    AND (:kinds IS NULL OR +changes.kind IN (SELECT value FROM json_each(:kinds)))
ORDER BY changes.change_id
"""


def latest_changes(
    connection: Connection, wanted: ChangeFilter, before: Place | None = None, limit: int = 40
) -> LatestChanges:
    """The changes of the `limit` newest revisions that have some of those that are wanted: up to 40 of each."""
    with connection.snapshot():
        found = newest_revisions(connection, wanted, before, limit + 1)
        shown = found[:limit]
        ids = [_ids_of(connection, place, wanted) for place in shown]
        by_id = {each.change_id: each for each in changes_by_id(connection, [one for some, _ in ids for one in some])}
    more = {}
    for some, left_out in ids:
        if left_out:
            more[by_id[some[0]].article_id, by_id[some[0]].to_number] = left_out
    details = tuple(by_id[change_id] for some, _ in ids for change_id in some)
    return LatestChanges(details, shown[-1] if len(found) > limit else None, more)


def _ids_of(connection: Connection, place: Place, wanted: ChangeFilter) -> tuple[list[int], int]:
    """Of one revision's changes the first ones, and how many there are beside these."""
    parameters = {
        "revision_id": place.revision_id,
        "field": wanted.field and wanted.field.value,
        "kinds": json_text([kind.value for kind in wanted.kinds]) if wanted.kinds else None,
    }
    rows = connection.rows(_OF_REVISION, parameters)
    return [change_id for (change_id,) in rows[:_MOST_OF_REVISION]], max(0, len(rows) - _MOST_OF_REVISION)


def change_ids(connection: Connection, from_revision_id: int, to_revision_id: int) -> tuple[int, ...]:
    """Of what was recorded between the two, in the order of `Comparison.changes`."""
    rows = connection.rows(
        "SELECT change_id FROM changes JOIN diffs ON diffs.diff_id = changes.diff_id "
        "WHERE diffs.to_revision_id = ? AND diffs.from_revision_id = ? ORDER BY change_id",
        (to_revision_id, from_revision_id),
    )
    return tuple(change_id for (change_id,) in rows)


def days_with_changes(connection: Connection) -> tuple[tuple[str, str], ...]:
    """Days in UTC such as 2026-11-23, the latest first, each with a text that is another when its changes are."""
    rows = connection.rows(
        "SELECT substr(newer.first_seen_at, 1, 10) AS day, count(*) || ' ' || sum(diffs.change_count) || ' ' || "
        "max(newer.revision_id) FROM diffs JOIN revisions AS newer ON newer.revision_id = diffs.to_revision_id "
        "WHERE diffs.change_count > 0 GROUP BY day ORDER BY day DESC"
    )
    return tuple((day, mark) for day, mark in rows)
