"""What changed, told by what matters: notices taken away, silent edits, headlines, corrections, down to mere form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain

from tracker.model import Change, ChangeDetail, Field, Kind, Outcome
from tracker.render.reports import RevisionChanges


class Topic(StrEnum):
    """In the order of telling."""

    NOTICE_REMOVED = "notice_removed"
    SILENT = "silent"
    HEADLINE = "headline"
    CORRECTION = "correction"
    SUBSTANCE = "substance"
    WORDING = "wording"
    FORM = "form"


FORM_KINDS = frozenset({Kind.SPELLING, Kind.VARIANT, Kind.CAPITALISATION, Kind.PUNCTUATION, Kind.SPACING, Kind.MOVED})
_WORDING_KINDS = frozenset({Kind.WORDING, Kind.SENTENCE_SPLIT, Kind.SENTENCE_MERGED})


@dataclass(frozen=True, slots=True)
class Correction:
    """What a notice set right, as far as can be told."""

    corrected_change_id: int | None
    kind: Kind | None
    before: str
    after: str
    error_stood_s: int | None
    removed_at: datetime | None  # the first look without the notice; None: it stands


@dataclass(frozen=True, slots=True)
class Absence:
    """A time that an article could not be read."""

    article_id: int
    url: str
    host: str
    headline: str | None
    began_at: datetime
    ended_at: datetime | None  # None: it is still away
    outcome: Outcome
    look_count: int


@dataclass(frozen=True, slots=True)
class HostUnseen:
    """Looks at a host that did not show the article, other than those that found it gone."""

    host: str
    article_count: int
    outcomes: tuple[tuple[Outcome, int], ...]  # looks by what they came to, the most frequent first


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of the changes beyond themselves, and of what could not be seen."""

    silent: Mapping[int, bool] = field(default_factory=dict)  # by change: is the day for a notice over?
    corrections: Mapping[int, Correction] = field(default_factory=dict)  # by the change that added the notice
    gone: tuple[Absence, ...] = ()  # the latest first
    gone_count: int = 0  # those that are not told included
    unseen: tuple[HostUnseen, ...] = ()  # the host with the most such looks first


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a digest tells; None: all of it."""

    entries: int | None = 20  # revisions a topic: two or three screens
    of_host: int = 3  # of these, the latest of every host come first, as far as there is room
    changes: int | None = 5  # of one revision in one topic
    examples: int = 6
    absences: int | None = 10  # articles that are gone
    lines: int | None = 5  # pages that go back and forth


TELL_ALL = Limits(entries=None, changes=None, absences=None, lines=None)


@dataclass(frozen=True, slots=True)
class Told:
    """A change, and where else in the revision the same was changed to the same."""

    detail: ChangeDetail
    also: tuple[Change, ...] = ()
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one revision changed that belongs to one topic."""

    revision: RevisionChanges  # with the changes that are told
    told: tuple[Told, ...]  # most telling first
    untold_count: int = 0

    @property
    def article_id(self) -> int:
        return self.revision.details[0].article_id

    @property
    def change_count(self) -> int:
        return sum(1 + len(told.also) for told in self.told) + self.untold_count


@dataclass(frozen=True, slots=True)
class ArticleEntries:
    article_id: int
    url: str
    headline: str | None  # of the newest revision that is told
    entries: tuple[Entry, ...]  # the oldest first


@dataclass(frozen=True, slots=True)
class HostEntries:
    host: str
    articles: tuple[ArticleEntries, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """Words that were replaced by others, and how often."""

    name: str  # of the kind, or of the field where that tells more
    before: str
    after: str
    times: int
    article_ids: tuple[int, ...]  # the first few


@dataclass(frozen=True, slots=True)
class Section:
    topic: Topic
    change_count: int
    article_count: int
    hosts: tuple[HostEntries, ...]  # empty where it is told in counts and examples
    untold_count: int  # changes that are only counted
    open_count: int = 0  # silent edits to which a notice may still come
    counts: tuple[tuple[str, int], ...] = ()  # by name, the most frequent first
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class FlapFigures:
    """A page that goes back and forth between two wordings, both seen before."""

    latest: ChangeDetail  # of the latest turn, the most telling
    shown: ChangeDetail  # the same of a turn from the earlier wording to the later one, where there was one
    wordings: tuple[int, int]  # the first revisions that say what it goes between, ascending
    turn_count: int


@dataclass(frozen=True, slots=True)
class Digest:
    change_count: int  # without those of pages that go back and forth
    article_count: int
    host_count: int
    sections: tuple[Section, ...]  # only those with something to tell
    flaps: tuple[FlapFigures, ...]  # the most turns first
    flap_count: int  # those that are not told included
    turn_count: int
    findings: Findings

    @property
    def is_empty(self) -> bool:
        return not (self.change_count or self.flap_count or self.findings.gone_count or self.findings.unseen)

    @property
    def is_cut(self) -> bool:
        """Something is only counted."""
        told = self.flap_count == len(self.flaps) and self.findings.gone_count == len(self.findings.gone)
        return not told or any(section.untold_count for section in self.sections)


def topic_of(detail: ChangeDetail, silent: Mapping[int, bool], corrected: frozenset[int]) -> Topic:
    """`corrected`: the changes that a notice speaks of."""
    change = detail.change
    if change.kind is Kind.NOTICE_REMOVED:
        return Topic.NOTICE_REMOVED
    if detail.change_id in silent:
        return Topic.SILENT
    if change.kind in (Kind.NOTICE_ADDED, Kind.NOTICE_CHANGED) or detail.change_id in corrected:
        return Topic.CORRECTION
    if change.kind in FORM_KINDS or change.field is Field.MODIFIED_AT:
        return Topic.FORM
    if change.field in (Field.HEADLINE, Field.SUBHEADLINE):
        return Topic.HEADLINE
    return Topic.WORDING if change.kind in _WORDING_KINDS and not change.in_quotation else Topic.SUBSTANCE


def entries_of(section: Section) -> Iterator[Entry]:
    return chain.from_iterable(article.entries for host in section.hosts for article in host.articles)
