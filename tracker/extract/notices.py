"""Notices of edits that stand beside the article's column: in a box, in its foot, right after the article or before it.

A correction notice is the last thing to lose, and outlets set it where boxes of no interest stand. Elsewhere on a page
such a line is another article's, or tells of the site's policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from tracker.extract.blocks import Block, blocks
from tracker.extract.lines import Body, boilerplate_reason, may_hold_notice, tells_of_an_edit
from tracker.extract.sides import Side, side

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MOST = 20  # notices of a page that are sought: each costs a walk through it
_LONGEST = 1_500  # characters of a notice
_MOST_BETWEEN = 4  # lines between a notice and the text: headline, kicker, names and date; or labels to share it by
_NOWHERE = frozenset({"nav", "form", "dialog", "button", "menu", "li"})  # links, comments, questions to the reader
_BOXES = frozenset({"aside", "footer", "header"})  # the site's own, unless they are the article's


def page_with_notices(tree: HtmlElement) -> tuple[Block, ...]:
    """The page's lines, where a notice is among them; empty for nearly every page. To be asked before it is pruned."""
    if not may_hold_notice("\n".join(tree.itertext())):
        return ()
    page = blocks(tree)
    return page if any(map(_is_candidate, page)) else ()


def with_notices(body: Body, page: Sequence[Block]) -> Body:
    """The body with the notices that stand in or beside its article, each in its place on the page."""
    if not page or not body.paragraphs:
        return body
    read = side(page, body.paragraphs)
    held = "".join(body.paragraphs).replace(" ", "")
    paragraphs = list(body.paragraphs)
    known = set(paragraphs)
    lost = (at for at, block in enumerate(read.blocks) if block.text not in known and _is_candidate(block))
    for at in reversed(list(islice(lost, _MOST))):
        block = read.blocks[at]
        if block.text.replace(" ", "") not in held and _is_near(read, at):
            paragraphs.insert(_place(read, at, paragraphs), block.text)
    rescued = set(paragraphs) - known
    left = tuple(line for line in body.left_out if line.text not in rescued)
    return replace(body, paragraphs=tuple(paragraphs), left_out=left)


def _is_candidate(block: Block) -> bool:
    if len(block.text) > _LONGEST or not tells_of_an_edit(block.text) or boilerplate_reason(block.text):
        return False
    return not block.is_linked and _NOWHERE.isdisjoint(block.path)


def _is_near(read: Side, at: int) -> bool:
    """In the article's own element, or amid its lines, or so close to them that only its head or foot lies between."""
    lines = [place for place in range(len(read.blocks)) if read.is_article(place) and not read.is_composed(place)]
    if not lines:
        return False
    block = read.blocks[at]
    home = Counter(read.blocks[place].article for place in lines).most_common(1)[0][0]
    if block.article == home != -1 or lines[0] < at < lines[-1]:
        return True
    between = min(abs(place - at) for place in lines) - 1
    return block.article == -1 and _BOXES.isdisjoint(block.path) and between <= _MOST_BETWEEN


def _place(read: Side, at: int, paragraphs: Sequence[str]) -> int:
    """Behind the last paragraph that stands before it on the page."""
    before = next((lines[-1] for lines in reversed(read.lines[:at]) if lines), None)
    return 0 if before is None else paragraphs.index(before) + 1
