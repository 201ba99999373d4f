"""The chain of one article: what every entry says, word for word, and its hash.

An entry is a few lines of text: a first line that says what the entry is, `previous: <hash>`, then one `name: JSON
value` a line, each ended by a line feed. The hash of an entry is the SHA-256 of its text in UTF-8, so that nothing but
`sha256sum` is needed to check it; the next entry names it as its `previous`. Whoever alters an entry would have to
alter every one after it, and the last hash, which others may have noted down.

The chain begins with the article itself. Looks follow in the order in which they were written down, each with the page
that was kept of it and the revisions that it gave. Where looks were folded into one, their own entries are gone, but
for the hash of the last; an entry further on tells what they were folded into.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

_VERSION = "tracker chain 1"  # part of every text: should the form ever change, old entries keep theirs

Value = str | int | None


class ArticleFacts(NamedTuple):
    """What the first entry says."""

    article_id: int
    url: str
    host: str
    added_at: str
    source_id: int | None


class CheckFacts(NamedTuple):
    """A row of `checks`, as it was written down."""

    check_id: int
    article_id: int
    checked_at: str
    duration_ms: int
    outcome: str
    reason: str
    http_status: int | None
    final_url: str | None
    redirects_json: str | None
    failure: str | None
    received_bytes: int
    extractor: str | None
    revision_id: int | None
    capture_id: int | None
    origin: str | None


class CaptureFacts(NamedTuple):
    """A row of `captures`."""

    capture_id: int
    article_id: int
    captured_at: str
    url: str
    http_status: int
    content_type: str | None
    headers_sha256: str
    body_bytes: int
    body_sha256: str


class RevisionFacts(NamedTuple):
    """A row of `revisions`, without what an imported look may move: its number, and what it is the same as."""

    revision_id: int
    article_id: int
    first_seen_at: str
    capture_id: int
    headline: str | None
    subheadline: str | None
    byline: str | None
    published_at: str | None
    modified_at: str | None
    language: str | None
    canonical_url: str | None
    content_sha256: str
    word_count: int
    extractor: str
    reread_of_revision_id: int | None


class FoldFacts(NamedTuple):
    """A row of `checks` that stands for several looks, between the hashes on both sides of them."""

    check: CheckFacts
    first_checked_at: str
    look_count: int
    before_sha256: str  # the entry before that of the first look
    last_sha256: str  # the entry of the last look


class EntryKind(StrEnum):
    ARTICLE = "article"
    LOOK = "look"
    FOLDED = "folded"  # several looks that were folded: their entries are gone, but for the hash of the last
    FOLD = "fold"  # tells what looks were folded into


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """One entry, as it stands in the database."""

    number: int  # 0: the article
    kind: EntryKind
    text: str | None  # None: of folded looks, which a later entry of kind `fold` tells of
    sha256: str  # as recorded; `tracker verify` compares it with that of the text
    check_id: int | None = None  # the check, or the one that looks were folded into; None: the article
    capture_id: int | None = None  # the page that was kept of the look; None: none was
    revision_ids: tuple[int, ...] = ()  # that the look gave

    @property
    def is_fold(self) -> bool:
        return self.kind is EntryKind.FOLD


def sha256_of(text: str) -> str:
    """In hex. What was damaged and is no text any more has a hash too, and a wrong one."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()


def article_text(article: ArticleFacts) -> str:
    return f"{_VERSION}: article\n{_ARTICLE_FORM % _json_values(article)}"


def check_text(previous: str, check: CheckFacts, given: str = "") -> str:
    """`given`: the lines of its page and of the revisions that it gave, see `capture_lines` and `revision_lines`."""
    return f"{_VERSION}: look\nprevious: {previous}\n{_CHECK_FORM % _json_values(check)}{given}"


def capture_lines(capture: CaptureFacts) -> str:
    return _CAPTURE_FORM % _json_values(capture)


def revision_lines(revision: RevisionFacts) -> str:
    return _REVISION_FORM % _json_values(revision)


def fold_text(previous: str, fold: FoldFacts) -> str:
    between = (fold.first_checked_at, fold.look_count, fold.before_sha256, fold.last_sha256)
    return (
        f"{_VERSION}: looks folded\nprevious: {previous}\n"
        f"{_CHECK_FORM % _json_values(fold.check)}{_BETWEEN_FORM % _json_values(between)}"
    )


def _form(names: Sequence[str], prefix: str = "") -> str:
    return "".join(f"{prefix}{name}: %s\n" for name in names)


_ARTICLE_FORM = _form(ArticleFacts._fields)
_CHECK_FORM = _form(CheckFacts._fields)
_CAPTURE_FORM = _form(CaptureFacts._fields, "capture.")
_REVISION_FORM = _form(RevisionFacts._fields, "revision.")
_BETWEEN_FORM = _form(FoldFacts._fields[1:])

# Readable in any language; a line feed inside a text is written as JSON does, so that a value stays on its line.
_json_string = json.JSONEncoder(ensure_ascii=False).encode


def _json_values(values: Sequence[Value]) -> tuple[str, ...]:
    return tuple(
        ["null" if value is None else _json_string(value) if isinstance(value, str) else str(value) for value in values]
    )
