"""One look: the order, the answer, the article in the page, and the three as one sighting."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum


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

    def headline_only(self) -> Extract:
        """Everything but the text: what is tracked of an article whose source asks for no more."""
        return replace(self, paragraphs=())

    @property
    def content_text(self) -> str:
        """What makes a revision, as one text: headline, subheadline, byline, published_at (ISO, UTC, seconds), then
        the body text, each followed by U+001F; an absent field is empty."""
        published = "" if self.published_at is None else utc_text(self.published_at)
        parts = (self.headline or "", self.subheadline or "", self.byline or "", published, self.text)
        return "".join(part + "\x1f" for part in parts)

    @property
    def content_sha256(self) -> str:
        """SHA-256 over the UTF-8 of `content_text`, in hex: every field but modified_at, language and canonical_url,
        which change without an edit."""
        return hashlib.sha256(self.content_text.encode()).hexdigest()


def utc_text(moment: datetime) -> str:
    """`2026-11-23T01:02:03Z`: the form of every time in the database and in JSON."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of the page that was taken for no part of the article, and why."""

    text: str
    reason: str  # a short phrase


@dataclass(frozen=True, slots=True)
class LookOrder:
    """What a worker is told of one article to look at: enough to look, and nothing of the database."""

    article_id: int
    url: str
    etag: str | None = None  # of the page that was last read; None: the server sent none
    last_modified: str | None = None  # the server's own words, never our clock's
    page_sha256: str | None = None  # fingerprint of the page that was last read, see `Sighting.page_sha256`
    body_sha256: str | None = None  # SHA-256 of that page's bytes: equal bytes need no fingerprint


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
    DEADLY = "deadly"  # worker after worker died while looking at it
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
    LIVE_PAGE = "live_page"  # a liveblog or ticker: edited by adding, so not tracked as edits unless a site rule asks


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
    left_out: tuple[LeftOut, ...] = ()  # what the page holds beside the article, where a reader may take it for a part
    body_sha256: str | None = None  # SHA-256 of the page's bytes; None: no page came back
    # The latest revision's page, read again together with this one, so that like is compared with like. None: it was
    # not (nothing differs, or no page is kept).
    before: Extract | None = None
    origin: str | None = None  # where an imported look comes from: newsdiffs, warc, ...; None: we looked ourselves
