"""What is known of an article, and what a look means for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tracker.model.comparing import Change, Diff, Inconsistency
from tracker.model.following import History, HostHistory, Plan
from tracker.model.looking import Extract, LeftOut, Sighting
from tracker.model.names import Outcome, State


@dataclass(frozen=True, slots=True)
class Revision:
    revision_id: int
    article_id: int
    number: int  # 1 is the first seen
    first_seen_at: datetime
    extract: Extract
    content_sha256: str
    last_checked_before: datetime | None = None  # the look before, which did not yet see this; None: there was none
    extractor: str = ""  # name and version of what read the page
    same_as_number: int | None = None  # the first revision that says exactly the same; None: this one does
    reread_of_number: int | None = None  # the revision whose page was only read anew; None: a page of its own
    capture_id: int | None = None  # the page that it was read from; None: not read from a database


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article before a look is judged."""

    article_id: int
    url: str
    state: State = State.NEW
    latest: Revision | None = None
    seen_before: frozenset[str] = frozenset()  # content_sha256 of every revision
    added_at: datetime | None = None
    last_checked_at: datetime | None = None
    last_changed_at: datetime | None = None  # first_seen_at of the latest revision
    failures_in_row: int = 0
    aliases: frozenset[str] = frozenset()  # canonical URLs that are known to lead to this article, its own among them
    suspect_sha256: str | None = None  # content of the last look, if that was `suspect`
    site_lines: frozenset[str] = frozenset()  # lines that stand in many articles of the host: the site's own
    follow_until: datetime | None = None  # it is not looked at after that; None: no end is set
    is_headline_only: bool = False  # its text is not tracked, see `Extract.headline_only`
    history: History | None = None  # how it has changed so far; None: it begins with `added_at`
    host_history: HostHistory = field(default_factory=HostHistory)  # how its host's articles have
    price: float = 1.0  # what a look costs now, see `tracker.cadence.budget`


@dataclass(frozen=True, slots=True)
class Comparison:
    """What lies between two revisions. `diff` is the body's; `changes` cover every field."""

    diff: Diff
    changes: tuple[Change, ...]
    engine: str  # name and version of what drew this conclusion


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look means. `new_revision` is to be recorded; `comparison` is with the revision before it."""

    sighting: Sighting
    outcome: Outcome
    state: State
    next_check_at: datetime | None  # None: nothing more is to be expected, it is not looked at any more
    reason: str = ""  # one short sentence for `tracker log`
    new_revision: Extract | None = None
    comparison: Comparison | None = None
    moved_to: str | None = None  # where the article lives now, if the look was redirected for good
    failures_in_row: int = 0
    suspect_sha256: str | None = None  # content that a second like look would confirm
    inconsistencies: tuple[Inconsistency, ...] = ()  # of the new revision
    # The latest revision's page as it is read today, where that differs from how it was recorded: a revision of its
    # own, put before `new_revision`, so that a change of reading is never told as an edit.
    reread: Extract | None = None
    left_out: tuple[LeftOut, ...] = ()
    learnt_by: str = "redirect"  # how `moved_to` was learnt: redirect, or canonical when the page declares it
    history: History | None = None  # with this look; None: it tells nothing of how the article changes
    plan: Plan | None = None  # that led to `next_check_at`; None: what is expected of the article stays


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a verdict was written down. None: the check gave no revision."""

    check_id: int
    revision_id: int | None = None
    revision_number: int | None = None
    change_ids: tuple[int, ...] = ()
