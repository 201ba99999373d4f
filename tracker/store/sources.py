"""Where new articles come from, and when each source is to be read again."""

from __future__ import annotations

from datetime import datetime

from tracker.model import Fetch, utc_text
from tracker.store.connection import Connection
from tracker.store.records import Source
from tracker.urls import canonical_url

_SOURCES = """
SELECT sources.source_id, sources.kind, sources.url, states.etag, states.last_modified
FROM _source_states AS states JOIN sources ON sources.source_id = states.source_id
"""


def add_source(connection: Connection, kind: str, url: str, now: datetime) -> Source:
    """Due at once; a source known already stays as it is."""
    address = canonical_url(url)
    at = utc_text(now)
    with connection.writing() as raw:
        raw.execute(
            "INSERT INTO sources (kind, url, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (kind, address, at)
        )
        raw.execute(
            "INSERT INTO _source_states (source_id, next_look_at, problem) "
            "SELECT source_id, ?, '' FROM sources WHERE kind = ? AND url = ? ON CONFLICT DO NOTHING",
            (at, kind, address),
        )
        row = raw.execute(f"{_SOURCES} WHERE sources.kind = ? AND sources.url = ?", (kind, address)).fetchone()
    return Source(*row)


def due_sources(connection: Connection, now: datetime) -> tuple[Source, ...]:
    """The longest overdue first."""
    rows = connection.rows(f"{_SOURCES} WHERE states.next_look_at <= ? ORDER BY states.next_look_at", (utc_text(now),))
    return tuple(Source(*row) for row in rows)


def record_source(
    connection: Connection, source_id: int, fetch: Fetch, now: datetime, next_look_at: datetime, *, problem: str
) -> None:
    """The server's validators are kept for an answer that was read in full: "not modified" must not hide the rest."""
    with connection.writing() as raw:
        raw.execute(
            "UPDATE _source_states SET last_looked_at = ?, next_look_at = ?, problem = ? WHERE source_id = ?",
            (utc_text(now), utc_text(next_look_at), problem, source_id),
        )
        if fetch.status != 304:
            validators = (None, None) if problem else (fetch.header("ETag"), fetch.header("Last-Modified"))
            raw.execute(
                "UPDATE _source_states SET etag = ?, last_modified = ? WHERE source_id = ?", (*validators, source_id)
            )
