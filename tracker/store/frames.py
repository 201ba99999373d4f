"""Bytes packed together into one Zstandard frame, and one piece of them taken out again. Knows no database.

Pages of one article differ in little, so a page costs next to nothing behind its predecessor in the same frame. What
all pages of a site have in common, a frame finds in its key: one page of the site that many frames are compressed
against, so that frames can be short, and any one page in them be read in a few milliseconds.

The figures beside the constants are from `benchmarks/storage.py`, on real pages.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator

from tracker.errors import StoreError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ENCODING = "zstd"

# A page that waits for its sealing. On its own, until its host has a key: a seventh smaller than by zlib's level 6 in a
# tenth of its time; 3 saves six per cent more in a quarter more time.
_LOOSE_LEVEL = 1
_LOOSE_BEHIND_KEY_LEVEL = 3
# 6 takes two per cent more room in a fifth less time, 12 two per cent less in twice the time. 16 and above, which would
# save more, take ten times as long.
_SEALED_LEVEL = 9
# Far back only what is so long is looked for: two per cent less room than with the usual 64 bytes, at no cost.
_SEALED_LONG_MATCH = 128
# Made once for many frames: 15 saves two per cent for three times the time.
_KEY_LEVEL = 12
# 16 MB: a whole frame and its key are within reach of its last byte. A reader sets so much memory aside, so that more
# would read more slowly.
_WINDOW_LOG = 24
# 4 MB: the same for one page and its key.
_LOOSE_WINDOW_LOG = 22

MOST_CAPTURES = 64
# A frame is read from its start: 8 MB of pages that are much alike take 1.6 ms. Three times as much saves 4 per cent.
MOST_PLAIN_BYTES = 8 * 1024**2
# Pages that have little in common are read more slowly, by what they take compressed.
MOST_PACKED_BYTES = 512 * 1024
# The key is read before the frame. What a site's pages share stands mostly at their beginning.
MOST_KEY_BYTES = 1024**2
_STEP_BYTES = 1024**2  # where a whole frame is wanted: memory stays flat
_SKIPPED_BYTES = 32 * 1024  # where what comes before a piece is thrown away: stays in the processor's cache

# A page alone carries a check sum, so that packing it needs no slower proof that it is whole.
_LOOSE_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: _LOOSE_LEVEL,
    zstd.CompressionParameter.checksum_flag: 1,
}
# Without the search far back, the key would be found only where it is near: 3,500 bytes a page in place of 2,200.
_BEHIND_KEY_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: _LOOSE_BEHIND_KEY_LEVEL,
    zstd.CompressionParameter.checksum_flag: 1,
    zstd.CompressionParameter.window_log: _LOOSE_WINDOW_LOG,
    zstd.CompressionParameter.enable_long_distance_matching: 1,
}
_KEY_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: _KEY_LEVEL,
    zstd.CompressionParameter.window_log: _LOOSE_WINDOW_LOG,
    zstd.CompressionParameter.enable_long_distance_matching: 1,
}
_SEALED_OPTIONS: dict[int, int] = {
    zstd.CompressionParameter.compression_level: _SEALED_LEVEL,
    zstd.CompressionParameter.window_log: _WINDOW_LOG,
    zstd.CompressionParameter.enable_long_distance_matching: 1,
    zstd.CompressionParameter.ldm_min_match: _SEALED_LONG_MATCH,
}


class DamagedFrame(StoreError):
    """A frame that cannot be decompressed, or ends too soon."""


class Key:
    """A page that others are compressed against."""

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        self._dictionary = zstd.ZstdDict(plain, is_raw=True)

    @classmethod
    def unpacked(cls, packed: bytes, behind: bytes | None) -> Key:
        """`behind`: the key that it is compressed against, compressed itself. Raises DamagedFrame."""
        try:
            prefix = None if behind is None else zstd.ZstdDict(zstd.decompress(behind), is_raw=True).as_prefix
            return cls(zstd.decompress(packed, prefix))
        except (zstd.ZstdError, ValueError) as error:  # too short for a key
            raise DamagedFrame(f"its key cannot be decompressed: {error}") from error

    @property
    def sha256(self) -> str:
        """In hex."""
        return hashlib.sha256(self.plain).hexdigest()

    def packed(self, behind: Key | None) -> bytes:
        """The key itself, compressed well: it is made once for many frames."""
        if behind is None:
            return zstd.compress(self.plain, options=_KEY_OPTIONS)
        return zstd.compress(self.plain, options=_KEY_OPTIONS, zstd_dict=behind.as_prefix)

    @property
    def as_prefix(self) -> tuple[zstd.ZstdDict, int]:
        return self._dictionary.as_prefix

    def compressor(self) -> zstd.ZstdCompressor:
        return zstd.ZstdCompressor(options=_SEALED_OPTIONS, zstd_dict=self.as_prefix)

    def decompressor(self) -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(self.as_prefix)


def packed_alone(plain: bytes, key: Key | None) -> bytes:
    """A frame of one piece, made fast."""
    if key is None:
        return zstd.compress(plain, options=_LOOSE_OPTIONS)
    return zstd.compress(plain, options=_BEHIND_KEY_OPTIONS, zstd_dict=key.as_prefix)


class Packing:
    """A frame that is filled piece by piece, up to its bounds. A piece beyond them has a frame for itself."""

    def __init__(self, key: Key | None) -> None:
        self.plain_bytes = 0
        self.packed_bytes = 0
        self.starts: list[int] = []
        self._compressor = zstd.ZstdCompressor(options=_SEALED_OPTIONS) if key is None else key.compressor()
        self._parts: list[bytes] = []

    def has_room(self, piece_bytes: int) -> bool:
        """For another piece of that length."""
        return not self.starts or (
            len(self.starts) < MOST_CAPTURES
            and self.plain_bytes + piece_bytes <= MOST_PLAIN_BYTES
            and self.packed_bytes < MOST_PACKED_BYTES
        )

    def add(self, piece: bytes) -> None:
        self.starts.append(self.plain_bytes)
        self.plain_bytes += len(piece)
        # The end of a block after each piece tells how much the frame takes by now, for a few bytes.
        self._take(self._compressor.compress(piece, zstd.ZstdCompressor.FLUSH_BLOCK))

    def finish(self) -> bytes:
        """The frame; nothing can be added to it any more."""
        self._take(self._compressor.flush())
        return b"".join(self._parts)

    def _take(self, part: bytes) -> None:
        self._parts.append(part)
        self.packed_bytes += len(part)


def piece_of(frame: bytes, key: Key | None, start: int, length: int) -> bytes:
    """So many bytes of the plain text, from `start`. Raises DamagedFrame."""
    decoder = _Decoder(frame, key)
    while start:
        start -= len(decoder.step(min(start, _SKIPPED_BYTES)))
    parts = []
    while length:
        parts.append(decoder.step(length))
        length -= len(parts[-1])
    return b"".join(parts)


def pieces_of(frame: bytes, key: Key | None, lengths: Iterable[int]) -> Iterator[bytes]:
    """The plain text cut into pieces of these lengths, one after the other. Raises DamagedFrame."""
    decoder = _Decoder(frame, key)
    for length in lengths:
        piece = bytearray()
        while len(piece) < length:
            piece += decoder.step(min(length - len(piece), _STEP_BYTES))
        yield bytes(piece)
    if decoder.has_more():
        raise DamagedFrame("it is longer than its pieces")


class _Decoder:
    """Reads a frame from its start on."""

    def __init__(self, frame: bytes, key: Key | None) -> None:
        self._decoder = zstd.ZstdDecompressor() if key is None else key.decompressor()
        self._wire = frame

    def step(self, most: int) -> bytes:
        """Some of what comes next, not nothing. Raises DamagedFrame."""
        step = self._read(most)
        if not step:
            raise DamagedFrame("it ends too soon")
        return step

    def has_more(self) -> bool:
        return bool(self._read(1)) or not self._decoder.eof

    def _read(self, most: int) -> bytes:
        if self._decoder.eof:
            return b""
        wire, self._wire = self._wire, b""
        try:
            return self._decoder.decompress(wire, max_length=most)
        except zstd.ZstdError as error:
            raise DamagedFrame(f"it cannot be decompressed: {error}") from error
