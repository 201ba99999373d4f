"""CSV and JSON Lines with the columns of the public views, written row by row: any number of rows, little memory.

Text is written as recorded. A cell that begins with = + - or @ is therefore taken for a formula by some spreadsheet
programs: import such a file with all columns as text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TextIO, TypeVar

from tracker.model import ArticleStatus, ChangeDetail, Revision
from tracker.render.json_form import (
    ARTICLE_COLUMNS,
    CHANGE_COLUMNS,
    REVISION_COLUMNS,
    Cell,
    Row,
    article_row,
    change_row,
    json_line,
    revision_row,
)

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class AddressedRevision:
    """A revision with its article's URL, which a row of `revisions_text` names."""

    url: str
    revision: Revision


@dataclass(frozen=True, slots=True)
class TableForm(Generic[Record]):
    """How one kind of record becomes the rows of a table."""

    columns: tuple[str, ...]
    row_of: Callable[[Record], Row]

    def write_csv(self, records: Iterable[Record], stream: TextIO) -> int:
        """Rows written, header not counted. RFC 4180; truth is 1 or 0, absence empty. Open the file with newline=''."""
        writer = csv.writer(stream)
        writer.writerow(self.columns)
        number = 0
        for record in records:
            row = self.row_of(record)
            writer.writerow([_csv_cell(row[column]) for column in self.columns])
            number += 1
        return number

    def write_json_lines(self, records: Iterable[Record], stream: TextIO) -> int:
        """Rows written: one JSON object a line, keys in the view's order."""
        number = 0
        for record in records:
            stream.write(json_line(self.row_of(record)) + "\n")
            number += 1
        return number


def _csv_cell(cell: Cell) -> Cell:
    return int(cell) if isinstance(cell, bool) else cell


def _addressed_row(addressed: AddressedRevision) -> Row:
    return revision_row(addressed.revision, addressed.url)


CHANGES: TableForm[ChangeDetail] = TableForm(CHANGE_COLUMNS, change_row)
ARTICLES: TableForm[ArticleStatus] = TableForm(ARTICLE_COLUMNS, article_row)
REVISIONS: TableForm[AddressedRevision] = TableForm(REVISION_COLUMNS, _addressed_row)
