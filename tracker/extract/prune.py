"""Taking out of the tree what is surely not the article, by what it is made of rather than by its classes' names.

Class names are often machine-made and change with every release of a site; that a block is nothing but a link, or
holds a form for mail addresses, does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from lxml import etree

from tracker.extract.lines import is_notice
from tracker.extract.text import fold
from tracker.model import LeftOut

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ALL_LINK = "nothing but a link"
SIGN_UP = "asks for a mail address"
BOX = "a box beside the text"

# What trafilatura would take out as well, but only after it has copied the tree twice: 8 % of the whole time.
_FURNITURE = (
    "head",
    "nav",
    "footer",
    "aside",
    "form",
    "button",
    "input",
    "label",
    "textarea",
    "dialog",
    "menu",
    "picture",
)
_DROPPED = "dropped"
_NO_TEXT = (
    "script",
    "style",
    "svg",
    "noscript",
    "iframe",
    "template",
    "object",
    "video",
    "audio",
    "canvas",
    "select",
    "option",
)
_BOXES = ("aside", "form")  # those of the furniture that hold text as often as buttons
_LISTS = frozenset({"ul", "ol"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = (
    _HEADINGS
    | {"p", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "table", "td", "th", "figure"}
    | {"div", "section", "article", "main", "header", "footer", "aside", "nav", "form"}
)
# Blocks that are judged by their links. A table's cell is not: a table of links may be the article's own.
_JUDGED = (_HEADINGS - {"h1"}) | {"p", "li"}
# "Read more: <link>": what stands beside the link is a label. A sentence with a long link in it has more around it.
_LINK_SHARE = 0.7
_LONGEST_LABEL = 30  # characters
_LONGEST_TEASER = 400  # characters
_MOST_PARAGRAPHS = 2  # of such a box; a short article has more
_LONGEST_SIGN_UP = 700  # characters of a box round a form for mail addresses
_SHORTEST_PARAGRAPH = 60  # characters of a paragraph that shows that its box is a column of text
_LONGEST_TOLD = 1_000  # characters: what was left out is kept for the reader, not the whole of a mistaken page
# What may stand round the whole page, and the share of all paragraphs' characters that shows that it does.
_WRAPPERS = ("form", "noscript")
_MOST_OF_THE_TEXT = 0.5


def strip(tree: HtmlElement) -> None:
    """Takes out, in place, what shows no text of the page. To be done before `prune`."""
    _unwrap(tree)
    etree.strip_elements(tree, *_NO_TEXT, with_tail=False)


def prune(tree: HtmlElement) -> tuple[LeftOut, ...]:
    """Changes the tree in place. Told are those that stood amid paragraphs, where a reader may take them for text."""
    left: list[LeftOut] = []
    for find, reason in ((_linked_blocks, ALL_LINK), (_link_paragraphs, ALL_LINK), (_sign_ups, SIGN_UP)):
        found = find(tree)
        left += _told(found, reason)
        drop(tree, found)
    left += _told(tree.iter(*_BOXES), BOX)
    etree.strip_elements(tree, *_FURNITURE, with_tail=False)
    return tuple(left)


def _told(elements: Iterable[HtmlElement], reason: str) -> list[LeftOut]:
    is_column: dict[HtmlElement | None, bool] = {}
    told = []
    for element in elements:
        home = element.getparent()
        if home is not None and home.tag in _LISTS:
            home = home.getparent()
        if home not in is_column:
            is_column[home] = home is not None and _is_column(home)
        if is_column[home] and (text := fold(" ".join(element.itertext()))):
            told.append(LeftOut(text[:_LONGEST_TOLD], reason))
    return told


def _is_column(home: HtmlElement) -> bool:
    """Whether a box holds two or more paragraphs of some length directly."""
    long = (child for child in home.iterchildren("p") if len(child.text_content()) >= _SHORTEST_PARAGRAPH)
    return len(list(islice(long, 2))) == 2


def _unwrap(tree: HtmlElement) -> None:
    """Forms and noscripts round the article become plain boxes: old ASP.NET pages are one form from top to bottom."""
    if next(tree.iter(*_WRAPPERS), None) is None:
        return
    held: dict[HtmlElement, int] = defaultdict(int)
    whole = 0
    for paragraph in tree.iter("p"):
        characters = len(paragraph.text_content())
        whole += characters
        for wrapper in paragraph.iterancestors(*_WRAPPERS):
            held[wrapper] += characters
    for wrapper in list(tree.iter(*_WRAPPERS)):
        least = 0 if _holds_a_page(wrapper) else _LONGEST_SIGN_UP
        if held[wrapper] > max(least, _MOST_OF_THE_TEXT * whole) or (not whole and not least):
            wrapper.tag = "div"


def _holds_a_page(wrapper: HtmlElement) -> bool:
    """Whether the page's headline is in it, or the field by which ASP.NET keeps the state of a whole page."""
    fields = (field.get("name") for field in wrapper.iter("input"))
    return wrapper.tag == "form" and (next(wrapper.iter("h1"), None) is not None or "__VIEWSTATE" in fields)


def drop(tree: HtmlElement, elements: list[HtmlElement]) -> None:
    """Takes elements out of the tree, leaving what follows each in its place."""
    for element in elements:
        if element is not tree:
            element.tag = _DROPPED
    etree.strip_elements(tree, _DROPPED, with_tail=False)


def _linked_blocks(tree: HtmlElement) -> list[HtmlElement]:
    """Links round whole blocks: teasers. Short ones only, for an unclosed link may hold the rest of the page."""
    links = [
        link
        for link in tree.iter("a")
        if link.get("href") and any(child.tag in _BLOCKS for child in link.iterdescendants())
    ]
    return [link for link in links if len(fold(link.text_content())) <= _LONGEST_TEASER]


def _link_paragraphs(tree: HtmlElement) -> list[HtmlElement]:
    linked: dict[HtmlElement, int] = defaultdict(int)
    for link in tree.iter("a"):
        block = next((parent for parent in link.iterancestors() if parent.tag in _BLOCKS), None)
        if block is not None and block.tag in _JUDGED:
            linked[block] += len(fold(link.text_content()))
    found = [block for block, characters in linked.items() if _is_all_link(block, characters)]
    notices = [block for block in found if is_notice(fold(block.text_content()))]
    for block in notices:  # trafilatura, too, takes a line that is all link for none of the text
        etree.strip_tags(block, "a")
    return [block for block in found if block not in notices]


def _is_all_link(block: HtmlElement, linked: int) -> bool:
    if any(child.tag in _BLOCKS for child in block):
        return False
    whole = len(fold(block.text_content()))
    return bool(linked) and linked >= _LINK_SHARE * whole and whole - linked <= _LONGEST_LABEL


def _sign_ups(tree: HtmlElement) -> list[HtmlElement]:
    """The largest box round a form for mail addresses that holds little else."""
    boxes = []
    for field in tree.iter("input"):
        if field.get("type", "").lower() == "email":
            boxes += _small_box(field)
    return boxes


def _small_box(field: HtmlElement) -> list[HtmlElement]:
    box = None
    for parent in field.iterancestors():
        if parent.tag in ("body", "html", "main", "article") or len(parent.findall(".//p")) > _MOST_PARAGRAPHS:
            break
        if len(fold(parent.text_content())) > _LONGEST_SIGN_UP:
            break
        box = parent
    return [] if box is None else [box]
