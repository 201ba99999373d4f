"""The record of looks: written here, and read back."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.model import CheckEntry, Outcome, Verdict, utc_text
from tracker.store.connection import Connection, Row
from tracker.store.values import json_text, moment, moment_or_none


def check_row(check_id: int, verdict: Verdict, revision_id: int | None, capture_id: int | None) -> Row:
    """In the order of `tracker.chain.CheckFacts`, for `chaining.NewCheck`."""
    sighting = verdict.sighting
    fetch = sighting.fetch
    return (
        check_id,
        sighting.order.article_id,
        utc_text(fetch.fetched_at),
        fetch.duration_ms,
        verdict.outcome.value,
        verdict.reason,
        fetch.status,
        None if fetch.url == sighting.order.url else fetch.url,
        json_text([[redirect.status, redirect.url] for redirect in fetch.redirects]) if fetch.redirects else None,
        None if fetch.failure is None else fetch.failure.value,
        fetch.received_bytes,
        sighting.extractor or None,
        revision_id,
        capture_id,
        sighting.origin,
    )


_SET_ASIDE = "hardly a version of this article; no look beside it shows the like"

# A look that found the page unchanged may yet have given a revision: where an imported one, found later, showed another
# wording in between.
_CHECKS = """
SELECT
    checks.check_id, checks.checked_at, checks.outcome, checks.reason, checks.http_status, checks.final_url,
    revisions.number, coalesce(sum(diffs.change_count), 0), checks.first_checked_at, checks.look_count, checks.origin,
    shown.number IS NULL AND shown.same_as_revision_id IS NULL AND shown.revision_id IS NOT NULL
FROM checks
LEFT JOIN revisions AS shown ON shown.revision_id = checks.revision_id
LEFT JOIN revisions ON revisions.revision_id = iif(
    checks.outcome IN ('first_seen', 'changed', 'reverted'),
    shown.revision_id,
    (
        SELECT given.revision_id FROM revisions AS given
        WHERE given.first_seen_at = checks.checked_at
            AND +given.article_id = checks.article_id AND +given.content_sha256 = shown.content_sha256
            AND given.revision_id <> shown.revision_id
            AND given.number IS NOT NULL AND given.reread_of_revision_id IS NULL
    )
)
LEFT JOIN diffs ON diffs.to_revision_id = revisions.revision_id
WHERE checks.article_id = ? GROUP BY checks.checked_at, checks.check_id
ORDER BY checks.checked_at, checks.check_id
"""


def checks(connection: Connection, article_id: int) -> Iterator[CheckEntry]:
    """Every look, the oldest first; looks that were folded are one entry, at the time of the last.

    An imported look whose page was set aside is `suspect`, whatever it was taken for when it came in.
    """
    for row in connection.stream(_CHECKS, (article_id,)):
        check_id, checked_at, outcome, reason, http_status, final_url, *rest = row
        number, change_count, first_checked_at, look_count, origin, is_set_aside = rest
        yield CheckEntry(
            check_id,
            moment(checked_at),
            Outcome.SUSPECT if is_set_aside else Outcome(outcome),
            _SET_ASIDE if is_set_aside else reason,
            http_status,
            final_url,
            number,
            change_count,
            first_checked_at=moment_or_none(first_checked_at),
            look_count=look_count,
            origin=origin,
        )
