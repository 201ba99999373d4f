"""The smaller things that a page says of its article: language, canonical address, the line under the headline."""

from __future__ import annotations

import re
import urllib.parse
from typing import TYPE_CHECKING

from tracker.extract import jsonld
from tracker.extract.page import Page
from tracker.extract.text import comparable, fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LANGUAGE = re.compile(r"^([A-Za-z]{2})(?:[-_].*)?$")
_MARK = re.compile(
    r"(?:^|[\s_-])(?:standfirst|sub-?head(?:line|ing)?|sub-?title|dek|deck|article-?(?:summary|intro)|strapline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NOT_UNDER = frozenset({"form", "nav", "footer", "dialog"})  # a line in one of these is under another heading
_MOSTLY = 0.9  # of a line's characters; a line under the headline may be a link as little as the headline itself
_SHORTEST_UNMARKED = 60  # names and dates are shorter
_SHORTEST, _LONGEST = 15, 800  # characters of a line under the headline


def language(page: Page) -> str | None:
    """ISO 639-1, lower case: <html lang>, then JSON-LD, then meta."""
    stated = [
        page.tree.get("lang"),
        page.tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        page.tree.get("xml:lang"),
    ]
    stated += [jsonld.string(node.get("inLanguage")) for node in page.articles[:1]]
    stated += page.meta.get("og:locale", []) + page.meta.get("language", []) + page.meta.get("dc.language", [])
    return next((m[1].lower() for text in stated if text and (m := _LANGUAGE.match(text.strip()))), None)


def canonical_url(page: Page) -> str | None:
    """<link rel=canonical>, else og:url; absolute. None for one that is not a web address."""
    links = [e.get("href") for e in page.tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()]
    for link in [*links, *page.meta.get("og:url", [])]:
        try:
            address = urllib.parse.urljoin(page.url, fold(link))
            parts = urllib.parse.urlsplit(address)
        except ValueError:
            continue
        if link and parts.scheme in ("http", "https") and parts.netloc:
            return address
    return None


def subheadline(page: Page, headline: str | None) -> str | None:
    """The line under the headline that readers see: marked as such, or a description that the page shows as a block."""
    taken = comparable(headline or "")
    for text in (_marked(page), _in_head(page), _visible_description(page)):
        if text and comparable(text) != taken:
            return text
    return None


def is_marked(page: Page, text: str | None) -> bool:
    """Whether the line under the headline is marked as such. A description may be the text's first paragraph."""
    return text is not None and text in (_marked(page), _in_head(page))


def _marked(page: Page) -> str | None:
    """The first marked line under the page's main heading, else a marked paragraph above it.

    Boxes above the heading that bear such marks are those of the site's own head.
    """
    above: str | None = None
    is_under = page.tree.find(".//h1") is None
    for element in page.tree.iter("h1", "p", "h2", "h3", "div", "span"):
        is_under = is_under or element.tag == "h1"
        if element.tag == "h1" or not _is_marked(element):
            continue
        text = fold(element.text_content())
        if not _SHORTEST <= len(text) <= _LONGEST or _is_all_link(element, text):
            continue
        if is_under:
            return text
        if above is None and element.tag in ("p", "h2", "h3"):
            above = text
    return above


def _in_head(page: Page) -> str | None:
    """The first sentence or two that stand under the main heading in the article's own <header>."""
    heading = page.tree.find(".//article//header//h1")
    head = next(heading.iterancestors("header"), None) if heading is not None else None
    if heading is None or head is None:
        return None
    is_under = False
    for element in head.iter("h1", "p", "h2"):
        is_under = is_under or element is heading
        text = fold(element.text_content())
        is_line = is_under and element is not heading and _SHORTEST_UNMARKED <= len(text) <= _LONGEST
        if is_line and not _is_all_link(element, text) and element.getparent().tag != "figcaption":
            return text
    return None


def _is_marked(element: HtmlElement) -> bool:
    named = element.get("itemprop") in ("alternativeHeadline", "description")
    if not named and not _MARK.search(element.get("class", "")):
        return False
    return not any(parent.tag in _NOT_UNDER for parent in element.iterancestors())


def _is_all_link(element: HtmlElement, text: str) -> bool:
    """A row of links or buttons, whatever its class sounds like."""
    inside = sum(len(fold(part.text_content())) for part in element.iter("a", "button"))
    return inside >= _MOSTLY * len(text)


def _visible_description(page: Page) -> str | None:
    stated = page.meta.get("og:description", []) + page.meta.get("description", [])
    stated += [text for node in page.articles[:1] if (text := jsonld.string(node.get("description")))]
    wanted = {comparable(text) for text in stated if len(fold(text)) >= _SHORTEST}
    if not wanted:
        return None
    for element in page.tree.iter("p", "h2", "h3"):
        text = fold(element.text_content())
        if _SHORTEST <= len(text) <= _LONGEST and comparable(text) in wanted:
            return text
    return None
