"""The canonical form of a URL: what every client sends anyway. It identifies articles in databases, so it is stable."""

from __future__ import annotations

import re
import urllib.parse

from w3lib.url import safe_url_string

from tracker.errors import BadURL

DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f]")
_FRONT_PATH = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|home|default)\.\w{3,5})?", re.IGNORECASE)
_HOST_NAME = re.compile(r"[a-z0-9._-]+", re.ASCII)  # the underscore is in no host name by the book, but in many


def canonical_url(url: str) -> str:
    """The form under which an article is known: lower-case scheme and host, no default port or fragment, escaped.

    Raises BadURL for anything that cannot be fetched over HTTP.
    """
    given = url.strip()
    parts = _split(given)
    host = _ascii_host(parts, given)
    port = _port(parts, given)
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    whole = urllib.parse.urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
    return safe_url_string(whole)


def host_of(url: str) -> str:
    """The host (with its port, where it is not the scheme's own) that politeness is owed to."""
    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2].lower()


def is_front_page(url: str) -> bool:
    """Whether a URL is a site's entrance: no path, or only a language or an index file."""
    parts = urllib.parse.urlsplit(url)
    return not parts.query and _FRONT_PATH.fullmatch(parts.path) is not None


def _split(given: str) -> urllib.parse.SplitResult:
    if not _is_text(given):
        raise BadURL(f"{given!r} is not a URL: it holds characters that no text can.")
    sent = given.partition("#")[0]  # a fragment is never sent, whatever stands in it
    if _CONTROL_OR_SPACE.search(sent):
        raise BadURL(f"{given!r} is not a URL: it holds spaces or control characters; escape them as %20 and the like.")
    try:
        parts = urllib.parse.urlsplit(sent)
    except ValueError as error:
        raise BadURL(f"{given!r} is not a URL: {error}.") from None
    if parts.scheme.lower() not in DEFAULT_PORTS or not parts.netloc:
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
    if not host:
        raise BadURL(f"{given!r} is not a URL: it names no host.")
    if ":" in host:
        return f"[{host}]"
    ascii_host = (host if host.isascii() else _punycode(host, given)).rstrip(".")
    if ".." in ascii_host or not _HOST_NAME.fullmatch(ascii_host):
        raise BadURL(f"{given!r} is not a URL: {host!r} cannot be a host name.")
    return ascii_host


def _punycode(host: str, given: str) -> str:
    """As browsers do it (UTS 46, not transitional): faß.example is not fass.example.

    Names that registries of today no longer give, such as those of symbols, are written as IDNA 2003 did.
    """
    import idna  # noqa: PLC0415 - its tables are loaded for the first host outside ASCII only

    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        pass
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadURL(f"{given!r} is not a URL: {host!r} cannot be a host name.") from None


def _port(parts: urllib.parse.SplitResult, given: str) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise BadURL(f"{given!r} is not a URL: its port is not a number from 0 to 65535.") from None
