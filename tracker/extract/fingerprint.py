"""The fingerprint of a page's content: what the gate asks before it spends an extraction.

Equal fingerprints mean that every text of the page, in its order and its blocks, and every statement that the
extraction reads from head, JSON-LD and <time> are equal. Scripts, styles, classes, addresses (the canonical one too)
and other attributes are not looked at: they change at every visit and cannot change what the article says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from lxml import etree

from tracker.extract import byline, dates
from tracker.extract.page import Page, Unreadable, parse

# Statements of the head that the extraction reads, besides those of dates and byline.
_META = (
    *dates.PUBLISHED,
    *dates.MODIFIED,
    *byline.META,
    *(
        "og:title",
        "twitter:title",
        "og:site_name",
        "application-name",
        "og:description",
        "description",
        "og:locale",
        "language",
        "dc.language",
    ),
)
_JSON_LD = (
    *(
        "@type",
        "headline",
        "name",
        "description",
        "author",
        "creator",
        "datePublished",
        "dateCreated",
        "dateModified",
        "inLanguage",
    ),
    *("isAccessibleForFree", "wordCount"),
)
_NO_TEXT = ("script", "style", "svg", "template")
_BETWEEN = "\x1f"


def page_sha256(html: bytes | str, content_type: str | None = None) -> str:
    """SHA-256 (hex) of the page's texts and statements; of the raw bytes for what is not HTML."""
    try:
        page = parse(html, "", content_type)
    except Unreadable:
        return hashlib.sha256(html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html).hexdigest()
    return hashlib.sha256(
        _BETWEEN.join((*_statements(page), *_texts(page))).encode("utf-8", "surrogatepass")
    ).hexdigest()


def _statements(page: Page) -> Iterator[str]:
    yield page.tree.get("lang") or ""
    for name in _META:
        yield from (f"{name}={value}" for value in page.meta.get(name, ()))
    for node in page.articles:
        yield json.dumps({key: node.get(key) for key in _JSON_LD}, sort_keys=True, default=str)
    yield from (element.get("datetime") or "" for element in page.tree.iter("time"))


def _texts(page: Page) -> Iterator[str]:
    """Every run of text between two tags, without the blanks that only lay out the source."""
    etree.strip_elements(page.tree, *_NO_TEXT, with_tail=False)
    return (words for text in page.tree.itertext() if (words := text.strip()))
