"""Bringing in what others saw: every capture takes the way that a look takes, with its own time.

Importing twice changes nothing: what a file holds is known again by its version number and its text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tracker.exchange.newsdiffs import CONTENT_TYPE, PrintedVersion, read, write
from tracker.judge import Judge
from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting
from tracker.store import Store

READER = "newsdiffs text 1"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one printed version."""

    url: str
    outcome: Outcome | None  # None: it was here already
    revision_number: int | None = None


def import_printed(store: Store, judge: Judge, version: PrintedVersion, now: datetime) -> Imported:
    """Record one version as printed by NewsDiffs, seen `now`: the form itself tells no time."""
    article_id, _ = store.add_article(version.url, now, how="imported")
    if _key(version) in _known_keys(store, article_id):
        return Imported(version.url, None)
    verdict = judge(_sighting(article_id, version, now), store.known([article_id])[article_id])
    if verdict.outcome is Outcome.UNCHANGED:
        return Imported(version.url, None)
    (recorded,) = store.record([verdict])
    return Imported(version.url, verdict.outcome, recorded.revision_number)


def _sighting(article_id: int, version: PrintedVersion, now: datetime) -> Sighting:
    body = write([version]).encode()
    fetch = Fetch(
        requested_url=version.url,
        url=version.url,
        fetched_at=now,
        status=200,
        headers=(("Content-Type", CONTENT_TYPE),),
        body=body,
        received_bytes=len(body),
    )
    extract = Extract(headline=version.headline or None, paragraphs=version.paragraphs)
    return Sighting(LookOrder(article_id, version.url), fetch, extract=extract, extractor=READER)


def _known_keys(store: Store, article_id: int) -> frozenset[tuple[int, str, tuple[str, ...]]]:
    printed: Iterable[PrintedVersion] = (
        version
        for capture in store.captures_of(article_id)
        if capture.content_type == CONTENT_TYPE
        for version in read(capture.body.decode(), f"capture {capture.capture_id}")
    )
    return frozenset(_key(version) for version in printed)


def _key(version: PrintedVersion) -> tuple[int, str, tuple[str, ...]]:
    return version.index, version.headline, version.paragraphs
