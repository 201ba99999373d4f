"""From what a document wrote as a link to the URL of something that may be an article."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable

from tracker.discover.reading import Discovered
from tracker.errors import BadURL
from tracker.urls import canonical_url

# Longer ones are data URIs and mistakes: browsers and servers settled on limits of 2,000 to 8,000.
MAX_URL_CHARACTERS = 4096

# Files that hold no article text in HTML. Names of pages (.html, .php, .aspx, .cms ...) are deliberately not listed.
_OTHER_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|avif|bmp|ico|tiff?|heic"
    r"|pdf|docx?|xlsx?|pptx?|od[tsp]|epub|mobi|ps"
    r"|zip|gz|tgz|bz2|xz|7z|rar|tar|dmg|exe|msi|apk|iso"
    r"|mp[34]|m4[av]|aac|og[ga]|wav|flac|mov|avi|wmv|flv|webm|mkv|m3u8"
    r"|css|m?js|rss|atom|rdf|ics|vcf|csv|woff2?|ttf|eot|swf)$",
    re.IGNORECASE,
)
_INNER_BREAKS = re.compile(r"[\t\r\n]+\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def absolute(href: str, base: str) -> str | None:
    """The canonical URL that `href` means in a document at `base`; None where it is no web address."""
    given = _INNER_BREAKS.sub("", href.strip())
    if not given or len(given) > MAX_URL_CHARACTERS or _CONTROL.search(given):
        return None
    try:
        return canonical_url(urllib.parse.urljoin(base, given).replace(" ", "%20"))
    except (BadURL, ValueError):  # urljoin and urlsplit refuse broken IPv6 hosts with ValueError
        return None


def rebased(base: str, relative: str) -> str:
    """The base that `relative` (xml:base, <base href>) sets inside `base`; a broken or too long one changes nothing."""
    try:
        joined = urllib.parse.urljoin(base, relative.strip())
    except ValueError:
        return base
    return joined if len(joined) <= MAX_URL_CHARACTERS else base


def may_be_article(url: str) -> bool:
    """Whether a page can stand there at all: not for images, documents, media, archives and the like."""
    return not _OTHER_FILES.search(urllib.parse.urlsplit(url).path)


def folded(found: Iterable[Discovered]) -> tuple[Discovered, ...]:
    """Each URL once, where it stood first; what the first mention leaves open is taken from later ones."""
    by_url: dict[str, Discovered] = {}
    for link in found:
        known = by_url.get(link.url)
        if known is None:
            by_url[link.url] = link
        elif None in (known.title, known.published_at, known.changed_at):
            by_url[link.url] = Discovered(
                link.url,
                known.title or link.title,
                known.published_at or link.published_at,
                known.changed_at or link.changed_at,
            )
    return tuple(by_url.values())
