"""The word index: which paragraphs and headlines hold a word. It can be made anew from the texts at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.search.words import index_words
from tracker.store.connection import Connection

# Every row holds it, so that the rows can be listed, which a table without content cannot do otherwise. Of private use,
# hence no word of any text.
EVERY_ROW = "\ue000"

_ROWS_AT_ONCE = 5_000  # a tenth of a second: whoever else writes waits no longer

# Headlines that are not those of the revision before.
_HEADLINES = """
SELECT revisions.revision_id, CAST(revisions.headline AS BLOB), CAST(revisions.subheadline AS BLOB) FROM revisions
LEFT JOIN revisions AS earlier
    ON earlier.article_id = revisions.article_id AND earlier.number = revisions.number - 1
WHERE revisions.revision_id > ? AND revisions.revision_id <= ? AND (
    earlier.revision_id IS NULL OR revisions.headline IS NOT earlier.headline
    OR revisions.subheadline IS NOT earlier.subheadline
)
ORDER BY revisions.revision_id LIMIT ?
"""
_PARAGRAPHS = """
SELECT paragraph_id, CAST(text AS BLOB) FROM paragraphs
WHERE paragraph_id > ? AND paragraph_id <= ? ORDER BY paragraph_id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class _Index:
    """One of the two tables of words, and what its rows are made from."""

    name: str
    texts: str  # a row a text: its id, then the texts; bind the last id done, the last one wanted, and how many
    last_id: str


_INDEXES = (
    _Index("_paragraph_words", _PARAGRAPHS, "SELECT coalesce(max(paragraph_id), 0) FROM paragraphs"),
    _Index("_headline_words", _HEADLINES, "SELECT coalesce(max(revision_id), 0) FROM revisions"),
)


def index_paragraphs(raw: sqlite3.Connection, paragraphs: Iterable[tuple[int, str]]) -> None:
    """New ones, each once."""
    raw.executemany(
        "INSERT INTO _paragraph_words (rowid, words) VALUES (?, ?)",
        ((paragraph_id, indexed_text(text)) for paragraph_id, text in paragraphs),
    )


def index_headline(raw: sqlite3.Connection, revision_id: int) -> None:
    """Of a new revision, where the one before it has another headline or subheadline."""
    _fill(raw, _INDEXES[1], revision_id - 1, revision_id)


def indexed_text(*texts: str) -> str:
    """Each word once: the index does not tell how often or where it stands."""
    return " ".join(dict.fromkeys((EVERY_ROW, *(word for text in texts for word in index_words(text)))))


def rebuild_words(connection: Connection) -> int:
    """Make the whole index anew; how many paragraphs and headlines it holds.

    In small transactions, so that others can write meanwhile: what they add, they put into the index themselves.
    """
    count = 0
    for index in _INDEXES:
        with connection.writing() as raw:
            (last_id,) = raw.execute(index.last_id).fetchone()
            _empty(raw, index)
        count += _fill_in_parts(connection, index, last_id)
    return count


def _fill_in_parts(connection: Connection, index: _Index, last_id: int) -> int:
    done_id = count = 0
    while True:
        with connection.writing() as raw:
            size, done_id = _fill(raw, index, done_id, last_id)
        if not size:
            return count
        count += size


def fill_words(raw: sqlite3.Connection) -> None:
    """The same inside one transaction: nobody else writes, or sees the database, before it ends."""
    for index in _INDEXES:
        _empty(raw, index)
    fill_words_behind(raw, 0, 0)


def fill_words_behind(raw: sqlite3.Connection, paragraph_id: int, revision_id: int) -> None:
    """Of paragraphs and revisions with larger numbers, none of which is in the index yet."""
    for index, after_id in zip(_INDEXES, (paragraph_id, revision_id), strict=True):
        (last_id,) = raw.execute(index.last_id).fetchone()
        size, done_id = _fill(raw, index, after_id, last_id)
        while size:
            size, done_id = _fill(raw, index, done_id, last_id)


def _empty(raw: sqlite3.Connection, index: _Index) -> None:
    raw.execute(f"INSERT INTO {index.name} ({index.name}) VALUES ('delete-all')")  # noqa: S608 - only constants are put in


def _fill(raw: sqlite3.Connection, index: _Index, after_id: int, last_id: int) -> tuple[int, int]:
    """Some rows after that id: how many, and the id to go on from."""
    rows = raw.execute(index.texts, (after_id, last_id, _ROWS_AT_ONCE)).fetchall()
    raw.executemany(
        f"INSERT INTO {index.name} (rowid, words) VALUES (?, ?)",  # noqa: S608 - only constants are put in
        ((row_id, indexed_text(*map(readable, texts))) for row_id, *texts in rows),
    )
    return len(rows), rows[-1][0] if rows else last_id


def readable(text: bytes | None) -> str:
    """Of a damaged file too: `verify` tells of bytes that are no UTF-8, and the rest can be searched."""
    return "" if text is None else text.decode("utf-8", errors="replace")
