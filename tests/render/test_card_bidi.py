"""Two directions in one line: where every letter stands, by the rules of UAX #9."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.render.card.bidi import base_level, levels, visual_order

MIXED = st.text(alphabet='abc אבג بتث 123 ٣٤ .,:;-+/%$()[]!"', max_size=20)


def _displayed(text: str) -> str:
    return "".join(text[index] for index in visual_order(levels(text, base_level(text))))


@pytest.mark.parametrize(
    ("logical", "shown"),
    [
        ("car means CAR.", "car means RAC."),
        ("CAR MEANS car.", ".car SNAEM RAC"),
        ("CAR 12,50 X", "X 12,50 RAC"),  # a number keeps its order, its separator stays inside
        ("CAR (abc) X", "X )abc( RAC"),  # both brackets go the way of the paragraph; shaping mirrors them
        ("abc (CAR) x", "abc (RAC) x"),
        ("CAR 5% X", "X 5% RAC"),  # the sign belongs to the number
        ("CAR - abc", "abc - RAC"),
    ],
)
def test_hebrew_and_latin_share_a_line(logical: str, shown: str) -> None:
    hebrew = str.maketrans({letter: chr(0x5D0 + place) for place, letter in enumerate("ACEMNRSX")})

    assert _displayed(logical.translate(hebrew)) == shown.translate(hebrew)


def test_a_number_after_arabic_letters_keeps_its_order() -> None:
    assert _displayed("بت 12 ث") == "ث 12 تب"


def test_the_first_letter_decides_where_a_paragraph_begins() -> None:
    assert base_level("“12 שלום abc") == 1
    assert base_level("12 abc שלום") == 0
    assert base_level("12 …") == 0


@given(MIXED)
def test_every_character_is_shown_once(text: str) -> None:
    assert sorted(_displayed(text)) == sorted(text)


@given(st.text(alphabet="abc 12.,()", max_size=20))
def test_text_of_one_direction_stays_as_it_is(text: str) -> None:
    assert _displayed(text) == text


def test_many_open_brackets_take_no_time() -> None:
    assert len(levels("א(" * 5_000 + ")" * 5_000, 1)) == 15_000
