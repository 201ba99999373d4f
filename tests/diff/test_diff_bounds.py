"""Inputs made to hurt: the answer stays right, bounds are sizes and are named, and nothing takes the machine down."""

from __future__ import annotations

import random

import pytest

from tracker.diff import diff

_SIZE = 200_000


def _words(seed: int, vocabulary: int) -> str:
    chance = random.Random(seed)
    return " ".join(f"w{chance.randrange(vocabulary)}" for _ in range(_SIZE // 5))


def _ideographs(seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(_SIZE))


_LINES = "\n".join(f"line number {k} of the list" for k in range(_SIZE // 25))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(_LINES, "\n".join(reversed(_LINES.split("\n"))), id="reversed lines"),
        pytest.param("x" * _SIZE, "x" * (_SIZE - 1) + "y", id="one word"),
        pytest.param("\n" * _SIZE, "\n" * (_SIZE - 7), id="newlines"),
        pytest.param("the same line\n" * (_SIZE // 14), "the same line\n" * (_SIZE // 15), id="repeated line"),
        pytest.param(
            "".join(map(chr, range(0x100, 0xD800))), "".join(map(chr, range(0xD7FF, 0xFF, -1))), id="all different"
        ),
        pytest.param("e" + "\u0301" * _SIZE, "e" + "\u0301" * (_SIZE - 9), id="one cluster"),
        pytest.param("🇩🇪" * (_SIZE // 2), "🇪" + "🇩🇪" * (_SIZE // 2), id="flags"),
        pytest.param(" " * _SIZE, " " * (_SIZE - 9), id="spaces"),
        pytest.param("A. B! " * (_SIZE // 6), "B! A. C? " * (_SIZE // 9), id="tiny sentences"),
    ],
)
def test_hard_inputs_are_rebuilt(old: str, new: str) -> None:
    assert diff(old, new).apply(old) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("a b " * (_SIZE // 4), "b a " * (_SIZE // 4), id="two words in turn"),
        pytest.param(_ideographs(1), _ideographs(2), id="no spaces at all"),
    ],
)
def test_a_bound_that_was_reached_is_named(old: str, new: str) -> None:
    found = diff(old, new)
    assert found.apply(old) == new
    assert found.coarse is not None
    assert "too long" in found.coarse


def test_an_ordinary_diff_is_not_coarse() -> None:
    assert diff("one two three", "one 2 three").coarse is None
    assert diff(_words(1, 40), _words(1, 40) + " more").coarse is None


def test_different_words_are_not_coarse_for_there_is_nothing_to_find() -> None:
    old, new = (" ".join(f"{letter}{k}" for k in range(50_000)) for letter in "ab")
    found = diff(old, new)
    assert found.coarse is None
    assert len(found.hunks) == 1


def test_two_edits_in_a_long_text_without_spaces_are_found() -> None:
    old = _ideographs(3)
    new = old[:90_000] + "漢字" + old[90_000:130_000] + old[130_005:]
    assert [(h.old_end - h.old_start, h.new_end - h.new_start) for h in diff(old, new).hunks] == [(0, 2), (5, 0)]
