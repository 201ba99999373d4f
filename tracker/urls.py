"""URLs as identity: what is an address, whose is it, and which two are the same."""

from __future__ import annotations

import re
import urllib.parse

from w3lib.url import safe_url_string

from tracker.errors import BadURL

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f]")
_FRONT_PATH = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|home|default)\.\w{3,5})?", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """The form under which an article is known: lower-case scheme and host, no default port or fragment, escaped.

    Raises BadURL for anything that cannot be fetched over HTTP.
    """
    given = url.strip()
    parts = _split(given)
    host = _ascii_host(parts, given)
    port = _port(parts, given)
    netloc = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    whole = urllib.parse.urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    return safe_url_string(whole)


def host_of(url: str) -> str:
    """The host (with its port, where it is not the scheme's own) that politeness is owed to."""
    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2].lower()


def _split(given: str) -> urllib.parse.SplitResult:
    if not _is_text(given):
        raise BadURL(f"{given!r} is not a URL: it holds characters that no text can.")
    if _CONTROL_OR_SPACE.search(given):
        raise BadURL(f"{given!r} is not a URL: it holds spaces or control characters; escape them as %20 and the like.")
    try:
        parts = urllib.parse.urlsplit(given)
    except ValueError as error:
        raise BadURL(f"{given!r} is not a URL: {error}.") from None
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.netloc:
        raise BadURL(f"{given!r} is not a web address; write it in full, such as https://www.example.com/story.")
    return parts._replace(scheme=parts.scheme.lower())


def _is_text(given: str) -> bool:
    """Without lone surrogates, which UTF-8 cannot hold."""
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True


def _ascii_host(parts: urllib.parse.SplitResult, given: str) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        ascii_host = host if ":" in host else host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        raise BadURL(f"{given!r} is not a URL: {host!r} cannot be a host name.") from None
    if not ascii_host or ".." in ascii_host:
        raise BadURL(f"{given!r} is not a URL: it names no host.")
    return f"[{ascii_host}]" if ":" in ascii_host else ascii_host


def _port(parts: urllib.parse.SplitResult, given: str) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise BadURL(f"{given!r} is not a URL: its port is not a number from 0 to 65535.") from None


def is_front_page(url: str) -> bool:
    """Whether a URL is a site's entrance: no path, or only a language or an index file."""
    parts = urllib.parse.urlsplit(url)
    return not parts.query and _FRONT_PATH.fullmatch(parts.path) is not None
