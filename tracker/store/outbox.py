"""Notices wait here: written in the check's own transaction, gathered and sent after it.

A notice is handed out with a lease, and settled when its channel has answered. Who is killed in between leaves a lease
that runs out, and the notice is sent once more, under the same id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tracker.model import ChangeDetail, ChannelHealth, Recorded, Verdict, utc_text
from tracker.notices import Entry, Notice, Overflow, Rule, Waiting, changes_from_json, changes_json, notice_json, wanted
from tracker.notices.content import most_telling, signature
from tracker.store.connection import Connection
from tracker.store.values import CHANGE_COLUMNS, change_detail, id_list, json_text, moment, moment_or_none

# Looks of one channel that wait with their changes, some kilobytes each: a channel that is down for a month leaves
# megabytes behind, not gigabytes. Of more only the number is kept.
MOST_WAITING = 1_000
# While a channel is down, so many notices are made for it; all else waits, and becomes one digest. Two, and not one,
# so that a notice that its receiver cannot stomach does not keep all others back.
MOST_WHILE_DOWN = 2
# Longer than any try lasts.
LEASE = timedelta(minutes=3)
# A moment to try again lies at most six hours ahead; further ahead, the clock was set back since.
_NONSENSE = timedelta(hours=12)
_RECENT = timedelta(hours=1)
_KEPT = timedelta(days=30)  # of settled notices the record; of channels that are no longer configured, what waits

_DETAILS = f"""
SELECT change_id, article_id, url, host, headline, from_number, to_number, changed_after, changed_before, engine,
    is_flap, from_same_as_number, to_same_as_number,
    from_revision_id, to_revision_id, {CHANGE_COLUMNS}
FROM changes_detail WHERE change_id IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - only constants are put in

_WAITING = """
SELECT host, count(DISTINCT article_id), min(queued_at), max(queued_at), (
    SELECT count(*) FROM _notices
    WHERE _notices.channel = ?1 AND _notices.host = _outbox.host AND made_at > ?2 AND made_at <= ?3
), (
    SELECT count(DISTINCT alike.article_id) FROM _outbox AS alike
    WHERE alike.channel = ?1 AND alike.host = _outbox.host
    GROUP BY alike.signature ORDER BY count(DISTINCT alike.article_id) DESC LIMIT 1
)
FROM _outbox WHERE channel = ?1 GROUP BY host ORDER BY min(outbox_id)
"""

# Those of channels that need not be left alone; ?3 is too far ahead to be true.
_NEXT = """
SELECT notice_id FROM _notices INDEXED BY _notices_to_send
WHERE channel = ?1 AND settled_at IS NULL AND (next_try_at <= ?2 OR next_try_at > ?3) AND NOT EXISTS (
    SELECT 1 FROM _channels
    WHERE _channels.channel = ?1 AND _channels.next_try_at > ?2 AND _channels.next_try_at <= ?3
)
ORDER BY try_count, made_at, notice_id LIMIT 1
"""

_CLAIM = f"""
UPDATE _notices SET try_count = try_count + 1, next_try_at = ?4, is_under_way = 1
WHERE notice_id = ({_NEXT}) RETURNING notice_id, notice_json, try_count
"""  # noqa: S608 - only constants are put in

_CHANNEL = """
INSERT INTO _channels VALUES (?, NULL, NULL, 0, NULL, '', 0, 0) ON CONFLICT (channel) DO NOTHING
"""


class PendingNotice(NamedTuple):
    """A notice that was handed out to be sent."""

    notice_id: str
    form: str  # as JSON
    try_count: int  # this one included


class ChannelWaiting(NamedTuple):
    """What a channel is to be told, and how many notices it was made within the last hour."""

    hosts: tuple[Waiting, ...]
    recent_count: int


# -- writing, within the check's transaction ---------------------------------------------------------------------------


def enqueue(
    raw: sqlite3.Connection, rules: Sequence[Rule], verdicts: Sequence[Verdict], recorded: Sequence[Recorded]
) -> None:
    """What these rules ask for of what was just recorded. Imported looks are news to nobody."""
    if not rules:
        return
    by_look = [
        (utc_text(verdict.sighting.fetch.fetched_at), entry.change_ids)
        for verdict, entry in zip(verdicts, recorded, strict=True)
        if entry.change_ids and verdict.sighting.origin is None
    ]
    if not by_look:
        return
    details = _details(raw, [change_id for _, ids in by_look for change_id in ids])
    for rule in rules:
        for at, ids in by_look:
            _enqueue_look(raw, rule, at, [details[each] for each in ids if wanted(rule, details[each])])


def _enqueue_look(raw: sqlite3.Connection, rule: Rule, at: str, details: Sequence[ChangeDetail]) -> None:
    if not details:
        return
    (waiting,) = raw.execute("SELECT count(*) FROM _outbox WHERE channel = ?", (rule.channel,)).fetchone()
    if waiting >= MOST_WAITING:
        raw.execute(_CHANNEL, (rule.channel,))
        raw.execute(
            "UPDATE _channels SET overflow_look_count = overflow_look_count + 1, "
            "overflow_change_count = overflow_change_count + ? WHERE channel = ?",
            (len(details), rule.channel),
        )
        return
    first = details[0]
    raw.execute(
        "INSERT INTO _outbox (channel, host, article_id, queued_at, change_count, signature, changes_json) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            rule.channel,
            first.host,
            first.article_id,
            at,
            len(details),
            signature(details),
            changes_json(most_telling(details)),
        ),
    )


def _details(raw: sqlite3.Connection, change_ids: Iterable[int]) -> dict[int, ChangeDetail]:
    return {row[0]: change_detail(row) for row in raw.execute(_DETAILS, (id_list(change_ids),))}


# -- gathering ---------------------------------------------------------------------------------------------------------


def waiting(connection: Connection, channel: str, now: datetime) -> ChannelWaiting:
    """By host, the longest waiting first; nothing while the channel is down and has notices enough to be tried with."""
    recent = (channel, utc_text(now - _RECENT), utc_text(now))
    with connection.snapshot():
        if _is_down(connection, channel) and _unsettled_count(connection, channel) >= MOST_WHILE_DOWN:
            return ChannelWaiting((), 0)
        rows = connection.rows(_WAITING, recent)
        count = connection.value(
            "SELECT count(*) FROM _notices WHERE channel = ? AND made_at > ? AND made_at <= ?", recent
        )
    return ChannelWaiting(
        tuple(
            Waiting(host, size, moment(oldest), moment(newest), made, alike)
            for host, size, oldest, newest, made, alike in rows
        ),
        count,
    )


def seal(
    connection: Connection,
    channel: str,
    hosts: Collection[str],
    make: Callable[[Sequence[Entry], Overflow], Notice],
    now: datetime,
) -> bool:
    """Make one notice of all that waits of these hosts. False: nothing does (any more).

    What was only counted is told with it.
    """
    chosen = (channel, json_text(sorted(hosts)))
    with connection.writing() as raw:
        rows = raw.execute(
            "DELETE FROM _outbox WHERE channel = ? AND host IN (SELECT value FROM json_each(?)) "
            "RETURNING outbox_id, host, article_id, change_count, changes_json",
            chosen,
        ).fetchall()
        if not rows:
            return False
        entries = [Entry(host, article, size, changes_from_json(text)) for _, host, article, size, text in sorted(rows)]
        notice = make(entries, _take_overflow(raw, channel))
        raw.execute(
            "INSERT INTO _notices VALUES (?, ?, ?, ?, ?, 0, ?, 0, NULL, '')",
            (
                notice.notice_id,
                channel,
                notice.hosts[0] if len(notice.hosts) == 1 else None,
                utc_text(now),
                notice_json(notice),
                utc_text(now),
            ),
        )
    return True


def _take_overflow(raw: sqlite3.Connection, channel: str) -> Overflow:
    counted = raw.execute(
        "SELECT overflow_look_count, overflow_change_count FROM _channels WHERE channel = ?", (channel,)
    ).fetchone()
    if counted is None or not counted[0]:
        return Overflow()
    raw.execute("UPDATE _channels SET overflow_look_count = 0, overflow_change_count = 0 WHERE channel = ?", (channel,))
    return Overflow(*counted)


def _is_down(connection: Connection, channel: str) -> bool:
    return bool(connection.value("SELECT failures_in_row FROM _channels WHERE channel = ?", (channel,)))


def _unsettled_count(connection: Connection, channel: str) -> int:
    return int(
        connection.value(
            "SELECT count(*) FROM _notices INDEXED BY _notices_to_send WHERE channel = ? AND settled_at IS NULL",
            (channel,),
        )
    )


# -- sending -----------------------------------------------------------------------------------------------------------


def claim(connection: Connection, channel: str, now: datetime) -> PendingNotice | None:
    """The next notice to send, nobody else's for as long as the lease lasts: the one that was tried least. None:
    nothing is to be sent now."""
    at, nonsense = utc_text(now), utc_text(now + _NONSENSE)
    if connection.value(_NEXT, (channel, at, nonsense)) is None:
        return None  # without asking for the write lock, as nearly always
    with connection.writing() as raw:
        row = raw.execute(
            _CLAIM,
            (channel, at, nonsense, utc_text(now + LEASE)),
        ).fetchone()
    return None if row is None else PendingNotice(*row)


def release(connection: Connection, now: datetime) -> None:
    """What was under way when a daemon was killed need not wait for its lease to run out: the next one calls this at
    its start. What a single check is sending at this moment may then leave twice."""
    with connection.writing() as raw:
        raw.execute(
            "UPDATE _notices SET next_try_at = ?, is_under_way = 0 WHERE is_under_way = 1 AND settled_at IS NULL",
            (utc_text(now),),
        )


def delivered(connection: Connection, channel: str, notice_id: str, now: datetime) -> None:
    with connection.writing() as raw:
        _settle(raw, notice_id, now, "")
        raw.execute(_CHANNEL, (channel,))
        raw.execute(
            "UPDATE _channels SET last_sent_at = ?, down_since_at = NULL, failures_in_row = 0, next_try_at = NULL, "
            "problem = '' WHERE channel = ?",
            (utc_text(now), channel),
        )


def refused(connection: Connection, channel: str, notice_id: str, now: datetime, problem: str) -> None:
    """The notice is given up; the channel is there, but `status` names it until it takes one."""
    with connection.writing() as raw:
        _settle(raw, notice_id, now, problem)
        raw.execute(_CHANNEL, (channel,))
        raw.execute(
            "UPDATE _channels SET down_since_at = coalesce(down_since_at, ?), failures_in_row = 0, next_try_at = NULL, "
            "problem = ? WHERE channel = ?",
            (utc_text(now), problem, channel),
        )


def deferred(
    connection: Connection,
    channel: str,
    notice_id: str,
    now: datetime,
    problem: str,
    next_try: Callable[[int], datetime],
) -> datetime:
    """The notice waits, and so does its channel: until when. `next_try` tells it from the number of failures in a
    row."""
    with connection.writing() as raw:
        raw.execute(_CHANNEL, (channel,))
        (failures,) = raw.execute("SELECT failures_in_row FROM _channels WHERE channel = ?", (channel,)).fetchone()
        found = raw.execute("SELECT try_count FROM _notices WHERE notice_id = ?", (notice_id,)).fetchone()
        tries = 1 if found is None else found[0]
        channel_waits = next_try(failures + 1)
        raw.execute(
            "UPDATE _notices SET next_try_at = ?, is_under_way = 0, problem = ? "
            "WHERE notice_id = ? AND settled_at IS NULL",
            (utc_text(max(channel_waits, next_try(tries))), problem, notice_id),
        )
        raw.execute(
            "UPDATE _channels SET down_since_at = coalesce(down_since_at, ?), failures_in_row = failures_in_row + 1, "
            "next_try_at = ?, problem = ? WHERE channel = ?",
            (utc_text(now), utc_text(channel_waits), problem, channel),
        )
    return channel_waits


def _settle(raw: sqlite3.Connection, notice_id: str, now: datetime, problem: str) -> None:
    raw.execute(
        "UPDATE _notices SET settled_at = ?, is_under_way = 0, notice_json = NULL, problem = ? WHERE notice_id = ?",
        (utc_text(now), problem, notice_id),
    )


# -- care --------------------------------------------------------------------------------------------------------------


def tidy(connection: Connection, channels: Collection[str], now: datetime) -> int:
    """Forget what is settled long ago, and what waited a month for a channel that is not among these: how many looks
    and notices of such channels."""
    long_ago, known = utc_text(now - _KEPT), json_text(sorted(channels))
    strange = "channel NOT IN (SELECT value FROM json_each(?))"
    with connection.writing() as raw:
        raw.execute("DELETE FROM _notices WHERE settled_at < ?", (long_ago,))
        looks = raw.execute(f"DELETE FROM _outbox WHERE queued_at < ? AND {strange}", (long_ago, known)).rowcount  # noqa: S608 - only constants are put in
        notices = raw.execute(
            f"DELETE FROM _notices WHERE made_at < ? AND settled_at IS NULL AND {strange}",  # noqa: S608 - only constants are put in
            (long_ago, known),
        ).rowcount
        raw.execute(
            f"DELETE FROM _channels WHERE {strange} AND channel NOT IN (SELECT channel FROM _notices "  # noqa: S608 - only constants are put in
            "UNION SELECT channel FROM _outbox)",
            (known,),
        )
    return looks + notices


_TROUBLED = """
SELECT channel, down_since_at, failures_in_row, next_try_at, problem,
    (
        SELECT count(*) FROM _notices INDEXED BY _notices_to_send
        WHERE _notices.channel = _channels.channel AND settled_at IS NULL
    ),
    (SELECT coalesce(sum(change_count), 0) FROM _outbox WHERE _outbox.channel = _channels.channel)
        + overflow_change_count
FROM _channels WHERE problem <> '' ORDER BY down_since_at, channel
"""


def troubled_channels(connection: Connection) -> tuple[ChannelHealth, ...]:
    """Those that did not take their latest notice, down longest first."""
    return tuple(
        ChannelHealth(channel, moment(down_since), failures, moment_or_none(next_try), problem, notices, changes)
        for channel, down_since, failures, next_try, problem, notices, changes in connection.rows(_TROUBLED)
    )
