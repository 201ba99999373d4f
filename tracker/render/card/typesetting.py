"""What the layout asks of fonts, without knowing any."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class FaceName(StrEnum):
    """The two faces of the design; what they are is the typesetter's choice."""

    SERIF = "serif"  # for what the article says
    SANS = "sans"  # for what is said of it


@dataclass(frozen=True, slots=True)
class Style:
    face: FaceName
    size: float  # pixels
    weight: int = 400  # as in CSS


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text that one font draws; half-open, in code points."""

    start: int
    end: int
    family: str


class Typesetter(Protocol):
    def spans(self, text: str, style: Style) -> tuple[Span, ...]:
        """The whole text in runs of one font."""

    def width(self, text: str, style: Style, family: str, *, is_rtl: bool) -> float:
        """Pixels that the text takes when shaped as one run."""
