"""CSV and JSON Lines give every row, column and character back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange.tables import CHANGES, CsvWriter, JsonLinesWriter
from tracker.model import CellType, CellValue, Change, ChangeDetail, Column, Field, Kind, Operation

SEEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
COLUMNS = (Column("number", CellType.INTEGER), Column("before", CellType.TEXT), Column("is_flap", CellType.TRUTH))
_text = st.text(st.characters(exclude_categories=["Cs"]))


def _sheet(rows: list[tuple[CellValue, ...]]) -> list[dict[str, str]]:
    stream = io.StringIO(newline="")
    CsvWriter(COLUMNS, stream).write(rows)
    return list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))


@given(st.lists(st.tuples(st.integers(), _text, st.sampled_from([0, 1, None])), max_size=4))
def test_rows_come_back_from_csv_and_json_lines(rows: list[tuple[CellValue, ...]]) -> None:
    assert [(row["number"], row["before"]) for row in _sheet(rows)] == [(str(row[0]), row[1]) for row in rows]
    lines = io.StringIO(newline="")
    JsonLinesWriter(COLUMNS, lines).write(rows)
    read = [json.loads(line) for line in lines.getvalue().split("\n")[:-1]]
    truth = {0: False, 1: True, None: None}
    assert read == [{"number": number, "before": text, "is_flap": truth[flap]} for number, text, flap in rows]  # type: ignore[index]


def test_truth_absence_and_bytes_have_one_form_each() -> None:
    assert _sheet([(1, None, 1), (2, b"\xff\x00", 0)]) == [
        {"number": "1", "before": "", "is_flap": "1"},
        {"number": "2", "before": "/wA=", "is_flap": "0"},
    ]


def test_no_rows_still_give_the_header() -> None:
    stream = io.StringIO(newline="")
    CsvWriter(COLUMNS, stream).close()
    assert stream.getvalue() == "number,before,is_flap\r\n"


def test_records_are_written_with_their_views_columns() -> None:
    change = Change(Kind.WORDING, Field.BODY, Operation.REPLACE, "a", "b", 0, 1, 0, 1, in_quotation=True)
    detail = ChangeDetail(1, 1, "https://www.example.com/wall", "www.example.com", None, 1, 2, SEEN, SEEN, change)
    stream = io.StringIO(newline="")
    CHANGES.write_csv([detail], stream)
    (row,) = csv.DictReader(io.StringIO(stream.getvalue(), newline=""))
    assert (row["in_quotation"], row["in_attribution"], row["headline"], row["after"]) == ("1", "0", "", "b")


def test_rows_are_written_as_they_come() -> None:
    lines = io.StringIO()

    def rows() -> Iterator[tuple[CellValue, ...]]:
        for number in range(3):
            assert lines.getvalue().count("\n") == number
            yield number, "a", 0

    JsonLinesWriter(COLUMNS, lines).write(rows())
