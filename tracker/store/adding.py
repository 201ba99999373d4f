"""Articles come in here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from tracker.model import utc_text
from tracker.store.addresses import add_address, looked_at_article_id
from tracker.store.connection import Connection
from tracker.urls import canonical_url, host_of


def add_articles(
    connection: Connection, urls: Iterable[str], now: datetime, how: str, source_id: int | None
) -> list[tuple[int, bool]]:
    """Track every URL, due at once. For each: the id of the article looked at for it, and whether it is new. One
    transaction."""
    canonical = [canonical_url(url) for url in urls]
    at = utc_text(now)
    with connection.writing() as raw:
        added = [_add(raw, url, at, how, source_id) for url in canonical]
        new_count = sum(is_new for _, is_new in added)
        raw.execute("UPDATE _totals SET article_count = article_count + ?", (new_count,))
    return added


def _add(raw: sqlite3.Connection, url: str, at: str, how: str, source_id: int | None) -> tuple[int, bool]:
    known = looked_at_article_id(raw, url)
    if known is not None:
        return known, False
    host = host_of(url)
    article_id = raw.execute(
        "INSERT INTO articles (url, host, added_at, source_id) VALUES (?, ?, ?, ?)", (url, host, at, source_id)
    ).lastrowid
    assert article_id is not None  # noqa: S101 - SQLite sets it for every insert; this tells the type checker so
    add_address(raw, article_id, url, how, at)
    raw.execute(
        "INSERT INTO _article_states (article_id, host, state, state_since_at, next_check_at, failures_in_row, "
        "revision_count, change_count) VALUES (?, ?, 'new', ?, ?, 0, 0, 0)",
        (article_id, host, at, at),
    )
    return article_id, True
