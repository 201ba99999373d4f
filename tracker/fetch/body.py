"""The body of an answer: decoded in small steps, up to a cap, and known to be whole."""

from __future__ import annotations

from collections.abc import Iterator

from urllib3 import BaseHTTPResponse

from tracker.codings import STEP_BYTES
from tracker.fetch.codings import named_codings, undone
from tracker.fetch.failures import LookFailed
from tracker.fetch.guard import LookGuard
from tracker.model import FailureKind

_CODED_STEP_BYTES = 16_384  # read at a time: what follows an empty frame is copied, and many frames copy much
_NOTE_BYTES = 16_384


def read_body(raw: BaseHTTPResponse, cap_bytes: int, guard: LookGuard, *, cut: bool) -> bytes:
    """The content, decoded. One that is longer than the cap fails, or with `cut` is cut off there.

    Raises LookFailed, DeadlinePassed, or what urllib3 raises for an answer that was cut short.
    """
    _check_transfer(raw)
    pieces = []
    size = 0
    codings = named_codings(raw.headers.get("content-encoding", ""))
    for piece in undone(_wire(raw, _CODED_STEP_BYTES if codings else STEP_BYTES), codings):
        guard.remaining_s()  # also between two reads: 16 kB may hold thousands of empty frames to decode
        pieces.append(piece)
        size += len(piece)
        if size > cap_bytes:
            if cut:
                break
            raise LookFailed(FailureKind.TOO_LARGE, f"the page is longer than {cap_bytes} bytes")
    return b"".join(pieces)[:cap_bytes]


def discard_note(raw: BaseHTTPResponse) -> None:
    """Reads a redirect's note to the reader, if short, so that the connection can be used again."""
    raw.read(_NOTE_BYTES, decode_content=False)


def _wire(raw: BaseHTTPResponse, step_bytes: int) -> Iterator[bytes]:
    while piece := raw.read(step_bytes, decode_content=False):
        yield piece


def _check_transfer(raw: BaseHTTPResponse) -> None:
    """Chunks are all that HTTP/1.1 may send unasked; http.client takes any other transfer coding for the page."""
    coding = raw.headers.get("transfer-encoding", "").strip().lower()
    if coding not in {"", "chunked", "identity"}:
        raise LookFailed(FailureKind.BAD_ANSWER, f"transferred as {coding[:100]}, which we did not offer")
