"""From hunks to sentences: which of the touched ones were kept, split or merged, and which came or went.

The hunks say which text stayed. A sentence of the old text and one of the new belong together if enough of their
letters are text that stayed; everything else follows from that, so the kinds can never contradict the script.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.classify.sentences import Outline, Span
from tracker.diff.sentences import split_sentences
from tracker.model import Diff, Hunk, UnitMatch

# Below this share of the longer sentence's letters that stayed, more of it is new than old: it was rewritten.
_KEPT_SHARE = 0.45
# With so much of the shorter one kept, the longer is the same sentence with something added, or cut from it.
_KEPT_SHARE_OF_SHORTER = 0.7

# Characters: with fewer more on one side, no sentence was put in behind the other.
_SHORTEST_SENTENCE = 8
# Where a sentence may end before the unit does: only then is it worth being cut. What follows decides ("no. the").
_INNER_END = re.compile(r"[.!?…؟۔।॥།។።၊။][\"'”’»)\]]*\s|[。！？｡]")
# So few are gone through faster than they are searched.
_FEW_HUNKS = 8


@dataclass(frozen=True)
class Window:
    """Neighbouring sentences on both sides that hunks touch; the text around them is unchanged."""

    old: tuple[Span, ...]
    new: tuple[Span, ...]
    hunks: Sequence[Hunk]
    holds_lines: bool = False  # whole paragraphs, all of them put in or all taken out by the one hunk


@dataclass(frozen=True)
class Group:
    """Sentences that belong together: 1-1 kept, 1-n split, n-1 merged; not kept: n old ones gone, m new ones there."""

    old: tuple[Span, ...]
    new: tuple[Span, ...]
    is_kept: bool


@dataclass(slots=True)
class _Extent:
    """Whole sentences on both sides, equally far from the outermost hunks: it begins and ends in kept text."""

    hunks: list[Hunk]
    old_start: int
    old_end: int
    new_start: int
    new_end: int
    is_lines: bool = False  # see Window.holds_lines
    is_match: bool = False  # exactly one sentence on either side, matched by the diff


class SentenceMatches:
    """The edited sentences that the diff has matched one to one: their places need not be found again."""

    def __init__(self, diff: Diff) -> None:
        self._units = [
            unit
            for unit in diff.units
            if unit.level == "sentence" and unit.old_count == unit.new_count == 1 and _is_pair(diff, unit)
        ]
        self._starts = [unit.old_start for unit in self._units]

    def old_sentences(self) -> list[Span]:
        return [Span(unit.old_start, unit.old_end) for unit in self._units]

    def new_sentences(self) -> list[Span]:
        return sorted(Span(unit.new_start, unit.new_end) for unit in self._units)

    def extent(self, hunk: Hunk) -> _Extent | None:
        """The two sentences, if the hunk lies in a pair of them."""
        at = bisect.bisect_right(self._starts, hunk.old_start) - 1
        if at < 0:
            return None
        unit = self._units[at]
        if hunk.old_end > unit.old_end or hunk.new_start < unit.new_start or hunk.new_end > unit.new_end:
            return None
        return _Extent([hunk], unit.old_start, unit.old_end, unit.new_start, unit.new_end, is_match=True)


def _is_pair(diff: Diff, unit: UnitMatch) -> bool:
    """Whether the unit is one sentence on either side, also by the rule that cuts sentences here.

    The diff takes a paragraph of one sentence for one sentence still where another was put in behind it.
    """
    if not _has_clean_edges(diff.old, unit.old_start, unit.old_end):
        return False
    if not _has_clean_edges(diff.new, unit.new_start, unit.new_end):
        return False
    if abs((unit.old_end - unit.old_start) - (unit.new_end - unit.new_start)) < _SHORTEST_SENTENCE and not (
        _INNER_END.search(diff.old, unit.old_start, unit.old_end)
        or _INNER_END.search(diff.new, unit.new_start, unit.new_end)
    ):
        return True
    old = split_sentences(diff.old, unit.old_start, unit.old_end)
    return len(old) == len(split_sentences(diff.new, unit.new_start, unit.new_end)) == 1


def _has_clean_edges(text: str, start: int, end: int) -> bool:
    return not (text[start].isspace() or text[end - 1].isspace())


def windows(hunks: Iterable[Hunk], old: Outline, new: Outline, matches: SentenceMatches) -> Iterator[Window]:
    """Hunks gathered by the sentences that they touch, in order."""
    held: list[_Extent] = []
    for hunk in hunks:
        if held and held[-1].old_end >= hunk.old_end and held[-1].new_end >= hunk.new_end:
            _take_in(held[-1], hunk, old, new)
            continue
        extent = matches.extent(hunk) or _extent(hunk, old, new)
        while held and (held[-1].old_end > extent.old_start or held[-1].new_end > extent.new_start):
            extent = _joined(held.pop(), extent)
        held.append(extent)
    for extent in held:
        if extent.is_lines:
            yield _lines(extent, old, new)
        elif extent.is_match:
            old_sentence, new_sentence = Span(extent.old_start, extent.old_end), Span(extent.new_start, extent.new_end)
            yield Window((old_sentence,), (new_sentence,), extent.hunks)
        else:
            yield Window(
                old.sentences_between(extent.old_start, extent.old_end),
                new.sentences_between(extent.new_start, extent.new_end),
                extent.hunks,
            )


def _lines(extent: _Extent, old: Outline, new: Outline) -> Window:
    """Whole paragraphs need no cutting into sentences."""
    old_lines = old.lines_between(extent.old_start, extent.old_end)
    return Window(old_lines, new.lines_between(extent.new_start, extent.new_end), extent.hunks, holds_lines=True)


def _are_lines(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is whole lines, each with the line break before it, or each with the one after it."""
    if text[start] == "\n":
        return end == len(text) or text[end] == "\n"
    return text[end - 1] == "\n" and (not start or text[start - 1] == "\n")


def _take_in(extent: _Extent, hunk: Hunk, old: Outline, new: Outline) -> None:
    """One more hunk in the same sentences: only where they end has to be found anew."""
    extent.hunks.append(hunk)
    if extent.is_match:
        return
    after = _reach_on(hunk, old, new)
    extent.old_end, extent.new_end = hunk.old_end + after, hunk.new_end + after


def _joined(left: _Extent, right: _Extent) -> _Extent:
    left.hunks += right.hunks
    return _Extent(left.hunks, left.old_start, right.old_end, left.new_start, right.new_end)


def _extent(hunk: Hunk, old: Outline, new: Outline) -> _Extent:
    if _holds_lines(hunk, old, new):
        return _Extent([hunk], hunk.old_start, hunk.old_end, hunk.new_start, hunk.new_end, is_lines=True)
    before, after = _reach_back(hunk, old, new), _reach_on(hunk, old, new)
    return _Extent([hunk], hunk.old_start - before, hunk.old_end + after, hunk.new_start - before, hunk.new_end + after)


def _holds_lines(hunk: Hunk, old: Outline, new: Outline) -> bool:
    if hunk.old_start == hunk.old_end:
        return _are_lines(new.text, hunk.new_start, hunk.new_end)
    return hunk.new_start == hunk.new_end and _are_lines(old.text, hunk.old_start, hunk.old_end)


def _reach_back(hunk: Hunk, old: Outline, new: Outline) -> int:
    """How far before the hunk a sentence starts on both sides: at the same distance, as the text between is kept."""
    reach, limit = 0, min(hunk.old_start, hunk.new_start)
    while True:
        in_old = hunk.old_start - _start_of_sentence(old, hunk.old_start - reach)
        in_new = hunk.new_start - _start_of_sentence(new, hunk.new_start - reach)
        if in_old == in_new or max(in_old, in_new) == reach:
            return in_old if in_old == in_new else reach
        if max(in_old, in_new) > limit:
            return reach
        reach = max(in_old, in_new)


def _reach_on(hunk: Hunk, old: Outline, new: Outline) -> int:
    reach, limit = 0, min(len(old.text) - hunk.old_end, len(new.text) - hunk.new_end)
    while True:
        in_old = _end_of_sentence(old, hunk.old_end + reach) - hunk.old_end
        in_new = _end_of_sentence(new, hunk.new_end + reach) - hunk.new_end
        if in_old == in_new or max(in_old, in_new) == reach:
            return in_old if in_old == in_new else reach
        if max(in_old, in_new) > limit:
            return reach
        reach = max(in_old, in_new)


def _start_of_sentence(outline: Outline, place: int) -> int:
    span = outline.sentence(place)
    return span.start if span.start <= place <= span.end else place


def _end_of_sentence(outline: Outline, place: int) -> int:
    span = outline.sentence(place)
    return span.end if span.start <= place <= span.end else place


def groups(window: Window) -> list[Group]:
    """The window's sentences put together, in order; what came and went stands between what was kept."""
    if len(window.old) == len(window.new) == 1:
        return [Group(window.old, window.new, is_kept=_is_kept(window))]
    if not (window.old and window.new):
        return [Group(window.old, window.new, is_kept=False)] if window.old or window.new else []
    found: list[Group] = []
    at_old = at_new = 0
    for old_first, old_last, new_first, new_last in _components(_edges(window)):
        if old_first > at_old or new_first > at_new:
            found.append(Group(window.old[at_old:old_first], window.new[at_new:new_first], is_kept=False))
        found.append(Group(window.old[old_first : old_last + 1], window.new[new_first : new_last + 1], is_kept=True))
        at_old, at_new = old_last + 1, new_last + 1
    if at_old < len(window.old) or at_new < len(window.new):
        found.append(Group(window.old[at_old:], window.new[at_new:], is_kept=False))
    return found


def _is_kept(window: Window) -> bool:
    """Whether enough letters stayed between the one old sentence and the one new sentence of the window."""
    [old], [new] = window.old, window.new
    first, last = window.hunks[0], window.hunks[-1]
    lead = max(0, min(first.old_start - old.start, first.new_start - new.start))
    tail = max(0, min(old.end - last.old_end, new.end - last.new_end))
    between = sum(right.old_start - left.old_end for left, right in itertools.pairwise(window.hunks))
    return _belong(lead + between + tail, old.size, new.size)


def _edges(window: Window) -> list[tuple[int, int]]:
    """Pairs of sentences, by index, of which enough letters stayed."""
    shared: Counter[tuple[int, int]] = Counter()
    for run in _kept_runs(window):
        for old_index, new_index, size in _overlaps(window, *run):
            shared[old_index, new_index] += size
    return sorted((i, j) for (i, j), size in shared.items() if _belong(size, window.old[i].size, window.new[j].size))


def _belong(shared: int, old_size: int, new_size: int) -> bool:
    longer, shorter = max(old_size, new_size), min(old_size, new_size)
    return shared >= _KEPT_SHARE * longer or shared >= _KEPT_SHARE_OF_SHORTER * shorter


def _kept_runs(window: Window) -> Iterator[tuple[int, int, int]]:
    """Old place, new place and length of the text between the hunks, to both ends of the window."""
    if not (window.old and window.new):
        return
    first, last = window.hunks[0], window.hunks[-1]
    lead = max(0, first.old_start - window.old[0].start)
    yield first.old_start - lead, first.new_start - lead, lead
    for left, right in zip(window.hunks, window.hunks[1:], strict=False):
        yield left.old_end, left.new_end, right.old_start - left.old_end
    yield last.old_end, last.new_end, max(0, window.old[-1].end - last.old_end)


def _overlaps(window: Window, old_start: int, new_start: int, length: int) -> Iterator[tuple[int, int, int]]:
    shift = new_start - old_start
    for i, low, high in _within(window.old, old_start, old_start + length):
        for j, new_low, new_high in _within(window.new, low + shift, high + shift):
            yield i, j, new_high - new_low


def _within(spans: tuple[Span, ...], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Index and range of every span's part in `start:end`."""
    index = max(0, bisect.bisect_right(spans, start, key=_start) - 1)
    while index < len(spans) and spans[index].start < end:
        low, high = max(spans[index].start, start), min(spans[index].end, end)
        if low < high:
            yield index, low, high
        index += 1


def _start(span: Span) -> int:
    return span.start


def _components(edges: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Edges that share a sentence joined: first and last old index, first and last new index.

    Kept text never crosses itself, so neither do the edges.
    """
    found: list[tuple[int, int, int, int]] = []
    for i, j in edges:
        if found and (i <= found[-1][1] or j <= found[-1][3]):
            old_first, old_last, new_first, new_last = found.pop()
            found.append((old_first, max(old_last, i), min(new_first, j), max(new_last, j)))
        else:
            found.append((i, i, j, j))
    return found


def touching(hunks: Sequence[Hunk], old: Span, new: Span) -> Iterator[Hunk]:
    """The parts of the hunks that lie in two sentences that belong together; never both sides empty."""
    index = 0
    if len(hunks) > _FEW_HUNKS:
        index = bisect.bisect_left(hunks, old.start, key=lambda hunk: hunk.old_end)
        index = min(index, bisect.bisect_left(hunks, new.start, key=lambda hunk: hunk.new_end))
    while index < len(hunks) and (hunks[index].old_start <= old.end or hunks[index].new_start <= new.end):
        hunk = hunks[index]
        part = Hunk(
            min(max(hunk.old_start, old.start), old.end),
            max(min(hunk.old_end, old.end), old.start),
            min(max(hunk.new_start, new.start), new.end),
            max(min(hunk.new_end, new.end), new.start),
        )
        if part.old_start < part.old_end or part.new_start < part.new_end:
            yield part
        index += 1
