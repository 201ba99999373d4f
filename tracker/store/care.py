"""What a database needs beside being written to, once in a while."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from tracker.model import utc_text
from tracker.store.connection import BUSY_TIMEOUT_MS, Connection, translated
from tracker.store.days import roll_up_days
from tracker.store.folding import fold_checks
from tracker.store.opening import connect_raw
from tracker.store.records import Keeping, Maintenance
from tracker.store.retention import drop_pages
from tracker.store.sealing import seal_some
from tracker.store.values import moment_or_none

# Rows that ANALYZE looks at in each index: enough to plan by, and tens of milliseconds however large the file
# (https://sqlite.org/lang_analyze.html#approx).
_ANALYSED_ROWS = 400
# Some seconds. The daemon seals all day long beside this; here it is for those who call it themselves.
_SEALED_PORTIONS = 20


def maintain(connection: Connection, now: datetime, keeping: Keeping) -> Maintenance:
    """Many short transactions. Waits for nobody: what is in use is left for the next time."""
    log_bytes = _log_bytes(connection.path)
    with connection.writing() as raw:
        forgotten = raw.execute("DELETE FROM _host_holds WHERE held_until_at <= ?", (utc_text(now),)).rowcount
        raw.execute("UPDATE _care SET last_maintained_at = ?", (utc_text(now),))
    rolled = roll_up_days(connection, now)
    folded = 0 if keeping.fold_checks_after is None else fold_checks(connection, now - keeping.fold_checks_after)
    packed = sum(takewhile(bool, (seal_some(connection, now) for _ in range(_SEALED_PORTIONS))))
    dropped = drop_pages(connection, now, keeping)
    with translated(connection.path):
        connection.raw.execute(f"PRAGMA analysis_limit = {_ANALYSED_ROWS}")
        connection.raw.execute("PRAGMA optimize")
        is_log_emptied = _empty_log(connection.raw)
    return Maintenance(
        is_log_emptied=is_log_emptied,
        log_bytes=log_bytes,
        forgotten_hold_count=forgotten,
        rolled_day_count=rolled,
        folded_check_count=folded,
        packed_frame_count=packed,
        dropped_page_count=dropped,
    )


def last_backup_at(connection: Connection) -> datetime | None:
    return moment_or_none(connection.value("SELECT last_backup_at FROM _care"))


def note_backup(path: Path, now: datetime) -> None:
    """Through a connection of its own: a copy is made also by who has opened the file only to read."""
    with translated(path), closing(connect_raw(path, "rw")) as raw:
        raw.execute("UPDATE _care SET last_backup_at = ?", (utc_text(now),))


def _log_bytes(path: Path) -> int:
    log = path.with_name(path.name + "-wal")
    return log.stat().st_size if log.exists() else 0


def _empty_log(raw: sqlite3.Connection) -> bool:
    """The write-ahead log otherwise keeps the size that it once had."""
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        is_busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return not is_busy
