"""The rows of one article of the synthetic database."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scale_edits import conclusions, told

from tracker.cadence import UNSEEN_PROMISE, promise_of
from tracker.model import Extract, utc_text
from tracker.store.frames import ENCODING
from tracker.store.paragraphs import text_key

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

EXTRACTOR = "scale 1"
OWN_PARAGRAPHS = 6  # at most, of an article
_HEADERS = b"[]"
_FOLDED_LOOKS = 30
_FAILING = frozenset({"gone", "blocked", "paywalled", "unreadable", "failing"})
_OUTCOMES = {"failing": "failed"}

Row = tuple[object, ...]


def page(seen: Extract) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in seen.paragraphs)
    return f"<!doctype html><title>{seen.headline}</title><h1>{seen.headline}</h1>{body}".encode()


def url_of(number: int, host: str) -> str:
    return f"https://{host}/news/{number:07}/breakwater-is-closed-for-the-winter"


@dataclass(frozen=True)
class Pattern:
    """How an article of one age and so many changes stands."""

    changes: int
    age: timedelta
    exposure: float
    looks_per_day: float
    interval: timedelta


@dataclass(frozen=True)
class Story:
    number: int  # from 1: also its id
    host: str
    state: str
    added_at: datetime
    changed_at: datetime | None
    last_at: datetime | None  # None: not looked at yet
    next_at: datetime
    pattern: Pattern
    edit: str | None  # what kind of edit it underwent
    wire: int | None  # the wire copy that it prints
    was_away: bool
    first_revision_id: int
    first_check_id: int
    first_paragraph_id: int

    @property
    def revision_count(self) -> int:
        return 0 if self.last_at is None else 1 if self.changed_at is None else 2

    @property
    def looks(self) -> Sequence[Look]:
        return tuple(_looks(self))

    @property
    def change_count(self) -> int:
        return 0 if self.edit is None else len(conclusions(self.edit, has_wire=self.wire is not None).changes)


@dataclass(frozen=True)
class Look:
    at: datetime
    outcome: str
    revision_id: int | None
    first_at: datetime | None = None  # of several that were folded


def _looks(story: Story) -> Iterator[Look]:
    """Each revision's, many that were folded, sometimes an absence, and the latest."""
    first, last = story.added_at, story.last_at
    if last is None:
        return
    middle, revision_id = story.changed_at or first + (last - first) / 2, story.first_revision_id
    yield Look(first, "first_seen", revision_id)
    yield Look(first + (middle - first) * 0.8, "not_modified", revision_id, first + (middle - first) * 0.2)
    if story.changed_at is not None:
        revision_id += 1
        yield Look(middle, "changed", revision_id)
    if story.was_away:
        yield Look(middle + (last - middle) * 0.3, "gone", None)
        yield Look(middle + (last - middle) * 0.6, "unchanged", revision_id)
    is_there = story.state not in _FAILING
    outcome = "unchanged" if is_there else _OUTCOMES.get(story.state, story.state)
    yield Look(last, outcome, revision_id if is_there else None)


def rows_of(story: Story) -> Iterator[tuple[str, Row]]:
    """Each with its table."""
    url, added = url_of(story.number, story.host), utc_text(story.added_at)
    yield "articles", (story.number, url, story.host, added, None)
    yield "article_urls", (story.number, story.number, url, "added", added, url.removeprefix("https://"))
    yield "_article_states", _state_row(story)
    if story.last_at is not None:
        yield from _look_rows(story)
        yield from _revision_rows(story, url)


def _state_row(story: Story) -> Row:
    pattern, last = story.pattern, None if story.last_at is None else utc_text(story.last_at)
    first = None if last is None else utc_text(story.added_at)
    is_failing = story.state in _FAILING
    digest = None if last is None else _digest(story.host)
    since = utc_text(story.added_at) if not is_failing or last is None else last
    success = utc_text(story.changed_at or story.added_at) if is_failing and last is not None else last
    latest = story.first_revision_id + story.revision_count - 1 if story.revision_count else None
    looks = pattern.looks_per_day
    promise = UNSEEN_PROMISE if last is None else promise_of(looks)
    return (
        *(story.number, story.host, story.state, since, utc_text(story.next_at), None, None, digest, digest, None),
        *(int(is_failing), latest, story.revision_count, story.change_count, first, last, success, None, None, 0),
        *(utc_text(story.added_at), None if story.changed_at is None else utc_text(story.changed_at)),
        *(float(pattern.changes), pattern.exposure, None, float(pattern.changes), looks, promise),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _look_rows(story: Story) -> Iterator[tuple[str, Row]]:
    """Their links are made up: what a chain costs to keep, not what it proves."""
    link = start = _digest(story.host)
    for check_id, look in enumerate(story.looks, start=story.first_check_id):
        link = _digest(f"{check_id} {look.outcome}")
        capture_id = look.revision_id if look.outcome in ("first_seen", "changed") else None
        is_there = look.revision_id is not None
        reason = "" if is_there else "the server says 404"
        head = (check_id, story.number, utc_text(look.at), 80, look.outcome, reason, 200 if is_there else 404)
        middle = (None, None, None, 1_500, EXTRACTOR if is_there else None, look.revision_id, capture_id, None)
        folded = (None, 1) if look.first_at is None else (utc_text(look.first_at), _FOLDED_LOOKS)
        yield "checks", (*head, *middle, *folded, link)
        if capture_id is not None:
            yield "_capture_digests", (capture_id, link)
            yield "_revision_digests", (capture_id, check_id, link)
    yield "_chain_heads", (story.number, start, link)


def _revision_rows(story: Story, url: str) -> Iterator[tuple[str, Row]]:
    moments = [story.added_at, *([story.changed_at] if story.changed_at else [])]
    plain = (told(story.number, story.edit, at, story.wire) for at in range(len(moments)))
    told_now = [replace(seen, published_at=story.added_at) for seen in plain]
    pages = [page(seen) for seen in told_now]
    for at, (moment, seen, body) in enumerate(zip(moments, told_now, pages, strict=True)):
        revision_id = story.first_revision_id + at
        digests = (_digest(_HEADERS.decode()), len(body), hashlib.sha256(body).hexdigest())
        yield "captures", (revision_id, story.number, utc_text(moment), url, 200, "text/html", *digests)
        start = sum(len(_HEADERS) + len(before) for before in pages[:at])
        yield "_capture_places", (revision_id, story.number, start, len(_HEADERS), None)
        words = sum(len(text.split()) for text in seen.paragraphs)
        head = (revision_id, story.number, at + 1, utc_text(moment), revision_id, seen.headline)
        last = (seen.content_sha256, words, EXTRACTOR, None, None)
        yield "revisions", (*head, None, None, utc_text(story.added_at), None, "en", None, *last)
    yield "_frames", _frame_row(story, moments[-1], pages)
    yield from _paragraph_rows(story, told_now)
    if story.edit is not None:
        yield from _conclusion_rows(story)


def _frame_row(story: Story, last_at: datetime, pages: Sequence[bytes]) -> Row:
    plain = b"".join(_HEADERS + body for body in pages)
    packed = zstd.compress(plain, level=1)
    sizes = (len(pages), len(plain), len(packed), None, ENCODING, packed)
    return (story.number, story.host, story.number, utc_text(last_at), 1, *sizes)


def _paragraph_rows(story: Story, told_now: Sequence[Extract]) -> Iterator[tuple[str, Row]]:
    """Wire copy is there already, with its two wordings under two numbers."""
    ids: dict[str, int] = {}
    for at, seen in enumerate(told_now):
        for position, text in enumerate(seen.paragraphs, start=1):
            is_wire = story.wire is not None and position == len(seen.paragraphs)
            if text not in ids:
                wire_id = 2 * (story.wire or 0) + 1 + int(" 84 " in text)
                ids[text] = wire_id if is_wire else story.first_paragraph_id + len(ids)
                if not is_wire:
                    yield "paragraphs", (ids[text], text_key(text), text)
                yield "paragraph_articles", (ids[text], story.number)
            yield "revision_paragraphs", (story.first_revision_id + at, position, ids[text])


def _conclusion_rows(story: Story) -> Iterator[tuple[str, Row]]:
    revision_id = story.first_revision_id + 1
    found = conclusions(story.edit or "", has_wire=story.wire is not None)
    yield "diffs", (revision_id, revision_id - 1, revision_id, *found.diff_row(story.number, story.wire))
    for change in found.change_rows(story.number, story.wire):
        yield "changes", (None, revision_id, *change)
