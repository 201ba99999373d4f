"""Reading back: rows of the public views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.model.comparing import Change
from tracker.model.names import Kind, Outcome, State


@dataclass(frozen=True, slots=True)
class ArticleStatus:
    """A row of `articles_status`."""

    article_id: int
    url: str
    host: str
    headline: str | None
    state: State
    revision_count: int
    change_count: int
    first_seen_at: datetime | None  # None: not seen yet
    last_checked_at: datetime | None  # None: not looked at yet
    last_changed_at: datetime | None  # None: no second revision yet
    next_check_at: datetime | None  # None: not looked at any more
    state_since_at: datetime | None = None  # None: not read from a database
    added_at: datetime | None = None  # None: not read from a database
    failures_in_row: int = 0
    joined_to_article_id: int | None = None  # the article that goes on with this one's history; None: it stands alone
    follow_until: datetime | None = None  # its source asks to look at it no longer than that; None: no end is set
    last_success_at: datetime | None = None  # the latest look that showed it; None: none yet
    source_kind: str | None = None  # feed, sitemap or page: what named it first; None: added by hand or imported
    source_url: str | None = None  # the address of that source; None: added by hand or imported
    published_at: datetime | None = None  # as the latest revision states it; None: it states none
    word_count: int | None = None  # in the body of the latest revision; None: none is known


@dataclass(frozen=True, slots=True)
class ChangeDetail:
    """A row of `changes_detail`: a change, where it stands, and the two looks that it lies between."""

    change_id: int
    article_id: int
    url: str
    host: str
    headline: str | None  # of the newer revision
    from_number: int
    to_number: int
    changed_after: datetime  # the last look that did not show it yet
    changed_before: datetime  # the first look that showed it
    change: Change
    engine: str = ""  # name and version of what drew this conclusion
    is_flap: bool = False  # the page only went from one wording that was seen before to another
    # The first revision that says exactly what the older (from) or newer (to) one says; None: that one is the first.
    from_same_as_number: int | None = None
    to_same_as_number: int | None = None
    from_revision_id: int | None = None  # of the older revision; None: not read from a database
    to_revision_id: int | None = None  # of the newer one; None: not read from a database


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """One look as recorded; `revision_number` is set when it gave a revision."""

    check_id: int
    checked_at: datetime
    outcome: Outcome
    reason: str
    http_status: int | None
    final_url: str | None  # None: as asked for
    revision_number: int | None
    change_count: int
    first_checked_at: datetime | None = None  # the first of several like looks that were folded; None: one look
    look_count: int = 1
    origin: str | None = None  # where an imported look comes from; None: we looked ourselves


@dataclass(frozen=True, slots=True)
class HostHealth:
    host: str
    article_count: int
    failing_count: int  # articles neither live nor gone nor moved
    last_success_at: datetime | None
    last_problem: str | None


@dataclass(frozen=True, slots=True)
class HeldHost:
    """A host that asked to be left alone for a while: none of its articles is looked at before that."""

    host: str
    held_until: datetime
    reason: str  # how it was learnt, in a short phrase


@dataclass(frozen=True, slots=True)
class HostMisses:
    """How many edits of a host's articles were likely hidden by the next one before any look saw them."""

    host: str
    edits_seen: float  # changes that looks found; a swing between two known wordings counts for a tenth
    missed_share: float  # of all edits, estimated, from 0 to 1: at least so many


@dataclass(frozen=True, slots=True)
class SilentSource:
    """A feed, sitemap or page that should bring news and does not."""

    url: str
    last_new_at: datetime | None  # its latest new article; None: it never brought one
    problem: str  # why its latest reading was not read in full; empty: it was, and there was nothing new in it


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """A channel of notices that did not take its latest one."""

    channel: str  # its name, which tells nothing of its address
    down_since: datetime
    failures_in_row: int  # 0: it answers, but refused a notice, which was given up
    next_try_at: datetime | None  # None: as soon as there is something to send
    problem: str
    waiting_notice_count: int
    waiting_change_count: int  # that no notice tells yet


@dataclass(frozen=True, slots=True)
class Health:
    """The whole at a glance, for `tracker status`."""

    article_count: int
    states: tuple[tuple[State, int], ...]
    due_count: int
    oldest_due_at: datetime | None
    next_due_at: datetime | None
    check_count_last_day: int
    failed_count_last_day: int
    revision_count: int
    change_count: int
    last_check_at: datetime | None
    troubled_hosts: tuple[HostHealth, ...]
    database_bytes: int
    # Articles whose state changed lately (gone, moved, blocked ..., back again), the latest first, at most ten; never
    # those that were only seen for the first time.
    state_changes: tuple[ArticleStatus, ...] = ()
    held_hosts: tuple[HeldHost, ...] = ()  # those that are left alone longest first
    misses: tuple[HostMisses, ...] = ()  # hosts that are edited faster than they are looked at, the most edits first
    last_backup_at: datetime | None = None  # when `tracker backup` last made a copy; None: never
    check_count_last_hour: int = 0
    free_bytes: int | None = None  # on the disk of the database; None: it cannot be told
    silent_sources: tuple[SilentSource, ...] = ()  # those that cannot be read, or bring nothing any more; at most ten
    channels_down: tuple[ChannelHealth, ...] = ()  # channels of notices that did not take their latest one


@dataclass(frozen=True, slots=True)
class LeftOutLine:
    """A line of an article's pages that was taken for no part of the article; kept, so that nothing is lost."""

    text: str
    reason: str
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A line that stands in many articles of one host."""

    host: str
    text: str
    article_count: int  # articles that it was seen in when it was learnt
    learnt_at: datetime


@dataclass(frozen=True, slots=True)
class DayOfLooks:
    """How looking at a host went on one day."""

    day: str  # such as 2026-11-23, in UTC
    looks: int
    changed: int
    unchanged: int
    failed: int
    blocked: int
    gone: int
    median_ms: float | None  # None: all looks were imported


@dataclass(frozen=True, slots=True)
class HostFigures:
    """An outlet at a glance. What it changes is told of its `revision_count` latest revisions with a change."""

    host: str
    states: tuple[tuple[State, int], ...]  # articles by state, the most frequent first
    revision_count: int
    is_all: bool  # these are all there are
    kinds: tuple[tuple[Kind, int], ...]  # changes, the most frequent first
    silent_count: int  # of these revisions, those with a silent edit
    correction_count: int  # notices that were added in them
    error_stood: timedelta | None  # the middle one of the times from error to correction; None: none is known
    days: tuple[DayOfLooks, ...]  # the latest first
    changes_by_hour: tuple[int, ...]  # 24 hours in UTC: looks that showed a change
