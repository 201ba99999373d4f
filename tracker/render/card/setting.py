"""Text set in lines: broken, put in visual order, every run of one font, mark and direction with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

import regex

from tracker.render.card.bidi import base_level, levels, visual_order
from tracker.render.card.breaking import clusters, units
from tracker.render.card.typesetting import Style, Typesetter
from tracker.render.excerpt import ELLIPSIS
from tracker.render.pieces import Mark, Piece

_JOINER = "\u200d"
# A letter that joins the one after it, with its marks; a letter that joins the one before it (Unicode, 9.2).
_JOINS_ON = regex.compile(r"\p{Joining_Type=D}\p{Joining_Type=T}*$")
_IS_JOINED = regex.compile(r"[\p{Joining_Type=D}\p{Joining_Type=R}]")
_LONGEST_CLUSTER = 8  # a letter and its marks, which `content` keeps to a few
_BALANCE_STEP = 8.0  # pixels


@dataclass(frozen=True, slots=True)
class Segment:
    """A run within a line; `x` counts from the left edge of the column."""

    x: float
    width: float
    text: str
    mark: Mark
    family: str
    is_rtl: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """A paragraph as set. `is_rtl`: its lines begin at the right edge of the column."""

    lines: tuple[tuple[Segment, ...], ...]
    style: Style
    is_rtl: bool


def set_pieces(pieces: Sequence[Piece], style: Style, column: float, typesetter: Typesetter) -> Setting:
    """The pieces as a paragraph of the column's width, in pixels."""
    setter = _Setter.of(pieces, style, typesetter)
    ranges = list(setter.lines(column))
    return Setting(tuple(setter.line(start, end, column) for start, end in ranges), style, setter.base == 1)


def set_line(text: str, style: Style, column: float, typesetter: Typesetter, most_lines: int = 1) -> Setting:
    """Plain text in as many lines as it may take, its end cut off if it is longer."""
    setting = set_pieces([Piece(Mark.KEPT, text)], style, column, typesetter)
    if len(setting.lines) <= most_lines:
        return setting
    parts = clusters(text)
    low, high = 0, len(parts)
    while low < high:
        middle = (low + high + 1) // 2
        setting = set_pieces([_cut(parts, middle)], style, column, typesetter)
        low, high = (middle, high) if len(setting.lines) <= most_lines else (low, middle - 1)
    return set_pieces([_cut(parts, low)], style, column, typesetter)


def balanced(text: str, style: Style, column: float, typesetter: Typesetter, most_lines: int) -> Setting:
    """As `set_line`, the lines of like length: no last line of a single word."""
    setting = set_line(text, style, column, typesetter, most_lines)
    pieces = [Piece(Mark.KEPT, text)]
    if len(setting.lines) == 1 or len(set_pieces(pieces, style, column, typesetter).lines) > most_lines:
        return setting
    low, high = column / 2, column
    while high - low > _BALANCE_STEP:
        middle = (low + high) / 2
        is_enough = len(set_pieces(pieces, style, middle, typesetter).lines) <= len(setting.lines)
        low, high = (low, middle) if is_enough else (middle, high)
    narrow = set_pieces(pieces, style, high, typesetter)
    shift = column - high if narrow.is_rtl else 0.0
    lines = tuple(tuple(replace(segment, x=segment.x + shift) for segment in line) for line in narrow.lines)
    return replace(narrow, lines=lines)


def _cut(parts: Sequence[str], number: int) -> Piece:
    return Piece(Mark.KEPT, "".join(parts[:number]).rstrip() + ELLIPSIS)


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    mark: Mark
    family: str
    level: int


@dataclass(frozen=True, slots=True)
class _Setter:
    text: str
    marks: tuple[Mark, ...]  # of every character
    families: tuple[str, ...]  # of every character
    levels: tuple[int, ...]  # of every character
    base: int
    style: Style
    typesetter: Typesetter

    @staticmethod
    def of(pieces: Sequence[Piece], style: Style, typesetter: Typesetter) -> _Setter:
        text = "".join(piece.text for piece in pieces)
        spans = typesetter.spans(text, style)
        base = base_level(text)
        return _Setter(
            text,
            tuple(chain.from_iterable([piece.mark] * len(piece.text) for piece in pieces)),
            tuple(chain.from_iterable([span.family] * (span.end - span.start) for span in spans)),
            tuple(levels(text, base)),
            base,
            style,
            typesetter,
        )

    def lines(self, column: float) -> Iterator[tuple[int, int]]:
        """Ranges of the text, spaces at their ends left out."""
        start = at = 0
        taken = 0.0
        for part in self._parts(column):
            width = self.width(at, at + len(part.rstrip(" ")))
            if at > start and taken + width > column:
                yield start, self._trimmed(start, at)
                start, taken = at, 0.0
            taken += width + self.width(at + len(part.rstrip(" ")), at + len(part))
            at += len(part)
        if self._trimmed(start, at) > start:
            yield start, self._trimmed(start, at)

    def _parts(self, column: float) -> Iterator[str]:
        """What a line may end after; a word wider than the column in its characters."""
        at = 0
        for unit in units(self.text):
            yield from [unit] if self.width(at, at + len(unit)) <= column else clusters(unit)
            at += len(unit)

    def _trimmed(self, start: int, end: int) -> int:
        return start + len(self.text[start:end].rstrip(" "))

    def width(self, start: int, end: int) -> float:
        return sum(self._run_width(run) for run in self._runs(start, end, self.levels[start:end]))

    def line(self, start: int, end: int, column: float) -> tuple[Segment, ...]:
        runs = list(self._runs(start, end, self.levels[start:end]))
        ordered = [runs[index] for index in visual_order([run.level for run in runs])]
        segments, x = [], 0.0
        for run in ordered:
            width = self._run_width(run)
            segments.append(Segment(x, width, self._run_text(run), run.mark, run.family, run.level % 2 == 1))
            x += width
        shift = column - x if self.base == 1 else 0.0
        return tuple(replace(segment, x=segment.x + shift) for segment in segments)

    def _runs(self, start: int, end: int, run_levels: Sequence[int]) -> Iterator[_Run]:
        keys = zip(self.marks[start:end], self.families[start:end], run_levels, strict=True)
        at = start
        for (mark, family, level), group in groupby(keys):
            length = len(list(group))
            yield _Run(at, at + length, mark, family, level)
            at += length

    def _run_width(self, run: _Run) -> float:
        return self.typesetter.width(self._run_text(run), self.style, run.family, is_rtl=run.level % 2 == 1)

    def _run_text(self, run: _Run) -> str:
        """With a joiner where a run begins or ends inside a word, so that Arabic letters keep their joined forms."""
        before, after = (_JOINER if _is_joined(self.text, at) else "" for at in (run.start, run.end))
        return f"{before}{self.text[run.start : run.end]}{after}"


def _is_joined(text: str, at: int) -> bool:
    return bool(_JOINS_ON.search(text[max(at - _LONGEST_CLUSTER, 0) : at]) and _IS_JOINED.match(text[at : at + 1]))
