"""Rows with the columns of the public views, and one diff as a whole: what JSON, JSON Lines and CSV are written from.

Times are UTC, `2026-11-23T01:02:03Z`; what is absent is null. Text is given as recorded, every character of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from tracker.model import ArticleStatus, Change, ChangeDetail, Hunk, Inconsistency, Revision, utc_text
from tracker.render.pair import RevisionPair
from tracker.urls import host_of

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = dict[str, Cell]
JSONValue: TypeAlias = "Cell | Mapping[str, JSONValue] | Sequence[JSONValue]"

CHANGE_COLUMNS = (
    "change_id",
    "article_id",
    "url",
    "host",
    "headline",
    "from_number",
    "to_number",
    "changed_after",
    "changed_before",
    "field",
    "kind",
    "operation",
    "before",
    "after",
    "sentence_before",
    "sentence_after",
    "in_quotation",
    "in_attribution",
    "confidence",
    "reasons_json",
    "old_start",
    "old_end",
    "new_start",
    "new_end",
    "move_id",
    "engine",
    "is_flap",
    "from_same_as_number",
    "to_same_as_number",
    "from_revision_id",
    "to_revision_id",
)
ARTICLE_COLUMNS = (
    "article_id",
    "url",
    "host",
    "headline",
    "state",
    "revision_count",
    "change_count",
    "first_seen_at",
    "last_checked_at",
    "last_changed_at",
    "next_check_at",
    "state_since_at",
    "added_at",
    "failures_in_row",
    "joined_to_article_id",
    "follow_until_at",
    "last_success_at",
    "source_kind",
    "source_url",
    "published_at",
    "word_count",
)
REVISION_COLUMNS = (
    "revision_id",
    "article_id",
    "url",
    "number",
    "first_seen_at",
    "headline",
    "subheadline",
    "byline",
    "published_at",
    "body_text",
    "word_count",
    "host",
    "modified_at",
    "language",
    "content_sha256",
    "same_as_number",
    "reread_of_number",
    "extractor",
    "capture_id",
)


def change_row(detail: ChangeDetail) -> Row:
    """A row of `changes_detail`."""
    return {
        "change_id": detail.change_id,
        "article_id": detail.article_id,
        "url": detail.url,
        "host": detail.host,
        "headline": detail.headline,
        "from_number": detail.from_number,
        "to_number": detail.to_number,
        "changed_after": utc_text(detail.changed_after),
        "changed_before": utc_text(detail.changed_before),
        **_change_cells(detail.change),
        "reasons_json": json.dumps(detail.change.reasons, ensure_ascii=False),
        **_offset_cells(detail.change),
        "engine": detail.engine,
        "is_flap": detail.is_flap,
        "from_same_as_number": detail.from_same_as_number,
        "to_same_as_number": detail.to_same_as_number,
        "from_revision_id": detail.from_revision_id,
        "to_revision_id": detail.to_revision_id,
    }


def _offset_cells(change: Change) -> Row:
    return {
        "old_start": change.old_start,
        "old_end": change.old_end,
        "new_start": change.new_start,
        "new_end": change.new_end,
        "move_id": change.move_id,
    }


def _change_cells(change: Change) -> Row:
    return {
        "field": change.field.value,
        "kind": change.kind.value,
        "operation": change.operation.value,
        "before": change.before,
        "after": change.after,
        "sentence_before": change.sentence_before,
        "sentence_after": change.sentence_after,
        "in_quotation": change.in_quotation,
        "in_attribution": change.in_attribution,
        "confidence": change.confidence,
    }


def article_row(article: ArticleStatus) -> Row:
    """A row of `articles_status`."""
    return {
        "article_id": article.article_id,
        "url": article.url,
        "host": article.host,
        "headline": article.headline,
        "state": article.state.value,
        "revision_count": article.revision_count,
        "change_count": article.change_count,
        "first_seen_at": _time(article.first_seen_at),
        "last_checked_at": _time(article.last_checked_at),
        "last_changed_at": _time(article.last_changed_at),
        "next_check_at": _time(article.next_check_at),
        "state_since_at": _time(article.state_since_at),
        "added_at": _time(article.added_at),
        "failures_in_row": article.failures_in_row,
        "joined_to_article_id": article.joined_to_article_id,
        "follow_until_at": _time(article.follow_until),
        "last_success_at": _time(article.last_success_at),
        "source_kind": article.source_kind,
        "source_url": article.source_url,
        "published_at": _time(article.published_at),
        "word_count": article.word_count,
    }


def revision_row(revision: Revision, url: str) -> Row:
    """A row of `revisions_text`; a word is what stands between white space."""
    extract = revision.extract
    return {
        "revision_id": revision.revision_id,
        "article_id": revision.article_id,
        "url": url,
        "number": revision.number,
        "first_seen_at": utc_text(revision.first_seen_at),
        "headline": extract.headline,
        "subheadline": extract.subheadline,
        "byline": extract.byline,
        "published_at": _time(extract.published_at),
        "body_text": extract.text,
        "word_count": len(extract.text.split()),
        "host": host_of(url),
        "modified_at": _time(extract.modified_at),
        "language": extract.language,
        "content_sha256": revision.content_sha256,
        "same_as_number": revision.same_as_number,
        "reread_of_number": revision.reread_of_number,
        "extractor": revision.extractor,
        "capture_id": revision.capture_id,
    }


def revision_form(revision: Revision, url: str, inconsistencies: Sequence[Inconsistency]) -> dict[str, JSONValue]:
    """One revision: its row of `revisions_text`, and the names that it spells in two ways."""
    return {**revision_row(revision, url), "inconsistencies": [_inconsistency_form(each) for each in inconsistencies]}


def _inconsistency_form(inconsistency: Inconsistency) -> dict[str, JSONValue]:
    """As table `inconsistencies` has it."""
    return {
        "doubtful": inconsistency.doubtful,
        "likely": inconsistency.likely,
        "doubtful_count": inconsistency.doubtful_count,
        "likely_count": inconsistency.likely_count,
        "doubtful_start": inconsistency.start,
        "doubtful_end": inconsistency.end,
        "sentence": inconsistency.sentence,
        "reasons": list(inconsistency.reasons),
        "engine": inconsistency.engine,
    }


def pair_form(pair: RevisionPair) -> dict[str, JSONValue]:
    """One diff: the facts, every change with its offsets and reasons, and the lossless script of the body."""
    diff = pair.comparison.diff
    return {
        "url": pair.url,
        "article_id": pair.newer.article_id,
        "headline": pair.newer.extract.headline,
        "from_number": pair.older.number,
        "to_number": pair.newer.number,
        "changed_after": utc_text(pair.changed_after),
        "changed_before": utc_text(pair.changed_before),
        "is_flap": pair.is_flap,
        "from_same_as_number": pair.older.same_as_number,
        "to_same_as_number": pair.newer.same_as_number,
        "reread_numbers": [reread.number for reread in pair.rereads],
        "engine": pair.comparison.engine,
        "coarse": diff.coarse,
        "changes": [_change_form(change) for change in pair.comparison.changes],
        "hunks": [_hunk_form(hunk) for hunk in diff.hunks],
        "moves": [
            {
                "old_start": move.old_start,
                "old_end": move.old_end,
                "new_start": move.new_start,
                "new_end": move.new_end,
                "hunks": [_hunk_form(hunk) for hunk in move.hunks],
            }
            for move in diff.moves
        ],
        "delta": diff.delta,
    }


def _change_form(change: Change) -> dict[str, JSONValue]:
    return {**_change_cells(change), **_offset_cells(change), "reasons": list(change.reasons)}


def _hunk_form(hunk: Hunk) -> dict[str, JSONValue]:
    return {
        "old_start": hunk.old_start,
        "old_end": hunk.old_end,
        "new_start": hunk.new_start,
        "new_end": hunk.new_end,
    }


def json_text(value: JSONValue) -> str:
    """Indented, in the article's own script; lone surrogates, which UTF-8 cannot hold, as escapes."""
    return _escape_surrogates(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def json_array(rows: Iterable[Row]) -> Iterator[str]:
    """The text of `json_text` for a list of rows, in pieces: it may be a long one."""
    before = "["
    for row in rows:
        yield f"{before}\n  " + json_text(row).replace("\n", "\n  ")  # no string in it holds a line break as such
        before = ","
    yield "[]" if before == "[" else "\n]"


def json_line(row: Row) -> str:
    """One line without its line break. U+2028 and U+2029 are escaped: some readers take them for line breaks."""
    text = _escape_surrogates(json.dumps(row, ensure_ascii=False, allow_nan=False))
    return text.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _escape_surrogates(text: str) -> str:
    return (
        "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text) if _has_surrogate(text) else text
    )


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)
