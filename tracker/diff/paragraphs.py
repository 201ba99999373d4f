"""The paragraphs of two texts: which stayed, which were edited, which moved, and what each keeps."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from tracker.diff.alignment import Match, align_same, align_similar, left_over, stretches
from tracker.diff.in_place import align_in_place
from tracker.diff.kept import Kept, Range, Span, hunks_between, same_units
from tracker.diff.moves import as_blocks, moved_sentences, same_elsewhere, similar_elsewhere
from tracker.diff.pairs import Left, PairDiff, Texts, diff_pair, diff_sentences
from tracker.diff.sentences import split_sentences
from tracker.diff.similarity import Likeness
from tracker.model import Move, UnitMatch


class Comparison:
    """The paragraphs inside one range of both texts, and what was found about them."""

    def __init__(self, texts: Texts, within: Range) -> None:
        self._texts = texts
        self._within = within
        self._old, self._old_spans = _paragraphs(texts.old, within.old_start, within.old_end)
        self._new, self._new_spans = _paragraphs(texts.new, within.new_start, within.new_end)
        self._found = PairDiff([], [], is_coarse=False)
        self.moves: list[Move] = []

    @property
    def kept(self) -> list[Kept]:
        return self._found.kept

    @property
    def units(self) -> list[UnitMatch]:
        return self._found.units

    @property
    def is_coarse(self) -> bool:
        return self._found.is_coarse

    def run(self) -> None:
        """Fill `kept` (ascending), `moves`, `units` (ascending) and `is_coarse`."""
        words = Likeness(self._old, self._new, self._texts.codes)
        in_place = align_in_place(self._old, self._new, words)
        if in_place is not None:
            self._in_order(*in_place)
        else:
            self._align_all(words)
        if self._found.left and _could_have_moved(self._found.left):
            self._sentences_elsewhere()
        if self.moves:
            self.moves.sort(key=attrgetter("new_start"))
        if self.moves or in_place is None:
            self.units.sort(key=attrgetter("old_start", "old_end", "new_start"))

    def _in_order(self, matches: list[Match], old_left: list[int], new_left: list[int]) -> None:
        if not old_left and not new_left:
            for match in matches:
                self._matched(match)
            return
        for stretch in stretches(matches, old_left, new_left):
            if stretch.old or stretch.new:
                self._unmatched(stretch.old, stretch.new, stretch.following)
            if stretch.following:
                self._matched(stretch.following)

    def _align_all(self, words: Likeness) -> None:
        matches, moved = self._align(words)
        self._in_order(matches, *left_over([*matches, *moved], len(self._old), len(self._new)))
        for block in as_blocks(moved):
            self._moved(block)

    def _align(self, words: Likeness) -> tuple[list[Match], list[Match]]:
        """Matches in the order of the text, and those across it."""
        same = align_same(self._old, self._new)
        self._found.is_coarse = same.is_coarse
        counts = len(self._old), len(self._new)
        moved = same_elsewhere(self._old, self._new, *left_over(same.matches, *counts))
        matches: list[Match] = []
        for stretch in stretches(same.matches, *left_over([*same.matches, *moved], *counts)):
            similar = align_similar(stretch.old, stretch.new, words)
            matches += similar.matches
            self._found.is_coarse = self.is_coarse or similar.is_coarse
            if stretch.following:
                matches.append(stretch.following)
        moved += similar_elsewhere(*left_over([*matches, *moved], *counts), words)
        return matches, moved

    def _matched(self, match: Match) -> None:
        if match.is_same:
            self.kept.extend(self._same(match))
        else:
            self._found.add(self._edited(match, is_moved=False))

    def _same(self, match: Match) -> list[Kept]:
        old, new = slice(match.old[0], match.old[-1] + 1), slice(match.new[0], match.new[-1] + 1)
        return same_units(self._texts.old, self._texts.new, self._old_spans[old], self._new_spans[new])

    def _edited(self, match: Match, *, is_moved: bool) -> PairDiff:
        old, new = [self._old_spans[i] for i in match.old], [self._new_spans[j] for j in match.new]
        pair = diff_pair(self._texts, old, new, is_moved=is_moved)
        whole = UnitMatch("paragraph", old[0][0], old[-1][1], new[0][0], new[-1][1], len(old), len(new), is_moved)
        pair.units.insert(0, whole)
        return pair

    def _unmatched(self, old: list[int], new: list[int], following: Match | None) -> None:
        """Paragraphs without a counterpart. Single sentences of them may have stayed all the same."""
        old_spans, new_spans = [self._old_spans[i] for i in old], [self._new_spans[j] for j in new]
        old_place = self._old_spans[following.old[0]][0] if following else self._within.old_end
        new_place = self._new_spans[following.new[0]][0] if following else self._within.new_end
        where = Range(*_around(old_spans, old_place), *_around(new_spans, new_place))
        if old and new:
            old_sentences, new_sentences = (
                _sentences(self._texts.old, old_spans),
                _sentences(self._texts.new, new_spans),
            )
            pair = diff_sentences(self._texts, old_sentences, new_sentences, is_moved=False)
            if pair.kept:
                self.units.append(UnitMatch("paragraph", *where, len(old), len(new)))
                self._found.add(pair)
                return
        self._found.left.append(Left(old_spans, new_spans))
        self.units.extend(_came_and_went(where, len(old), len(new)))

    def _moved(self, parts: list[Match]) -> None:
        block = PairDiff([], [], is_coarse=False)
        for part in parts:
            block.add(
                PairDiff(self._same(part), [], is_coarse=False) if part.is_same else self._edited(part, is_moved=True)
            )
        where = Range(
            self._old_spans[parts[0].old[0]][0],
            self._old_spans[parts[-1].old[-1]][1],
            self._new_spans[parts[0].new[0]][0],
            self._new_spans[parts[-1].new[-1]][1],
        )
        self.moves.append(Move(*where, tuple(hunks_between(self._texts.old, self._texts.new, block.kept, where))))
        self.units.extend(block.units)
        self._found.is_coarse = self.is_coarse or block.is_coarse

    def _sentences_elsewhere(self) -> None:
        """Sentences without a counterpart where they stood, that stand at another place now."""
        old_spans = _sentences(self._texts.old, sorted(span for left in self._found.left for span in left.old))
        new_spans = _sentences(self._texts.new, sorted(span for left in self._found.left for span in left.new))
        for match in moved_sentences(
            [self._texts.old[start:end] for start, end in old_spans],
            [self._texts.new[start:end] for start, end in new_spans],
            self._texts.codes,
        ):
            where = Range(*old_spans[match.old[0]], *new_spans[match.new[0]])
            pair = diff_sentences(self._texts, [where[:2]], [where[2:]], is_moved=True)
            self.moves.append(Move(*where, tuple(hunks_between(self._texts.old, self._texts.new, pair.kept, where))))
            self.units.append(UnitMatch("sentence", *where, 1, 1, is_moved=True))


def _paragraphs(text: str, start: int, end: int) -> tuple[list[str], list[Span]]:
    """The lines that are not empty, and where they stand."""
    paragraphs, spans = [], []
    at = start
    for line in text[start:end].replace("\r", "\n").split("\n"):
        line_end = at + len(line)
        if line:
            paragraphs.append(line)
            spans.append((at, line_end))
        at = line_end + 1
    return paragraphs, spans


def _around(spans: Sequence[Span], place: int) -> Span:
    """From the first to the last span; where there is none, the place where one would stand."""
    return (spans[0][0], spans[-1][1]) if spans else (place, place)


def _sentences(text: str, spans: Sequence[Span]) -> list[Span]:
    """Without the white space at their ends: hunks draw in from it, and a move must lie inside them."""
    found = (sentence for start, end in spans for sentence in split_sentences(text, start, end))
    return [(start, start + len(text[start:end].rstrip())) for start, end in found]


def _came_and_went(where: Range, old_count: int, new_count: int) -> list[UnitMatch]:
    units = []
    if old_count:
        units.append(
            UnitMatch("paragraph", where.old_start, where.old_end, where.new_start, where.new_start, old_count, 0)
        )
    if new_count:
        units.append(UnitMatch("paragraph", where.old_end, where.old_end, where.new_start, where.new_end, 0, new_count))
    return units


def _could_have_moved(left: Sequence[Left]) -> bool:
    """Whether something is gone in one place and new in another; in the same place the two were likened before."""
    old = [place for place, (gone, _) in enumerate(left) if gone]
    new = [place for place, (_, come) in enumerate(left) if come]
    return bool(old and new) and (len(old) > 1 or len(new) > 1 or old != new)
