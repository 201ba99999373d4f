"""Long lists are read in parts: in the order of their ids, each article once, and nobody is held up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from store_kit import NOW

from tracker.model import State
from tracker.store import Store

ARTICLES = 2_500  # more than are read at a time


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, create=True) as opened:
        yield opened


@pytest.fixture
def many(store: Store, path: Path) -> Store:
    """Every third is gone; they lie on two hosts."""
    store.add_articles((f"https://{'ab'[n % 2]}.example/story-{n}" for n in range(ARTICLES)), NOW)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE _article_states SET state = 'gone' WHERE article_id % 3 = 0")
    return store


@pytest.mark.parametrize(
    ("host", "state"), [(None, None), ("a.example", None), (None, State.GONE), ("b.example", State.GONE)]
)
def test_a_list_holds_each_article_once_in_order(many: Store, host: str | None, state: State | None) -> None:
    wanted = [
        number
        for number in range(1, ARTICLES + 1)
        if (host is None or host[0] == "ba"[number % 2]) and (state is None or number % 3 == 0)
    ]
    listed = list(many.articles(host, state))
    assert [article.article_id for article in listed] == wanted
    assert all(host in (None, article.host) and state in (None, article.state) for article in listed)


def test_who_reads_a_list_slowly_sees_what_is_written_meanwhile(many: Store, path: Path) -> None:
    listed = many.articles()
    assert [article.article_id for article in islice(listed, 3)] == [1, 2, 3]
    with Store.open(path) as other:
        other.add_article("https://c.example/new", NOW + timedelta(minutes=1))
        assert other.maintain(NOW).is_log_emptied  # which a reader in the middle of its list would not let happen
    assert [article.host for article in listed][-1] == "c.example"
