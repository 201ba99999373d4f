"""Paragraphs: each text once, however many revisions and articles hold it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence

from tracker.store.connection import Row, inserted
from tracker.store.records import Fault
from tracker.store.walking import Walk


def write_paragraphs(raw: sqlite3.Connection, revision_id: int, paragraphs: Sequence[str]) -> tuple[int, ...]:
    """The ids of those that were there already."""
    rows: list[Row] = []
    met = []
    for position, text in enumerate(paragraphs, start=1):
        digest = hashlib.sha256(text.encode()).hexdigest()
        found = raw.execute("SELECT paragraph_id FROM paragraphs WHERE text_sha256 = ?", (digest,)).fetchone()
        if found is None:
            insertion = raw.execute("INSERT INTO paragraphs (text_sha256, text) VALUES (?, ?)", (digest, text))
            paragraph_id = inserted(insertion)
        else:
            paragraph_id = int(found[0])
            met.append(paragraph_id)
        rows.append((revision_id, position, paragraph_id))
    raw.executemany("INSERT INTO revision_paragraphs (revision_id, position, paragraph_id) VALUES (?, ?, ?)", rows)
    return tuple(met)


def paragraph_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    rows = raw.execute("SELECT paragraph_id, CAST(text AS BLOB), text_sha256 FROM paragraphs")
    for paragraph_id, text, digest in walk.over(rows):
        if not isinstance(text, bytes) or hashlib.sha256(text).hexdigest() != digest:
            yield Fault("paragraphs", paragraph_id, "its text does not have the recorded SHA-256")
