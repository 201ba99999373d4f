"""Feeds, sitemaps and section pages -> article URLs. Speaks no HTTP: an answer comes in, a reading goes out."""

from __future__ import annotations

from tracker.discover.admission import Admission, SourceOptions, admitted, follow_until
from tracker.discover.nesting import NestingLimits, follow_nested
from tracker.discover.pace import PacePolicy, SourceHistory, after_look, next_look_at
from tracker.discover.patterns import Patterns
from tracker.discover.reading import Discovered, Reading, SourceKind
from tracker.discover.sources import read_source

__all__ = [
    "Admission",
    "Discovered",
    "NestingLimits",
    "PacePolicy",
    "Patterns",
    "Reading",
    "SourceHistory",
    "SourceKind",
    "SourceOptions",
    "admitted",
    "after_look",
    "follow_nested",
    "follow_until",
    "next_look_at",
    "read_source",
]
