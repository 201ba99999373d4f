"""Cards as files: the fonts of this machine, and SVG made PNG. The only importer of uharfbuzz and resvg_py."""

from tracker.pictures.drawing import Picture, card_png, card_svg, typesetter_of_machine

__all__ = ["Picture", "card_png", "card_svg", "typesetter_of_machine"]
