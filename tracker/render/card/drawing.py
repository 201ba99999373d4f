"""A card as it is drawn: boxes and runs of text with their places, in pixels from the upper left corner."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.render.card.typesetting import Style


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    colour: str
    radius: float = 0


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text of one font and one direction; `x` is its left edge in either direction, `y` the baseline."""

    x: float
    y: float
    width: float
    text: str
    style: Style
    family: str
    colour: str
    is_rtl: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes lie under the text, strokes over it."""

    width: int
    height: int
    title: str
    description: str
    language: str | None
    boxes: tuple[Box, ...]
    runs: tuple[TextRun, ...]
    strokes: tuple[Box, ...]
