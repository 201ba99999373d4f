"""WARC files (ISO 28500): the pages in them, each as the look that it was.

Kept are HTML pages in `response` and `resource` records. A `revisit` record says that the page was the same as in
another record, in this file or in one given beside it, earlier or later: it becomes a look with that record's page.
Answers that are no page by themselves are not: redirects (3xx), parts (206), anything but HTML.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tracker.exchange.http_messages import BadMessage, Headers, Message, content_of, read_message
from tracker.exchange.imported import ImportedLook, Problem, moment_of
from tracker.exchange.warc_records import WarcRecord, digest_bytes, header_of, records

ORIGIN = "warc"
MOST_PAGE_BYTES = 5_000_000  # decoded; as `fetch.max_body_bytes` has it

_HEAD_BYTES = 100_000  # of a block beside the body: an answer's headers have a few thousand
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_LOOKS_LIKE_HTML = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL
)
_NO_PAGE = frozenset({204, 205, 206}) | frozenset(range(100, 200)) | frozenset(range(300, 400))
# Of an answer without a body, which a server's "not modified" is: as a key, it would fit every empty page.
_EMPTY_SHA1 = hashlib.sha1(b"", usedforsecurity=False).digest()
_NOT_UPDATED = frozenset({"content-encoding", "content-length", "content-range", "content-type", "transfer-encoding"})

_Key = tuple[str, ...] | bytes


@dataclass(frozen=True, slots=True)
class _Revisit:
    """A look whose page is in another record: one of those with one of these keys."""

    url: str
    seen_at: datetime
    message: Message | None  # the answer's status and headers, where the record has them
    keys: tuple[_Key, ...]
    place: str


def read_warcs(
    files: Sequence[Path],
    *,
    problem: Problem,
    wanted: Callable[[str], bool] | None = None,
    most_bytes: int = MOST_PAGE_BYTES,
) -> Iterator[ImportedLook]:
    """The pages in these files, in their order, and after them those that revisit records stand for.

    `wanted` takes a URL as archived (None: all). Memory holds one page, and a few hundred bytes a revisit; files are
    read a second time only where there are revisits. Raises NotFound, or FormatError for what is no WARC file; records
    that are damaged, cut short, larger than `most_bytes` or refer to nothing are told to `problem`.
    """
    chosen = wanted or (lambda _url: True)
    revisits: list[_Revisit] = []
    for record in _all_records(files, lambda headers: chosen(_url_of(headers)), most_bytes, problem):
        if record.header("WARC-Type") == "revisit":
            revisit = _revisit(record, problem)
            revisits.extend([revisit] if revisit else [])
        else:
            look = _page(record, most_bytes, problem)
            if look is not None:
                yield look
    if revisits:
        yield from _resolved(files, revisits, most_bytes, problem)


def _all_records(
    files: Sequence[Path], wanted: Callable[[Headers], bool], most_bytes: int, problem: Problem
) -> Iterator[WarcRecord]:
    def is_wanted(headers: Headers) -> bool:
        return _may_hold_page(headers) and wanted(headers)

    for file in files:
        yield from records(file, is_wanted, most_bytes + _HEAD_BYTES, problem)


def _may_hold_page(headers: Headers) -> bool:
    kind = header_of(headers, "WARC-Type")
    is_web = _url_of(headers).lower().startswith(("http://", "https://"))
    return is_web and (kind in ("response", "revisit") or (kind == "resource" and _is_html_type(headers)))


def _url_of(headers: Headers) -> str:
    return header_of(headers, "WARC-Target-URI").removeprefix("<").removesuffix(">")  # as wget 1.19 wrote it


def _is_html_type(headers: Headers) -> bool:
    return header_of(headers, "Content-Type").lower().startswith(_HTML_TYPES)


# -- records that hold their page --------------------------------------------------------------------------------------


def _page(record: WarcRecord, most_bytes: int, problem: Problem) -> ImportedLook | None:
    """The look; None: no page, or one that cannot be used, which is told."""
    url = _url_of(record.headers)
    try:
        message = _message(record)
        if message.status in _NO_PAGE or not _is_html(message):
            return None
        _check_whole(record)
        content = content_of(message, most_bytes)
        seen_at = _seen_at(record)
    except BadMessage as error:
        problem(f"{record.place}: {url} was passed over, as {error}.")
        return None
    if not message.header("Content-Type") and not _LOOKS_LIKE_HTML.match(content):
        return None
    return ImportedLook(url, seen_at, ORIGIN, message.status, message.headers, content)


def _message(record: WarcRecord) -> Message:
    """Raises BadMessage. A resource is what was there, without an answer around it."""
    if record.header("WARC-Type") != "resource":
        return read_message(record.block)
    return Message(200, (("Content-Type", record.header("Content-Type")),), record.block)


def _is_html(message: Message) -> bool:
    """By its type; without one, the content will tell."""
    kind = message.header("Content-Type").strip().lower()
    return not kind or kind.startswith(_HTML_TYPES)


def _check_whole(record: WarcRecord) -> None:
    if not record.is_whole:
        raise BadMessage("it is too large")
    if record.header("WARC-Truncated"):
        raise BadMessage(f"it was cut short when it was archived ({record.header('WARC-Truncated')})")
    if record.header("WARC-Segment-Number"):
        raise BadMessage("it is archived in segments")


def _seen_at(record: WarcRecord) -> datetime:
    moment = moment_of(record.header("WARC-Date"))
    if moment is None:
        raise BadMessage(f"its WARC-Date is no time ({record.header('WARC-Date')!r})")
    return moment


# -- records that refer to another -------------------------------------------------------------------------------------


def _revisit(record: WarcRecord, problem: Problem) -> _Revisit | None:
    """None: it is of no use, which is told where it is a fault."""
    url = _url_of(record.headers)
    try:
        message = read_message(record.block) if record.block.startswith(b"HTTP/") else None
        seen_at = _seen_at(record)
    except BadMessage as error:
        problem(f"{record.place}: {url} was passed over, as {error}.")
        return None
    if message is not None and message.status in _NO_PAGE - {304}:
        return None
    keys = (_id_key(record.header("WARC-Refers-To")), *_referred(record), *_digest_keys(record))
    return _Revisit(url, seen_at, message, tuple(key for key in keys if key), record.place)


def _referred(record: WarcRecord) -> tuple[_Key, ...]:
    """WARC 1.1 names the other record by its URL and time."""
    url = record.header("WARC-Refers-To-Target-URI").removeprefix("<").removesuffix(">")
    date = record.header("WARC-Refers-To-Date")
    return ((url, date),) if url and date else ()


def _id_key(record_id: str) -> _Key:
    return (record_id.strip("<>"),) if record_id else ()


def _digest_keys(record: WarcRecord) -> tuple[_Key, ...]:
    digest = digest_bytes(record.header("WARC-Payload-Digest"))
    return () if digest is None or digest == _EMPTY_SHA1 else (digest,)


def _resolved(
    files: Sequence[Path], revisits: Sequence[_Revisit], most_bytes: int, problem: Problem
) -> Iterator[ImportedLook]:
    """The looks of revisits, as their pages are found. What is wrong in a record was told the first time."""
    waiting: dict[_Key, list[int]] = {}
    for number, revisit in enumerate(revisits):
        for key in revisit.keys:
            waiting.setdefault(key, []).append(number)
    done: set[int] = set()
    for record in _all_records(files, lambda headers: _is_waited_for(headers, waiting), most_bytes, _unheard):
        numbers = {number for key in _keys_of(record.headers) for number in waiting.get(key, ())} - done
        look = _page(record, most_bytes, _unheard) if numbers else None
        if look is not None:
            done |= numbers
            yield from (_seen_again(look, revisits[number]) for number in sorted(numbers))
    for number, revisit in enumerate(revisits):
        if number not in done:
            problem(f"{revisit.place}: {revisit.url} was passed over, as its page is in none of the files given.")


def _unheard(_sentence: str) -> None:
    """For the second reading."""


def _keys_of(headers: Headers) -> tuple[_Key, ...]:
    return (
        _id_key(header_of(headers, "WARC-Record-ID")),
        (_url_of(headers), header_of(headers, "WARC-Date")),
        digest_bytes(header_of(headers, "WARC-Payload-Digest")) or b"",
    )


def _is_waited_for(headers: Headers, waiting: dict[_Key, list[int]]) -> bool:
    return header_of(headers, "WARC-Type") != "revisit" and any(key in waiting for key in _keys_of(headers))


def _seen_again(look: ImportedLook, revisit: _Revisit) -> ImportedLook:
    """The page of `look` at the revisit's URL and time, with the answer of that time where the record has it."""
    seen = replace(look, url=revisit.url, seen_at=revisit.seen_at)
    if revisit.message is None:
        return seen
    if revisit.message.status == 304:
        return replace(seen, headers=_updated(look.headers, revisit.message.headers))
    return replace(seen, status=revisit.message.status, headers=revisit.message.headers)


def _updated(headers: Headers, fresh: Headers) -> Headers:
    """As a cache does on "not modified" (RFC 9111, 3.2): what the new answer says holds, but for the body itself."""
    taken = {name.lower() for name, _ in fresh} - _NOT_UPDATED
    kept = tuple((name, value) for name, value in headers if name.lower() not in taken)
    return kept + tuple((name, value) for name, value in fresh if name.lower() not in _NOT_UPDATED)
