"""One daemon a database: a lock of the operating system, which a killed process cannot leave behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from tracker.errors import DatabaseBusy, StoreError
from tracker.model import utc_text


def _now() -> datetime:
    return datetime.now(UTC)


def lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


@contextmanager
def hold(database: Path, *, clock: Callable[[], datetime] = _now) -> Iterator[None]:
    """Hold the database for this process until the end of the block. Reading and single checks are not kept out.

    Raises DatabaseBusy, naming the holder and since when, or StoreError where the lock file cannot be written.
    """
    path = lock_path(database)
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"The lock file {path} cannot be written: {error.strerror}.") from error
    with file:
        _lock(file, database)
        # A forked worker inherits the open file, and with it the lock: it would outlive a killed daemon.
        os.register_at_fork(after_in_child=file.close)
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {utc_text(clock())}\n")
        file.flush()
        yield


def _lock(file: TextIO, database: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        raise DatabaseBusy(
            f"A tracker is running on {database} already ({holder}); stop it first, or use another database."
        ) from None
