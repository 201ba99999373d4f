"""Sources: feeds, sitemaps and section pages that are read again and again for new articles.

Each at its own pace, and with what is asked of it: which of its articles are taken, how many a day, and how they are
followed. An article that its source no longer names is followed on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tracker.config import SourceSettings
from tracker.discover import (
    Admission,
    Discovered,
    PacePolicy,
    Patterns,
    Reading,
    SourceHistory,
    SourceKind,
    SourceOptions,
    admitted,
    after_look,
    follow_nested,
    follow_until,
    next_look_at,
    read_source,
)
from tracker.discover.feeds import MAX_NESTED
from tracker.errors import SandboxFailed
from tracker.fetch import Fetcher, look_at_host
from tracker.host_turns import HostTurns
from tracker.model import Batch, Fetch, LookOrder
from tracker.sandbox import Runner, run_here
from tracker.store import Identity, Recognised, Source, SourceWishes, Store, Wanted
from tracker.urls import canonical_url, host_of, is_front_page

log = logging.getLogger(__name__)

_CAP_WINDOW = timedelta(days=1)
# Articles a transaction: a sitemap of 50,000 must not keep the looks from being recorded for seconds.
_TRACKED_AT_ONCE = 1_000
# A source that moved for good and then fails so often in a row is asked at its old address again.
_MOVED_BACK_AFTER = 3

_PERMANENT_REDIRECTS = frozenset({301, 308})
_NOT_MODIFIED = 304
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one reading of a source gave. `problem` is empty where it could be read."""

    found_count: int
    new_count: int
    problem: str = ""
    unwanted_count: int = 0  # left out by its patterns
    too_old_count: int = 0  # published longer ago than its articles are followed
    held_back_count: int = 0  # beyond its cap of new articles a day


class _StoppedError(Exception):
    """The program is to stop: the wait before a request was broken off, and nothing was asked."""


def _no_jitter() -> float:
    return 0.0


def _unheard() -> None:
    pass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class SourceReader:
    """`run` is where documents are parsed: a sandbox's for those of the world."""

    store: Store
    fetcher: Fetcher
    now: Callable[[], datetime]
    run: Runner = run_here
    jitter: Callable[[], float] = _no_jitter  # in [0, 1): spreads the next readings
    host_intervals: Mapping[str, float] = field(default_factory=dict)  # seconds; other hosts': the fetcher's own
    after_reading: Callable[[], object] = _unheard
    turns: HostTurns = field(default_factory=HostTurns)  # shared with the looks, which ask the same hosts
    is_stopping: Callable[[], bool] = _never  # asked several times a second while a host's turn is waited for

    def adopt(self, configured: Iterable[SourceSettings]) -> None:
        """Make the sources of the configuration known to the database, with what is asked of them."""
        for settings in configured:
            kind, url = settings.address
            self.store.add_source(kind, url, self.now(), wishes_of(settings))

    def read_due(self) -> None:
        """Every source that is due; those not reached before a stop stay due."""
        try:
            for source in self.store.due_sources(self.now()):
                _tell(source, self.read(source))
        except _StoppedError:
            log.info("stopped before every source was read")

    def read(self, source: Source) -> Harvest:
        """One reading now: its articles become tracked, and when to read it again is noted down."""
        fetch = self._fetch(source.source_id, source.address, source.etag, source.last_modified)
        first = self._first_reading(source, fetch)
        reading, is_whole = self._with_nested(source, first)
        admission, new_count = self._track(source, reading.links, options_of(source.wishes))
        is_whole = is_whole and not admission.held_back_count  # what waits must not be hidden by "not modified"
        after = _after(source, fetch, replace(reading, links=admission.taken), new_count)
        if is_whole:
            after = _settled(after, fetch, first)
        elif not _no_answer(fetch):
            after = replace(after, etag=None, last_modified=None)
        due = next_look_at(_history_of(after), fetch, policy=_policy_of(source.wishes), jitter=self.jitter())
        self.store.record_source(after, self.now(), due, problem=reading.problem)
        self.after_reading()
        return _harvest(reading, admission, new_count)

    # -- reading -------------------------------------------------------------------------------------------------------

    def _first_reading(self, source: Source, fetch: Fetch) -> Reading:
        if fetch.status == _NOT_MODIFIED:
            return Reading()
        if problem := _no_answer(fetch):
            return Reading(problem=problem)
        if source.kind == SourceKind.PAGE and is_front_page(fetch.url) and not is_front_page(source.url):
            return Reading(problem=f"it leads to the front page {fetch.url} now")
        return self._parsed(SourceKind(source.kind), fetch)

    def _with_nested(self, source: Source, first: Reading) -> tuple[Reading, bool]:
        """The reading with what it names nested, and whether all was answered that was asked for.

        Bounds are no fault: of an index that names more than is read at a time, the newest are read.
        """
        is_whole = not first.problem or len(first.nested) == MAX_NESTED

        def read(url: str) -> Reading:
            nonlocal is_whole
            fetch = self._fetch(source.source_id, url)
            if fetch.status in _GONE:  # an index that lags behind; to ask for all the others again would not help
                return Reading()
            problem = _no_answer(fetch)
            reading = Reading(problem=f"{url}: {problem}") if problem else self._parsed(SourceKind.SITEMAP, fetch)
            is_whole = is_whole and not (reading.problem and not reading.links)
            return reading

        reading = follow_nested(first, read, since=source.last_whole_at)
        return reading, is_whole

    def _parsed(self, kind: SourceKind, fetch: Fetch) -> Reading:
        try:
            return self.run(read_source, kind, fetch)
        except SandboxFailed as failure:
            return Reading(problem=str(failure))

    def _fetch(self, source_id: int, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetch:
        """Politely: as a batch of one, when nobody else is at the host, and after its pause."""
        host = host_of(url)
        batch = Batch(host, (LookOrder(source_id, url, etag, last_modified),))
        with self.turns.turn(host, self.is_stopping) as is_ours:
            looks = look_at_host(self.fetcher, batch, self.host_intervals.get(host)) if is_ours else iter(())
            fetch = next(looks, None)
        if fetch is None:
            raise _StoppedError
        return fetch

    # -- tracking ------------------------------------------------------------------------------------------------------

    def _track(self, source: Source, links: tuple[Discovered, ...], options: SourceOptions) -> tuple[Admission, int]:
        """What was taken of these links, and how many new articles that gave: two links may name one."""
        now = self.now()
        identities = {link.url: Identity(link.url) for link in links if options.patterns.admit(link.url)}
        known = dict(zip(identities, self.store.recognised(identities.values()), strict=True))
        admission = admitted(
            links,
            options,
            is_known=lambda url: known[url] is not None,
            new_today=self.store.new_count_since(source.source_id, now - _CAP_WINDOW),
            now=now,
        )
        self.store.stir([each.article_id for each in known.values() if each is not None], now)
        new_count = 0
        for part in _parts(admission.taken):
            wanted = [_wanted(identities[link.url], link, options, known[link.url], now) for link in part]
            added = self.store.track(wanted, now, how=source.kind, source_id=source.source_id)
            new_count += sum(is_new for _, is_new in added)
        return admission, new_count


def _harvest(reading: Reading, admission: Admission, new_count: int) -> Harvest:
    return Harvest(
        found_count=len(reading.links),
        new_count=new_count,
        problem=reading.problem,
        unwanted_count=admission.unwanted_count,
        too_old_count=admission.too_old_count,
        held_back_count=admission.held_back_count,
    )


def wishes_of(settings: SourceSettings) -> SourceWishes:
    return SourceWishes(
        include=settings.include,
        exclude=settings.exclude,
        max_new_per_day=settings.max_new_per_day,
        is_headline_only=settings.headline_only,
        follow_days=settings.follow_days,
        min_interval_s=settings.min_interval_s,
    )


def options_of(wishes: SourceWishes) -> SourceOptions:
    return SourceOptions(
        patterns=Patterns(wishes.include, wishes.exclude),
        max_new_per_day=wishes.max_new_per_day,
        is_headline_only=wishes.is_headline_only,
        follow_for=None if wishes.follow_days is None else timedelta(days=wishes.follow_days),
    )


def _policy_of(wishes: SourceWishes) -> PacePolicy:
    usual = PacePolicy()
    if wishes.min_interval_s is None:
        return usual
    shortest = timedelta(seconds=wishes.min_interval_s)
    return PacePolicy(shortest, max(shortest, usual.longest))


def _parts(links: tuple[Discovered, ...]) -> Iterator[tuple[Discovered, ...]]:
    for start in range(0, len(links), _TRACKED_AT_ONCE):
        yield links[start : start + _TRACKED_AT_ONCE]


def _wanted(
    identity: Identity, link: Discovered, options: SourceOptions, known: Recognised | None, now: datetime
) -> Wanted:
    until = follow_until(now if known is None else known.added_at, link.published_at, options)
    return Wanted(identity, until, options.is_headline_only, link.published_at or link.changed_at)


# -- how a source stands after a reading -------------------------------------------------------------------------------


def _history_of(source: Source) -> SourceHistory:
    return SourceHistory(
        arrivals=source.arrivals,
        watched_s=source.watched_s,
        failures_in_row=source.failures_in_row,
        last_read_at=source.last_read_at,
        ttl_s=source.ttl_s,
    )


def _after(source: Source, fetch: Fetch, reading: Reading, new_count: int) -> Source:
    history = after_look(_history_of(source), fetch, reading, new_count)
    is_lost = history.failures_in_row >= _MOVED_BACK_AFTER
    return replace(
        source,
        arrivals=history.arrivals,
        watched_s=history.watched_s,
        failures_in_row=history.failures_in_row,
        last_read_at=history.last_read_at,
        ttl_s=history.ttl_s,
        moved_to_url=None if is_lost else source.moved_to_url,
    )


def _settled(source: Source, fetch: Fetch, first: Reading) -> Source:
    """After a reading that left nothing out."""
    moved = replace(source, last_whole_at=fetch.fetched_at, moved_to_url=_moved_to(source, fetch))
    if fetch.status == _NOT_MODIFIED:
        return moved
    if any(at is None for at in first.nested_changed_at):
        # Such an index stays as it is when what it names changes: "not modified" would say nothing.
        return replace(moved, etag=None, last_modified=None)
    return replace(moved, etag=fetch.header("ETag"), last_modified=fetch.header("Last-Modified"))


def _moved_to(source: Source, fetch: Fetch) -> str | None:
    """Where the address leads for good: as far as every redirect says so."""
    address = source.address
    for redirect in fetch.redirects:
        if redirect.status not in _PERMANENT_REDIRECTS:
            break
        address = canonical_url(redirect.url)
    return None if address == source.url else address


def _no_answer(fetch: Fetch) -> str:
    if fetch.failure is not None:
        return fetch.failure_detail or fetch.failure.value
    if fetch.status is None or not 200 <= fetch.status < 300:
        return f"the server says {fetch.status}"
    return ""


def _tell(source: Source, harvest: Harvest) -> None:
    told: dict[str, object] = {"url": source.url, "found": harvest.found_count, "new": harvest.new_count}
    told |= {name: count for name, count in _left_out(harvest) if count}
    if harvest.problem:
        log.warning("source not read in full", extra=told | {"reason": harvest.problem})
    else:
        log.info("source read", extra=told)


def _left_out(harvest: Harvest) -> tuple[tuple[str, int], ...]:
    return (
        ("unwanted", harvest.unwanted_count),
        ("too_old", harvest.too_old_count),
        ("held_back", harvest.held_back_count),
    )
