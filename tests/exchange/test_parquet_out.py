"""Parquet: every row, type and absence comes back."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import FormatError, UsageError
from tracker.exchange.parquet_out import ParquetOut
from tracker.model import CellType, CellValue, Column

parquet = pytest.importorskip("pyarrow.parquet")

COLUMNS = (
    Column("change_id", CellType.INTEGER),
    Column("before", CellType.TEXT),
    Column("changed_at", CellType.TIME),
    Column("is_flap", CellType.TRUTH),
    Column("confidence", CellType.REAL),
    Column("body", CellType.BYTES),
)
_times = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
_rows = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        st.none() | _times,
        st.sampled_from([0, 1, None]),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.binary(),
    ),
    max_size=6,
)


def written(columns: tuple[Column, ...], *parts: list[tuple[CellValue, ...]]) -> io.BytesIO:
    stream = io.BytesIO()
    with ParquetOut(stream) as out:
        writer = out.begun(columns)
        for part in parts:
            writer.write(part)
        writer.close()
    return stream


@given(_rows)
def test_rows_come_back(rows: list[tuple[CellValue | datetime, ...]]) -> None:
    told: list[tuple[CellValue, ...]] = [
        tuple(cell.isoformat().replace("+00:00", "Z") if isinstance(cell, datetime) else cell for cell in row)
        for row in rows
    ]
    table = parquet.read_table(written(COLUMNS, told[:2], told[2:]))
    truth = {0: False, 1: True, None: None}
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        (*row[:3], truth[row[3]], *row[4:])  # type: ignore[index]
        for row in rows
    ]
    assert table.schema.names == [column.name for column in COLUMNS]


def test_large_tables_have_several_groups() -> None:
    rows: list[tuple[CellValue, ...]] = [(number,) for number in range(12_000)]
    file = parquet.ParquetFile(written(COLUMNS[:1], rows[:7_000], rows[7_000:]))
    assert file.num_row_groups == 3
    assert file.read().column("change_id").to_pylist() == list(range(12_000))


def test_a_value_that_is_no_such_thing_is_one_sentence() -> None:
    for column, cell in ((COLUMNS[2], "yesterday"), (COLUMNS[0], "many")):
        with pytest.raises(FormatError, match=f"column {column.name} cannot be written"):
            written((column,), [(cell,)])


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'article-tracker\[parquet\]'"):
        ParquetOut(io.BytesIO())
