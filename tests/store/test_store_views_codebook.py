"""The codebook in the file: every table, view and column with its meaning, also after an upgrade."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tracker.store import Store
from tracker.store.codebook import fill_codebook
from tracker.store.document import tables

FILES = Path(__file__).parent / "files"
Row = tuple[str, str, str, str]


def codebook(path: Path) -> list[Row]:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT table_name, column_name, type, meaning FROM columns_help ORDER BY table_name, column_name"
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("codebook") / "fresh.db"
    Store.open(path, create=True).close()
    return path


def test_every_column_of_every_table_and_view_is_in_it(fresh: Path) -> None:
    with closing(sqlite3.connect(fresh)) as connection:
        named = connection.execute(
            "SELECT tables.name, columns.name "
            "FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns "
            "WHERE tables.schema = 'main' AND tables.type <> 'shadow' AND tables.name NOT LIKE 'sqlite@_%' ESCAPE '@'"
        ).fetchall()
    told = codebook(fresh)
    assert {(table, column) for table, column, _, _ in told if column} == set(named)
    assert {table for table, column, _, _ in told if not column} == {table for table, _ in named}
    assert [row for row in told if not row[3]] == []


def test_it_says_what_the_schema_says(fresh: Path) -> None:
    told = {(table, column): (type_, meaning) for table, column, type_, meaning in codebook(fresh)}
    assert told["checks", "duration_ms"][0] == "INTEGER"
    assert told["silent_edits", ""][0] == "view"
    assert told["articles", ""][0] == "table"
    assert told["changes_detail", "before"] == ("", "what stood there; empty: nothing")
    assert {meaning for _, meaning in told.values()} >= {table.comment for table in tables()}


@pytest.mark.parametrize("name", ["schema_2.db.gz", "schema_8.db.gz"])
def test_an_old_file_has_it_after_its_upgrade(name: str, fresh: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((FILES / name).read_bytes()))
    Store.open(path).close()
    assert codebook(path) == codebook(fresh)


def test_writing_it_again_changes_nothing_and_an_older_form_is_left_alone(fresh: Path) -> None:
    before = codebook(fresh)
    with closing(sqlite3.connect(fresh)) as connection, connection:
        connection.execute("UPDATE columns_help SET meaning = 'of an earlier version'")
        fill_codebook(connection)
    assert codebook(fresh) == before
    with closing(sqlite3.connect(":memory:")) as empty:
        fill_codebook(empty)
        assert empty.execute("SELECT * FROM sqlite_master").fetchall() == []
