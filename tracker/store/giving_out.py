"""Tables and views handed out for exports: row after row, in parts, so that slow readers hold up no writer.

A large table is read by its key, a part at a time. Where rows are chosen, their keys are noted down first, in a
temporary table of this connection; a view without a known key is noted down whole.
"""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tracker.errors import UsageError
from tracker.model import CellType, Chosen, Column, KindCount
from tracker.store.connection import Connection, Row, translated
from tracker.store.opening import connect_read_only
from tracker.store.values import id_list, text_or_none

# What people call them; the tables of the same names hold less.
_SHORT_NAMES = {"changes": "changes_detail", "articles": "articles_status", "revisions": "revisions_text"}
_VIEW_KEYS = {"changes_detail": "change_id", "articles_status": "article_id", "revisions_text": "revision_id"}

# By what a row is chosen in time: the first of these columns that a table has, else its first column of times.
_TIME_COLUMNS = ("changed_before", "checked_at", "captured_at", "first_seen_at")
# How a row leads to its article: the first of these columns that a table has.
_WAYS_TO_ARTICLE = {
    "article_id": "{column}",
    "revision_id": "(SELECT r.article_id FROM revisions AS r WHERE r.revision_id = {column})",
    "to_revision_id": "(SELECT r.article_id FROM revisions AS r WHERE r.revision_id = {column})",
}
# Articles have many times; asked for by time are those that showed something new then.
_ARTICLES_IN_TIME = "article_id IN (SELECT article_id FROM {facts} WHERE {conditions})"

# A revision's whole text is about 25 kB: some megabytes at once.
_ROWS_AT_ONCE = 500

_SQL_TYPES = {
    "INTEGER": CellType.INTEGER,
    "REAL": CellType.REAL,
    "TEXT": CellType.TEXT,
    "BLOB": CellType.BYTES,
}

_KINDS = """
SELECT diffs.to_revision_id, changes.kind, changes.field, count(*)
FROM json_each(?) AS wanted
CROSS JOIN diffs ON diffs.to_revision_id = wanted.value
CROSS JOIN changes ON changes.diff_id = diffs.diff_id
GROUP BY diffs.to_revision_id, changes.kind, changes.field
ORDER BY diffs.to_revision_id, count(*) DESC, changes.kind, changes.field
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows, and how far that is: `done` of the reader's `total`."""

    rows: list[Row]
    done: int


def public_names(raw: sqlite3.Connection) -> tuple[str, ...]:
    """The tables and views that are not plumbing."""
    rows = raw.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE '@_%' ESCAPE '@' AND name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY name"
    )
    return tuple(name for (name,) in rows)


def kinds_of(connection: Connection, revision_ids: Sequence[int]) -> dict[int, tuple[KindCount, ...]]:
    """What kinds of changes led to each of these revisions, the most frequent first; without changes: left out."""
    found: dict[int, list[KindCount]] = {}
    for revision_id, kind, field, count in connection.rows(_KINDS, (id_list(revision_ids),)):
        found.setdefault(revision_id, []).append(KindCount(kind, field, count))
    return {revision_id: tuple(counts) for revision_id, counts in found.items()}


def seen_count(connection: Connection, article_id: int) -> int:
    """How many versions of an article readers saw: its revisions without pages that were only read anew."""
    sql = "SELECT count(number) FROM revisions WHERE article_id = ? AND reread_of_revision_id IS NULL"
    return int(connection.value(sql, (article_id,)))


class TableReader:
    """The chosen rows of one public table or view, through a connection of its own.

    `changes`, `articles` and `revisions` mean the views of everything that is known of them. Raises UsageError for an
    unknown name, and where rows of that table cannot be chosen so. Rows come in the order of their key; by their
    time, where they are chosen by it or `by_time` is asked for.
    Rows that are written meanwhile may be among them or not.
    """

    def __init__(self, path: Path, name: str, chosen: Chosen, *, by_time: bool = False, facts: str = "") -> None:
        """`facts`: the table, revisions or captures, whose times choose among articles."""
        self._path = path
        with translated(path), ExitStack() as refusal:
            self._raw = connect_read_only(path)
            refusal.callback(self._raw.close)
            self._raw.execute("PRAGMA temp_store = FILE")
            self._prepare(_found(self._raw, name), chosen, by_time=by_time, facts=facts or "revisions")
            refusal.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._raw.close()

    def parts(self, after: int = 0) -> Iterator[Part]:
        """Every row once, but for the first `after` of those `by_time`. `Part.done` rises up to `total`."""
        last = after
        while True:
            with translated(self._path):
                rows = self._raw.execute(self._part_sql, (last, _ROWS_AT_ONCE)).fetchall()
            if not rows:
                return
            last = int(rows[-1][0])
            yield Part([row[1:] for row in rows], last)

    def key_at(self, place: int) -> int | None:
        """The key of the row in that place of those `by_time`, from 1; None: there are not so many."""
        with translated(self._path):
            found = self._raw.execute("SELECT key FROM _chosen WHERE place = ?", (place,)).fetchone()
        return None if found is None else int(found[0])

    def rows(self) -> Iterator[Row]:
        for part in self.parts():
            yield from part.rows

    def _prepare(self, name: str, chosen: Chosen, *, by_time: bool, facts: str) -> None:
        declared = self._raw.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,)).fetchall()
        names = [column for column, _, _ in declared]
        where, values = _where(name, names, chosen, facts)
        key = _VIEW_KEYS.get(name) or _table_key(declared)
        types: dict[str, str] = {column: kind for column, kind, _ in declared}
        if key is None:
            self._note_rows(name, where, values)
            types = self._types_of_noted(names)
        elif where or by_time:
            # By time an index leads to the rows; else the plus keeps SQLite from reading the whole table by its key.
            is_in_time = chosen.since is not None or chosen.until is not None
            by_time = by_time or (is_in_time and name != "articles_status")
            order = f"{_time_column(name, names)}, {key}" if by_time else f"+{key}"
            self._note_keys(name, key, where, values, order)
        else:
            self._read_by_key(name, key)
        self.columns = tuple(Column(column, _cell_type(column, types[column])) for column in names)

    def _read_by_key(self, name: str, key: str) -> None:
        self._part_sql = f"SELECT {key}, * FROM {name} WHERE {key} > ? ORDER BY {key} LIMIT ?"  # noqa: S608 - names come from the schema, values are bound
        self.total = int(self._one(f"SELECT coalesce(max({key}), 0) FROM {name}"))  # noqa: S608 - names come from the schema, values are bound

    def _note_keys(self, name: str, key: str, where: str, values: Sequence[object], order: str) -> None:
        self._raw.execute("CREATE TEMP TABLE _chosen (place INTEGER PRIMARY KEY, key INTEGER NOT NULL)")
        self._raw.execute(f"INSERT INTO _chosen (key) SELECT {key} FROM {name}{where} ORDER BY {order}", values)  # noqa: S608 - names come from the schema, values are bound
        self._part_sql = (
            f"SELECT chosen.place, wanted.* FROM _chosen AS chosen CROSS JOIN {name} AS wanted "  # noqa: S608 - names come from the schema, values are bound
            f"ON wanted.{key} = chosen.key WHERE chosen.place > ? ORDER BY chosen.place LIMIT ?"
        )
        self.total = int(self._one("SELECT count(*) FROM _chosen"))

    def _note_rows(self, name: str, where: str, values: Sequence[object]) -> None:
        self._raw.execute(f"CREATE TEMP TABLE _noted AS SELECT * FROM {name}{where}", values)  # noqa: S608 - names come from the schema, values are bound
        self._part_sql = "SELECT rowid, * FROM _noted WHERE rowid > ? ORDER BY rowid LIMIT ?"
        self.total = int(self._one("SELECT count(*) FROM _noted"))

    def _types_of_noted(self, names: Sequence[str]) -> dict[str, str]:
        """As the values have them: a view tells no types of what it computes."""
        found = {}
        for name in names:
            there = {kind for (kind,) in self._raw.execute(f'SELECT DISTINCT typeof("{name}") FROM _noted')} - {"null"}  # noqa: S608 - names come from the schema, values are bound
            found[name] = next((kind for kind in ("blob", "text", "real", "integer") if kind in there), "text").upper()
        return found

    def _one(self, sql: str) -> int:
        (value,) = self._raw.execute(sql).fetchone()
        return int(value)


def _found(raw: sqlite3.Connection, name: str) -> str:
    known = public_names(raw)
    full = _SHORT_NAMES.get(name, name)
    if full not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
        raise UsageError(f"There is no table {name!r}; {hint}")
    return full


def _table_key(declared: Sequence[Row]) -> str | None:
    """The one whole number that tells rows of a table apart; None: there is no such column."""
    keys = [(name, kind) for name, kind, place in declared if place]
    return str(keys[0][0]) if len(keys) == 1 and keys[0][1] == "INTEGER" else None


def _where(name: str, columns: Sequence[str], chosen: Chosen, facts: str) -> tuple[str, list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    if chosen.article_ids is not None:
        conditions.append(f"{_article_of(name, columns)} IN (SELECT value FROM json_each(?))")  # noqa: S608 - names come from the schema, values are bound
        values.append(id_list(chosen.article_ids))
    if chosen.host is not None:
        own = "host = ?" if "host" in columns else None
        way = own or f"{_article_of(name, columns)} IN (SELECT article_id FROM articles WHERE host = ?)"  # noqa: S608 - names come from the schema, values are bound
        conditions.append(way)
        values.append(chosen.host)
    times = [("{} >= ?", chosen.since), ("{} < ?", chosen.until)]
    given = [(form, text_or_none(moment)) for form, moment in times if moment is not None]
    if given:
        conditions.append(_in_time(name, columns, [form for form, _ in given], facts))
        values += [value for _, value in given]
    return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), values


def _in_time(name: str, columns: Sequence[str], forms: Sequence[str], facts: str) -> str:
    if name == "articles_status":
        column = "captured_at" if facts == "captures" else "first_seen_at"
        conditions = " AND ".join(form.format(column) for form in forms)
        return _ARTICLES_IN_TIME.format(facts=facts, conditions=conditions)
    column = _time_column(name, columns)
    if column == "day":  # the whole of a day that is touched
        ends = {"{} >= ?": "(day || 'T23:59:59Z')", "{} < ?": "(day || 'T00:00:00Z')"}
        return " AND ".join(form.format(ends[form]) for form in forms)
    return " AND ".join(form.format(column) for form in forms)


def _time_column(name: str, columns: Sequence[str]) -> str:
    known = [column for column in (*_TIME_COLUMNS, "day") if column in columns]
    times = known or [column for column in columns if column.endswith("_at")]
    if not times:
        raise UsageError(f"The rows of {name} have no time of their own; leave --since and --until out.")
    return times[0]


def _article_of(name: str, columns: Sequence[str]) -> str:
    for column, way in _WAYS_TO_ARTICLE.items():
        if column in columns:
            return way.format(column=column)
    raise UsageError(f"The rows of {name} belong to no single article; leave URLs and --host out.")


def _cell_type(name: str, kind: str) -> CellType:
    """By the rules that the names of columns follow; what a view computes is text unless its name tells otherwise."""
    if name.startswith(("is_", "in_")) or name == "shows_article":
        return CellType.TRUTH
    found = _SQL_TYPES.get(kind, CellType.TEXT)
    if found is CellType.TEXT and (name.endswith("_at") or name in ("changed_after", "changed_before")):
        return CellType.TIME
    return found
