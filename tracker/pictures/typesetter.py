"""Text measured with the fonts of this machine, and the fonts of one card cut down to its characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import regex
import uharfbuzz as hb

from tracker.errors import TrackerError
from tracker.render.card import EmbeddedFace, FaceName, Span, Style
from tracker.render.card.breaking import clusters

# Drawn as nothing, so no font needs to have them: joiners, variation selectors, direction marks.
_UNDRAWN = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}\ufe0f")
_PLAIN_NAME = regex.compile(r"[\w .+-]+")
# What the drawings add to the text of an article.
_ADDED = " …\u200d\u200f"
# Bits of fsType (OpenType, table OS/2) that forbid to embed the font, or a part of it.
_RESTRICTED, _MODIFICATION_LICENCES, _NO_SUBSET, _BITMAP_ONLY = 0x0002, 0x000E, 0x0100, 0x0200
_REGIONS = {"ja": "JP", "ko": "KR", "zh-hk": "HK", "zh-tw": "TC", "zh-hant": "TC", "zh": "SC"}
_WEIGHT = "wght"
_NOT_DRAWN = 0  # glyph of every font for what it lacks (OpenType: .notdef)


@dataclass(slots=True)
class _Font:
    """One face of a file, at one weight for each that was asked for."""

    family: str
    face: hb.Face
    covered: hb.Set
    weights: dict[int, hb.Font] = field(default_factory=dict)

    @property
    def is_variable(self) -> bool:
        return any(axis.tag == _WEIGHT for axis in self.face.axis_infos)

    def covers(self, cluster: str) -> bool:
        return all(ord(character) in self.covered for character in cluster if not _UNDRAWN.match(character))

    def at(self, weight: int) -> hb.Font:
        if weight not in self.weights:
            font = hb.Font(self.face)
            if self.is_variable:
                font.set_variations({_WEIGHT: float(weight)})
            self.weights[weight] = font
        return self.weights[weight]


class FontTypesetter:
    """The layout's `Typesetter` over font files. `packaged` come first, face by face; `installed` are opened when those
    lack a character. `language` decides which forms of Chinese characters are drawn."""

    def __init__(
        self, packaged: dict[FaceName, Sequence[Path]], installed: Iterable[Path], language: str | None
    ) -> None:
        self._region = region_of(language)
        self._fonts: dict[str, _Font] = {}
        self._first = {name: [font for path in paths for font in self._open(path)] for name, paths in packaged.items()}
        self._more: list[_Font] = []
        self._unopened = iter(installed)
        self._used: dict[tuple[str, int], set[str]] = {}
        self._widths: dict[tuple[str, float, int, str, bool], float] = {}

    def spans(self, text: str, style: Style) -> tuple[Span, ...]:
        spans: list[Span] = []
        at = 0
        letters: _Font | None = None  # what drew the letters before
        for cluster in clusters(text):
            font = self._font_for(cluster, style.face, letters)
            letters = font if cluster[0].isalpha() else letters
            family = font.family if font else ""
            if spans and spans[-1].family == family:
                spans[-1] = Span(spans[-1].start, at + len(cluster), family)
            else:
                spans.append(Span(at, at + len(cluster), family))
            at += len(cluster)
        return tuple(spans)

    def width(self, text: str, style: Style, family: str, *, is_rtl: bool) -> float:
        key = (family, style.size, style.weight, text, is_rtl)
        if key not in self._widths:
            self._widths[key] = self._measured(text, style, family, is_rtl=is_rtl)
        return self._widths[key]

    def missing(self, text: str) -> tuple[str, ...]:
        """Characters of the text that no font at hand draws, each once, in their order."""
        return tuple(
            dict.fromkeys(each for each in clusters(text) if self._font_for(each, FaceName.SERIF, None) is None)
        )

    def faces(self) -> tuple[EmbeddedFace, ...]:
        """The fonts that were used, each with the characters that it was used for."""
        return tuple(self._embedded(family, weight, used) for (family, weight), used in sorted(self._used.items()))

    def _measured(self, text: str, style: Style, family: str, *, is_rtl: bool) -> float:
        font = self._fonts.get(family)
        if font is None:
            return 0.0
        self._used.setdefault((family, style.weight), set()).update(text)
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if is_rtl else "ltr"
        hb.shape(font.at(style.weight), buffer)
        if any(glyph.codepoint == _NOT_DRAWN for glyph in buffer.glyph_infos):
            raise TrackerError(f"The font {family} draws an empty box in {text!r}; remove it, or install another.")
        advance: int = sum(position.x_advance for position in buffer.glyph_positions)
        return advance * style.size / int(font.face.upem)

    def _font_for(self, cluster: str, face: FaceName, letters: _Font | None) -> _Font | None:
        """The first that draws it; figures, spaces and signs look like the letters before them, if those' font can."""
        if _EMOJI.match(cluster):
            found = (font for font in self._candidates(face) if "Emoji" in font.family and font.covers(cluster))
            if (font := next(found, None)) is not None:
                return font
        elif letters is not None and not cluster[0].isalpha() and letters.covers(cluster):
            return letters
        return next((font for font in self._candidates(face) if font.covers(cluster)), None)

    def _candidates(self, face: FaceName) -> Iterator[_Font]:
        """Those at hand, then more files as long as they are asked for."""
        yield from self._first.get(face, ())
        yield from self._more
        for path in self._unopened:
            opened = self._open(path)
            self._more += opened
            yield from opened

    def _open(self, path: Path) -> list[_Font]:
        """The faces of a file that have a plain name, the one for the language's region first."""
        try:
            blob = hb.Blob.from_file_path(str(path))
        except hb.HarfBuzzError:
            return []  # another's file that cannot be read is no font
        faces = [hb.Face(blob, index) for index in range(hb.Face(blob).count)]
        fonts = [font for face in faces if (font := self._font(face)) is not None]
        return sorted(fonts, key=lambda font: not font.family.endswith(self._region))

    def _font(self, face: hb.Face) -> _Font | None:
        family = face.get_name(hb.OTNameIdPredefined.FONT_FAMILY, "en") or ""
        if not face.glyph_count or not _PLAIN_NAME.fullmatch(family):
            return None
        return self._fonts.setdefault(family, _Font(family, face, face.unicodes))

    def _embedded(self, family: str, weight: int, used: set[str]) -> EmbeddedFace:
        font = self._fonts[family]
        wanted = hb.SubsetInput()
        # Shaping takes some characters apart, such as the Thai sara am.
        parts = unicodedata.normalize("NFKD", "".join(sorted(used)))
        wanted.unicode_set.update(map(ord, used | {*parts, *_ADDED}))
        wanted.flags |= hb.SubsetFlags.DOWNGRADE_CFF2
        for axis in font.face.axis_infos:
            if axis.tag == _WEIGHT:
                wanted.pin_axis_location(font.face, _WEIGHT, min(max(weight, axis.min_value), axis.max_value))
            else:
                wanted.pin_axis_to_default(font.face, axis.tag)
        data = hb.subset(font.face, wanted).blob.data
        return EmbeddedFace(family, weight, data, _may_embed(font.face))


def region_of(language: str | None) -> str:
    """`zh-Hant-TW` -> `TC`: the end of the names of fonts with the forms of that region; Japan where none is known."""
    tag = (language or "").lower().replace("_", "-")
    return next((region for start, region in _REGIONS.items() if tag.startswith(start)), "JP")


def _may_embed(face: hb.Face) -> bool:
    table = face.reference_table("OS/2")
    rights = int.from_bytes(table.data[8:10], "big") if table else 0
    return rights & _MODIFICATION_LICENCES != _RESTRICTED and not rights & (_NO_SUBSET | _BITMAP_ONLY)
