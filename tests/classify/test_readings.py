"""What a reader would call edits that look like something else: case beside words, years, speakers, notices."""

from __future__ import annotations

import pytest

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import Kind

STAYED = "The minister opened the new bridge over the river on Monday."


def said(old: str, new: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.before, change.after) for change in classify(diff(old, new), old, new, language)]


def test_a_headline_set_in_small_letters_and_edited_is_not_rewritten() -> None:
    old = "The Slow Rise and Fall of Trams in Northern Cities All Day"
    new = "The slow rise and fall of trams in northern cities"
    assert said(old, new) == [
        (
            "capitalisation",
            "Slow Rise and Fall of Trams in Northern Cities",
            "slow rise and fall of trams in northern cities",
        ),
        ("wording", "All Day", ""),
    ]


def test_a_headline_with_half_of_its_words_exchanged_is_rewritten() -> None:
    old, new = "Council Votes to Close Three Libraries", "Town libraries shut after long council row over money"
    assert {kind for kind, _, _ in said(old, new)} == {"sentence_rewritten"}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("The firm was founded in 2005 there.", "The firm was founded in 2004 there.", "date"),
        ("The port fell to Spain.", "The port fell to Spain in 1668.", "date"),
        ("The singer (1917–1978) was born here.", "The singer (1915–1997) was born here.", "date"),
        ("The town grew in the 1950s and later.", "The town grew in the 1960s and later.", "date"),
        ("It is open until the 6th of December.", "It is open until the 21st of December.", "date"),
        ("The page was reviewed on 10/06/2024 there.", "The page was reviewed on 24/04/2026 there.", "date"),
        ("The page was reviewed on 18-10-2021 there.", "The page was reviewed on 19-10-2021 there.", "date"),
        ("What to watch in today’s vote there", "What to watch in Tuesday’s vote there", "date"),
        ("The quake killed 2000 people there.", "The quake killed 1900 people there.", "number"),
        ("The phone costs $2000 in shops.", "The phone costs $1900 in shops.", "number"),
        ("They won 3-4-10 in the end.", "They won 3-4-12 in the end.", "number"),
    ],
)
def test_years_and_dates_in_figures_are_dates_and_counts_are_not(old: str, new: str, kind: str) -> None:
    assert [found for found, _, _ in said(old, new)] == [kind]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("Das Museum bleibt bis 31. Dezember zu.", "Das Museum bleibt bis 28. Dezember zu.", "date"),
        ("Er starb 1917 in Bonn.", "Er starb 1918 in Bonn.", "date"),
        ("Es waren 1917 Tote.", "Es waren 1918 Tote.", "number"),
    ],
)
def test_german_days_and_years(old: str, new: str, kind: str) -> None:
    assert [found for found, _, _ in said(old, new, "de")] == [kind]


@pytest.mark.parametrize(
    ("language", "without", "clause_first", "clause_last"),
    [
        ("en", "At least 27 people were killed in the fire", None, ", Thai authorities say"),
        ("en", "Workers removed the name from the hall", None, ", court filing says"),
        ("en", "Workers removed the name from the hall.", "According to police, ", None),
        ("en", "Pirro folded in the bid to drop the charges", "Trump says ", None),
        ("de", "Mehr als 100 Menschen wurden dabei verletzt", None, " der Polizei zufolge"),
    ],
)
def test_who_says_it_put_in_or_taken_out_is_attribution(
    language: str, without: str, clause_first: str | None, clause_last: str | None
) -> None:
    attributed = (clause_first or "") + without + (clause_last or "")
    assert [kind for kind, _, _ in said(without, attributed, language)] == ["attribution"]
    assert [kind for kind, _, _ in said(attributed, without, language)] == ["attribution"]


def test_a_speaker_before_the_sentence_is_apart_from_the_capital_that_follows() -> None:
    old = "Early reports stated that at least 29 people were killed in the station."
    assert said(old, "At least 29 people were killed in the station.") == [
        ("attribution", "Early reports stated that", ""),
        ("capitalisation", "at", "At"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("If we can apply a transform, it works.", "If we apply a transform, it works."),
        ("In the field a beam rises.", "In the field a beam rises appears."),
        ("Early in the day the man tried.", "Early in the day the man tried to confirm."),
        ("Tell HN: The firm forks the code.", "The firm forks the code."),
        ("With no titles to claim, the team grew.", "The team grew."),
        ("Incident report: The lights went out.", "The lights went out."),
    ],
)
def test_modals_main_verbs_infinitives_and_labels_name_no_speaker(old: str, new: str) -> None:
    assert "attribution" not in {kind for kind, _, _ in said(old, new)}


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (
            "A service called U.S. Notify, made here.",
            "A service called Notify.gov, made here.",
            "U.S. Notify",
            "Notify.gov",
        ),
        ("Kim Brown\nJoshua Nelson\nLi Young", "Kim Brown\nJynn Nelson\nLi Young", "Joshua", "Jynn"),
    ],
)
def test_names_with_a_dot_and_at_the_start_of_a_line(old: str, new: str, before: str, after: str) -> None:
    assert said(old, new) == [("name", before, after)]


def test_german_compounds_are_no_names() -> None:
    assert [kind for kind, _, _ in said("Bild des Tages Eisbad", "Bild des Tages Kostümrennen", "de")] == ["wording"]
    assert [kind for kind, _, _ in said("Es zeichnet Thomas Stuttmann", "Es zeichnet Thomas Plaßmann", "de")] == [
        "name"
    ]


def test_a_note_under_its_heading_is_one_notice() -> None:
    note = 'Update\n\nSince this post was written, the "breaker" groups have another name.'
    assert said(STAYED, f"{STAYED}\n\n{note}") == [("notice_added", "", note)]
    assert said(f"{STAYED}\n\n{note}", STAYED) == [("notice_removed", note, "")]


def test_an_update_behind_its_season_is_a_notice() -> None:
    note = "Summer 2017 Update: The service left its trial and is looking for new customers."
    assert said(STAYED, f"{note}\n\n{STAYED}") == [("notice_added", "", note)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Last Updated: 9/13/2023", "Last Updated: Mar 2nd, 2025"),
        ("Last Updated November 4, 2021", "Last Updated 30 October 2023"),
        ("Last updated: May 16, 2018", "Last updated: April 15, 2018"),
    ],
)
def test_another_date_of_the_last_update_is_a_date(old: str, new: str) -> None:
    assert {kind for kind, _, _ in said(f"{old}\n\n{STAYED}", f"{new}\n\n{STAYED}")} == {"date"}


def test_another_text_of_an_update_is_a_changed_notice() -> None:
    old, new = "Update: Two people died on May 4.", "Update: Three people died on May 5."
    assert {kind for kind, _, _ in said(f"{old}\n\n{STAYED}", f"{new}\n\n{STAYED}")} == {"notice_changed"}


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "The firm got a $2.8-bln fine there.", "The firm got a $2.8B fine there."),
        ("en", "This can not be so at all.", "This cannot be so at all."),
        ("en", "The results are expected tonight.", "The results were expected tonight."),
        ("de", "Der Zug war dort liegengeblieben.", "Der Zug ist dort liegengeblieben."),
        ("de", "Er fuhr funkensprühend ins Tal.", "Er fuhr Funken sprühend ins Tal."),
    ],
)
def test_other_forms_are_variants(language: str, old: str, new: str) -> None:
    assert [kind for kind, _, _ in said(old, new, language)] == ["variant"]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("He did sign the bill on Monday.", "He didn't sign the bill on Monday.", Kind.NEGATION),
        ("The mayor was present at the vote.", "The mayor wasn’t present at the vote.", Kind.NEGATION),
        ("The mayor was not present at the vote.", "The mayor wasn't present at the vote.", Kind.VARIANT),
        ("They cannot agree on a date.", "They can not agree on a date.", Kind.VARIANT),
        ("They have won the vote in the end.", "They've won the vote in the end.", Kind.VARIANT),
        ("Das Schloß wurde gestern verkauft.", "Das Schloss wurde gestern verkauft.", Kind.VARIANT),
    ],
)  # fmt: skip
def test_a_contraction_is_a_form_and_a_denial_is_none(old: str, new: str, kind: Kind) -> None:
    assert {change.kind for change in classify(diff(old, new), old, new)} == {kind}
