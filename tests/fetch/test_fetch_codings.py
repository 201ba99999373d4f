"""What compression hides: the page, a bomb, or a page that ends too soon."""

from __future__ import annotations

import contextlib
import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import make_fetcher
from loopback import Reply, Site
from misbehaving import OK, floods

from tracker import codings as coding_table
from tracker.fetch import codings
from tracker.fetch.failures import LookFailed
from tracker.model import FailureKind, Fetch, LookOrder

brotli = pytest.importorskip("brotli")
zstd = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

BODY = b"".join(b"news of day %d " % number for number in range(20_000))
EMPTY_FRAME = b"\x50\x2a\x4d\x18\x00\x00\x00\x00"  # RFC 8878, 3.1.2: to be skipped
Encode = Callable[[bytes], bytes]


def bare_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


def squeeze(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=5))


def in_members(data: bytes) -> bytes:
    return gzip.compress(data[:99]) + gzip.compress(b"") + gzip.compress(data[99:])


def in_frames(data: bytes) -> bytes:
    return bytes(zstd.compress(data[:99]) + zstd.compress(data[99:]))


ENCODERS: dict[str, tuple[str, Encode]] = {
    "gzip": ("gzip", gzip.compress),
    "its old name": ("x-gzip", gzip.compress),
    "in capitals": ("GZIP", gzip.compress),
    "members": ("gzip", in_members),
    "deflate": ("deflate", zlib.compress),
    "bare deflate": ("deflate", bare_deflate),
    "brotli": ("br", squeeze),
    "zstd": ("zstd", zstd.compress),
    "frames": ("zstd", in_frames),
    "two": ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
    "three": ("br, zstd, gzip", lambda data: gzip.compress(zstd.compress(squeeze(data)))),
}
each_coding = pytest.mark.parametrize(("coding", "encode"), ENCODERS.values(), ids=ENCODERS.keys())


def look(body: bytes, coding: str) -> Fetch:
    with Site({"/a": Reply(body, headers=(("Content-Encoding", coding),))}) as site:
        return make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/a"))


@each_coding
def test_codings_are_undone(coding: str, encode: Encode) -> None:
    assert look(encode(BODY), coding).body == BODY


@each_coding
@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 131_073])
def test_nothing_is_left_behind_where_a_step_ends(coding: str, encode: Encode, length: int) -> None:
    packed = iter([encode(bytes(length))])
    assert sum(len(piece) for piece in codings.undone(packed, codings.named_codings(coding))) == length


@pytest.mark.parametrize("coding", ["identity", "utf-8", "", "none", "text/html"])
def test_what_is_no_coding_harms_nothing(coding: str) -> None:
    assert look(BODY, coding).body == BODY


@pytest.mark.parametrize("coding", list(coding_table.KNOWN))
def test_no_body_is_an_empty_page_in_every_coding(coding: str) -> None:
    fetch = look(b"", coding)
    assert (fetch.status, fetch.body, fetch.failure) == (200, b"", None)


@each_coding
@pytest.mark.parametrize("lost", [1, 5, 999])
def test_a_page_that_was_cut_short_before_it_was_sent_is_noticed(coding: str, encode: Encode, lost: int) -> None:
    """The server says the right length, of half a page."""
    fetch = look(encode(BODY)[:-lost], coding)
    assert (fetch.failure, fetch.failure_detail) == (FailureKind.BAD_ANSWER, "the answer was cut short")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_a_lie_about_the_coding_is_said(coding: str) -> None:
    for body in (b"\x1f<p>plain text</p>" * 99, b"\x78plain", squeeze(BODY)[::-1]):
        assert look(body, coding).failure is FailureKind.BAD_ANSWER


def test_padding_after_the_last_member_is_no_fault() -> None:
    assert look(gzip.compress(BODY) + bytes(512), "gzip").body == BODY
    assert look(zlib.compress(BODY) + b"\r\n", "deflate").body == BODY


@pytest.mark.parametrize("coding", ["compress", "gzip, dcb", "aes128gcm"])
def test_a_coding_that_was_not_offered_is_said(coding: str) -> None:
    fetch = look(b"\x1f\x9d??", coding)
    assert (fetch.failure, fetch.status, fetch.body) == (FailureKind.BAD_ANSWER, None, b"")
    assert "did not offer" in fetch.failure_detail


def test_compressed_over_and_over_is_no_page() -> None:
    body = BODY
    for _ in range(4):
        body = gzip.compress(body)
    assert look(body, "gzip, gzip, gzip, gzip").failure is FailureKind.BAD_ANSWER


def test_a_transfer_coding_that_was_not_offered_is_said() -> None:
    page = Reply(b"5\r\nhello\r\n0\r\n\r\n", headers=(("Transfer-Encoding", "gzip, chunked"),))
    with Site({"/a": page}) as site:
        fetch = make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.BAD_ANSWER


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("br", lambda: squeeze(bytes(100_000_000))),
        ("zstd", lambda: zstd.compress(bytes(500_000_000))),
        ("deflate", lambda: zlib.compress(bytes(100_000_000))),
        ("zstd, gzip", lambda: gzip.compress(zstd.compress(bytes(500_000_000)))),
    ],
)
def test_a_bomb_takes_little_memory(coding: str, packed: Callable[[], bytes]) -> None:
    body = packed()
    with Site({"/a": Reply(body, headers=(("Content-Encoding", coding),))}) as site:
        fetcher = make_fetcher(respect_robots=False)
        fetcher.fetch(LookOrder(1, f"{site.url}/nothing"))  # so that first uses are not counted
        tracemalloc.start()
        try:
            fetch = fetcher.fetch(LookOrder(1, f"{site.url}/a"))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert fetch.failure is FailureKind.TOO_LARGE
        assert peak < 25_000_000  # the cap is 5 MB


@pytest.mark.parametrize(("cap", "failure"), [(100_000, FailureKind.TOO_LARGE), (10**9, FailureKind.DEADLINE)])
def test_empty_frames_without_end_are_stopped(cap: int, failure: FailureKind) -> None:
    frames = EMPTY_FRAME * 5_000
    with Site({"/a": floods(OK + b"Content-Encoding: zstd\r\n\r\n", frames)}) as site:
        fetcher = make_fetcher(max_body_bytes=cap, deadline_s=120.0 if cap < 10**9 else 0.3, respect_robots=False)
        assert fetcher.fetch(LookOrder(1, f"{site.url}/a")).failure is failure


def test_a_frame_that_wants_more_memory_than_http_allows_is_refused() -> None:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    packer = zstd.ZstdCompressor(options=options)
    assert look(packer.compress(BODY) + packer.flush(), "zstd").failure is FailureKind.BAD_ANSWER


def test_what_can_be_undone_is_offered_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with Site({"/a": Reply()}) as site:
        make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert {request.header("Accept-Encoding") for request in site.requests} == {"gzip, deflate, br, zstd"}
    for name in ("brotli", "backports.zstd", "compression.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    assert coding_table._installed() == {}


class OldBrotli:
    """Before 1.2: its output cannot be bounded."""

    class Decompressor:
        def process(self, data: bytes) -> bytes:
            return data


def test_a_brotli_that_a_bomb_could_use_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", OldBrotli)
    assert "br" not in coding_table._installed()


@given(
    st.sampled_from(sorted(set(ENCODERS) - {"three"})),
    st.binary(max_size=200).flatmap(lambda seed: st.integers(0, 2_000).map(lambda times: seed * times)),
    st.integers(1, 70_000),
)
def test_any_content_in_any_pieces(name: str, content: bytes, step: int) -> None:
    coding, encode = ENCODERS[name]
    packed = encode(content)
    pieces = (packed[start : start + step] for start in range(0, len(packed), step))
    assert b"".join(codings.undone(pieces, codings.named_codings(coding))) == content


@given(st.sampled_from(sorted(coding_table.OFFERED)), st.binary(max_size=300))
def test_any_bytes_are_content_or_a_failure(coding: str, packed: bytes) -> None:
    with contextlib.suppress(LookFailed):
        list(codings.undone(iter([packed]), [coding]))
