"""Sources, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, STORY

from tracker.store import SourceWishes, Store

FEED = "https://www.example.com/feed"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened


def test_sources_are_due_again_when_they_said(store: Store) -> None:
    source = store.add_source("feed", f"{FEED}#x", NOW)
    assert store.add_source("feed", FEED, NOW) == source
    assert store.due_sources(NOW) == (source,)
    store.record_source(source, NOW, NOW + HOUR)
    assert store.due_sources(NOW + timedelta(minutes=59)) == ()
    assert store.due_sources(NOW + HOUR) == (source,)


def test_everything_that_was_learnt_of_a_source_is_kept(store: Store) -> None:
    source = store.add_source("sitemap", FEED, NOW)
    after = replace(
        source,
        etag='"f1"',
        last_modified="Mon, 23 Nov 2026 01:02:03 GMT",
        moved_to_url="https://news.example.com/feed",
        last_read_at=NOW,
        last_whole_at=NOW - HOUR,
        failures_in_row=2,
        arrivals=3.25,
        watched_s=86_400.5,
        ttl_s=600,
    )
    store.record_source(after, NOW, NOW, problem="cut short")
    assert store.due_sources(NOW) == (after,)
    assert (after.url, after.address) == (FEED, "https://news.example.com/feed")
    assert source.address == FEED


def test_wishes_are_kept_and_new_ones_read_the_source_again_in_full(store: Store) -> None:
    wishes = SourceWishes(("/news/",), ("/live/", "-quiz$"), 20, is_headline_only=True, follow_days=30.0)
    source = store.add_source("feed", FEED, NOW, wishes)
    assert source.wishes == wishes
    read = replace(source, etag='"f1"', last_whole_at=NOW, arrivals=2.0)
    store.record_source(read, NOW, NOW + HOUR)
    assert store.add_source("feed", FEED, NOW, wishes) == read
    assert store.add_source("feed", FEED, NOW) == read, "no wishes: those that are known stay"
    assert store.due_sources(NOW) == ()
    other = replace(wishes, max_new_per_day=None, min_interval_s=90.0)
    changed = store.add_source("feed", FEED, NOW, other)
    assert changed == replace(read, etag=None, last_whole_at=None, wishes=other)
    assert store.due_sources(NOW) == (changed,)


def test_a_reading_does_not_write_over_wishes_that_came_meanwhile(store: Store) -> None:
    source = store.add_source("feed", FEED, NOW)
    store.add_source("feed", FEED, NOW, SourceWishes(max_new_per_day=5))
    store.record_source(source, NOW, NOW)
    assert store.due_sources(NOW)[0].wishes == SourceWishes(max_new_per_day=5)


def test_new_articles_of_a_source_are_counted_by_who_named_them_first(store: Store) -> None:
    first, second = (store.add_source("feed", f"{FEED}/{number}", NOW).source_id for number in (1, 2))
    store.add_article(STORY, NOW, how="feed", source_id=first)
    store.add_articles([STORY, f"{STORY}-2", f"{STORY}-3"], NOW + HOUR, how="feed", source_id=second)
    assert [store.new_count_since(each, NOW - HOUR) for each in (first, second)] == [1, 2]
    assert [store.new_count_since(each, NOW) for each in (first, second)] == [0, 2]
    plan = store._connection.rows(
        "EXPLAIN QUERY PLAN SELECT count(*) FROM articles WHERE source_id = 1 AND added_at > ''"
    )
    assert "articles_by_source" in plan[0][3]


def test_a_source_that_fell_silent_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    feed = "https://www.example.com/rss"
    with Store.open(tmp_path / "tracker.db", create=True) as store:
        source = store.add_source("feed", feed, NOW)
        store.add_articles(["https://www.example.com/2026/a-story-of-some-length"], NOW, source_id=source.source_id)
        store._connection.raw.execute("UPDATE _source_states SET arrivals = 24.0, watched_s = 86400.0")
        assert store.health(NOW + timedelta(hours=20)).silent_sources == ()
        (silent,) = store.health(NOW + timedelta(hours=30)).silent_sources
        assert (silent.url, silent.last_new_at, silent.problem) == (feed, NOW, "")
        store._connection.raw.execute("UPDATE _source_states SET problem = 'the server says 410'")
        (broken,) = store.health(NOW).silent_sources
        assert broken.problem == "the server says 410"
