"""What stands in a quotation, and what in the clause that names the speaker."""

from __future__ import annotations

import pytest

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import Change


def only_change(old: str, new: str, language: str = "en") -> Change:
    [change] = classify(diff(old, new), old, new, language)
    return change


@pytest.mark.parametrize(
    ("opening", "closing"), [("“", "”"), ('"', '"'), ("„", "“"), ("«", "»"), ("»", "«"), ("‘", "’"), ("「", "」")]
)
def test_a_change_between_quotation_marks_is_flagged(opening: str, closing: str) -> None:
    old = f"The mayor said: {opening}We shall go home now{closing} and left the room."
    assert only_change(old, old.replace("home", "away")).in_quotation
    assert not only_change(old, old.replace("room", "hall")).in_quotation


def test_an_apostrophe_opens_no_quotation() -> None:
    old = "It wasn’t the mayors’ house that burned, and they’re angry."
    assert not only_change(old, old.replace("burned", "fell")).in_quotation


def test_a_quotation_that_goes_on_in_the_next_paragraph() -> None:
    old = "“We went there on foot.\n\n“Then we came back by car,” he said."
    assert only_change(old, old.replace("foot", "skis")).in_quotation


def test_a_number_inside_a_quotation_is_both() -> None:
    change = only_change("She said “we saw 12 ships” and left.", "She said “we saw 15 ships” and left.")
    assert (change.kind.value, change.in_quotation) == ("number", True)


@pytest.mark.parametrize(
    ("old", "new", "attributed"),
    [
        ("“It is over,” said Mr Brown, the mayor.", "“It is over,” said Mr Green, the mayor.", True),
        ("“It is over,” Mr Brown said on the radio.", "“It is over,” Mr Green said on the radio.", True),
        ("According to Mr Brown, it is over.", "According to Mr Green, it is over.", True),
        ("Mr Brown said that the boat left Paris.", "Mr Brown said that the boat left London.", False),
        ("It is over in Paris, said the mayor.", "It is over in London, said the mayor.", False),
    ],
)
def test_the_clause_that_names_the_speaker(old: str, new: str, attributed: bool) -> None:
    assert only_change(old, new).in_attribution is attributed
