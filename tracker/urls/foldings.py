"""An address without what is known to choose nothing: safe to ask for in place of the one that was given."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from enum import StrEnum

from tracker.errors import BadURL
from tracker.urls.address import canonical_url
from tracker.urls.parameters import Wrapper, parameters
from tracker.urls.shape import names_article


class Folding(StrEnum):
    """One difference between two addresses that was folded away."""

    WRAPPER = "wrapper"  # an address that only led to the one in it
    AMP_CACHE = "amp_cache"  # a cache's copy of a site's AMP page
    DOT_SEGMENTS = "dot_segments"  # /a/../b is /b
    ESCAPES = "escapes"  # %7e and ~, %c3 and %C3
    TRACKING = "tracking"  # a parameter that is known to choose nothing
    SESSION = "session"  # the identity of a visit
    # From here on, only in keys: what nearly always is another form of the same article.
    AMP = "amp"
    MOBILE = "mobile"
    PRINT = "print"
    ONE_PAGE = "one_page"
    CAMPAIGN = "campaign"  # a parameter that beside an article's path chooses nothing
    SLASHES = "slashes"  # doubled, or one at the end
    INDEX = "index"  # /story/index.html is /story/
    ENDING = "ending"  # /story.html is /story
    CASE = "case"  # of a slug's letters
    ORDER = "order"  # of the query's parameters
    COMPOSITION = "composition"  # e and an accent, or é


@dataclass(frozen=True, slots=True)
class ArticleUrl:
    """`url` is canonical; `foldings` are those that led to it, in order, each once."""

    url: str
    foldings: tuple[Folding, ...] = ()


# What AMP caches write before the address that they hold: c, v, wp, a: kinds of page; s: it was fetched over TLS.
_AMP_CACHE_HOST = re.compile(r"(?:[a-z0-9-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com|amp\.cloudflare\.com)")
_AMP_CACHE_PATH = re.compile(r"/(?:c|v|wp|a)/(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+/.*)")
_GOOGLE_VIEWER = re.compile(r"/amp/(?P<secure>s/)?(?P<rest>[^/]+\.[^/]+/.*)")
_GOOGLE_HOST = re.compile(r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")

_MOST_WRAPPERS = 3  # one in another in another; more are a trap, and left as they are

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# Identities of a visit: 26 characters and more are what PHP, Java and ASP give; story numbers are shorter.
_SESSION_VALUE = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Za-z,_-]{26,}")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*|/\(S\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE)


def article_url(url: str) -> ArticleUrl:
    """The plainest address that asks for the same page. Raises BadURL as `canonical_url` does. Idempotent."""
    seen, wrappers = _innermost(canonical_url(url))
    foldings = dict.fromkeys(wrappers)
    parts = urllib.parse.urlsplit(seen)
    path = _note(foldings, Folding.ESCAPES, parts.path, _plain_escapes(parts.path))
    path = _note(foldings, Folding.SESSION, path, _without_path_session(path) or "/")
    path = _note(foldings, Folding.DOT_SEGMENTS, path, _without_dots(path))
    query = _note(foldings, Folding.ESCAPES, parts.query, _plain_escapes(parts.query))
    query = _note(foldings, Folding.TRACKING, query, _without_tracking(query))
    query = _note(foldings, Folding.SESSION, query, _without_session(query, seen))
    return ArticleUrl(urllib.parse.urlunsplit(parts._replace(path=path, query=query)), tuple(foldings))


def _without_path_session(path: str) -> str:
    """Again and again: one that goes may have stood inside another, or before its end."""
    while (shorter := _PATH_SESSION.sub("", path)) != path:
        path = shorter
    return path


def name_of(pair: str) -> str:
    """Of a parameter as it stands in a query, in lower case."""
    return urllib.parse.unquote_plus(pair.partition("=")[0]).lower()


def value_of(pair: str) -> str:
    return urllib.parse.unquote_plus(pair.partition("=")[2])


def pairs_of(query: str) -> list[str]:
    """The parameters as they stand in a query; empty ones are none."""
    return [pair for pair in query.split("&") if pair]


def _note(foldings: dict[Folding, None], how: Folding, before: str, after: str) -> str:
    if before != after:
        foldings[how] = None
    return after


# -- addresses in addresses --------------------------------------------------------------------------------------------


def _innermost(url: str) -> tuple[str, tuple[Folding, ...]]:
    seen, wrappers = url, []
    while (unwrapped := _unwrapped(seen)) is not None:
        seen, how = unwrapped
        wrappers.append(how)
        if len(wrappers) > _MOST_WRAPPERS:
            return url, ()
    return seen, tuple(wrappers)


def _unwrapped(url: str) -> tuple[str, Folding] | None:
    parts = urllib.parse.urlsplit(url)
    is_cache = _AMP_CACHE_HOST.fullmatch(parts.netloc)
    held = _AMP_CACHE_PATH.fullmatch(parts.path) if is_cache else None
    if held is None and _GOOGLE_HOST.fullmatch(parts.netloc):
        held = _GOOGLE_VIEWER.fullmatch(parts.path)
    if held is not None:
        query = f"?{parts.query}" if parts.query else ""
        return _web_address(f"http{'s' if held['secure'] else ''}://{held['rest']}{query}", Folding.AMP_CACHE)
    return next((found for wrapper in parameters().wrappers if (found := _held_by(wrapper, parts))), None)


def _held_by(wrapper: Wrapper, parts: urllib.parse.SplitResult) -> tuple[str, Folding] | None:
    if parts.netloc not in wrapper.hosts or parts.path != wrapper.path:
        return None
    values = {name_of(pair): value_of(pair) for pair in pairs_of(parts.query)}
    given = (values.get(name, "") for name in wrapper.names)
    return next((found for value in given if (found := _web_address(value, Folding.WRAPPER))), None)


def _web_address(text: str, how: Folding) -> tuple[str, Folding] | None:
    try:
        return canonical_url(text), how
    except BadURL:
        return None


# -- escapes and dots --------------------------------------------------------------------------------------------------


def _plain_escapes(text: str) -> str:
    """Letters that need no escape without one, the rest in capitals (RFC 3986, 6.2.2.1 and 6.2.2.2)."""
    return _ESCAPE.sub(_plain_escape, text)


def _plain_escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def _without_dots(path: str) -> str:
    """`.` and `..` resolved (RFC 3986, 5.2.4), as every client does before it asks."""
    if "/." not in path:
        return path
    kept: list[str] = []
    steps = path.split("/")[1:]
    for step in steps:
        if step == "..":
            kept = kept[:-1]
        elif step != ".":
            kept.append(step)
    is_folder = steps[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if is_folder and kept else "")


# -- parameters --------------------------------------------------------------------------------------------------------


def _without_tracking(query: str) -> str:
    pairs = pairs_of(query)
    kept = [pair for pair in pairs if name_of(pair) not in parameters().tracking]
    return query if len(kept) == len(pairs) else "&".join(kept)


def _without_session(query: str, url: str) -> str:
    """Only where what stays names the article: elsewhere a long value may be the article's own identity."""
    pairs = pairs_of(query)
    kept = [
        pair
        for pair in pairs
        if name_of(pair) not in parameters().session or not _SESSION_VALUE.fullmatch(value_of(pair))
    ]
    rest = urllib.parse.urlsplit(url)._replace(query="&".join(kept))
    return query if len(kept) == len(pairs) or not names_article(rest.geturl()) else rest.query
