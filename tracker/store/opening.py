"""From a path to a connection: what is not ours, not there or not writable is refused at the door, in one sentence."""

from __future__ import annotations

import sqlite3
import urllib.parse
from contextlib import ExitStack
from pathlib import Path

from tracker.errors import NotFound, NotOurDatabase, StoreError
from tracker.store.connection import BUSY_TIMEOUT_MS, translated
from tracker.store.steps import APPLICATION_ID, pending_count

_HEAD_BYTES = 100
_MAGIC = b"SQLite format 3\x00"


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """A connection to one of our databases in the present form of the schema.

    Raises NotFound (no such file), NotOurDatabase, NewerDatabase, or StoreError.
    """
    _refuse_what_is_no_file(path, create=create and not read_only)
    _refuse_cut_short(path)
    with translated(path):
        connection = connect_read_only(path) if read_only else connect_raw(path, "rwc" if create else "rw")
        with ExitStack() as refusal:
            refusal.callback(connection.close)
            _prepare(connection, path, create=create, read_only=read_only)
            refusal.pop_all()
        return connection


def connect_raw(path: Path, mode: str, *, options: str = "") -> sqlite3.Connection:
    """A connection in autocommit mode, with the settings that every connection of ours has."""
    address = f"file:{urllib.parse.quote(str(path.absolute()))}?mode={mode}{options}"
    # A scheduler runs its job now on this thread, now on that one, never on two at once. Two at once would meet inside
    # a transaction, which SQLite refuses.
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, cached_statements=256, check_same_thread=False
    )
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_read_only(path: Path) -> sqlite3.Connection:
    """Where not even the folder is writable, SQLite cannot share the file and must be told that nobody writes to it."""
    connection = connect_raw(path, "ro")
    if _can_be_shared(connection) or _has_pages_waiting(path):
        return connection
    connection.close()
    return connect_raw(path, "ro", options="&immutable=1")


def _can_be_shared(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
    return True


def _has_pages_waiting(path: Path) -> bool:
    """Is there a write-ahead log with content? A file taken as unchanging would be read without it, and wrongly."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _refuse_what_is_no_file(path: Path, *, create: bool) -> None:
    try:
        if path.is_dir():
            raise NotOurDatabase(f"{path} is a folder, not a database; name the file inside it.")
        if path.exists():
            if not path.is_file():
                raise NotOurDatabase(f"{path} is not a file.")
        elif not create:
            raise NotFound(f"There is no database at {path}; make one with `tracker init`.")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The database {path} cannot be reached: {error.strerror}.") from error


def _refuse_cut_short(path: Path) -> None:
    """A file that is shorter than it says of itself lost its end, on a full disk or on the way. SQLite notices only
    where whole pages are missing."""
    # Twice: a writer who brings his log into the file just now makes it look so for a moment.
    if not (_missing_bytes(path) and (missing := _missing_bytes(path))):
        return
    raise StoreError(
        f"The database {path} is cut short, at least {missing:,} bytes are missing at its end; restore a backup."
    )


def _missing_bytes(path: Path) -> int:
    """Zero also where the log beside the file may hold what is missing. https://sqlite.org/fileformat.html#database_header"""
    if not path.exists() or _has_pages_waiting(path):
        return 0
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return 0  # SQLite tells why it cannot be read
    if not head.startswith(_MAGIC):
        return 0
    if len(head) < _HEAD_BYTES:
        return _HEAD_BYTES - len(head)
    if head[24:28] != head[92:96]:  # written by an SQLite that keeps no size in the head
        return 0
    page_bytes = int.from_bytes(head[16:18], "big")
    wanted = (65_536 if page_bytes == 1 else page_bytes) * int.from_bytes(head[28:32], "big")
    missing = max(0, wanted - path.stat().st_size)
    return 0 if _has_pages_waiting(path) else missing


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool, read_only: bool) -> None:
    is_empty = _recognise(connection, path)
    if is_empty and (read_only or not create):
        raise NotOurDatabase(f"{path} is empty; make a database with `tracker init`.")
    if read_only:
        _refuse_pending(connection, path)
        return
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if is_empty or pending_count(connection):
        from tracker.store.migrations import migrate  # noqa: PLC0415 - loads in 0.1 s, and few starts have a step to take

        migrate(connection)


def _recognise(connection: sqlite3.Connection, path: Path) -> bool:
    """Is the file still empty? Raises NotOurDatabase for a file of another program."""
    try:
        # One snapshot: another process may be making the database between the two questions.
        connection.execute("BEGIN")
        (things,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise NotOurDatabase(f"{path} is not a database of this program, nor any SQLite database.") from None
        raise
    if application == APPLICATION_ID:
        return False
    if application == 0 and things == 0:
        return True
    raise NotOurDatabase(f"{path} is an SQLite database, but not one of this program.")


def _refuse_pending(connection: sqlite3.Connection, path: Path) -> None:
    if pending_count(connection):
        raise StoreError(
            f"The database {path} was written by an earlier version of this program; "
            "open it once for writing (`tracker run` or `tracker check`) to bring it up to date."
        )
