"""The due queue: `next_check_at` in the database, so that a restart loses nothing.

It is kept by promise: twenty-two queues that are merged at each claim, so that a claim reads little more than it hands
out, however many articles are due.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from itertools import islice, zip_longest

from tracker.cadence import Allowance, Turn
from tracker.model import Batch, LookOrder, utc_text
from tracker.store.connection import Connection, Row
from tracker.store.histories import demands
from tracker.store.records import Load
from tracker.store.values import id_list, json_text, moment

# The partial index on due articles serves a query only if the query repeats the index's own WHERE. The promise is
# written out, because a statement of its own for each keeps all of them prepared.
_QUEUE = """
SELECT next_check_at, article_id FROM _article_states INDEXED BY _article_states_due
WHERE next_check_at IS NOT NULL AND promise = {promise} AND next_check_at > ?1 AND next_check_at <= ?2
    AND host NOT IN (SELECT value FROM json_each(?3)) {condition}
ORDER BY next_check_at {direction}
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
WHERE next_check_at IS NOT NULL AND promise = ? AND next_check_at > ?
    AND host NOT IN (SELECT value FROM json_each(?)) AND failures_in_row = 0
ORDER BY next_check_at DESC LIMIT ?
"""

_Ranked = Iterator[tuple[float, int]]


def claim_due(connection: Connection, now: datetime, limit: int, busy_hosts: frozenset[str]) -> tuple[Batch, ...]:
    """The longest overdue first; hosts whose articles are in hand already, or that asked to be left alone, are left
    out."""
    with connection.snapshot(), ExitStack() as cursors:
        left_alone = _left_alone(connection, now, busy_hosts)
        queues = [_due(connection, cursors, promise, now, left_alone) for promise in _promises(connection)]
        return _claimed(connection, [article_id for _, article_id in islice(heapq.merge(*queues), limit)])


def claim_in_turn(
    connection: Connection, now: datetime, limit: int, allowed: Allowance, busy_hosts: frozenset[str]
) -> tuple[Batch, ...]:
    """First looks, the newest first, in turn with the others, those that are latest for their kind first; then, as far
    as looks can be spared, those that are only nearly due, but no retries."""
    most = min(limit, allowed.looks)
    with connection.snapshot(), ExitStack() as cursors:
        left_alone = _left_alone(connection, now, busy_hosts)
        claimed = list(islice(_all_due(connection, cursors, allowed, now, left_alone), most))
        if len(claimed) < (spare := min(most, allowed.spare)):
            queues = ((_early(connection, cursors, turn, now, left_alone), turn) for turn in allowed.turns)
            early = heapq.merge(*(_ranked(queue, turn, now) for queue, turn in queues))
            claimed += [article_id for _, article_id in islice(early, spare - len(claimed))]
        return _claimed(connection, claimed)


def _all_due(
    connection: Connection, cursors: ExitStack, allowed: Allowance, now: datetime, left_alone: str
) -> Iterator[int]:
    first, others = (
        heapq.merge(
            *(
                _ranked(_due(connection, cursors, turn.promise, now, left_alone, newest_first=is_first), turn, now)
                for turn in allowed.turns
                if turn.is_of_first_looks == is_first
            )
        )
        for is_first in (True, False)
    )
    pairs = zip_longest(first, others) if allowed.begins_with_first_look else zip_longest(others, first)
    return (entry[1] for pair in pairs for entry in pair if entry is not None)


def _ranked(queue: Iterable[Row], turn: Turn, now: datetime) -> _Ranked:
    """The latest for its kind first: its lateness with the sign turned, its id."""
    for next_check_at, article_id in queue:
        yield -turn.lateness(moment(next_check_at), now), article_id


def _due(
    connection: Connection,
    cursors: ExitStack,
    promise: int,
    now: datetime,
    left_alone: str,
    *,
    newest_first: bool = False,
) -> Iterator[Row]:
    """(next_check_at, article_id), read as they are asked for."""
    sql = _QUEUE.format(promise=promise, condition="", direction="DESC" if newest_first else "ASC")
    return cursors.enter_context(closing(connection.raw.execute(sql, ("", utc_text(now), left_alone))))


def _early(connection: Connection, cursors: ExitStack, turn: Turn, now: datetime, left_alone: str) -> Iterator[Row]:
    """The same of what is not due yet. A retry has its own time."""
    sql = _QUEUE.format(promise=turn.promise, condition="AND failures_in_row = 0", direction="ASC")
    bounds = utc_text(now), utc_text(now + turn.early)
    return cursors.enter_context(closing(connection.raw.execute(sql, (*bounds, left_alone))))


def _left_alone(connection: Connection, now: datetime, busy_hosts: frozenset[str]) -> str:
    held = connection.rows(_HELD, (utc_text(now),))
    return json_text(sorted(busy_hosts.union(host for (host,) in held)))


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
        looks = "SELECT coalesce(sum(look_count), 0) FROM checks WHERE checked_at > ? AND checked_at <= ?"
        return Load(
            demands=demands(connection),
            overdue_count=connection.value(_OVERDUE, (utc_text(now), most_overdue)),
            recent_look_count=connection.value(looks, (utc_text(since), utc_text(now))),
        )


def bring_forward(
    connection: Connection,
    now: datetime,
    turns: Iterable[Turn],
    spread: Callable[[], float],
    limit: int,
    is_dearer: Callable[[str, float], bool],
) -> int:
    """Articles that would wait far longer than their kind has to by now; at most so many, and how many they were.

    `spread` gives numbers in [0, 1). Retries keep their own time, and so do the articles of hosts whose looks are
    `is_dearer` than those of others, given what the host's articles ask for.
    """
    hosts = connection.rows("SELECT host, looks_per_day FROM _host_histories")
    dear = json_text([host for host, looks_per_day in hosts if is_dearer(host, looks_per_day)])
    with connection.writing() as raw:
        moved: list[tuple[str, int]] = []
        for turn in turns:
            bound = utc_text(now + turn.longest)
            for article_id, planned in raw.execute(_TOO_FAR_AHEAD, (turn.promise, bound, dear, limit - len(moved))):
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
