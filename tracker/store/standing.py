"""How an article stands after a verdict: the row of `_article_states` that the queue and the lists live on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tracker.model import Fetch, Outcome, State, Verdict, utc_text
from tracker.store.connection import Row

SHOWING = frozenset({Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
# Only after these was a page read whose article is trusted. What a server says of any other page (a wall, a suspect
# change) must never be sent back to it: its "not modified" would then hide that the article is back or changed.
_PAGE_TRUSTED = SHOWING - {Outcome.NOT_MODIFIED}

STATE_COLUMNS = (
    "state, state_since_at, next_check_at, etag, last_modified, page_sha256, suspect_sha256, failures_in_row, "
    "latest_revision_id, revision_count, change_count, first_seen_at, last_checked_at, last_success_at"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of `_article_states`, in the order of STATE_COLUMNS."""

    state: str
    state_since_at: str
    next_check_at: str | None
    etag: str | None
    last_modified: str | None
    page_sha256: str | None
    suspect_sha256: str | None
    failures_in_row: int
    latest_revision_id: int | None
    revision_count: int
    change_count: int
    first_seen_at: str | None
    last_checked_at: str | None
    last_success_at: str | None

    def row(self, article_id: int) -> Row:
        return (
            self.state,
            self.state_since_at,
            self.next_check_at,
            self.etag,
            self.last_modified,
            self.page_sha256,
            self.suspect_sha256,
            self.failures_in_row,
            self.latest_revision_id,
            self.revision_count,
            self.change_count,
            self.first_seen_at,
            self.last_checked_at,
            self.last_success_at,
            article_id,
        )


def standing_after(before: Standing, verdict: Verdict, revision_id: int | None, change_count: int) -> Standing:
    fetch = verdict.sighting.fetch
    at = utc_text(fetch.fetched_at)
    is_same_state = before.state == verdict.state.value and before.state != State.NEW.value
    standing = replace(
        before,
        state=verdict.state.value,
        state_since_at=before.state_since_at if is_same_state else at,
        next_check_at=utc_text(verdict.next_check_at),
        suspect_sha256=verdict.suspect_sha256,
        failures_in_row=verdict.failures_in_row,
        last_checked_at=max(at, before.last_checked_at or at),
    )
    if verdict.outcome in SHOWING:
        standing = replace(standing, last_success_at=max(at, before.last_success_at or at))
    if verdict.outcome in _PAGE_TRUSTED and fetch.status is not None:
        standing = _with_page(standing, fetch, verdict.sighting.page_sha256)
    if revision_id is not None:
        standing = replace(
            standing,
            latest_revision_id=revision_id,
            revision_count=before.revision_count + 1,
            change_count=before.change_count + change_count,
            first_seen_at=before.first_seen_at or at,
        )
    return standing


def _with_page(standing: Standing, fetch: Fetch, page_sha256: str | None) -> Standing:
    return replace(
        standing, etag=fetch.header("ETag"), last_modified=fetch.header("Last-Modified"), page_sha256=page_sha256
    )
