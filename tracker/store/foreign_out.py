"""New SQLite files in the form of other programs: any tables, written row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import UsageError
from tracker.model import CellValue
from tracker.store.connection import translated
from tracker.store.growing import refuse_target, workplace

_ROWS_A_COMMIT = 20_000


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """A table of another program's database. `columns`: names with their SQL types; `indexes`: columns of each."""

    name: str
    columns: tuple[tuple[str, str], ...]
    indexes: tuple[tuple[str, ...], ...] = ()


class ForeignWriter:
    """Takes rows; made by `foreign_database`."""

    def __init__(self, raw: sqlite3.Connection, tables: Sequence[ForeignTable]) -> None:
        self._raw = raw
        self._rows = 0
        self._inserts = {table.name: _insert(table) for table in tables}
        for table in tables:
            raw.execute(_create(table))

    def add(self, table: str, rows: Iterable[Sequence[CellValue]]) -> None:
        cursor = self._raw.executemany(self._inserts[table], rows)
        self._rows += max(cursor.rowcount, 0)
        if self._rows >= _ROWS_A_COMMIT:
            self._raw.commit()
            self._rows = 0


@contextmanager
def foreign_database(path: Path, tables: Sequence[ForeignTable]) -> Iterator[ForeignWriter]:
    """A new file at `path` with these tables, which bears its name only when it is whole. Indexes are made at the end.

    Raises UsageError where there is a file already or no file can be made, StoreError for a full disk and the like.
    """
    refuse_target(path)
    if not path.parent.is_dir():
        raise UsageError(f"{path} cannot be written: there is no folder {path.parent}.")
    try:
        with workplace(path) as partial, translated(path):
            yield from _written(partial, tables)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None


def _written(path: Path, tables: Sequence[ForeignTable]) -> Iterator[ForeignWriter]:
    raw = sqlite3.connect(path)
    try:
        raw.execute("PRAGMA journal_mode = OFF")  # a file that is cut short is thrown away
        yield ForeignWriter(raw, tables)
        for table in tables:
            for number, columns in enumerate(table.indexes, start=1):
                raw.execute(
                    f"CREATE INDEX {_quoted(f'{table.name}_{number}')} ON {_quoted(table.name)} {_list(columns)}"
                )
        raw.commit()
    finally:
        raw.close()


def _create(table: ForeignTable) -> str:
    columns = ", ".join(f"{_quoted(name)} {kind}" for name, kind in table.columns)
    return f"CREATE TABLE {_quoted(table.name)} ({columns})"


def _insert(table: ForeignTable) -> str:
    marks = ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {_quoted(table.name)} VALUES ({marks})"  # noqa: S608 - names are constants of this program


def _list(columns: Sequence[str]) -> str:
    return f"({', '.join(map(_quoted, columns))})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
