"""A consistent copy of a database in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.errors import StoreError, UsageError
from tracker.store.connection import Connection, translated


def back_up(connection: Connection, target: Path) -> None:
    """Written beside the target first, so that a copy cut short never bears its name."""
    if target.exists():
        raise UsageError(f"{target} exists already; name a file that does not.")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        with translated(target), closing(sqlite3.connect(partial)) as copy:
            connection.raw.backup(copy)
        partial.rename(target)
    except OSError as error:
        raise StoreError(f"The copy {target} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)
