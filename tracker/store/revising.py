"""Revisions go in here, with their paragraphs, what lies between two of them, and what is doubted in one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.model import Comparison, Extract, Inconsistency
from tracker.store.connection import inserted
from tracker.store.paragraphs import write_paragraphs
from tracker.store.standing import Standing
from tracker.store.values import (
    INCONSISTENCY_COLUMNS,
    change_row,
    hunks_json,
    inconsistency_row,
    moves_json,
    text_or_none,
)
from tracker.store.words import index_headline

# What a reread has in common with the revision whose page it reads.
_PAGE = "SELECT capture_id, first_seen_at FROM revisions WHERE revision_id = ?"


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision to be written."""

    article_id: int
    number: int | None  # None: it is found when the article's history is settled, see `tracker.store.succession`
    first_seen_at: str
    capture_id: int
    extract: Extract
    extractor: str
    reread_of_revision_id: int | None = None


@dataclass(frozen=True, slots=True)
class WrittenRevision:
    revision_id: int
    met_paragraph_ids: tuple[int, ...]  # of its paragraphs, those that some revision held already


def reread_of(raw: sqlite3.Connection, article_id: int, latest: Standing, extract: Extract, by: str) -> NewRevision:
    """The page of the latest revision, as it is read today."""
    page = raw.execute(_PAGE, (latest.latest_revision_id,)).fetchone()
    if page is None:
        raise ValueError("a page can only be read anew after it was read, but the article has no revision")
    capture_id, first_seen_at = page
    number = latest.revision_count + 1
    return NewRevision(article_id, number, first_seen_at, capture_id, extract, by, latest.latest_revision_id)


def write_revision(raw: sqlite3.Connection, new: NewRevision) -> WrittenRevision:
    extract = new.extract
    revision_id = inserted(
        raw.execute(
            "INSERT INTO revisions (article_id, number, first_seen_at, capture_id, headline, subheadline, byline, "
            "published_at, modified_at, language, canonical_url, content_sha256, word_count, extractor, "
            "same_as_revision_id, reread_of_revision_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.article_id,
                new.number,
                new.first_seen_at,
                new.capture_id,
                extract.headline,
                extract.subheadline,
                extract.byline,
                text_or_none(extract.published_at),
                text_or_none(extract.modified_at),
                extract.language,
                extract.canonical_url,
                extract.content_sha256,
                word_count(extract.paragraphs),
                new.extractor,
                _first_with(raw, new.article_id, extract.content_sha256),
                new.reread_of_revision_id,
            ),
        )
    )
    index_headline(raw, revision_id)
    return WrittenRevision(revision_id, write_paragraphs(raw, revision_id, extract.paragraphs))


def _first_with(raw: sqlite3.Connection, article_id: int, content_sha256: str) -> int | None:
    """The article's first revision that says exactly this."""
    found = raw.execute(
        "SELECT revision_id FROM revisions WHERE article_id = ? AND content_sha256 = ? "
        "AND number IS NOT NULL ORDER BY number LIMIT 1",
        (article_id, content_sha256),
    ).fetchone()
    return None if found is None else int(found[0])


def word_count(paragraphs: Sequence[str]) -> int:
    return sum(len(paragraph.split()) for paragraph in paragraphs)


def write_comparison(
    raw: sqlite3.Connection, comparison: Comparison | None, older_id: int | None, newer_id: int
) -> tuple[int, ...]:
    """The ids of its changes."""
    if comparison is None:
        return ()
    if older_id is None:
        raise ValueError("a comparison needs an earlier revision, but the article has none")
    diff = comparison.diff
    diff_id = inserted(
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


def write_inconsistencies(raw: sqlite3.Connection, found: Sequence[Inconsistency], revision_id: int) -> None:
    raw.executemany(
        f"INSERT INTO inconsistencies (revision_id, {INCONSISTENCY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - only constants are put in
        [(revision_id, *inconsistency_row(inconsistency)) for inconsistency in found],
    )
