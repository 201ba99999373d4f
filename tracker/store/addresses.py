"""Which article an address leads to, and what happens when two articles turn out to be one."""

from __future__ import annotations

import sqlite3

# Its own address names an article for good; of those that it merely led to, the one that is still looked at is meant.
_BY_ADDRESS = """
SELECT article_id, coalesce(joined_to_article_id, article_id) FROM (
    SELECT articles.article_id, states.joined_to_article_id, 0 AS doubt
    FROM articles JOIN _article_states AS states ON states.article_id = articles.article_id
    WHERE articles.url = ?1
    UNION ALL
    SELECT article_urls.article_id, states.joined_to_article_id, iif(states.joined_to_article_id IS NULL, 1, 2)
    FROM article_urls JOIN _article_states AS states ON states.article_id = article_urls.article_id
    WHERE article_urls.url = ?1
)
ORDER BY doubt, article_id LIMIT 1
"""


def article_id_of(raw: sqlite3.Connection, url: str) -> int | None:
    """The article known under a canonical URL: its own, or else another that led to it."""
    found = raw.execute(_BY_ADDRESS, (url,)).fetchone()
    return None if found is None else int(found[0])


def looked_at_article_id(raw: sqlite3.Connection, url: str) -> int | None:
    """The article that is looked at for a canonical URL: that one, or the one that goes on with its history."""
    found = raw.execute(_BY_ADDRESS, (url,)).fetchone()
    return None if found is None else int(found[1])


def add_address(raw: sqlite3.Connection, article_id: int, url: str, how: str, at: str) -> None:
    raw.execute(
        "INSERT INTO article_urls (article_id, url, how_learnt, first_seen_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (article_id, url, how, at),
    )


def join(raw: sqlite3.Connection, article_id: int, into_article_id: int, how: str, at: str) -> None:
    """`into_article_id` is the end of its own chain. What was joined into the first article follows it there."""
    (url,) = raw.execute("SELECT url FROM articles WHERE article_id = ?", (into_article_id,)).fetchone()
    raw.execute(
        "INSERT INTO article_joins (article_id, into_article_id, joined_at, reason) VALUES (?, ?, ?, ?)",
        (article_id, into_article_id, at, _reason(how, url)),
    )
    raw.execute(
        "UPDATE _article_states SET joined_to_article_id = ?1 WHERE article_id = ?2 OR joined_to_article_id = ?2",
        (into_article_id, article_id),
    )
    raw.execute(
        "INSERT INTO article_urls (article_id, url, how_learnt, first_seen_at) "
        "SELECT ?, url, ?, ? FROM article_urls WHERE article_id = ? ON CONFLICT DO NOTHING",
        (into_article_id, how, at, article_id),
    )


def _reason(how: str, url: str) -> str:
    return f"names {url} as its address" if how == "canonical" else f"leads for good to {url}"
