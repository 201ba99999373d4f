"""The record of looks: written here, and read back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from tracker.model import CheckEntry, Outcome, Verdict, utc_text
from tracker.store.connection import Connection, Row
from tracker.store.values import json_text, moment


def check_row(check_id: int, verdict: Verdict, revision_id: int | None, capture_id: int | None) -> Row:
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
    )


def insert_checks(raw: sqlite3.Connection, rows: Sequence[Row]) -> None:
    raw.executemany("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def checks(connection: Connection, article_id: int) -> Iterator[CheckEntry]:
    """Every look, the oldest first."""
    for row in connection.stream(
        "SELECT checks.check_id, checks.checked_at, checks.outcome, checks.reason, checks.http_status, "
        "checks.final_url, revisions.number, coalesce(sum(diffs.change_count), 0) FROM checks "
        "LEFT JOIN revisions ON revisions.revision_id = checks.revision_id "
        "AND checks.outcome IN ('first_seen', 'changed', 'reverted') "
        "LEFT JOIN diffs ON diffs.to_revision_id = revisions.revision_id "
        "WHERE checks.article_id = ? GROUP BY checks.checked_at, checks.check_id "
        "ORDER BY checks.checked_at, checks.check_id",
        (article_id,),
    ):
        check_id, checked_at, outcome, *rest = row
        yield CheckEntry(check_id, moment(checked_at), Outcome(outcome), *rest)
