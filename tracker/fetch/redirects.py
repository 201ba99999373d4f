"""Where a Location header leads, read as browsers read it."""

from __future__ import annotations

import urllib.parse

from tracker.errors import BadURL
from tracker.fetch.failures import LookFailed
from tracker.model import FailureKind
from tracker.urls import canonical_url

_ESCAPED_SPACE = str.maketrans({" ": "%20", "\t": "%09"})


def target_of(base: str, location: str) -> str:
    """Where it points from `base`, absolute. Headers arrive as Latin-1; browsers read UTF-8 in them.

    Raises LookFailed for what cannot be joined.
    """
    readable = location.encode("latin-1", errors="replace").decode("utf-8", errors="replace").strip()
    try:
        return urllib.parse.urljoin(base, readable.translate(_ESCAPED_SPACE))
    except ValueError as error:
        raise LookFailed(FailureKind.BAD_URL, f"redirected to something that is no URL: {error}") from None


def web_address(target: str) -> str:
    """The canonical form of a redirect's target, without credentials. Raises LookFailed off the web."""
    try:
        return canonical_url(target)
    except BadURL:
        raise LookFailed(FailureKind.BAD_URL, f"redirected to {target[:200]!r}, which is no web address") from None
