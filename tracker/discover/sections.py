"""Article links told from navigation, with no knowledge of any site.

Every link collects points from its URL's shape, its words, its place on the page and its like among the other links.
The weights were set by hand and looked at on real front pages; benchmarks/feeds.py prints what they find.
"""

from __future__ import annotations

import urllib.parse
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from tracker.discover.links import may_be_article
from tracker.discover.pages import Anchor, Page, Place
from tracker.discover.reading import Discovered
from tracker.discover.shapes import Shape, shape_of
from tracker.urls import host_of

# A long slug with a headline for its words, or a date or number with one, passes; a menu's words never do.
_ENOUGH = 5

_SLUG_POINTS = {0: 0, 1: 0, 2: 0, 3: 2, 4: 3}  # five words and more: 4
_LONG_SLUG = 4
_PLACE_POINTS = {Place.FRAME: -3, Place.ASIDE: -1, Place.BODY: 0, Place.ARTICLE: 2, Place.HEADING: 2}
_HUB = -4
_IN_HUB = -2  # deeper below one, a long slug and a headline still pass
_SECTION = -6
_UNWANTED_RELATION = -3
_OTHER_HOST = -1
_DATED = 3  # a teaser with a time of its own: sections and shops have none

# A URL under which so many others of the page stand is a section's.
_CHILDREN_OF_SECTION = 3
_DEEPEST = 12
# From so many links of one pattern on, what most of them are says what the rest are.
_PATTERN_MEMBERS = 5
_TREND = 3  # carries a headline of three words, or a picture without any


def article_links(page: Page, page_url: str) -> tuple[Discovered, ...]:
    """The links of `page` that look like articles of the same host or its subdomains, in the page's order."""
    by_url: dict[str, list[Anchor]] = defaultdict(list)
    for anchor in page.anchors:
        if _is_candidate(anchor.url, page_url):
            by_url[anchor.url].append(anchor)
    shapes = {url: shape for url in by_url if not (shape := shape_of(url)).is_action}
    sections = _sections(by_url)
    scores = {
        url: _score(shape, by_url[url], url in sections, _bare_host(url) == _bare_host(page_url))
        for url, shape in shapes.items()
    }
    trends = _trends(shapes, scores)
    return tuple(
        Discovered(url, _title(by_url[url]), _time(by_url[url]))
        for url, shape in shapes.items()
        if scores[url] + trends.get(shape.pattern, 0) >= _ENOUGH
    )


def _is_candidate(url: str, page_url: str) -> bool:
    """On the same site, no file, and neither the page itself nor a page above it."""
    host, home = _bare_host(url), _bare_host(page_url)
    if host != home and not host.endswith("." + home):
        return False
    parts, own = urllib.parse.urlsplit(url), urllib.parse.urlsplit(page_url)
    if parts.path == "/" and not parts.query:
        return False
    is_above = host == home and not parts.query and _folder(own.path).startswith(_folder(parts.path))
    return not is_above and may_be_article(url)


def _bare_host(url: str) -> str:
    return host_of(url).removeprefix("www.")


def _folder(path: str) -> str:
    return path.rstrip("/") + "/"


def _sections(urls: Iterable[str]) -> set[str]:
    """The URLs under whose path several others stand."""
    folders = {url: _split_path(url) for url in urls}
    children: Counter[tuple[str, ...]] = Counter()
    for steps in set(folders.values()):
        children.update(steps[:length] for length in range(2, len(steps)))
    return {url for url, steps in folders.items() if children[steps] >= _CHILDREN_OF_SECTION}


def _split_path(url: str) -> tuple[str, ...]:
    """Host and path segments; deeper than any section, nothing is told apart."""
    parts = urllib.parse.urlsplit(url)
    return (parts.netloc, *parts.path.strip("/").split("/")[:_DEEPEST])


def _score(shape: Shape, anchors: list[Anchor], is_section: bool, is_same_host: bool) -> int:
    points = _shape_points(shape) + _word_points(anchors) + max(_PLACE_POINTS[anchor.place] for anchor in anchors)
    points += _SECTION if is_section else 0
    points += 0 if is_same_host else _OTHER_HOST
    points += _DATED if _time(anchors) is not None else 0
    is_unwanted = all("sponsored" in anchor.relation or "nofollow" in anchor.relation for anchor in anchors)
    return points + (_UNWANTED_RELATION if is_unwanted else 0)


def _shape_points(shape: Shape) -> int:
    points = _SLUG_POINTS.get(shape.slug_words, _LONG_SLUG)
    points += 3 if shape.has_date else 0
    points += 2 if shape.has_identity else 0
    points += 1 if shape.has_page_ending else 0
    points += _HUB if shape.is_hub else _IN_HUB if shape.is_in_hub else 0
    is_plain = not shape.has_date and not shape.has_identity and shape.slug_words < 3
    return points - (3 if is_plain else 0)


def _word_points(anchors: list[Anchor]) -> int:
    """Of the wordiest of the links to one URL: a picture may link beside a headline."""
    words = max(len(anchor.words.split()) for anchor in anchors)
    if words >= 6:
        return 3
    if words >= 4:
        return 2
    return 0 if words == 3 else -1 if words == 0 else -2


def _trends(shapes: dict[str, Shape], scores: dict[str, int]) -> dict[str, int]:
    """By pattern: what most links of one kind are lifts or lowers the rest of them."""
    members: dict[str, list[bool]] = defaultdict(list)
    for url, shape in shapes.items():
        members[shape.pattern].append(scores[url] >= _ENOUGH)
    trends = {}
    for pattern, passed in members.items():
        if len(passed) >= _PATTERN_MEMBERS:
            share = sum(passed) / len(passed)
            trends[pattern] = _TREND if share >= 0.7 else -_TREND if share <= 0.2 else 0
    return trends


def _time(anchors: list[Anchor]) -> datetime | None:
    return next((anchor.published_at for anchor in anchors if anchor.published_at is not None), None)


def _title(anchors: list[Anchor]) -> str | None:
    """The words of the link in a heading, else the longest; one or two words are "more" and "5 comments"."""
    headings = [anchor.words for anchor in anchors if anchor.place is Place.HEADING and len(anchor.words.split()) > 2]
    words = headings[0] if headings else max((anchor.words for anchor in anchors), key=len)
    return words if len(words.split()) > 2 else None
