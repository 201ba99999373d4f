"""Where everything stands on a card: kind and host above, the headline, the quotes, the interval of time below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tracker.render.card.content import Card, Quote, description, excerpted
from tracker.render.card.drawing import Box, Drawing, TextRun
from tracker.render.card.setting import Segment, Setting, balanced, set_line, set_pieces
from tracker.render.card.theme import Theme
from tracker.render.card.typesetting import FaceName, Style, Typesetter
from tracker.render.pieces import Mark

# 16:9, the size that the large services show whole and unscaled.
WIDTH, HEIGHT = 1200, 675
_MARGIN = 72
_COLUMN = WIDTH - 2 * _MARGIN
_KIND = Style(FaceName.SANS, 25, 600)
_FACT = Style(FaceName.SANS, 22)
_LABEL = Style(FaceName.SANS, 20, 600)
_HEADLINE = Style(FaceName.SERIF, 42, 600)
_QUOTE = Style(FaceName.SERIF, 40)
_TOP = 84  # baseline of the first line
_BOTTOM = HEIGHT - 56  # baseline of the last line
_HEADLINE_GAP = 62  # from the first line's baseline to the headline's
_RULE_GAP = 28  # under the headline
_AREA_GAP = 24  # above and under the quotes, at least
_LEADING = 1.38  # of the size; scripts with marks above and below need as much
_HEADLINE_LEADING = 1.28
_LABEL_HEIGHT = 32
_QUOTE_GAP = 24
_INDENT = 28  # of a quote, behind its bar
_BAR = 5
# The largest size that holds the whole quotes is taken. What must be cut is set no smaller than half-way down.
_SIZES = (40, 36, 33, 30, 27)
_HEADLINE_SIZES = (54, 48, 42, 38, 34, 30)  # where the headline itself is quoted
_LENGTHS = (600, 420, 320, 240, 180, 130, 90, 60, 40)
_ASCENT, _DESCENT = 1.0, 0.32  # of a mark's box, in sizes, from the baseline
_STROKE = 0.065
_STRIKE_HEIGHT, _UNDERLINE_DEPTH = 0.3, 0.16


def drawing_of(card: Card, theme: Theme, typesetter: Typesetter) -> Drawing:
    sketch = _Sketch(theme)
    bottom = _head(sketch, card, typesetter)
    shown = _quotes(sketch, card, typesetter, bottom)
    sketch.text(set_line(card.when, _FACT, _COLUMN, typesetter), _MARGIN, _BOTTOM, theme.faint)
    title = f"{card.kind}: {card.headline or card.host}"
    return Drawing(
        WIDTH,
        HEIGHT,
        title,
        description(replace(card, quotes=shown)),
        card.language,
        (Box(0, 0, WIDTH, HEIGHT, theme.paper), *sketch.boxes),
        tuple(sketch.runs),
        tuple(sketch.strokes),
    )


class _Sketch:
    """Gathers what is drawn."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.boxes: list[Box] = []
        self.runs: list[TextRun] = []
        self.strokes: list[Box] = []

    def text(self, setting: Setting, x: float, baseline: float, colour: str, leading: float = _LEADING) -> None:
        """A paragraph whose first baseline is given."""
        for number, line in enumerate(setting.lines):
            y = baseline + number * setting.style.size * leading
            for segment in line:
                self.runs.append(self._run(segment, setting.style, x, y, colour))
            self._mark(line, setting.style, x, y)

    def _run(self, segment: Segment, style: Style, x: float, y: float, colour: str) -> TextRun:
        inks = {Mark.DELETED: self.theme.deleted, Mark.INSERTED: self.theme.inserted}
        ink = inks.get(segment.mark, colour)
        return TextRun(x + segment.x, y, segment.width, segment.text, style, segment.family, ink, segment.is_rtl)

    def _mark(self, line: Sequence[Segment], style: Style, x: float, y: float) -> None:
        """A box of colour under neighbours with one mark, and the line that says it without colour."""
        for mark, group in groupby(line, key=lambda segment: segment.mark):
            side = list(group)
            left, width = x + side[0].x, side[-1].x + side[-1].width - side[0].x
            if mark is Mark.DELETED:
                self._box(left, y, width, style.size, self.theme.deleted_paper)
                self._stroke(left, y - style.size * _STRIKE_HEIGHT, width, style.size, self.theme.deleted)
            elif mark is Mark.INSERTED:
                self._box(left, y, width, style.size, self.theme.inserted_paper)
                self._stroke(left, y + style.size * _UNDERLINE_DEPTH, width, style.size, self.theme.inserted)

    def _box(self, x: float, y: float, width: float, size: float, colour: str) -> None:
        self.boxes.append(Box(x, y - size * _ASCENT, width, size * (_ASCENT + _DESCENT), colour, radius=size / 10))

    def _stroke(self, x: float, y: float, width: float, size: float, colour: str) -> None:
        self.strokes.append(Box(x, y - size * _STROKE / 2, width, size * _STROKE, colour))


def _head(sketch: _Sketch, card: Card, typesetter: Typesetter) -> float:
    """Kind and host in one line, the headline under them; the height at which they end."""
    host = set_line(card.host, _FACT, _COLUMN / 2, typesetter)
    host_width = max((segment.x + segment.width for line in host.lines for segment in line), default=0)
    sketch.text(host, WIDTH - _MARGIN - host_width, _TOP, sketch.theme.faint)
    kind = set_line(card.kind, _KIND, _COLUMN - host_width - _MARGIN / 2, typesetter)
    sketch.text(kind, _MARGIN, _TOP, sketch.theme.accent)
    bottom: float = _TOP
    if card.headline:
        headline = balanced(card.headline, _HEADLINE, _COLUMN, typesetter, most_lines=2)
        sketch.text(headline, _MARGIN, _TOP + _HEADLINE_GAP, sketch.theme.ink, _HEADLINE_LEADING)
        bottom += _HEADLINE_GAP + (len(headline.lines) - 1) * _HEADLINE.size * _HEADLINE_LEADING
    sketch.boxes.append(Box(_MARGIN, bottom + _RULE_GAP, _COLUMN, 1.5, sketch.theme.line))
    return bottom + _RULE_GAP


@dataclass(frozen=True, slots=True)
class _SetQuote:
    quote: Quote
    setting: Setting

    @property
    def text_height(self) -> float:
        return len(self.setting.lines) * self.setting.style.size * _LEADING

    @property
    def height(self) -> float:
        return _LABEL_HEIGHT + self.text_height


def _quotes(sketch: _Sketch, card: Card, typesetter: Typesetter, top: float) -> tuple[Quote, ...]:
    """The quotes one under another, in the middle of the room between the head and the last line; as they are shown."""
    room = _BOTTOM - _FACT.size - _AREA_GAP - (top + _AREA_GAP)
    fitting = _fitting(card, room, typesetter)
    y = top + _AREA_GAP + max(room - _total(fitting), 0) / 2
    for each in fitting:
        _quote(sketch, each, y, typesetter)
        y += each.height + _QUOTE_GAP
    return tuple(each.quote for each in fitting)


def _quote(sketch: _Sketch, each: _SetQuote, y: float, typesetter: Typesetter) -> None:
    label = set_line(each.quote.label, _LABEL, _COLUMN, typesetter)
    is_rtl, size = each.setting.is_rtl, each.setting.style.size
    width = max((segment.x + segment.width for line in label.lines for segment in line), default=0)
    x = WIDTH - _MARGIN - _INDENT - width if is_rtl else _MARGIN + _INDENT
    sketch.text(label, x, y + _LABEL.size, sketch.theme.faint)
    bar = WIDTH - _MARGIN - _BAR if is_rtl else _MARGIN
    sketch.boxes.append(Box(bar, y, _BAR, each.height, sketch.theme.line, radius=_BAR / 2))
    column_x = _MARGIN if is_rtl else _MARGIN + _INDENT
    sketch.text(each.setting, column_x, y + _LABEL_HEIGHT + size * (_LEADING - 0.36), sketch.theme.ink)


def _fitting(card: Card, room: float, typesetter: Typesetter) -> list[_SetQuote]:
    """As large as they can be whole; failing that, the longest excerpts that there is room for."""
    found: list[_SetQuote] = []
    for found in _attempts(card, typesetter):
        if _total(found) <= room:
            break
    return found


def _attempts(card: Card, typesetter: Typesetter) -> Iterator[list[_SetQuote]]:
    sizes, weight = (_SIZES, _QUOTE.weight) if card.headline else (_HEADLINE_SIZES, _HEADLINE.weight)
    for length in _LENGTHS:
        cut = [excerpted(quote, length) for quote in card.quotes]
        for size in sizes if cut == list(card.quotes) else sizes[: len(sizes) // 2 + 2]:
            style = replace(_QUOTE, size=size, weight=weight)
            yield [_SetQuote(each, set_pieces(each.pieces, style, _COLUMN - _INDENT, typesetter)) for each in cut]


def _total(quotes: Sequence[_SetQuote]) -> float:
    return sum(each.height for each in quotes) + _QUOTE_GAP * (len(quotes) - 1)
