"""The file under the open database: is it still the one at its path? SQLite itself would go on writing to a file that
was deleted or renamed, and all of it would be lost.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tracker.cadence import Allowance, Turn
from tracker.daemon.trouble import Hindrance, Topic
from tracker.errors import StoreError
from tracker.model import Batch, Known, Recorded, Verdict
from tracker.store import Load, Store, StoredCapture

# Enough for a checkpoint of the write-ahead log (4 MB and the largest transaction) and for the one who makes room.
LEAST_FREE_BYTES = 32 * 1024**2


@dataclass(frozen=True, slots=True)
class FileState:
    """Which file stands at a path, and how it looks; equal states a while apart mean that nobody writes to it."""

    device: int
    inode: int
    size_bytes: int
    modified_ns: int

    @property
    def identity(self) -> tuple[int, int]:
        return self.device, self.inode


def state_of(path: Path) -> FileState | None:
    """None: there is no file, or it cannot be reached."""
    try:
        found = path.stat()
    except OSError:
        return None
    return FileState(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class DatabaseFile:
    """The file that was at `path` when this was made, with its write-ahead log: make it when both are open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._identity = _identity(path)
        self._log_path = path.with_name(path.name + "-wal")
        self._log_identity = _identity(self._log_path)

    @property
    def is_replaced(self) -> bool:
        """Another file stands there now."""
        identity = _identity(self.path)
        return identity is not None and identity != self._identity

    @property
    def trouble(self) -> str:
        """In a sentence; empty: all is well."""
        identity = _identity(self.path)
        if identity is None:
            return f"The database {self.path} is gone; put it back, or a backup in its place."
        if identity != self._identity:
            return f"The database {self.path} was replaced by another file."
        return ""

    def set_log_aside(self) -> Path | None:
        """Call it when nobody has the file open. Where the log went, if another file stands in this one's place.

        SQLite leaves the log of a file that was moved, and would take it for the new file's, whose pages it would
        overwrite. It is kept: with the old file, wherever that is now, it holds the last that was recorded.
        """
        if not self.is_replaced or self._log_identity is None or _identity(self._log_path) != self._log_identity:
            return None
        aside = self._log_path.with_name(f"{self._log_path.name}.of-the-file-before")
        self._log_path.replace(aside)
        return aside

    def require(self) -> None:
        """Raises StoreError where the file is not there any more: what is written now would be lost."""
        if trouble := self.trouble:
            raise StoreError(trouble)

    def hindrance(self) -> Hindrance | None:
        """Why there is no use in looking at anything now: it could not be written down."""
        if trouble := self.trouble:
            return Hindrance(Topic.DATABASE, trouble)
        free = free_bytes(self.path)
        if free is not None and free < LEAST_FREE_BYTES:
            # Without the figure, which is another one each second.
            return Hindrance(Topic.ROOM, f"less than {LEAST_FREE_BYTES // 1024**2} MB are free under {self.path}")
        return None


def free_bytes(path: Path) -> int | None:
    """On the disk that the file lies on, for who may write there. None: it cannot be told."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None


def _identity(path: Path) -> tuple[int, int] | None:
    found = state_of(path)
    return None if found is None else found.identity


@dataclass(frozen=True, slots=True)
class WatchedStore:
    """What a check cycle needs of the store, for the file at the path only.

    `hindrance` says why no more looks should be handed out; `pulse` hears that the cycle is alive.
    """

    store: Store
    file: DatabaseFile
    hindrance: Callable[[], Hindrance | None]
    pulse: Callable[[], object]

    def claim_due(self, now: datetime, limit: int, busy_hosts: frozenset[str]) -> tuple[Batch, ...]:
        self.pulse()
        return () if self.hindrance() is not None else self.store.claim_due(now, limit, busy_hosts)

    def claim_in_turn(
        self, now: datetime, limit: int, allowed: Allowance, busy_hosts: frozenset[str]
    ) -> tuple[Batch, ...]:
        self.pulse()
        return () if self.hindrance() is not None else self.store.claim_in_turn(now, limit, allowed, busy_hosts)

    def load(self, now: datetime, since: datetime, most_overdue: int) -> Load:
        return self.store.load(now, since, most_overdue)

    def bring_forward(
        self,
        now: datetime,
        turns: Iterable[Turn],
        spread: Callable[[], float],
        limit: int,
        is_dearer: Callable[[str, float], bool],
    ) -> int:
        self.file.require()
        return self.store.bring_forward(now, turns, spread, limit, is_dearer)

    def known(self, article_ids: Iterable[int]) -> dict[int, Known]:
        self.pulse()
        return self.store.known(article_ids)

    def record(self, verdicts: Sequence[Verdict]) -> tuple[Recorded, ...]:
        self.pulse()
        self.file.require()
        return self.store.record(verdicts)

    def capture_of(self, revision_id: int) -> StoredCapture | None:
        return self.store.capture_of(revision_id)


def is_settled(path: Path, sleep: Callable[[float], object], seconds: float) -> bool:
    """Is there a file that nobody has written to for so long? A copy that is under way would be opened half."""
    before = state_of(path)
    sleep(seconds)
    return before is not None and os.access(path, os.R_OK) and state_of(path) == before
