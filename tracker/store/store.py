"""The store's one door: thin methods over the modules that do the work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from tracker.cadence import Allowance, Turn
from tracker.chain import ChainEntry
from tracker.errors import StoreError
from tracker.judge import Compare, compare
from tracker.model import (
    ArticleStatus,
    Batch,
    ChangeDetail,
    CheckEntry,
    Chosen,
    Comparison,
    Field,
    Health,
    HostFigures,
    Inconsistency,
    Kind,
    KindCount,
    Known,
    LeftOutLine,
    Recorded,
    Revision,
    SearchHit,
    Sighting,
    SiteLine,
    State,
    Verdict,
    Where,
)
from tracker.notices import Entry, Notice, Overflow, Rule
from tracker.search.query import parse
from tracker.store import (
    adding,
    backing_up,
    browsing,
    browsing_hosts,
    captures,
    care,
    chain_items,
    checks,
    giving_out,
    health,
    histories,
    host_holds,
    known_then,
    left_out,
    merging,
    outbox,
    queue,
    reading,
    resolving,
    sealing,
    site_lines,
    sources,
    verifying,
    words,
    writing,
)
from tracker.store import search as searching
from tracker.store.browsing import LatestChanges, Overview
from tracker.store.change_times import Place
from tracker.store.connection import Connection
from tracker.store.giving_out import TableReader
from tracker.store.identity import Identity
from tracker.store.opening import connect
from tracker.store.outbox import ChannelWaiting, PendingNotice
from tracker.store.reading import ChangeFilter
from tracker.store.records import (
    KEEP_ALL,
    Fault,
    Keeping,
    Load,
    Maintenance,
    Recognised,
    Source,
    SourceWishes,
    StoredCapture,
    Wanted,
)


class Store:
    """One open database, for one thread at a time; threads and processes that work side by side open one each.

    Errors of the world (a full disk, a lock held too long, a damaged file) come out as StoreError.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rules: tuple[Rule, ...] = ()  # of the channels that are told of what is recorded here

    @classmethod
    def open(cls, path: Path, *, create: bool = False, read_only: bool = False) -> Self:
        """Open the database at `path`, brought to the present form of the schema.

        Raises NotFound where there is none (unless `create`), NotOurDatabase, NewerDatabase, or StoreError.
        """
        return cls(Connection(path, connect(path, create=create, read_only=read_only)))

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._connection.path

    def snapshot(self) -> AbstractContextManager[None]:
        """Reads inside it see one state of the database, whoever writes meanwhile. For seconds, not for hours."""
        return self._connection.snapshot()

    # -- adding --------------------------------------------------------------------------------------------------------

    def add_article(
        self, url: str, now: datetime, *, how: str = "added", source_id: int | None = None
    ) -> tuple[int, bool]:
        """Track a URL, due at once: its article's id, and whether it is new. Raises BadURL."""
        return self.add_articles([url], now, how=how, source_id=source_id)[0]

    def add_articles(
        self, urls: Iterable[str], now: datetime, *, how: str = "added", source_id: int | None = None
    ) -> list[tuple[int, bool]]:
        """The same for many, in one transaction: all of them or, at the first BadURL, none.

        A URL that names a known article in another form becomes one more of its addresses. What is added by hand is
        followed in full and without an end, whatever its source asked for.
        """
        return self.track([Wanted(Identity.of(url)) for url in urls], now, how=how, source_id=source_id)

    def recognised(self, identities: Iterable[Identity]) -> list[Recognised | None]:
        """For each the article that is looked at for it; None: it would be a new one."""
        return adding.recognised(self._connection, identities)

    def track(
        self, wanted: Iterable[Wanted], now: datetime, *, how: str = "added", source_id: int | None = None
    ) -> list[tuple[int, bool]]:
        """As `add_articles`, with what is asked of each."""
        return adding.add_articles(self._connection, wanted, now, how, source_id)

    def add_source(self, kind: str, url: str, now: datetime, wishes: SourceWishes | None = None) -> Source:
        """Remember a feed, sitemap or page, due at once. A source known already stays as it is, but for its wishes;
        None leaves those."""
        return sources.add_source(self._connection, kind, url, now, wishes)

    def due_sources(self, now: datetime) -> tuple[Source, ...]:
        """The longest overdue first."""
        return sources.due_sources(self._connection, now)

    def new_count_since(self, source_id: int, since: datetime) -> int:
        """How many articles a source was the first to name after that."""
        return sources.new_count_since(self._connection, source_id, since)

    def record_source(self, source: Source, now: datetime, next_look_at: datetime, *, problem: str = "") -> None:
        """Note down how a source stands after a reading, and when the next one is due. `problem`: why it was not read
        in full. Its wishes are not written."""
        sources.record_source(self._connection, source, now, next_look_at, problem=problem)

    def host_holds(self, now: datetime) -> dict[str, datetime]:
        """The hosts that asked to be left alone, and until when; their articles are not handed out before."""
        return {each.host: each.held_until for each in host_holds.host_holds(self._connection, now)}

    def save_host_holds(self, holds: Mapping[str, datetime], now: datetime) -> int:
        """Keep what hosts asked for; writes only what is new or lasts longer now, and tells how many those are."""
        return host_holds.save_host_holds(self._connection, holds, now)

    # -- looking and recording -----------------------------------------------------------------------------------------

    def claim_due(self, now: datetime, limit: int, busy_hosts: frozenset[str] = frozenset()) -> tuple[Batch, ...]:
        """Up to `limit` due articles, the longest overdue first, in one batch a host.

        Nothing is marked: who claims keeps the hosts in hand in `busy_hosts` until their verdicts are recorded.
        """
        return queue.claim_due(self._connection, now, limit, busy_hosts)

    def claim_in_turn(
        self, now: datetime, limit: int, allowed: Allowance, busy_hosts: frozenset[str] = frozenset()
    ) -> tuple[Batch, ...]:
        """As `claim_due`, as many as are `allowed` and in the order of their turns, see `tracker.cadence.budget`."""
        return queue.claim_in_turn(self._connection, now, limit, allowed, busy_hosts)

    def load(self, now: datetime, since: datetime, most_overdue: int) -> Load:
        """What the queue asks for, and how many looks there were `since` a moment. More overdue articles than
        `most_overdue` are not counted."""
        return queue.load(self._connection, now, since, most_overdue)

    def bring_forward(
        self,
        now: datetime,
        turns: Iterable[Turn],
        spread: Callable[[], float],
        limit: int,
        is_dearer: Callable[[str, float], bool],
    ) -> int:
        """Articles whose next look was planned when looks were far dearer come sooner: at most `limit`, and how many
        they were. `spread` gives numbers in [0, 1); `is_dearer` tells whether a host whose articles ask for so many
        looks a day has a higher price of its own: its articles stay."""
        return queue.bring_forward(self._connection, now, turns, spread, limit, is_dearer)

    def stir(self, article_ids: Iterable[int], now: datetime) -> int:
        """Something names these articles again: those that were given up a while ago are due; how many they are."""
        return histories.stir_given_up(self._connection, article_ids, now)

    def clock_went_back(self, now: datetime, by: timedelta) -> None:
        """What was planned by a clock that has been set back since is due as much earlier. The sign of `by` does not
        matter."""
        queue.clock_went_back(self._connection, now, by)

    def orders_for(self, article_ids: Iterable[int]) -> tuple[Batch, ...]:
        """The same for these articles, due or not; unknown ids are left out."""
        return queue.orders_for(self._connection, article_ids)

    def known(self, article_ids: Iterable[int]) -> dict[int, Known]:
        """What a look at each article is judged against; unknown ids are left out."""
        return reading.known(self._connection, article_ids)

    def record(self, verdicts: Sequence[Verdict]) -> tuple[Recorded, ...]:
        """Write down what looks meant, in their order, all in one transaction. Verdicts of one article may follow
        each other. Raises KeyError for an article that is not in the database: nothing is recorded then."""
        return writing.record(self._connection, verdicts, self._rules)

    # -- notices -------------------------------------------------------------------------------------------------------

    def announce(self, rules: Iterable[Rule]) -> None:
        """From now on, what these rules ask for goes into the outbox with every `record` through this store."""
        self._rules = tuple(rules)

    def waiting_notices(self, channel: str, now: datetime) -> ChannelWaiting:
        """What a channel is to be told of and no notice tells yet."""
        return outbox.waiting(self._connection, channel, now)

    def make_notice(
        self, channel: str, hosts: Collection[str], make: Callable[[Sequence[Entry], Overflow], Notice], now: datetime
    ) -> bool:
        """Gather all that waits of these hosts into one notice. False: nothing does."""
        return outbox.seal(self._connection, channel, hosts, make, now)

    def claim_notice(self, channel: str, now: datetime) -> PendingNotice | None:
        """The next notice to send, for nobody else until it is settled or three minutes are over. None: none is."""
        return outbox.claim(self._connection, channel, now)

    def release_notices(self, now: datetime) -> None:
        """What was under way when a daemon was killed can be claimed at once; for the next daemon's start."""
        outbox.release(self._connection, now)

    def notice_delivered(self, channel: str, notice_id: str, now: datetime) -> None:
        outbox.delivered(self._connection, channel, notice_id, now)

    def notice_refused(self, channel: str, notice_id: str, now: datetime, problem: str) -> None:
        """It is given up; `problem` must hold nothing of the channel's address."""
        outbox.refused(self._connection, channel, notice_id, now, problem)

    def notice_deferred(
        self, channel: str, notice_id: str, now: datetime, problem: str, next_try: Callable[[int], datetime]
    ) -> datetime:
        """It waits, and so does its channel: until when, as `next_try` tells from the failures in a row."""
        return outbox.deferred(self._connection, channel, notice_id, now, problem, next_try)

    def tidy_notices(self, channels: Collection[str], now: datetime) -> int:
        """Forget what was sent long ago, and what has long waited for channels that are not among these: how much
        that is."""
        return outbox.tidy(self._connection, channels, now)

    def known_at(self, article_id: int, at: datetime, origin: str = "") -> Known:
        """What a look that somebody else took at that time is judged against: the article as it stood then. Raises
        KeyError for an article that is not in the database."""
        return known_then.known_at(self._connection, article_id, at, origin)

    def is_merged(self, article_id: int, at: datetime, origin: str) -> bool:
        """Is a look that somebody else took at that second known already?"""
        return merging.is_merged(self._connection, article_id, at, origin)

    def merge(
        self, looks: Sequence[Sighting], judge: merging.Judging, now: datetime, compare: Compare = compare
    ) -> tuple[merging.Merged | None, ...]:
        """Put looks that others took among those that are there, each at its own time: all in one transaction. None
        for a look that is known already: same article, same second, same origin.

        `judge` is asked inside of the transaction. Revisions keep what they say, but later ones may get other numbers;
        when and how often the article is looked at stays as it is. Raises KeyError for an article that is not in the
        database, ValueError for a look that is our own or lies ahead of `now`: nothing is recorded then.
        """
        return merging.merge(self._connection, looks, judge, compare, now)

    # -- reading -------------------------------------------------------------------------------------------------------

    def resolve(self, reference: str) -> ArticleStatus:
        """The article of an id, a URL (any that led to it), or a unique part of a URL. Raises NotFound."""
        return resolving.resolve(self._connection, reference)

    def named_host(self, name: str) -> str:
        """The host as it is tracked: one named without its port may be the only one of that name. Raises NotFound."""
        return resolving.named_host(self._connection, name)

    def articles(self, host: str | None = None, state: State | None = None) -> Iterator[ArticleStatus]:
        return reading.articles(self._connection, host, state)

    def revision(self, article_id: int, number: int) -> Revision:
        """Raises NotFound if the article has no revision of that number."""
        return reading.revision(self._connection, article_id, number)

    def revisions(self, article_id: int) -> Iterator[Revision]:
        """Every revision, the first one first."""
        return reading.revisions(self._connection, article_id)

    def revision_heads(self, article_id: int) -> Iterator[Revision]:
        """The same without their texts, in a small part of the time."""
        return reading.revision_heads(self._connection, article_id)

    def comparison(self, article_id: int, from_number: int, to_number: int) -> Comparison | None:
        """What was recorded between two revisions; None if they were never compared (only neighbours are)."""
        return reading.comparison(self._connection, article_id, from_number, to_number)

    def inconsistencies(self, revision_id: int) -> tuple[Inconsistency, ...]:
        """The names that a revision spells in two ways, by place; `revision_id` is `Revision.revision_id`."""
        return reading.inconsistencies(self._connection, revision_id)

    def checks(self, article_id: int) -> Iterator[CheckEntry]:
        """Every look, the oldest first."""
        return checks.checks(self._connection, article_id)

    def changes(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        host: str | None = None,
        article_id: int | None = None,
        kinds: Collection[Kind] = (),
        field: Field | None = None,
    ) -> Iterator[ChangeDetail]:
        """Changes in the order in which they were seen; `since` is included, `until` is not; no `kinds`: all."""
        wanted = reading.ChangeFilter(since, until, host, article_id, kinds, field)
        return reading.changes(self._connection, wanted)

    def change_ids(self, from_revision_id: int, to_revision_id: int) -> tuple[int, ...]:
        """Of what was recorded between two revisions, in the order of `Comparison.changes`."""
        return browsing.change_ids(self._connection, from_revision_id, to_revision_id)

    def host_figures(self, host: str) -> HostFigures:
        """What a host changes, and how looking at it goes. Raises NotFound if no article of it is tracked."""
        return browsing_hosts.host_figures(self._connection, host)

    def days_with_changes(self) -> tuple[tuple[str, str], ...]:
        """Days in UTC, the latest first, each with a text that is another when its changes are."""
        return browsing.days_with_changes(self._connection)

    def overview(self) -> Overview:
        return browsing.overview(self._connection)

    def kind_meanings(self) -> dict[Kind, str]:
        """What each kind of change means, in a sentence."""
        return browsing.kind_meanings(self._connection)

    def latest_changes(self, wanted: ChangeFilter, before: Place | None = None, limit: int = 40) -> LatestChanges:
        """The changes of the `limit` newest revisions that have some, the newest first; `before`: go on from there."""
        return browsing.latest_changes(self._connection, wanted, before, limit)

    def captures_of(self, article_id: int) -> Iterator[StoredCapture]:
        """Every page kept of an article, the oldest first. Raises StoreError for one that is damaged."""
        return captures.captures_of(self._connection, article_id)

    def capture(self, capture_id: int) -> StoredCapture | None:
        """A page as sent, by its number. None: there is none, or it was dropped as the configuration asks."""
        return captures.capture(self._connection, capture_id)

    def chain_of(self, article_id: int) -> Iterator[ChainEntry]:
        """The chain of an article, entry after entry; the first is the article itself. Raises NotFound."""
        return chain_items.chain_of(self._connection, article_id)

    def chain_head_lines(self) -> Iterator[str]:
        """Where the chains of all articles end, a line each: the SHA-256 of all of them is `chain_head`."""
        return chain_items.chain_head_lines(self._connection)

    def chain_head(self) -> str:
        """SHA-256 over where the chains of all articles end. Who has noted it down can tell later whether the file is
        still the same; it moves on with every look."""
        return chain_items.chain_head(self._connection)

    def joined_into(self, article_id: int) -> tuple[ArticleStatus, ...]:
        """The articles whose history goes on in this one, in the order in which they were joined."""
        return resolving.joined_into(self._connection, article_id)

    def left_out(self, article_id: int) -> Iterator[LeftOutLine]:
        """The lines that were left out of an article, those seen last first."""
        return left_out.left_out(self._connection, article_id)

    def site_lines(self, host: str) -> Iterator[SiteLine]:
        """The lines known as a host's own, those of the most articles first."""
        return site_lines.site_lines(self._connection, host)

    def capture_of(self, revision_id: int) -> StoredCapture | None:
        """The page that a revision was read from, as sent; `content_type` tells a page from an import. None: there is
        no such revision, or its page was dropped as the configuration asks."""
        return captures.capture_of(self._connection, revision_id)

    def page_dropped_at(self, revision_id: int) -> datetime | None:
        """When the page of a revision was dropped, as the configuration asks; None: it is kept."""
        return captures.dropped_at(self._connection, revision_id)

    def open_table(
        self, name: str, chosen: Chosen | None = None, *, by_time: bool = False, facts: str = ""
    ) -> TableReader:
        """The chosen rows of a public table or view, see `tracker.store.giving_out`; close it after use."""
        return TableReader(self.path, name, chosen or Chosen(), by_time=by_time, facts=facts)

    def kinds_of(self, revision_ids: Sequence[int]) -> dict[int, tuple[KindCount, ...]]:
        """What kinds of changes led to each of these revisions; those without any are left out."""
        return giving_out.kinds_of(self._connection, revision_ids)

    def seen_count(self, article_id: int) -> int:
        """How many versions readers saw: revisions without those whose page was only read anew."""
        return giving_out.seen_count(self._connection, article_id)

    @property
    def last_check_at(self) -> datetime | None:
        """When something was looked at last; None: not yet. `health` tells it too, with much that takes longer."""
        return health.last_check_at(self._connection)

    def health(self, now: datetime) -> Health:
        return health.health(self._connection, now)

    def search(
        self,
        query: str,
        *,
        host: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        where: Where = Where.ANY,
        limit: int | None = 20,
    ) -> Iterator[SearchHit]:
        """The passages that hold what is searched for, see `tracker.search.query`, also those that were taken out.

        Articles with the newest wording come first, at most `limit` of them (None: all), the passages of one together.
        `since` (included) and `until` (not included): only passages that came or went in that time. Raises UsageError
        where the query asks for nothing.
        """
        wanted = searching.Search(parse(query), host, since, until, where)
        return searching.search(self._connection, wanted, limit)

    def search_lately(self, query: str, *, limit: int, most_matches: int) -> tuple[tuple[SearchHit, ...], bool]:
        """The same in a short time, however often the words stand in the database: only of the `most_matches` last
        recorded passages with these words, and whether those are all."""
        wanted = searching.Search(parse(query), most_matches=most_matches)
        hits = tuple(searching.search(self._connection, wanted, limit))
        return hits, searching.is_complete(self._connection, wanted)

    def rebuild_words(self) -> int:
        """Make the word index anew from the texts; how many paragraphs it holds. Others wait meanwhile."""
        return words.rebuild_words(self._connection)

    # -- care ----------------------------------------------------------------------------------------------------------

    def verify(self, progress: Callable[[int, int], None] | None = None) -> Iterator[Fault]:
        """Recompute every hash, replay every diff, recount every counter. `progress` hears (done, total) in rows."""
        return verifying.verify(self._connection, progress)

    def backup(self, target: Path, now: datetime | None = None) -> None:
        """A consistent copy, also while others write. Raises UsageError if the target exists, or StoreError.

        `now` is noted down as the time of the last backup, where this database can be written to.
        """
        backing_up.back_up(self._connection, target)
        if now is not None:
            with suppress(StoreError):  # the copy is made; a file that is only for reading keeps no such note
                care.note_backup(self.path, now)

    @property
    def last_backup_at(self) -> datetime | None:
        """None: never."""
        return care.last_backup_at(self._connection)

    def maintain(self, now: datetime, keeping: Keeping = KEEP_ALL) -> Maintenance:
        """Tidy up, and let go of what `keeping` says: once a day is enough. Waits for no reader."""
        return care.maintain(self._connection, now, keeping)

    def seal_some(self, now: datetime) -> int:
        """Pack pages together that lie alone: a portion of some tenths of a second. How many frames it dealt with;
        0: nothing waits."""
        return sealing.seal_some(self._connection, now)
