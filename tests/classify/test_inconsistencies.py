"""Names spelt in two ways inside one article."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import inconsistencies
from tracker.model import Extract


def article(*paragraphs: str, language: str | None = "en") -> Extract:
    return Extract(language=language, paragraphs=paragraphs)


def test_a_name_spelt_in_two_ways_is_found_with_its_place() -> None:
    text = article("An airfield south of Latakia grew.", "Tanks stand south of Lakatia now.")
    [found] = inconsistencies(text)
    assert (found.doubtful, found.likely) == ("Lakatia", "Latakia")
    assert text.text[found.start : found.end] == "Lakatia"
    assert found.sentence == "Tanks stand south of Lakatia now."
    assert (found.doubtful_count, found.likely_count) == (1, 1)
    assert found.reasons[0] == "“Lakatia” is in no dictionary"
    assert found.engine == "inconsistencies 1"


def test_the_seed_article_has_exactly_one(shared_data: Path) -> None:
    printed = (shared_data / "seed" / "russia-proposes-talks.txt").read_text(encoding="utf-8")
    found = inconsistencies(article(*printed.split("\n\n")))
    assert [(one.doubtful, one.likely) for one in found] == [("Lakatia", "Latakia")]


@pytest.mark.parametrize(
    "paragraph",
    [
        "The war in Iraq and the talks with Iran went on.",
        "A Russian minister came from Russia to Australia and Austria.",
        "In the town Marina met Marino, and Johnson met Johnston.",
        "The singers Andersen and Anderson met Peterson there.",
        "He asked Roben and then Robin for help.",
    ],
)
def test_two_names_are_not_one(paragraph: str) -> None:
    assert inconsistencies(article(paragraph)) == ()


def test_a_language_that_inflects_names_is_left_alone() -> None:
    paragraphs = ("Die Truppen bei Latakia warten, und bei Lakatia auch.",)
    assert inconsistencies(article(*paragraphs, language="de")) == ()


def test_a_register_of_names_is_left_alone() -> None:
    slip = "the towns of Latakia and of Lakatia"
    towns = " and ".join(
        "Q" + "".join("abcde"[number // 5**place % 5] for place in range(5)) for number in range(1_200)
    )
    assert inconsistencies(article(slip)) != ()
    assert inconsistencies(article(f"{slip} and {towns}")) == ()


def test_an_empty_article() -> None:
    assert inconsistencies(Extract()) == ()
