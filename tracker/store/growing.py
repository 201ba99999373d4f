"""Where a new database file grows until it gets its name.

It lies in a folder of its own beside the target, `NAME.partial`, so that clearing away what a killed try left behind
can never meet a file of somebody else's. A lock in the folder tells a try under way from one that was killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tracker.errors import DatabaseBusy, UsageError

_LOCK = "growing.lock"
_NEW = "new.db"


def refuse_target(target: Path) -> None:
    """Raises UsageError where something has that name."""
    if os.path.lexists(target):  # a link that leads nowhere, too
        raise UsageError(f"{target} exists already; name a file that does not.")


def folder_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.partial")


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """A path for what is to become the target, empty at first; at the end of the block it gets the target's name.

    Raises DatabaseBusy where another process is at it, UsageError where what bears the folder's name is not ours, or
    the target was made by somebody meanwhile.
    """
    folder = folder_of(target)
    with ExitStack() as stack:
        _make(folder)
        stack.callback(_remove, folder)
        stack.enter_context(_locked(folder, target))
        stack.callback(_clear, folder)
        _clear(folder)
        yield folder / _NEW
        refuse_target(target)
        (folder / _NEW).rename(target)
    sync_folder(target.parent)


def _make(folder: Path) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
    # Empty: of a try that was killed before it had its lock.
    if folder.is_symlink() or not folder.is_dir() or not ((folder / _LOCK).exists() or not any(folder.iterdir())):
        raise UsageError(f"{folder} is in the way; remove it, or name another file than {folder.stem}.")


@contextmanager
def _locked(folder: Path, target: Path) -> Iterator[None]:
    path = folder / _LOCK
    with path.open("a", encoding="utf-8") as file:
        if not _is_ours(file.fileno()):
            raise DatabaseBusy(
                f"Another process is making {target} just now; wait until it is done, or name another file."
            )
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _is_ours(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(lock).st_nlink > 0  # else who held it was done just now, and took it away


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != _LOCK:
            path.unlink()


def _remove(folder: Path) -> None:
    """Unless another process is at it, whose lock it then holds."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def sync_folder(folder: Path) -> None:
    """The new name outlives a power cut, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
