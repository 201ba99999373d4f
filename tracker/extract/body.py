"""The article's text: the tree cleaned, trafilatura's choice of blocks, then the lines that are the article's own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.extract import notices, witness
from tracker.extract.glued import laid_out
from tracker.extract.lines import NO_FIELDS, Body, Fields, Line, choose
from tracker.extract.prune import drop, prune, strip
from tracker.extract.rules import NO_RULES, SiteRules, select
from tracker.extract.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element
    from lxml.html import HtmlElement

# Below this share of the witness's text, a class name misled trafilatura: it is asked again without class names.
# Anything from .5 to .7 gave the same on 160 real pages; above, pages whose lists were rightly left out are read again.
_ENOUGH_COVERED = 0.7
# Of the first reading's characters: a label or two may go.
_NOTHING_LESS = 0.95
_HEADINGS = frozenset({"head", "h1", "h2", "h3", "h4", "h5", "h6"})
# What begins a line of its own, in trafilatura's tree and in HTML.
_BLOCKS = (
    _HEADINGS
    | {"p", "item", "quote", "list", "table", "row", "lb", "code", "div", "body"}
    | {"li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "tr", "br", "figcaption"}
    | {"section", "article", "main", "header"}
)
_COPY_MARKS = {"0": "\u200b", "1": "\u2060"}  # zero-width space and word joiner: the digits of a copy's number
_CELLS = frozenset({"cell", "td", "th"})


def find_body(tree: HtmlElement, url: str, own: Fields = NO_FIELDS, rules: SiteRules = NO_RULES) -> Body:
    """The article in `tree`, without what its fields say; no paragraphs when there is none. The tree is used up."""
    for selector in rules.remove:
        drop(tree, select(tree, selector))
    strip(tree)
    noticed = notices.page_with_notices(tree)
    pruned = prune(tree)
    _tell_apart(tree)
    named = _lines(select(tree, rules.body))
    body = choose(named or _found(tree, url), own)
    whole = replace(body, left_out=(*pruned, *body.left_out))
    return whole if named else notices.with_notices(whole, noticed)


def _tell_apart(tree: HtmlElement) -> None:
    """Marks the second and later copies of a paragraph beside the first: the author's own repetition.

    trafilatura drops a block that repeats the one before, or any block where little text was found. The mark, which
    readers do not see and `fold` takes out again, makes the copies differ.
    """
    seen: dict[tuple[HtmlElement | None, str], int] = {}
    for element in tree.iter("p", "blockquote"):
        place = (element.getparent(), element.text_content().strip())
        copies = seen.get(place, 0)
        if copies and place[1]:
            element.text = _copy_mark(copies) + (element.text or "")
        seen[place] = copies + 1


def _copy_mark(number: int) -> str:
    """Binary: as many marks as copies would let a page of 100,000 equal paragraphs grow by the square of them."""
    return "".join(_COPY_MARKS[digit] for digit in f"{number:b}")


def _found(tree: HtmlElement, url: str) -> list[Line]:
    seen = witness.running_text(tree)
    body = _extracted(tree, url)
    lines = _lines(body)
    if witness.coverage(seen, lines) < _ENOUGH_COVERED:
        for element in tree.iter():
            element.attrib.pop("class", None)
        body, lines = max(
            ((found, _lines(found)) for found in (body, _extracted(tree, url))),
            key=lambda reading: witness.coverage(seen, reading[1]),
        )
    lines = laid_out(tree, lines)
    return lines if _has_structure(body) else _with_lists(tree, url, lines)


def _extracted(tree: HtmlElement, url: str) -> list[_Element]:
    """trafilatura's choice: one element, or none."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - 0.3 s of imports that `import tracker` should not pay

    document = bare_extraction(tree, url=url, fast=True, include_comments=False, include_tables=True)
    found = getattr(document, "body", None)
    return [] if found is None else [found]


def _has_structure(body: list[_Element]) -> bool:
    return any(next(element.iter("list", "head"), None) is not None for element in body)


def _with_lists(tree: HtmlElement, url: str, lines: list[Line]) -> list[Line]:
    """The lines again, with the lists and headings between them, where there are such.

    Where no element of the page looks like an article's frame, trafilatura gathers bare paragraphs and leaves every
    list out. The frame is then marked as the article, and its bare boxes of text as paragraphs. The second reading
    counts only when it has nothing less than the first.
    """
    frame = witness.frame_of_lost_lists(tree, lines)
    if frame is None:
        return lines
    if frame.tag == "body":
        frame = _boxed(frame)
    frame.tag = "article"
    for box in frame.iter("div"):
        if fold(box.text) and not any(child.tag in _BLOCKS for child in box):
            box.tag = "p"
    again = _lines(_extracted(tree, url))
    return again if witness.coverage(tuple(line.text for line in lines), again) >= _NOTHING_LESS else lines


def _boxed(body: HtmlElement) -> HtmlElement:
    """A box round everything in <body>."""
    box = body.makeelement("div")
    box.text, body.text = body.text, None
    box.extend(list(body))
    body.append(box)
    return box


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
