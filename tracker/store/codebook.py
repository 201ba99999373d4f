"""What every table, view and column means, taken from the comments in the statements that made them, and kept in the
file itself as the table `columns_help`: whoever opens it needs no manual beside it."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

_HEADING = re.compile(r"CREATE (?:TABLE \w+ \(|VIEW \w+ AS) -- (?P<comment>.+)")
_TABLE_COLUMN = re.compile(r"\s+(?P<name>\w+) (?P<type>[A-Z]+)\b.* -- (?P<comment>.+)")
_VIEW_COLUMN = re.compile(r"\s+.*\bAS (?P<name>\w+),? -- (?P<comment>.+)")

# SQLite hands what stands between the brackets of a virtual table to its module, comments included: it can hold none.
_VIRTUAL = {
    "_paragraph_words": "the words of every paragraph, to be asked with MATCH; its rowid is paragraphs.paragraph_id",
    "_headline_words": "the words of headlines, to be asked with MATCH; its rowid is revisions.revision_id",
}
_WORDS = "small letters without accents; where words have no spaces between them, every two characters side by side"

_TABLES = """
SELECT tables.name, tables.type, sqlite_master.sql FROM pragma_table_list AS tables
JOIN sqlite_master ON sqlite_master.name = tables.name AND sqlite_master.type IN ('table', 'view')
WHERE tables.schema = 'main' AND tables.type IN ('table', 'view', 'virtual')
    AND tables.name NOT LIKE 'sqlite@_%' ESCAPE '@'
ORDER BY tables.type <> 'view', tables.name LIKE '@_%' ESCAPE '@', sqlite_master.rowid
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


def tables_of(connection: sqlite3.Connection) -> tuple[Table, ...]:
    """Every table and view of an open database: views first, plumbing last."""
    rows = connection.execute(_TABLES).fetchall()
    return tuple(_table(connection, name, kind, sql) for name, kind, sql in rows)


def _table(connection: sqlite3.Connection, name: str, kind: str, sql: str) -> Table:
    """Columns as SQLite knows them; their comments as the statement has them."""
    columns = connection.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall()
    if kind == "virtual":
        return Table(name, False, _VIRTUAL.get(name, ""), tuple(Column(each, "", _WORDS) for each, _ in columns))
    is_view = kind == "view"
    lines = sql.splitlines()
    heading = _HEADING.match(lines[0])
    pattern = _VIEW_COLUMN if is_view else _TABLE_COLUMN
    comments = {found["name"]: found["comment"] for line in lines[1:] if (found := pattern.match(line))}
    return Table(
        name,
        is_view,
        heading["comment"] if heading else "",
        tuple(Column(column, "" if is_view else type_, comments.get(column, "")) for column, type_ in columns),
    )


def fill_codebook(connection: sqlite3.Connection) -> None:
    """Write `columns_help` anew, inside the caller's transaction. A file of a schema without it is left as it is."""
    everything = tables_of(connection)
    if not any(table.name == "columns_help" for table in everything):
        return
    connection.execute("DELETE FROM columns_help")
    connection.executemany(
        "INSERT INTO columns_help (table_name, column_name, type, meaning) VALUES (?, ?, ?, ?)",
        [row for table in everything for row in codebook_rows(table)],
    )


def codebook_rows(table: Table) -> list[tuple[str, str, str, str]]:
    """As `columns_help` has them."""
    whole = (table.name, "", "view" if table.is_view else "table", table.comment)
    return [whole, *((table.name, column.name, column.type, column.comment) for column in table.columns)]
