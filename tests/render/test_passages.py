"""A diff's passages hold both texts whole, in order, and say what befell each paragraph."""

from __future__ import annotations

from hypothesis import given
from render_samples import NEW, OLD, Script, any_diff, sample_changes, sample_diff

from tracker.model import Diff
from tracker.render.passages import Passage, Shape, passages
from tracker.render.pieces import Mark


def _shapes(found: tuple[Passage, ...]) -> list[Shape]:
    return [passage.shape for passage in found]


def test_the_sample_script_is_the_samples() -> None:
    diff = sample_diff()
    assert diff.old == "\n\n".join(OLD)
    assert diff.apply(diff.old) == diff.new == "\n\n".join(NEW)


def test_each_paragraph_is_told_what_befell_it() -> None:
    found = passages(sample_diff(), sample_changes())
    assert _shapes(found) == [
        Shape.CHANGED,
        Shape.MOVED_HERE,
        Shape.CHANGED,
        Shape.KEPT,
        Shape.KEPT,
        Shape.CHANGED,
        Shape.REMOVED,
        Shape.ADDED,
        Shape.MOVED_AWAY,
    ]
    assert [passage.labels for passage in found if passage.labels] == [
        ("number",),
        ("wording",),
        ("number in quotation",),
        ("spelling",),
        ("paragraph removed",),
        ("notice added",),
    ]
    assert found[1].note == found[-1].note == "moved up by 4 paragraphs"


def test_a_split_paragraph_shows_the_new_break_and_a_whole_new_one_does_not() -> None:
    script = Script()
    script.keep("First half.")
    script.replace(" ", "\n\n")
    script.keep("Second half.\n\n")
    script.replace("", "Put in.\n\n")
    script.keep("The end.")
    first, second, added, _ = passages(script.diff())
    assert [(piece.mark, piece.text) for piece in first.pieces][-1] == (Mark.INSERTED, "\n")
    assert all(piece.text != "\n" for piece in (*second.pieces, *added.pieces))
    assert added.shape is Shape.ADDED


def test_a_replaced_paragraph_stands_apart_from_its_successor() -> None:
    script = Script()
    script.keep("One.\n\n")
    script.replace("All of this went.", "This came instead.")
    script.keep("\n\nThree.")
    assert _shapes(passages(script.diff())) == [Shape.KEPT, Shape.REMOVED, Shape.ADDED, Shape.KEPT]


def test_word_by_word_replacements_read_as_one() -> None:
    script = Script()
    script.keep("It was ")
    script.replace("cold", "warm")
    script.keep(" ")
    script.replace("outside", "within")
    script.keep(".")
    (passage,) = passages(script.diff())
    assert [(piece.mark, piece.text) for piece in passage.pieces] == [
        (Mark.KEPT, "It was "),
        (Mark.DELETED, "cold outside"),
        (Mark.INSERTED, "warm within"),
        (Mark.KEPT, "."),
    ]


def _letters(text: str) -> str:
    return "".join(text.split())


@given(any_diff())
def test_no_word_of_either_text_is_lost(diff: Diff) -> None:
    pieces = [piece for passage in passages(diff) for piece in passage.pieces]
    old = "".join(
        p.text for p in pieces if p.mark is not Mark.INSERTED and (p.move is None or p.mark is Mark.MOVED_AWAY)
    )
    new = "".join(p.text for p in pieces if p.mark in (Mark.KEPT, Mark.INSERTED))
    assert _letters(old) == _letters(diff.old)
    assert _letters(new) == _letters(diff.new)


@given(any_diff())
def test_offsets_point_at_the_text_shown(diff: Diff) -> None:
    for piece in (piece for passage in passages(diff) for piece in passage.pieces if piece.text.strip()):
        if piece.old_start is not None:
            assert diff.old.startswith(piece.text, piece.old_start)
        if piece.new_start is not None:
            assert diff.new.startswith(piece.text, piece.new_start)
