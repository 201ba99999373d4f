"""Marks stand between whole characters, and nothing of either text is lost."""

from __future__ import annotations

from itertools import accumulate

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tracker.render.characters import whole_characters
from tracker.render.pieces import Mark, Piece

_NOT_NEW = (Mark.DELETED, Mark.MOVED_AWAY)
_parts = st.text(st.sampled_from("ae\u0301\u0308\u200d👩🚀🏽🇩🇪🇫\ufe0f각ᆨ \r\nक्ष"), max_size=4)
_pieces = st.lists(st.builds(Piece, st.sampled_from([Mark.KEPT, Mark.DELETED, Mark.INSERTED]), _parts), max_size=7)


def _text(pieces: list[Piece] | tuple[Piece, ...], *without: Mark) -> str:
    return "".join(piece.text for piece in pieces if piece.mark not in without)


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ([("kept", "cafe"), ("inserted", "\u0301"), ("kept", " x")], "caf[-e-]{+e\u0301+} x"),
        ([("kept", "e"), ("inserted", "x"), ("kept", "\u0301 y")], "[-e\u0301-]{+ex\u0301+} y"),
        ([("kept", "👩\u200d"), ("deleted", "🚀"), ("inserted", "🔬")], "[-👩\u200d🚀-]{+👩\u200d🔬+}"),
        ([("kept", "a 👩"), ("deleted", "🏽"), ("kept", "\u200d🚀 b")], "a [-👩🏽\u200d🚀-]{+👩\u200d🚀+} b"),
        ([("deleted", "🇩🇪"), ("inserted", "🇫"), ("kept", "🇷")], "[-🇩🇪🇷-]{+🇫🇷+}"),
        ([("kept", "a"), ("deleted", "b"), ("inserted", "c"), ("kept", "d")], "a[-b-]{+c+}d"),
    ],
)
def test_a_character_is_marked_as_a_whole(pieces: list[tuple[str, str]], shown: str) -> None:
    signs = {Mark.KEPT: "{}", Mark.DELETED: "[-{}-]", Mark.INSERTED: "{{+{}+}}"}
    found = whole_characters(Piece(Mark(mark), text) for mark, text in pieces)
    assert "".join(signs[piece.mark].format(piece.text) for piece in found) == shown


@given(_pieces)
def test_both_texts_stay(pieces: list[Piece]) -> None:
    found = whole_characters(pieces)
    assert _text(found, Mark.DELETED) == _text(pieces, Mark.DELETED)
    assert _text(found, Mark.INSERTED) == _text(pieces, Mark.INSERTED)


@given(_parts, _parts, _parts, _parts)
def test_no_edge_lies_inside_a_character(left: str, old: str, new: str, right: str) -> None:
    given_pieces = [
        Piece(Mark.KEPT, left),
        Piece(Mark.DELETED, old),
        Piece(Mark.INSERTED, new),
        Piece(Mark.KEPT, right),
    ]
    found = whole_characters(given_pieces)
    for other, own in ((Mark.INSERTED, Mark.DELETED), (Mark.DELETED, Mark.INSERTED)):
        side = [piece for piece in found if piece.mark is not other]
        ends = {match.end() for match in regex.finditer(r"\X", "".join(piece.text for piece in side))} | {0}
        edges = list(accumulate(len(piece.text) for piece in side))
        for piece, start, end in zip(side, [0, *edges], edges, strict=False):
            if piece.mark is own and piece.text:
                assert {start, end} <= ends
