"""Parts of self-contained pages: the frame with its styles, marked text, links, the one way for text into a page."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import pairwise

from tracker.render.characters import whole_characters
from tracker.render.excerpt import quote
from tracker.render.pieces import Mark, Piece, runs_together
from tracker.render.plain import safe_change, safe_text

_TAGS = {Mark.DELETED: "del", Mark.INSERTED: "ins"}
# Nothing may be loaded or run, whatever a text holds; the styles stand in the page itself.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, *parts: str) -> str:
    """A whole file; `title` is text, the parts are HTML."""
    style = (files("tracker.render") / "page.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(title)}</title>\n<style>\n{style}</style>"
    )
    body = "\n".join(["<main>", *parts, "</main>"])
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def heading(title: str, facts: Iterable[str]) -> str:
    """What heads the page; `title` is text, the facts are HTML, a line each."""
    lines = "\n".join(f'<p dir="auto">{fact}</p>' for fact in facts)
    return f'<header>\n<h1 dir="auto">{safe(title)}</h1>\n<div class="facts">\n{lines}\n</div>\n</header>'


def block(label: str, inside: str) -> str:
    """A passage below its label, which is text; `inside` is HTML."""
    return f'<section class="passage">\n<p class="label">{escape(label)}</p>\n{inside}\n</section>'


def paragraph_of(pieces: Sequence[Piece]) -> str:
    return f'<p dir="auto">{marked(pieces)}</p>'


def marked(pieces: Iterable[Piece]) -> str:
    """Deleted and inserted words marked as such, for the eye and for the ear."""
    parts = []
    for previous, piece in pairwise([None, *whole_characters(pieces)]):
        if piece is not None:
            parts.append(f"{' ' if runs_together(previous, piece) else ''}{_piece(piece)}")
    return "".join(parts)


def _piece(piece: Piece) -> str:
    if piece.mark is Mark.KEPT:
        return safe(piece.text)
    if piece.mark is Mark.MOVED_AWAY:
        return f'<span class="note">[moved away: {safe(quote(piece.text))}]</span>'
    tag = _TAGS[piece.mark]
    return f"<{tag}>{escape(safe_change(piece.text))}</{tag}>" if piece.text else ""


def link(url: str, text: str = "") -> str:
    """A link only where it leads to the web: `javascript:` and the like stay text. No `text`: the URL itself."""
    shown = safe(text or url)
    return f'<a href="{safe(url)}">{shown}</a>' if url.startswith(("http://", "https://")) else shown


def safe(text: str) -> str:
    """Text of a stranger, as HTML that shows it and does nothing else."""
    return escape(safe_text(text))


def escape(text: str) -> str:
    return html.escape(text, quote=True)
