"""Where new articles come from, and when each source is to be read again."""

from __future__ import annotations

import json
from datetime import datetime

from tracker.model import utc_text
from tracker.store.connection import Connection, Row
from tracker.store.records import Source, SourceWishes
from tracker.store.values import json_text, moment_or_none, text_or_none
from tracker.urls import canonical_url

_WISHES = "include_json, exclude_json, max_new_per_day, is_headline_only, follow_days, min_interval_s"
_SOURCES = f"""
SELECT
    sources.source_id, kind, url, etag, last_modified, moved_to_url, last_read_at, last_whole_at, failures_in_row,
    arrivals, watched_s, ttl_s, {_WISHES}
FROM _source_states AS states JOIN sources ON sources.source_id = states.source_id
"""  # noqa: S608 - only constants are put in


def add_source(connection: Connection, kind: str, url: str, now: datetime, wishes: SourceWishes | None) -> Source:
    """Due at once; a source known already stays as it is, but for wishes that are new: they are for all that it
    names, so it is read again in full."""
    address = canonical_url(url)
    at = utc_text(now)
    key = (kind, address)
    with connection.writing() as raw:
        raw.execute("INSERT INTO sources (kind, url, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (*key, at))
        raw.execute(
            f"INSERT INTO _source_states (source_id, next_look_at, problem, failures_in_row, arrivals, watched_s, "  # noqa: S608 - only constants are put in
            f"{_WISHES}) SELECT source_id, ?, '', 0, 0, 0, ?, ?, ?, ?, ?, ? FROM sources WHERE kind = ? AND url = ? "
            "ON CONFLICT DO NOTHING",
            (at, *_wishes_row(wishes or SourceWishes()), *key),
        )
        source = _source(raw.execute(f"{_SOURCES} WHERE kind = ? AND url = ?", key).fetchone())
        if wishes is not None and wishes != source.wishes:
            raw.execute(
                f"UPDATE _source_states SET ({_WISHES}) = (?, ?, ?, ?, ?, ?), next_look_at = ?, etag = NULL, "  # noqa: S608 - only constants are put in
                "last_modified = NULL, last_whole_at = NULL WHERE source_id = ?",
                (*_wishes_row(wishes), at, source.source_id),
            )
            source = _source(raw.execute(f"{_SOURCES} WHERE kind = ? AND url = ?", key).fetchone())
    return source


def due_sources(connection: Connection, now: datetime) -> tuple[Source, ...]:
    """The longest overdue first."""
    rows = connection.rows(f"{_SOURCES} WHERE states.next_look_at <= ? ORDER BY states.next_look_at", (utc_text(now),))
    return tuple(_source(row) for row in rows)


def new_count_since(connection: Connection, source_id: int, since: datetime) -> int:
    """How many articles the source was the first to name after that."""
    return int(
        connection.value(
            "SELECT count(*) FROM articles WHERE source_id = ? AND added_at > ?", (source_id, utc_text(since))
        )
    )


def record_source(
    connection: Connection, source: Source, now: datetime, next_look_at: datetime, *, problem: str
) -> None:
    """As it stands after a reading. Its wishes are not written: they may have been changed meanwhile."""
    with connection.writing() as raw:
        raw.execute(
            "UPDATE _source_states SET last_looked_at = ?, next_look_at = ?, problem = ?, etag = ?, last_modified = ?, "
            "moved_to_url = ?, last_read_at = ?, last_whole_at = ?, failures_in_row = ?, arrivals = ?, watched_s = ?, "
            "ttl_s = ? WHERE source_id = ?",
            (
                utc_text(now),
                utc_text(next_look_at),
                problem,
                source.etag,
                source.last_modified,
                source.moved_to_url,
                text_or_none(source.last_read_at),
                text_or_none(source.last_whole_at),
                source.failures_in_row,
                source.arrivals,
                source.watched_s,
                source.ttl_s,
                source.source_id,
            ),
        )


def _source(row: Row) -> Source:
    source_id, kind, url, etag, last_modified, moved_to_url, last_read_at, last_whole_at, *rest = row
    failures_in_row, arrivals, watched_s, ttl_s, *wishes = rest
    return Source(
        source_id=source_id,
        kind=kind,
        url=url,
        etag=etag,
        last_modified=last_modified,
        moved_to_url=moved_to_url,
        last_read_at=moment_or_none(last_read_at),
        last_whole_at=moment_or_none(last_whole_at),
        failures_in_row=failures_in_row,
        arrivals=arrivals,
        watched_s=watched_s,
        ttl_s=ttl_s,
        wishes=_wishes_from(wishes),
    )


def _wishes_row(wishes: SourceWishes) -> Row:
    """In the order of _WISHES."""
    return (
        json_text(wishes.include),
        json_text(wishes.exclude),
        wishes.max_new_per_day,
        wishes.is_headline_only,
        wishes.follow_days,
        wishes.min_interval_s,
    )


def _wishes_from(row: list[object]) -> SourceWishes:
    include, exclude, max_new_per_day, is_headline_only, follow_days, min_interval_s = row
    return SourceWishes(
        include=tuple(json.loads(str(include))),
        exclude=tuple(json.loads(str(exclude))),
        max_new_per_day=max_new_per_day,  # type: ignore[arg-type]  # the columns of a STRICT table
        is_headline_only=bool(is_headline_only),
        follow_days=follow_days,  # type: ignore[arg-type]
        min_interval_s=min_interval_s,  # type: ignore[arg-type]
    )
