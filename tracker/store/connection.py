"""One connection: transactions, and SQLite's errors of the world told in one sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tracker.errors import StoreError

BUSY_TIMEOUT_MS = 30_000  # a commit takes milliseconds; only a stuck disk or a forgotten transaction lasts this long

# Errors of the world by SQLite's primary result code (https://sqlite.org/rescode.html). All others are our bugs.
_WORLD = {
    sqlite3.SQLITE_PERM: "may not be accessed",
    sqlite3.SQLITE_BUSY: "is locked by another program for too long; close that program or try again",
    sqlite3.SQLITE_LOCKED: "is locked by another program for too long; close that program or try again",
    sqlite3.SQLITE_NOMEM: "needs more memory than there is",
    sqlite3.SQLITE_READONLY: "cannot be written to; check its permissions and those of its folder",
    sqlite3.SQLITE_IOERR: "could not be read or written by the disk",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore a backup, or see with `tracker verify` what is still whole",
    sqlite3.SQLITE_FULL: "could not grow, because the disk is full",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder exists and may be written to",
    sqlite3.SQLITE_NOTADB: "is not a database",
}

_DAMAGED = _WORLD[sqlite3.SQLITE_CORRUPT]

Row = tuple[Any, ...]
Parameters = Sequence[object] | Mapping[str, object]


def world_error(error: sqlite3.Error, path: Path) -> StoreError | None:
    """One sentence for an error of the world; None if the error is a bug of this program."""
    code = getattr(error, "sqlite_errorcode", None)
    sentence = None if code is None else _WORLD.get(code & 0xFF)
    if code is None and str(error).startswith("Could not decode to UTF-8"):  # Python's own, of a text that is none
        sentence = _DAMAGED
    return None if sentence is None else StoreError(f"The database {path} {sentence} ({error}).")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Inside, SQLite's errors of the world come out as StoreError; programming errors stay as they are."""
    try:
        yield
    except sqlite3.Error as error:
        told = world_error(error, path)
        if told is None:
            raise
        raise told from error
    except UnicodeDecodeError as error:  # SQLite's own words on damage quote what is damaged
        raise StoreError(f"The database {path} {_DAMAGED}.") from error


def inserted(cursor: sqlite3.Cursor) -> int:
    """The id of the row that was just inserted."""
    if cursor.lastrowid is None:
        raise AssertionError("SQLite gives every inserted row an id")
    return cursor.lastrowid


class Connection:
    """A thin hold on one sqlite3 connection, for one thread at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.raw = connection

    def close(self) -> None:
        self.raw.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that asks for the write lock at once: one that read first could fail whatever the timeout."""
        with translated(self.path):
            self.raw.execute("BEGIN IMMEDIATE")
            try:
                yield self.raw
                self.raw.execute("COMMIT")
            finally:
                if self.raw.in_transaction:  # left before its end, or not committed
                    self.raw.rollback()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads that see one state of the database."""
        with translated(self.path):
            self.raw.execute("BEGIN")
            try:
                yield
            finally:
                self.raw.rollback()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        with translated(self.path):
            return self.raw.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        with translated(self.path):
            found: Row | None = self.raw.execute(sql, parameters).fetchone()
            return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The one value of the one row; None if there is no row."""
        found = self.row(sql, parameters)
        return None if found is None else found[0]

    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[Row]:
        """Rows one by one: memory stays flat however many there are."""
        with translated(self.path):
            yield from self.raw.execute(sql, parameters)
