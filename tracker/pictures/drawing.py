"""A card drawn with the fonts of this machine, as SVG or PNG. No character leaves as an empty box."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import resvg_py

from tracker.errors import TrackerError
from tracker.pictures.fonts import helpful_extra, installed, packaged
from tracker.pictures.typesetter import FontTypesetter
from tracker.render.card import DARK, LIGHT, Card, Drawing, EmbeddedFace, FaceName, Quote, drawing_of, svg_text
from tracker.render.pieces import Piece
from tracker.render.plain import code_point

# How scripts are called whose characters have other names in Unicode.
_SCRIPTS = {"CJK": "Chinese characters", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
_EAST_ASIAN = frozenset(_SCRIPTS.values())
_QUOTED = 12  # characters of a script in a message: enough to know which they are


@dataclass(frozen=True, slots=True)
class Picture:
    """A file's content. `replaced`: signs that no font draws; their code points stand in their places."""

    data: bytes
    replaced: tuple[str, ...] = ()


def card_svg(card: Card, *, is_dark: bool = False, typesetter: FontTypesetter | None = None) -> Picture:
    """Raises TrackerError for letters that no font draws; `typesetter` None: the fonts of this machine."""
    drawing, faces, replaced = _drawn(card, typesetter, is_dark=is_dark)
    return Picture(svg_text(drawing, faces).encode(), replaced)


def card_png(card: Card, *, is_dark: bool = False, typesetter: FontTypesetter | None = None) -> Picture:
    """As `card_svg`; equal cards give equal bytes on one machine."""
    drawing, faces, replaced = _drawn(card, typesetter, is_dark=is_dark)
    with tempfile.TemporaryDirectory() as folder:
        files = [str(_written(Path(folder, f"{number}.otf"), face)) for number, face in enumerate(faces)]
        # Not pinned: resvg 0.48 stretches clusters of several glyphs, as in Devanagari, when it is given a length.
        svg = svg_text(drawing, is_pinned=False)
        try:
            data = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=files)
        except ValueError as error:
            raise TrackerError(f"The card could not be made a PNG: {error}.") from None
    return Picture(bytes(data), replaced)


def _written(path: Path, face: EmbeddedFace) -> Path:
    path.write_bytes(face.data)
    return path


def typesetter_of_machine(language: str | None) -> FontTypesetter:
    """The fonts that the extra brings, then those of the operating system."""
    return FontTypesetter({face: packaged(face) for face in FaceName}, installed(os.environ, Path.home()), language)


def _drawn(
    card: Card, typesetter: FontTypesetter | None, *, is_dark: bool
) -> tuple[Drawing, tuple[EmbeddedFace, ...], tuple[str, ...]]:
    typesetter = typesetter or typesetter_of_machine(card.language)
    missing = typesetter.missing("".join(_texts(card)))
    _refuse_letters([cluster for cluster in missing if cluster[0].isalpha() and typesetter.missing(cluster[0])])
    drawing = drawing_of(_without(card, missing), DARK if is_dark else LIGHT, typesetter)
    return drawing, typesetter.faces(), missing


def _texts(card: Card) -> Iterable[str]:
    return [card.kind, card.headline, card.host, card.when, *(quote.text for quote in card.quotes)]


def _refuse_letters(letters: Sequence[str]) -> None:
    """Raises TrackerError where there are some: without its letters a sentence says nothing."""
    if not letters:
        return
    scripts = tuple(dict.fromkeys(_script(cluster) for cluster in letters))
    extra = helpful_extra(is_east_asian=not _EAST_ASIAN.isdisjoint(scripts))
    hint = f", or `pip install 'article-tracker[{extra}]'`" if extra else ""
    raise TrackerError(
        f"No font on this machine draws {' and '.join(scripts)} ({''.join(letters[:_QUOTED])}); install one{hint}."
    )


def _script(cluster: str) -> str:
    first = unicodedata.name(cluster[0], code_point(cluster[0])).split()[0].partition("-")[0]
    return _SCRIPTS.get(first, first.capitalize())


def _without(card: Card, missing: Sequence[str]) -> Card:
    if not missing:
        return card
    return replace(
        card,
        headline=_named(card.headline, missing),
        host=_named(card.host, missing),
        quotes=tuple(
            Quote(quote.label, tuple(Piece(piece.mark, _named(piece.text, missing)) for piece in quote.pieces))
            for quote in card.quotes
        ),
    )


def _named(text: str, missing: Sequence[str]) -> str:
    for cluster in missing:
        text = text.replace(cluster, "".join(map(code_point, cluster)))
    return text
