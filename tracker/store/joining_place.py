"""The files that a joined file is made of: nobody else is at them meanwhile, and damage is told of the right one."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import combinations
from pathlib import Path

from tracker.errors import DatabaseBusy, StoreError, UsageError
from tracker.store.connection import translated
from tracker.store.growing import folder_of, refuse_target
from tracker.store.hold import hold, lock_path


def refuse_call(target: Path, paths: Sequence[Path]) -> None:
    """Raises UsageError for what can be told without opening anything."""
    refuse_target(target)
    if not os.path.lexists(target.parent):
        raise UsageError(f"There is no folder {target.parent}; make it, or name a file in another one.")
    for companion in ("-wal", "-journal"):  # SQLite would take it for the new file's own
        left = target.with_name(target.name + companion)
        if os.path.lexists(left) and left.stat().st_size:
            raise UsageError(f"{left} was left behind by another database; remove it, or name another file.")
    if len(paths) < 2:
        raise UsageError("Name two databases or more that are to be merged.")
    for path, other in combinations(paths, 2):
        if path == other:
            raise UsageError(f"{path} is named twice.")
        if _is_same(path, other):
            raise UsageError(f"{path} and {other} are the same file; name it once.")
    for path in paths:
        if _is_same(path.parent, folder_of(target)):
            raise UsageError(
                f"{path} is what a try that was cut short left behind; name the files that it was to be made of."
            )


def _is_same(path: Path, other: Path) -> bool:
    """Also by a link. Whether both can be reached at all is asked later."""
    return os.path.exists(path) and os.path.exists(other) and path.samefile(other)  # noqa: PTH110 - Path.exists raises where a folder is closed to us


# -- the files that it is made of --------------------------------------------------------------------------------------


@contextmanager
def undisturbed(path: Path) -> Iterator[None]:
    """No daemon has it, nor gets it meanwhile: what a daemon went on to write would be missing. Raises DatabaseBusy."""
    with ExitStack() as stack:
        if os.path.isfile(path) and os.path.isfile(lock := lock_path(path)):  # noqa: PTH113 - as above; none: no daemon ever had it
            if os.access(lock, os.W_OK):
                stack.enter_context(hold(path))
            elif os.access(lock, os.R_OK):
                stack.enter_context(_shared(lock, path))
        yield


@contextmanager
def _shared(lock: Path, path: Path) -> Iterator[None]:
    """By somebody who may read only."""
    with lock.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatabaseBusy(f"A tracker is running on {path}; stop it first, or merge a backup of it.") from None
        yield


def copy_whole(path: Path, raw: sqlite3.Connection, copy: Path) -> None:
    """Raises StoreError where the file is damaged; its copy would be as well."""
    with closing(sqlite3.connect(copy)) as new:
        raw.backup(new)
        (found,) = new.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        told = " ".join(str(found).replace("*** in database main ***", "").split())
        raise StoreError(
            f"The database {path} is damaged ({told}); restore a backup, or see with `tracker verify` what is still "
            "whole."
        )


# -- whose fault it is -------------------------------------------------------------------------------------------------

_OF_READING = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ})
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


@contextmanager
def blaming(source: Path, target: Path) -> Iterator[None]:
    """While one file is read and the other, which is new, written: damage is told of the first, all else of the other.

    Raises StoreError; programming errors stay as they are.
    """
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"The database {source} is not as this program writes it ({error}); restore a backup, or see with "
            "`tracker verify` what is wrong."
        ) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        with translated(source if _is_of_source(error) else target):
            raise


def _is_of_source(error: sqlite3.Error | UnicodeDecodeError) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own, of a text that is none
        return True
    return code & 0xFF in _DAMAGE or code in _OF_READING
