"""Content codings (RFC 9110, 8.4.1) undone in small steps, each known to be whole: one that ends too soon is cut short.

A page that was cut off on its way to a cache comes with the right length and half its text. Only the coding itself
can tell, so each is read to its own end; urllib3 and browsers are content with less.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

STEP_BYTES = 65_536  # decoded at a time; a bomb is noticed one step after the cap
MOST_CODINGS = 3  # one on top of another; honest servers use one

Undo = Callable[[Iterator[bytes]], Iterator[bytes]]
"""Pieces as sent, none empty -> pieces decoded, each of about STEP_BYTES at most. Raises CutShort, Undecodable."""

_GZIP_MARK = b"\x1f\x8b"  # RFC 1952, 2.3.1
_GZIP_WBITS = 31  # zlib's way of saying: gzip's header and check sum, largest window
_RAW_WBITS = -15  # and: neither header nor check sum
_ZSTD_WINDOW_LOG = 23  # 8 MB: no more is allowed in HTTP (RFC 9659), and no frame may make us set more aside


class CodingError(ValueError):
    """What was sent is not, or not wholly, in its coding."""


class CutShort(CodingError):
    """It ends before the coding does."""


class Undecodable(CodingError):
    """It is damaged, or in no such coding."""


# -- gzip and deflate --------------------------------------------------------------------------------------------------


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = None
    for piece in pieces:
        wire = piece
        while wire:
            if inflater is None or inflater.eof:
                if inflater is not None and not wire.startswith(_GZIP_MARK[: len(wire)]):
                    return  # padding after the last member, which gzip allows
                inflater = zlib.decompressobj(_GZIP_WBITS)
            yield from _inflated(inflater, wire)
            wire = inflater.unused_data
    if inflater is not None and not inflater.eof:
        raise CutShort


def _undeflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = None
    for piece in pieces:
        if inflater is None:
            inflater = zlib.decompressobj(zlib.MAX_WBITS if _has_zlib_header(piece) else _RAW_WBITS)
        if not inflater.eof:
            yield from _inflated(inflater, piece)
    if inflater is not None and not inflater.eof:
        raise CutShort


def _has_zlib_header(wire: bytes) -> bool:
    """HTTP's "deflate" means zlib's format, but some servers send the bare stream, which never starts like this."""
    return wire[0] & 0x0F == 8  # RFC 1950, 2.2: the method; bare (RFC 1951, 3.2.4) it would be padding, which is zero


def _inflated(inflater: Any, piece: bytes) -> Iterator[bytes]:
    wire = piece
    while True:
        try:
            decoded = inflater.decompress(wire, STEP_BYTES)
        except zlib.error as error:
            raise Undecodable from error
        yield decoded
        wire = inflater.unconsumed_tail
        # A full step may leave output behind in zlib though all its input is taken.
        if inflater.eof or (not wire and len(decoded) < STEP_BYTES):
            return


# -- brotli and zstd, as installed -------------------------------------------------------------------------------------


def _unbrotli(brotli: Any) -> Undo:
    def undo(pieces: Iterator[bytes]) -> Iterator[bytes]:
        decoder = brotli.Decompressor()
        is_begun = False
        for piece in pieces:
            is_begun = True
            wire, decoded = piece, b"?"
            while decoded and not decoder.is_finished():  # it may hold output back although it takes more input
                try:
                    decoded = decoder.process(wire, output_buffer_limit=STEP_BYTES)
                except brotli.error as error:
                    raise Undecodable from error
                yield decoded
                wire = b""
        if is_begun and not decoder.is_finished():
            raise CutShort

    return undo


def _unzstd(zstd: Any) -> Undo:
    options = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}

    def undo(pieces: Iterator[bytes]) -> Iterator[bytes]:
        decoder = None
        for piece in pieces:
            wire = piece
            while wire or not (decoder is None or decoder.eof or decoder.needs_input):
                if decoder is None or decoder.eof:
                    decoder = zstd.ZstdDecompressor(options=options)
                try:
                    yield decoder.decompress(wire, max_length=STEP_BYTES)
                except zstd.ZstdError as error:
                    raise Undecodable from error
                wire = decoder.unused_data if decoder.eof else b""
        if decoder is not None and not decoder.eof:
            raise CutShort

    return undo


def _installed() -> dict[str, Undo]:
    """What is not installed is not offered, nor a brotli whose output cannot be bounded (before 1.2)."""
    found: dict[str, Undo] = {}
    brotli = _module("brotli")
    if brotli is not None and hasattr(brotli.Decompressor, "can_accept_more_data"):
        found["br"] = _unbrotli(brotli)
    zstd = _module("compression.zstd") or _module("backports.zstd")
    if zstd is not None:
        found["zstd"] = _unzstd(zstd)
    return found


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


OFFERED: dict[str, Undo] = {"gzip": _gunzip, "deflate": _undeflate} | _installed()
KNOWN: dict[str, Undo] = OFFERED | {"x-gzip": _gunzip}
