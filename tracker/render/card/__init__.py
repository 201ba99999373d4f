"""A card: one change as a picture fit for a post. Values only; fonts and files are `tracker.pictures`' part.

Change -> Card (what it says) -> Drawing (where everything stands) -> SVG
"""

from tracker.render.card.content import Card, Quote, card_of
from tracker.render.card.design import HEIGHT, WIDTH, drawing_of
from tracker.render.card.drawing import Drawing
from tracker.render.card.svg import EmbeddedFace, svg_text
from tracker.render.card.theme import DARK, LIGHT, Theme
from tracker.render.card.typesetting import FaceName, Span, Style, Typesetter

__all__ = [
    "DARK",
    "HEIGHT",
    "LIGHT",
    "WIDTH",
    "Card",
    "Drawing",
    "EmbeddedFace",
    "FaceName",
    "Quote",
    "Span",
    "Style",
    "Theme",
    "Typesetter",
    "card_of",
    "drawing_of",
    "svg_text",
]
