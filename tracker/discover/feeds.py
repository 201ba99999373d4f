"""RSS 0.9x to 2.0, RDF, Atom, CDF, sitemaps and sitemap indexes, read in one pass as they arrive.

One reader for all of them: sites hand out one for the other, and sitemaps.org allows feeds as sitemaps. It builds no
tree, so memory stays flat and an element with a million attributes costs no more than its bytes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from tracker.discover.dates import read_time
from tracker.discover.links import absolute, may_be_article, rebased
from tracker.discover.reading import Discovered

# A sitemap may hold 50,000 URLs (sitemaps.org). An index may name as many sitemaps, far more than can be looked at
# politely: the newest are where news is.
MAX_LINKS = 50_000
MAX_NESTED = 500

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_MOST_LINKS_OF_ENTRY = 20  # of which one is the article's; a feed made to hurt has millions
_DEEPEST_BASE = 32  # elements deep; feeds have about five, and resolving 40,000 nested bases took a minute
_ENTRIES = frozenset({"item", "entry", "url", "sitemap"})
_CHANNEL_FIELDS = frozenset({"ttl", "updateperiod", "updatefrequency"})
_LONGEST_FIELD = 20_000  # characters of text kept of one field; a title or a link is never longer

# Other vocabularies whose fields are the entry's own. The rest (Media RSS, iTunes ...) name pictures and players.
_TRUSTED = ("purl.org/dc/", "www.w3.org/2005/atom", "purl.org/atom", "feedburner", "sitemap-news")
_TRUSTED_PREFIXES = frozenset({"dc", "dcterms", "atom", "news", "feedburner"})

_LINK_FIELDS = frozenset({"link", "guid", "id", "loc", "origlink"})
_PUBLISHED_FIELDS = ("published", "publication_date", "pubdate", "issued", "created", "date", "updated", "modified")
_OTHER_FIELDS = frozenset({"title", "lastmod", *_PUBLISHED_FIELDS})

_CHANGED_FIELDS = ("lastmod", "updated", "modified")

_ARTICLE_RELATIONS = frozenset({"", "alternate"})
_PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAY_IN_ADDRESS = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?:(?:[-_/.]|&\w+=)?(?P<month>0[1-9]|1[0-2])(?:(?:[-_/.]|&\w+=)?(?P<day>[0-3]\d))?)?(?!\d)"
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(slots=True)
class _Entry:
    """One entry while it is being read."""

    depth: int
    name: str
    namespace: str
    links: list[tuple[int, str]] = field(default_factory=list)  # rank (the lower the better), URL
    title: str = ""
    times: dict[str, str] = field(default_factory=dict)


class SourceTarget:
    """What lxml's parser tells, gathered. Read `links`, `nested` and `ttl_s` when the parser is through."""

    def __init__(self, url: str) -> None:
        self.links: list[Discovered] = []
        self.nested: list[tuple[datetime | None, str]] = []
        self.entry_count = 0
        self._bases = [url]
        self._entry: _Entry | None = None
        self._field = ""
        self._field_depth = 0
        self._attributes: Mapping[str, str] = {}
        self._text: list[str] = []
        self._channel: dict[str, str] = {}

    @property
    def is_full(self) -> bool:
        return self.entry_count > MAX_LINKS

    @property
    def is_closed(self) -> bool:
        """Whether every element that began has ended."""
        return len(self._bases) == 1

    @property
    def ttl_s(self) -> int | None:
        """RSS's `ttl` is in minutes; the syndication module gives a period and how often in it (default once daily)."""
        if (minutes := _positive(self._channel.get("ttl"))) is not None:
            return min(minutes * 60, _PERIODS_S["yearly"])
        if "updateperiod" not in self._channel and "updatefrequency" not in self._channel:
            return None
        period = _PERIODS_S.get(self._channel.get("updateperiod", "daily").lower())
        return None if period is None else max(1, period // (_positive(self._channel.get("updatefrequency")) or 1))

    # -- what lxml calls -----------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        base = attributes.get(_XML_BASE) if len(self._bases) <= _DEEPEST_BASE else None
        self._bases.append(rebased(self._bases[-1], base) if base else self._bases[-1])
        depth = len(self._bases)
        namespace, name = _split(tag)
        if self._entry is not None and (name, namespace) == (self._entry.name, self._entry.namespace):
            self._end_entry(self._entry)  # the one before was never closed
        if self._field:
            return
        if self._entry is None:
            self._start_outside(namespace, name, attributes, depth)
        elif self._is_field(self._entry, namespace, name, depth):
            self._begin_field(name, attributes, depth)

    def data(self, text: str) -> None:
        if self._field and len(self._text) < _LONGEST_FIELD:
            self._text.append(text[:_LONGEST_FIELD])

    def end(self, _tag: str) -> None:
        depth = len(self._bases)
        if self._field and depth == self._field_depth:
            self._end_field()
        elif self._entry is not None and depth == self._entry.depth:
            self._end_entry(self._entry)
        if depth > 1:
            self._bases.pop()

    def close(self) -> None:
        """The end of the document; an entry that was cut off counts with the fields that were whole."""
        if self._entry is not None:
            self._end_entry(self._entry)

    # -- entries and fields --------------------------------------------------------------------------------------------

    def _start_outside(self, namespace: str, name: str, attributes: Mapping[str, str], depth: int) -> None:
        if name in _ENTRIES:
            self._entry = _Entry(depth, name, namespace)
            for key, value in attributes.items():
                if _split(key)[1] in ("about", "href"):  # RDF's and CDF's way of naming the article
                    self._offer(4, value)
        elif name in _CHANNEL_FIELDS:
            self._begin_field(name, attributes, depth)

    @staticmethod
    def _is_field(entry: _Entry, namespace: str, name: str, depth: int) -> bool:
        if name not in _LINK_FIELDS and name not in _OTHER_FIELDS:
            return False
        if "news" in namespace:  # news:news holds its fields one level down
            return True
        return depth == entry.depth + 1 and (namespace == entry.namespace or _is_trusted(namespace))

    def _begin_field(self, name: str, attributes: Mapping[str, str], depth: int) -> None:
        self._field, self._field_depth, self._attributes, self._text = name, depth, attributes, []

    def _end_field(self) -> None:
        name, text = self._field, "".join(self._text).strip()
        self._field = ""
        if self._entry is None:
            self._channel.setdefault(name, text)
        elif name in _LINK_FIELDS:
            self._end_link(name, text)
        elif name == "title":
            self._entry.title = self._entry.title or plain(text)
        else:
            self._entry.times.setdefault(name, text)

    def _end_link(self, name: str, text: str) -> None:
        """Ranks: FeedBurner's original before its redirect; a link before an identity; an Atom link by its relation."""
        attributes = self._attributes
        if name == "link" and (href := attributes.get("href")):
            if attributes.get("rel", "").strip().lower() in _ARTICLE_RELATIONS:
                self._offer(1 if "html" in attributes.get("type", "html") else 2, href)
        elif name in ("link", "loc"):
            self._offer(1, text)
        elif name == "origlink":
            self._offer(0, text)
        elif attributes.get("isPermaLink", "").strip().lower() != "false" and _is_web_address(text):
            self._offer(3, text)

    def _offer(self, rank: int, href: str) -> None:
        if self._entry is None or len(self._entry.links) >= _MOST_LINKS_OF_ENTRY:
            return
        url = absolute(href, self._bases[-1])
        if url is not None:
            self._entry.links.append((rank, url))

    def _end_entry(self, entry: _Entry) -> None:
        self._entry, self._field = None, ""
        self.entry_count += 1
        if not entry.links:
            return
        url = min(entry.links, key=lambda link: link[0])[1]
        if entry.name == "sitemap":
            self.nested.append((_changed(entry), url))
        elif may_be_article(url):
            self.links.append(Discovered(url, entry.title or None, _published(entry), _changed(entry)))


def read_xml(pieces: Iterable[bytes], url: str) -> tuple[SourceTarget, bool]:
    """What the document at `url` holds, as far as it can be read, and whether it was whole."""
    target = SourceTarget(url)
    parser = etree.XMLParser(
        target=target, encoding="utf-8", recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        for piece in pieces:
            parser.feed(piece)
            if target.is_full:
                return target, False
        parser.close()
    except (etree.XMLSyntaxError, UnicodeDecodeError):  # no element, or a fault past recovering; a lone surrogate
        target.close()
        return target, False
    return target, target.is_closed and not parser.feed_error_log


def newest_first(nested: Iterable[tuple[datetime | None, str]]) -> tuple[tuple[datetime | None, str], ...]:
    """By the time of the last change, or else the day in the address; then those with neither, in their own order.

    Each address once, MAX_NESTED at most.
    """
    oldest = datetime.min.replace(tzinfo=UTC)
    ordered = sorted(nested, key=lambda sitemap: sitemap[0] or _day_in(sitemap[1]) or oldest, reverse=True)
    each_once: dict[str, tuple[datetime | None, str]] = {}
    for sitemap in ordered:
        each_once.setdefault(sitemap[1], sitemap)
    return tuple(each_once.values())[:MAX_NESTED]


def _day_in(url: str) -> datetime | None:
    """Of a sitemap that holds one day, month or year: sitemap-2026-11.xml, ?yyyy=2026&mm=11&dd=23."""
    found = _DAY_IN_ADDRESS.search(url)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.group("year", "month", "day"))
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def plain(text: str) -> str:
    """A title without the markup that feeds wrap titles in, white space folded."""
    unescaped = html.unescape(_TAG.sub("", text) if "<" in text else text)
    return " ".join(_TAG.sub("", unescaped).split())


def _published(entry: _Entry) -> datetime | None:
    """When published; a feed that says only when updated means the same at an entry's first sight."""
    return next((time for name in _PUBLISHED_FIELDS if (time := read_time(entry.times.get(name, "")))), None)


def _changed(entry: _Entry) -> datetime | None:
    return next((time for name in _CHANGED_FIELDS if (time := read_time(entry.times.get(name, "")))), None)


def _split(tag: str) -> tuple[str, str]:
    """Namespace (or the prefix that none was declared for) and local name, both in lower case."""
    namespace, _, name = tag.lower().rpartition("}")
    if not namespace and ":" in name:
        namespace, _, name = name.partition(":")
    return namespace, name


def _is_trusted(namespace: str) -> bool:
    return namespace in _TRUSTED_PREFIXES or any(part in namespace for part in _TRUSTED)


def _is_web_address(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def _positive(text: str | None) -> int | None:
    given = (text or "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 and int(given) > 0 else None
