"""WARC files that other programs read: headers, times, bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from warcio.archiveiterator import ArchiveIterator

from tracker.exchange.warc_out import WarcOut, WarcPage


@dataclass(frozen=True)
class Page:
    url: str
    captured_at: datetime
    http_status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    content_type: str | None
    body_sha256: str
    capture_id: int


AT = datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC)
PAGE = Page(
    url="https://www.example.com/wall",
    captured_at=AT,
    http_status=200,
    headers=(
        ("Content-Type", "text/html; charset=utf-8"),
        ("content-encoding", "gzip"),
        ("Content-Length", "17"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Odd", "one\r\nInjected: two"),
    ),
    body=b"<html>\xff\x00 Wall fails</html>",
    content_type="text/html; charset=utf-8",
    body_sha256="0" * 64,
    capture_id=7,
)


def written(*pages: WarcPage) -> bytes:
    stream = io.BytesIO()
    warc = WarcOut(stream, "article-tracker 1", "Pages")
    for page in pages:
        warc.add(page)
    warc.close()
    return stream.getvalue()


def test_a_page_comes_back_with_headers_and_time() -> None:
    info, page = [
        (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
        for record in ArchiveIterator(io.BytesIO(written(PAGE)), check_digests="raise")
    ]
    assert info[0] == "warcinfo"
    assert b"software: article-tracker 1" in info[3]
    kind, told, http, body = page
    assert (kind, body) == ("response", PAGE.body)
    assert told.get_header("WARC-Date") == "2026-11-23T09:00:07Z"
    assert told.get_header("WARC-Target-URI") == PAGE.url
    assert told.get_header("WARC-Warcinfo-ID") == info[1].get_header("WARC-Record-ID")
    assert http.get_statuscode() == "200"
    assert http.headers == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-Archive-Orig-content-encoding", "gzip"),
        ("X-Archive-Orig-Content-Length", "17"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Odd", "one Injected: two"),
        ("Content-Length", str(len(PAGE.body))),
    ]


def test_what_nobody_sent_over_http_is_a_resource() -> None:
    printed = Page(PAGE.url, AT, 200, (), b"Wall", "text/x-newsdiffs; charset=utf-8", "1" * 64, 8)
    (_, record) = [
        (record.rec_type, record.rec_headers.get_header("Content-Type"), record.content_stream().read())
        for record in ArchiveIterator(io.BytesIO(written(printed)), check_digests="raise")
    ]
    assert record == ("resource", "text/x-newsdiffs; charset=utf-8", b"Wall")


def test_the_same_pages_give_the_same_bytes() -> None:
    odd = Page(PAGE.url, AT, 599, (("X-Name", "Zürich 東京"),), b"", None, "2" * 64, 9)
    assert written(PAGE, odd) == written(PAGE, odd)
    assert written(PAGE, odd) != written(PAGE)
    statuses = [
        record.http_headers.statusline
        for record in ArchiveIterator(io.BytesIO(written(PAGE, odd)))
        if record.rec_type == "response"
    ]
    assert statuses == ["200 OK", "599"]


def test_no_page_is_still_a_file_that_says_what_it_is() -> None:
    assert [record.rec_type for record in ArchiveIterator(io.BytesIO(written()))] == ["warcinfo"]
