"""Who wrote it, as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

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
MARKED = "marked"  # the surface of elements that are marked as the author's
# "By" in the languages of most news pages; a name follows.
_BY = re.compile(r"^(?:by|von|par|por|di|door|av|af|written by|text|autor(?:in)?|author|автор)\s*:?\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S*|www\.\S+|\S+@\S+\.\w+|^@\w+$", re.IGNORECASE)
_MARK = re.compile(
    r"(?:^|[\s_-])(?:author|byline|authors|author-?name|article-?author|writer)(?:$|[\s_-])", re.IGNORECASE
)
_LONGEST_NAME = 80  # characters; longer is a biography
_NEAR = 3  # ancestors that the elements of two authors have in common: a list's item and its list, or a link's box
_FIRST_FEW = 6  # marked elements; those further down belong to other articles and to comments


def find_byline(page: Page) -> str | None:
    """Names joined with `, `, each once, in the page's order; None when the page names nobody."""
    return next((", ".join(names) for names in sources(page).values()), None)


def sources(page: Page) -> dict[str, tuple[str, ...]]:
    """The names by the surface that gives them, the most trusted first; surfaces that give none are not there."""
    stated = {"declared": _declared(page), "meta": _meta(page), MARKED: _marked(page)}
    return {source: tuple(names) for source, texts in stated.items() if (names := _names(texts))}


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
    """Elements marked as the author, by rel, by itemprop, else by a class: the first kind that gives a name.

    Of marked elements inside each other the inner one names the author; the outer one holds the date too, and buttons.
    """
    marked: dict[str, dict[HtmlElement, str]] = {"rel": {}, "itemprop": {}, "class": {}}
    for element in page.tree.iter("a", "span", "div", "p", "address", "strong"):
        if kind := _mark(element):
            text = " ".join(element.itertext())
            if _names([text]):
                for outer in element.iterancestors():
                    marked[kind].pop(outer, None)
            marked[kind][element] = text
    found = (_beside_the_first(texts)[:_FIRST_FEW] for texts in marked.values())
    return next((names for texts in found if (names := _names(texts))), [])


def _beside_the_first(marked: Mapping[HtmlElement, str]) -> list[str]:
    """The first name and those near it: authors of one article stand in one line, others' lead to their articles."""
    if not marked:
        return []
    first = next(iter(marked))
    box = next(islice(first.iterancestors(), _NEAR - 1, None), None)
    return [text for element, text in marked.items() if element is first or _is_inside(element, box)]


def _is_inside(element: HtmlElement, box: HtmlElement | None) -> bool:
    return box is not None and any(parent is box for parent in element.iterancestors())


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
