"""The article's text: the tree cleaned, trafilatura's choice of blocks, then the lines that are the article's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.extract import witness
from tracker.extract.lines import Body, Line, choose
from tracker.extract.prune import drop, prune
from tracker.extract.rules import NO_RULES, SiteRules, select
from tracker.extract.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element
    from lxml.html import HtmlElement

    # Below this share of the witness's text, a class name misled trafilatura: it is asked again without class names.
# Anything from .5 to .7 gave the same on 160 real pages; above, pages whose lists were rightly left out are read again.
_ENOUGH_COVERED = 0.7
_HEADINGS = frozenset({"head", "h1", "h2", "h3", "h4", "h5", "h6"})
# What begins a line of its own, in trafilatura's tree and in HTML.
_BLOCKS = (
    _HEADINGS
    | {"p", "item", "quote", "list", "table", "row", "lb", "code", "div", "body"}
    | {"li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "tr", "br", "figcaption"}
    | {"section", "article", "main", "header"}
)
_COPY_MARK = "\u2060"  # word joiner
_CELLS = frozenset({"cell", "td", "th"})


def find_body(
    tree: HtmlElement, url: str, headline: str | None = None, byline: str | None = None, rules: SiteRules = NO_RULES
) -> Body:
    """The article in `tree`; no paragraphs when there is none. The tree is used up."""
    for selector in rules.remove:
        drop(tree, select(tree, selector))
    prune(tree)
    _tell_apart(tree)
    return choose(_lines(select(tree, rules.body)) or _found(tree, url), headline, byline)


def _tell_apart(tree: HtmlElement) -> None:
    """Marks the second and later copies of a paragraph beside the first: the author's own repetition.

    trafilatura drops a block that repeats the one before, or any block where little text was found. The mark, which
    readers do not see and `fold` takes out again, makes the copies differ.
    """
    seen: dict[tuple[HtmlElement | None, str], int] = {}
    for element in tree.iter("p", "blockquote"):
        place = (element.getparent(), fold(element.text_content()))
        copies = seen.get(place, 0)
        if copies and place[1]:
            element.text = _COPY_MARK * copies + (element.text or "")
        seen[place] = copies + 1


def _found(tree: HtmlElement, url: str) -> list[Line]:
    seen = witness.running_text(tree)
    lines = _extracted(tree, url)
    if witness.coverage(seen, lines) >= _ENOUGH_COVERED:
        return lines
    for element in tree.iter():
        element.attrib.pop("class", None)
    return max(lines, _extracted(tree, url), key=lambda found: witness.coverage(seen, found))


def _extracted(tree: HtmlElement, url: str) -> list[Line]:
    from trafilatura import bare_extraction  # noqa: PLC0415 - 0.3 s of imports that `import tracker` should not pay

    document = bare_extraction(tree, url=url, fast=True, include_comments=False, include_tables=True)
    found = getattr(document, "body", None)
    return [] if found is None else _lines([found])


def _lines(elements: Iterable[_Element]) -> list[Line]:
    lines: list[Line] = []
    for element in elements:
        buffer: list[str] = []
        _collect(element, buffer, lines)
        _flush(buffer, lines)
    return lines


def _collect(element: _Element, buffer: list[str], lines: list[Line]) -> None:
    """Depth is bounded by the parser (256)."""
    is_block = element.tag in _BLOCKS
    if is_block:
        _flush(buffer, lines)
    buffer.append(element.text or "")
    for child in element:
        _collect(child, buffer, lines)
        buffer.append(child.tail or "")
    if element.tag in _CELLS:
        buffer.append(" ")
    if is_block:
        _flush(buffer, lines, is_heading=element.tag in _HEADINGS)


def _flush(buffer: list[str], lines: list[Line], *, is_heading: bool = False) -> None:
    text = fold("".join(buffer))
    if text:
        lines.append(Line(text, is_heading))
    buffer.clear()
