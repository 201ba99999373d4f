"""The body of an answer: decoded in small steps, up to a cap, and known to be whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from urllib3 import BaseHTTPResponse

from tracker.fetch.failures import LookFailed
from tracker.model import FailureKind

STEP_BYTES = 16_384  # decoded at a time; a bomb is noticed one step after the cap

_KNOWN_CODINGS = frozenset({"br", "zstd", "compress", "x-compress"})
_GZIP = frozenset({"gzip", "x-gzip"})
_GZIP_MARK = b"\x1f\x8b"  # RFC 1952, 2.3.1
_GZIP_WBITS = 31  # zlib's way of saying: gzip's header and check sum, largest window


def read_body(raw: BaseHTTPResponse, cap_bytes: int, *, cut: bool) -> bytes:
    """The content, decoded. One that is longer than the cap fails, or with `cut` is cut off there.

    Raises LookFailed, or what urllib3 raises for an answer that was cut short or cannot be decoded.
    """
    pieces = []
    size = 0
    for piece in _pieces(raw):
        pieces.append(piece)
        size += len(piece)
        if size > cap_bytes:
            if cut:
                break
            raise LookFailed(FailureKind.TOO_LARGE, f"the page is longer than {cap_bytes} bytes")
    return b"".join(pieces)[:cap_bytes]


def discard_note(raw: BaseHTTPResponse) -> None:
    """Reads a redirect's note to the reader, if short, so that the connection can be used again."""
    raw.read(STEP_BYTES, decode_content=False)


def _pieces(raw: BaseHTTPResponse) -> Iterator[bytes]:
    coding = raw.headers.get("content-encoding", "").strip().lower()
    _check_coding(raw, coding)
    has_end = raw.chunked or "content-length" in raw.headers
    if coding in _GZIP and not has_end:
        # The end of the connection is the end of the body, and so is a broken line: only gzip's own end can tell.
        yield from _whole_gzip(raw)
        return
    while piece := raw.read(STEP_BYTES, decode_content=True):
        yield piece


def _check_coding(raw: BaseHTTPResponse, coding: str) -> None:
    """A coding that we did not offer cannot be read; nonsense in this header, such as "utf-8", harms nothing."""
    codings = {name.strip() for name in coding.split(",")}
    unreadable = (codings & _KNOWN_CODINGS) - set(raw.CONTENT_DECODERS)
    if unreadable:
        raise LookFailed(FailureKind.BAD_ANSWER, f"compressed as {min(unreadable)}, which we did not offer")


def _whole_gzip(raw: BaseHTTPResponse) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_GZIP_WBITS)
    try:
        while wire := raw.read(STEP_BYTES, decode_content=False):
            while wire:
                if inflater.eof:
                    if not wire.startswith(_GZIP_MARK):
                        return  # padding after the last member, which gzip allows
                    inflater = zlib.decompressobj(_GZIP_WBITS)
                yield inflater.decompress(wire, STEP_BYTES)
                wire = inflater.unconsumed_tail or inflater.unused_data
    except zlib.error as error:
        raise LookFailed(FailureKind.BAD_ANSWER, "the answer cannot be decompressed") from error
    if not inflater.eof:
        raise LookFailed(FailureKind.BAD_ANSWER, "the answer was cut short")
