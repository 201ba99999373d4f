"""The part of verifying that puts texts together again: revisions from paragraphs, newer bodies from older ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from diff_match_patch import diff_match_patch

from tracker.model import Extract, rebuild
from tracker.store.connection import Row
from tracker.store.records import Fault
from tracker.store.revising import word_count
from tracker.store.succession import misnumbered
from tracker.store.values import (
    INCONSISTENCY_COLUMNS,
    PARAGRAPHS_OF_REVISION,
    extract_from,
    hunks_from,
    inconsistency_from,
    moves_from,
)
from tracker.store.walking import Walk

_FIELDS = "headline, subheadline, byline, published_at, modified_at, language, canonical_url"
_REVISIONS_KEPT = 64  # a diff's older revision was the newer one a moment ago

_NEIGHBOURS = """
FROM revisions AS newer
JOIN revisions AS older ON older.article_id = newer.article_id AND older.number = newer.number - 1
LEFT JOIN diffs ON diffs.to_revision_id = newer.revision_id AND diffs.from_revision_id = older.revision_id
"""
_UNCOMPARED = f"""
SELECT newer.revision_id {_NEIGHBOURS}
WHERE newer.reread_of_revision_id IS NULL AND diffs.diff_id IS NULL
"""
# A page that was only read anew is no edit: nothing lies between its two readings, and they share the page.
_NO_REREADS = f"""
SELECT newer.revision_id {_NEIGHBOURS}
WHERE newer.reread_of_revision_id IS NOT NULL AND (
    diffs.diff_id IS NOT NULL
    OR newer.reread_of_revision_id <> older.revision_id
    OR newer.capture_id <> older.capture_id
    OR newer.first_seen_at <> older.first_seen_at
)
UNION ALL
SELECT revision_id FROM revisions WHERE number = 1 AND reread_of_revision_id IS NOT NULL
"""  # noqa: S608 - only constants are put in
_NOT_THE_SAME = """
SELECT revision_id FROM (
    SELECT
        revision_id, same_as_revision_id,
        first_value(revision_id) OVER (PARTITION BY article_id, content_sha256 ORDER BY number) AS first_id
    FROM revisions WHERE number IS NOT NULL
)
WHERE same_as_revision_id IS NOT nullif(first_id, revision_id)
"""
# Numbers are in no chain. By our own looks they grow as the ids do; where others' came in between, as the times do. A
# file of old may hold times that ran backwards with the clock: the ids tell that nobody exchanged the numbers.
_OUT_OF_ORDER = """
SELECT revision_id FROM (
    SELECT
        revision_id, article_id, first_seen_at,
        lag(revision_id) OVER by_number AS id_before, lag(first_seen_at) OVER by_number AS seen_before_at
    FROM revisions WHERE number IS NOT NULL
    WINDOW by_number AS (PARTITION BY article_id ORDER BY number)
) AS placed
WHERE first_seen_at < seen_before_at AND (
    revision_id < id_before
    OR EXISTS (
        SELECT 1 FROM revisions AS others
        JOIN _revision_digests AS given ON given.revision_id = others.revision_id
        JOIN checks ON checks.check_id = given.check_id
        WHERE others.article_id = placed.article_id AND checks.origin IS NOT NULL
    )
)
"""
_SUCCESSION_FAULTS = (
    (_OUT_OF_ORDER, "it stands behind a revision that was first seen later"),
    (_UNCOMPARED, "it was never compared with the revision before it"),
    (_NO_REREADS, "it is not, as it says, the page of the revision before it read anew"),
    (_NOT_THE_SAME, "it does not name the first revision that says the same"),
)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The text of every field of one revision, as offsets of changes count in it."""

    fields: dict[str, str]

    @property
    def body(self) -> str:
        return self.fields["body"]


def revision_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    rows = raw.execute(f"SELECT revision_id, content_sha256, word_count, {_FIELDS} FROM revisions")  # noqa: S608 - only constants are put in
    for revision_id, digest, words, *fields in walk.over(rows):
        try:
            extract = extract_from(fields, _paragraphs(raw, revision_id))
        except ValueError:
            yield Fault("revisions", revision_id, "a time in it cannot be read")
            continue
        if extract.content_sha256 != digest:
            yield Fault("revisions", revision_id, "its fields and text do not have the recorded SHA-256")
        if word_count(extract.paragraphs) != words:
            yield Fault("revisions", revision_id, "it has not as many words as recorded")
    yield from _numbering_faults(raw)


def _numbering_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    for (article_id,) in raw.execute(
        "SELECT article_id FROM revisions GROUP BY article_id "
        "HAVING min(number) IS NOT 1 OR max(number) <> count(number)"
    ):
        yield Fault("articles", article_id, "its revisions are not numbered from 1 without gaps")
    for (article_id,) in raw.execute("SELECT DISTINCT article_id FROM revisions WHERE number IS NULL").fetchall():
        for revision_id in misnumbered(raw, article_id):
            yield Fault("revisions", revision_id, "its number is not that of its place in the article's history")
    for sql, what in _SUCCESSION_FAULTS:
        yield from (Fault("revisions", revision_id, what) for (revision_id,) in raw.execute(sql))


def _paragraphs(raw: sqlite3.Connection, revision_id: int) -> tuple[str, ...]:
    rows = raw.execute(PARAGRAPHS_OF_REVISION, (revision_id,))
    return tuple(text for (text,) in rows)


def diff_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    """Every diff replayed by both of its scripts, and every change of it found in the texts."""

    @lru_cache(maxsize=_REVISIONS_KEPT)
    def texts(revision_id: int) -> _Texts:
        return _texts(raw, revision_id)

    rows = raw.execute(
        "SELECT diff_id, from_revision_id, to_revision_id, delta, hunks_json, moves_json, hunk_count, change_count "
        "FROM diffs ORDER BY diff_id"
    )
    for diff_id, older_id, newer_id, *scripts, change_count in walk.over(rows):
        older, newer = texts(older_id), texts(newer_id)
        yield from (Fault("diffs", diff_id, what) for what in _script_faults(older.body, newer.body, scripts))
        changes = list(_change_rows(raw, diff_id))
        if len(changes) != change_count:
            yield Fault("diffs", diff_id, f"it has {len(changes)} changes, but {change_count} were recorded")
        for change in changes:
            yield from (Fault("changes", change[0], what) for what in _change_faults(change, older, newer))


def _texts(raw: sqlite3.Connection, revision_id: int) -> _Texts:
    row = raw.execute(
        "SELECT headline, subheadline, byline, published_at, modified_at FROM revisions WHERE revision_id = ?",
        (revision_id,),
    ).fetchone()
    names = ("headline", "subheadline", "byline", "published_at", "modified_at")
    values = ("",) * len(names) if row is None else tuple(value or "" for value in row)
    body = Extract(paragraphs=_paragraphs(raw, revision_id)).text
    return _Texts({**dict(zip(names, values, strict=True)), "body": body})


def _script_faults(old: str, new: str, scripts: Sequence[Any]) -> Iterator[str]:
    delta, hunks_json, moves_json, hunk_count = scripts
    if _apply_delta(old, delta) != new:
        yield "its delta does not turn the older body into the newer one"
    try:
        hunks = hunks_from(hunks_json)
        moves = moves_from(moves_json)
    except (ValueError, TypeError):
        yield "its hunks or moves cannot be read"
        return
    if len(hunks) != hunk_count or rebuild(old, new, hunks) != new:
        yield "its hunks do not turn the older body into the newer one"
    if any(not (0 <= move.old_start < move.old_end <= len(old)) for move in moves):
        yield "a moved block lies outside the older body"


def _apply_delta(old: str, delta: str) -> str | None:
    """None: not a delta for this text."""
    matcher = diff_match_patch()
    try:
        parts = matcher.diff_fromDelta(old, delta)
    except ValueError:
        return None
    return "".join(text for operation, text in parts if operation != matcher.DIFF_DELETE)


def _change_rows(raw: sqlite3.Connection, diff_id: int) -> Iterator[Row]:
    yield from raw.execute(
        "SELECT change_id, field, before, after, old_start, old_end, new_start, new_end, sentence_before, "
        "sentence_after, reasons_json FROM changes WHERE diff_id = ? ORDER BY change_id",
        (diff_id,),
    )


def _change_faults(row: Row, older: _Texts, newer: _Texts) -> Iterator[str]:
    _, field, before, after, old_start, old_end, new_start, new_end, sentence_before, sentence_after, reasons = row
    old, new = older.fields.get(field, ""), newer.fields.get(field, "")
    if old[old_start:old_end] != before or sentence_before not in old:
        yield "what it says stood there before did not"
    if new[new_start:new_end] != after or sentence_after not in new:
        yield "what it says stands there after does not"
    try:
        json.loads(reasons)
    except ValueError:
        yield "its reasons cannot be read"


def inconsistency_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    """Every name that is said to be spelt in two ways, found again in its revision's body."""

    # Rows come by revision, so the last body is the one that is asked for again.
    @lru_cache(maxsize=1)
    def body(revision_id: int) -> str:
        return Extract(paragraphs=_paragraphs(raw, revision_id)).text

    rows = raw.execute(
        f"SELECT inconsistency_id, revision_id, {INCONSISTENCY_COLUMNS} FROM inconsistencies "  # noqa: S608 - only constants are put in
        "ORDER BY revision_id, inconsistency_id"
    )
    for inconsistency_id, revision_id, *columns in walk.over(rows):
        for what in _inconsistency_faults(columns, body(revision_id)):
            yield Fault("inconsistencies", inconsistency_id, what)


def _inconsistency_faults(columns: Sequence[Any], body: str) -> Iterator[str]:
    try:
        told = inconsistency_from(columns)
    except (ValueError, TypeError):
        yield "its reasons cannot be read"
        return
    if body[told.start : told.end] != told.doubtful or told.sentence not in body:
        yield "the doubtful spelling does not stand where it says"
    # A name may also stand inside a longer word, which is not counted: there may be more places, never fewer.
    if body.count(told.doubtful) < told.doubtful_count or body.count(told.likely) < told.likely_count:
        yield "a spelling does not stand in the text as often as it says"
