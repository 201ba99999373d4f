"""What changed, grouped for reading: by article, then by revision, most telling first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.model import Change, ChangeDetail, Field, Kind
from tracker.render.wording import count

# How much a change says about what a reader was told: what was taken back without a word first, what touches facts
# next, then what touches tone, then whole sentences, then form.
_TELLING = (
    Kind.NOTICE_REMOVED,
    Kind.NUMBER,
    Kind.NAME,
    Kind.NEGATION,
    Kind.NOTICE_CHANGED,
    Kind.NOTICE_ADDED,
    Kind.DATE,
    Kind.ATTRIBUTION,
    Kind.SENTENCE_REMOVED,
    Kind.PARAGRAPH_REMOVED,
    Kind.SENTENCE_REWRITTEN,
    Kind.SENTENCE_ADDED,
    Kind.PARAGRAPH_ADDED,
    Kind.WORDING,
    Kind.SENTENCE_SPLIT,
    Kind.SENTENCE_MERGED,
    Kind.MOVED,
    Kind.SPELLING,
    Kind.VARIANT,
    Kind.CAPITALISATION,
    Kind.PUNCTUATION,
    Kind.SPACING,
)
_RANKS = {kind: rank for rank, kind in enumerate(_TELLING)}
# Words put into somebody's mouth, and the one line that everybody reads, weigh more than the same words elsewhere.
_QUOTATION_RANK = _RANKS[Kind.NEGATION] + 0.25
_HEADLINE_RANK = _RANKS[Kind.NEGATION] + 0.5
_FIRST_OF_FORM = _RANKS[Kind.SPELLING]


def telling_rank(change: Change) -> float:
    """Lower is more telling."""
    rank: float = _RANKS[change.kind]
    if rank >= _FIRST_OF_FORM or change.kind is Kind.MOVED:
        return rank
    if change.in_quotation:
        rank = min(rank, _QUOTATION_RANK)
    return min(rank, _HEADLINE_RANK) if change.field is Field.HEADLINE else rank


@dataclass(frozen=True, slots=True)
class RevisionChanges:
    """What one revision changed; it happened between the two times."""

    from_number: int
    to_number: int
    changed_after: datetime
    changed_before: datetime
    details: tuple[ChangeDetail, ...]  # most telling first


@dataclass(frozen=True, slots=True)
class ArticleChanges:
    article_id: int
    url: str
    headline: str | None  # of the newest revision in the report
    revisions: tuple[RevisionChanges, ...]  # oldest first


def grouped(details: Iterable[ChangeDetail]) -> tuple[ArticleChanges, ...]:
    """Articles in the order in which they first appear, revisions ascending."""
    articles: dict[int, dict[tuple[int, int], list[ChangeDetail]]] = {}
    for detail in details:
        revisions = articles.setdefault(detail.article_id, {})
        revisions.setdefault((detail.to_number, detail.from_number), []).append(detail)
    return tuple(_article([revisions[key] for key in sorted(revisions)]) for revisions in articles.values())


def _article(revisions: list[list[ChangeDetail]]) -> ArticleChanges:
    newest = revisions[-1][0]
    return ArticleChanges(
        newest.article_id, newest.url, newest.headline, tuple(_revision(details) for details in revisions)
    )


def _revision(details: list[ChangeDetail]) -> RevisionChanges:
    first = details[0]
    ordered = sorted(details, key=lambda detail: (telling_rank(detail.change), detail.change_id))
    return RevisionChanges(
        first.from_number, first.to_number, first.changed_after, first.changed_before, tuple(ordered)
    )


def sum_of(articles: Sequence[ArticleChanges]) -> str:
    """`3 changes in 2 articles`."""
    number = sum(len(revision.details) for article in articles for revision in article.revisions)
    return f"{count(number, 'change')} in {count(len(articles), 'article')}"
