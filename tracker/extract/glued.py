"""Text that trafilatura gave in one piece, laid out again as it stands on the page.

Where it finds nothing that looks like an article (short texts, boxes and line breaks instead of paragraphs), it falls
back on all the text of the page as one line, the headline in front.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from tracker.extract.blocks import Block, blocks
from tracker.extract.lines import Line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MOST = 0.5  # of the characters: what paragraphs hold on a page that is written in paragraphs


def laid_out(tree: HtmlElement, lines: list[Line]) -> list[Line]:
    """The lines of the page that the one line is made of; the lines as they are where it is none such.

    The site's own head is not the article's; nor, where paragraphs hold most, what stands in bare boxes beside.
    """
    if len(lines) != 1:
        return lines
    run = _run(blocks(tree), _squeezed(lines[0].text))
    own = [block for block in run if not block.is_all_link and not _is_site_head(block)]
    marked = [block for block in own if block.is_paragraph]
    kept = marked if _length(marked) >= _MOST * _length(own) else own
    return [Line(block.text, block.is_heading) for block in kept] or lines


def _length(page: Sequence[Block]) -> int:
    return sum(len(block.text) for block in page if not block.is_heading)


def _is_site_head(block: Block) -> bool:
    return "header" in block.path and not {"article", "main"} & set(block.path)


def _run(page: Sequence[Block], wanted: str) -> Sequence[Block]:
    """Two or more neighbours whose texts together are the wanted one, blanks aside; none where there are no such."""
    texts = [_squeezed(block.text) for block in page]
    ends = list(accumulate(map(len, texts)))
    found = "".join(texts).find(wanted)
    starts = [end - len(text) for end, text in zip(ends, texts, strict=True)]
    if found not in starts or found + len(wanted) not in ends:
        return ()
    run = page[starts.index(found) : ends.index(found + len(wanted)) + 1]
    return run if len(run) > 1 else ()


def _squeezed(text: str) -> str:
    return text.replace(" ", "")
