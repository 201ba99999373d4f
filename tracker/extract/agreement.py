"""Two readings of one article's pages brought to agree on everything that did not change on the page.

The earlier reading leads. A line that stands on both pages is the article's on the later one if it was on the earlier
one, whatever an extractor makes of it today. Only what is really new on the page, or really gone from it, is left to
be judged, and there the article gets the benefit of the doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product

from tracker.extract.alignment import Alignment, align, resemblance
from tracker.extract.lines import Fields, Line, boilerplate_reason, is_notice
from tracker.extract.links import Exchange, exchanges
from tracker.extract.parts import Parts, parts
from tracker.extract.sides import MOST_COMPOSED, Side, taken_apart
from tracker.model import LeftOut

OUTSIDE = "stood on the earlier page too, outside the article"
ALL_LINK = "nothing but a link, which comes and goes"
OTHER_LINK = "a link in the text that leads elsewhere now"
IN_PLACE = "took the place of a line that was no part of the article"
SITE_LINE_ANEW = "stands in many articles of this site, and says nearly the same as before"
APART = "stands in a part of the page that holds nothing of the article"

# Two lines with this share of words in common are one line before and after an edit. A line that the extractor left
# out has to be more like it to be taken for an edit.
_LIKE = 0.4
_VERY_LIKE = 0.6
_ALIKE = 0.75  # a line of the site's own in another wording, such as another number: less alike, it is a new line
_MOST_PAIRS = 40_000  # of lines gone and new: past that only those in the same gap of the page are compared
_MOST_COMPARED = 200_000  # of all: a second's work; real pages have some hundreds
# Characters of a line that may be left out because of where it stands alone: teasers are shorter, and a longer line is
# running text, which is not lost on such grounds.
_LONGEST_TEASER = 200
# Share of the article's characters that must stand on the later page unchanged: below it the page was rewritten, and
# the earlier reading says nothing about it.
_KEPT_TO_TELL = 0.2
_SHORTEST_PARAGRAPH = 20  # characters of a new paragraph that the extractor left out, yet stands amid the article's


@dataclass(frozen=True, slots=True)
class Agreed:
    """The two texts, and what was left out of either for the sake of the other."""

    before: tuple[str, ...]
    now: tuple[str, ...]
    left_before: tuple[LeftOut, ...] = ()
    left_now: tuple[LeftOut, ...] = ()


@dataclass(slots=True)
class _Text:
    """A text in the making."""

    lines: list[str] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)

    def leave(self, lines: Iterable[str], reason: str) -> None:
        self.left += [LeftOut(line, reason) for line in lines]


def agree(
    old: Side,
    new: Side,
    rejected: frozenset[str] = frozenset(),
    site_lines: frozenset[str] = frozenset(),
    own: Sequence[Fields] = (),
) -> Agreed:
    """`rejected` are lines that the later page's reading left out for a reason of their own.

    `site_lines` are known as the site's own; they stay in both texts, but what became of one is left out. `own` is what
    the later page says in fields of their own: no new line of the text.
    """
    aligned = align([block.text for block in old.blocks], [block.text for block in new.blocks])
    agreement = _Agreement(old, _resolved(old, new, aligned), rejected, site_lines, tuple(own), aligned)
    if not agreement.is_telling:
        return Agreed(_read_alone(old), _read_alone(new))
    before, now = agreement.before(), agreement.now()
    return Agreed(tuple(before.lines), tuple(now.lines), tuple(before.left), tuple(now.left))


def _read_alone(side: Side) -> tuple[str, ...]:
    return tuple(line for lines in side.lines for line in lines)


def _resolved(old: Side, new: Side, aligned: Alignment) -> Side:
    """The new side with its new composed lines taken apart: what they were put together from may be old."""
    lines = list(new.lines)
    gone = [b.text for at, b in enumerate(old.blocks) if old.is_composed(at) and at not in aligned.new_of]
    fresh = [at for at in range(len(new.blocks)) if new.is_composed(at) and at not in aligned.old_of]
    for at in fresh[:MOST_COMPOSED]:
        if any(resemblance(text, new.blocks[at].text) >= _LIKE for text in gone[:MOST_COMPOSED]):
            continue
        pieces = taken_apart(new, at)
        if pieces:
            lines[at] = ()
        for place, text in pieces.items():
            lines[place] = lines[place] or text
    return Side(new.blocks, tuple(lines))


@dataclass(frozen=True)
class _Agreement:
    old: Side
    new: Side
    rejected: frozenset[str]
    site_lines: frozenset[str]
    own: tuple[Fields, ...]
    aligned: Alignment

    @property
    def is_telling(self) -> bool:
        def characters(places: Iterable[int]) -> int:
            return sum(len(line) for at in places for line in self.old.lines[at])

        kept = characters(self.aligned.old_of[at] for at in self._kept)
        return kept >= _KEPT_TO_TELL * characters(range(len(self.old.lines)))

    def before(self) -> _Text:
        text = _Text()
        exchanged = dict(self._exchanges.values())
        for at, lines in enumerate(self.old.lines):
            if at in exchanged:
                _put_common(text, exchanged[at], exchanged[at].old_links)
            elif lines and (reason := self._withdrawn(at)):
                text.leave(lines, reason)
            else:
                text.lines += lines
        return text

    def _withdrawn(self, at: int) -> str:
        """Why a line of the earlier text turns out to be none of the article's, now that it is gone; empty: it is."""
        if at in self.aligned.new_of or at in self._edited:
            return ""
        block = self.old.blocks[at]
        if block.is_all_link and not block.is_in_table:
            return ALL_LINK
        return APART if self._old_parts.is_apart(block) and not self.old.is_composed(at) else ""

    def now(self) -> _Text:
        text = _Text()
        for place in range(len(self.new.blocks)):
            at = self._turns.get(place, place)
            origin = self.aligned.old_of.get(at)
            if at in self._exchanges:
                exchange = self._exchanges[at][1]
                _put_common(text, exchange, exchange.new_links)
            elif origin is None:
                self._put_fresh(text, at)
            elif self.old.is_article(origin):
                text.lines += self.old.lines[origin]
            else:
                text.leave(self.new.lines[at], OUTSIDE)
        return text

    def _put_fresh(self, text: _Text, at: int) -> None:
        if reason := self._field(at):
            text.leave(self.new.lines[at], reason)
        elif part := self._kept_part(at):
            text.lines += part
        elif not self.new.is_article(at):
            text.lines += [self.new.blocks[at].text] if self._is_missed(at) else []
        elif reason := self._noise(at):
            text.leave(self.new.lines[at], reason)
        else:
            text.lines += self.new.lines[at]

    def _field(self, at: int) -> str:
        """Which field a new line is, that is no part of the text; empty: none."""
        block = self.new.blocks[at]
        line = Line(block.text, block.is_heading)
        return next((reason for known in self.own if (reason := known.reason(line))), "")

    def _kept_part(self, at: int) -> tuple[str, ...]:
        """What was read of a line that changed only where it was not read; empty: it changed, or was read whole."""
        origin = self._edits.get(at)
        if origin is None or self.old.blocks[origin].text in self.old.lines[origin]:
            return ()
        lines = self.old.lines[origin]
        return lines if all(line in self.new.blocks[at].text for line in lines) else ()

    def _noise(self, at: int) -> str:
        """Why a new line is not the article's; empty: it is."""
        block = self.new.blocks[at]
        if at in self._edits:
            return SITE_LINE_ANEW if self._is_of_the_site(block.text, self._edits[at]) else ""
        if block.is_all_link and not block.is_in_table:
            return ALL_LINK
        if label := boilerplate_reason(block.text):
            return label
        if self._parts.is_apart(block) and not self.new.is_composed(at):
            return APART
        if len(block.text) > _LONGEST_TEASER or is_notice(block.text):
            return ""
        is_replacement = block.path in self._gone_outside.get(self.aligned.new_gap[at], ())
        return IN_PLACE if is_replacement and block.home not in self._columns else ""

    def _is_of_the_site(self, text: str, origin: int) -> bool:
        lines = self.old.lines[origin]
        return all(line in self.site_lines and resemblance(line, text) >= _ALIKE for line in lines)

    def _is_missed(self, at: int) -> bool:
        """A line that the extractor left out, although it is the article's: an edit, or new amid its paragraphs."""
        if at in self._edits:
            return not self._is_of_the_site(self.new.blocks[at].text, self._edits[at])
        block = self.new.blocks[at]
        is_text = block.tag == "p" and block.home in self._columns and len(block.text) >= _SHORTEST_PARAGRAPH
        return (
            is_text and not block.is_all_link and block.text not in self.rejected and not boilerplate_reason(block.text)
        )

    @cached_property
    def _gone(self) -> tuple[int, ...]:
        """Lines of the article that the later page does not hold any more."""
        count = len(self.old.blocks)
        return tuple(at for at in range(count) if self.old.is_article(at) and at not in self.aligned.new_of)

    @cached_property
    def _fresh(self) -> tuple[int, ...]:
        """Lines of the later page that the earlier one did not hold."""
        return tuple(at for at in range(len(self.new.blocks)) if at not in self.aligned.old_of)

    @cached_property
    def _exchanges(self) -> dict[int, tuple[int, Exchange]]:
        return exchanges(
            {at: self.old.blocks[at] for at in self._gone}, {at: self.new.blocks[at] for at in self._fresh}
        )

    @cached_property
    def _turns(self) -> dict[int, int]:
        """Lists of links are shuffled at will: place -> the item that stood there in the earlier order."""
        origins = dict(self.aligned.old_of) | {at: origin for at, (origin, _) in self._exchanges.items()}
        lists: dict[int, list[int]] = defaultdict(list)
        for at in sorted(origins):
            if self.old.is_article(origins[at]) and self.new.blocks[at].tag == "li":
                lists[self.new.blocks[at].home].append(at)
        turns: dict[int, int] = {}
        for places in lists.values():
            if all(self.new.blocks[at].links for at in places):
                turns |= zip(places, sorted(places, key=lambda at: origins[at]), strict=True)
        return turns

    @cached_property
    def _gone_outside(self) -> Mapping[int, set[tuple[str, ...]]]:
        """Of each gap, the kinds of the lines that went and were no part of the article."""
        paths: dict[int, set[tuple[str, ...]]] = defaultdict(set)
        for at, block in enumerate(self.old.blocks):
            if at not in self.aligned.new_of and not self.old.is_article(at):
                paths[self.aligned.old_gap[at]].add(block.path)
        return paths

    @cached_property
    def _kept(self) -> tuple[int, ...]:
        """Lines of the later page that were the article's on the earlier one."""
        return tuple(at for at, origin in self.aligned.old_of.items() if self.old.is_article(origin))

    @cached_property
    def _columns(self) -> frozenset[int]:
        """Boxes of the later page that hold two or more of the article's kept paragraphs directly."""
        held: dict[int, int] = defaultdict(int)
        for at in self._kept:
            if self.new.blocks[at].is_paragraph:
                held[self.new.blocks[at].home] += 1
        return frozenset(home for home, count in held.items() if count >= 2)

    @cached_property
    def _parts(self) -> Parts:
        """Where the article stands on the later page."""
        return _parts_of(self.new, self._kept)

    @cached_property
    def _old_parts(self) -> Parts:
        """Where it stood on the earlier page."""
        return _parts_of(self.old, [self.aligned.old_of[at] for at in self._kept])

    @cached_property
    def _edited(self) -> frozenset[int]:
        return frozenset(self._edits.values())

    @cached_property
    def _edits(self) -> dict[int, int]:
        """New line -> the line of the article that became it: most alike first, each once."""
        scored = []
        for origin, at in islice(self._candidates(), _MOST_COMPARED):
            likeness = resemblance(self.old.blocks[origin].text, self.new.blocks[at].text)
            if likeness >= (_LIKE if self.new.is_article(at) else _VERY_LIKE):
                scored.append((-likeness, origin, at))
        edits: dict[int, int] = {}
        used: set[int] = set()
        for _, origin, at in sorted(scored):
            if at not in edits and origin not in used:
                edits[at] = origin
                used.add(origin)
        return edits

    def _candidates(self) -> Iterable[tuple[int, int]]:
        exchanged = {origin for origin, _ in self._exchanges.values()}
        gone = [at for at in self._gone if at not in exchanged]
        fresh = [at for at in self._fresh if at not in self._exchanges]
        if len(gone) * len(fresh) <= _MOST_PAIRS:
            read = [at for at in fresh if self.new.is_article(at)]
            yield from product(gone, read)
            fresh = [at for at in fresh if not self.new.is_article(at)]
        near: dict[int, list[int]] = defaultdict(list)
        for at in fresh:
            near[self.aligned.new_gap[at]].append(at)
        for origin in gone:
            yield from ((origin, at) for at in near.get(self.aligned.old_gap[origin], ()))


def _parts_of(side: Side, kept: Iterable[int]) -> Parts:
    whole = [at for at in range(len(side.blocks)) if not side.is_composed(at)]
    held = frozenset(kept)
    return parts(
        (side.blocks[at] for at in whole),
        (side.blocks[at] for at in whole if side.is_article(at)),
        [side.blocks[at] for at in whole if at in held],
    )


def _put_common(text: _Text, exchange: Exchange, links: tuple[str, ...]) -> None:
    if exchange.common is None:
        text.leave(links, ALL_LINK)
    else:
        text.lines.append(exchange.common)
        text.leave(links, OTHER_LINK)
