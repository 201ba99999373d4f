"""Two addresses that turn out to lead to one article: one of the two goes on, and no history is touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History

from tracker.errors import NotFound
from tracker.model import LookOrder, Outcome, State
from tracker.store import Store
from tracker.urls import same_article_key

SITE = "https://www.example.com"
A, B, C = (f"{SITE}/{name}" for name in ("report-a", "report-b", "report-c"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


def shown(store: Store, url: str) -> History:
    history = History(store, url)
    history.show("Some text.")
    return history


def moves(history: History, url: str, **told: str) -> None:
    """A look that found the article itself at another address."""
    history.look(Outcome.MOVED, state=State.LIVE, moved_to=url, **told)


def test_the_other_article_goes_on_and_the_first_is_not_looked_at_any_more(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    moves(a, B)
    status = store.resolve(A)
    assert (status.article_id, status.state, status.next_check_at) == (a.article_id, State.MOVED, None)
    assert (status.state_since_at, status.joined_to_article_id) == (NOW + HOUR, b.article_id)
    assert store.resolve(B).joined_to_article_id is None
    assert [article.article_id for article in store.joined_into(b.article_id)] == [a.article_id]
    assert store.joined_into(a.article_id) == ()
    due = store.claim_due(NOW + 99 * HOUR, 10)
    assert [order.article_id for batch in due for order in batch.orders] == [b.article_id]
    assert [revision.number for revision in store.revisions(a.article_id)] == [1]
    joins = store._connection.rows("SELECT * FROM article_joins")
    assert joins == [(a.article_id, b.article_id, "2026-11-23T02:02:03Z", f"leads for good to {B}")]


def test_every_address_of_the_first_leads_to_the_other_now(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    moves(a, f"{SITE}/between")
    moves(a, B, learnt_by="canonical")
    for url in (A, B, f"{SITE}/between"):
        assert store.add_article(url, NOW) == (b.article_id, False)
    assert store.known([b.article_id])[b.article_id].aliases == {A, B, f"{SITE}/between"}
    how = store._connection.rows("SELECT url, how_learnt FROM article_urls WHERE article_id = ? ORDER BY 1", (2,))
    assert how == [(f"{SITE}/between", "canonical"), (A, "canonical"), (B, "added")]
    assert f"names {B} as its address" in store._connection.value("SELECT reason FROM article_joins")


def test_a_declared_address_joins_only_articles_that_say_the_same(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    b.show("Another text.")
    moves(a, B, learnt_by="canonical")
    assert store.joined_into(b.article_id) == ()
    assert store.known([a.article_id])[a.article_id].aliases == {A}
    a.show("Another text.")
    moves(a, B, learnt_by="canonical")
    assert [article.article_id for article in store.joined_into(b.article_id)] == [a.article_id]


def test_who_asks_for_the_first_looks_at_the_other(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    moves(a, B)
    (batch,) = store.orders_for([a.article_id])
    assert [order.url for order in batch.orders] == [B]
    (batch,) = store.orders_for([a.article_id, b.article_id])
    assert [order.url for order in batch.orders] == [B]


def test_names_are_found_by_what_they_mean(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    moves(a, f"{SITE}/between")
    moves(a, B)
    for reference in (A, str(a.article_id), "report-a"):
        assert store.resolve(reference).article_id == a.article_id
    for reference in (B, "report-b", f"{SITE}/between", "between", "report", "example.com"):
        assert store.resolve(reference).article_id == b.article_id
    shown(store, C)
    with pytest.raises(NotFound, match="several"):
        store.resolve("report")


def test_a_chain_leads_to_its_end_whichever_part_came_first(store: Store) -> None:
    a, b, c = shown(store, A), shown(store, B), shown(store, C)
    moves(a, B)
    moves(b, C)
    late = shown(store, f"{SITE}/late")
    moves(late, A)
    for history in (a, b, late):
        assert store.resolve(history.url).joined_to_article_id == c.article_id
        assert store.add_article(history.url, NOW) == (c.article_id, False)
        ((order,),) = (batch.orders for batch in store.orders_for([history.article_id]))
        assert order.url == C
    assert {article.url for article in store.joined_into(c.article_id)} == {A, B, f"{SITE}/late"}
    assert store._connection.rows("SELECT article_id, into_article_id FROM article_joins ORDER BY 1") == [
        (a.article_id, b.article_id),
        (b.article_id, c.article_id),
        (late.article_id, c.article_id),
    ]


def test_articles_that_lead_to_each_other_do_not_vanish_both(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    verdicts = [
        a.verdict(Outcome.MOVED, state=State.LIVE, moved_to=B),
        b.verdict(Outcome.MOVED, state=State.LIVE, moved_to=A),
        a.verdict(Outcome.MOVED, state=State.LIVE, moved_to=A),
    ]
    store.record(verdicts)
    assert store.resolve(A).joined_to_article_id == b.article_id
    assert store.resolve(B).joined_to_article_id is None
    assert store.resolve(B).next_check_at is not None


def test_a_chain_within_one_batch(store: Store) -> None:
    a, b, c = shown(store, A), shown(store, B), shown(store, C)
    store.record(
        [
            a.verdict(Outcome.MOVED, state=State.LIVE, moved_to=B),
            b.verdict(Outcome.MOVED, state=State.LIVE, moved_to=C),
            c.verdict(Outcome.UNCHANGED),
        ]
    )
    assert [store.resolve(url).joined_to_article_id for url in (A, B, C)] == [c.article_id, c.article_id, None]


def test_a_look_that_was_under_way_does_not_bring_the_first_back(store: Store) -> None:
    a = shown(store, A)
    shown(store, B)
    late = a.verdict(Outcome.UNCHANGED)
    moves(a, B)
    since = store.resolve(A).state_since_at
    store.record([late])
    status = store.resolve(A)
    assert (status.state, status.next_check_at, status.state_since_at) == (State.MOVED, None, since)
    assert [check.outcome for check in store.checks(a.article_id)][1:] == [Outcome.UNCHANGED, Outcome.MOVED]


def test_an_edit_found_at_the_other_address_is_kept_where_it_was_found(store: Store) -> None:
    a = shown(store, A)
    b = shown(store, B)
    a.show("Other text.")
    first = History(store, f"{SITE}/short")
    recorded = first.look(Outcome.FIRST_SEEN, new_revision=a.latest, moved_to=B)
    assert recorded.revision_number == 1
    assert store.resolve(f"{SITE}/short").joined_to_article_id == b.article_id
    assert store.resolve(B).revision_count == 1


def test_an_address_that_already_leads_to_another_article_joins_too(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    moves(b, f"{SITE}/new-home")
    moves(a, f"{SITE}/new-home")
    assert store.resolve(A).joined_to_article_id == b.article_id


@pytest.mark.parametrize("place", [B, f"{SITE}/", f"{SITE}/unknown"])
def test_a_place_where_the_article_was_not_found_joins_nothing_and_is_no_address_of_it(
    store: Store, place: str
) -> None:
    a = shown(store, A)
    shown(store, B)
    a.look(Outcome.MOVED, moved_to=place)
    status = store.resolve(A)
    assert (status.state, status.joined_to_article_id) == (State.MOVED, None)
    assert status.next_check_at is not None
    assert store.known([a.article_id])[a.article_id].aliases == {A}


def test_anothers_own_address_is_an_address_of_ones_own_only_after_joining(store: Store) -> None:
    """Files of an earlier version noted such addresses down without joining: the next redirect there joins."""
    a, b = shown(store, A), shown(store, B)
    with store._connection.writing() as raw:
        raw.execute(
            "INSERT INTO article_urls (article_id, url, how_learnt, first_seen_at, same_article_key) "
            "VALUES (?, ?, 'redirect', ?, ?)",
            (a.article_id, B, "2026-11-23T01:02:03Z", same_article_key(B)),
        )
    assert store.known([a.article_id])[a.article_id].aliases == {A}
    moves(a, B)
    assert store.known([b.article_id])[b.article_id].aliases == {A, B}
    assert store.add_article(B, NOW) == (b.article_id, False)


def test_a_join_is_recorded_with_its_look_or_not_at_all(store: Store) -> None:
    a = shown(store, A)
    shown(store, B)
    looked = History(store, C).verdict(Outcome.UNCHANGED)
    stranger = replace(looked, sighting=replace(looked.sighting, order=LookOrder(99, C)))
    with pytest.raises(KeyError):
        store.record([a.verdict(Outcome.MOVED, state=State.LIVE, moved_to=B), stranger])
    assert store.resolve(A).joined_to_article_id is None


def test_plain_sql_says_where_it_goes_on(store: Store) -> None:
    a, b = shown(store, A), shown(store, B)
    moves(a, B)
    rows = store._connection.rows("SELECT article_id, joined_to_article_id FROM articles_status ORDER BY 1")
    assert rows == [(a.article_id, b.article_id), (b.article_id, None)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE _article_states SET joined_to_article_id = NULL WHERE article_id = 1",
        "UPDATE _article_states SET joined_to_article_id = 2 WHERE article_id = 1",
        "UPDATE _article_states SET joined_to_article_id = 1 WHERE article_id = 3",
        "UPDATE _article_states SET next_check_at = '2026-11-23T01:02:03Z' WHERE article_id = 1",
        "DELETE FROM article_joins WHERE article_id = 2",
        "INSERT INTO article_joins VALUES (3, 1, '2026-11-23T01:02:03Z', 'a circle')",
    ],
)
def test_verify_finds_joins_that_lead_astray(store: Store, tmp_path: Path, sql: str) -> None:
    a, b, _ = shown(store, A), shown(store, B), shown(store, C)
    moves(a, B)
    moves(b, C)
    copy = tmp_path / "copy.db"
    store.backup(copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute(sql)
    with Store.open(copy) as tampered:
        assert any("article_joins" in str(fault) for fault in tampered.verify())
