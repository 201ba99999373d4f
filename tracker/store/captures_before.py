"""Pages of files in which each one was compressed with zlib beside its facts are carried over to frames."""

from __future__ import annotations

import sqlite3
import zlib

from tracker.store.captures import INSERT_CAPTURE, NewCapture, capture_facts, place_alone

_BEFORE = (
    "SELECT capture_id, article_id, captured_at, url, http_status, headers_json, body, body_bytes, body_sha256 "
    "FROM _captures_before ORDER BY capture_id"
)


def carry_over(raw: sqlite3.Connection) -> None:
    """Every byte of every page, each in a frame of its own: sealing then packs them as it does new ones."""
    for capture_id, article_id, captured_at, url, status, headers_json, packed, size, digest in raw.execute(_BEFORE):
        new = NewCapture(article_id, captured_at, url, status, headers_json.encode(), _unpacked(packed))
        raw.execute(INSERT_CAPTURE, (capture_id, *capture_facts(new, size, digest)))
        place_alone(raw, capture_id, new)


def _unpacked(packed: bytes) -> bytes:
    """A page that was damaged before stays as it lay: `verify` names it, and what can be read of it is not lost."""
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return packed
