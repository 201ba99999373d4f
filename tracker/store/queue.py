"""The due queue: `next_check_at` in the database, so that a restart loses nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tracker.model import Batch, LookOrder, utc_text
from tracker.store.connection import Connection, Row
from tracker.store.values import id_list, json_text

# The partial index on due articles serves a query only if the query repeats the index's own WHERE. CROSS JOIN keeps
# SQLite from starting at the table of articles.
_CLAIM = """
SELECT states.host, states.article_id, articles.url, states.etag, states.last_modified, states.page_sha256,
    states.body_sha256
FROM (
    SELECT rowid AS article_id FROM _article_states INDEXED BY _article_states_due
    WHERE next_check_at IS NOT NULL AND next_check_at <= ? AND host NOT IN (SELECT value FROM json_each(?))
    ORDER BY next_check_at LIMIT ?
) AS due
CROSS JOIN _article_states AS states ON states.article_id = due.article_id
CROSS JOIN articles ON articles.article_id = due.article_id
ORDER BY states.next_check_at, states.article_id
"""

# An article whose history another one goes on with is looked at there.
_ORDERS = """
SELECT states.host, states.article_id, articles.url, states.etag, states.last_modified, states.page_sha256,
    states.body_sha256
FROM _article_states AS states
JOIN articles ON articles.article_id = states.article_id
WHERE states.article_id IN (
    SELECT coalesce(asked.joined_to_article_id, asked.article_id) FROM _article_states AS asked
    WHERE asked.article_id IN (SELECT value FROM json_each(?))
)
ORDER BY states.article_id
"""


def claim_due(connection: Connection, now: datetime, limit: int, busy_hosts: frozenset[str]) -> tuple[Batch, ...]:
    """The longest overdue first; hosts whose articles are in hand already are left out."""
    return _batches(connection.rows(_CLAIM, (utc_text(now), json_text(sorted(busy_hosts)), limit)))


def orders_for(connection: Connection, article_ids: Iterable[int]) -> tuple[Batch, ...]:
    """What to look at for these articles, due or not; unknown ids are left out, joined articles give the one that
    goes on with their history."""
    return _batches(connection.rows(_ORDERS, (id_list(article_ids),)))


def _batches(rows: list[Row]) -> tuple[Batch, ...]:
    """Hosts in the order of their first article."""
    by_host: dict[str, list[LookOrder]] = {}
    for host, *order in rows:
        by_host.setdefault(host, []).append(LookOrder(*order))
    return tuple(Batch(host, tuple(orders)) for host, orders in by_host.items())
