"""How an article stands after a verdict: the row of `_article_states` that the queue and the lists live on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tracker.model import Outcome, Sighting, State, Verdict, utc_text
from tracker.store.connection import Row

SHOWING = frozenset({Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
# Only after these was a page read whose article is trusted. What a server says of any other page (a wall, a suspect
# change) must never be sent back to it: its "not modified" would then hide that the article is back or changed.
_PAGE_TRUSTED = SHOWING - {Outcome.NOT_MODIFIED}

# Apart, because every index on a column that is written is written too: most looks show no new revision.
LOOK_COLUMNS = (
    "state, state_since_at, next_check_at, etag, last_modified, page_sha256, body_sha256, suspect_sha256, "
    "failures_in_row, last_checked_at, last_success_at"
)
REVISION_COLUMNS = "latest_revision_id, revision_count, change_count, first_seen_at"
STATE_COLUMNS = f"{LOOK_COLUMNS}, {REVISION_COLUMNS}, joined_to_article_id"


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of `_article_states`, in the order of STATE_COLUMNS."""

    state: str
    state_since_at: str
    next_check_at: str | None
    etag: str | None
    last_modified: str | None
    page_sha256: str | None
    body_sha256: str | None
    suspect_sha256: str | None
    failures_in_row: int
    last_checked_at: str | None
    last_success_at: str | None
    latest_revision_id: int | None
    revision_count: int
    change_count: int
    first_seen_at: str | None
    joined_to_article_id: int | None

    def look_row(self) -> Row:
        """In the order of LOOK_COLUMNS."""
        return (
            self.state,
            self.state_since_at,
            self.next_check_at,
            self.etag,
            self.last_modified,
            self.page_sha256,
            self.body_sha256,
            self.suspect_sha256,
            self.failures_in_row,
            self.last_checked_at,
            self.last_success_at,
        )

    def revision_row(self) -> Row:
        """In the order of REVISION_COLUMNS."""
        return (self.latest_revision_id, self.revision_count, self.change_count, self.first_seen_at)


def standing_after(before: Standing, verdict: Verdict) -> Standing:
    """After the look as such; `with_revision` adds what it gave. A joined article stays as its join left it."""
    fetch = verdict.sighting.fetch
    at = utc_text(fetch.fetched_at)
    is_joined = before.joined_to_article_id is not None
    standing = replace(
        _in_state(before, State.MOVED if is_joined else verdict.state, at),
        next_check_at=None if is_joined else utc_text(verdict.next_check_at),
        suspect_sha256=verdict.suspect_sha256,
        failures_in_row=verdict.failures_in_row,
        last_checked_at=max(at, before.last_checked_at or at),
    )
    if verdict.outcome in SHOWING:
        standing = replace(standing, last_success_at=max(at, before.last_success_at or at))
    if verdict.outcome in _PAGE_TRUSTED and fetch.status is not None:
        standing = _with_page(standing, verdict.sighting)
    return standing


def with_revision(standing: Standing, revision_id: int, first_seen_at: str) -> Standing:
    return replace(
        standing,
        latest_revision_id=revision_id,
        revision_count=standing.revision_count + 1,
        first_seen_at=standing.first_seen_at or first_seen_at,
    )


def joined(standing: Standing, into_article_id: int, at: datetime) -> Standing:
    """Another article goes on with the history: this one is not looked at any more."""
    moved = _in_state(standing, State.MOVED, utc_text(at))
    return replace(moved, next_check_at=None, joined_to_article_id=into_article_id)


def _in_state(standing: Standing, state: State, at: str) -> Standing:
    if standing.state == state.value and state is not State.NEW:
        return standing
    return replace(standing, state=state.value, state_since_at=at)


def _with_page(standing: Standing, sighting: Sighting) -> Standing:
    fetch = sighting.fetch
    # Of a page that was known by its bytes alone, the fingerprint may not have been taken again.
    known = standing.page_sha256 if sighting.is_same_page else None
    return replace(
        standing,
        etag=fetch.header("ETag"),
        last_modified=fetch.header("Last-Modified"),
        page_sha256=sighting.page_sha256 or known,
        body_sha256=sighting.body_sha256,
    )
