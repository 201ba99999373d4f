"""TimeMaps: the list of an address's archived copies, in application/link-format (RFC 7089, 5; RFC 6690, 2).

<http://example.com/story>; rel="original",
<http://archive.example/20260101000000/http://example.com/story>; rel="first memento"; datetime="Thu, 01 Jan 2026 ..."
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.http_dates import parse_http_date

# Each part is matched where it must stand, so that reading takes time in proportion to the text, whatever it holds.
_TARGET = re.compile(r"[\s,]*<([^<>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([^\s=;,<>"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,<>"]*)))?')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NEXT_TARGET = re.compile(r"<")


@dataclass(frozen=True, slots=True)
class Link:
    target: str
    parameters: Mapping[str, str]  # names in lower case, the first of each

    @property
    def relations(self) -> frozenset[str]:
        return frozenset(self.parameters.get("rel", "").lower().split())


@dataclass(frozen=True, slots=True)
class Memento:
    """An archived copy: where it is, and when the page was so."""

    url: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class TimeMap:
    """`pages` are the other TimeMaps that it names: further stretches of the list, or the parts of which it is made."""

    original: str | None
    mementos: tuple[Memento, ...]
    pages: tuple[str, ...]


def read_timemap(text: str, url: str) -> TimeMap:
    """What a TimeMap lists, mementos in the order of their times; `url` is where it came from.

    What is no link is passed over, and so is a memento without a time. Never raises for what the text holds.
    """
    links = tuple(links_in(text))
    mementos = [memento for link in links if (memento := _memento(link, url)) is not None]
    pages = dict.fromkeys(page for link in links if (page := _page(link, url)) not in (None, url))
    originals = (joined(url, link.target) for link in links if "original" in link.relations)
    return TimeMap(
        original=next((original for original in originals if original), None),
        mementos=tuple(sorted(mementos, key=lambda memento: memento.seen_at)),
        pages=tuple(page for page in pages if page),
    )


def links_in(text: str) -> Iterator[Link]:
    """Every link, as in a Link header."""
    at = 0
    while True:
        target = _TARGET.match(text, at)
        if target is None:
            following = _NEXT_TARGET.search(text, at + 1)
            if following is None:
                return
            at = following.start()
            continue
        at = target.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(text, at):
            at = parameter.end()
            quoted, bare = parameter[2], parameter[3]
            value = _ESCAPED.sub(r"\1", quoted) if quoted is not None else bare or ""
            parameters.setdefault(parameter[1].lower(), value)
        yield Link(target[1].strip(), parameters)


def joined(base: str, target: str) -> str | None:
    """The target's address in full; None: it is none on the web."""
    try:
        address = urllib.parse.urljoin(base, target)
        parts = urllib.parse.urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


def _memento(link: Link, base: str) -> Memento | None:
    seen_at = parse_http_date(link.parameters.get("datetime", ""))
    address = joined(base, link.target)
    return Memento(address, seen_at) if "memento" in link.relations and seen_at and address else None


def _page(link: Link, base: str) -> str | None:
    """Another TimeMap of the same form; archives name those in JSON and the like, too."""
    kind = link.parameters.get("type", "application/link-format").lower()
    return joined(base, link.target) if "timemap" in link.relations and "link-format" in kind else None
