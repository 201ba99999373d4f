"""The views that answer what people ask: what stands in them, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History

from tracker.judge.conclusions import compare
from tracker.model import Extract, Outcome, utc_text
from tracker.store import Store

HEAD = "Breakwater is closed for the winter"
COUNT = "Divers found {} gaps in the foundations of the breakwater on Tuesday."
MAYOR = "The harbour office said that walkers would have to wait until the spring."
QUOTE = "“We are {} with the town council,” said the warden of the lighthouse."
NOTICE = "Correction: An earlier version of this article misstated the number of gaps. It is 15, not 12."
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


def tell(history: History, *paragraphs: str, headline: str = HEAD) -> None:
    """A look that shows this, compared as it is in earnest."""
    seen = Extract(headline=headline, language="en", paragraphs=paragraphs)
    before, history.latest = history.latest, seen
    if before is None:
        history.look(Outcome.FIRST_SEEN, new_revision=seen)
    elif before == seen:
        history.look(Outcome.UNCHANGED)
    else:
        history.look(Outcome.CHANGED, new_revision=seen, comparison=compare(before, seen))


def rows(store: Store, columns: str, view: str, rest: str = "") -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = store._connection.rows(f"SELECT {columns} FROM {view} {rest}")
    return found


# -- silent edits ------------------------------------------------------------------------------------------------------


def test_a_number_changed_without_a_word_is_a_silent_edit(store: Store) -> None:
    story = History(store)
    tell(story, COUNT.format(12), MAYOR)
    tell(story, COUNT.format(15), MAYOR)
    columns = "kind, before, after, from_number, to_number, changed_before, is_settled, noticed_at"
    assert rows(store, columns, "silent_edits") == [("number", "12", "15", 1, 2, utc_text(NOW + HOUR), 0, None)]
    story.at += DAY
    tell(story, COUNT.format(15), MAYOR)
    assert rows(store, "is_settled", "silent_edits") == [(1,)]


@pytest.mark.parametrize(("hours", "is_silent"), [(0, False), (3, False), (24, False), (25, True)])
def test_a_notice_within_a_day_makes_it_none(store: Store, hours: int, is_silent: bool) -> None:
    story = History(store)
    tell(story, COUNT.format(12), MAYOR)
    edited_at = story.at
    if hours:
        tell(story, COUNT.format(15), MAYOR)
        story.at = edited_at + hours * HOUR
    tell(story, COUNT.format(15), MAYOR, NOTICE)
    expected = [("number", utc_text(edited_at + hours * HOUR))] if is_silent else []
    assert rows(store, "kind, noticed_at", "silent_edits") == expected


def test_a_notice_of_another_article_or_of_before_counts_for_nothing(store: Store) -> None:
    story, other = History(store), History(store, "https://other.example.org/story")
    tell(other, COUNT.format(12))
    tell(other, COUNT.format(12), NOTICE)
    tell(story, COUNT.format(12), MAYOR)
    tell(story, COUNT.format(12), MAYOR, "Correction: The name of the harbour was misspelt.")
    tell(story, COUNT.format(17), MAYOR, "Correction: The name of the harbour was misspelt.")
    assert rows(store, "before, after", "silent_edits") == [("12", "17")]


def test_a_quotation_reworded_is_a_silent_edit_and_other_wording_is_none(store: Store) -> None:
    story = History(store)
    tell(story, QUOTE.format("furious"), MAYOR)
    tell(story, QUOTE.format("disappointed"), MAYOR.replace("walkers", "visitors"))
    assert rows(store, "kind, before, after, in_quotation", "silent_edits") == [
        ("wording", "furious", "disappointed", 1)
    ]


def test_back_and_forth_is_no_silent_edit(store: Store) -> None:
    story = History(store)
    for count in (12, 15, 12, 15):
        tell(story, COUNT.format(count), MAYOR)
    assert rows(store, "to_number, is_flap, from_same_as_number, to_same_as_number", "changes_detail") == [
        (2, 0, None, None),
        (3, 0, None, 1),
        (4, 1, 1, 2),
    ]
    assert rows(store, "to_number", "silent_edits") == [(2,), (3,)]


# -- corrections -------------------------------------------------------------------------------------------------------


def test_a_correction_names_what_it_corrects_and_how_long_it_stood(store: Store) -> None:
    story = History(store)
    tell(story, COUNT.format(12), MAYOR)
    tell(story, COUNT.format(12), MAYOR.replace("walkers", "visitors"))
    tell(story, COUNT.format(15), MAYOR.replace("walkers", "anglers"), NOTICE)
    tell(story, COUNT.format(15), MAYOR)
    columns = "notice, number, kind, before, after, error_first_seen_at, corrected_at, error_stood_s, notice_removed_at"
    (found,) = rows(store, columns, "corrections")
    assert found[:5] == (NOTICE, 3, "number", "12", "15")
    assert found[5:] == (utc_text(NOW), utc_text(NOW + 2 * HOUR), 7200, utc_text(NOW + 3 * HOUR))


def test_a_notice_may_come_later_than_what_it_corrects(store: Store) -> None:
    story = History(store)
    tell(story, COUNT.format(12), MAYOR)
    tell(story, COUNT.format(15), MAYOR)
    tell(story, COUNT.format(15), MAYOR, NOTICE)
    columns = "number, before, after, corrected_at, changed_before"
    assert rows(store, columns, "corrections") == [(3, "12", "15", utc_text(NOW + HOUR), utc_text(NOW + 2 * HOUR))]


def test_the_only_change_beside_a_notice_is_what_it_corrects_and_of_several_none(store: Store) -> None:
    vague = "Correction: An earlier version of this article gave a wrong figure."
    story, other = History(store), History(store, "https://other.example.org/story")
    tell(story, COUNT.format(12), MAYOR)
    tell(story, COUNT.format(15), MAYOR, vague)
    tell(other, COUNT.format(12), "The tower is 30 metres high, the guide says.")
    tell(other, COUNT.format(15), "The tower is 33 metres high, the guide says.", vague)
    found = rows(store, "before, after, error_stood_s", "corrections", "ORDER BY article_id")
    assert found == [("12", "15", 3600), (None, None, None)]


# -- leftovers ---------------------------------------------------------------------------------------------------------

TORN = "Trains run to {} again, the operator said on Monday morning."


def test_an_old_spelling_that_stands_elsewhere_is_a_leftover(store: Store) -> None:
    second = "The mayor of Lakatia thanked the engineers of the railway."
    story = History(store)
    tell(story, TORN.format("Lakatia"), second, headline="Trains reach Lakatia again")
    tell(story, TORN.format("Latakia"), second, headline="Trains reach Lakatia again")
    found = rows(store, "before, after, place, text, stands_now", "leftovers", "ORDER BY place")
    assert found == [
        ("Lakatia", "Latakia", "body", second, 1),
        ("Lakatia", "Latakia", "headline", "Trains reach Lakatia again", 1),
    ]
    tell(story, TORN.format("Latakia"), second.replace("Lakatia", "Latakia"), headline="Trains reach Lakatia again")
    older = rows(store, "place, stands_now", "leftovers", "WHERE number = 2 ORDER BY place")
    assert older == [("body", 0), ("headline", 1)]


def test_a_number_is_left_over_only_as_a_whole(store: Store) -> None:
    kept = ("It cost 1,12 million.", "In 2012 there were 112 of them, and 12.5 tonnes of stone.", NOTICE)
    story = History(store)
    tell(story, COUNT.format(12), *kept[:2])
    tell(story, COUNT.format(15), *kept)
    assert rows(store, "text", "leftovers") == []
    again = "The council spoke of 12."
    tell(story, COUNT.format(12), *kept)
    tell(story, COUNT.format(17), *kept, again)
    assert rows(store, "text", "leftovers") == [(again,)]


def test_a_word_that_was_broken_leaves_nothing_over(store: Store) -> None:
    story = History(store)
    second = "The engineers are proud of it."
    tell(story, "The engineers were asked to make something simple.", second)
    tell(story, "The enigneers were asked to make something simple.", second)
    assert rows(store, "kind", "changes_detail") == [("spelling",)]
    assert rows(store, "text", "leftovers") == []


# -- shared text -------------------------------------------------------------------------------------------------------


def test_a_paragraph_of_two_articles_is_shared(store: Store) -> None:
    one, two, three = (History(store, f"https://{name}.example/a", at=NOW) for name in ("one", "two", "three"))
    tell(one, COUNT.format(12), "Only here, the paper says.")
    tell(one, COUNT.format(12), "Only here, the paper says.", MAYOR)
    two.at += 5 * HOUR
    tell(two, MAYOR, COUNT.format(12))
    tell(three, "Nothing of it here.")
    found = rows(store, "url, text, number, first_seen_at, stands_now, article_count, host_count", "shared_paragraphs")
    assert sorted(found, key=str) == [
        ("https://one.example/a", COUNT.format(12), 1, utc_text(NOW), 1, 2, 2),
        ("https://one.example/a", MAYOR, 2, utc_text(NOW + HOUR), 1, 2, 2),
        ("https://two.example/a", COUNT.format(12), 1, utc_text(NOW + 5 * HOUR), 1, 2, 2),
        ("https://two.example/a", MAYOR, 1, utc_text(NOW + 5 * HOUR), 1, 2, 2),
    ]
    tell(one, COUNT.format(12))
    assert rows(store, "stands_now", "shared_paragraphs", "WHERE number = 2") == [(0,)]


def test_one_copy_is_corrected_and_another_is_not(store: Store) -> None:
    one, two, three = (History(store, f"https://{name}.example/a", at=NOW) for name in ("one", "two", "three"))
    for history in (one, two, three):
        tell(history, COUNT.format(12), MAYOR)
    tell(one, COUNT.format(15), MAYOR)
    three.at += 2 * HOUR
    tell(three, COUNT.format(15), MAYOR)
    columns = "url, before, after, other_url, other_is_uncorrected, other_altered_at"
    assert rows(store, columns, "shared_corrections", "ORDER BY url, other_url") == [
        ("https://one.example/a", "12", "15", "https://three.example/a", 0, utc_text(NOW + 3 * HOUR)),
        ("https://one.example/a", "12", "15", "https://two.example/a", 1, None),
        ("https://three.example/a", "12", "15", "https://one.example/a", 0, utc_text(NOW + HOUR)),
        ("https://three.example/a", "12", "15", "https://two.example/a", 1, None),
    ]


# -- headlines ---------------------------------------------------------------------------------------------------------


def test_headlines_are_told_with_their_times(store: Store) -> None:
    story = History(store)
    for headline in ("One", "One", "Two", "One"):
        tell(story, MAYOR, headline=headline)
    tell(story, COUNT.format(12), headline="One")
    columns = "headline, headline_before, first_seen_at, replaced_at, is_return"
    assert rows(store, columns, "headline_history", "ORDER BY number") == [
        ("One", None, utc_text(NOW), utc_text(NOW + 2 * HOUR), 0),
        ("Two", "One", utc_text(NOW + 2 * HOUR), utc_text(NOW + 3 * HOUR), 0),
        ("One", "Two", utc_text(NOW + 3 * HOUR), None, 1),
    ]


def test_a_headline_that_was_only_read_anew_did_not_change(store: Store) -> None:
    story = History(store)
    tell(story, MAYOR, headline="One")
    reread = Extract(headline="One | Paper", language="en", paragraphs=(MAYOR,))
    edited = Extract(headline="One | Paper", language="en", paragraphs=(MAYOR, COUNT.format(12)))
    story.look(Outcome.CHANGED, new_revision=edited, reread=reread, comparison=compare(reread, edited))
    assert rows(store, "number, reread_of_number", "revisions_text") == [(1, None), (2, 1), (3, None)]
    assert rows(store, "headline, replaced_at", "headline_history") == [("One", None)]
    assert rows(store, "field, from_number, to_number", "changes_detail") == [("body", 2, 3)]
