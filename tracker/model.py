"""The values that flow through everything: frozen, typed, and free of any import but the standard library's.

    LookOrder -> Fetch -> Extract -> Sighting -> Verdict        one check
    Diff = Hunks + Moves, Changes                               one comparison

Times are aware datetimes in UTC. Offsets are code points, half-open.
"""

from __future__ import annotations

import hashlib
import urllib.parse
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from tracker.errors import DiffMismatch


class Outcome(StrEnum):
    """What one check came to. The list is closed: a failure of the world is one of these, never an exception."""

    FIRST_SEEN = "first_seen"
    CHANGED = "changed"
    REVERTED = "reverted"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    GONE = "gone"
    MOVED = "moved"
    BLOCKED = "blocked"
    PAYWALLED = "paywalled"
    UNREADABLE = "unreadable"
    SUSPECT = "suspect"
    FAILED = "failed"


class State(StrEnum):
    """How an article stands after its last telling check."""

    NEW = "new"  # tracked, never seen
    LIVE = "live"
    GONE = "gone"
    MOVED = "moved"
    BLOCKED = "blocked"
    PAYWALLED = "paywalled"
    UNREADABLE = "unreadable"
    FAILING = "failing"


class Kind(StrEnum):
    SPELLING = "spelling"
    VARIANT = "variant"
    PUNCTUATION = "punctuation"
    CAPITALISATION = "capitalisation"
    SPACING = "spacing"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    ATTRIBUTION = "attribution"
    WORDING = "wording"
    SENTENCE_ADDED = "sentence_added"
    SENTENCE_REMOVED = "sentence_removed"
    SENTENCE_REWRITTEN = "sentence_rewritten"
    SENTENCE_SPLIT = "sentence_split"
    SENTENCE_MERGED = "sentence_merged"
    PARAGRAPH_ADDED = "paragraph_added"
    PARAGRAPH_REMOVED = "paragraph_removed"
    MOVED = "moved"
    NOTICE_ADDED = "notice_added"
    NOTICE_REMOVED = "notice_removed"
    NOTICE_CHANGED = "notice_changed"


class Field(StrEnum):
    HEADLINE = "headline"
    SUBHEADLINE = "subheadline"
    BYLINE = "byline"
    PUBLISHED_AT = "published_at"
    MODIFIED_AT = "modified_at"
    BODY = "body"


class Operation(StrEnum):
    INSERT = "insert"
    DELETE = "delete"
    REPLACE = "replace"
    MOVE = "move"


# -- comparing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hunk:
    """`old[old_start:old_end]` became `new[new_start:new_end]`; one of the two may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Move:
    """A block that stands elsewhere now. `hunks` are the edits inside it, in offsets of the whole texts."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    hunks: tuple[Hunk, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """One paragraph or sentence that did not stay as it was, with what it was matched to.

    Ranges cover the unit without the space around it; the side on which nothing stood is an empty range at the place
    where it would stand. `old_count` and `new_count` say how many units of the level the ranges hold:

        0-n added (n neighbours in a row)    n-0 removed    1-1 rewritten or edited    1-2 split    2-1 merged

    Unchanged units are left out. A unit inside one that is wholly added or removed is not listed apart: an added
    paragraph is one UnitMatch of level "paragraph" and its sentences are none. Sentences are listed for every pair of
    matched paragraphs that differ, moved paragraphs (`is_moved`) included.
    """

    level: Literal["paragraph", "sentence"]
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    old_count: int
    new_count: int
    is_moved: bool = False  # matched across the order of the text; the range lies inside a Move


@dataclass(frozen=True)
class Diff:
    """A lossless script from `old` to `new`. `hunks` alone rebuild the text; `moves` lie on top of them."""

    old: str
    new: str
    hunks: tuple[Hunk, ...]
    moves: tuple[Move, ...] = ()
    coarse: str | None = None  # why a bound made this cruder than usual
    # How paragraphs and sentences were matched, by old place; empty where the engine did not match units (a bound,
    # or a Diff read back from the database): what needs it then aligns the texts itself.
    units: tuple[UnitMatch, ...] = field(default=(), compare=False, repr=False)

    def apply(self, old: str) -> str:
        """The new text. Raises DiffMismatch for a text that this diff was not made from."""
        if old != self.old:
            raise DiffMismatch("This diff was made from another text; compare the two texts again.")
        return rebuild(old, self.new, self.hunks)

    @property
    def delta(self) -> str:
        """The script in diff-match-patch's delta format: `dmp.diff_fromDelta(old, delta)` rebuilds the new text."""
        return write_delta(self.old, self.new, self.hunks)


def rebuild(old: str, new: str, hunks: tuple[Hunk, ...]) -> str:
    """Old text with every hunk's part of the new text put in: equal to `new` if the hunks are right."""
    pieces = []
    at = 0
    for hunk in hunks:
        pieces += [old[at : hunk.old_start], new[hunk.new_start : hunk.new_end]]
        at = hunk.old_end
    return "".join([*pieces, old[at:]])


# encodeURI's unreserved set plus what diff-match-patch leaves readable (its diff_toDelta).
_DELTA_SAFE = "!~*'();/?:@&=+$,# "


def write_delta(old: str, new: str, hunks: tuple[Hunk, ...]) -> str:
    """Lengths count UTF-16 code units, as diff-match-patch does in every language (in Python since 20241021).

    Lone surrogates have no UTF-8 form; in inserted text they stay as they are, which diff-match-patch's reader accepts.
    """
    tokens = []
    at = 0
    for hunk in hunks:
        if hunk.old_start > at:
            tokens.append(f"={_utf16_length(old[at : hunk.old_start])}")
        if hunk.old_end > hunk.old_start:
            tokens.append(f"-{_utf16_length(old[hunk.old_start : hunk.old_end])}")
        if hunk.new_end > hunk.new_start:
            tokens.append("+" + _quote(new[hunk.new_start : hunk.new_end]))
        at = hunk.old_end
    if len(old) > at:
        tokens.append(f"={_utf16_length(old[at:])}")
    return "\t".join(tokens)


def _utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _quote(text: str) -> str:
    try:
        return urllib.parse.quote(text, safe=_DELTA_SAFE)
    except UnicodeEncodeError:
        return "".join(
            character if "\ud800" <= character <= "\udfff" else urllib.parse.quote(character, safe=_DELTA_SAFE)
            for character in text
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One change with its kind. Offsets are in the field's own text; where none stood, `before` or `after` is empty."""

    kind: Kind
    field: Field
    operation: Operation
    before: str
    after: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    sentence_before: str = ""
    sentence_after: str = ""
    in_quotation: bool = False
    in_attribution: bool = False
    move_id: int | None = None  # changes of one moved block share it, counted from 1 within the diff; None: not moved
    confidence: float = 1.0  # 0 to 1
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """A name that one article spells in two ways. Offsets are those of the first doubtful one in the body text."""

    doubtful: str  # the spelling that is probably the slip
    likely: str  # the other one
    doubtful_count: int
    likely_count: int
    start: int
    end: int
    sentence: str  # the one around it
    reasons: tuple[str, ...] = ()
    engine: str = ""  # name and version of what drew this conclusion


# -- looking -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Extract:
    """The article in a page. None: the page does not say."""

    headline: str | None = None
    subheadline: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None  # ISO 639-1, as the page declares it
    paragraphs: tuple[str, ...] = ()
    canonical_url: str | None = None  # as the page declares it, absolute, unchecked

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def content_sha256(self) -> str:
        """What makes a revision: every field but modified_at, language and canonical_url, which change without an edit.

        SHA-256 over UTF-8 of: headline, subheadline, byline, published_at (ISO, UTC, seconds), then the body text,
        each followed by U+001F; an absent field is empty.
        """
        published = "" if self.published_at is None else utc_text(self.published_at)
        parts = (self.headline or "", self.subheadline or "", self.byline or "", published, self.text)
        return hashlib.sha256("".join(part + "\x1f" for part in parts).encode()).hexdigest()


def utc_text(moment: datetime) -> str:
    """`2026-11-23T01:02:03Z`: the form of every time in the database and in JSON."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class LookOrder:
    """What a worker is told of one article to look at: enough to look, and nothing of the database."""

    article_id: int
    url: str
    etag: str | None = None  # of the page that was last read; None: the server sent none
    last_modified: str | None = None  # the server's own words, never our clock's
    page_sha256: str | None = None  # fingerprint of the page that was last read, see `Sighting.page_sha256`


@dataclass(frozen=True, slots=True)
class Batch:
    """The due articles of one host: looked at in sequence, by one worker, with pauses."""

    host: str
    orders: tuple[LookOrder, ...]


class FailureKind(StrEnum):
    """Why no HTTP answer could be used. Answers, also 404 and 500, are not failures: they have a status."""

    UNRESOLVED = "unresolved"  # the name has no address
    UNREACHABLE = "unreachable"  # refused, reset, no route
    TLS = "tls"
    DEADLINE = "deadline"  # fetch.deadline_s ran out
    TOO_LARGE = "too_large"  # more than fetch.max_body_bytes, decoded
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_ANSWER = "bad_answer"  # not HTTP, or cut short, or undecodable
    FORBIDDEN_ADDRESS = "forbidden_address"  # private, loopback or link-local
    ROBOTS = "robots"  # the site's robots.txt asks us not to
    BAD_URL = "bad_url"  # cannot be asked for at all
    INTERNAL = "internal"  # a bug of ours, logged in full
    HELD_OFF = "held_off"  # not asked: the host wants to be left alone for now; the Retry-After header says how long


@dataclass(frozen=True, slots=True)
class Redirect:
    status: int
    url: str  # where it pointed, absolute


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP look. Either `status` is set (the last answer's), or `failure` is; after a failure `body` is empty."""

    requested_url: str
    url: str  # where the last answer came from
    fetched_at: datetime  # when the first byte was sent
    duration_ms: int = 0
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()  # of the last answer, in order, names as sent
    body: bytes = b""  # content decoded (gzip ...), charset not
    redirects: tuple[Redirect, ...] = ()
    received_bytes: int = 0  # over the wire, as far as known
    failure: FailureKind | None = None
    failure_detail: str = ""  # one short sentence

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class ProblemKind(StrEnum):
    """Why a page that came back is not taken for the article."""

    CONSENT_WALL = "consent_wall"
    PAYWALL = "paywall"
    BOT_WALL = "bot_wall"
    SOFT_404 = "soft_404"
    EMPTY_SHELL = "empty_shell"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at one article: what came back, and what could be read in it."""

    order: LookOrder
    fetch: Fetch
    extract: Extract | None = None  # None: not extracted (no page, or the same page as last time), or no article found
    page_sha256: str | None = None  # fingerprint of the page's content; None: no page came back
    is_same_page: bool = False  # fingerprint as in the order: extraction saved
    extractor: str = ""  # name and version of what read the page; empty: not extracted
    problem: str = ""  # why there is no trustworthy article in the page, in a short sentence; empty: there is one
    page_problem: ProblemKind | None = None  # what kind of page it is instead; None: none of those known


# -- judging -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Revision:
    revision_id: int
    article_id: int
    number: int  # 1 is the first seen
    first_seen_at: datetime
    extract: Extract
    content_sha256: str
    last_checked_before: datetime | None = None  # the look before, which did not yet see this; None: there was none


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article before a look is judged."""

    article_id: int
    url: str
    state: State = State.NEW
    latest: Revision | None = None
    seen_before: frozenset[str] = frozenset()  # content_sha256 of every revision
    added_at: datetime | None = None
    last_checked_at: datetime | None = None
    last_changed_at: datetime | None = None  # first_seen_at of the latest revision
    failures_in_row: int = 0
    aliases: frozenset[str] = frozenset()  # canonical URLs that are known to lead to this article, its own among them
    suspect_sha256: str | None = None  # content of the last look, if that was `suspect`


@dataclass(frozen=True, slots=True)
class Comparison:
    """What lies between two revisions. `diff` is the body's; `changes` cover every field."""

    diff: Diff
    changes: tuple[Change, ...]
    engine: str  # name and version of what drew this conclusion


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look means. `new_revision` is to be recorded; `comparison` is with the revision before it."""

    sighting: Sighting
    outcome: Outcome
    state: State
    next_check_at: datetime
    reason: str = ""  # one short sentence for `tracker log`
    new_revision: Extract | None = None
    comparison: Comparison | None = None
    moved_to: str | None = None  # where the article lives now, if the look was redirected for good
    failures_in_row: int = 0
    suspect_sha256: str | None = None  # content that a second like look would confirm
    inconsistencies: tuple[Inconsistency, ...] = ()  # of the new revision


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where a verdict was written down. None: the check gave no revision."""

    check_id: int
    revision_id: int | None = None
    revision_number: int | None = None
    change_ids: tuple[int, ...] = ()


# -- reading back: rows of the public views ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticleStatus:
    """A row of `articles_status`."""

    article_id: int
    url: str
    host: str
    headline: str | None
    state: State
    revision_count: int
    change_count: int
    first_seen_at: datetime | None  # None: not seen yet
    last_checked_at: datetime | None  # None: not looked at yet
    last_changed_at: datetime | None  # None: no second revision yet
    next_check_at: datetime | None  # None: not looked at any more
    state_since_at: datetime | None = None  # None: not read from a database
    added_at: datetime | None = None  # None: not read from a database
    failures_in_row: int = 0


@dataclass(frozen=True, slots=True)
class ChangeDetail:
    """A row of `changes_detail`: a change, where it stands, and the two looks that it lies between."""

    change_id: int
    article_id: int
    url: str
    host: str
    headline: str | None  # of the newer revision
    from_number: int
    to_number: int
    changed_after: datetime  # the last look that did not show it yet
    changed_before: datetime  # the first look that showed it
    change: Change
    engine: str = ""  # name and version of what drew this conclusion


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """One look as recorded; `revision_number` is set when it gave a revision."""

    check_id: int
    checked_at: datetime
    outcome: Outcome
    reason: str
    http_status: int | None
    final_url: str | None  # None: as asked for
    revision_number: int | None
    change_count: int


@dataclass(frozen=True, slots=True)
class HostHealth:
    host: str
    article_count: int
    failing_count: int  # articles neither live nor gone nor moved
    last_success_at: datetime | None
    last_problem: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """The whole at a glance, for `tracker status`."""

    article_count: int
    states: tuple[tuple[State, int], ...]
    due_count: int
    oldest_due_at: datetime | None
    next_due_at: datetime | None
    check_count_last_day: int
    failed_count_last_day: int
    revision_count: int
    change_count: int
    last_check_at: datetime | None
    troubled_hosts: tuple[HostHealth, ...]
    database_bytes: int
