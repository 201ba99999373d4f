"""Are the tables, views and triggers those that this program makes, and its closed lists as it wrote them?"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing

from tracker.store.records import Fault

_CODEBOOK = "columns_help"
# Lists that come with the schema and never change with what is recorded.
_CLOSED_LISTS = ("outcomes", "change_kinds", _CODEBOOK)

_THINGS = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"


def schema_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    """Compared with a new database. What others put in beside it, an index or a view of their own, is no fault."""
    from tracker.store.migrations import migrate  # noqa: PLC0415 - loads in 0.1 s, and only verifying needs it

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh)
        there = {name: sql for _, name, sql in raw.execute(_THINGS)}
        ours = fresh.execute(_THINGS).fetchall()
        for kind, name, sql in ours:
            if there.get(name) != sql:
                what = "is missing" if name not in there else "is not as this program makes it"
                yield Fault("database", None, f"its {kind} {name} {what}")
        names = {name for _, name, _ in ours}
        for table in _CLOSED_LISTS:
            if _rows(raw, table, names) != _rows(fresh, table, names):
                yield Fault(table, None, "its rows are not those that this program writes")


def _rows(raw: sqlite3.Connection, table: str, names: Collection[str]) -> list[str]:
    """The codebook may tell of more than of our own: of a table that only joined files have, or of one that somebody
    put in before the file was brought up to date."""
    rows = raw.execute(f"SELECT * FROM {table}")  # noqa: S608 - only constants are put in
    return sorted(repr(row) for row in rows if table != _CODEBOOK or row[0] in names)
