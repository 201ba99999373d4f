"""Who wrote it, as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from lxml.html import HtmlElement

from tracker.extract import jsonld
from tracker.extract.page import Page
from tracker.extract.text import comparable, fold

META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article.author",
)
# "By" in the languages of most news pages; a name follows.
_BY = re.compile(r"^(?:by|von|par|por|di|door|av|af|written by|text|autor(?:in)?|author|автор)\s*:?\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S*|www\.\S+|\S+@\S+\.\w+|^@\w+$", re.IGNORECASE)
_MARK = re.compile(
    r"(?:^|[\s_-])(?:author|byline|authors|author-?name|article-?author|writer)(?:$|[\s_-])", re.IGNORECASE
)
_LONGEST_NAME = 80  # characters; longer is a biography
_FIRST_FEW = 6  # marked elements; those further down belong to other articles and to comments


def find_byline(page: Page) -> str | None:
    """Names joined with `, `, each once, in the page's order; None when the page names nobody."""
    for source in (_declared(page), _meta(page), _marked(page)):
        names = _names(source)
        if names:
            return ", ".join(names)
    return None


def _declared(page: Page) -> list[str]:
    """JSON-LD authors: persons if there are any, for many sites put themselves beside them."""
    authors = [author for node in page.articles[:1] for author in _listed(node.get("author") or node.get("creator"))]
    persons = [name for kind, name in authors if kind != "Organization"]
    return persons or [name for _, name in authors]


def _listed(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _listed(item)
    elif isinstance(value, Mapping):
        kinds = jsonld.types(value)
        named = value.get("name")
        for name in named if isinstance(named, list) else [named]:
            if text := jsonld.string(name):
                yield (kinds[0] if kinds else "", text)
    elif text := jsonld.string(value):
        yield ("", text)


def _meta(page: Page) -> list[str]:
    return next((page.meta[name] for name in META if _names(page.meta.get(name, ()))), [])


def _marked(page: Page) -> list[str]:
    """Elements marked as the author, by rel, by itemprop, else by a class: the first kind that gives a name."""
    marked: dict[str, list[str]] = {"rel": [], "itemprop": [], "class": []}
    for element in page.tree.iter("a", "span", "div", "p", "address", "strong"):
        if kind := _mark(element):
            marked[kind].append(element.text_content())
    return next((names for texts in marked.values() if (names := _names(texts[:_FIRST_FEW]))), [])


def _mark(element: HtmlElement) -> str | None:
    if "author" in element.get("rel", "").split():
        return "rel"
    if "author" in element.get("itemprop", "").split():
        return "itemprop"
    return "class" if _MARK.search(element.get("class", "")) else None


def _names(texts: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in texts:
        name = _BY.sub("", fold(_ADDRESS.sub("", fold(text)))).strip(" ,;|-–·/")
        if 1 < len(name) <= _LONGEST_NAME and comparable(name):
            found.setdefault(comparable(name), name)
    return list(found.values())
