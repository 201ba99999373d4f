"""What a reader gets for the edits that newsrooms make."""

from __future__ import annotations

import pytest

from tracker.diff import diff
from tracker.model import UnitMatch

_A = "Prime Minister Romano Prodi's government has said that it wants a political solution to the crisis."
_B = "The commission said on Monday that Italy would meet its obligations under the pact this year."
_C = "Unions have called for a general strike in the capital, where buses and trains will stop for a day."
_D = "Analysts doubt that the budget, due in March, can be passed before the regional elections are held."


def _changes(old: str, new: str) -> list[tuple[str, str]]:
    return [(old[h.old_start : h.old_end], new[h.new_start : h.new_end]) for h in diff(old, new).hunks]


def _units(old: str, new: str, level: str) -> list[tuple[int, int, bool]]:
    return [(u.old_count, u.new_count, u.is_moved) for u in diff(old, new).units if u.level == level]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("shelling of Lakatia.", "shelling of Latakia.", [("Lakatia", "Latakia")]),
        ("at least 12 people died", "at least 15 people died", [("12", "15")]),
        ("cost $1,500 in all", "cost $1,600 in all", [("1,500", "1,600")]),
        ("a very long day", "a long day", [("very ", "")]),
        ("they do eat", "they don't eat", [("do", "don't")]),
        ("he said: 'No'.", "he said: ‘No’.", [("'", "‘"), ("'", "’")]),
        ("It rose 3% , he said", "It rose 3%, he said", [(" ", "")]),
        ("the end", "the end.", [("", ".")]),
        ("", "All new.", [("", "All new.")]),
        ("北京で大きな地震がありました。", "東京で大きな地震がありました。", [("北", "東")]),
        ("यह एक परीक्षा है।", "यह दो परीक्षा है।", [("एक", "दो")]),
        ("Crew 👩‍🚀 landed", "Crew 👨‍🚀 landed", [("👩‍🚀", "👨‍🚀")]),
    ],
)
def test_small_edits_are_shown_as_they_were_made(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert _changes(old, new) == expected
    around = f"{_A}\n\n{{}}\n\n{_B}"
    assert _changes(around.format(old), around.format(new)) == expected


def test_an_inserted_paragraph_is_one_hunk() -> None:
    assert _changes(f"{_A}\n\n{_B}", f"{_A}\n\n{_C}\n\n{_B}") == [("", f"{_C}\n\n")]
    assert _units(f"{_A}\n\n{_B}", f"{_A}\n\n{_C}\n\n{_B}", "paragraph") == [(0, 1, False)]


def test_a_removed_sentence_is_one_hunk() -> None:
    assert _changes(f"{_A} {_B} {_C}", f"{_A} {_C}") == [(f"{_B} ", "")]
    assert _units(f"{_A} {_B} {_C}", f"{_A} {_C}", "sentence") == [(1, 0, False)]


def test_a_replaced_headline_is_one_hunk() -> None:
    old, new = "Prodi under fire over budget", "Strike halts trains in Rome as unions march"
    assert _changes(f"{old}\n\n{_A}", f"{new}\n\n{_A}") == [(old, new)]


def test_paragraphs_joined_and_parted_differ_in_space_alone() -> None:
    assert _changes(f"{_A}\n\n{_B}", f"{_A} {_B}") == [("\n\n", " ")]
    assert _changes(f"{_A} {_B} {_C}", f"{_A}\n\n{_B}\n\n{_C}") == [(" ", "\n\n"), (" ", "\n\n")]


def test_a_split_sentence_is_matched_to_both_halves() -> None:
    old = "The bank said that profits had risen in the north, but it warned investors of losses in the south."
    new = "The bank said that profits had risen in the north. It warned investors of losses in the south."
    assert _changes(f"{_A} {old}", f"{_A} {new}") == [(", but it", ". It")]
    assert _units(f"{_A} {old}", f"{_A} {new}", "sentence") == [(1, 2, False)]
    assert _units(f"{_A} {new}", f"{_A} {old}", "sentence") == [(2, 1, False)]


def test_a_rewritten_sentence_is_one_hunk_not_a_rag_of_chance_matches() -> None:
    old = "Ministers hope to avoid the vote until the spring of the coming year, if they can."
    new = "Nobody in the party expects that there will be a decision, let alone the right one."
    assert _changes(f"{_A} {old} {_B}", f"{_A} {new} {_B}") in (
        [(old, new)],
        [(old.removesuffix("."), new.removesuffix("."))],
    )


def test_a_letter_set_right_does_not_swallow_its_neighbour() -> None:
    assert _changes("its goverment failed “badly yesterday", "its government failed ”badly yesterday") == [
        ("goverment", "government"),
        ("“", "”"),
    ]


def test_every_curled_quotation_mark_is_its_own_hunk() -> None:
    old = '"We can\'t," he said. "Not now." She left - at once.'
    new = "“We can’t,” he said. “Not now.” She left – at once."
    assert [before for before, _ in _changes(old, new)] == ['"', "can't", '"', '"', '"', "-"]


def test_a_moved_paragraph_is_a_move_with_its_edits_inside() -> None:
    edited = _B.replace("Monday", "Tuesday")
    old, new = f"{_A}\n\n{_B}\n\n{_C}\n\n{_D}", f"{_A}\n\n{_C}\n\n{_D}\n\n{edited}"
    (move,) = diff(old, new).moves
    assert (old[move.old_start : move.old_end], new[move.new_start : move.new_end]) == (_B, edited)
    (hunk,) = move.hunks
    assert (old[hunk.old_start : hunk.old_end], new[hunk.new_start : hunk.new_end]) == ("Monday", "Tuesday")


def test_neighbours_that_move_together_are_one_block() -> None:
    old, new = f"{_A}\n\n{_B}\n\n{_C}\n\n{_D}", f"{_C}\n\n{_D}\n\n{_A}\n\n{_B}"
    (move,) = diff(old, new).moves
    assert old[move.old_start : move.old_end] == new[move.new_start : move.new_end]
    assert move.hunks == ()


def test_a_paragraph_split_on_its_way_is_one_move() -> None:
    old, new = f"{_A} {_B}\n\n{_C}\n\n{_D}", f"{_C}\n\n{_D}\n\n{_A.replace('political', 'lasting')}\n\n{_B}"
    (move,) = diff(old, new).moves
    assert (move.old_start, move.old_end) == (0, len(f"{_A} {_B}"))
    assert len(move.hunks) == 2


def test_a_sentence_carried_to_another_paragraph_is_a_move() -> None:
    old = f"{_A} {_B}\n\n{_C} {_C.replace('strike', 'march')}\n\n{_D}"
    new = f"{_A}\n\n{_C} {_C.replace('strike', 'march')}\n\n{_D} {_B}"
    (move,) = diff(old, new).moves
    assert old[move.old_start : move.old_end] == new[move.new_start : move.new_end] == _B


def test_short_lines_do_not_move() -> None:
    assert diff(f"***\n\n{_A}\n\n{_B}", f"{_A}\n\n{_B}\n\n***").moves == ()


def test_units_cover_the_sentence_around_an_edit() -> None:
    old, new = f"{_A} {_B} {_C}", f"{_A} {_B.replace('Monday', 'Tuesday')} {_C}"
    assert diff(old, new).units == (
        UnitMatch("paragraph", 0, len(old), 0, len(new), 1, 1),
        UnitMatch("sentence", len(_A) + 1, len(f"{_A} {_B}"), len(_A) + 1, len(f"{_A} {_B}") + 1, 1, 1),
    )


@pytest.mark.parametrize("separator", ["\n", "\n\n", "\r\n", "\n \n"])
def test_any_kind_of_line_end_parts_paragraphs(separator: str) -> None:
    old, new = separator.join((_A, _B, _C)), separator.join((_A, _D, _B, _C))
    assert len(_changes(old, new)) == 1
    assert _changes(old, new)[0][0] == ""
