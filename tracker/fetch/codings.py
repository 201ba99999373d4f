"""Content codings as we ask for them and as servers name them; `tracker.codings` undoes them."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.codings import KNOWN, MOST_CODINGS, OFFERED, CodingError, CutShort
from tracker.fetch.failures import LookFailed
from tracker.model import FailureKind

# Registered by IANA, and never offered by us. Any other name, such as "utf-8", is a mistake and harms nothing.
_NEVER_OFFERED = frozenset(
    {"br", "zstd", "compress", "x-compress", "dcb", "dcz", "pack200-gzip", "exi", "aes128gcm", "aes128gcm-v1"}
)


def named_codings(content_encoding: str) -> list[str]:
    """The codings to undo, in the order in which they were applied. Raises LookFailed for one that we cannot."""
    names = [name.strip() for name in content_encoding.lower().split(",")]
    unreadable = [name for name in names if name in _NEVER_OFFERED and name not in KNOWN]
    if unreadable:
        raise LookFailed(FailureKind.BAD_ANSWER, f"compressed as {unreadable[0]}, which we did not offer")
    codings = [name for name in names if name in KNOWN]
    if len(codings) > MOST_CODINGS:
        raise LookFailed(FailureKind.BAD_ANSWER, f"compressed {len(codings)} times over")
    return codings


def undone(pieces: Iterator[bytes], codings: list[str]) -> Iterator[bytes]:
    """Raises LookFailed for what is cut short or damaged."""
    for name in reversed(codings):
        pieces = KNOWN[name](filter(None, pieces))
    return _told(pieces) if codings else pieces


def _told(pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except CodingError as error:
        what = "was cut short" if isinstance(error, CutShort) else "cannot be decompressed"
        raise LookFailed(FailureKind.BAD_ANSWER, f"the answer {what}") from error


ACCEPT_ENCODING = ", ".join(OFFERED)
