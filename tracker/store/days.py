"""Days that are over: how looking went on each host, counted once and kept, so that single looks may be folded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from tracker.chain import CheckFacts
from tracker.model import Outcome
from tracker.store.connection import Connection, Row
from tracker.store.records import Fault

# A look is written down when its batch comes back: some minutes after it was begun, at the worst some hours. What is
# later still is counted one by one.
_GRACE = timedelta(hours=6)
_DAY = timedelta(days=1)

# The outcomes that a column counts; the others have the column of their name.
_COUNTED = {
    "changed": (Outcome.CHANGED, Outcome.REVERTED),
    "unchanged": (Outcome.UNCHANGED, Outcome.NOT_MODIFIED),
    "failed": (Outcome.FAILED,),
    "blocked": (Outcome.BLOCKED,),
    "first_seen": (Outcome.FIRST_SEEN,),
    "gone": (Outcome.GONE,),
    "moved": (Outcome.MOVED,),
    "paywalled": (Outcome.PAYWALLED,),
    "unreadable": (Outcome.UNREADABLE,),
    "suspect": (Outcome.SUSPECT,),
}


def _sum_of(outcomes: Iterable[Outcome]) -> str:
    listed = ", ".join(f"'{outcome.value}'" for outcome in outcomes)
    return f"total(iif(outcome IN ({listed}), look_count, 0))"


_SUMS = ", ".join(f"CAST({_sum_of(outcomes)} AS INTEGER) AS {column}" for column, outcomes in _COUNTED.items())

DAY_COLUMNS = ("host", "day", "checks", *_COUNTED, "bytes", "median_ms")
_INSERT = f"INSERT INTO _days ({', '.join(DAY_COLUMNS)}) VALUES ({', '.join('?' * len(DAY_COLUMNS))})"  # noqa: S608 - only constants are put in
_ADDED = ("checks", *_COUNTED, "bytes")
_ADD = (
    f"{_INSERT} ON CONFLICT (host, day) DO UPDATE SET "
    f"{', '.join(f'{column} = {column} + excluded.{column}' for column in _ADDED)}"
)

# As `checks_daily` counts the days that are not over yet. Of imported looks nobody knows how long they took.
_COUNT = f"""
WITH looks AS MATERIALIZED (
    SELECT articles.host AS host, outcome, received_bytes, duration_ms, look_count, origin
    FROM checks JOIN articles ON articles.article_id = checks.article_id
    WHERE checked_at >= ?1 AND checked_at < ?2 AND articles.host = coalesce(?3, articles.host)
),
ranked AS (
    SELECT
        host, duration_ms,
        row_number() OVER (PARTITION BY host ORDER BY duration_ms) AS rank,
        count(*) OVER (PARTITION BY host) AS size
    FROM looks WHERE origin IS NULL
),
medians AS (
    SELECT host, avg(duration_ms) AS median_ms FROM ranked WHERE rank IN ((size + 1) / 2, (size + 2) / 2) GROUP BY host
)
SELECT looks.host, ?1 AS day, sum(look_count) AS checks, {_SUMS}, sum(received_bytes), max(median_ms)
FROM looks LEFT JOIN medians ON medians.host = looks.host
GROUP BY looks.host
"""  # noqa: S608 - only constants are put in

_NEXT_LOOK = "SELECT checked_at FROM checks WHERE checked_at >= ? AND checked_at < ? ORDER BY checked_at LIMIT 1"


def roll_up_days(connection: Connection, now: datetime) -> int:
    """Count every day that has been over for a while; how many there were. In small transactions."""
    end = (now - _GRACE).date()
    days = 0
    while (day := _next_day(connection, end)) is not None:
        days += _roll_up(connection, day)
    _close_quiet_days(connection, end.isoformat())
    return days


def _close_quiet_days(connection: Connection, end: str) -> None:
    """Days without a look are over too."""
    if connection.value("SELECT open_from_day FROM _closing") < end:
        with connection.writing() as raw:
            raw.execute(
                "UPDATE _closing SET open_from_day = ?1 WHERE NOT EXISTS "
                "(SELECT 1 FROM checks WHERE checked_at >= open_from_day AND checked_at < ?1)",
                (end,),
            )


def _next_day(connection: Connection, end: date) -> date | None:
    """The first one with looks that is not counted yet."""
    first = connection.value(
        "SELECT min(checked_at) FROM checks WHERE checked_at >= (SELECT open_from_day FROM _closing)"
    )
    day = None if first is None else datetime.fromisoformat(first).date()
    return None if day is None or day >= end else day


def _roll_up(connection: Connection, day: date) -> bool:
    """False: a look of that day was written down meanwhile; it is to be counted again."""
    after = day + _DAY
    with connection.snapshot():
        rows = connection.rows(_COUNT, (day.isoformat(), after.isoformat(), None))
        last_id = connection.value("SELECT coalesce(max(check_id), 0) FROM checks")
    with connection.writing() as raw:
        if _has_looks_since(raw, last_id, after.isoformat()):
            return False
        raw.executemany(_INSERT, rows)
        raw.execute("UPDATE _closing SET open_from_day = ?", (after.isoformat(),))
    return True


def days_counted(raw: sqlite3.Connection, start: str, end: str) -> Iterator[Row]:
    """Rows of `_days` for the looks from the one day to the other, which is left out: in the order of DAY_COLUMNS."""
    at = start
    while (found := raw.execute(_NEXT_LOOK, (at, end)).fetchone()) is not None:
        day = date.fromisoformat(found[0][:10])
        at = (day + _DAY).isoformat()
        yield from raw.execute(_COUNT, (day.isoformat(), at, None))


def _has_looks_since(raw: sqlite3.Connection, check_id: int, before: str) -> bool:
    """Was a look of the time before that written down after that check?"""
    found = raw.execute("SELECT 1 FROM checks WHERE check_id > ? AND +checked_at < ? LIMIT 1", (check_id, before))
    return found.fetchone() is not None


def add_late_looks(raw: sqlite3.Connection, looks: Iterable[CheckFacts]) -> None:
    """Those of days that are counted already, and that were written down just now."""
    (open_from,) = raw.execute("SELECT open_from_day FROM _closing").fetchone()
    for look in looks:
        if look.checked_at < open_from:
            _add_late_look(raw, look)


def _add_late_look(raw: sqlite3.Connection, look: CheckFacts) -> None:
    (host,) = raw.execute("SELECT host FROM articles WHERE article_id = ?", (look.article_id,)).fetchone()
    day = look.checked_at[:10]
    counted = (int(look.outcome in outcomes) for outcomes in _COUNTED.values())
    raw.execute(_ADD, (host, day, 1, *counted, look.received_bytes, None))
    if look.origin is None and not _is_folded(raw, day[:7]):
        after = (date.fromisoformat(day) + _DAY).isoformat()
        median_ms = raw.execute(_COUNT, (day, after, host)).fetchone()[-1]
        raw.execute("UPDATE _days SET median_ms = ? WHERE host = ? AND day = ?", (median_ms, host, day))


def _is_folded(raw: sqlite3.Connection, month: str) -> bool:
    """At least in part: the median of one of its days is that of the looks that came in time."""
    return (
        raw.execute(
            "SELECT 1 FROM _closing WHERE ?1 < folded_to_month OR (?1 = folded_to_month AND folded_article_id > 0)",
            (month,),
        ).fetchone()
        is not None
    )


# Folded looks are of one month, and may be of several of its days.
_KEPT_MONTHS = f"""
SELECT host, substr(day, 1, 7) AS month, {", ".join(f"sum({column}) AS {column}" for column in _ADDED)}
FROM _days GROUP BY host, month
"""  # noqa: S608 - only constants are put in
_COUNTED_MONTHS = f"""
SELECT articles.host AS host, substr(checked_at, 1, 7) AS month, sum(look_count) AS checks, {_SUMS},
    sum(received_bytes) AS bytes
FROM checks JOIN articles ON articles.article_id = checks.article_id
WHERE checked_at < (SELECT open_from_day FROM _closing) GROUP BY articles.host, month
"""  # noqa: S608 - only constants are put in
# What is not told alike by both.
_WRONG = f"""
SELECT DISTINCT host, month FROM (SELECT * FROM ({_KEPT_MONTHS}) UNION ALL SELECT * FROM ({_COUNTED_MONTHS}))
GROUP BY host, month, {", ".join(_ADDED)} HAVING count(*) <> 2 ORDER BY host, month
"""  # noqa: S608 - only constants are put in


def day_faults(raw: sqlite3.Connection) -> Iterator[Fault]:
    """Months are added up again."""
    for host, month in raw.execute(_WRONG):
        yield Fault("_days", None, f"the days of {host} in {month} differ from a recount of its looks")
