"""CSV and JSON Lines with the columns of tables and views, written row by row: any number of rows, little memory.

Text is written as recorded. A cell that begins with = + - or @ is therefore taken for a formula by some spreadsheet
programs: import such a file with all columns as text.
"""

from __future__ import annotations

import base64
import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TextIO, TypeVar

from tracker.model import CellType, CellValue, ChangeDetail, Column
from tracker.render.json_form import CHANGE_COLUMNS, Cell, Row, change_row

Record = TypeVar("Record")
Rows = Iterable[Sequence[CellValue]]


class TableWriter(Protocol):
    """Takes the rows of one table, part by part."""

    def write(self, rows: Rows) -> None: ...

    def close(self) -> None:
        """The table is whole; the stream stays open."""


class CsvWriter:
    """RFC 4180, the header first; truth is 1 or 0, absence empty, bytes in Base64. Open the stream with newline=''."""

    def __init__(self, columns: Sequence[Column], stream: TextIO) -> None:
        self._writer = csv.writer(stream)
        self._writer.writerow([column.name for column in columns])

    def write(self, rows: Rows) -> None:
        self._writer.writerows([_csv_cell(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Nothing is held back."""


class JsonLinesWriter:
    """One JSON object a line, keys in the table's order; bytes are in Base64."""

    def __init__(self, columns: Sequence[Column], stream: TextIO) -> None:
        self._columns = tuple(columns)
        self._stream = stream

    def write(self, rows: Rows) -> None:
        for row in rows:
            pairs = zip(self._columns, row, strict=True)
            cells = {column.name: _json_cell(column, cell) for column, cell in pairs}
            self._stream.write(json.dumps(cells, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Nothing is held back."""


def _csv_cell(cell: CellValue) -> Cell:
    if isinstance(cell, bytes):
        return base64.b64encode(cell).decode()
    return int(cell) if isinstance(cell, bool) else cell


def _json_cell(column: Column, cell: CellValue) -> Cell:
    if isinstance(cell, bytes):
        return base64.b64encode(cell).decode()
    return bool(cell) if column.type is CellType.TRUTH and cell is not None else cell


@dataclass(frozen=True, slots=True)
class TableForm(Generic[Record]):
    """How one kind of record becomes the rows of a table."""

    columns: tuple[str, ...]
    row_of: Callable[[Record], Row]

    def write_csv(self, records: Iterable[Record], stream: TextIO) -> None:
        """As `CsvWriter`."""
        writer = CsvWriter([Column(name, CellType.TEXT) for name in self.columns], stream)
        rows = (self.row_of(record) for record in records)
        writer.write([row[name] for name in self.columns] for row in rows)


CHANGES: TableForm[ChangeDetail] = TableForm(CHANGE_COLUMNS, change_row)
