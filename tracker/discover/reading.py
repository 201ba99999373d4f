"""What a source gives when it is read: the values that leave this package."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SourceKind(StrEnum):
    """How a source lists its articles."""

    FEED = "feed"  # RSS, RDF, Atom, JSON Feed
    SITEMAP = "sitemap"  # sitemap, news sitemap, sitemap index, plain list of URLs
    PAGE = "page"  # a front page or section page


@dataclass(frozen=True, slots=True)
class Discovered:
    """One article that a source names. `url` is canonical; None: the source does not say."""

    url: str
    title: str | None = None
    published_at: datetime | None = None  # aware, UTC; a time without a zone is read as UTC
    changed_at: datetime | None = None  # when it last changed, as the source says


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a source gave."""

    links: tuple[Discovered, ...] = ()  # each URL once, in the source's order
    nested: tuple[str, ...] = ()  # the sitemaps that an index names, the most recently changed first
    problem: str = ""  # why nothing, or only a part, could be read; empty: all was read
    ttl_s: int | None = None  # seconds for which the feed says it stays as it is; None: it does not say
    nested_changed_at: tuple[datetime | None, ...] = ()  # when each of `nested` last changed; None: it does not say
