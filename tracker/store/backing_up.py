"""A consistent copy of a database in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.errors import StoreError, UsageError
from tracker.store.connection import Connection, translated

# What SQLite may put beside a file; left behind by a copy that was killed, it would be taken for that of the next one.
_COMPANIONS = ("", "-wal", "-shm", "-journal")


def back_up(connection: Connection, target: Path) -> None:
    """Written beside the target first, so that a copy cut short never bears its name, nor one of a damaged file.

    Raises UsageError if the target exists, StoreError where it cannot be written or the database is damaged.
    """
    if target.exists():
        raise UsageError(f"{target} exists already; name a file that does not.")
    partial = target.with_name(target.name + ".partial")
    try:
        remove_with_companions(partial)
        with translated(target), closing(sqlite3.connect(partial)) as copy:
            _copy(connection, copy)
        partial.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StoreError(f"The copy {target} cannot be written: {error.strerror}.") from error
    finally:
        remove_with_companions(partial)


def _copy(connection: Connection, copy: sqlite3.Connection) -> None:
    """In one go: it is of one moment, and writers need not wait."""
    try:
        connection.raw.backup(copy)
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        found = str(error)
    if found != "ok":
        told = " ".join(str(found).replace("*** in database main ***", "").split())
        raise StoreError(
            f"The database {connection.path} is damaged ({told}), so no copy was made; restore an earlier one, or see "
            "with `tracker verify` what is still whole."
        )


def remove_with_companions(partial: Path) -> None:
    for companion in _COMPANIONS:
        partial.with_name(partial.name + companion).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """The new name outlives a power cut, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
