"""Lines whose links were exchanged, with everything round them as it was."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.extract.blocks import Block, Link
from tracker.extract.text import fold

# Words beside the exchanged links from which a line is text with a link in it; with fewer it is a link with a label.
_FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Exchange:
    """What both lines say without the exchanged links (None: nothing to speak of), and the links' own words."""

    common: str | None
    old_links: tuple[str, ...]
    new_links: tuple[str, ...]


def exchanges(old: Mapping[int, Block], new: Mapping[int, Block]) -> dict[int, tuple[int, Exchange]]:
    """For places of lines that came: the place of the line that went, whose links alone were exchanged.

    A link is exchanged when both its words and its address are others. Where the address stayed, somebody edited the
    words; a line all of whose words changed is another line.
    """
    waiting: dict[tuple[tuple[str, ...], str], deque[int]] = defaultdict(deque)
    for at, block in old.items():
        if block.links:
            waiting[_likeness(block)].append(at)
    found = {}
    for at, block in new.items():
        candidates = waiting.get(_likeness(block))
        if block.links and candidates and (exchange := _exchange(old[candidates[0]], block)):
            found[at] = (candidates.popleft(), exchange)
    return found


def _likeness(block: Block) -> tuple[tuple[str, ...], str]:
    """What two such lines have in common: the words round the links; the place as well where these are few."""
    around = _without(block.text, block.links)
    is_text = len(around.split()) >= _FEWEST_WORDS
    return (block.tag,) if is_text else block.path, around


def _exchange(old: Block, new: Block) -> Exchange | None:
    if len(old.links) != len(new.links):
        return None
    pairs = list(zip(old.links, new.links, strict=True))
    changed = [(a, b) for a, b in pairs if a.text != b.text and a.address != b.address]
    if any(a.text != b.text and a.address == b.address for a, b in pairs) or not changed:
        return None
    common = _without(old.text, [a for a, _ in changed])
    is_text = len(common.split()) >= _FEWEST_WORDS
    return Exchange(common if is_text else None, tuple(a.text for a, _ in changed), tuple(b.text for _, b in changed))


def _without(text: str, links: Iterable[Link]) -> str:
    for link in links:
        text = text.replace(link.text, " ", 1)
    return fold(text)
