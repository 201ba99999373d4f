"""How an article stands after a verdict: the row of `_article_states` that the queue and the lists live on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker.model import History, Outcome, Plan, Sighting, State, Verdict, utc_text
from tracker.store.connection import Row
from tracker.store.values import text_or_none

SHOWING = frozenset({Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
# Only after these was a page read whose article is trusted. What a server says of any other page (a wall, a suspect
# change) must never be sent back to it: its "not modified" would then hide that the article is back or changed.
_PAGE_TRUSTED = SHOWING - {Outcome.NOT_MODIFIED}

_Columns = dict[str, Any]  # of Standing, with their new values

# Apart, because every index on a column that is written is written too: most looks show no new revision.
LOOK_COLUMNS = (
    "state, state_since_at, next_check_at, etag, last_modified, page_sha256, body_sha256, suspect_sha256, "
    "failures_in_row, last_checked_at, last_success_at, born_at, stirred_at, edit_evidence, exposure, steady_log_odds, "
    "edits_seen, looks_per_day, promise"
)
REVISION_COLUMNS = "latest_revision_id, revision_count, change_count, first_seen_at"
STATE_COLUMNS = f"{LOOK_COLUMNS}, {REVISION_COLUMNS}, joined_to_article_id, follow_until_at"


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
    born_at: str
    stirred_at: str | None
    edit_evidence: float
    exposure: float
    steady_log_odds: float | None
    edits_seen: float
    looks_per_day: float
    promise: int
    latest_revision_id: int | None
    revision_count: int
    change_count: int
    first_seen_at: str | None
    joined_to_article_id: int | None
    follow_until_at: str | None

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
            self.born_at,
            self.stirred_at,
            self.edit_evidence,
            self.exposure,
            self.steady_log_odds,
            self.edits_seen,
            self.looks_per_day,
            self.promise,
        )

    def revision_row(self) -> Row:
        """In the order of REVISION_COLUMNS."""
        return (self.latest_revision_id, self.revision_count, self.change_count, self.first_seen_at)


def standing_after(before: Standing, verdict: Verdict) -> Standing:
    """After the look as such; `with_revision` adds what it gave. A joined article stays as its join left it."""
    fetch = verdict.sighting.fetch
    at = utc_text(fetch.fetched_at)
    is_joined = before.joined_to_article_id is not None
    is_shown = verdict.outcome in SHOWING
    has_page = verdict.outcome in _PAGE_TRUSTED and fetch.status is not None
    # All at once: each copy of a row of that many columns costs as much as judging a page that is as it was.
    return replace(
        before,
        **_in_state(before, State.MOVED if is_joined else verdict.state, at),
        next_check_at=None if is_joined else _next_check_at(before, at, verdict),
        suspect_sha256=verdict.suspect_sha256,
        failures_in_row=verdict.failures_in_row,
        last_checked_at=max(at, before.last_checked_at or at),
        last_success_at=max(at, before.last_success_at or at) if is_shown else before.last_success_at,
        **(_of_page(before, verdict.sighting) if has_page else {}),
        **_of_history(verdict.history),
        **_of_plan(verdict.plan),
    )


def _of_history(history: History | None) -> _Columns:
    """When it was seen stands in other columns."""
    if history is None:
        return {}
    return {
        "born_at": utc_text(history.born_at),
        "stirred_at": text_or_none(history.stirred_at),
        "edit_evidence": history.changes,
        "exposure": history.exposure,
        "steady_log_odds": history.steady_log_odds,
        "edits_seen": history.edits_seen,
    }


def _of_plan(plan: Plan | None) -> _Columns:
    return {} if plan is None else {"looks_per_day": plan.looks_per_day, "promise": plan.promise}


def _next_check_at(before: Standing, at: str, verdict: Verdict) -> str | None:
    """As planned, as long as the article is followed: it is looked at a last time when that ends."""
    planned, end = text_or_none(verdict.next_check_at), before.follow_until_at
    if planned is None or end is None:
        return planned
    return None if at >= end else min(planned, end)


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
    return replace(standing, **moved, next_check_at=None, joined_to_article_id=into_article_id)


def _in_state(standing: Standing, state: State, at: str) -> _Columns:
    if standing.state == state.value and state is not State.NEW:
        return {}
    return {"state": state.value, "state_since_at": at}


def _of_page(standing: Standing, sighting: Sighting) -> _Columns:
    fetch = sighting.fetch
    # Of a page that was known by its bytes alone, the fingerprint may not have been taken again.
    known = standing.page_sha256 if sighting.is_same_page else None
    return {
        "etag": fetch.header("ETag"),
        "last_modified": fetch.header("Last-Modified"),
        "page_sha256": sighting.page_sha256 or known,
        "body_sha256": sighting.body_sha256,
    }
