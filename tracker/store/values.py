"""Between rows and the model's values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tracker.model import (
    ArticleStatus,
    Change,
    ChangeDetail,
    Extract,
    Field,
    Hunk,
    Inconsistency,
    Kind,
    Move,
    Operation,
    State,
    utc_text,
)
from tracker.store.connection import Row

# Outcomes of a look that showed the article's text: `outcomes.shows_article`, as the views and queries spell it.
SHOWS_ARTICLE = "('first_seen', 'changed', 'reverted', 'unchanged', 'not_modified')"

ARTICLE_COLUMNS = (
    "article_id, url, host, headline, state, revision_count, change_count, first_seen_at, last_checked_at, "
    "last_changed_at, next_check_at, state_since_at, added_at, failures_in_row, joined_to_article_id, follow_until_at, "
    "last_success_at, source_kind, source_url, published_at, word_count"
)
CHANGE_COLUMNS = (
    "kind, field, operation, before, after, old_start, old_end, new_start, new_end, sentence_before, sentence_after, "
    "in_quotation, in_attribution, move_id, confidence, reasons_json"
)
INCONSISTENCY_COLUMNS = (
    "doubtful, likely, doubtful_count, likely_count, doubtful_start, doubtful_end, sentence, reasons_json, engine"
)
# In reading order; bind the revision's id.
PARAGRAPHS_OF_REVISION = """
SELECT paragraphs.text FROM revision_paragraphs
JOIN paragraphs ON paragraphs.paragraph_id = revision_paragraphs.paragraph_id
WHERE revision_paragraphs.revision_id = ? ORDER BY revision_paragraphs.position
"""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def text_or_none(value: datetime | None) -> str | None:
    return None if value is None else utc_text(value)


def json_text(value: object) -> str:
    """Compact, and readable in any language."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def id_list(ids: Iterable[int]) -> str:
    """For `IN (SELECT value FROM json_each(?))`: one statement for any number of ids."""
    return json_text(list(ids))


def hunks_json(hunks: Sequence[Hunk]) -> str:
    return json_text([_hunk_numbers(hunk) for hunk in hunks])


def moves_json(moves: Sequence[Move]) -> str:
    return json_text(
        [
            [move.old_start, move.old_end, move.new_start, move.new_end, [_hunk_numbers(hunk) for hunk in move.hunks]]
            for move in moves
        ]
    )


def _hunk_numbers(hunk: Hunk) -> list[int]:
    return [hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end]


def hunks_from(text: str) -> tuple[Hunk, ...]:
    return tuple(Hunk(*numbers) for numbers in json.loads(text))


def moves_from(text: str) -> tuple[Move, ...]:
    return tuple(
        Move(old_start, old_end, new_start, new_end, tuple(Hunk(*numbers) for numbers in hunks))
        for old_start, old_end, new_start, new_end, hunks in json.loads(text)
    )


def article_status(row: Row) -> ArticleStatus:
    """From ARTICLE_COLUMNS of `articles_status`."""
    article_id, url, host, headline, state, revisions, changes, *rest = row
    *times, failures, joined_to, follow_until, last_success, source_kind, source_url, published, words = rest
    first_seen, last_checked, last_changed, next_check, state_since, added = map(moment_or_none, times)
    return ArticleStatus(
        article_id=article_id,
        url=url,
        host=host,
        headline=headline,
        state=State(state),
        revision_count=revisions,
        change_count=changes,
        first_seen_at=first_seen,
        last_checked_at=last_checked,
        last_changed_at=last_changed,
        next_check_at=next_check,
        state_since_at=state_since,
        added_at=added,
        failures_in_row=failures,
        joined_to_article_id=joined_to,
        follow_until=moment_or_none(follow_until),
        last_success_at=moment_or_none(last_success),
        source_kind=source_kind,
        source_url=source_url,
        published_at=moment_or_none(published),
        word_count=words,
    )


def change_row(change: Change) -> Row:
    """In the order of CHANGE_COLUMNS."""
    return (
        change.kind.value,
        change.field.value,
        change.operation.value,
        change.before,
        change.after,
        change.old_start,
        change.old_end,
        change.new_start,
        change.new_end,
        change.sentence_before,
        change.sentence_after,
        int(change.in_quotation),
        int(change.in_attribution),
        change.move_id,
        change.confidence,
        json_text(change.reasons),
    )


def change_from(row: Sequence[Any]) -> Change:
    """From CHANGE_COLUMNS."""
    kind, field, operation, *texts_and_offsets, in_quotation, in_attribution, move_id, confidence, reasons = row
    before, after, old_start, old_end, new_start, new_end, sentence_before, sentence_after = texts_and_offsets
    return Change(
        kind=Kind(kind),
        field=Field(field),
        operation=Operation(operation),
        before=before,
        after=after,
        old_start=old_start,
        old_end=old_end,
        new_start=new_start,
        new_end=new_end,
        sentence_before=sentence_before,
        sentence_after=sentence_after,
        in_quotation=bool(in_quotation),
        in_attribution=bool(in_attribution),
        move_id=move_id,
        confidence=confidence,
        reasons=tuple(json.loads(reasons)),
    )


def inconsistency_row(inconsistency: Inconsistency) -> Row:
    """In the order of INCONSISTENCY_COLUMNS."""
    return (
        inconsistency.doubtful,
        inconsistency.likely,
        inconsistency.doubtful_count,
        inconsistency.likely_count,
        inconsistency.start,
        inconsistency.end,
        inconsistency.sentence,
        json_text(inconsistency.reasons),
        inconsistency.engine,
    )


def inconsistency_from(row: Sequence[Any]) -> Inconsistency:
    """From INCONSISTENCY_COLUMNS."""
    doubtful, likely, doubtful_count, likely_count, start, end, sentence, reasons, engine = row
    return Inconsistency(
        doubtful=doubtful,
        likely=likely,
        doubtful_count=doubtful_count,
        likely_count=likely_count,
        start=start,
        end=end,
        sentence=sentence,
        reasons=tuple(json.loads(reasons)),
        engine=engine,
    )


def change_detail(row: Row) -> ChangeDetail:
    """From change_id, article_id, url, host, headline, both numbers, both times, engine, is_flap, the numbers that both
    are the same as, the ids of both revisions, then CHANGE_COLUMNS."""
    change_id, article_id, url, host, headline, from_number, to_number, after, before, engine, *rest = row
    is_flap, from_same_as, to_same_as, from_revision_id, to_revision_id, *change = rest
    return ChangeDetail(
        change_id,
        article_id,
        url,
        host,
        headline,
        from_number,
        to_number,
        moment(after),
        moment(before),
        change_from(change),
        engine,
        bool(is_flap),
        from_same_as,
        to_same_as,
        from_revision_id,
        to_revision_id,
    )


def extract_from(row: Sequence[Any], paragraphs: tuple[str, ...]) -> Extract:
    """From headline, subheadline, byline, published_at, modified_at, language, canonical_url."""
    headline, subheadline, byline, published_at, modified_at, language, canonical_url = row
    return Extract(
        headline=headline,
        subheadline=subheadline,
        byline=byline,
        published_at=moment_or_none(published_at),
        modified_at=moment_or_none(modified_at),
        language=language,
        paragraphs=paragraphs,
        canonical_url=canonical_url,
    )
