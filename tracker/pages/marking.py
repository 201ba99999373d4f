"""Deleted and inserted words as HTML: marked as such for the eye, for the ear, and without colour."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from markupsafe import Markup

from tracker.model import Change
from tracker.render.excerpt import marked_sentence, quote
from tracker.render.pieces import Mark, Piece, runs_together
from tracker.render.plain import safe_change, safe_text

_TAGS = {Mark.DELETED: Markup("<del>{}</del>"), Mark.INSERTED: Markup("<ins>{}</ins>")}


def sentence(change: Change) -> Markup:
    """The change inside its sentence."""
    return marked(marked_sentence(change))


def marked(pieces: Iterable[Piece]) -> Markup:
    """Article text with its marks, escaped."""
    parts = []
    for previous, piece in pairwise([None, *pieces]):
        if piece is not None:
            parts.append(Markup(" ") if runs_together(previous, piece) else Markup())
            parts.append(_piece(piece))
    return Markup().join(parts)


def _piece(piece: Piece) -> Markup:
    if piece.mark is Mark.KEPT:
        return Markup("{}").format(safe_text(piece.text))
    if piece.mark is Mark.MOVED_AWAY:
        return Markup('<span class="note">[moved away: {}]</span>').format(safe_text(quote(piece.text)))
    return _TAGS[piece.mark].format(safe_change(piece.text)) if piece.text else Markup()
