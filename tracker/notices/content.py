"""What a notice tells: the changes that waited, most telling first, those of a whole site once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.model import Change, ChangeDetail, Field, Kind, Operation
from tracker.render.reports import telling_rank

# A longer list is nothing to read; `tracker report` has the rest.
MOST_TOLD = 100
# The same change in so many articles of a host is the site's doing, and comes after what was done to single ones.
SITE_WIDE = 5
LONGEST_TEXT = 2_000  # characters of one text in a notice: a page of print


@dataclass(frozen=True, slots=True)
class Entry:
    """What one look found that a channel asks for."""

    host: str
    article_id: int
    change_count: int  # also of those that `details` leaves out
    details: tuple[ChangeDetail, ...]


@dataclass(frozen=True, slots=True)
class Overflow:
    """What waited too long to be kept, and is only counted."""

    look_count: int = 0
    change_count: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One change, and in how many other places of the host the same was found."""

    detail: ChangeDetail
    alike_count: int = 0

    @property
    def is_site_wide(self) -> bool:
        return self.alike_count >= SITE_WIDE - 1


@dataclass(frozen=True, slots=True)
class Notice:
    """`told` are the most telling changes; `change_count` counts all."""

    notice_id: str  # a repeat of the notice carries the same
    channel: str
    made_at: datetime
    told: tuple[Told, ...]
    change_count: int
    article_count: int
    hosts: tuple[str, ...]  # those with the most changes first
    is_digest: bool = False
    is_test: bool = False
    overflow: Overflow = Overflow()

    @property
    def untold_count(self) -> int:
        return self.change_count - sum(1 + each.alike_count for each in self.told)


def shortened(detail: ChangeDetail) -> ChangeDetail:
    """With texts of a bounded length, for a paragraph may be a megabyte."""
    change = detail.change
    texts = (change.before, change.after, change.sentence_before, change.sentence_after)
    if max(map(len, texts)) <= LONGEST_TEXT:
        return detail
    before, after, sentence_before, sentence_after = map(_cut, texts)
    return replace(
        detail,
        change=replace(
            change, before=before, after=after, sentence_before=sentence_before, sentence_after=sentence_after
        ),
    )


def signature(details: Iterable[ChangeDetail]) -> str:
    """The same, nearly always, for two looks that share most of their changes: the least of the changes' hashes
    (Broder 1997, min-wise hashing)."""
    return min(hashlib.sha256(repr(_sameness(detail)).encode()).hexdigest()[:16] for detail in details)


def most_telling(details: Iterable[ChangeDetail]) -> tuple[ChangeDetail, ...]:
    """As many as a notice tells, shortened, in the order of `telling_rank`."""
    ranked = sorted(details, key=lambda detail: telling_rank(detail.change))
    return tuple(shortened(detail) for detail in ranked[:MOST_TOLD])


def gather(
    entries: Sequence[Entry],
    *,
    notice_id: str,
    channel: str,
    made_at: datetime,
    is_digest: bool = False,
    overflow: Overflow = Overflow(),
) -> Notice:
    """One notice of all that waited."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.host] = counts.get(entry.host, 0) + entry.change_count
    return Notice(
        notice_id=notice_id,
        channel=channel,
        made_at=made_at,
        told=first_of(_told(entries), MOST_TOLD),
        change_count=sum(counts.values()) + overflow.change_count,
        article_count=len({entry.article_id for entry in entries}),
        hosts=tuple(sorted(counts, key=lambda host: (-counts[host], host))),
        is_digest=is_digest,
        overflow=overflow,
    )


def first_of(told: Sequence[Told], most: int) -> tuple[Told, ...]:
    """As many as that, of those in order: what a whole site did comes last, but has a fifth of the room."""
    single = [each for each in told if not each.is_site_wide]
    wide = [each for each in told if each.is_site_wide]
    single_room = most - min(len(wide), most // 5)
    kept = single[:single_room]
    return (*kept, *wide[: most - len(kept)])


def _told(entries: Iterable[Entry]) -> tuple[Told, ...]:
    alike: dict[tuple[object, ...], list[ChangeDetail]] = {}
    for detail in (detail for entry in entries for detail in entry.details):
        alike.setdefault(_sameness(detail), []).append(detail)
    told = []
    for details in alike.values():
        # Twice in one article is told twice; in several articles it is one piece of news.
        others = len({detail.article_id for detail in details}) - 1
        told += [Told(details[0], len(details) - 1)] if others else [Told(detail) for detail in details]
    return tuple(sorted(told, key=_order))


def _sameness(detail: ChangeDetail) -> tuple[object, ...]:
    change = detail.change
    return detail.host, change.kind, change.field, change.operation, change.before, change.after


def _order(told: Told) -> tuple[bool, float, datetime, int]:
    detail = told.detail
    return told.is_site_wide, telling_rank(detail.change), detail.changed_before, detail.change_id


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def test_notice(notice_id: str, channel: str, made_at: datetime) -> Notice:
    """What `tracker notify test` sends: the change that this project began with."""
    change = Change(
        kind=Kind.SPELLING,
        field=Field.BODY,
        operation=Operation.REPLACE,
        before="Lakatia",
        after="Latakia",
        old_start=12,
        old_end=19,
        new_start=12,
        new_end=19,
        sentence_before="The town of Lakatia was hit.",
        sentence_after="The town of Latakia was hit.",
        reasons=("a test of the channel",),
    )
    detail = ChangeDetail(
        change_id=0,
        article_id=0,
        url="https://www.example.com/a-test",
        host="www.example.com",
        headline="A test of the channel",
        from_number=1,
        to_number=2,
        changed_after=made_at,
        changed_before=made_at,
        change=change,
        engine="test",
    )
    entry = Entry(detail.host, detail.article_id, 1, (detail,))
    return replace(gather([entry], notice_id=notice_id, channel=channel, made_at=made_at), is_test=True)


test_notice.__test__ = False  # type: ignore[attr-defined]  # pytest takes every test_* for one of its own
