"""The due queue: `next_check_at` in the database, so that a restart loses nothing.

It is kept by promise: twenty-one queues that are merged at each claim, so that a claim reads little more than it hands
out, however many articles are due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from itertools import islice

from tracker.cadence import Turn
from tracker.model import Batch, LookOrder, utc_text
from tracker.store.connection import Connection, Row
from tracker.store.histories import demands
from tracker.store.records import Load
from tracker.store.values import id_list, json_text, moment

# The partial index on due articles serves a query only if the query repeats the index's own WHERE. The promise is
# written out, because a statement of its own for each keeps all of them prepared.
_QUEUE = """
SELECT next_check_at, article_id FROM _article_states INDEXED BY _article_states_due
WHERE next_check_at IS NOT NULL AND promise = {promise} AND next_check_at <= ?1
    AND host NOT IN (SELECT value FROM json_each(?2)) AND (next_check_at <= ?3 OR failures_in_row = 0)
ORDER BY next_check_at
"""
_PROMISES = "SELECT promise FROM _demands ORDER BY promise DESC"
_HELD = "SELECT host FROM _host_holds WHERE held_until_at > ?"

# CROSS JOIN keeps SQLite from starting at the table of articles.
_CLAIMED = """
SELECT states.host, states.article_id, articles.url, states.etag, states.last_modified, states.page_sha256,
    states.body_sha256
FROM json_each(?) AS claimed
CROSS JOIN _article_states AS states ON states.article_id = claimed.value
CROSS JOIN articles ON articles.article_id = claimed.value
ORDER BY claimed.key
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

_OVERDUE = """
SELECT count(*) FROM (
    SELECT 1 FROM _demands
    CROSS JOIN _article_states AS states INDEXED BY _article_states_due ON states.promise = _demands.promise
    WHERE states.next_check_at IS NOT NULL AND states.next_check_at <= ?
    LIMIT ?
)
"""

_TOO_FAR_AHEAD = """
SELECT article_id, next_check_at FROM _article_states INDEXED BY _article_states_due
WHERE next_check_at IS NOT NULL AND promise = ? AND next_check_at > ? AND failures_in_row = 0
ORDER BY next_check_at DESC LIMIT ?
"""

_Merged = Iterator[tuple[float, bool, int]]


def claim_due(connection: Connection, now: datetime, limit: int, busy_hosts: frozenset[str]) -> tuple[Batch, ...]:
    """The longest overdue first; hosts whose articles are in hand already, or that asked to be left alone, are left
    out."""
    with connection.snapshot(), ExitStack() as cursors:
        queues = _queues(connection, cursors, now, dict.fromkeys(_promises(connection), timedelta()), busy_hosts)
        due = heapq.merge(*queues.values())
        return _claimed(connection, [article_id for _, article_id in islice(due, limit)])


def claim_in_turn(
    connection: Connection, now: datetime, limit: int, spare: int, turns: Sequence[Turn], busy_hosts: frozenset[str]
) -> tuple[Batch, ...]:
    """Those that are latest for their kind first; up to `spare` also those that are only nearly due, but no retries."""
    by_promise = {turn.promise: turn for turn in turns}
    with connection.snapshot(), ExitStack() as cursors:
        early = {promise: turn.early if spare else timedelta() for promise, turn in by_promise.items()}
        queues = _queues(connection, cursors, now, early, busy_hosts)
        merged = heapq.merge(*(_ranked(queue, by_promise[promise], now) for promise, queue in queues.items()))
        return _claimed(connection, list(_allowed(merged, limit, spare)))


def _ranked(queue: Iterable[Row], turn: Turn, now: datetime) -> _Merged:
    """The latest for its kind first: its lateness with the sign turned, whether it is early, its id."""
    for next_check_at, article_id in queue:
        lateness = turn.lateness(moment(next_check_at), now)
        yield -lateness, lateness < 0, article_id


def _allowed(merged: _Merged, limit: int, spare: int) -> Iterator[int]:
    for number, (_, is_early, article_id) in enumerate(islice(merged, limit)):
        if is_early and number >= spare:  # so are all that follow
            return
        yield article_id


def _queues(
    connection: Connection,
    cursors: ExitStack,
    now: datetime,
    early: Mapping[int, timedelta],
    busy_hosts: frozenset[str],
) -> dict[int, Iterator[Row]]:
    """By promise, what is due or will be `early` from now on, read as it is asked for: (next_check_at, article_id)."""
    at = utc_text(now)
    left_alone = json_text(sorted(busy_hosts.union(host for (host,) in connection.rows(_HELD, (at,)))))
    queues: dict[int, Iterator[Row]] = {}
    for promise, ahead in early.items():
        sql = _QUEUE.format(promise=promise)
        cursor = connection.raw.execute(sql, (utc_text(now + ahead), left_alone, at))
        queues[promise] = cursors.enter_context(closing(cursor))
    return queues


def _promises(connection: Connection) -> list[int]:
    return [promise for (promise,) in connection.rows(_PROMISES)]


def _claimed(connection: Connection, article_ids: Sequence[int]) -> tuple[Batch, ...]:
    return _batches(connection.rows(_CLAIMED, (id_list(article_ids),))) if article_ids else ()


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


def load(connection: Connection, now: datetime, since: datetime, most_overdue: int) -> Load:
    """What the queue asks for. More overdue articles than `most_overdue` are not counted."""
    with connection.snapshot():
        looks = "SELECT count(*) FROM checks WHERE checked_at > ? AND checked_at <= ?"
        return Load(
            demands=demands(connection),
            overdue_count=connection.value(_OVERDUE, (utc_text(now), most_overdue)),
            recent_look_count=connection.value(looks, (utc_text(since), utc_text(now))),
        )


def bring_forward(
    connection: Connection, now: datetime, turns: Iterable[Turn], spread: Callable[[], float], limit: int
) -> int:
    """Articles that would wait far longer than their kind has to by now; at most so many, and how many they were.

    `spread` gives numbers in [0, 1). Retries keep their own time.
    """
    with connection.writing() as raw:
        moved: list[tuple[str, int]] = []
        for turn in turns:
            bound = utc_text(now + turn.longest)
            for article_id, planned in raw.execute(_TOO_FAR_AHEAD, (turn.promise, bound, limit - len(moved))):
                moved.append((utc_text(turn.brought_forward(moment(planned), now, spread())), article_id))
        raw.executemany("UPDATE _article_states SET next_check_at = ? WHERE article_id = ?", moved)
    return len(moved)


def clock_went_back(connection: Connection, now: datetime, by: timedelta) -> None:
    """What a clock that was ahead has planned lies too far ahead by as much."""
    with connection.writing() as raw:
        raw.execute(
            "UPDATE _article_states SET "
            "next_check_at = max(?1, strftime('%Y-%m-%dT%H:%M:%SZ', next_check_at, ?2 || ' seconds')) "
            "WHERE next_check_at IS NOT NULL AND coalesce(last_checked_at, next_check_at) > ?1",
            (utc_text(now), -round(abs(by).total_seconds())),
        )
