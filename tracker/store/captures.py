"""Pages as the server sent them: kept here, read back, and verified."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator

from tracker.model import Sighting, utc_text
from tracker.store.connection import Connection, Row, inserted
from tracker.store.records import Fault, StoredCapture
from tracker.store.values import json_text, moment
from tracker.store.walking import Walk

# Level 6 is zlib's own balance: on news pages 9 costs twice the time for one per cent.
_ZLIB_LEVEL = 6

_CAPTURES = "SELECT capture_id, captured_at, headers_json, body, captures.url FROM captures"


def write_capture(raw: sqlite3.Connection, sighting: Sighting) -> int:
    """Its id."""
    fetch = sighting.fetch
    if fetch.status is None:
        raise ValueError("a revision needs the page that it was read from, but the fetch has no answer")
    return inserted(
        raw.execute(
            "INSERT INTO captures (article_id, captured_at, url, http_status, headers_json, body_bytes, body_sha256, "
            "encoding, body) VALUES (?, ?, ?, ?, ?, ?, ?, 'zlib', ?)",
            (
                sighting.order.article_id,
                utc_text(fetch.fetched_at),
                fetch.url,
                fetch.status,
                json_text(fetch.headers),
                len(fetch.body),
                hashlib.sha256(fetch.body).hexdigest(),
                zlib.compress(fetch.body, _ZLIB_LEVEL),
            ),
        )
    )


def captures_of(connection: Connection, article_id: int) -> Iterator[StoredCapture]:
    sql = f"{_CAPTURES} WHERE article_id = ? ORDER BY captured_at, capture_id"
    for row in connection.stream(sql, (article_id,)):
        yield _capture(row)


def capture_of(connection: Connection, revision_id: int) -> StoredCapture | None:
    """The page that a revision was read from; None if there is no such revision."""
    row = connection.row(
        f"{_CAPTURES} JOIN revisions USING (capture_id) WHERE revision_id = ?",
        (revision_id,),
    )
    return None if row is None else _capture(row)


def _capture(row: Row) -> StoredCapture:
    capture_id, captured_at, headers, body, url = row
    content_type = next((value for name, value in json.loads(headers) if name.lower() == "content-type"), None)
    return StoredCapture(capture_id, moment(captured_at), content_type, zlib.decompress(body), url)


def capture_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    rows = raw.execute("SELECT capture_id, body, body_bytes, body_sha256 FROM captures")
    for capture_id, packed, size, digest in walk.over(rows):
        try:
            body = zlib.decompress(packed)
        except zlib.error as error:
            yield Fault("captures", capture_id, f"its page cannot be decompressed: {error}")
            continue
        if len(body) != size or hashlib.sha256(body).hexdigest() != digest:
            yield Fault("captures", capture_id, "its page does not have the recorded length and SHA-256")
