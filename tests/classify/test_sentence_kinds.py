"""Sentences and paragraphs that came, went, split, merged, moved; and correction notices."""

from __future__ import annotations

import pytest

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import Change, Kind, Operation

FIRST = "The minister opened the new bridge over the river on Monday."
SECOND = "Hundreds of people came to see the ceremony in the rain."
THIRD = "Work on the bridge had taken almost seven years in total."
FOURTH = "Critics call the project far too expensive for a small town."


def changes(old: str, new: str) -> list[Change]:
    return list(classify(diff(old, new), old, new, "en"))


def test_a_sentence_put_in_and_taken_out() -> None:
    short, long = f"{FIRST} {THIRD}", f"{FIRST} {SECOND} {THIRD}"
    [added] = changes(short, long)
    assert (added.kind, added.operation, added.before, added.after) == (
        Kind.SENTENCE_ADDED,
        Operation.INSERT,
        "",
        SECOND,
    )
    [removed] = changes(long, short)
    assert (removed.kind, removed.operation, removed.before, removed.after) == (
        Kind.SENTENCE_REMOVED,
        Operation.DELETE,
        SECOND,
        "",
    )


def test_a_paragraph_put_in_and_taken_out() -> None:
    short, long = f"{FIRST}\n\n{FOURTH}", f"{FIRST}\n\n{SECOND} {THIRD}\n\n{FOURTH}"
    [added] = changes(short, long)
    assert (added.kind, added.after) == (Kind.PARAGRAPH_ADDED, f"{SECOND} {THIRD}")
    [removed] = changes(long, short)
    assert (removed.kind, removed.before) == (Kind.PARAGRAPH_REMOVED, f"{SECOND} {THIRD}")


def test_a_sentence_written_anew() -> None:
    [change] = changes(f"{FIRST} {SECOND} {THIRD}", f"{FIRST} {FOURTH} {THIRD}")
    assert (change.kind, change.before, change.after) == (Kind.SENTENCE_REWRITTEN, SECOND, FOURTH)


def test_a_sentence_split_and_merged() -> None:
    whole = "The minister opened the bridge on Monday, but the road to it was still closed that evening."
    parts = "The minister opened the bridge on Monday. The road to it was still closed that evening."
    assert [change.kind for change in changes(f"{whole} {THIRD}", f"{parts} {THIRD}")] == [Kind.SENTENCE_SPLIT]
    assert [change.kind for change in changes(f"{parts} {THIRD}", f"{whole} {THIRD}")] == [Kind.SENTENCE_MERGED]


def test_an_edit_beside_a_new_sentence_is_told_apart_from_it() -> None:
    old = f"{FIRST} {THIRD}"
    new = f"{FIRST} {SECOND} {THIRD.replace('seven', 'nine')}"
    assert [(change.kind, change.after) for change in changes(old, new)] == [
        (Kind.SENTENCE_ADDED, SECOND),
        (Kind.NUMBER, "nine"),
    ]


def test_a_moved_paragraph_and_the_edit_inside_it() -> None:
    paragraphs = [FIRST, SECOND, THIRD, FOURTH, "The council meets again next week to settle what remains to be paid."]
    old = "\n\n".join(paragraphs)
    new = "\n\n".join([*paragraphs[1:], FIRST.replace("Monday", "Friday")])
    found = changes(old, new)
    assert sorted((change.kind.value, change.move_id) for change in found) == [("date", 1), ("moved", 1)]
    moved = next(change for change in found if change.kind is Kind.MOVED)
    assert moved.operation is Operation.MOVE
    assert moved.before == FIRST


def test_a_paragraph_cut_in_two_is_a_change_of_spacing() -> None:
    [change] = changes(f"{FIRST} {SECOND}", f"{FIRST}\n\n{SECOND}")
    assert change.kind is Kind.SPACING


NOTICES = [
    "Correction: An earlier version of this article misspelled the name of the town.",
    "CORRECTION (Sept. 17, 2015): A previous version of this story gave the wrong date.",
    "Clarification: The headline of this article has been changed.",
    "Editor’s note: This story was published before the vote.",
    "An earlier version of this article misstated the number of victims. It is 12, not 15.",
    "Because of an editing error, an earlier version of this article misidentified the mayor.",
    "This article was amended on 5 March 2015 to correct the name of the minister.",
    "• This story has been updated to include the reply of the company.",
    "Update, 4 p.m.: The road is open again.",
    "UPDATE: The road is open again.",
    "The Times regrets the error.",
    "Korrektur: In einer früheren Version dieses Artikels stand ein falscher Name.",
    "Anmerkung der Redaktion: Der Name wurde geändert.",
    "Rectificatif : une version précédente de cet article donnait un autre chiffre.",
    "Fe de errores: el nombre del alcalde era otro.",
    "Una versión anterior de este artículo daba otra cifra.",
    "Errata corrige: il nome del sindaco era sbagliato.",
    "Erramos: o nome do prefeito estava errado.",
    "Correctie: in een eerdere versie van dit artikel stond een verkeerde naam.",
    "Sprostowanie: w poprzedniej wersji podano błędną datę.",
    "Rättelse: I en tidigare version av artikeln stod fel namn.",
    "Rettelse: I en tidligere version af artiklen stod et forkert navn.",
    "Oppdatert: I en tidligere versjon sto det feil navn.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_that_comes_and_goes_is_named(notice: str) -> None:
    without, having = f"{FIRST}\n\n{SECOND}", f"{FIRST}\n\n{SECOND}\n\n{notice}"
    assert [(change.kind, change.after) for change in changes(without, having)] == [(Kind.NOTICE_ADDED, notice)]
    assert [(change.kind, change.before) for change in changes(having, without)] == [(Kind.NOTICE_REMOVED, notice)]


def test_a_notice_that_reads_differently_is_changed() -> None:
    old = f"{FIRST}\n\nCorrection: An earlier version of this article gave the wrong year."
    new = f"{FIRST}\n\nCorrection: An earlier version of this article gave the wrong month."
    assert [change.kind for change in changes(old, new)] == [Kind.NOTICE_CHANGED]


@pytest.mark.parametrize(
    "paragraph",
    [
        "Corrections officers said on Monday that the prison was calm again after the riot.",
        "The update of the software took four hours and failed twice before noon.",
        "The correction of the market surprised the traders who had bought in spring.",
        "The article of the constitution that he quoted does not say so at all.",
        "An earlier train would have reached the city in time for the ceremony.",
    ],
)
def test_an_article_that_speaks_of_corrections_is_no_notice(paragraph: str) -> None:
    [change] = changes(f"{FIRST}\n\n{SECOND}", f"{FIRST}\n\n{paragraph}\n\n{SECOND}")
    assert change.kind is Kind.PARAGRAPH_ADDED


def test_a_paragraph_break_put_into_a_moved_block_is_told() -> None:
    block, split = f"{FIRST} {SECOND}", f"{FIRST}\n\n{SECOND}"
    found = changes(f"{block}\n\n{THIRD}\n\n{FOURTH}", f"{THIRD}\n\n{FOURTH}\n\n{split}")
    moved = [change for change in found if change.kind is Kind.MOVED]
    breaks = [change for change in found if change.kind is Kind.SPACING]
    assert len(moved) == len(breaks) == 1
    assert (breaks[0].before, breaks[0].after, breaks[0].move_id) == (" ", "\n\n", moved[0].move_id)


def test_a_headline_given_as_plain_text_is_rewritten_as_one() -> None:
    [change] = changes("Council cuts bus routes", "Anger over plans for the harbour")
    assert (change.kind, change.operation) == (Kind.SENTENCE_REWRITTEN, Operation.REPLACE)


def test_a_paragraph_that_took_the_place_of_another_is_not_a_rewritten_sentence() -> None:
    found = changes(f"{FIRST}\n\n{SECOND}", f"{FIRST}\n\n{FOURTH}")
    assert {change.kind for change in found} == {Kind.PARAGRAPH_ADDED, Kind.PARAGRAPH_REMOVED}
