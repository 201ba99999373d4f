"""An HTTP answer as an archive keeps it, byte for byte: status, headers, and the content with its codings undone.

Archives keep what they were sent, or what a browser had made of it while the headers still say otherwise. So a coding
that is named but plainly not there is passed over; one that is there and breaks off makes the answer cut short.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from warcio.statusandheaders import StatusAndHeadersParser

from tracker.codings import KNOWN, MOST_CODINGS, STEP_BYTES, CodingError

Headers = tuple[tuple[str, str], ...]

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)[^\r\n]*\r?\n", re.ASCII)
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class BadMessage(ValueError):
    """The answer cannot be used; `str(error)` says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Message:
    """`body` is as sent: chunked and coded."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Its value; empty: it was not sent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


def read_message(block: bytes) -> Message:
    """Raises BadMessage for what does not begin as an HTTP answer does."""
    line = _STATUS_LINE.match(block)
    if line is None:
        raise BadMessage("it does not begin with an HTTP status line")
    stream = io.BytesIO(block)
    parsed = StatusAndHeadersParser([], verify=False).parse(stream)
    return Message(int(line[1]), tuple(parsed.headers), block[stream.tell() :])


def content_of(message: Message, most_bytes: int) -> bytes:
    """The body with chunking and content codings undone. Raises BadMessage: cut short, undecodable, or too large."""
    body = _dechunked(message)
    _check_length(message, body)
    names = [name.strip() for name in message.header("Content-Encoding").lower().split(",")]
    codings = [name for name in names if name not in ("", "identity", "utf-8", "none")]
    if len(codings) > MOST_CODINGS:
        raise BadMessage(f"it is compressed {len(codings)} times over")
    for name in reversed(codings):
        body = _undone(body, name, most_bytes)
    _check_size(body, most_bytes)
    return body


def _dechunked(message: Message) -> bytes:
    if message.header("Transfer-Encoding").lower().strip() != "chunked" or not _CHUNK_SIZE.match(message.body):
        return message.body
    return b"".join(_chunks(message.body))


def _chunks(body: bytes) -> Iterator[bytes]:
    """Up to the empty one (RFC 9112, 7.1); what follows that are trailers."""
    at = 0
    while True:
        head = _CHUNK_SIZE.match(body, at)
        if head is None:
            raise BadMessage("it is cut short or damaged between two chunks")
        start, size = head.end(), int(head[1], 16)
        if not size:
            return
        at = start + size + 2
        if body[start + size : at] != b"\r\n":
            raise BadMessage("it is cut short or damaged in a chunk")
        yield body[start : start + size]


def _check_length(message: Message, body: bytes) -> None:
    """A body that was decoded for the archive is longer than its header says; one that is shorter was cut."""
    said = message.header("Content-Length").strip()
    if said.isascii() and said.isdigit() and len(said) < 13 and len(body) < int(said):
        raise BadMessage(f"it is cut short: {len(body):,} of {int(said):,} bytes")


def _undone(body: bytes, coding: str, most_bytes: int) -> bytes:
    undo = KNOWN.get(coding)
    if not body or (undo is None and _is_markup(body)):
        return body
    if undo is None:
        hint = "; install article-tracker[compression] to read it" if coding == "br" else ", which is not known here"
        raise BadMessage(f"it is compressed as {coding}{hint}")
    try:
        return _bounded(undo(_in_steps(body)), most_bytes)
    except CodingError:
        if _is_markup(body):  # decoded when it was archived
            return body
        raise BadMessage(f"it is compressed as {coding}, and damaged or cut short") from None


def _is_markup(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _in_steps(body: bytes) -> Iterator[bytes]:
    return (body[at : at + STEP_BYTES] for at in range(0, len(body), STEP_BYTES))


def _bounded(pieces: Iterator[bytes], most_bytes: int) -> bytes:
    whole = bytearray()
    for piece in pieces:
        whole += piece
        _check_size(whole, most_bytes)
    return bytes(whole)


def _check_size(content: bytes | bytearray, most_bytes: int) -> None:
    if len(content) > most_bytes:
        raise BadMessage(f"it is longer than {most_bytes:,} bytes")
