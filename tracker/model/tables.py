"""Tables as they are handed out: named columns of one type each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

CellValue: TypeAlias = "int | float | str | bytes | None"


class CellType(StrEnum):
    """What the values of a column are, where they are not absent."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"
    TRUTH = "truth"  # 1 or 0
    TIME = "time"  # UTC as text, `2026-11-23T01:02:03Z`
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: CellType


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows of a table are asked for; what is None asks for all."""

    article_ids: tuple[int, ...] | None = None
    host: str | None = None
    since: datetime | None = None  # included
    until: datetime | None = None  # not included


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many changes of one kind, in one field, a revision brought."""

    kind: str
    field: str
    count: int
