"""Each kind of change as a reader would name it, one edit a case."""

from __future__ import annotations

import pytest

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import Kind


def said(old: str, new: str, language: str | None = "en") -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.before, change.after) for change in classify(diff(old, new), old, new, language)]


@pytest.mark.parametrize(
    ("old", "new", "kind", "before", "after"),
    [
        ("A base south of Lakatia was built.", "A base south of Latakia was built.", "spelling", "Lakatia", "Latakia"),
        ("A base south of Latakia was built.", "A base south of Lakatia was built.", "spelling", "Latakia", "Lakatia"),
        ("Trouble was brwing there.", "Trouble was brewing there.", "spelling", "brwing", "brewing"),
        ("They recieve their pay today.", "They receive their pay today.", "spelling", "recieve", "receive"),
        ("He said taht it was over.", "He said that it was over.", "spelling", "taht", "that"),
        ("We need toprovide more.", "We need to provide more.", "spelling", "toprovide", "to provide"),
        ("They didnt go home then.", "They didn't go home then.", "spelling", "didnt", "didn't"),
        ("Some twleve ships left.", "Some twelve ships left.", "spelling", "twleve", "twelve"),
        ("The organised group met.", "The organized group met.", "variant", "organised", "organized"),
        ("The centre of town burned.", "The center of town burned.", "variant", "centre", "center"),
        ("He sent an e-mail to all.", "He sent an email to all.", "variant", "e-mail", "email"),
        ("She met them at the cafe.", "She met them at the café.", "variant", "cafe", "café"),
        ("He walk home every day.", "He walks home every day.", "variant", "walk", "walks"),
        ("The war in Iraq went on.", "The war in Iran went on.", "name", "Iraq", "Iran"),
        ("On stage Mr Brown wept.", "On stage Mr Green wept.", "name", "Brown", "Green"),
        ("The blast killed 12 people.", "The blast killed 21 people.", "number", "12", "21"),
        ("It rose by 5 per cent.", "It rose by 6 per cent.", "number", "5", "6"),
        ("It rose to 1.5 today.", "It rose to 15 today.", "number", "1.5", "15"),
        ("It cost two million euros.", "It cost two billion euros.", "number", "million", "billion"),
        ("They met again on Monday.", "They met again on Tuesday.", "date", "Monday", "Tuesday"),
        ("It began on March 24 there.", "It began on March 25 there.", "date", "24", "25"),
        ("He is now guilty of that.", "He is not guilty of that.", "negation", "now", "not"),
        ("He did win the case.", "He did not win the case.", "negation", "", "not"),
        ("The mayor said it was so.", "The mayor claimed it was so.", "attribution", "said", "claimed"),
        ("He killed three people.", "He allegedly killed three people.", "attribution", "", "allegedly"),
        ("It had an affect on them.", "It had an effect on them.", "wording", "affect", "effect"),
        ("It was a large house there.", "It was a grand house there.", "wording", "large", "grand"),
        ("He went home, and slept.", "He went home and slept.", "punctuation", ",", ""),
        ("The south of Korea froze.", "The South of Korea froze.", "capitalisation", "south", "South"),
        ("Two  spaces stand here.", "Two spaces stand here.", "spacing", "  ", " "),
    ],
)
def test_one_edit_is_one_change_of_its_kind(old: str, new: str, kind: str, before: str, after: str) -> None:
    [(said_kind, said_before, said_after)] = said(old, new)
    assert said_kind == kind
    assert (said_before.strip(), said_after.strip()) == (before.strip(), after.strip())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("About 1,500 people came.", "About 1.5 thousand people came."),
        ("About twelve people came.", "About 12 people came."),
        ("It rose 5 per cent then.", "It rose 5% then."),
        ("It cost €5m in the end.", "It cost 5 million euros in the end."),
        ("The 21st century began.", "The twenty-first century began."),
        ("He comes on Sept. 17 again.", "He comes on 17 September again."),
        ("He comes at 7pm tonight.", "He comes at 19:00 tonight."),
    ],
)
def test_another_form_of_the_same_value_is_a_variant(old: str, new: str) -> None:
    assert {kind for kind, _, _ in said(old, new)} == {"variant"}


def test_words_of_separate_kinds_next_to_each_other_are_separate_changes() -> None:
    old, new = "He met John Smith in Iraq 12 times.", "He met Paul Jones in Iran 15 times."
    assert said(old, new) == [("name", "John Smith", "Paul Jones"), ("name", "Iraq", "Iran"), ("number", "12", "15")]


@pytest.mark.parametrize(
    ("language", "old", "new", "kind"),
    [
        ("de", "Er hat das nicht getan.", "Er hat das getan.", "negation"),
        ("de", "Der Präsident sagte, er gehe.", "Der Präsident behauptete, er gehe.", "attribution"),
        ("de", "Sie kamen am Montag an.", "Sie kamen am Dienstag an.", "date"),
        ("de", "Es waren zwölf Menschen.", "Es waren 12 Menschen.", "variant"),
        ("fr", "Il est arrivé lundi à Paris.", "Il est arrivé mardi à Paris.", "date"),
        ("fr", "Le suspect a avoué hier.", "Le suspect présumé a avoué hier.", "attribution"),
        ("es", "El ministro dijo que sí.", "El ministro aseguró que sí.", "attribution"),
        ("it", "Sono morte tre persone.", "Sono morte 3 persone.", "variant"),
        ("pt", "O presidente disse que vai.", "O presidente afirmou que vai.", "attribution"),
        ("nl", "Hij heeft het niet gedaan.", "Hij heeft het gedaan.", "negation"),
        ("pl", "Minister powiedział, że odejdzie.", "Minister twierdził, że odejdzie.", "attribution"),
        ("sv", "Han kom i måndags på måndag hem.", "Han kom i måndags på tisdag hem.", "date"),
        ("da", "Han har ikke gjort det.", "Han har gjort det.", "negation"),
        ("no", "Han sier at det er slutt.", "Han hevder at det er slutt.", "attribution"),
    ],
)
def test_other_languages(language: str, old: str, new: str, kind: str) -> None:
    assert [found for found, _, _ in said(old, new, language)] == [kind]


def test_a_language_without_dictionary_gets_no_spelling() -> None:
    assert [kind for kind, _, _ in said("Xhosa umzekelo wegama.", "Xhosa umzekelu wegama.", "xh")] == ["wording"]


def test_the_language_is_detected_where_nobody_says() -> None:
    rest = " The government said on Monday that it would not change its plans for the schools of the city."
    old, new = "They recieve the money." + rest, "They receive the money." + rest
    [change] = classify(diff(old, new), old, new)
    assert change.kind is Kind.SPELLING


def test_reasons_tell_a_reader_why() -> None:
    rest = "\n\nThe port of Latakia is old. Many people live in Latakia and near it."
    old, new = "A base south of Lakatia grew." + rest, "A base south of Latakia grew." + rest
    [change] = classify(diff(old, new), old, new, "en")
    assert change.reasons == (
        "“Lakatia” is in no dictionary",
        "the new spelling stands twice elsewhere in the article",
    )
    assert change.sentence_before == "A base south of Lakatia grew."
    assert change.sentence_after == "A base south of Latakia grew."
    assert 0.9 < change.confidence <= 1


def test_equal_texts_have_no_changes() -> None:
    assert classify(diff("Same.", "Same."), "Same.", "Same.", "en") == ()
