"""Databases of groups of hosts, each written by a daemon of its own, joined into one without losing a row.

The first file is copied as it is. Rows of the others follow it with their numbers moved up behind all that are there;
paragraphs and sources that are there already are shared, sums are added up, chains are hashed anew
(`tracker.store.joining_chains`). All is streamed: memory stays flat. The new file gets its name when it is whole.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tracker.errors import NewerDatabase, NotOurDatabase, StoreError, UsageError
from tracker.store.chain_faults import chain_faults
from tracker.store.connection import Row, translated
from tracker.store.days import DAY_COLUMNS, days_counted
from tracker.store.growing import workplace
from tracker.store.joining_chains import copy_chains
from tracker.store.joining_place import blaming, copy_whole, refuse_call, undisturbed
from tracker.store.joining_tables import (
    COPIED,
    DAYS,
    HOURS,
    Id,
    Shift,
    columns_of,
    insert_into,
    make_joined_articles,
    renumbered,
    shift_behind,
)
from tracker.store.opening import connect, connect_raw, connect_read_only
from tracker.store.steps import APPLICATION_ID, pending_count
from tracker.store.words import fill_words_behind

Progress = Callable[[int, int], None]

_ROWS_AT_ONCE = 2_000
_PROGRESS_ROWS = 500

# Until it has its name nobody asks for the file, and what a power cut leaves of it is thrown away: it needs no journal.
_QUICK = ("journal_mode = DELETE", "locking_mode = EXCLUSIVE", "journal_mode = OFF", "synchronous = OFF")
_CACHE = "cache_size = -64000"  # 64 MB, as much as a few hundred thousand rows of indexes

_SHARED = (
    "CREATE TEMP TABLE shared_paragraphs (there INTEGER PRIMARY KEY, here INTEGER NOT NULL) STRICT",
    "CREATE TEMP TABLE shared_sources (there INTEGER PRIMARY KEY, here INTEGER NOT NULL) STRICT",
)
_SHARE_PARAGRAPH = """
INSERT INTO temp.shared_paragraphs
SELECT ?1, paragraph_id FROM main.paragraphs WHERE text_key = ?2 AND text = ?3 LIMIT 1
"""
_SHARE_SOURCE = "INSERT INTO temp.shared_sources SELECT ?1, source_id FROM main.sources WHERE kind = ?2 AND url = ?3"

_OWN_KEYS = """
SELECT articles.url, coalesce(article_urls.same_article_key, articles.url) FROM articles
LEFT JOIN article_urls ON article_urls.article_id = articles.article_id AND article_urls.url = articles.url
"""
_HOURS_BETWEEN = """
SELECT articles.host, 1 + (strftime('%w', checked_at) + 6) % 7, CAST(substr(checked_at, 12, 2) AS INTEGER),
    sum(look_count), sum(outcome IN ('changed', 'reverted')), sum(outcome = 'first_seen')
FROM checks JOIN articles ON articles.article_id = checks.article_id
WHERE checked_at >= ? AND checked_at < ? GROUP BY 1, 2, 3
"""
_COUNTED = (*(table.name for table in COPIED), "sources", "paragraphs", "checks")


class Joined(NamedTuple):
    """What the new file holds."""

    articles: int
    checks: int  # looks
    revisions: int
    changes: int


class _Source(NamedTuple):
    """A file that is joined; one state of it, whoever writes meanwhile."""

    path: Path
    raw: sqlite3.Connection
    open_from_day: str
    folded_to_month: str
    row_count: int


def join(target: Path, paths: Sequence[Path], progress: Progress | None = None) -> Joined:
    """Make `target` of all of them.

    Raises UsageError if the target exists, a file is named twice or an article is in two of them, DatabaseBusy where a
    daemon runs on one, NotFound, NotOurDatabase, NewerDatabase, or StoreError where a file is damaged or was altered.
    """
    try:
        refuse_call(target, paths)
        with workplace(target) as partial, ExitStack() as stack:
            sources = [
                stack.enter_context(_opened(path, partial.with_name(f"older-{number}.db"), target))
                for number, path in enumerate(paths, start=1)
            ]
            _refuse_shared_articles(sources)
            return _write(partial, target, sources, progress)
    except OSError as error:
        raise StoreError(f"The database {target} cannot be written: {error.strerror}.") from error


# -- the files ---------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path, copy: Path, target: Path) -> Iterator[_Source]:
    with undisturbed(path), closing(_connected(path, copy, target)) as raw:
        with blaming(path, target):
            raw.execute("BEGIN")
            open_from, folded_to = raw.execute("SELECT open_from_day, folded_to_month FROM _closing").fetchone()
            sizes = (raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED)  # noqa: S608 - only constants are put in
            source = _Source(path, raw, open_from, folded_to, sum(sizes))
        yield source


def _connected(path: Path, copy: Path, target: Path) -> sqlite3.Connection:
    """The file itself, which is never written to; of an older form of the schema a copy that is brought up to date."""
    try:
        return connect(path, read_only=True)
    except NewerDatabase as error:
        raise NewerDatabase(f"{path}: {error}") from None  # several are named
    except NotOurDatabase:
        raise
    except StoreError:
        if not _is_older(path):
            raise
    with blaming(path, target):
        with closing(connect_read_only(path)) as old:
            copy_whole(path, old, copy)
        return _brought_up_to_date(copy)


def _brought_up_to_date(copy: Path) -> sqlite3.Connection:
    from tracker.store.migrations import migrate  # noqa: PLC0415 - loads in 0.1 s, and few files have a step to take

    with ExitStack() as refusal:
        raw = connect_raw(copy, "rw")
        refusal.callback(raw.close)
        raw.execute("PRAGMA synchronous = OFF")  # what a power cut leaves of it is thrown away
        migrate(raw)
        refusal.pop_all()
        return raw


def _is_older(path: Path) -> bool:
    with translated(path), closing(connect_read_only(path)) as raw:
        (application,) = raw.execute("PRAGMA application_id").fetchone()
        return bool(application == APPLICATION_ID and pending_count(raw))


def _refuse_shared_articles(sources: Sequence[_Source]) -> None:
    """Two histories of one article cannot be made one: what each daemon saw unchanged left no page to judge it by."""
    with closing(sqlite3.connect("")) as scratch:  # on disk where it grows
        scratch.execute("CREATE TABLE keys (key TEXT PRIMARY KEY, file INTEGER NOT NULL) WITHOUT ROWID")
        for number, source in enumerate(sources):
            with translated(source.path):
                for url, key in source.raw.execute(_OWN_KEYS):
                    scratch.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (key, number))
                    (first,) = scratch.execute("SELECT file FROM keys WHERE key = ?", (key,)).fetchone()
                    if first != number:
                        raise UsageError(
                            f"{sources[first].path} and {source.path} both follow {url}; an article can be in one of "
                            "the files only."
                        )


# -- writing -----------------------------------------------------------------------------------------------------------


def _write(partial: Path, target: Path, sources: Sequence[_Source], progress: Progress | None) -> Joined:
    first, *others = sources
    with blaming(first.path, target):
        copy_whole(first.path, first.raw, partial)
    with translated(target), closing(connect_raw(partial, "rw")) as raw:
        for setting in (*_QUICK, _CACHE, "foreign_keys = OFF"):
            raw.execute(f"PRAGMA {setting}")
        raw.create_function("renumbered", 4, renumbered, deterministic=True)
        walk = _Walk(progress, sum(source.row_count for source in others))
        raw.execute("BEGIN")
        with _without_triggers(raw):
            for source in others:
                with blaming(source.path, target):
                    _Joining(raw, source, shift_behind(raw), walk).join()
            _close_past(raw, sources, target)
            raw.execute("UPDATE _care SET last_backup_at = NULL, last_maintained_at = NULL")
        joined = Joined(
            *raw.execute("SELECT article_count, check_count, revision_count, change_count FROM _totals").fetchone()
        )
        raw.execute("COMMIT")
        raw.execute("PRAGMA journal_mode = WAL")
    _sync_file(partial)
    return joined


@contextmanager
def _without_triggers(raw: sqlite3.Connection) -> Iterator[None]:
    """What they keep up to date is copied, or added up, as a whole."""
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        raw.execute(sql)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


class _Walk:
    """Tells `progress` how far it is."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            self.advance(1)

    def advance(self, size: int) -> None:
        before, self._done = self._done, self._done + size
        if self._progress is not None and (
            before // _PROGRESS_ROWS != self._done // _PROGRESS_ROWS or self._done == self._total
        ):
            self._progress(self._done, self._total)


class _Unwatched:
    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        return iter(rows)


class _Joining:
    """One file on its way into the joined one."""

    def __init__(self, raw: sqlite3.Connection, source: _Source, shift: Shift, walk: _Walk) -> None:
        self._raw = raw
        self._there = source.raw
        self._source = source
        self._shift = shift
        self._walk = walk

    def join(self) -> None:
        self._refuse_altered()
        for name in ("shared_paragraphs", "shared_sources"):
            self._raw.execute(f"DROP TABLE IF EXISTS temp.{name}")
        for sql in _SHARED:
            self._raw.execute(sql)
        make_joined_articles(self._raw)
        self._share("sources", ("source_id", "kind", "url", "added_at"), _SHARE_SOURCE)
        self._share("paragraphs", ("paragraph_id", "text_key", "text"), _SHARE_PARAGRAPH)
        for table in COPIED:
            columns = columns_of(self._there, table.name)
            rows = self._there.execute(f"SELECT {', '.join(columns)} FROM {table.name}")  # noqa: S608 - only names of the schema are put in
            self._raw.executemany(insert_into(table, columns, self._shift), self._walk.over(rows))
        self._join_earlier()
        for checks in copy_chains(self._there, self._raw, self._shift, self._source.path.name):
            self._walk.advance(checks)
        fill_words_behind(self._raw, self._shift[Id.PARAGRAPH], self._shift[Id.REVISION])
        self._add_totals()

    def _refuse_altered(self) -> None:
        for fault in chain_faults(self._there, _Unwatched()):
            raise StoreError(
                f"The database {self._source.path} is not as it was written ({fault}), and joining it would hide that; "
                "restore a backup, or see with `tracker verify` what else is wrong."
            )

    def _share(self, table: str, columns: tuple[str, str, str] | tuple[str, str, str, str], share: str) -> None:
        """Rows that are here already are noted down, the others taken."""
        places = ", ".join(f"?{place}" for place in range(2, len(columns) + 1))
        insert = (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT ?1 + {self._shift[Id(columns[0])]}, {places} "  # noqa: S608 - only constants are put in
            f"WHERE NOT EXISTS (SELECT 1 FROM temp.shared_{table} WHERE there = ?1)"
        )
        rows = self._walk.over(self._there.execute(f"SELECT {', '.join(columns)} FROM {table}"))  # noqa: S608 - only constants are put in
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            self._raw.executemany(share, [row[:3] for row in some])
            self._raw.executemany(insert, some)

    def _join_earlier(self) -> None:
        """What the file itself was joined from."""
        if columns_of(self._there, "joined_articles"):
            insert = f"INSERT INTO joined_articles VALUES (?1 + {self._shift[Id.ARTICLE]}, ?2, ?3, ?4, ?5)"  # noqa: S608 - only a number is put in
            self._raw.executemany(insert, self._there.execute("SELECT * FROM joined_articles"))

    def _add_totals(self) -> None:
        names = tuple(name for name in columns_of(self._there, "_totals") if name != "total_id")
        sums = ", ".join(f"{name} = {name} + ?" for name in names)
        values = self._there.execute(f"SELECT {', '.join(names)} FROM _totals").fetchone()  # noqa: S608 - only names of the schema are put in
        self._raw.execute(f"UPDATE _totals SET {sums}", values)  # noqa: S608 - only names of the schema are put in


def _close_past(raw: sqlite3.Connection, sources: Sequence[_Source], target: Path) -> None:
    """The joined past is closed as far as that of any file: what a file did not count yet is counted now.

    It is folded as far as that of all files that were looked with: what is folded already is not folded again.
    """
    end = max(source.open_from_day for source in sources)
    for source in sources:
        if source.open_from_day < end:
            days = ", ".join(f"?{place}" for place in range(1, len(DAY_COLUMNS) + 1))
            into_days = f"INSERT INTO _days ({', '.join(DAY_COLUMNS)}) VALUES ({days}) {DAYS.met}"  # noqa: S608 - only constants are put in
            into_hours = f"INSERT INTO _hours VALUES (?, ?, ?, ?, ?, ?) {HOURS.met}"  # noqa: S608 - only constants are put in
            with blaming(source.path, target):
                raw.executemany(into_days, days_counted(source.raw, source.open_from_day, end))
                raw.executemany(into_hours, source.raw.execute(_HOURS_BETWEEN, (source.open_from_day, end)))
    folded = [source.folded_to_month for source in sources if source.raw.execute("SELECT 1 FROM checks").fetchone()]
    raw.execute(
        "UPDATE _closing SET open_from_day = ?, folded_to_month = ?, folded_article_id = 0",
        (end, min(folded, default="")),
    )
