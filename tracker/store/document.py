"""The schema in words, from the comments in its own statements.

    python -m tracker.store.document > docs/schema.md
    python -m tracker.store.document --datasette > docs/datasette-metadata.json     (in the project's folder)

The second also reads docs/cookbook.md: its queries are offered by Datasette as they stand there.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from tracker.store.codebook import Column, Table, tables_of
from tracker.store.cookbook import Recipe, recipes
from tracker.store.joining_tables import make_joined_articles
from tracker.store.migrations import migrate

_COOKBOOK = Path("docs") / "cookbook.md"

# By the end of a column's name; the words are those of Pint, which Datasette asks.
_UNITS = {"ms": "ms", "bytes": "byte", "s": "second"}

_INTRODUCTION = """\
# The schema

Made from the comments in the database's own statements by `python -m tracker.store.document`; `.schema` in any SQLite
tool shows the same, and so does the table `columns_help` in every database. The views are the part that only ever gains
columns: ask them first. Questions with their SQL stand in the [cookbook](cookbook.md).

Times are UTC, `2026-11-23T01:02:03Z`, and sort as text. Columns ending in `_json` hold JSON, `_s` seconds, `_ms`
milliseconds, `_bytes` bytes, `_sha256` a SHA-256 in hex.
"""


def tables() -> tuple[Table, ...]:
    """Every table and view of a fresh database: views first, plumbing last."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        return tables_of(connection)


def tables_of_joined() -> tuple[Table, ...]:
    """Those that only a file has that `tracker merge` made."""
    usual = {table.name for table in tables()}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        make_joined_articles(connection)
        return tuple(table for table in tables_of(connection) if table.name not in usual)


# -- Markdown ----------------------------------------------------------------------------------------------------------


def document() -> str:
    """docs/schema.md."""
    everything = tables()
    groups = (
        ("Views", [table for table in everything if table.is_view]),
        ("Tables", [table for table in everything if not table.is_view and not table.name.startswith("_")]),
        ("Only in a file that `tracker merge` made", list(tables_of_joined())),
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


# -- Datasette ---------------------------------------------------------------------------------------------------------


def datasette_metadata(cookbook: str, database: str = "tracker") -> str:
    """docs/datasette-metadata.json: descriptions and units of all columns, plumbing hidden, and the queries of
    `cookbook`, which is Markdown. `database` is the name of the file without its ending."""
    metadata = {
        "title": "Article versions",
        "description": "What changed in tracked articles, when and how. Times are UTC.",
        "databases": {
            database: {
                "tables": {table.name: _table_metadata(table) for table in tables()},
                "queries": {recipe.name: _query_metadata(recipe) for recipe in recipes(cookbook)},
            }
        },
    }
    return json.dumps(metadata, ensure_ascii=False, indent=2) + "\n"


def _table_metadata(table: Table) -> dict[str, object]:
    described: dict[str, object] = {
        "description": _sentence(table.comment),
        "columns": {column.name: column.comment for column in table.columns},
    }
    if units := dict(_units(table.columns)):
        described["units"] = units
    if table.name.startswith("_"):
        described["hidden"] = True
    return described


def _units(columns: Iterable[Column]) -> Iterator[tuple[str, str]]:
    for column in columns:
        unit = _UNITS.get(column.name.rpartition("_")[2])
        if unit is not None:
            yield column.name, unit


def _query_metadata(recipe: Recipe) -> dict[str, object]:
    return {"title": recipe.title, "description": recipe.text, "sql": recipe.sql}


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["--datasette"]:
        sys.stdout.write(datasette_metadata(_COOKBOOK.read_text(encoding="utf-8")))
        return 0
    sys.stdout.write(document().rstrip("\n") + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
