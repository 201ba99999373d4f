from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, PAGE, STORY, TORN, TORN_NAME, History, compared

from tracker.errors import NotFound
from tracker.model import (
    Change,
    Comparison,
    Diff,
    Extract,
    Fetch,
    Field,
    Hunk,
    Kind,
    LookOrder,
    Move,
    Operation,
    Outcome,
    Sighting,
    State,
    Verdict,
)
from tracker.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


@pytest.fixture
def story(store: Store) -> History:
    return History(store)


def count(store: Store, table: str) -> int:
    return int(store._connection.value(f"SELECT count(*) FROM {table}"))


def test_a_first_look_gives_a_revision_and_a_capture(store: Store, story: History) -> None:
    recorded = story.show("One.", "Two.")
    assert (recorded.revision_number, recorded.change_ids) == (1, ())
    revision = store.revision(story.article_id, 1)
    assert revision.extract.text == "One.\n\nTwo."
    assert revision.first_seen_at == NOW
    assert revision.last_checked_before is None
    (capture,) = store.captures_of(story.article_id)
    assert (capture.captured_at, capture.body, capture.url) == (NOW, PAGE, STORY)
    assert (capture.content_type, capture.http_status) == ("text/html; charset=utf-8", 200)
    assert capture.headers == (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"v1"'))
    status = store.resolve(STORY)
    assert (status.state, status.revision_count, status.last_changed_at) == (State.LIVE, 1, None)


def test_a_change_lies_between_the_last_look_without_it_and_the_first_with_it(store: Store, story: History) -> None:
    story.show("Twelve died.")
    story.show("Twelve died.")
    story.look(Outcome.NOT_MODIFIED, status=304, body=b"")
    story.look(Outcome.FAILED, status=None, body=b"")
    story.look(Outcome.SUSPECT)
    recorded = story.show("Fifteen died.")
    (change,) = store.changes()
    assert recorded.change_ids == (change.change_id,)
    assert change.changed_after == NOW + 2 * HOUR
    assert change.changed_before == NOW + 5 * HOUR
    assert (change.from_number, change.to_number, change.change.before) == (1, 2, "Twelve died.")
    assert store.revision(story.article_id, 2).last_checked_before == NOW + 2 * HOUR


def test_a_revert_is_a_revision_whose_text_is_stored_once(store: Store, story: History) -> None:
    story.show("A.", "B.")
    story.show("A.", "C.")
    story.show("A.", "B.")
    assert [revision.number for revision in store.revisions(story.article_id)] == [1, 2, 3]
    assert count(store, "paragraphs") == 3
    known = store.known([story.article_id])[story.article_id]
    assert len(known.seen_before) == 2
    assert known.latest is not None
    assert known.latest.extract.paragraphs == ("A.", "B.")


def test_unchanged_looks_name_the_revision_that_they_showed(store: Store, story: History) -> None:
    first = story.show("Text.")
    story.show("Text.")
    story.look(Outcome.GONE, status=404)
    shown = store._connection.rows("SELECT revision_id FROM checks ORDER BY check_id")
    assert shown == [(first.revision_id,), (first.revision_id,), (None,)]
    assert [check.revision_number for check in store.checks(story.article_id)] == [1, None, None]
    assert [check.outcome for check in store.checks(story.article_id)] == ["first_seen", "unchanged", "gone"]


def test_doubts_are_kept_as_sent_but_a_lasting_wall_only_once(store: Store, story: History) -> None:
    story.show("Text.")
    for _ in range(3):
        story.look(Outcome.PAYWALLED, body=b"subscribe")
    for _ in range(2):
        story.look(Outcome.GONE, status=404, body=b"not found")
    story.look(Outcome.SUSPECT, body=b"strange")
    story.look(Outcome.SUSPECT, body=b"strange again")
    story.look(Outcome.UNREADABLE, body=b"")
    story.look(Outcome.BLOCKED, status=403, body=b"no robots")
    kept = [capture.body for capture in store.captures_of(story.article_id)]
    assert kept == [PAGE, b"subscribe", b"not found", b"strange", b"strange again", b""]


def test_captures_are_what_they_say(store: Store, story: History) -> None:
    body = bytes(range(256)) * 9
    story.show("Text.", body=body)
    facts = store._connection.row("SELECT content_type, body_bytes, body_sha256, headers_sha256 FROM captures")
    headers = b'[["Content-Type","text/html; charset=utf-8"],["ETag","\\"v1\\""]]'
    digests = (hashlib.sha256(body).hexdigest(), hashlib.sha256(headers).hexdigest())
    assert facts == ("text/html; charset=utf-8", 256 * 9, *digests)
    (capture,) = store.captures_of(story.article_id)
    assert (capture.body, capture.body_sha256) == (body, digests[0])


def test_a_batch_is_recorded_whole_or_not_at_all(store: Store, story: History) -> None:
    story.show("Text.")
    fetch = Fetch(STORY, STORY, story.at, status=200)
    good = Verdict(Sighting(story.order(), fetch), Outcome.UNCHANGED, State.LIVE, story.at + HOUR)
    stranger = replace(good, sighting=Sighting(LookOrder(99, "https://nowhere.example/"), fetch))
    with pytest.raises(KeyError):
        store.record([good, stranger])
    assert len(list(store.checks(story.article_id))) == 1
    assert [batch.host for batch in store.claim_due(NOW + HOUR, 10)] == ["www.example.com"]
    assert store.claim_due(NOW, 10) == ()


def test_a_name_spelt_in_two_ways_is_kept_with_its_revision(store: Store, story: History) -> None:
    first = story.look(Outcome.FIRST_SEEN, new_revision=TORN, inconsistencies=(TORN_NAME,))
    second = story.look(Outcome.CHANGED, new_revision=TORN, comparison=compared(TORN, TORN))
    assert first.revision_id is not None
    assert second.revision_id is not None
    assert store.inconsistencies(first.revision_id) == (TORN_NAME,)
    assert store.inconsistencies(second.revision_id) == ()


def test_a_name_spelt_in_two_ways_is_recorded_with_its_look_or_not_at_all(store: Store, story: History) -> None:
    fetch = Fetch(STORY, STORY, story.at, status=200, body=b"page")
    seen = Sighting(story.order(), fetch, TORN, "page", extractor="test 1")
    verdict = Verdict(seen, Outcome.FIRST_SEEN, State.LIVE, story.at + HOUR, new_revision=TORN)
    stranger = replace(verdict, sighting=replace(seen, order=LookOrder(99, "https://nowhere.example/")))
    torn = replace(verdict, inconsistencies=(TORN_NAME, TORN_NAME))
    with pytest.raises(KeyError):
        store.record([torn, stranger])
    assert count(store, "inconsistencies") == 0
    store.record([torn])
    assert count(store, "inconsistencies") == 2


def test_verdicts_of_one_article_follow_each_other_in_one_batch(store: Store, story: History) -> None:
    texts = [Extract(paragraphs=(word,)) for word in ("one", "two", "three")]
    order = story.order()
    verdicts = []
    for number, extract in enumerate(texts):
        fetch = Fetch(STORY, STORY, NOW + number * HOUR, status=200, body=b"page")
        verdicts.append(
            Verdict(
                Sighting(order, fetch, extract, "page", extractor="test 1"),
                Outcome.CHANGED if number else Outcome.FIRST_SEEN,
                State.LIVE,
                NOW + (number + 1) * HOUR,
                new_revision=extract,
                comparison=compared(texts[number - 1], extract) if number else None,
            )
        )
    recorded = store.record(verdicts)
    assert [entry.revision_number for entry in recorded] == [1, 2, 3]
    assert [change.change.after for change in store.changes()] == ["two", "three"]
    assert store.record([]) == ()


def test_a_comparison_comes_back_as_it_was(store: Store, story: History) -> None:
    old, new = Extract(paragraphs=("aaa", "bb \U0001f600 12")), Extract(paragraphs=("bb \U0001f600 15", "aaa"))
    hunks = (Hunk(0, 5, 0, 0), Hunk(10, 12, 5, 7), Hunk(12, 12, 7, 12))
    moves = (Move(5, 12, 0, 7, (Hunk(10, 12, 5, 7),)),)
    change = Change(
        Kind.NUMBER,
        Field.BODY,
        Operation.REPLACE,
        "12",
        "15",
        10,
        12,
        5,
        7,
        sentence_before="bb \U0001f600 12",
        sentence_after="bb \U0001f600 15",
        in_quotation=True,
        in_attribution=True,
        move_id=1,
        confidence=0.25,
        reasons=("both are numbers", "größer"),
    )
    comparison = Comparison(Diff(old.text, new.text, hunks, moves, "too large"), (change,), "engine 7")
    story.show_extract(old)
    story.look(Outcome.CHANGED, new_revision=new, comparison=comparison)
    assert store.comparison(story.article_id, 1, 2) == comparison
    assert store.comparison(story.article_id, 2, 1) is None
    assert next(iter(store.changes())).change == change


def test_a_suspicion_is_remembered_for_one_look(store: Store, story: History) -> None:
    story.show("Text.")
    story.look(Outcome.SUSPECT, suspect_sha256="ab" * 32)
    assert store.known([story.article_id])[story.article_id].suspect_sha256 == "ab" * 32
    story.look(Outcome.UNCHANGED)
    assert store.known([story.article_id])[story.article_id].suspect_sha256 is None


def test_known_carries_what_is_judged_against(store: Store, story: History) -> None:
    new = store.known([story.article_id])[story.article_id]
    assert (new.state, new.latest, new.added_at, new.last_checked_at) == (State.NEW, None, NOW, None)
    story.show("Text.")
    story.look(Outcome.BLOCKED, status=403)
    known = store.known([story.article_id])[story.article_id]
    assert (known.state, known.last_checked_at, known.last_changed_at) == (State.BLOCKED, NOW + HOUR, NOW)
    assert known.aliases == {STORY}


def test_states_begin_when_they_began(store: Store, story: History) -> None:
    story.show("Text.")
    story.show("Text.")
    story.look(Outcome.GONE, status=404)
    story.look(Outcome.GONE, status=404)
    since = store._connection.value("SELECT state_since_at FROM articles_status")
    assert since == "2026-11-23T03:02:03Z"


def test_a_missing_revision_says_what_there_is(store: Store, story: History) -> None:
    with pytest.raises(NotFound, match="none yet"):
        store.revision(story.article_id, 1)
    story.show("Text.")
    with pytest.raises(NotFound, match="only revision 1"):
        store.revision(story.article_id, 2)


def test_changes_are_filtered_and_ordered_by_when_they_were_seen(store: Store) -> None:
    for url in ("https://a.example/1", "https://b.example/2"):
        history = History(store, url)
        history.show("one")
        history.show("two")
        history.show("three")
    everything = list(store.changes())
    assert [(change.changed_before - NOW) / HOUR for change in everything] == [1, 1, 2, 2]
    assert [change.host for change in store.changes(host="b.example")] == ["b.example"] * 2
    assert [change.article_id for change in store.changes(article_id=1)] == [1, 1]
    assert len(list(store.changes(since=NOW + 2 * HOUR))) == 2
    assert len(list(store.changes(until=NOW + 2 * HOUR))) == 2
    assert len(list(store.changes(since=NOW + timedelta(minutes=61), until=NOW + 2 * HOUR))) == 0
    assert len(list(store.changes(kinds=(Kind.WORDING, Kind.NUMBER)))) == 4
    assert list(store.changes(kinds=(Kind.NUMBER,))) == []
    assert list(store.changes(field=Field.HEADLINE)) == []


def test_an_article_is_found_by_id_url_alias_and_part(store: Store, story: History) -> None:
    story.show("Text.")
    story.look(Outcome.UNCHANGED, moved_to="https://www.example.com/renamed")
    other = History(store, "https://www.example.com/other")
    for reference in ("1", STORY, "HTTPS://www.EXAMPLE.com/story#x", "https://www.example.com/renamed", "renam", "sto"):
        assert store.resolve(reference).article_id == story.article_id
    assert store.resolve("other").article_id == other.article_id


@pytest.mark.parametrize(
    ("reference", "word"),
    [
        ("example.com", "several"),
        ("https://www.example.com/stori", "nearest is https://www.example.com/story"),
        ("99", "no article 99"),
        ("9" * 30, "no article"),
        ("zebra", "tracker list"),
        ("  ", "No article was named"),
    ],
)
def test_what_cannot_be_found_is_explained(store: Store, story: History, reference: str, word: str) -> None:
    History(store, "https://www.example.com/other")
    with pytest.raises(NotFound) as error:
        store.resolve(reference)
    assert word in str(error.value)


def test_health_counts_what_is_there(store: Store, story: History) -> None:
    story.show("one")
    story.show("two")
    bad = History(store, "https://bad.example/1")
    bad.look(Outcome.BLOCKED, status=403)
    bad.look(Outcome.FAILED, status=None, body=b"")
    store.add_article("https://new.example/1", NOW + 5 * HOUR)
    health = store.health(NOW + 3 * HOUR)
    assert health.article_count == 3
    assert dict(health.states) == {State.LIVE: 1, State.FAILING: 1, State.NEW: 1}
    assert (health.due_count, health.oldest_due_at, health.next_due_at) == (2, NOW + 2 * HOUR, NOW + 5 * HOUR)
    assert (health.check_count_last_day, health.failed_count_last_day) == (4, 1)
    assert (health.revision_count, health.change_count, health.last_check_at) == (2, 1, NOW + HOUR)
    (host,) = health.troubled_hosts
    assert (host.host, host.article_count, host.failing_count, host.last_success_at) == ("bad.example", 1, 1, None)
    assert host.last_problem == "because of failed"
    assert health.database_bytes > 100_000
    assert store.health(NOW + 48 * HOUR).check_count_last_day == 0


def test_health_names_the_articles_whose_state_changed_lately(store: Store, story: History) -> None:
    story.show("one")
    History(store, "https://steady.example/1").show("only seen for the first time")
    store.add_article("https://new.example/1", NOW)
    assert store.health(NOW).state_changes == ()
    story.look(Outcome.GONE, status=404)
    walled = History(store, "https://walled.example/1", at=NOW + 9 * HOUR)
    walled.look(Outcome.BLOCKED, status=403)
    gone_and_walled = store.health(NOW).state_changes
    assert [(each.url, each.state, each.state_since_at) for each in gone_and_walled] == [
        (walled.url, State.BLOCKED, NOW + 9 * HOUR),
        (STORY, State.GONE, NOW + HOUR),
    ]
    story.at = NOW + 10 * HOUR
    story.show("one")
    story.show("one")
    back = store.health(NOW).state_changes[0]
    assert (back.url, back.state, back.state_since_at) == (STORY, State.LIVE, NOW + 10 * HOUR)
    for number in range(20):
        History(store, f"https://walled.example/more-{number}", at=NOW + 11 * HOUR).look(Outcome.BLOCKED, status=403)
    assert len(store.health(NOW).state_changes) == 10
