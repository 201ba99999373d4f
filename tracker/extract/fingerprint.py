"""The fingerprint of a page's content: what the gate asks before it spends an extraction.

Equal fingerprints mean that every text of the page, in its order and its blocks, and every statement that the
extraction reads from head, JSON-LD and <time> are equal. Scripts, styles, classes, addresses (the canonical one too)
and other attributes are not looked at: they change at every visit and cannot change what the article says.

It is asked at every look, the extraction only when it says no. So it has a parser of its own, lexbor, which with all
its texts costs a quarter of what lxml's tree and texts do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracker.extract import byline, dates, jsonld
from tracker.extract.page import Unreadable, decode

# Statements of the head that extraction and verdicts read, besides those of dates and byline.
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
        "og:type",
        "article:content_tier",
        "isaccessibleforfree",
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
    *("isAccessibleForFree", "wordCount", "articleBody"),
)
_NO_TEXT = ["script", "style", "svg", "template"]
_BETWEEN = "\0"  # the parser leaves none in what it read; U+001F would count as a blank


def page_sha256(html: bytes | str, content_type: str | None = None) -> str:
    """SHA-256 (hex) of the page's texts and statements; of the raw bytes for what is not HTML."""
    try:
        return sha256_of_decoded(decode(html, content_type))
    except Unreadable:
        return hashlib.sha256(html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html).hexdigest()


def sha256_of_decoded(data: bytes) -> str:
    """The same, of what `tracker.extract.page.decode` gave."""
    tree = LexborHTMLParser(data)
    told = [*_statements(tree), _text(tree)]
    return hashlib.sha256(_BETWEEN.join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _statements(tree: LexborHTMLParser) -> Iterator[str]:
    elements = _elements(tree)
    yield _attribute(tree.root, "lang")
    meta = _meta(elements["meta"])
    for name in _META:
        yield from (f"{name}={value}" for value in meta.get(name, ()))
    nodes = jsonld.nodes(tuple(script.text() for script in elements["script"]))
    yield str([node["isAccessibleForFree"] for node in nodes if "isAccessibleForFree" in node])
    for node in jsonld.articles(nodes):
        yield json.dumps({key: node.get(key) for key in _JSON_LD}, sort_keys=True, default=str)
    yield from (_attribute(element, "datetime") for element in elements["time"])


def _elements(tree: LexborHTMLParser) -> Mapping[str, list[LexborNode]]:
    """Those that make statements, by their tags; one walk through the tree for all of them."""
    found: dict[str, list[LexborNode]] = {"meta": [], "script": [], "time": []}
    for element in tree.css('meta[content], time, script[type*="ld+json" i]'):
        found.setdefault(element.tag or "", []).append(element)
    return found


def _meta(elements: Iterable[LexborNode]) -> Mapping[str, list[str]]:
    """As `Page.meta`."""
    found: dict[str, list[str]] = {}
    for element in elements:
        said = element.attributes
        content = said.get("content")
        name = said.get("property") or said.get("name") or said.get("itemprop")
        if content and name:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _attribute(element: LexborNode | None, name: str) -> str:
    return (element.attributes.get(name) or "") if element else ""


def _text(tree: LexborHTMLParser) -> str:
    """Every run of text between two tags; of the blanks in it only where they stand."""
    tree.strip_tags(_NO_TEXT)
    text = tree.root.text(separator=_BETWEEN, skip_empty=True) if tree.root else ""
    return " ".join(text.split())
