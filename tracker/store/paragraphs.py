"""Paragraphs: each text once, however many revisions and articles hold it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence

from tracker.store.connection import Row, inserted
from tracker.store.records import Fault
from tracker.store.walking import Walk
from tracker.store.words import index_paragraphs

# So few that the key and its index stay small: among ten million paragraphs some ten thousand pairs share a key, and
# their texts are compared.
_KEY_BYTES = 4


def text_key(text: str | bytes) -> int:
    """See paragraphs.text_key."""
    digest = hashlib.sha256(text if isinstance(text, bytes) else text.encode()).digest()
    return _key(digest)


def key_of_sha256(text_sha256: str) -> int:
    """The key of a text whose SHA-256 is known in hex."""
    return _key(bytes.fromhex(text_sha256))


def _key(digest: bytes) -> int:
    return int.from_bytes(digest[:_KEY_BYTES], "big", signed=True)


def write_paragraphs(raw: sqlite3.Connection, revision_id: int, paragraphs: Sequence[str]) -> tuple[int, ...]:
    """The ids of those that were there already."""
    rows: list[Row] = []
    met = []
    new = []
    for position, text in enumerate(paragraphs, start=1):
        paragraph_id = _find(raw, text)
        if paragraph_id is None:
            paragraph_id = _insert(raw, text)
            new.append((paragraph_id, text))
        else:
            met.append(paragraph_id)
        rows.append((revision_id, position, paragraph_id))
    raw.executemany("INSERT INTO revision_paragraphs (revision_id, position, paragraph_id) VALUES (?, ?, ?)", rows)
    raw.execute(
        "INSERT INTO paragraph_articles (paragraph_id, article_id) "
        "SELECT DISTINCT paragraph_id, (SELECT article_id FROM revisions WHERE revision_id = ?1) "
        "FROM revision_paragraphs WHERE revision_id = ?1 ON CONFLICT DO NOTHING",
        (revision_id,),
    )
    index_paragraphs(raw, new)
    return tuple(met)


def _find(raw: sqlite3.Connection, text: str) -> int | None:
    sql = "SELECT paragraph_id FROM paragraphs WHERE text_key = ? AND text = ?"
    found = raw.execute(sql, (text_key(text), text)).fetchone()
    return None if found is None else int(found[0])


def _insert(raw: sqlite3.Connection, text: str) -> int:
    return inserted(raw.execute("INSERT INTO paragraphs (text_key, text) VALUES (?, ?)", (text_key(text), text)))


def paragraph_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    rows = raw.execute("SELECT paragraph_id, CAST(text AS BLOB), text_key FROM paragraphs")
    for paragraph_id, text, key in walk.over(rows):
        if not isinstance(text, bytes) or text_key(text) != key:
            yield Fault("paragraphs", paragraph_id, "its text does not have the recorded key")
