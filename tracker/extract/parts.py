"""The part of a page in which its article stands: the box in <body> that holds most of it, where there is such a box.

A banner or a panel lies in a box of its own beside that one. But where a page has no such box, every paragraph of the
article, or every section, is one more child of <body>, and nothing can be told from where a line lies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tracker.extract.blocks import LOOSE, Block
from tracker.extract.lines import is_notice

_MOST = 0.5  # of the article's characters: what the box holds that is called its part of the page
_FEWEST = 2  # lines of such a box, the headline among them: a box round one paragraph is that paragraph


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the article's lines stand. `is_telling`: most of them stand in one box."""

    tops: frozenset[int]
    paths: frozenset[tuple[str, ...]]
    is_telling: bool

    def is_apart(self, block: Block) -> bool:
        """Whether a line lies where nothing of the article is, and unlike any of its lines.

        A notice is sought wherever it stands; what lies in <body> itself is in no part, and so in none beside it.
        """
        if not self.is_telling or block.top in self.tops or block.top == LOOSE:
            return False
        return block.path not in self.paths and not is_notice(block.text)


def parts(page: Iterable[Block], article: Iterable[Block], kept: Collection[Block]) -> Parts:
    """`article` are the lines that were read as the article's, `kept` those of them that both pages hold."""
    weight: Counter[int] = Counter()
    for block in article:
        weight[block.top] += len(block.text)
    tops = frozenset(block.top for block in kept)
    home = max(tops, key=lambda top: weight[top], default=LOOSE)
    is_box = home != LOOSE and sum(block.top == home for block in page) >= _FEWEST
    return Parts(tops, frozenset(block.path for block in kept), is_box and weight[home] >= _MOST * weight.total())
