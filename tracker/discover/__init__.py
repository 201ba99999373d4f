"""Feeds, sitemaps and section pages -> article URLs. Speaks no HTTP: an answer comes in, a reading goes out."""

from __future__ import annotations

from tracker.discover.patterns import Patterns
from tracker.discover.reading import Discovered, Reading, SourceKind
from tracker.discover.sources import read_source

__all__ = ["Discovered", "Patterns", "Reading", "SourceKind", "read_source"]
