"""The records of a WARC file (ISO 28500), one at a time; what is damaged is named and passed over.

A compressed WARC file is many gzip members, one a record. Damage ends the reading of one member: reading goes on at
the next that begins with a record, found by gzip's mark. In a plain file it goes on at the next version line.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from tracker.errors import FormatError, NotFound
from tracker.exchange.http_messages import Headers
from tracker.exchange.imported import Problem

_VERSIONS = ["WARC/1.1", "WARC/1.0", "WARC/0.18", "WARC/0.17"]
_MARK = b"WARC/"
_GZIP_MARK = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1: gzip, deflated
_ZSTD_MARKS = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")  # a frame; a dictionary before it, as in .warc.zst
_NEXT = re.compile(re.escape(_GZIP_MARK) + rb"|(?<=\n)WARC/[01]\.\d+\r?\n")
_MOST_HEAD_BYTES = 65_536  # a record's headers have about 500
_STEP_BYTES = 65_536
_LONGEST_MARK = 16  # so much of a step is read again with the next one, so that no mark is cut in two
_LENGTH = re.compile(r"\d{1,15}", re.ASCII)
_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


@dataclass(frozen=True, slots=True)
class WarcRecord:
    place: str  # file and byte, for words on it
    headers: Headers
    block: bytes  # as archived; the first bytes of it where it is longer than what was asked for
    is_whole: bool  # the block is all there

    def header(self, name: str) -> str:
        """Its value; empty: there is none."""
        return header_of(self.headers, name)


def header_of(headers: Headers, name: str) -> str:
    """Its value; empty: there is none."""
    wanted = name.lower()
    return next((value.strip() for key, value in headers if key.lower() == wanted), "")


Wanted = Callable[[Headers], bool]
"""Whether a record is to be read, by its headers."""


def records(path: Path, wanted: Wanted, most_bytes: int, problem: Problem) -> Iterator[WarcRecord]:
    """The wanted records of a file, each with `most_bytes` of its block at most; memory holds one.

    Raises NotFound, or FormatError for what is no WARC file at all.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        _check_kind(path, file.read(len(_GZIP_MARK) + 1))
        file.seek(0)
        yield from _File(path, file, wanted, most_bytes, problem).records()


def _check_kind(path: Path, head: bytes) -> None:
    if head.startswith(_ZSTD_MARKS):
        raise FormatError(f"{path} is compressed with Zstandard; decompress it first (`unzstd FILE`).")
    if not head:
        raise FormatError(f"{path} is empty.")
    if head.startswith(_GZIP_MARK):
        with gzip.open(path) as inside:
            try:
                head = inside.read(len(_MARK))
            except (OSError, EOFError, zlib.error):  # damaged at its very beginning: what follows may be whole
                return
    if not _MARK.startswith(head[: len(_MARK)]):
        raise FormatError(f"{path} is not a WARC file: it does not begin with WARC/.")


class _Damage(Exception):
    """The file cannot be read on from here; `str(error)` says why, in a few words."""


class _Member(io.RawIOBase):
    """One gzip member, inflated as it is read. `end` is where the next begins, once this one has been read out."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        file.seek(start)
        self._file = file
        self._inflater = zlib.decompressobj(31)  # with gzip's header and check sum
        self._wire = b""
        self.end = start

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer, in the base
        piece = b""
        while not piece and self._goes_on():
            piece = self._inflated(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def _goes_on(self) -> bool:
        return not self._inflater.eof

    def _inflated(self, most: int) -> bytes:
        """The next bytes, `most` at most; there may be none yet. Notes the member's end."""
        wire = self._wire or self._file.read(_STEP_BYTES)
        try:
            piece = self._inflater.decompress(wire, most)
        except zlib.error:
            raise _Damage("its compression is damaged") from None
        self._wire = self._inflater.unconsumed_tail
        if self._inflater.eof:
            self.end = self._file.tell() - len(self._inflater.unused_data)
        elif not wire and not piece:
            raise _Damage("the file ends in the middle of it")
        return piece


class _File:
    """A WARC file while it is read."""

    def __init__(self, path: Path, file: BinaryIO, wanted: Wanted, most_bytes: int, problem: Problem) -> None:
        self._path = path
        self._file = file
        self._wanted = wanted
        self._most = most_bytes
        self._problem = problem

    def records(self) -> Iterator[WarcRecord]:
        """Stretch by stretch: a gzip member, or a plain file as far as it is whole."""
        start: int | None = 0
        while start is not None:
            at = start
            stream, member = self._stretch(start)
            try:
                while line := _first_line(stream):
                    at = start if member else self._file.tell() - len(line)
                    record = self._record(stream, line, at)
                    if record is not None:
                        yield record
                start = self._after(member)
            except _Damage as damage:
                self._problem(f"{self._place(at)}: a record was passed over, as {damage}.")
                start = self._next_start(at + 1)

    def _stretch(self, start: int) -> tuple[_Lines, _Member | None]:
        self._file.seek(start)
        is_gzip = self._file.read(len(_GZIP_MARK)) == _GZIP_MARK
        self._file.seek(start)
        if not is_gzip:
            return self._file, None
        member = _Member(self._file, start)
        return io.BufferedReader(member, _STEP_BYTES), member

    def _after(self, member: _Member | None) -> int | None:
        """Where to go on after a stretch that was read to its end. None: that was the file's, too."""
        if member is None:
            return None
        self._file.seek(member.end)
        follows = self._file.read(len(_GZIP_MARK))
        if not follows.strip(b"\x00"):  # padding, which tapes and disks leave
            return None
        if follows == _GZIP_MARK:
            return member.end
        self._problem(f"{self._place(member.end)}: what stands here is no record.")
        return self._next_start(member.end)

    def _record(self, stream: _Lines, line: bytes, at: int) -> WarcRecord | None:
        """The record that begins with this line; None: not wanted. Raises _Damage."""
        headers = _parsed(_head(stream, line))
        said = header_of(headers, "Content-Length")
        if not _LENGTH.fullmatch(said):
            raise _Damage(f"its length cannot be read ({said!r})")
        length = int(said)
        most = self._most if self._wanted(headers) else 0
        block = _exactly(stream, min(length, most))
        for _ in _pieces(stream, length - len(block)):
            pass
        if stream.readline(_LONGEST_MARK).strip():
            raise _Damage("its length is wrong")
        if not most:
            return None
        is_whole = len(block) == length
        if is_whole and not _fits(block, header_of(headers, "WARC-Block-Digest")):
            raise _Damage("its digest is another")
        return WarcRecord(self._place(at), headers, block, is_whole)

    def _place(self, at: int) -> str:
        return f"{self._path}, byte {at:,}"

    def _next_start(self, start: int) -> int | None:
        """Where, from there on, a record begins again. None: nowhere."""
        at = start
        while True:
            self._file.seek(max(0, at - 1))  # with the line break before it
            step = self._file.read(_STEP_BYTES)
            for mark in _NEXT.finditer(step):
                found = max(0, at - 1) + mark.start()
                if found >= start and self._begins_record(found):
                    return found
            if len(step) < _STEP_BYTES:
                return None
            at += _STEP_BYTES - _LONGEST_MARK

    def _begins_record(self, start: int) -> bool:
        """Three bytes may look like gzip's mark by chance; what they unpack to tells."""
        try:
            stream, _ = self._stretch(start)
            return stream.readline(len(_MARK)) == _MARK
        except _Damage:
            return False


class _Lines(Protocol):
    """What is read of a file, plain or inflated."""

    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


def _first_line(stream: _Lines) -> bytes:
    """The next line that is not empty; none at the end. Raises _Damage."""
    line = b"\n"
    while line and not line.strip():
        line = stream.readline(_MOST_HEAD_BYTES)
    return line


def _head(stream: _Lines, first_line: bytes) -> bytes:
    """The lines of a record up to the empty one, which are its headers. Raises _Damage."""
    if not first_line.startswith(_MARK):
        raise _Damage("it does not begin with WARC/")
    head, line = b"", first_line
    while line.strip():
        head += line
        if len(head) >= _MOST_HEAD_BYTES:
            raise _Damage("its headers have no end")
        line = stream.readline(_MOST_HEAD_BYTES)
    if not line:
        raise _Damage("the file ends in the middle of it")
    return head


def _parsed(head: bytes) -> Headers:
    try:
        return tuple(StatusAndHeadersParser(_VERSIONS).parse(io.BytesIO(head)).headers)
    except StatusAndHeadersParserException:
        first = head.split(b"\n", 1)[0].decode(errors="replace").strip()[:_LONGEST_MARK]
        raise _Damage(f"its version is not known ({first})") from None


def _exactly(stream: _Lines, size: int) -> bytes:
    return b"".join(_pieces(stream, size))


def _pieces(stream: _Lines, size: int) -> Iterator[bytes]:
    left = size
    while left:
        piece = stream.read(min(left, _STEP_BYTES))
        if not piece:
            raise _Damage("the file ends in the middle of it")
        left -= len(piece)
        yield piece


def _fits(block: bytes, digest: str) -> bool:
    """Whether the block has that digest; also where there is none, or none that we can work out."""
    name, _, value = digest.partition(":")
    known = digest_bytes(digest)
    return known is None or not value or hashlib.new(name.lower(), block, usedforsecurity=False).digest() == known


def digest_bytes(digest: str) -> bytes | None:
    """The bytes of `algorithm:value` (base32 or hexadecimal, as archives write it). None: of no kind known here."""
    name, _, value = digest.strip().partition(":")
    size = _DIGEST_BYTES.get(name.lower())
    try:
        found = bytes.fromhex(value) if size and len(value) == 2 * size else base64.b32decode(_padded(value), True)
    except ValueError:
        return None
    return found if len(found) == size else None


def _padded(value: str) -> str:
    bare = value.rstrip("=")
    return bare + "=" * (-len(bare) % 8)
