"""One article, one row, in whatever form its URL was given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import HOUR, NOW, History

from tracker.errors import NotFound
from tracker.model import Outcome, utc_text
from tracker.store import Identity, Recognised, Store, Wanted
from tracker.urls import article_url, same_article_key

PLAIN = "https://www.example.com/2026/11/23/harbour-closed-for-winter"
FORMS = [
    f"{PLAIN}?utm_source=rss&utm_medium=feed",
    f"{PLAIN}/",
    f"{PLAIN}.html",
    "http://www.example.com/2026/11/23/harbour-closed-for-winter",
    "https://m.example.com/2026/11/23/harbour-closed-for-winter",
    f"{PLAIN}/amp",
    f"{PLAIN}#comments",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened


def addresses(store: Store, article_id: int) -> dict[str, str]:
    sql = "SELECT url, how_learnt FROM article_urls WHERE article_id = ? ORDER BY article_url_id"
    return dict(store._connection.rows(sql, (article_id,)))


@pytest.mark.parametrize("form", FORMS)
def test_another_form_of_a_known_url_is_one_more_address(store: Store, form: str) -> None:
    article_id, _ = store.add_article(PLAIN, NOW)
    assert store.add_article(form, NOW + HOUR) == (article_id, False)
    assert len(list(store.articles())) == 1
    expected = {PLAIN: "added"} if "#" in form else {PLAIN: "added", form: "variant"}
    assert addresses(store, article_id) == expected
    before = store._connection.rows("SELECT * FROM article_urls")
    assert store.add_article(form, NOW + HOUR) == (article_id, False)
    assert store._connection.rows("SELECT * FROM article_urls") == before


def test_what_chooses_nothing_is_not_asked_for(store: Store) -> None:
    given = f"{PLAIN}?utm_source=rss"
    article_id, is_new = store.add_article(given, NOW, how="feed")
    assert is_new
    assert addresses(store, article_id) == {PLAIN: "feed", given: "variant"}
    ((order,),) = (batch.orders for batch in store.claim_due(NOW, 10))
    assert order.url == PLAIN
    assert store.add_article(PLAIN, NOW) == (article_id, False)


def test_forms_of_one_article_given_at_once_are_one(store: Store) -> None:
    added = store.add_articles([*FORMS, PLAIN], NOW)
    assert len({article_id for article_id, _ in added}) == 1
    assert [is_new for _, is_new in added] == [True] + [False] * len(FORMS)
    assert store.health(NOW).article_count == 1
    assert list(store.verify()) == []


def test_what_may_choose_an_article_is_kept_apart(store: Store) -> None:
    urls = ["https://www.example.com/story.php?id=1201", "https://www.example.com/story.php?id=1202"]
    assert [is_new for _, is_new in store.add_articles(urls, NOW)] == [True, True]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_finds_the_article(store: Store, form: str) -> None:
    article_id, _ = store.add_article(PLAIN, NOW)
    assert store.resolve(form).article_id == article_id


@given(
    st.lists(
        st.builds(
            "{}{}/2026/11/23/{}{}".format,
            st.sampled_from(["https://www.", "http://", "https://m.", "https://amp."]),
            st.sampled_from(["example.com", "example.org:8080"]),
            st.sampled_from(["harbour-closed-for-winter", "Harbour-Closed-for-Winter", "harbour-open", "1201"]),
            st.sampled_from(["", "/", ".html", "/amp", "/index.html", "?utm_source=a&id=7", "?id=7", "?b=1&a=2", "//"]),
        ),
        max_size=12,
    )
)
def test_what_was_added_is_found_again_whatever_its_form(urls: list[str]) -> None:
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "tracker.db", create=True) as store:
        added = store.add_articles(urls, NOW)
        assert [store.resolve(url).article_id for url in urls] == [article_id for article_id, _ in added]
        assert store.add_articles(reversed(urls), NOW) == [(article_id, False) for article_id, _ in reversed(added)]
        assert sum(is_new for _, is_new in added) == len(list(store.articles())) == len({each for each, _ in added})
        assert {article_url(url).url for url in urls} >= {article.url for article in store.articles()}


def test_a_url_that_names_two_articles_asks_which(store: Store) -> None:
    """They were added before keys were known."""
    first, _ = store.add_article(PLAIN, NOW)
    second, _ = store.add_article("https://www.example.com/other", NOW)
    store._connection.raw.execute(
        "UPDATE article_urls SET same_article_key = ? WHERE article_id = ?", (same_article_key(PLAIN), second)
    )
    with pytest.raises(NotFound, match="stands in several tracked URLs"):
        store.resolve(f"{PLAIN}.html")
    assert store.resolve(PLAIN).article_id == first
    assert store.add_article(f"{PLAIN}.html", NOW) == (first, False)


@pytest.mark.parametrize("outcome", [Outcome.GONE, Outcome.MOVED])
def test_what_is_not_there_any_more_stands_for_nothing_else(store: Store, outcome: Outcome) -> None:
    """A site may give up http or .html without leading there."""
    history = History(store, f"{PLAIN}.html")
    history.show("Text.")
    history.look(outcome, status=404)
    article_id, is_new = store.add_article(PLAIN, NOW)
    assert is_new
    assert article_id != history.article_id
    assert store.resolve(PLAIN).article_id == article_id
    assert store.resolve(f"{PLAIN}.html").article_id == history.article_id


def test_links_that_are_never_twice_the_same_do_not_fill_the_database(store: Store) -> None:
    article_id, _ = store.add_article(PLAIN, NOW)
    for number in range(120):
        assert store.add_article(f"{PLAIN}?utm_source={number}", NOW) == (article_id, False)
    assert len(addresses(store, article_id)) < 60


def test_known_articles_are_recognised_without_being_written(store: Store) -> None:
    article_id, _ = store.add_article(PLAIN, NOW)
    before = store._connection.rows("SELECT * FROM article_urls")
    asked = [Identity(PLAIN), Identity(FORMS[0]), Identity("https://www.example.com/another-story")]
    assert store.recognised(asked) == [Recognised(article_id, NOW), Recognised(article_id, NOW), None]
    assert store._connection.rows("SELECT * FROM article_urls") == before


def test_a_new_address_of_an_article_is_known_in_every_form(store: Store) -> None:
    history = History(store)
    history.show("Text.")
    history.look(Outcome.UNCHANGED, moved_to=PLAIN)
    assert store.add_article(f"{PLAIN}/amp", NOW) == (history.article_id, False)


def test_keys_are_looked_up_by_an_index(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with Store.open(path, create=True) as store:
        store.add_articles([PLAIN, "https://news.example.org/1"], NOW)
        keys: dict[str, str] = dict(store._connection.rows("SELECT url, same_article_key FROM article_urls"))
    assert keys[PLAIN] == same_article_key(PLAIN)
    with closing(sqlite3.connect(path)) as connection:
        plan = " ".join(
            row[3]
            for row in connection.execute("EXPLAIN QUERY PLAN SELECT * FROM article_urls WHERE same_article_key = 'x'")
        )
    assert "article_urls_by_key" in plan


# -- how articles are followed -----------------------------------------------------------------------------------------


def limits(store: Store, article_id: int) -> tuple[datetime | None, bool]:
    known = store.known([article_id])[article_id]
    return known.follow_until, known.is_headline_only


def wanted(until: datetime | None = None, *, is_headline_only: bool = False, url: str = PLAIN) -> Wanted:
    return Wanted(Identity.of(url), until, is_headline_only)


def test_an_article_is_followed_as_its_source_asks(store: Store) -> None:
    ((article_id, _),) = store.track([wanted(NOW + HOUR, is_headline_only=True)], NOW)
    assert limits(store, article_id) == (NOW + HOUR, True)
    free, _ = store.add_article("https://www.example.com/free", NOW)
    assert limits(store, free) == (None, False)


def test_the_most_demanding_of_several_sources_is_heard(store: Store) -> None:
    ((article_id, _),) = store.track([wanted(NOW + HOUR, is_headline_only=True)], NOW, how="feed")
    for asked, expected in (
        (wanted(NOW, is_headline_only=True), (NOW + HOUR, True)),
        (wanted(NOW + 2 * HOUR, is_headline_only=True), (NOW + 2 * HOUR, True)),
        (wanted(NOW), (NOW + 2 * HOUR, False)),
        (wanted(None, is_headline_only=True), (None, False)),
        (wanted(NOW, is_headline_only=True), (None, False)),
    ):
        assert store.track([asked], NOW, how="feed") == [(article_id, False)]
        assert limits(store, article_id) == expected


def test_an_article_is_looked_at_a_last_time_when_its_time_is_over(store: Store) -> None:
    history = History(store, PLAIN)
    store._connection.raw.execute(
        "UPDATE _article_states SET follow_until_at = ?", (utc_text(NOW + HOUR + timedelta(minutes=30)),)
    )
    history.show("Text.")
    assert store.resolve(PLAIN).next_check_at == NOW + HOUR
    history.look(Outcome.UNCHANGED)
    assert store.resolve(PLAIN).next_check_at == NOW + HOUR + timedelta(minutes=30)
    history.look(Outcome.UNCHANGED)
    assert store.resolve(PLAIN).next_check_at is None
    assert store.claim_due(NOW + 1000 * HOUR, 10) == ()
    assert list(store.verify()) == []


def test_adding_by_hand_takes_up_an_article_again(store: Store) -> None:
    ((article_id, _),) = store.track([wanted(NOW, is_headline_only=True)], NOW, how="feed")
    History(store, PLAIN, NOW).show("Text.")
    assert store.resolve(PLAIN).next_check_at is not None  # History added it by hand
    store._connection.raw.execute(
        "UPDATE _article_states SET follow_until_at = ?, next_check_at = NULL", (utc_text(NOW),)
    )
    assert store.track([wanted(NOW)], NOW + HOUR, how="feed") == [(article_id, False)]
    assert store.resolve(PLAIN).next_check_at is None
    assert store.add_article(PLAIN, NOW + HOUR) == (article_id, False)
    assert limits(store, article_id) == (None, False)
    assert store.resolve(PLAIN).next_check_at == NOW + HOUR
