"""The schema in words, from the comments in its own statements: `python -m tracker.store.document > docs/schema.md`."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from tracker.store.migrations import migrate

_HEADING = re.compile(r"CREATE (?:TABLE \w+ \(|VIEW \w+ AS) -- (?P<comment>.+)")
_TABLE_COLUMN = re.compile(r"\s+(?P<name>\w+) (?P<type>[A-Z]+)\b.* -- (?P<comment>.+)")
_VIEW_COLUMN = re.compile(r"\s+.*\bAS (?P<name>\w+),? -- (?P<comment>.+)")

_INTRODUCTION = """\
# The schema

Made from the comments in the database's own statements by `python -m tracker.store.document`; `.schema` in any SQLite
tool shows the same. The views are the part that only ever gains columns: ask them first.

Times are UTC, `2026-11-23T01:02:03Z`, and sort as text. Columns ending in `_json` hold JSON, `_ms` milliseconds,
`_bytes` bytes, `_sha256` a SHA-256 in hex.
"""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str  # empty in a view
    comment: str  # empty: the statement has none


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view."""

    name: str
    is_view: bool
    comment: str
    columns: tuple[Column, ...]


def tables() -> tuple[Table, ...]:
    """Every table and view of a fresh database: views first, plumbing last."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        rows = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite@_%' "
            "ESCAPE '@' ORDER BY type = 'table', name LIKE '@_%' ESCAPE '@', rowid"
        ).fetchall()
        return tuple(_table(connection, name, sql, is_view=kind == "view") for kind, name, sql in rows)


def _table(connection: sqlite3.Connection, name: str, sql: str, *, is_view: bool) -> Table:
    """Columns as SQLite knows them; their comments as the statement has them."""
    lines = sql.splitlines()
    heading = _HEADING.match(lines[0])
    pattern = _VIEW_COLUMN if is_view else _TABLE_COLUMN
    comments = {found["name"]: found["comment"] for line in lines[1:] if (found := pattern.match(line))}
    columns = connection.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall()
    return Table(
        name,
        is_view,
        heading["comment"] if heading else "",
        tuple(Column(column, "" if is_view else kind, comments.get(column, "")) for column, kind in columns),
    )


def document() -> str:
    """docs/schema.md."""
    everything = tables()
    groups = (
        ("Views", [table for table in everything if table.is_view]),
        ("Tables", [table for table in everything if not table.is_view and not table.name.startswith("_")]),
        ("Plumbing", [table for table in everything if table.name.startswith("_")]),
    )
    return "\n".join([_INTRODUCTION, *(line for title, group in groups for line in _group(title, group))])


def _group(title: str, group: list[Table]) -> Iterator[str]:
    yield f"## {title}\n"
    for table in group:
        yield f"### `{table.name}`\n\n{_sentence(table.comment)}\n"
        yield from _columns(table)
        yield ""


def _columns(table: Table) -> Iterator[str]:
    if table.is_view:
        yield "| column | meaning |\n|---|---|"
        yield from (f"| `{column.name}` | {column.comment} |" for column in table.columns)
    else:
        yield "| column | type | meaning |\n|---|---|---|"
        yield from (f"| `{column.name}` | {column.type} | {column.comment} |" for column in table.columns)


def _sentence(comment: str) -> str:
    return f"{comment[:1].upper()}{comment[1:]}."


if __name__ == "__main__":
    sys.stdout.write(document().rstrip("\n") + "\n")
