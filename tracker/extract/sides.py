"""A page's lines, and which of them the article was read from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.extract.alignment import align, resemblance
from tracker.extract.blocks import Block

_NO_HOME = -1
_ALIKE = 0.8  # share of words in common of a line of the page and what was read from it
# Lines that are no whole line of the page, past which their place is not looked for: every one costs a whole page.
MOST_COMPOSED = 30


@dataclass(frozen=True, slots=True)
class Side:
    """The lines of a page in order, and the lines of the article that were read from each of them."""

    blocks: tuple[Block, ...]
    lines: tuple[tuple[str, ...], ...]

    def is_article(self, at: int) -> bool:
        return bool(self.lines[at])

    def is_composed(self, at: int) -> bool:
        """Whether the extractor put the line together from several of the page, or from parts of them."""
        return self.blocks[at].home == _NO_HOME


def side(blocks: Sequence[Block], paragraphs: Sequence[str]) -> Side:
    """Which of the page's lines the article's paragraphs were read from.

    On real pages 99 in 100 paragraphs are whole lines; others are a piece of one. A paragraph that is no line of the
    page (the extractor joined some) becomes a line of its own, after the paragraph before it.
    """
    squeezed = [_squeezed(block.text) for block in blocks]
    place_of = _amid_the_others(blocks, align([_squeezed(text) for text in paragraphs], squeezed).new_of)
    taken: dict[int, list[str]] = defaultdict(list)
    composed: dict[int, list[str]] = defaultdict(list)
    last, sought = -1, 0
    for number, text in enumerate(paragraphs):
        place = place_of.get(number)
        if place is None and sought < MOST_COMPOSED:
            sought += 1
            place = _holder(_squeezed(text), squeezed, last)
            place = _like(text, blocks) if place is None else place
        if place is None:
            composed[last].append(text)
        else:
            taken[place].append(text)
            last = place
    return _joined(blocks, taken, composed)


def taken_apart(side: Side, at: int) -> dict[int, tuple[str, ...]]:
    """The lines of the page that a composed line was put together from, by place; empty where it was not."""
    wanted = _squeezed("".join(side.lines[at]))
    plain = [number for number in range(len(side.blocks)) if not side.is_composed(number)]
    squeezed = [_squeezed(side.blocks[number].text) for number in plain]
    for start, text in enumerate(squeezed):
        if not wanted.startswith(text):
            continue
        end, held = start, ""
        while end < len(plain) and len(held) < len(wanted):
            held += squeezed[end]
            end += 1
        if held == wanted:
            return {number: (side.blocks[number].text,) for number in plain[start:end]}
    return {}


def _amid_the_others(blocks: Sequence[Block], place_of: Mapping[int, int]) -> dict[int, int]:
    """The places, where a line stands several times on the page: that one whose box holds most of the article.

    A teaser, a summary or a caption may repeat a paragraph; when the paragraph goes, it must not be taken for it.
    """
    held = Counter(blocks[place].home for place in place_of.values())
    copies: dict[str, list[int]] = defaultdict(list)
    for place in set(range(len(blocks))) - set(place_of.values()):
        copies[blocks[place].text].append(place)
    found = dict(place_of)
    for number, place in place_of.items():
        others = copies.get(blocks[place].text, [])
        best = max(others, key=lambda other: held[blocks[other].home], default=place)
        if held[blocks[best].home] > held[blocks[place].home]:
            others.remove(best)
            found[number] = best
    return found


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


def _holder(wanted: str, squeezed: Sequence[str], last: int) -> int | None:
    return next((at for at in range(max(last, 0), len(squeezed)) if wanted in squeezed[at]), None)


def _like(wanted: str, blocks: Sequence[Block]) -> int | None:
    """The line that holds nearly all of the words, and few more: some of it, such as a button, was not read."""
    fewest, most = _ALIKE * len(wanted), len(wanted) / _ALIKE
    near = [at for at, block in enumerate(blocks) if fewest <= len(block.text) <= most]
    best = max(near, key=lambda at: resemblance(wanted, blocks[at].text), default=None)
    return best if best is not None and resemblance(wanted, blocks[best].text) >= _ALIKE else None


def _joined(blocks: Sequence[Block], taken: Mapping[int, list[str]], composed: Mapping[int, list[str]]) -> Side:
    found: list[tuple[Block, tuple[str, ...]]] = []
    for at in range(-1, len(blocks)):
        if at >= 0:
            found.append((blocks[at], tuple(taken.get(at, ()))))
        found += [(Block(text, _NO_HOME, ("p",)), (text,)) for text in composed.get(at, ())]
    return Side(tuple(block for block, _ in found), tuple(lines for _, lines in found))
