"""HTTP answers as archives keep them: codings undone, what is cut short known for it."""

from __future__ import annotations

import gzip
import zlib

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest
from backports import zstd

from tracker.exchange.http_messages import BadMessage, Message, content_of, read_message

PAGE = b"<html><body><p>" + b"It fell. " * 500 + b"</p></body></html>"
CAP = 1_000_000


def bare_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def chunked(content: bytes) -> bytes:
    pieces = [content[at : at + 100] for at in range(0, len(content), 100)]
    return b"".join(b"%x;name=value\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


CODED = [
    ("gzip", gzip.compress(PAGE, mtime=0)),
    ("x-gzip", gzip.compress(PAGE[:100], mtime=0) + gzip.compress(PAGE[100:], mtime=0)),
    ("deflate", zlib.compress(PAGE)),
    ("deflate", bare_deflate(PAGE)),
    ("br", brotli.compress(PAGE)),
    ("zstd", zstd.compress(PAGE)),
    ("deflate, gzip", gzip.compress(zlib.compress(PAGE), mtime=0)),
    ("identity", PAGE),
    ("", PAGE),
]


def message(coding: str, body: bytes, *others: tuple[str, str]) -> Message:
    return Message(200, (("Content-Encoding", coding), *others), body)


@pytest.mark.parametrize(("coding", "body"), CODED)
def test_every_coding_is_undone(coding: str, body: bytes) -> None:
    assert content_of(message(coding, body), CAP) == PAGE


@pytest.mark.parametrize(("coding", "body"), CODED)
def test_chunks_are_put_together_first(coding: str, body: bytes) -> None:
    assert content_of(message(coding, chunked(body), ("transfer-encoding", "chunked")), CAP) == PAGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress"])
def test_a_page_that_was_decoded_for_the_archive_is_taken_as_it_is(coding: str) -> None:
    assert content_of(message(coding, PAGE, ("Transfer-Encoding", "chunked"), ("Content-Length", "99")), CAP) == PAGE


@pytest.mark.parametrize(
    ("coding", "body"), [(coding, body) for coding, body in CODED if coding not in ("", "identity")]
)
def test_a_coding_that_breaks_off_is_cut_short(coding: str, body: bytes) -> None:
    with pytest.raises(BadMessage, match="damaged or cut short"):
        content_of(message(coding, body[:-9]), CAP)


@pytest.mark.parametrize(("coding", "body"), CODED)
def test_a_page_that_unpacks_past_the_limit_is_too_large(coding: str, body: bytes) -> None:
    with pytest.raises(BadMessage, match="longer than 1,000 bytes"):
        content_of(message(coding, body), 1_000)


@pytest.mark.parametrize("length", [-5, -103])
def test_chunks_that_end_too_soon_are_cut_short(length: int) -> None:
    with pytest.raises(BadMessage, match="cut short"):
        content_of(message("", chunked(PAGE)[:length], ("Transfer-Encoding", "chunked")), CAP)


def test_trailers_after_the_last_chunk_are_no_part_of_the_page() -> None:
    body = chunked(PAGE)[:-2] + b"Digest: x\r\n\r\n"
    assert content_of(message("", body, ("Transfer-Encoding", "chunked")), CAP) == PAGE


def test_a_body_shorter_than_was_said_is_cut_short() -> None:
    with pytest.raises(BadMessage, match=r"cut short: 10 of 20 bytes"):
        content_of(message("", b"0123456789", ("Content-Length", "20")), CAP)


def test_a_coding_that_nobody_knows_is_named() -> None:
    with pytest.raises(BadMessage, match="compressed as compress, which is not known"):
        content_of(message("compress", b"\x1f\x9d\x90"), CAP)


@pytest.mark.parametrize("line", ["HTTP/1.1 404 Not Found", "HTTP/1.0 404", "HTTP/2 404 ", "HTTP/1.1 404 \xe9"])
def test_status_and_headers_are_kept_as_sent(line: str) -> None:
    block = f"{line}\r\nServer: x\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nbody\r\n\r\nmore".encode("latin-1")
    read = read_message(block)
    assert (read.status, read.body) == (404, b"body\r\n\r\nmore")
    assert read.headers == (("Server", "x"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))


@pytest.mark.parametrize("block", [b"", b"<html>", b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 20\r\n\r\n", b"HTTP/1.1 200"])
def test_what_is_no_answer_is_refused(block: bytes) -> None:
    with pytest.raises(BadMessage, match="status line"):
        read_message(block)
