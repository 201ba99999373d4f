"""A drawing as SVG: text as text, nothing loaded, no script; well-formed whatever an article holds."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.render.card.drawing import Box, Drawing, TextRun
from tracker.render.card.typesetting import FaceName
from tracker.render.plain import code_point

# Shown where a viewer takes no notice of the fonts in the file; `textLength` then keeps every run in its place.
_STACKS = {
    FaceName.SERIF: 'Georgia, "Iowan Old Style", "Noto Serif", "Times New Roman", serif',
    FaceName.SANS: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif',
}
# Turns neutral characters at the ends of a run the way of its letters, as they stand in the whole line.
_RTL_MARK = "\u200f"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class EmbeddedFace:
    """A font with the characters of one card only. `may_embed`: its maker allows it to travel in a document."""

    family: str
    weight: int
    data: bytes
    may_embed: bool


def svg_text(drawing: Drawing, faces: Iterable[EmbeddedFace] = (), *, is_pinned: bool = True) -> str:
    """The whole file. `faces` go into it where they may.

    `is_pinned`: every run takes its measured width whatever font a viewer has; needless where the fonts are known.
    """
    width, height = drawing.width, drawing.height
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    language = f' xml:lang="{_escaped(drawing.language)}"' if drawing.language else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description">',
        f'<title id="title"{language}>{_escaped(drawing.title)}</title>',
        f'<desc id="description"{language}>{_escaped(drawing.description)}</desc>',
        *_style(faces),
        *map(_box, drawing.boxes),
        f'<g aria-hidden="true"{language}>',
        *(_run(run, is_pinned=is_pinned) for run in drawing.runs),
        "</g>",
        *map(_box, drawing.strokes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _style(faces: Iterable[EmbeddedFace]) -> list[str]:
    rules = [
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f"src: url(data:font/sfnt;base64,{base64.b64encode(face.data).decode()}); }}"
        for face in faces
        if face.may_embed
    ]
    return ["<style>", *rules, "</style>"] if rules else []


def _box(box: Box) -> str:
    radius = f' rx="{_number(box.radius)}"' if box.radius else ""
    places = " ".join(
        f'{name}="{_number(value)}"'
        for name, value in (("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height))
    )
    return f'<rect {places}{radius} fill="{box.colour}"/>'


def _run(run: TextRun, *, is_pinned: bool) -> str:
    text = f"{_RTL_MARK}{run.text}{_RTL_MARK}" if run.is_rtl else run.text
    stack = _escaped(f'"{run.family}", {_STACKS[run.style.face]}')
    length = f'textLength="{_number(run.width)}" lengthAdjust="spacingAndGlyphs" ' if is_pinned and run.width else ""
    return (
        f'<text xml:space="preserve" x="{_number(run.x)}" y="{_number(run.y)}" {length}font-family="{stack}" '
        f'font-size="{_number(run.style.size)}" font-weight="{run.style.weight}" fill="{run.colour}">'
        f"{_escaped(text)}</text>"
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    return html.escape(_NOT_XML.sub(lambda match: code_point(match[0]), text), quote=True)
