"""A consistent copy of a database in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.errors import StoreError, UsageError
from tracker.store.connection import Connection, translated
from tracker.store.growing import refuse_target, workplace


def back_up(connection: Connection, target: Path) -> None:
    """Written beside the target first, so that a copy cut short never bears its name, nor one of a damaged file.

    Raises UsageError if the target exists, StoreError where it cannot be written or the database is damaged.
    """
    refuse_target(target)
    if not os.path.isdir(target.parent):  # noqa: PTH112 - Path.is_dir raises where a folder is closed to us
        raise UsageError(f"There is no folder {target.parent}; make it, or name a file in another one.")
    try:
        with (
            workplace(target) as partial,
            translated(target),
            closing(sqlite3.connect(partial)) as copy,
        ):
            _copy(connection, copy)
    except OSError as error:
        raise StoreError(f"The copy {target} cannot be written: {error.strerror}.") from error


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
