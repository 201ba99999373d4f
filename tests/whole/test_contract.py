"""What others build on, name by name: the functions, the values they give, the kinds of change."""

from __future__ import annotations

import dataclasses
import inspect
from datetime import UTC, datetime

import pytest
from diff_match_patch import diff_match_patch

import tracker
from tracker import classify, diff, extract, inconsistencies
from tracker.errors import DiffMismatch
from tracker.model import Change, Extract, Field, Hunk, Kind, Move, Operation, Outcome

URL = "https://www.example.com/harbour/breakwater-closed"
FIRST = (
    "The harbour office at Port Ellin said on Tuesday that the eastern breakwater would be closed to walkers until the "
    "spring, because the sea had washed the mortar out from between its stones."
)
SECOND = (
    "Divers who looked at the foundations in the autumn found 12 gaps wide enough to put an arm through. The harbour "
    "master said that none of them was dangerous yet."
)
THIRD = "Anglers may go on using the western mole, where a lamp and a lifebelt have been put up for the winter months."
PAGE = f"""<!doctype html><html lang="en"><head><title>Breakwater closed | Port Ellin Post</title>
<meta property="article:published_time" content="2026-11-20T09:00:00+01:00">
<meta property="article:modified_time" content="2026-11-20T10:00:00Z"></head>
<body><main><article><header><h1>Breakwater closed</h1><p class="standfirst">Walkers must wait for the spring.</p>
<p class="byline">By Odile Farrant</p></header>
<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></article></main></body></html>
"""


def parameters(function: object) -> list[tuple[str, object]]:
    assert callable(function)
    return [(name, each.default) for name, each in inspect.signature(function).parameters.items()]


# -- extract, diff, classify -------------------------------------------------------------------------------------------


def test_the_package_offers_its_functions_by_name() -> None:
    assert {"extract", "diff", "classify", "inconsistencies"} == set(tracker.__all__)
    required = inspect.Parameter.empty
    assert parameters(extract)[:3] == [("html", required), ("url", required), ("content_type", None)]
    assert all(default is None for _, default in parameters(extract)[3:])
    assert parameters(diff) == [("old", required), ("new", required)]
    assert parameters(classify) == [("d", required), ("old", required), ("new", required), ("language", None)]
    assert parameters(inconsistencies) == [("extract", required)]


def test_an_extract_has_every_field() -> None:
    for html, content_type in ((PAGE, None), (PAGE.encode(), "text/html; charset=utf-8"), (PAGE.encode(), None)):
        found = extract(html, URL, content_type)
        assert isinstance(found, Extract)
        assert found.headline == "Breakwater closed"
        assert found.subheadline == "Walkers must wait for the spring."
        assert found.byline == "Odile Farrant"
        assert found.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
        assert found.modified_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
        assert found.language == "en"
        assert found.paragraphs[-3:] == (FIRST, SECOND, THIRD)
        assert found.text == "\n\n".join(found.paragraphs)


@pytest.mark.parametrize("html", ["", b"", b"\x89PNG\r\n\x1a\n\x00\x01", "<html><body><nav>Home</nav></body></html>"])
def test_no_article_is_none(html: bytes | str) -> None:
    assert extract(html, URL) is None


OLD_TEXT = "\n\n".join([FIRST, SECOND, THIRD])
NEW_TEXT = "\n\n".join([THIRD, FIRST, SECOND.replace("12 gaps", "15 gaps 🌊")])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD_TEXT, NEW_TEXT),
        (NEW_TEXT, OLD_TEXT),
        ("", OLD_TEXT),
        (OLD_TEXT, ""),
        ("", ""),
        ("a\nb\nc", "a\nc"),
        ("Ein Satz.", "Ein Satz. 👩‍🚀"),
    ],
)
def test_a_diff_rebuilds_the_new_text_in_every_form(old: str, new: str) -> None:
    script = diff(old, new)
    assert script.apply(old) == new
    engine = diff_match_patch()
    assert engine.diff_text2(engine.diff_fromDelta(old, script.delta)) == new
    assert script.coarse is None
    rebuilt, at, reached = "", 0, 0
    for hunk in script.hunks:
        assert (hunk.old_start, hunk.new_start) >= (at, reached)
        rebuilt += old[at : hunk.old_start] + new[hunk.new_start : hunk.new_end]
        at, reached = hunk.old_end, hunk.new_end
    assert rebuilt + old[at:] == new


def test_a_diff_of_another_text_is_refused() -> None:
    with pytest.raises(DiffMismatch):
        diff("One.", "Two.").apply("Three.")


def test_hunks_and_moves_have_offsets_in_order() -> None:
    names = ["old_start", "old_end", "new_start", "new_end"]
    assert [each.name for each in dataclasses.fields(Hunk)] == names
    assert [each.name for each in dataclasses.fields(Move)] == [*names, "hunks"]
    script = diff(OLD_TEXT, NEW_TEXT)
    assert isinstance(script.hunks, tuple)
    (move,) = script.moves
    assert OLD_TEXT[move.old_start : move.old_end] == NEW_TEXT[move.new_start : move.new_end] == THIRD
    assert any(hunk.old_start <= move.old_start and move.old_end <= hunk.old_end for hunk in script.hunks)
    assert any(hunk.new_start <= move.new_start and move.new_end <= hunk.new_end for hunk in script.hunks)


def test_an_edit_inside_a_moved_block_is_the_moves_own() -> None:
    edited = THIRD.replace("lifebelt", "ladder")
    script = diff(OLD_TEXT, "\n\n".join([edited, FIRST, SECOND]))
    (move,) = script.moves
    assert [OLD_TEXT[hunk.old_start : hunk.old_end] for hunk in move.hunks] == ["lifebelt"]
    changes = classify(script, script.old, script.new, "en")
    assert {change.kind for change in changes} == {Kind.MOVED, Kind.WORDING}
    assert {change.move_id for change in changes} == {1}
    assert {change.operation for change in changes} == {Operation.MOVE, Operation.REPLACE}


def test_a_change_says_what_where_and_why() -> None:
    old, new = "The blast killed 12 people, police said.", "The blast killed 15 people, police said."
    (change,) = classify(diff(old, new), old, new)
    assert (change.kind, change.field, change.operation) == ("number", "body", "replace")
    assert (change.before, change.after) == ("12", "15")
    assert old[change.old_start : change.old_end] == "12"
    assert new[change.new_start : change.new_end] == "15"
    assert (change.in_quotation, change.in_attribution, change.move_id) == (False, False, None)
    assert 0 < change.confidence <= 1
    assert all(isinstance(reason, str) for reason in change.reasons)


def test_quotation_and_attribution_are_flags() -> None:
    old = "“We lost 12 boats in one night,” the harbour master said."
    new = "“We lost 15 boats in one night,” the harbour master claimed."
    number, said = classify(diff(old, new), old, new, language="en")
    assert (number.kind, number.in_quotation, number.in_attribution) == ("number", True, False)
    assert (said.kind, said.in_quotation, said.in_attribution) == ("attribution", False, True)


def test_with_extracts_every_field_is_compared_in_its_own_offsets() -> None:
    old = extract(PAGE, URL)
    assert old is not None
    new = dataclasses.replace(
        old,
        headline="Breakwater reopened",
        subheadline="Walkers must wait for the summer.",
        byline="Ilse Marrow",
        published_at=datetime(2026, 11, 21, 8, tzinfo=UTC),
        modified_at=None,
        paragraphs=tuple(text.replace("12 gaps", "15 gaps") for text in old.paragraphs),
    )
    changes = classify(diff(old.text, new.text), old, new)
    assert {change.field for change in changes} == set(Field)
    by_field = {change.field: change for change in changes}
    headline, body = by_field[Field.HEADLINE], by_field[Field.BODY]
    assert new.headline is not None
    assert new.headline[headline.new_start : headline.new_end] == headline.after == "reopened"
    assert new.text[body.new_start : body.new_end] == body.after == "15"
    assert by_field[Field.MODIFIED_AT].operation is Operation.DELETE
    assert by_field[Field.PUBLISHED_AT].kind is Kind.DATE


def test_a_name_spelt_two_ways_is_told() -> None:
    (found,) = inconsistencies(
        Extract(
            language="en",
            paragraphs=(
                "The ferry to Latakia was late. Officials in Latakia blamed the weather.",
                "Most of the passengers wanted to reach Lakatia before dark.",
            ),
        )
    )
    assert (found.doubtful, found.likely) == ("Lakatia", "Latakia")


# -- kinds -------------------------------------------------------------------------------------------------------------

NEWS = (
    "Rescue crews worked through the night in the valley. Officials expect the road to stay closed until the weekend."
)
TRAINS = "The railway company said trains would run again from Sunday."
SCHOOL = "A school in the lower town gave shelter to forty families."
BRIDGES = " Two bridges further down the river were damaged too."
NOTICE = "Correction: An earlier version of this article misstated the name of the valley."
ONE = "The crews cleared the road, and the mayor thanked them for their work."
TWO = "The crews cleared the road. The mayor thanked them for their work."
VISIT = " The governor visited the flooded town on foot and met with families."
VISIT_AGAIN = " After meeting families, the governor walked across the town that was flooded and promised help."
STRASSE = "Die Straße bleibt bis zum Wochenende gesperrt."
HELFER = "Die Helfer arbeiteten die ganze Nacht im Tal."

EXAMPLES = (
    ("spelling", "The ship left the port of Lakatia on Monday.", "The ship left the port of Latakia on Monday."),
    ("spelling", "The council will recieve the report.", "The council will receive the report."),
    ("variant", "The workers organised a march.", "The workers organized a march."),
    ("variant", "She sent an e-mail to the staff.", "She sent an email to the staff."),
    ("punctuation", "The mayor, who was tired left early.", "The mayor, who was tired, left early."),
    ("capitalisation", "The prime minister spoke on Friday.", "The Prime Minister spoke on Friday."),
    ("spacing", "The bridge  was closed.", "The bridge was closed."),
    ("number", "The flood killed 12 people.", "The flood killed 15 people."),
    ("number", "The price rose by 3.5 per cent.", "The price rose by 4.5 per cent."),
    ("date", "The court sat on Monday.", "The court sat on Tuesday."),
    ("date", "The hearing starts at 9am.", "The hearing starts at 10am."),
    ("name", "Troops crossed the border into Iraq at dawn.", "Troops crossed the border into Iran at dawn."),
    ("name", "The deal was signed by John Miller today.", "The deal was signed by Peter Brandt today."),
    ("negation", "The minister is guilty of fraud.", "The minister is not guilty of fraud."),
    ("attribution", "The witness said the car was red.", "The witness claimed the car was red."),
    ("attribution", "The man stole the car.", "The man allegedly stole the car."),
    ("wording", "The mayor praised the quick work.", "The mayor praised the swift work."),
    ("sentence_added", NEWS, NEWS + BRIDGES),
    ("sentence_removed", NEWS + BRIDGES, NEWS),
    ("sentence_rewritten", NEWS + VISIT, NEWS + VISIT_AGAIN),
    ("sentence_split", ONE, TWO),
    ("sentence_merged", TWO, ONE),
    ("paragraph_added", NEWS, f"{NEWS}\n\n{TRAINS}"),
    ("paragraph_removed", f"{NEWS}\n\n{TRAINS}", NEWS),
    ("moved", f"{NEWS}\n\n{TRAINS}\n\n{SCHOOL}", f"{SCHOOL}\n\n{NEWS}\n\n{TRAINS}"),
    ("notice_added", NEWS, f"{NEWS}\n\n{NOTICE}"),
    ("notice_removed", f"{NEWS}\n\n{NOTICE}", NEWS),
    ("notice_changed", f"{NEWS}\n\n{NOTICE}", f"{NEWS}\n\n{NOTICE.replace('the name', 'the name and the size')}"),
)
GERMAN_EXAMPLES = (
    ("spelling", "Die Regirung will das Gesetz noch ändern.", "Die Regierung will das Gesetz noch ändern."),
    ("variant", "Es waren zwölf Menschen im Haus.", "Es waren 12 Menschen im Haus."),
    ("number", "Der Preis stieg um 3,5 Prozent.", "Der Preis stieg um 4,5 Prozent."),
    ("date", "Das Gericht tagt am Montag.", "Das Gericht tagt am Dienstag."),
    ("negation", "Der Minister hat das gewusst.", "Der Minister hat das nicht gewusst."),
    ("attribution", "Der Zeuge sagte, das Auto sei rot.", "Der Zeuge behauptete, das Auto sei rot."),
    ("sentence_added", STRASSE, f"{STRASSE} {HELFER}"),
    ("paragraph_removed", f"{STRASSE}\n\n{HELFER}", STRASSE),
    ("notice_added", STRASSE, f"{STRASSE}\n\nKorrektur: In einer früheren Fassung stand ein falscher Ortsname."),
)


@pytest.mark.parametrize(("kind", "old", "new"), EXAMPLES)
def test_a_plain_english_edit_is_one_change_of_its_kind(kind: str, old: str, new: str) -> None:
    assert [change.kind for change in classify(diff(old, new), old, new, "en")] == [kind]
    assert [change.kind for change in classify(diff(old, new), old, new)] == [kind]


@pytest.mark.parametrize(("kind", "old", "new"), GERMAN_EXAMPLES)
def test_a_plain_german_edit_is_one_change_of_its_kind(kind: str, old: str, new: str) -> None:
    assert [change.kind for change in classify(diff(old, new), old, new, "de")] == [kind]


OUTCOMES = {
    *("first_seen", "changed", "reverted", "unchanged", "not_modified", "gone", "moved", "blocked", "paywalled"),
    *("unreadable", "suspect", "failed"),
}
CHANGE_ATTRIBUTES = {
    *("kind", "field", "operation", "before", "after", "old_start", "old_end", "new_start", "new_end"),
    *("in_quotation", "in_attribution", "move_id", "confidence", "reasons"),
}


def test_the_closed_lists_are_complete_and_every_kind_has_an_example() -> None:
    assert {kind for kind, _, _ in EXAMPLES} == set(Kind)
    assert set(Field) == {"headline", "subheadline", "byline", "published_at", "modified_at", "body"}
    assert set(Operation) == {"insert", "delete", "replace", "move"}
    assert set(Outcome) == OUTCOMES
    assert {each.name for each in dataclasses.fields(Change)} >= CHANGE_ATTRIBUTES
