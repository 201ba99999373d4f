"""What every reader of others' archives gives: looks that somebody else took, one by one, each with its own time.

    newsdiffs_repository.read_repository(tables, articles, *, problem, zone, with_boring)   NewsDiffs' database and git
    diffengine.read_diffengine(tables, *, problem, zone)                                    diffengine's database
    warc_in.read_warcs(files, *, problem, wanted, most_bytes)                               WARC files
    memento.read_mementos(urls, fetch, *, problem, known, archive)                          archives that speak Memento
    html_folder.read_folder(folder, *, problem, url, zone, use_file_times)                  a folder of pages

All are generators that hold one look at a time. What makes the whole source unreadable is raised as FormatError, which
names file and place; a single bad record is told to `problem`, in one sentence, and passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from tracker.model import Extract

Problem = Callable[[str], None]
"""Takes one sentence on a record that was passed over: which, where, and why."""


@dataclass(frozen=True, slots=True)
class ImportedLook:
    """One look that somebody else took at one URL, as it stands in their archive."""

    url: str  # as the archive writes it: not yet canonical
    seen_at: datetime  # aware, UTC: when they looked, never when we read it
    origin: str  # what it was read from: newsdiffs, diffengine, warc, memento, html
    status: int  # of the answer they got; 200 where the format keeps only pages that were read
    headers: tuple[tuple[str, str], ...]  # of that answer; at least Content-Type where the format keeps none
    body: bytes  # the page as sent, content decoded; where the format holds no page, the text as it stands there
    extract: Extract | None = None  # as the other program read it; None: to be read from the page
    reader: str = ""  # name and version of what made `extract`; empty without


class ForeignTables(Protocol):
    """Another program's database, as `tracker.store.foreign` reads it."""

    @property
    def name(self) -> str:
        """What the file is called in errors."""

    def columns(self, table: str) -> tuple[str, ...]:
        """The table's columns, in lower case; empty: there is no such table."""

    def rows(self, table: str, columns: Sequence[str], order_by: Sequence[str]) -> Iterator[tuple[object, ...]]:
        """Rows one by one with these columns; text that is not UTF-8 comes as bytes."""


def moment_of(value: object, zone: tzinfo = UTC) -> datetime | None:
    """A time as a database or a name holds it: ISO 8601 or the like, aware, UTC; without an offset it is of `zone`.

    Also Unix seconds, where a column holds numbers. None: it is no time.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_seconds(value)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):  # no such form, or a year outside 1-9999 once moved to UTC
        return None


def _from_seconds(value: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):  # not a number, or beyond what a date can hold
        return None
