"""Where pages are made: a few threads, each with the database open for reading."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tracker.errors import NotFound, StoreError
from tracker.store import Store

Made = TypeVar("Made")

# A page is made in a few hundredths of a second, by SQLite and the templates in turn: more threads would only wait.
_THREADS = 3


@dataclass(frozen=True, slots=True)
class _Opened:
    store: Store
    mark: tuple[object, ...]  # of the file when it was opened


class Desk:
    """Asks one database. A Store is for one thread, so every thread has its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")
        self._own = threading.local()

    async def ask(self, make: Callable[[Store], Made]) -> Made:
        """What `make` makes of the database, without holding up other pages. Raises what it raises, and StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._make, make)

    def _make(self, make: Callable[[Store], Made]) -> Made:
        store = self._store()
        try:
            return make(store)
        except StoreError:
            self._close()  # what is wrong with it may be over when it is opened again
            raise

    def _store(self) -> Store:
        """The file may be another than a while ago: replaced by a backup, or gone."""
        mark = _mark(self.path)
        opened: _Opened | None = getattr(self._own, "opened", None)
        if opened is not None and opened.mark == mark:
            return opened.store
        self._close()
        try:
            store = Store.open(self.path, read_only=True)
        except NotFound as error:  # it was there when the server started: no fault of who asks
            raise StoreError(str(error)) from error
        self._own.opened = _Opened(store, mark)
        return store

    def _close(self) -> None:
        opened: _Opened | None = getattr(self._own, "opened", None)
        self._own.opened = None
        if opened is not None:
            opened.store.close()


def _mark(path: Path) -> tuple[object, ...]:
    """Another one where it is another file; and where SQLite takes it for unchanging, also after a change."""
    try:
        found = path.stat()
    except OSError:
        return ()
    same_file = (found.st_dev, found.st_ino)
    if os.access(path.parent, os.W_OK):
        return same_file
    log = path.with_name(path.name + "-wal")
    return (*same_file, found.st_mtime_ns, log.exists() and log.stat().st_size)
