from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, STORY, History

from tracker.errors import BadURL
from tracker.model import Outcome, State
from tracker.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened


def test_an_article_is_added_once_whatever_its_spelling(store: Store) -> None:
    first = store.add_article("HTTPS://WWW.Example.com:443/story#top", NOW)
    again = store.add_article(STORY, NOW)
    assert first == (again[0], True)
    assert again[1] is False
    assert [article.url for article in store.articles()] == [STORY]


def test_many_are_added_at_once_or_none(store: Store) -> None:
    urls = [f"https://www.example.com/{number}" for number in range(5)]
    with pytest.raises(BadURL):
        store.add_articles([*urls, "not a URL"], NOW)
    assert list(store.articles()) == []
    assert [is_new for _, is_new in store.add_articles([*urls, urls[0]], NOW)] == [True] * 5 + [False]
    assert store.health(NOW).article_count == 5


def test_an_address_that_leads_to_a_known_article_is_not_a_new_one(store: Store) -> None:
    history = History(store)
    history.show("Text.")
    history.look(Outcome.UNCHANGED, moved_to="https://www.example.com/story-renamed")
    assert store.add_article("https://www.example.com/story-renamed", NOW) == (history.article_id, False)
    known = store.known([history.article_id])[history.article_id]
    assert known.aliases == {STORY, "https://www.example.com/story-renamed"}


def test_what_is_due_comes_in_one_batch_a_host_longest_overdue_first(store: Store) -> None:
    store.add_article("https://b.example/1", NOW - HOUR)
    store.add_articles(["https://a.example/1", "https://a.example/2"], NOW)
    store.add_article("https://later.example/1", NOW + HOUR)
    batches = store.claim_due(NOW, 10)
    assert [(batch.host, [order.url for order in batch.orders]) for batch in batches] == [
        ("b.example", ["https://b.example/1"]),
        ("a.example", ["https://a.example/1", "https://a.example/2"]),
    ]
    assert store.health(NOW).oldest_due_at == NOW - HOUR


def test_hosts_in_hand_are_left_out_before_the_limit_counts(store: Store) -> None:
    store.add_articles([f"https://busy.example/{number}" for number in range(50)], NOW - HOUR)
    store.add_article("https://idle.example/1", NOW)
    (batch,) = store.claim_due(NOW, 1, frozenset({"busy.example"}))
    assert batch.host == "idle.example"
    (batch,) = store.claim_due(NOW, 7)
    assert len(batch.orders) == 7


def test_a_recorded_look_leaves_the_queue_until_its_time(store: Store) -> None:
    history = History(store)
    history.show("Text.")
    assert store.claim_due(NOW, 10) == ()
    assert store.health(NOW).next_due_at == NOW + HOUR
    ((order,),) = (batch.orders for batch in store.claim_due(NOW + HOUR, 10))
    assert (order.url, order.etag, order.page_sha256) == (STORY, '"v1"', 'page of "v1"')


def test_an_empty_store_has_nothing_due(store: Store) -> None:
    assert (store.health(NOW).oldest_due_at, store.health(NOW).next_due_at) == (None, None)
    assert store.claim_due(NOW, 10) == ()
    assert store.orders_for([1, 2]) == ()
    assert store.known([1]) == {}


@pytest.mark.parametrize(
    "outcome",
    [Outcome.SUSPECT, Outcome.PAYWALLED, Outcome.UNREADABLE, Outcome.GONE, Outcome.BLOCKED, Outcome.NOT_MODIFIED],
)
def test_only_a_trusted_page_gives_what_the_server_is_asked_with(store: Store, outcome: Outcome) -> None:
    """Or the server's "not modified" to a wall's own mark would hide that the article changed behind it."""
    history = History(store)
    history.show("Text.")
    history.look(outcome, etag='"wall"')
    assert history.order().etag == '"v1"'
    history.look(Outcome.UNCHANGED, etag='"v2"')
    assert history.order().etag == '"v2"'


def test_the_bytes_of_the_page_last_read_are_known_at_the_next_look(store: Store) -> None:
    history = History(store)
    assert history.order().body_sha256 is None
    history.show("Text.", body=b"the page")
    digest = hashlib.sha256(b"the page").hexdigest()
    assert history.order().body_sha256 == digest
    ((order,),) = (batch.orders for batch in store.claim_due(NOW + HOUR, 10))
    assert order.body_sha256 == digest
    for outcome in (Outcome.PAYWALLED, Outcome.SUSPECT, Outcome.GONE):
        history.look(outcome, body=b"a wall")
    history.look(Outcome.NOT_MODIFIED, status=304, body=b"")
    assert history.order().body_sha256 == digest
    history.look(Outcome.UNCHANGED, body=b"the page with another advertisement")
    assert history.order().body_sha256 == hashlib.sha256(b"the page with another advertisement").hexdigest()


def test_a_page_known_by_its_bytes_alone_keeps_its_fingerprint(store: Store) -> None:
    history = History(store)
    history.show("Text.")
    seen = history.verdict(Outcome.UNCHANGED)
    store.record([replace(seen, sighting=replace(seen.sighting, page_sha256=None, is_same_page=True))])
    assert history.order().page_sha256 == 'page of "v1"'


def test_lists_by_host_and_state(store: Store) -> None:
    History(store).show("Text.")
    History(store, "https://other.example/1").look(Outcome.BLOCKED, status=403)
    store.add_article("https://other.example/2", NOW)
    assert [article.article_id for article in store.articles(host="other.example")] == [2, 3]
    assert [article.article_id for article in store.articles(state=State.BLOCKED)] == [2]
    assert list(store.articles(host="www.example.com", state=State.BLOCKED)) == []
