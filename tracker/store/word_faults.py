"""The part of verifying that holds the word index against the texts that it was made from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from operator import itemgetter
from zlib import crc32

from tracker.store.records import Fault
from tracker.store.words import EVERY_ROW, indexed_text, readable

_CURE = "`tracker search --rebuild` makes it anew"
_MOST_NAMED = 10  # beyond it, their number says more
_NOT_INDEXED = """
SELECT paragraph_id FROM paragraphs
WHERE paragraph_id NOT IN (SELECT rowid FROM _paragraph_words WHERE _paragraph_words MATCH ?)
"""
# A headline that an article went back to is found by the revision that had it first.
_HEADLINES_NOT_INDEXED = """
WITH indexed AS (SELECT rowid AS revision_id FROM _headline_words WHERE _headline_words MATCH ?)
SELECT min(revision_id) FROM revisions
GROUP BY article_id, headline, subheadline
HAVING sum(revision_id IN (SELECT revision_id FROM indexed)) = 0
"""
_PARAGRAPHS = "SELECT CAST(text AS BLOB) FROM paragraphs"
_HEADLINES = """
SELECT CAST(headline AS BLOB), CAST(subheadline AS BLOB) FROM revisions
WHERE revision_id IN (SELECT rowid FROM _headline_words WHERE _headline_words MATCH ?)
"""
_ARTICLES = "SELECT paragraph_id, article_id FROM paragraph_articles"
_HELD = """
SELECT revisions.article_id, revision_paragraphs.paragraph_id FROM revisions
CROSS JOIN revision_paragraphs ON revision_paragraphs.revision_id = revisions.revision_id
ORDER BY revisions.article_id
"""
_UNLIKE_ARTICLES = """
SELECT paragraph_id FROM (
    SELECT paragraph_id, article_id FROM paragraph_articles
    EXCEPT
    SELECT paragraph_id, article_id FROM revision_paragraphs JOIN revisions USING (revision_id)
)
UNION
SELECT paragraph_id FROM (
    SELECT paragraph_id, article_id FROM revision_paragraphs JOIN revisions USING (revision_id)
    EXCEPT
    SELECT paragraph_id, article_id FROM paragraph_articles
)
"""


def word_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    """Rows that are missing by their number; words that are missing or too many by a sum over all of them.

    The sum takes the index's own list of words, of which there are far fewer than entries, and does not tell whether a
    word stands with the right paragraph: `PRAGMA integrity_check` looks at that, as far as a disk can have confused it.
    """
    yield from _missing("_paragraph_words", "paragraph", raw.execute(_NOT_INDEXED, (EVERY_ROW,)))
    yield from _missing("_headline_words", "headline", raw.execute(_HEADLINES_NOT_INDEXED, (EVERY_ROW,)))
    for table, rows in (
        ("_paragraph_words", raw.execute(_PARAGRAPHS)),
        ("_headline_words", raw.execute(_HEADLINES, (EVERY_ROW,))),
    ):
        if _sum_of_index(raw, table) != _sum_of_texts(rows):
            yield Fault(table, None, f"it does not hold the words of the texts; {_CURE}")


def _missing(table: str, what: str, rows: Iterator[tuple[int]]) -> Iterator[Fault]:
    """Many are one fault: the index was being made anew when the program was ended."""
    named = [row_id for row_id, *_ in islice(rows, _MOST_NAMED + 1)]
    if len(named) <= _MOST_NAMED:
        yield from (Fault(table, row_id, f"the {what} is not in the word index; {_CURE}") for row_id in named)
    else:
        missing = len(named) + sum(1 for _ in rows)
        yield Fault(table, None, f"{missing:,} {what}s are not in the word index; {_CURE}")


def _sum_of_index(raw: sqlite3.Connection, table: str) -> int:
    with _list_of_words(raw, table) as name:
        return sum(crc32(term.encode()) * count for term, count in raw.execute(f"SELECT term, doc FROM {name}"))  # noqa: S608 - only constants are put in


@contextmanager
def _list_of_words(raw: sqlite3.Connection, table: str) -> Iterator[str]:
    """A table that only this connection sees, and only for this while; who verifies may write nothing otherwise."""
    (is_query_only,) = raw.execute("PRAGMA query_only").fetchone()
    raw.execute("PRAGMA query_only = OFF")
    try:
        raw.execute(f"CREATE VIRTUAL TABLE temp._terms USING fts5vocab(main, {table}, row)")
        yield "temp._terms"
        raw.execute("DROP TABLE temp._terms")
    finally:
        raw.execute(f"PRAGMA query_only = {is_query_only}")


def _sum_of_texts(rows: Iterable[tuple[bytes | None, ...]]) -> int:
    return sum(crc32(word.encode()) for texts in rows for word in indexed_text(*map(readable, texts)).split(" "))


def article_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    """paragraph_articles against the revisions: by a sum, since to compare every row takes long; then which it is."""
    if sum(map(hash, raw.execute(_ARTICLES))) != sum(map(hash, _held(raw))):
        for (paragraph_id,) in raw.execute(_UNLIKE_ARTICLES):
            yield Fault("paragraph_articles", paragraph_id, "its articles are not those whose revisions hold it")


def _held(raw: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Every paragraph and article once."""
    for article_id, rows in groupby(raw.execute(_HELD), key=itemgetter(0)):
        yield from {(paragraph_id, article_id) for _, paragraph_id in rows}
