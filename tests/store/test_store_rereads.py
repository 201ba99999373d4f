"""A change of our reading is a revision, and no edit; a wording seen before is known as such."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, PAGE, STORY, History, compared

from tracker.model import Extract, Outcome
from tracker.store import Store

OLD_READING = Extract(headline="A headline", paragraphs=("Twelve died.", "Share this"))
NEW_READING = Extract(headline="A headline", paragraphs=("Twelve died.",))
EDITED = Extract(headline="A headline", paragraphs=("Fifteen died.",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


@pytest.fixture
def story(store: Store) -> History:
    """Read once by an older extractor, then edited and read by a newer one, which reads the first page otherwise."""
    history = History(store)
    history.show_extract(OLD_READING)
    history.look(Outcome.UNCHANGED)
    history.look(
        Outcome.CHANGED,
        new_revision=EDITED,
        reread=NEW_READING,
        comparison=compared(NEW_READING, EDITED),
        body=b"the edited page",
        extractor="test 2",
    )
    history.latest = EDITED
    return history


def test_the_page_read_anew_stands_before_the_edit_as_a_revision_of_its_own(store: Store, story: History) -> None:
    first, anew, edited = store.revisions(story.article_id)
    assert [each.extract for each in (first, anew, edited)] == [OLD_READING, NEW_READING, EDITED]
    assert [each.extractor for each in (first, anew, edited)] == ["test 1", "test 2", "test 2"]
    assert [each.reread_of_number for each in (first, anew, edited)] == [None, 1, None]
    assert (anew.capture_id, anew.first_seen_at, anew.last_checked_before) == (first.capture_id, NOW, None)
    assert (edited.first_seen_at, edited.last_checked_before) == (NOW + 2 * HOUR, NOW + HOUR)
    pages = [store.capture_of(each.revision_id) for each in (first, anew, edited)]
    assert [page.body for page in pages if page is not None] == [PAGE, PAGE, b"the edited page"]


def test_only_the_edit_is_told_and_it_lies_between_the_right_looks(store: Store, story: History) -> None:
    (change,) = store.changes()
    assert (change.from_number, change.to_number) == (2, 3)
    assert (change.change.before, change.change.after) == ("Twelve died.", "Fifteen died.")
    assert (change.changed_after, change.changed_before) == (NOW + HOUR, NOW + 2 * HOUR)
    assert change.is_flap is False
    assert store.comparison(story.article_id, 1, 2) is None
    assert store.comparison(story.article_id, 2, 3) == compared(NEW_READING, EDITED)


def test_looks_show_what_they_showed_and_counters_count(store: Store, story: History) -> None:
    checks = list(store.checks(story.article_id))
    assert [(check.outcome, check.revision_number, check.change_count) for check in checks] == [
        (Outcome.FIRST_SEEN, 1, 0),
        (Outcome.UNCHANGED, None, 0),
        (Outcome.CHANGED, 3, 1),
    ]
    shown = store._connection.rows("SELECT revision_id FROM checks ORDER BY check_id")
    assert shown == [(1,), (1,), (3,)]
    status = store.resolve(STORY)
    assert (status.revision_count, status.change_count) == (3, 1)
    assert (status.first_seen_at, status.last_changed_at) == (NOW, NOW + 2 * HOUR)
    known = store.known([story.article_id])[story.article_id]
    assert known.latest is not None
    assert known.latest.extract == EDITED
    assert known.seen_before == {each.content_sha256 for each in (OLD_READING, NEW_READING, EDITED)}


def test_a_reading_alone_is_not_recorded(store: Store) -> None:
    history = History(store)
    history.show_extract(OLD_READING)
    recorded = history.look(Outcome.UNCHANGED, reread=NEW_READING)
    assert (recorded.revision_id, recorded.revision_number) == (None, None)
    assert [each.extract for each in store.revisions(history.article_id)] == [OLD_READING]


def test_a_first_look_has_nothing_to_be_read_anew(store: Store) -> None:
    history = History(store)
    with pytest.raises(ValueError, match="no revision"):
        history.look(Outcome.FIRST_SEEN, new_revision=EDITED, reread=NEW_READING)
    assert list(store.checks(history.article_id)) == []


def test_a_wording_seen_before_names_its_first_revision_and_flaps_are_marked(store: Store) -> None:
    history = History(store)
    for text in ("A.", "B.", "A.", "B.", "A.", "C.", "A."):
        history.show(text)
    revisions = list(store.revisions(history.article_id))
    assert [each.same_as_number for each in revisions] == [None, None, 1, 2, 1, None, 1]
    changes = list(store.changes())
    assert [change.is_flap for change in changes] == [False, False, True, True, False, False]
    assert [(change.from_same_as_number, change.to_same_as_number) for change in changes] == [
        (None, None),
        (None, 1),
        (1, 2),
        (2, 1),
        (1, None),
        (None, 1),
    ]


def test_the_same_words_in_another_article_are_not_the_same_revision(store: Store) -> None:
    for url in (STORY, "https://other.example.org/copy"):
        history = History(store, url)
        history.show("Words.")
        assert store.revision(history.article_id, 1).same_as_number is None


def test_plain_sql_tells_it_too(store: Store, story: History) -> None:
    story.show_extract(NEW_READING)
    story.show_extract(EDITED)
    rows = store._connection.rows(
        "SELECT number, same_as_number, reread_of_number, extractor, capture_id FROM revisions_text ORDER BY number"
    )
    assert rows == [
        (1, None, None, "test 1", 1),
        (2, None, 1, "test 2", 1),
        (3, None, None, "test 2", 2),
        (4, 2, None, "test 1", 3),
        (5, 3, None, "test 1", 4),
    ]
    flaps = store._connection.rows("SELECT from_number, to_number, is_flap FROM changes_detail ORDER BY change_id")
    assert flaps == [(2, 3, 0), (3, 4, 0), (4, 5, 1)]


def test_several_verdicts_with_pages_read_anew_may_follow_each_other_in_one_batch(store: Store) -> None:
    history = History(store)
    history.show_extract(OLD_READING)
    again = replace(EDITED, paragraphs=("Sixteen died.",))
    newest = replace(EDITED, paragraphs=("Sixteen have died.",))
    recorded = store.record(
        [
            history.verdict(
                Outcome.CHANGED, new_revision=EDITED, reread=NEW_READING, comparison=compared(NEW_READING, EDITED)
            ),
            history.verdict(Outcome.CHANGED, new_revision=newest, reread=again, comparison=compared(again, newest)),
        ]
    )
    assert [entry.revision_number for entry in recorded] == [3, 5]
    assert [each.reread_of_number for each in store.revisions(history.article_id)] == [None, 1, None, 3, None]
    assert [(change.from_number, change.to_number) for change in store.changes()] == [(2, 3), (4, 5)]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("DELETE FROM changes; DELETE FROM diffs WHERE to_revision_id = 3", "never compared"),
        ("UPDATE revisions SET reread_of_revision_id = NULL WHERE revision_id = 2", "never compared"),
        ("UPDATE revisions SET reread_of_revision_id = 3 WHERE revision_id = 2", "read anew"),
        ("UPDATE revisions SET reread_of_revision_id = 1 WHERE revision_id = 1", "read anew"),
        ("UPDATE revisions SET first_seen_at = '2026-11-23T01:02:04Z' WHERE revision_id = 2", "read anew"),
        ("UPDATE revisions SET capture_id = 2 WHERE revision_id = 2", "read anew"),
        ("UPDATE diffs SET from_revision_id = 1, to_revision_id = 2 WHERE to_revision_id = 3", "read anew"),
        ("UPDATE revisions SET same_as_revision_id = 1 WHERE revision_id = 2", "first revision that says the same"),
        ("UPDATE revisions SET same_as_revision_id = NULL WHERE revision_id = 4", "first revision that says the same"),
    ],
)
def test_verify_finds_what_does_not_follow(store: Store, story: History, tmp_path: Path, sql: str, what: str) -> None:
    story.show_extract(OLD_READING)
    copy = tmp_path / "copy.db"
    store.backup(copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.executescript(f"DROP TRIGGER revisions_are_facts; {sql}")
    with Store.open(copy) as tampered:
        assert any(what in str(fault) for fault in tampered.verify())
