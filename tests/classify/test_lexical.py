"""The modules below the kinds: values, dates, quotations, languages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracker.classify.language import detected_language
from tracker.classify.lexicon import in_dictionary, zipf
from tracker.classify.numbers import Quantity, quantities
from tracker.classify.quotations import quotations
from tracker.classify.vocabulary import vocabulary
from tracker.classify.words import tokens


def read(text: str, language: str = "en") -> tuple[Quantity, ...]:
    return quantities(tokens(text, 0, len(text)), vocabulary(language), language)


@pytest.mark.parametrize(
    ("text", "language", "value", "unit"),
    [
        ("1,500", "en", 1500, ""),
        ("1.5 thousand", "en", 1500, ""),
        ("1.500", "de", 1500, ""),
        ("1.500", "en", Fraction(3, 2), ""),
        ("1 500 000".replace(" ", "\u202f"), "fr", 1_500_000, ""),
        ("1,5 Millionen", "de", 1_500_000, ""),
        ("twenty-one", "en", 21, ""),
        ("two hundred and five", "en", 205, ""),
        ("two thousand three hundred", "en", 2300, ""),
        ("$6.5m", "en", 6_500_000, "dollar"),
        ("6.5 million dollars", "en", 6_500_000, "dollar"),
        ("5 per cent", "en", 5, "percent"),
        ("5%", "en", 5, "percent"),
        ("5 pour cent", "fr", 5, "percent"),
        ("19th", "en", 19, "ordinal"),
        ("12 Mio", "de", 12_000_000, ""),
    ],
)
def test_numbers_are_read_as_values(text: str, language: str, value: Fraction, unit: str) -> None:
    assert read(text, language) == (Quantity(Fraction(value), unit),)


def test_several_numbers_are_kept_apart() -> None:
    assert [quantity.value for quantity in read("from 12 to 15 people")] == [12, 15]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “go” and “stay”.", ["go", "stay"]),
        ("Er sagte: „Geh“, und ging.", ["Geh"]),
        ("Il dit « va » et part.", [" va "]),
        ("He said ‘it isn’t so’ then.", ["it isn’t so"]),
        ("It’s the boys’ house.", []),
        ("“It goes on", ["It goes on"]),
        ("He is 6' 2\" tall.", []),
    ],
)
def test_quotations_are_found(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text, 0, len(text))] == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The government said on Monday that it would not change its plans for the schools.", "en"),
        ("Die Regierung sagte am Montag, dass sie ihre Pläne für die Schulen nicht ändern wird.", "de"),
        ("Le gouvernement a dit lundi qu'il ne changerait pas ses plans pour les écoles de la ville.", "fr"),
        ("El gobierno dijo el lunes que no cambiaría sus planes para las escuelas de la ciudad.", "es"),
        ("Il governo ha detto lunedì che non cambierà i suoi piani per le scuole della città.", "it"),
        ("Правительство заявило в понедельник, что не изменит своих планов.", "ru"),
        ("政府は月曜日に計画を変更しないと発表した。市民は反対している。", "ja"),
        ("", None),
        ("Latakia", None),
        ("12 34 56 78 90 12 34 56 78 90 12", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert detected_language(text) == language


def test_what_is_known_of_a_word() -> None:
    assert in_dictionary("Brewing", "en")
    assert not in_dictionary("brwing", "en")
    assert zipf("the", "en") > 7
    assert zipf("brwing", "en") == 0


def test_word_lists_of_an_unknown_language_are_empty() -> None:
    assert vocabulary("xx") == vocabulary(None)
    assert vocabulary("en-GB") is vocabulary("en")
    assert not vocabulary("../en").negations
