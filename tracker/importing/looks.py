"""Looks that others took, from any format: read in the sandbox, judged, and merged where their times belong.

In batches, each one transaction: memory stays flat, and a daemon that runs meanwhile waits for a moment at most. What a
batch holds is merged in the order of its times.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker.errors import BadURL
from tracker.exchange.imported import ImportedLook
from tracker.extract import SiteRules
from tracker.judge import Judge
from tracker.look import see
from tracker.model import Fetch, LookOrder, Outcome, Sighting
from tracker.sandbox import Runner, run_here
from tracker.store import Identity, Store
from tracker.urls import host_of

log = logging.getLogger(__name__)

# A batch is merged in one transaction, for which a daemon has to wait, and its pages are held in memory.
_BATCH_LOOKS = 48
_BATCH_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of one look."""

    url: str  # as the archive writes it
    seen_at: datetime
    article_id: int | None = None  # None: no article is tracked for it
    outcome: Outcome | None = None  # None: nothing was recorded
    revision_number: int | None = None  # of the revision that it gave
    is_known: bool = False  # it was here already
    is_no_article: bool = False  # nothing is tracked at its address, and its page shows no article
    problem: str = ""  # why nothing could be recorded, in a short phrase


@dataclass(slots=True)
class _InHand:
    """A look on its way."""

    look: ImportedLook
    identity: Identity | None = None
    article_id: int | None = None
    sighting: Sighting | None = None
    brought: Brought | None = None  # what came of it, once that is settled

    def settle(self, **told: object) -> None:
        bare = Brought(self.look.url, self.look.seen_at, self.article_id)
        self.brought = replace(bare, **told)  # type: ignore[arg-type]  # the fields of Brought, by name


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes looks into a database. `run` is where pages are read, `readers` of them side by side.

    `judge` doubts nothing: nobody can look again at what is past. `now` bounds what can be past.
    """

    store: Store
    judge: Judge
    now: datetime
    rules: Mapping[str, SiteRules] = field(default_factory=dict)
    run: Runner = run_here
    readers: int = 1

    def bring_in(self, looks: Iterable[ImportedLook]) -> Iterator[Brought]:
        """What came of each, batch by batch; within a batch in the order of their times.

        A page at an address that is not tracked begins an article only if it shows one. What is told was committed.
        """
        with ThreadPoolExecutor(self.readers, thread_name_prefix="read") as readers:
            for batch in _batches(looks):
                yield from self._bring_in(batch, readers)

    def _bring_in(self, looks: Sequence[ImportedLook], readers: ThreadPoolExecutor) -> Iterator[Brought]:
        batch = [_InHand(look) for look in sorted(looks, key=lambda look: (look.seen_at, look.origin))]
        for each in batch:
            self._identify(each)
        self._recognise(batch)
        waiting = [each for each in batch if each.brought is None]
        self._read(waiting, readers)
        waiting = [each for each in waiting if each.brought is None]
        self._begin_articles(waiting)
        self._merge([each for each in waiting if each.brought is None])
        return (each.brought for each in batch if each.brought is not None)

    def _identify(self, each: _InHand) -> None:
        if each.look.seen_at > self.now:
            each.settle(problem=f"its time, {each.look.seen_at:%Y-%m-%d %H:%M} UTC, is still to come")
            return
        try:
            each.identity = Identity.of(each.look.url)
        except BadURL:
            each.settle(problem="its address is no web address")

    def _recognise(self, batch: Iterable[_InHand]) -> None:
        """Finds the articles that are tracked; what is known of them already is settled with that."""
        open_ones = [(each, each.identity) for each in batch if each.brought is None and each.identity is not None]
        found = self.store.recognised(identity for _, identity in open_ones)
        for (each, _), article in zip(open_ones, found, strict=True):
            each.article_id = None if article is None else article.article_id
            if each.article_id is not None and self._is_merged(each.article_id, each.look):
                each.settle(is_known=True)

    def _is_merged(self, article_id: int, look: ImportedLook) -> bool:
        return self.store.is_merged(article_id, look.seen_at, look.origin)

    def _read(self, waiting: Iterable[_InHand], readers: ThreadPoolExecutor) -> None:
        for each, reading in [(each, readers.submit(self._seen, each)) for each in waiting]:
            # A bug that one page brings out is logged, and costs no other its place.
            bug = reading.exception()
            if bug is None:
                each.sighting = reading.result()
            else:
                log.error("reading %s of %s went wrong", each.look.url, each.look.seen_at, exc_info=bug)
                each.settle(problem=f"internal error, see the log: {type(bug).__name__}")

    def _seen(self, each: _InHand) -> Sighting:
        look = each.look
        order = LookOrder(each.article_id or 0, look.url)
        fetch = Fetch(
            look.url,
            look.url,
            look.seen_at,
            status=look.status,
            headers=look.headers,
            body=look.body,
            received_bytes=len(look.body),
        )
        if look.extract is None:
            return replace(see(order, fetch, self._rules_of(look.url), self.run), origin=look.origin)
        body_sha256 = hashlib.sha256(look.body).hexdigest()
        return Sighting(order, fetch, look.extract, extractor=look.reader, body_sha256=body_sha256, origin=look.origin)

    def _rules_of(self, url: str) -> SiteRules | None:
        return self.rules.get(host_of(url))

    def _begin_articles(self, batch: Sequence[_InHand]) -> None:
        """A page that shows an article begins one, for all looks at its address; other addresses are not tracked."""
        new = [each.look.url for each in batch if each.article_id is None and _shows_article(each.sighting)]
        if new:
            self.store.add_articles(dict.fromkeys(new), self.now, how="imported")
            self._recognise([each for each in batch if each.article_id is None])
        for each in batch:
            if each.article_id is None and each.brought is None:
                each.settle(is_no_article=True)

    def _merge(self, batch: Sequence[_InHand]) -> None:
        looks = [_of_article(each) for each in batch]
        for each, merged in zip(batch, self.store.merge(looks, self.judge, self.now), strict=True):
            if merged is None:
                each.settle(is_known=True)
            else:
                each.settle(outcome=merged.outcome, revision_number=merged.recorded.revision_number)


def _of_article(each: _InHand) -> Sighting:
    if each.sighting is None or each.article_id is None:
        raise ValueError("a look is merged only once it was read and its article is known")
    return replace(each.sighting, order=replace(each.sighting.order, article_id=each.article_id))


def _shows_article(sighting: Sighting | None) -> bool:
    return sighting is not None and sighting.extract is not None and sighting.page_problem is None


def _batches(looks: Iterable[ImportedLook]) -> Iterator[list[ImportedLook]]:
    batch: list[ImportedLook] = []
    size = 0
    for look in looks:
        batch.append(look)
        size += len(look.body)
        if len(batch) >= _BATCH_LOOKS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
