"""Other programs' SQLite files, read and never written: tables, columns and rows. What they mean, the caller knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import FormatError, NotFound
from tracker.store.opening import connect_read_only

_HEAD = b"SQLite format 3\x00"  # https://sqlite.org/fileformat.html, 1.3


class ForeignFile:
    """One open file of another program's. Every error of SQLite's comes out as FormatError, which names the file."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        # A text that is not UTF-8 is one bad record, told by who asked for it; it must not end the whole read.
        connection.text_factory = _text_or_bytes

    @property
    def name(self) -> str:
        """What the file is called in errors."""
        return str(self._path)

    def columns(self, table: str) -> tuple[str, ...]:
        """The table's columns, in lower case; empty: there is no such table. SQLite's names know no upper case."""
        with _told(self._path):
            found = self._connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        return tuple(str(name).lower() for (name,) in found)

    def rows(self, table: str, columns: Sequence[str], order_by: Sequence[str]) -> Iterator[tuple[object, ...]]:
        """Rows one by one with these columns, in the order of those. Several reads may go on at once."""
        wanted = ", ".join(_quoted(column) for column in columns)
        order = ", ".join(_quoted(column) for column in order_by)
        sql = f"SELECT {wanted} FROM {_quoted(table)} ORDER BY {order}"  # noqa: S608 - every name is quoted
        with _told(self._path):
            for row in self._connection.execute(sql):  # noqa: UP028 - `yield from` would close a cursor of a closed file
                yield row


@contextmanager
def open_foreign(path: Path) -> Iterator[ForeignFile]:
    """Opens the file read-only for as long as the `with` block lasts.

    Raises NotFound (no such file), or FormatError for one that is no SQLite database or cannot be read.
    """
    _refuse_what_is_no_database(path)
    with _told(path):
        connection = connect_read_only(path)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # views and defaults of a stranger's file call nothing
        yield ForeignFile(path, connection)
    finally:
        connection.close()


def _refuse_what_is_no_database(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEAD))
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from None
    if head != _HEAD:
        raise FormatError(f"{path} is not an SQLite database; if it is a dump in SQL, load it into one first.")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise FormatError(f"{path} cannot be read as an SQLite database: {error}.") from error


def _text_or_bytes(stored: bytes) -> str | bytes:
    try:
        return stored.decode()
    except UnicodeDecodeError:
        return stored


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
