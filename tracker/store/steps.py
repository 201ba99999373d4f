"""Which steps brought a file to its form, asked without taking any: every start asks this, few have a step to take."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from tracker.errors import NewerDatabase

# "NewD", as in news diff; SQLite's header field that tells one program's files from another's.
APPLICATION_ID = 0x4E657744
SET = "tracker"
STEPS = (
    "0001_tables",
    "0002_views",
    "0003_sameness",
    "0004_standing",
    "0005_memory",
    "0006_addresses",
    "0007_tending",
    "0008_views_again",
    "0009_frames",
    "0010_words",
    "0011_chain",
    "0012_outbox",
    "0013_more_views",
)


def pending_count(connection: sqlite3.Connection, known: Sequence[str] = STEPS) -> int:
    """How many of the `known` steps this file still needs. Raises NewerDatabase if it took others."""
    applied = _applied(connection)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(known) or not applied.issubset(known):
        raise NewerDatabase(
            f"The database was written by a later version of this program (schema {version}, known here: "
            f"{len(known)}); install that version or a newer one."
        )
    return len(set(known) - applied)


def _applied(connection: sqlite3.Connection) -> set[str]:
    """None in a file that has no ledger yet."""
    ledger = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlite_migrations'"
    if connection.execute(ledger).fetchone() is None:
        return set()
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET,))
    return {name for (name,) in rows}
