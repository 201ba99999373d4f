"""Units aligned by their neighbours alone, without looking at the whole text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.diff import diff
from tracker.diff.in_place import InPlace, align_in_place
from tracker.diff.similarity import Likeness, WordCodes

_A = "Ministers agreed on Monday to raise the tax on fuel by two cents from next spring."
_B = "Hauliers said the rise would force many of them to close, and threatened to block ports."
_C = "The opposition called for fresh elections after the vote, which passed by a single voice."
_D = "Rain is expected in the north."
# The same words in another order: nothing in common at the ends, most in between.
_A_REWORDED = "On Monday ministers agreed to raise the tax on fuel by two cents, starting next year"


def _in_place(old: list[str], new: list[str]) -> InPlace | None:
    return align_in_place(old, new, Likeness(old, new, WordCodes()))


def _matched(old: list[str], new: list[str]) -> list[tuple[list[int], list[int], bool]]:
    found = _in_place(old, new)
    assert found is not None
    return [(list(match.old), list(match.new), match.is_same) for match in found.matches]


def test_edited_units_are_matched_between_runs_of_the_same() -> None:
    assert _matched([_A, _B, _C, _D], [_A, _B.replace("ports", "roads"), _C, _D]) == [
        ([0], [0], True),
        ([1], [1], False),
        ([2, 3], [2, 3], True),
    ]


def test_a_reworded_unit_between_the_same_neighbours_is_edited() -> None:
    assert _matched([_B, _A, _C], [_B, _A_REWORDED, _C])[1] == ([1], [1], False)
    assert _matched([_B, _A], [_B, _A_REWORDED])[1] == ([1], [1], False)


@pytest.mark.parametrize(
    ("old", "new", "old_left", "new_left"),
    [
        ([_A, _C], [_A, _B, _C], [], [1]),
        ([_A, _B, _D, _C], [_A, _C], [1, 2], []),
        ([_A], [_A, _B, _C], [], [1, 2]),
        ([], [_A], [], [0]),
        ([_B, _C], [_C], [0], []),
    ],
)
def test_added_and_removed_units_are_left_over(
    old: list[str], new: list[str], old_left: list[int], new_left: list[int]
) -> None:
    found = _in_place(old, new)
    assert found is not None
    assert (found.old_left, found.new_left) == (old_left, new_left)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([_A, _B, _C], [_B, _C, _A]),  # moved
        ([f"{_A} {_D}", _C], [_A, _D, _C]),  # split
        ([_A, _D], [f"{_A} {_D}"]),  # merged
        ([_A, _B], [_C, _B]),  # replaced
        ([_A, _B, _C], [_B, _C, _D]),  # one gone, another come
    ],
)
def test_what_neighbours_do_not_tell_is_left_to_the_full_alignment(old: list[str], new: list[str]) -> None:
    assert _in_place(old, new) is None


_UNITS = st.lists(st.sampled_from([_A, _B, _C, _D, _A_REWORDED, f"{_A} {_D}", "***"]), max_size=8)


@settings(deadline=None)
@given(_UNITS, _UNITS)
def test_every_unit_is_matched_once_or_left_over(old: list[str], new: list[str]) -> None:
    found = _in_place(old, new)
    if found is None:
        return
    assert sorted([i for match in found.matches for i in match.old] + found.old_left) == list(range(len(old)))
    assert sorted([j for match in found.matches for j in match.new] + found.new_left) == list(range(len(new)))
    assert not found.old_left or not found.new_left
    for match in found.matches:
        same = [old[i] for i in match.old] == [new[j] for j in match.new]
        assert same == match.is_same
    assert all(p.old[-1] < q.old[0] and p.new[-1] < q.new[0] for p, q in pairwise(found.matches))


def test_blank_and_carriage_return_lines_are_no_paragraphs() -> None:
    old = f"{_A}\r\n\r\n{_B}\n\n\n{_C}"
    new = f"{_A}\r\n\r\n{_B.replace('ports', 'roads')}\n\n\n{_C}\n{_D}"
    found = diff(old, new)
    assert [(old[h.old_start : h.old_end], new[h.new_start : h.new_end].strip()) for h in found.hunks] == [
        ("ports", "roads"),
        ("", _D),
    ]
    assert [(unit.level, unit.old_count, unit.new_count) for unit in found.units] == [
        ("paragraph", 1, 1),
        ("sentence", 1, 1),
        ("paragraph", 0, 1),
    ]


def test_moves_come_in_the_order_of_the_new_text() -> None:
    one, two, three = (f"{text} {text[::-1]}" for text in (_A, _B, _C))
    rest = "\n".join(f"{word} stayed where it was, and so did all the others." for word in ["Alpha", "Beta", "Gamma"])
    found = diff("\n".join([one, two, rest, three]), "\n".join([three, rest, two, one]))
    starts = [move.new_start for move in found.moves]
    assert len(starts) == 3
    assert starts == sorted(starts)
