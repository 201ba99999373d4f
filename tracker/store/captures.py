"""Pages as the server sent them: kept here, and read back. How they are packed together is `sealing`'s business."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from tracker.model import Sighting, utc_text
from tracker.store.connection import Connection, Row, inserted
from tracker.store.frames import ENCODING, DamagedFrame, Key, packed_alone, piece_of
from tracker.store.records import StoredCapture
from tracker.store.values import json_text, moment

_CAPTURES = (
    "SELECT captures.capture_id, captures.captured_at, captures.content_type, captures.url, captures.http_status, "
    "captures.body_bytes, captures.body_sha256, places.start, places.headers_bytes, frames.body, "
    "keys.body, behind.body FROM captures "
    "JOIN _capture_places AS places ON places.capture_id = captures.capture_id "
    "JOIN _frames AS frames ON frames.frame_id = places.frame_id "
    "LEFT JOIN _frame_keys AS keys ON keys.key_id = frames.key_id "
    "LEFT JOIN _frame_keys AS behind ON behind.key_id = keys.behind_key_id"
)


_KEY_AT_HAND = """
SELECT keys.key_id, keys.body, behind.body FROM _frame_keys AS keys
LEFT JOIN _frame_keys AS behind ON behind.key_id = keys.behind_key_id
WHERE keys.key_id = coalesce(
    (
        SELECT frames.key_id FROM captures
        JOIN _capture_places AS places ON places.capture_id = captures.capture_id
        JOIN _frames AS frames ON frames.frame_id = places.frame_id
        WHERE captures.article_id = ?1 AND frames.key_id IS NOT NULL
        ORDER BY captures.captured_at DESC LIMIT 1
    ),
    (
        SELECT max(key_id) FROM _frame_keys
        WHERE host = (SELECT host FROM articles WHERE article_id = ?1) AND article_id IS NULL
    )
)
"""


class NewCapture(NamedTuple):
    """The facts of a page, and the page."""

    article_id: int
    captured_at: str
    url: str
    http_status: int
    headers: bytes  # JSON in UTF-8
    body: bytes


def write_capture(raw: sqlite3.Connection, sighting: Sighting) -> int:
    """Its id."""
    fetch = sighting.fetch
    if fetch.status is None:
        raise ValueError("a revision needs the page that it was read from, but the fetch has no answer")
    headers = json_text(fetch.headers).encode()
    at = utc_text(fetch.fetched_at)
    new = NewCapture(sighting.order.article_id, at, fetch.url, fetch.status, headers, fetch.body)
    body_sha256 = sighting.body_sha256 or hashlib.sha256(fetch.body).hexdigest()  # the look took it already
    cursor = raw.execute(INSERT_CAPTURE, (None, *capture_facts(new, len(fetch.body), body_sha256)))
    capture_id = inserted(cursor)
    place_alone(raw, capture_id, new)
    return capture_id


INSERT_CAPTURE = (
    "INSERT INTO captures (capture_id, article_id, captured_at, url, http_status, content_type, headers_sha256, "
    "body_bytes, body_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def capture_facts(new: NewCapture, body_bytes: int, body_sha256: str) -> Row:
    """The columns of INSERT_CAPTURE but its id."""
    content_type = content_type_of(json.loads(new.headers))
    headers_sha256 = hashlib.sha256(new.headers).hexdigest()
    facts = (new.article_id, new.captured_at, new.url, new.http_status, content_type, headers_sha256)
    return (*facts, body_bytes, body_sha256)


def content_type_of(headers: Iterable[tuple[str, str]]) -> str | None:
    """None: the server named none."""
    return next((value for name, value in headers if name.lower() == "content-type"), None)


def place_alone(raw: sqlite3.Connection, capture_id: int, new: NewCapture) -> None:
    """In a frame of its own, made fast: whoever records a look must not wait for a better one."""
    plain = new.headers + new.body
    key_id, key = _key_at_hand(raw, new.article_id)
    packed = packed_alone(plain, key)
    frame_id = inserted(
        raw.execute(
            "INSERT INTO _frames (host, article_id, last_captured_at, is_sealed, capture_count, plain_bytes, "
            "packed_bytes, key_id, encoding, body) SELECT host, article_id, ?, 0, 1, ?, ?, ?, ?, ? FROM articles "
            "WHERE article_id = ?",
            (new.captured_at, len(plain), len(packed), key_id, ENCODING, packed, new.article_id),
        )
    )
    raw.execute("INSERT INTO _capture_places VALUES (?, ?, 0, ?, NULL)", (capture_id, frame_id, len(new.headers)))


def _key_at_hand(raw: sqlite3.Connection, article_id: int) -> tuple[int | None, Key | None]:
    """The one that served the article last, else the newest of its host."""
    found = raw.execute(_KEY_AT_HAND, (article_id,)).fetchone()
    if found is None:
        return None, None
    key_id, packed, behind = found
    try:
        return key_id, Key.unpacked(packed, behind)
    except DamagedFrame:  # `verify` tells of it; nothing more is built on it
        return None, None


def captures_of(connection: Connection, article_id: int) -> Iterator[StoredCapture]:
    """Those that are kept, the oldest first."""
    sql = f"{_CAPTURES} WHERE captures.article_id = ? ORDER BY captures.captured_at, captures.capture_id"
    for row in connection.stream(sql, (article_id,)):
        yield _capture(row)


def capture_of(connection: Connection, revision_id: int) -> StoredCapture | None:
    """The page that a revision was read from; None if there is no such revision, or its page was dropped by policy."""
    row = connection.row(f"{_CAPTURES} JOIN revisions USING (capture_id) WHERE revision_id = ?", (revision_id,))
    return None if row is None else _capture(row)


def capture(connection: Connection, capture_id: int) -> StoredCapture | None:
    """None if there is no such capture, or it was dropped by policy."""
    row = connection.row(f"{_CAPTURES} WHERE captures.capture_id = ?", (capture_id,))
    return None if row is None else _capture(row)


def dropped_at(connection: Connection, revision_id: int) -> datetime | None:
    """When the page of a revision was dropped by policy; None: it is kept."""
    at = connection.value(
        "SELECT dropped_at FROM revisions JOIN _capture_places USING (capture_id) WHERE revision_id = ?",
        (revision_id,),
    )
    return None if at is None else moment(at)


def _capture(row: Row) -> StoredCapture:
    capture_id, captured_at, content_type, url, status, body_bytes, body_sha256, *place = row
    try:
        headers, body = _read(body_bytes, *place)
        if hashlib.sha256(body).hexdigest() != body_sha256:
            raise DamagedFrame("it does not have the recorded SHA-256")
    except DamagedFrame as error:
        raise DamagedFrame(f"The page of capture {capture_id} is damaged: {error}; restore a backup.") from error
    at = moment(captured_at)
    return StoredCapture(capture_id, at, content_type, body, url, headers, status, body_sha256)


def _read(
    body_bytes: int, start: int, headers_bytes: int, frame: bytes, key: bytes | None, behind: bytes | None
) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """Headers and page."""
    piece = piece_of(frame, None if key is None else Key.unpacked(key, behind), start, headers_bytes + body_bytes)
    try:
        headers = json.loads(piece[:headers_bytes])
    except ValueError as error:
        raise DamagedFrame("its headers are no JSON") from error
    return tuple((name, value) for name, value in headers), piece[headers_bytes:]
