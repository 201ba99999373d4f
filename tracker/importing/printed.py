"""NewsDiffs' printed form: it tells no time, so that what it holds was seen when it is imported.

Importing twice changes nothing: what a file holds is known again by its version number and its text. A wording that a
look with a time of its own showed is on record as well: taken for one of now, it would tell of a change back to it
that nobody made.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from tracker.exchange.newsdiffs import CONTENT_TYPE, PrintedVersion, read, write
from tracker.judge import Judge
from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting
from tracker.store import Store

READER = "newsdiffs text 1"
ORIGIN = "newsdiffs"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one printed version."""

    url: str
    outcome: Outcome | None  # None: it was here already
    revision_number: int | None = None


@dataclass(slots=True)
class PrintedImporter:
    """Takes in printed versions, one after the other."""

    store: Store
    judge: Judge
    _on_record: _OnRecord | None = field(default=None, init=False)  # of the article that came last: chains lie together

    def bring_in(self, version: PrintedVersion, now: datetime) -> Imported:
        """Record one version as printed by NewsDiffs, seen `now`: the form itself tells no time."""
        article_id, _ = self.store.add_article(version.url, now, how="imported")
        if self._on_record is None or self._on_record.article_id != article_id:
            self._on_record = _on_record(self.store, article_id)
        if self._on_record.has(version):
            return Imported(version.url, None)
        verdict = self.judge(_sighting(article_id, version, now), self.store.known([article_id])[article_id])
        if verdict.outcome is Outcome.UNCHANGED:
            return Imported(version.url, None)
        (recorded,) = self.store.record([verdict])
        self._on_record.versions.add(_digest(version.index, version.headline, version.paragraphs))
        return Imported(version.url, verdict.outcome, recorded.revision_number)


@dataclass(frozen=True, slots=True)
class _OnRecord:
    """What is known of one article, as digests: its texts may be many."""

    article_id: int
    versions: set[bytes]  # printed ones, by number and text: an article may have gone back to an earlier text
    texts: frozenset[bytes]  # of revisions that were not printed, or whose printed form was let go

    def has(self, version: PrintedVersion) -> bool:
        return (
            _digest(version.index, version.headline, version.paragraphs) in self.versions
            or _digest(None, version.headline, version.paragraphs) in self.texts
        )


def _on_record(store: Store, article_id: int) -> _OnRecord:
    versions: set[bytes] = set()
    kept_ids = set()
    for capture in store.captures_of(article_id):
        if capture.content_type == CONTENT_TYPE:
            kept_ids.add(capture.capture_id)
            printed = read(capture.body.decode(), f"capture {capture.capture_id}")
            versions.update(_digest(each.index, each.headline, each.paragraphs) for each in printed)
    texts = frozenset(
        _digest(None, revision.extract.headline or "", revision.extract.paragraphs)
        for revision in store.revisions(article_id)
        if revision.capture_id not in kept_ids
    )
    return _OnRecord(article_id, versions, texts)


def _digest(number: int | None, headline: str, paragraphs: tuple[str, ...]) -> bytes:
    return hashlib.sha256(repr((number, headline, paragraphs)).encode("utf-8", "backslashreplace")).digest()


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
    return Sighting(LookOrder(article_id, version.url), fetch, extract=extract, extractor=READER, origin=ORIGIN)
