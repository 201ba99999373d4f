"""Which article an address leads to, and what happens when two articles turn out to be one."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from tracker.store.identity import Identity
from tracker.urls import same_article_key

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

# A key is a guess, and only as good as the article at hand: one that is not to be seen any more must not stand for an
# address that may show it, as after a site gave up http or .html without leading there.
_BY_KEY = """
SELECT article_urls.article_id FROM article_urls
JOIN _article_states AS states ON states.article_id = article_urls.article_id
WHERE article_urls.same_article_key = ? AND states.state NOT IN ('gone', 'moved')
ORDER BY article_urls.article_id LIMIT 1
"""

# Two articles may have one key: they were added before keys were known, or the one is gone.
_ALL_BY_KEY = """
SELECT DISTINCT coalesce(states.joined_to_article_id, article_urls.article_id) FROM article_urls
JOIN _article_states AS states ON states.article_id = article_urls.article_id
WHERE article_urls.same_article_key = ?
ORDER BY 1
"""

# Some sites write the time into every link: so many forms tell what there is to tell.
_MOST_VARIANTS = 50


class Match(NamedTuple):
    """The article that is looked at for a URL."""

    article_id: int
    is_as_given: bool  # False: it is known under another form of the URL


def match(raw: sqlite3.Connection, identity: Identity) -> Match | None:
    """As given, else without what is known to choose nothing, else by what says the same in another form."""
    if found := looked_at_article_id(raw, identity.given):
        return Match(found, is_as_given=True)
    if identity.url != identity.given and (found := looked_at_article_id(raw, identity.url)):
        return Match(found, is_as_given=False)
    row = raw.execute(_BY_KEY, (identity.key,)).fetchone()
    return None if row is None else Match(row[0], is_as_given=False)


def named_article_ids(raw: sqlite3.Connection, identity: Identity) -> list[int]:
    """The articles that a person may mean by a URL: one, or where only the keys tell, all that have it.

    The own address of an article names it also where another one goes on with its history.
    """
    for url in dict.fromkeys((identity.given, identity.url)):
        if found := raw.execute(_BY_ADDRESS, (url,)).fetchone():
            return [found[0]]
    return [article_id for (article_id,) in raw.execute(_ALL_BY_KEY, (identity.key,))]


def looked_at_article_id(raw: sqlite3.Connection, url: str) -> int | None:
    """The article that is looked at for a canonical URL, exactly this one: it, or the one that goes on with its
    history."""
    found = raw.execute(_BY_ADDRESS, (url,)).fetchone()
    return None if found is None else int(found[1])


def add_address(raw: sqlite3.Connection, article_id: int, url: str, how: str, at: str, key: str | None = None) -> None:
    """`key` is the one of `url`, where it is known already."""
    raw.execute(
        "INSERT INTO article_urls (article_id, url, how_learnt, first_seen_at, same_article_key) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (article_id, url, how, at, key or same_article_key(url)),
    )


def add_variant(raw: sqlite3.Connection, article_id: int, identity: Identity, at: str) -> None:
    """The form in which an article was named, kept so that it is known at once the next time."""
    (count,) = raw.execute(
        "SELECT count(*) FROM article_urls WHERE article_id = ? AND how_learnt = 'variant'", (article_id,)
    ).fetchone()
    if count < _MOST_VARIANTS:
        add_address(raw, article_id, identity.given, "variant", at, identity.key)


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
        "INSERT INTO article_urls (article_id, url, how_learnt, first_seen_at, same_article_key) "
        "SELECT ?, url, ?, ?, same_article_key FROM article_urls WHERE article_id = ? ON CONFLICT DO NOTHING",
        (into_article_id, how, at, article_id),
    )


def _reason(how: str, url: str) -> str:
    return f"names {url} as its address" if how == "canonical" else f"leads for good to {url}"
