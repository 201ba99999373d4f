"""Sources: feeds, sitemaps and section pages that are read again and again for new articles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.config import SourceSettings
from tracker.discover import Reading, SourceKind, read_source
from tracker.errors import SandboxFailed
from tracker.fetch import Fetcher, look_at_host
from tracker.model import Batch, Fetch, LookOrder
from tracker.sandbox import Runner, run_here
from tracker.store import Source, Store
from tracker.urls import host_of

log = logging.getLogger(__name__)

_INTERVAL = timedelta(hours=1)  # most feeds change several times a day and ask for no more than this
_NESTED_SITEMAPS = 50  # of one index in one reading: they come newest first


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one reading of a source gave. `problem` is empty where it could be read."""

    found_count: int
    new_count: int
    problem: str = ""


class _StoppedError(Exception):
    """The program is to stop: the pause before a request was broken off, and nothing was asked."""


@dataclass(frozen=True, slots=True)
class SourceReader:
    """`run` is where documents are parsed: a sandbox's for those of the world."""

    store: Store
    fetcher: Fetcher
    now: Callable[[], datetime]
    run: Runner = run_here

    def adopt(self, configured: Iterable[SourceSettings]) -> None:
        """Make the sources of the configuration known to the database."""
        for settings in configured:
            for kind in SourceKind:
                url = getattr(settings, kind.value)
                if url is not None:
                    self.store.add_source(kind.value, url, self.now())

    def read_due(self) -> None:
        """Every source that is due; those not reached before a stop stay due."""
        try:
            self._read_due()
        except _StoppedError:
            log.info("stopped before every source was read")

    def _read_due(self) -> None:
        for source in self.store.due_sources(self.now()):
            harvest = self.read(source)
            told = {"url": source.url, "found": harvest.found_count, "new": harvest.new_count}
            if harvest.problem:
                log.warning("source not read in full", extra=told | {"reason": harvest.problem})
            else:
                log.info("source read", extra=told)

    def read(self, source: Source) -> Harvest:
        """One reading now: its articles become tracked, and when to read it again is noted down."""
        fetch = self._fetch(source.source_id, source.url, source.etag, source.last_modified)
        now = self.now()
        if fetch.status == 304:
            self.store.record_source(source.source_id, fetch, now, now + _INTERVAL, problem="")
            return Harvest(0, 0)
        reading = self._reading(source, fetch)
        added = self.store.add_articles(
            [link.url for link in reading.links], now, how=source.kind, source_id=source.source_id
        )
        wait = max(_INTERVAL, timedelta(seconds=reading.ttl_s or 0))
        self.store.record_source(source.source_id, fetch, now, now + wait, problem=reading.problem)
        return Harvest(len(added), sum(is_new for _, is_new in added), reading.problem)

    def _reading(self, source: Source, fetch: Fetch) -> Reading:
        if problem := _no_answer(fetch):
            return Reading(problem=problem)
        reading = self._parsed(SourceKind(source.kind), fetch)
        for url in reading.nested[:_NESTED_SITEMAPS]:
            nested = self._fetch(source.source_id, url)
            if not _no_answer(nested):
                more = self._parsed(SourceKind.SITEMAP, nested)
                reading = Reading(
                    links=reading.links + more.links, problem=reading.problem or more.problem, ttl_s=reading.ttl_s
                )
        return reading

    def _parsed(self, kind: SourceKind, fetch: Fetch) -> Reading:
        try:
            return self.run(read_source, kind, fetch)
        except SandboxFailed as failure:
            return Reading(problem=str(failure))

    def _fetch(self, source_id: int, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetch:
        """Politely: as a batch of one, after the host's pause."""
        order = LookOrder(source_id, url, etag, last_modified)
        fetch = next(look_at_host(self.fetcher, Batch(host_of(url), (order,))), None)
        if fetch is None:
            raise _StoppedError
        return fetch


def _no_answer(fetch: Fetch) -> str:
    if fetch.failure is not None:
        return fetch.failure_detail or fetch.failure.value
    if fetch.status is None or not 200 <= fetch.status < 300:
        return f"the server says {fetch.status}"
    return ""
