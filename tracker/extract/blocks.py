"""Every line of a page, whoever's it is: what the two pages of one article are laid side by side with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.extract.lines import is_notice
from tracker.extract.text import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PARAGRAPHS = _HEADINGS | {"p", "li", "dt", "dd", "blockquote", "pre", "tr", "figcaption"}
# What begins a line of its own.
_BOXES = frozenset(
    {"body", "div", "center", "ul", "ol", "dl", "table", "br", "section", "article", "main", "header", "footer"}
    | {"aside", "nav", "form", "figure", "button", "label", "address", "details", "summary", "dialog", "hr", "fieldset"}
)
_BLOCKS = _PARAGRAPHS | _BOXES
_NO_TEXT = frozenset(
    {"script", "style", "svg", "noscript", "iframe", "template", "object", "video", "audio", "canvas"}
    | {"select", "option", "textarea", "head"}
)
_CELLS = frozenset({"td", "th"})
LOOSE = -1  # the part of the page that is no box of its own: what lies directly in <body>
_MOSTLY = 0.7  # of a line's characters: the share of links from which it is a link with a label, as in `prune`


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page. Two blocks of one page with the same `home` stand in the same box, side by side."""

    text: str
    home: int
    path: tuple[str, ...] = ()  # the tags from <body> down to it
    top: int = LOOSE  # which of the boxes in <body> it lies in, by their order
    links: tuple[Link, ...] = ()
    article: int = -1  # which <article> it lies in, the innermost, by their order; -1: in none

    @property
    def tag(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def is_paragraph(self) -> bool:
        return self.tag in _PARAGRAPHS

    @property
    def is_heading(self) -> bool:
        return self.tag in _HEADINGS

    @property
    def is_in_table(self) -> bool:
        return "table" in self.path

    @property
    def is_linked(self) -> bool:
        """Whether nearly all of it is a link."""
        linked = sum(len(link.text) for link in self.links)
        return bool(linked) and linked >= _MOSTLY * len(self.text)

    @property
    def is_all_link(self) -> bool:
        return self.is_linked and not is_notice(self.text)


@dataclass(slots=True)
class _Collector:
    """Depth is bounded by the parser (256)."""

    found: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    homes: dict[HtmlElement, int] = field(default_factory=dict)
    top: int = LOOSE
    articles: int = 0
    article: int = -1

    def walk(self, element: HtmlElement, path: tuple[str, ...], holder: HtmlElement) -> None:
        """`holder` is the innermost block round the element, `path` leads to it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _NO_TEXT:
            return
        around = self.article
        if tag in _BLOCKS:
            self._flush(path, holder)
            path, holder = (*path, tag), element
        if tag == "article":
            self.article, self.articles = self.articles, self.articles + 1
        self.pieces.append(element.text or "")
        for number, child in enumerate(element):
            if len(path) == 1 and element is holder:
                self.top = number
            self.walk(child, path, holder)
            self.pieces.append(child.tail or "")
        if tag == "a" and element.get("href"):
            self._link(element)
        if tag in _CELLS:
            self.pieces.append(" ")
        if tag in _BLOCKS:
            self._flush(path, holder)
        self.article = around

    def _link(self, element: HtmlElement) -> None:
        text = fold(element.text_content())
        if text:
            self.links.append(Link(text, element.get("href")))

    def _flush(self, path: tuple[str, ...], holder: HtmlElement) -> None:
        text = fold("".join(self.pieces))
        if text:
            parent = holder.getparent() if path and path[-1] in _PARAGRAPHS else None
            box = holder if parent is None else parent
            home = self.homes.setdefault(box, len(self.homes))
            top = LOOSE if box.tag == "body" else self.top
            self.found.append(Block(text, home, path, top, tuple(self.links), self.article))
        self.pieces.clear()
        self.links.clear()


def blocks(tree: HtmlElement) -> tuple[Block, ...]:
    """The page's lines in document order, folded. The tree stays as it is."""
    body = tree.find("body")
    root = tree if body is None else body
    collector = _Collector()
    collector.walk(root, (), root)
    return tuple(collector.found)
