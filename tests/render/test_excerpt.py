"""The right part of a text is quoted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from render_samples import any_change, change

from tracker.model import Change, Kind, Operation
from tracker.render.excerpt import focused, marked_sentence, quote, shortened
from tracker.render.pieces import Mark, Piece


def _wdiff(pieces: tuple[Piece, ...]) -> str:
    signs = {Mark.DELETED: "[-{}-]", Mark.INSERTED: "{{+{}+}}", Mark.KEPT: "{}"}
    return "".join(signs[piece.mark].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "old", "new", "shown"),
    [
        ("12", "15", "In 2012, 12 died.", "In 2012, 15 died.", "In 2012, [-12-]{+15+} died."),
        ("2", "3", "2 of 2 saw 2.", "2 of 2 saw 3.", "2 of 2 saw [-2-]{+3+}."),
        ("the ", "", "On the way the man fell.", "On the way man fell.", "On the way [-the -]man fell."),
        ("", "not ", "It did stop.", "It did not stop.", "It did {+not +}stop."),
        ("gone", "", "All gone", "", "All [-gone-]"),
        ("a", "b", "", "", "[-a-]{+b+}"),
    ],
)
def test_the_change_is_marked_where_it_happened(before: str, after: str, old: str, new: str, shown: str) -> None:
    assert _wdiff(marked_sentence(change(Kind.WORDING, before, after, (old, new)))) == shown


def test_a_block_that_only_moved_is_known_by_its_first_words() -> None:
    text = "The printer in the harbour street sells four thousand a year, rather more than her mother did."
    moved = replace(change(Kind.MOVED, text, text, (text, text)), operation=Operation.MOVE)
    assert _wdiff(marked_sentence(moved)) == "“The printer in the harbour street sells four…”"


@given(any_change().filter(lambda change: change.operation is not Operation.MOVE))
def test_a_change_shows_what_it_changed(change: Change) -> None:
    shown = {piece.mark: piece.text for piece in marked_sentence(change) if piece.mark is not Mark.KEPT}
    assert shown == {
        **({Mark.DELETED: change.before} if change.before else {}),
        **({Mark.INSERTED: change.after} if change.after else {}),
    }


def test_long_kept_text_is_cut_to_the_sentences_next_to_the_change() -> None:
    far = "A sentence that nobody needs to read here. " * 5
    pieces = (
        Piece(Mark.KEPT, f"{far}The toll rose to "),
        Piece(Mark.DELETED, "12"),
        Piece(Mark.KEPT, f" people. {far}The mayor came at "),
        Piece(Mark.INSERTED, "noon"),
        Piece(Mark.KEPT, f". {far}"),
    )
    assert _wdiff(focused(pieces)) == "… The toll rose to [-12-] people. … The mayor came at {+noon+}. …"


def test_cutting_works_without_spaces_and_without_sentences() -> None:
    text = "港口的墙在黎明前倒塌" * 60
    (cut, _) = focused((Piece(Mark.KEPT, text), Piece(Mark.INSERTED, "新")))
    assert cut.text.startswith("… ")
    assert len(cut.text) < len(text) / 2
    assert text.endswith(cut.text[2:])


def test_quotes_are_short_and_end_with_a_whole_word() -> None:
    assert quote("Schools will stay closed.") == "“Schools will stay closed.”"
    assert shortened("one two three four", 12) == "one two…"
