"""Verdicts go in here: all of a batch in one transaction, so that a look is recorded whole or not at all."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.model import Comparison, Extract, Inconsistency, Outcome, Recorded, Verdict, utc_text
from tracker.store.connection import Connection, Row
from tracker.store.standing import SHOWING, STATE_COLUMNS, Standing, standing_after
from tracker.store.values import (
    INCONSISTENCY_COLUMNS,
    change_row,
    hunks_json,
    id_list,
    inconsistency_row,
    json_text,
    moves_json,
    text_or_none,
)
from tracker.urls import canonical_url

# Kept at the first look of a row only: a wall that stands for a year is one doubt, not one a day.
_DOUBTFUL_STATES = frozenset({Outcome.UNREADABLE, Outcome.PAYWALLED, Outcome.GONE})
# Level 6 is zlib's own balance: on news pages 9 costs twice the time for one per cent.
_ZLIB_LEVEL = 6


@dataclass(slots=True)
class _Ledger:
    """One transaction's work: where every article stands by now, and the checks that wait to be written together."""

    raw: sqlite3.Connection
    standings: dict[int, Standing]
    next_check_id: int
    checks: list[Row] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)


def record(connection: Connection, verdicts: Sequence[Verdict]) -> tuple[Recorded, ...]:
    """Raises KeyError for an article that is not in the database: nothing is recorded then."""
    with connection.writing() as raw:
        ledger = _open_ledger(raw, verdicts)
        for verdict in verdicts:
            _enter(ledger, verdict)
        _close_ledger(ledger)
    return tuple(ledger.recorded)


def _open_ledger(raw: sqlite3.Connection, verdicts: Sequence[Verdict]) -> _Ledger:
    ids = id_list(sorted({verdict.sighting.order.article_id for verdict in verdicts}))
    rows = raw.execute(
        f"SELECT article_id, {STATE_COLUMNS} FROM _article_states "  # noqa: S608 - only constants are put in
        "WHERE article_id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    standings = {article_id: Standing(*standing) for article_id, *standing in rows}
    (last_check_id,) = raw.execute("SELECT coalesce(max(check_id), 0) FROM checks").fetchone()
    return _Ledger(raw, standings, last_check_id + 1)


def _close_ledger(ledger: _Ledger) -> None:
    ledger.raw.executemany("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ledger.checks)
    assignments = ", ".join(f"{column} = ?" for column in STATE_COLUMNS.split(", "))
    ledger.raw.executemany(
        f"UPDATE _article_states SET {assignments} WHERE article_id = ?",  # noqa: S608 - only constants are put in
        [standing.row(article_id) for article_id, standing in ledger.standings.items()],
    )
    revision_count = sum(entry.revision_id is not None for entry in ledger.recorded)
    change_count = sum(len(entry.change_ids) for entry in ledger.recorded)
    ledger.raw.execute(
        "UPDATE _totals SET check_count = check_count + ?, revision_count = revision_count + ?, "
        "change_count = change_count + ?",
        (len(ledger.checks), revision_count, change_count),
    )


def _enter(ledger: _Ledger, verdict: Verdict) -> None:
    article_id = verdict.sighting.order.article_id
    before = ledger.standings[article_id]
    capture_id = _write_capture(ledger.raw, verdict) if _is_kept(verdict, before) else None
    revision_id: int | None = None
    number: int | None = None
    change_ids: tuple[int, ...] = ()
    if verdict.new_revision is not None:
        number = before.revision_count + 1
        revision_id = _write_revision(ledger.raw, verdict, verdict.new_revision, number, capture_id)
        _write_inconsistencies(ledger.raw, verdict.inconsistencies, revision_id)
        change_ids = _write_comparison(ledger.raw, verdict.comparison, before.latest_revision_id, revision_id)
    if verdict.moved_to is not None:
        _write_address(ledger.raw, article_id, verdict.moved_to, utc_text(verdict.sighting.fetch.fetched_at))
    after = standing_after(before, verdict, revision_id, len(change_ids))
    shown = after.latest_revision_id if verdict.outcome in SHOWING else None
    ledger.checks.append(_check_row(ledger.next_check_id, verdict, shown, capture_id))
    ledger.recorded.append(Recorded(ledger.next_check_id, revision_id, number, change_ids))
    ledger.next_check_id += 1
    ledger.standings[article_id] = after


def _is_kept(verdict: Verdict, before: Standing) -> bool:
    """Is the page kept as sent? Every page that gave a revision or a doubt."""
    if verdict.new_revision is not None:
        return True
    if verdict.sighting.fetch.status is None:
        return False
    is_first = before.state != verdict.state.value
    return verdict.outcome is Outcome.SUSPECT or (verdict.outcome in _DOUBTFUL_STATES and is_first)


def _write_capture(raw: sqlite3.Connection, verdict: Verdict) -> int:
    fetch = verdict.sighting.fetch
    if fetch.status is None:
        raise ValueError("a revision needs the page that it was read from, but the fetch has no answer")
    return _inserted(
        raw.execute(
            "INSERT INTO captures (article_id, captured_at, url, http_status, headers_json, body_bytes, body_sha256, "
            "encoding, body) VALUES (?, ?, ?, ?, ?, ?, ?, 'zlib', ?)",
            (
                verdict.sighting.order.article_id,
                utc_text(fetch.fetched_at),
                fetch.url,
                fetch.status,
                json_text(fetch.headers),
                len(fetch.body),
                hashlib.sha256(fetch.body).hexdigest(),
                zlib.compress(fetch.body, _ZLIB_LEVEL),
            ),
        )
    )


def _write_revision(
    raw: sqlite3.Connection, verdict: Verdict, extract: Extract, number: int, capture_id: int | None
) -> int:
    revision_id = _inserted(
        raw.execute(
            "INSERT INTO revisions (article_id, number, first_seen_at, capture_id, headline, subheadline, byline, "
            "published_at, modified_at, language, canonical_url, content_sha256, word_count, extractor) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                verdict.sighting.order.article_id,
                number,
                utc_text(verdict.sighting.fetch.fetched_at),
                capture_id,
                extract.headline,
                extract.subheadline,
                extract.byline,
                text_or_none(extract.published_at),
                text_or_none(extract.modified_at),
                extract.language,
                extract.canonical_url,
                extract.content_sha256,
                word_count(extract.paragraphs),
                verdict.sighting.extractor,
            ),
        )
    )
    raw.executemany(
        "INSERT INTO revision_paragraphs (revision_id, position, paragraph_id) VALUES (?, ?, ?)",
        [
            (revision_id, position, _paragraph_id(raw, text))
            for position, text in enumerate(extract.paragraphs, start=1)
        ],
    )
    return revision_id


def word_count(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def _paragraph_id(raw: sqlite3.Connection, text: str) -> int:
    digest = hashlib.sha256(text.encode()).hexdigest()
    found = raw.execute("SELECT paragraph_id FROM paragraphs WHERE text_sha256 = ?", (digest,)).fetchone()
    if found is not None:
        return int(found[0])
    return _inserted(raw.execute("INSERT INTO paragraphs (text_sha256, text) VALUES (?, ?)", (digest, text)))


def _write_comparison(
    raw: sqlite3.Connection, comparison: Comparison | None, older_id: int | None, newer_id: int
) -> tuple[int, ...]:
    if comparison is None:
        return ()
    if older_id is None:
        raise ValueError("a comparison needs an earlier revision, but the article has none")
    diff = comparison.diff
    diff_id = _inserted(
        raw.execute(
            "INSERT INTO diffs (from_revision_id, to_revision_id, engine, coarse, hunk_count, change_count, delta, "
            "hunks_json, moves_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                older_id,
                newer_id,
                comparison.engine,
                diff.coarse,
                len(diff.hunks),
                len(comparison.changes),
                diff.delta,
                hunks_json(diff.hunks),
                moves_json(diff.moves),
            ),
        )
    )
    (last_id,) = raw.execute("SELECT coalesce(max(change_id), 0) FROM changes").fetchone()
    change_ids = tuple(range(last_id + 1, last_id + 1 + len(comparison.changes)))
    raw.executemany(
        "INSERT INTO changes (change_id, diff_id, kind, field, operation, before, after, old_start, old_end, "
        "new_start, new_end, sentence_before, sentence_after, in_quotation, in_attribution, move_id, confidence, "
        "reasons_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (change_id, diff_id, *change_row(change))
            for change_id, change in zip(change_ids, comparison.changes, strict=True)
        ],
    )
    return change_ids


def _write_inconsistencies(raw: sqlite3.Connection, found: Sequence[Inconsistency], revision_id: int) -> None:
    raw.executemany(
        f"INSERT INTO inconsistencies (revision_id, {INCONSISTENCY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - only constants are put in
        [(revision_id, *inconsistency_row(inconsistency)) for inconsistency in found],
    )


def _write_address(raw: sqlite3.Connection, article_id: int, url: str, at: str) -> None:
    raw.execute(
        "INSERT INTO article_urls (article_id, url, how_learnt, first_seen_at) VALUES (?, ?, 'redirect', ?) "
        "ON CONFLICT DO NOTHING",
        (article_id, canonical_url(url), at),
    )


def _check_row(check_id: int, verdict: Verdict, revision_id: int | None, capture_id: int | None) -> Row:
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


def _inserted(cursor: sqlite3.Cursor) -> int:
    """The id of the row that was just inserted."""
    if cursor.lastrowid is None:
        raise AssertionError("SQLite gives every inserted row an id")
    return cursor.lastrowid
