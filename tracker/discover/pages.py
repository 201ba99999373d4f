"""A web page as the list of its links, each with its words and its place. Builds no tree (see feeds.py for why)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

from lxml import etree

from tracker.discover.dates import read_time
from tracker.discover.links import absolute, rebased

MAX_ANCHORS = 20_000  # the fullest front pages have about 1,000
_LONGEST_WORDS = 500  # characters kept of a link's words; headlines have 200 at most

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FRAME = frozenset({"nav", "footer", "menu", "dialog", "template"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg"})

# A teaser links to its article several times, and to an author, a section, a topic or two. An <article> with links to
# more pages is the article of the page itself, and its time says nothing of the pages that it links to.
_MOST_LINKS_OF_TEASER = 12
_MOST_PAGES_OF_TEASER = 5
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)


class Place(IntEnum):
    """Where on the page a link stands; the higher, the more likely an article's."""

    FRAME = 0  # navigation, page header, footer, dialogue
    ASIDE = 1
    BODY = 2
    ARTICLE = 3  # in a teaser that the page marks as an article
    HEADING = 4


@dataclass(frozen=True, slots=True)
class Anchor:
    url: str  # canonical
    words: str  # the link's own text, white space folded; empty for a picture
    place: Place
    relation: str  # its rel attribute in lower case
    published_at: datetime | None = None  # by the first <time> of the teaser that the link stands in


@dataclass(slots=True)
class _Teaser:
    """An <article> while it is open."""

    first_anchor: int
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    anchors: tuple[Anchor, ...]
    feeds: tuple[str, ...]  # the feeds that the page announces


class PageTarget:
    """What lxml's HTML parser tells, gathered."""

    def __init__(self, url: str) -> None:
        self.anchors: list[Anchor] = []
        self.feeds: list[str] = []
        self._base = url
        self._is_based = False
        self._open: list[str] = []
        self._counts: dict[str, int] = {}
        self._href = self._relation = ""
        self._place = Place.BODY
        self._words: list[str] = []
        self._in_anchor = False
        self._teasers: list[_Teaser] = []

    # -- what lxml calls -----------------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "base" and "href" in attributes and not self._is_based:  # HTML: only the first one counts
            self._base, self._is_based = rebased(self._base, attributes["href"]), True
        elif tag == "link":
            self._note_feed(attributes)
        elif tag == "a":
            self._begin_anchor(attributes)
        elif tag == "article":
            self._teasers.append(_Teaser(len(self.anchors)))
        elif tag == "time" and self._teasers and self._teasers[-1].published_at is None:
            self._teasers[-1].published_at = read_time(attributes.get("datetime", ""))
        elif tag in _HEADINGS and self._in_anchor:
            self._place = max(self._place, Place.HEADING) if self._place is not Place.FRAME else self._place
        if tag not in _VOID:
            self._open.append(tag)
            self._counts[tag] = self._counts.get(tag, 0) + 1

    def data(self, text: str) -> None:
        if self._in_anchor and len(self._words) < _LONGEST_WORDS and not self._within(_UNSEEN):
            self._words.append(text[:_LONGEST_WORDS])

    def end(self, tag: str) -> None:
        if tag == "a":
            self._end_anchor()
        elif tag == "article" and self._teasers:
            self._end_teaser(self._teasers.pop())
        if self._open and self._open[-1] == tag:
            self._open.pop()
            self._counts[tag] -= 1

    def close(self) -> None:
        self._end_anchor()

    # -- links ---------------------------------------------------------------------------------------------------------

    def _begin_anchor(self, attributes: Mapping[str, str]) -> None:
        self._end_anchor()
        self._href, self._relation = attributes.get("href", ""), attributes.get("rel", "").lower()
        self._place, self._words, self._in_anchor = self._here(), [], True

    def _end_anchor(self) -> None:
        if self._in_anchor and self._href and len(self.anchors) < MAX_ANCHORS:
            url = absolute(self._href, self._base)
            if url is not None:
                words = " ".join("".join(self._words).split())[:_LONGEST_WORDS]
                self.anchors.append(Anchor(url, words, self._place, self._relation))
        self._in_anchor = False

    def _end_teaser(self, teaser: _Teaser) -> None:
        """The first time in a teaser is its article's."""
        count = len(self.anchors) - teaser.first_anchor
        if teaser.published_at is None or not 0 < count <= _MOST_LINKS_OF_TEASER:
            return
        links = self.anchors[teaser.first_anchor :]
        if len({link.url for link in links}) <= _MOST_PAGES_OF_TEASER:
            dated = [replace(link, published_at=link.published_at or teaser.published_at) for link in links]
            self.anchors[teaser.first_anchor :] = dated

    def _here(self) -> Place:
        is_teaser = bool(self._counts.get("article"))
        if self._within(_FRAME) and not is_teaser:
            return Place.FRAME
        if self._within(_HEADINGS):
            return Place.HEADING
        if is_teaser:
            return Place.ARTICLE
        if self._counts.get("header"):  # the page's own, or a teaser's: there the link stands in a heading
            return Place.FRAME
        return Place.ASIDE if self._counts.get("aside") else Place.BODY

    def _within(self, tags: frozenset[str]) -> bool:
        return any(self._counts.get(tag) for tag in tags)

    def _note_feed(self, attributes: Mapping[str, str]) -> None:
        if "alternate" in attributes.get("rel", "").lower() and attributes.get("type", "").lower() in _FEED_TYPES:
            url = absolute(attributes.get("href", ""), self._base)
            if url is not None and len(self.feeds) < 100:
                self.feeds.append(url)


def read_page(pieces: Iterable[bytes], url: str) -> Page:
    """The links of the page at `url`."""
    target = PageTarget(url)
    parser = etree.HTMLParser(target=target, encoding="utf-8", recover=True, no_network=True, huge_tree=False)
    try:
        for piece in pieces:
            parser.feed(piece)
        parser.close()
    except (etree.XMLSyntaxError, UnicodeDecodeError):  # no element, or a fault past recovering; a lone surrogate
        target.close()
    return Page(tuple(target.anchors), tuple(target.feeds))
