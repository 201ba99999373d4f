"""Is everything as it was written? Every hash is recomputed, every diff replayed, every counter recounted."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from tracker.errors import BadURL, StoreError
from tracker.store.capture_faults import capture_faults
from tracker.store.chain_faults import chain_faults
from tracker.store.change_times import change_time_faults
from tracker.store.connection import Connection, world_error
from tracker.store.days import day_faults
from tracker.store.hours import hour_faults
from tracker.store.opening import connect_raw, connect_read_only
from tracker.store.paragraphs import paragraph_faults
from tracker.store.records import Fault
from tracker.store.recounting import sum_faults
from tracker.store.replaying import diff_faults, inconsistency_faults, revision_faults
from tracker.store.schema_faults import schema_faults
from tracker.store.word_faults import article_faults, word_faults
from tracker.urls import canonical_url, host_of

Progress = Callable[[int, int], None]

_STEP_ROWS = 500  # a progress bar needs no more

_RECOUNT = """
SELECT states.article_id FROM _article_states AS states
LEFT JOIN (
    SELECT article_id, count(number) AS size, max(number) AS last_number, min(first_seen_at) AS first_seen_at
    FROM revisions GROUP BY article_id
) AS seen ON seen.article_id = states.article_id
LEFT JOIN (
    SELECT revisions.article_id, count(*) AS size FROM changes
    JOIN diffs ON diffs.diff_id = changes.diff_id
    JOIN revisions ON revisions.revision_id = diffs.to_revision_id
    GROUP BY revisions.article_id
) AS changed ON changed.article_id = states.article_id
LEFT JOIN revisions AS latest ON latest.article_id = states.article_id AND latest.number = states.revision_count
WHERE states.revision_count <> coalesce(seen.size, 0)
    OR states.revision_count <> coalesce(seen.last_number, 0)
    OR states.change_count <> coalesce(changed.size, 0)
    OR states.latest_revision_id IS NOT latest.revision_id
    OR states.last_checked_at IS NOT (SELECT max(checked_at) FROM checks WHERE checks.article_id = states.article_id)
    OR (states.first_seen_at IS NULL) <> (seen.first_seen_at IS NULL)
"""

# Where article_joins leads to in the end; UNION, so that a circle ends too, and then shows as a fault.
_WRONGLY_JOINED = """
WITH RECURSIVE ways (article_id, at_article_id) AS (
    SELECT article_id, into_article_id FROM article_joins
    UNION
    SELECT ways.article_id, article_joins.into_article_id FROM ways
    JOIN article_joins ON article_joins.article_id = ways.at_article_id
),
ends AS (
    SELECT article_id, at_article_id FROM ways
    WHERE at_article_id NOT IN (SELECT article_id FROM article_joins)
)
SELECT states.article_id FROM _article_states AS states
LEFT JOIN ends ON ends.article_id = states.article_id
LEFT JOIN article_joins ON article_joins.article_id = states.article_id
WHERE states.joined_to_article_id IS NOT ends.at_article_id
    OR (article_joins.article_id IS NOT NULL AND (ends.article_id IS NULL OR states.next_check_at IS NOT NULL))
"""

_TOTALS = (
    ("articles", "SELECT article_count, (SELECT count(*) FROM articles) FROM _totals"),
    ("checks", "SELECT check_count, (SELECT coalesce(sum(look_count), 0) FROM checks) FROM _totals"),
    ("revisions", "SELECT revision_count, (SELECT count(*) FROM revisions) FROM _totals"),
    ("changes", "SELECT change_count, (SELECT count(*) FROM changes) FROM _totals"),
)


class _Walk:
    """Tells `progress` how far it is."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def over(self, rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
        for row in rows:
            yield row
            self._done += 1
            if self._progress is not None and (self._done % _STEP_ROWS == 0 or self._done == self._total):
                self._progress(self._done, self._total)


def verify(connection: Connection, progress: Progress | None) -> Iterator[Fault]:
    """Looks at one state of the database through a connection of its own; others may go on writing."""
    try:
        raw = _connect(connection.path)
    except sqlite3.Error as error:
        raise world_error(error, connection.path) or error from error
    with closing(raw):
        # Bytes that are no UTF-8 must show up as a wrong hash, not as an error of decoding.
        raw.text_factory = _lenient
        raw.execute("BEGIN")
        yield from _steps(connection, raw, progress)


def _connect(path: Path) -> sqlite3.Connection:
    """Only for reading, but with a writer's rights where there are such: else SQLite leaves CHECK constraints out."""
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return connect_read_only(path)
    raw = connect_raw(path, "rw")
    raw.execute("PRAGMA query_only = ON")
    return raw


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", errors="replace")


def _steps(connection: Connection, raw: sqlite3.Connection, progress: Progress | None) -> Iterator[Fault]:
    walk = _Walk(progress, 0 if progress is None else _row_total(raw))
    schema = list(_readable(connection, "database", schema_faults(raw)))
    yield from schema
    for table, faults in (
        ("database", _structure_faults(raw)),
        ("articles", _article_faults(raw, walk)),
        ("paragraphs", paragraph_faults(raw, walk)),
        ("paragraph_articles", article_faults(raw)),
        ("_paragraph_words", word_faults(raw)),
        ("captures", capture_faults(raw, walk)),
        ("revisions", revision_faults(raw, walk)),
        ("diffs", diff_faults(raw, walk)),
        ("_change_times", change_time_faults(raw)),
        ("inconsistencies", inconsistency_faults(raw, walk)),
        ("checks", chain_faults(raw, walk)),
        ("_days", day_faults(raw)),
        ("_hours", hour_faults(raw)),
        ("_article_states", _counter_faults(raw)),
        ("_host_histories", sum_faults(raw)),
    ):
        yield from _readable(connection, table, faults, is_ours=not schema)


def _readable(connection: Connection, table: str, faults: Iterator[Fault], *, is_ours: bool = True) -> Iterator[Fault]:
    """A page that SQLite cannot read is a fault like others; what follows in the same table stays unlooked at.

    Where the schema is not ours, a question that makes no sense to it is no bug.
    """
    try:
        yield from faults
    except sqlite3.Error as error:
        if is_ours and world_error(error, connection.path) is None:
            raise
        yield Fault(table, None, f"cannot be read: {error}")


def _row_total(raw: sqlite3.Connection) -> int:
    try:
        return sum(
            int(raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - only constants are put in
            for table in (
                "articles",
                "paragraphs",
                "captures",
                "revisions",
                "diffs",
                "inconsistencies",
                "checks",
                "_chain_folds",
            )
        )
    except sqlite3.DatabaseError:
        return 0  # the steps will tell what is wrong


def _structure_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    for (message,) in raw.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Fault("database", None, message)
    for table, row_id, parent, _ in raw.execute("PRAGMA foreign_key_check"):
        yield Fault(table, row_id, f"points to a row that is not in {parent}")


def _article_faults(raw: sqlite3.Connection, walk: _Walk) -> Iterator[Fault]:
    for article_id, url, host in walk.over(raw.execute("SELECT article_id, url, host FROM articles")):
        if not _is_address_of(str(url), str(host)):
            yield Fault("articles", _id(article_id), "its URL is not in canonical form or not of its host")


def _is_address_of(url: str, host: str) -> bool:
    try:
        return canonical_url(url) == url and host_of(url) == host
    except BadURL:
        return False


def _counter_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    for (article_id,) in raw.execute(_RECOUNT):
        yield Fault("_article_states", article_id, "its counters differ from a recount")
    for (article_id,) in raw.execute(_WRONGLY_JOINED):
        yield Fault(
            "_article_states", article_id, "it is not joined as article_joins says, or is still to be looked at"
        )
    for table, sql in _TOTALS:
        row = raw.execute(sql).fetchone()
        if row is None:
            yield Fault("_totals", None, "its row is not there any more")
            return
        counted, actual = row
        if counted != actual:
            yield Fault("_totals", None, f"counts {counted} {table}, but there are {actual}")


def _id(value: object) -> int:
    if not isinstance(value, int):
        raise StoreError(f"A row's id is no number: {value!r}.")
    return value
