"""The small values that only the store hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Source:
    """A feed, sitemap or section page that names articles."""

    source_id: int
    kind: str  # feed, sitemap or page
    url: str
    etag: str | None = None  # of the answer that was last read in full; None: the server sent none
    last_modified: str | None = None  # the server's own words


class StoredCapture(NamedTuple):
    """A page as the server sent it, with its body as it was before compression."""

    capture_id: int
    captured_at: datetime
    content_type: str | None  # None: the server named none
    body: bytes
    url: str  # where it came from, after redirects


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that `verify` found wrong."""

    table: str
    row_id: int | None  # None: not one row's fault
    what: str  # one sentence

    def __str__(self) -> str:
        place = self.table if self.row_id is None else f"{self.table} {self.row_id}"
        return f"{place}: {self.what}"
