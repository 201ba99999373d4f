"""Other programs' SQLite files: read as they are, never written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from foreign_kit import database

from tracker.errors import FormatError, NotFound
from tracker.store.foreign import open_foreign

TABLE = 'CREATE TABLE "Odd ""name""" (ID integer, "Select" text)'


def test_rows_come_in_order_with_the_columns_asked_for(tmp_path: Path) -> None:
    add = 'INSERT INTO "Odd ""name""" VALUES (?, ?)'
    file = database(tmp_path / "f.db", [TABLE], [(add, (2, "b")), (add, (1, "a")), (add, (3, None))])
    with open_foreign(file) as tables:
        assert tables.columns('odd "NAME"') == ("id", "select")
        assert list(tables.rows('odd "name"', ("select", "id"), ("id",))) == [("a", 1), ("b", 2), (None, 3)]
        assert tables.columns("nothing") == ()


def test_two_reads_go_on_side_by_side(tmp_path: Path) -> None:
    rows = [("INSERT INTO t VALUES (?)", (number,)) for number in range(3)]
    with open_foreign(database(tmp_path / "f.db", ["CREATE TABLE t (n integer)"], rows)) as tables:
        pairs = list(zip(tables.rows("t", ("n",), ("n",)), tables.rows("t", ("n",), ("n",)), strict=True))
    assert pairs == [((n,), (n,)) for n in range(3)]


def test_text_that_is_not_utf8_comes_as_bytes(tmp_path: Path) -> None:
    rows = [("INSERT INTO t VALUES (CAST(? AS TEXT))", (b"caf\xe9",)), ("INSERT INTO t VALUES (?)", ("café",))]
    with open_foreign(database(tmp_path / "f.db", ["CREATE TABLE t (n text)"], rows)) as tables:
        assert {value for (value,) in tables.rows("t", ("n",), ("n",))} == {b"caf\xe9", "café"}


def test_the_file_is_not_touched(tmp_path: Path) -> None:
    file = database(tmp_path / "f.db", ["CREATE TABLE t (n integer)"], [])
    before = file.read_bytes()
    with open_foreign(file) as tables:
        list(tables.rows("t", ("n",), ("n",)))
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_what_another_program_has_not_yet_written_home_is_seen(tmp_path: Path) -> None:
    """A daemon that still runs leaves its latest rows in a write-ahead log beside the file."""
    writer = sqlite3.connect(tmp_path / "f.db")
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE t (n integer)")
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    with open_foreign(tmp_path / "f.db") as tables:
        assert list(tables.rows("t", ("n",), ("n",))) == [(1,)]
    writer.close()


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "dump.sql"
    file.write_text("CREATE TABLE t (n integer);")
    with pytest.raises(FormatError, match=r"dump\.sql is not an SQLite database; if it is a dump"), open_foreign(file):
        pass
    with pytest.raises(NotFound), open_foreign(tmp_path / "nothing.db"):
        pass


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    rows = [("INSERT INTO t VALUES (?)", ("x" * 3000,)) for _ in range(20)]
    file = database(tmp_path / "f.db", ["CREATE TABLE t (n text)"], rows)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    with open_foreign(file) as tables, pytest.raises(FormatError, match=r"f\.db cannot be read as an SQLite database"):
        list(tables.rows("t", ("n",), ("n",)))
