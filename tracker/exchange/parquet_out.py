"""Parquet, with pyarrow: the extra `parquet`. Times become timestamps in UTC, truth booleans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, BinaryIO, Self

from tracker.errors import FormatError, UsageError
from tracker.model import CellType, CellValue, Column

# Rows in one row group: enough to compress well, and some tens of megabytes of the longest texts at most.
_GROUP_ROWS = 5_000


class ParquetOut:
    """One table, written to a stream that need not be sought in.

    Raises UsageError where pyarrow is not installed, FormatError for a value that its column cannot hold.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._arrow: Any = _pyarrow()
        self._stream = stream
        self._writer: Any = None
        self._columns: tuple[Column, ...] = ()
        self._waiting: list[Sequence[CellValue]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._writer is not None and self._writer.is_open:
            self._writer.is_open = False  # one that broke off must not write its end when it is collected

    def begun(self, columns: tuple[Column, ...]) -> Self:
        """With these columns."""
        self._columns = columns
        self._schema = self._arrow.schema([(column.name, self._type_of(column)) for column in columns])
        self._writer = self._arrow.parquet.ParquetWriter(self._stream, self._schema, compression="zstd")
        return self

    def write(self, rows: Iterable[Sequence[CellValue]]) -> None:
        for row in rows:
            self._waiting.append(row)
            if len(self._waiting) >= _GROUP_ROWS:
                self._write_group()

    def close(self) -> None:
        if self._waiting:
            self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        cells = list(zip(*self._waiting, strict=True))
        arrays = [self._array(column, values) for column, values in zip(self._columns, cells, strict=True)]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._waiting.clear()

    def _array(self, column: Column, values: Sequence[CellValue]) -> object:
        try:
            if column.type is CellType.TIME:
                return self._arrow.array(values, self._arrow.string()).cast(self._type_of(column))
            if column.type is CellType.TRUTH:
                values = [None if value is None else bool(value) for value in values]
            return self._arrow.array(values, self._type_of(column))
        except (self._arrow.ArrowInvalid, self._arrow.ArrowTypeError) as error:
            raise FormatError(f"The column {column.name} cannot be written as Parquet: {error}") from None

    def _type_of(self, column: Column) -> object:
        arrow = self._arrow
        types = {
            CellType.INTEGER: arrow.int64(),
            CellType.REAL: arrow.float64(),
            CellType.TEXT: arrow.string(),
            CellType.TRUTH: arrow.bool_(),
            CellType.TIME: arrow.timestamp("us", tz="UTC"),
            CellType.BYTES: arrow.binary(),
        }
        return types[column.type]


def _pyarrow() -> Any:
    try:
        import pyarrow  # noqa: PLC0415 - an extra, and a tenth of a second to load
        import pyarrow.parquet  # noqa: PLC0415 - as above
    except ModuleNotFoundError:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed; install it with `pip install 'article-tracker[parquet]'`."
        ) from None
    return pyarrow
