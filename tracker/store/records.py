"""The small values that only the store hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from tracker.model import Demand
from tracker.store.identity import Identity


class Recognised(NamedTuple):
    """An article that is tracked already."""

    article_id: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article that is to be tracked, and how."""

    identity: Identity
    follow_until: datetime | None = None  # it is not looked at after that; None: no end
    is_headline_only: bool = False
    published_at: datetime | None = None  # it was out then, as its source says; None: the source does not say


@dataclass(frozen=True, slots=True)
class SourceWishes:
    """What is asked of a source, see `SourceSettings`. None: no limit."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_new_per_day: int | None = None
    is_headline_only: bool = False
    follow_days: float | None = None
    min_interval_s: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A feed, sitemap or section page that names articles, as it stands now."""

    source_id: int
    kind: str  # feed, sitemap or page
    url: str  # as it was given
    etag: str | None = None  # of the answer that was last read in full; None: the server sent none
    last_modified: str | None = None  # the server's own words
    moved_to_url: str | None = None  # where `url` leads for good; None: nowhere else
    last_read_at: datetime | None = None  # the last reading that was answered; None: none was
    last_whole_at: datetime | None = None  # the last reading that left nothing out; None: none did
    failures_in_row: int = 0
    arrivals: float = 0.0  # see `tracker.discover.pace.SourceHistory`, also for the next two
    watched_s: float = 0.0
    ttl_s: int | None = None
    wishes: SourceWishes = SourceWishes()

    @property
    def address(self) -> str:
        """Where to ask."""
        return self.moved_to_url or self.url


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What tidying up came to."""

    is_log_emptied: bool  # False: somebody was reading or writing; the next time will do
    log_bytes: int  # of the write-ahead log, before
    forgotten_hold_count: int  # hosts that need not be left alone any more
    rolled_day_count: int = 0  # hosts and days whose looks were added up
    folded_check_count: int = 0  # rows of looks that are now part of another
    packed_frame_count: int = 0  # of pages, that are now part of another
    dropped_page_count: int = 0  # as the configuration asks


class StoredCapture(NamedTuple):
    """A page as the server sent it, with its body as it was before compression."""

    capture_id: int
    captured_at: datetime
    content_type: str | None  # None: the server named none
    body: bytes
    url: str  # where it came from, after redirects
    headers: tuple[tuple[str, str], ...]  # of the answer, in order, names as sent
    http_status: int
    body_sha256: str  # in hex, as recorded


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what is kept stays, see [database] in config.toml. None: for ever, or without a limit. Text always
    stays."""

    fold_checks_after: timedelta | None = None  # looks that are alike and older than this become one row
    keep_captures_for: timedelta | None = None  # pages older than this are dropped
    most_capture_bytes: int | None = None  # compressed; beyond it the oldest pages are dropped


KEEP_ALL = Keeping()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that `verify` found wrong."""

    table: str
    row_id: int | None  # None: not one row's fault
    what: str  # one sentence

    def __str__(self) -> str:
        place = self.table if self.row_id is None else f"{self.table} {self.row_id}"
        return f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Load:
    """What the queue asks for, and what was spent on it of late."""

    demands: tuple[Demand, ...]
    overdue_count: int  # due and not yet looked at
    recent_look_count: int
