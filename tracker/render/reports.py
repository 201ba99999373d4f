"""What changed, grouped for reading: by article, then by revision, most telling first.

A page that goes back and forth between wordings that were seen before is told once a pair of wordings, however often it
does so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.model import Change, ChangeDetail, Field, Kind
from tracker.render.wording import between_text, count

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

    @property
    def back_to_number(self) -> int | None:
        """The revision that the page came back to; None: it says something new."""
        return self.details[0].to_same_as_number

    @property
    def wordings(self) -> tuple[int, int]:
        """The first revisions that say what the two say."""
        first = self.details[0]
        return first.from_same_as_number or self.from_number, first.to_same_as_number or self.to_number

    @property
    def is_flap(self) -> bool:
        return self.details[0].is_flap

    def title(self, tz: tzinfo | None) -> str:
        """`Revision 2 → 3, reverted to revision 1, between 10:05 and 10:20 UTC`."""
        back = "" if self.back_to_number is None else f", reverted to revision {self.back_to_number}"
        between = between_text(self.changed_after, self.changed_before, tz)
        return f"Revision {self.from_number} → {self.to_number}{back}, {between}"


@dataclass(frozen=True, slots=True)
class Flap:
    """The turns of a page back and forth between two wordings, both seen before."""

    turns: tuple[RevisionChanges, ...]  # the oldest first

    @property
    def from_number(self) -> int:
        return self.turns[0].from_number

    @property
    def details(self) -> tuple[ChangeDetail, ...]:
        """The words that differ, from the earlier wording to the later one where a turn went that way."""
        forth = (turn for turn in self.turns if turn.wordings[0] < turn.wordings[1])
        return next(forth, self.turns[0]).details

    def title(self, tz: tzinfo | None) -> str:
        """`Went back and forth between revisions 1 and 2, 14 times, last between 10:05 and 10:20 UTC`."""
        last = self.turns[-1]
        between = between_text(last.changed_after, last.changed_before, tz)
        if len(self.turns) == 1:
            return f"Went back once more to what revision {last.wordings[1]} says, {between}"
        lower, higher = sorted(last.wordings)
        return f"Went back and forth between revisions {lower} and {higher}, {len(self.turns):,} times, last {between}"


@dataclass(frozen=True, slots=True)
class ArticleChanges:
    article_id: int
    url: str
    headline: str | None  # of the newest revision in the report
    revisions: tuple[RevisionChanges, ...]  # oldest first
    flaps: tuple[Flap, ...] = ()  # in the order in which they began

    @property
    def parts(self) -> tuple[RevisionChanges | Flap, ...]:
        """All that there is to tell of the article, in the order in which it began."""
        return tuple(sorted((*self.revisions, *self.flaps), key=lambda part: part.from_number))


def grouped(details: Iterable[ChangeDetail]) -> tuple[ArticleChanges, ...]:
    """Articles in the order in which they first appear, revisions ascending."""
    articles: dict[int, dict[tuple[int, int], list[ChangeDetail]]] = {}
    for detail in details:
        revisions = articles.setdefault(detail.article_id, {})
        revisions.setdefault((detail.to_number, detail.from_number), []).append(detail)
    return tuple(_article([_revision(revisions[key]) for key in sorted(revisions)]) for revisions in articles.values())


def _article(revisions: Sequence[RevisionChanges]) -> ArticleChanges:
    newest = revisions[-1].details[0]
    turns: dict[frozenset[int], list[RevisionChanges]] = {}
    for revision in revisions:
        if revision.is_flap:
            turns.setdefault(frozenset(revision.wordings), []).append(revision)
    return ArticleChanges(
        newest.article_id,
        newest.url,
        newest.headline,
        tuple(revision for revision in revisions if not revision.is_flap),
        tuple(Flap(tuple(each)) for each in turns.values()),
    )


def _revision(details: Sequence[ChangeDetail]) -> RevisionChanges:
    first = details[0]
    ordered = sorted(details, key=lambda detail: (telling_rank(detail.change), detail.change_id))
    return RevisionChanges(
        first.from_number, first.to_number, first.changed_after, first.changed_before, tuple(ordered)
    )


def sum_of(articles: Sequence[ArticleChanges]) -> str:
    """`3 changes in 2 articles; 14 turns back and forth folded into 1 line`."""
    number = sum(len(revision.details) for article in articles for revision in article.revisions)
    changed = sum(bool(article.revisions) for article in articles)
    told = f"{count(number, 'change')} in {count(changed, 'article')}" if number else "No change"
    flaps = [flap for article in articles for flap in article.flaps]
    if not flaps:
        return told
    turns = sum(len(flap.turns) for flap in flaps)
    return f"{told}; {count(turns, 'turn')} back and forth folded into {count(len(flaps), 'line')}"
