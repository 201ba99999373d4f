"""How articles and hosts have changed so far, as rows: `tracker.cadence` makes the figures and understands them.

The sums over hosts and promises are kept up to date by a trigger of the database (`schema/sums.sql`), whoever writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tracker.cadence import UNSEEN_PROMISE, begin, from_counts, stirred, wanted_now
from tracker.model import Demand, History, HostHistory, Plan, utc_text
from tracker.store.connection import Connection, Row
from tracker.store.values import id_list, json_text, moment, moment_or_none, text_or_none

# How a History is read from `_article_states`. What others saw before tracking began is no look of ours: it says
# nothing of how often the article changes under our eyes.
HISTORY_COLUMNS = (
    "born_at, iif(last_success_at IS NULL, NULL, max(first_seen_at, "
    "(SELECT added_at FROM articles WHERE articles.article_id = _article_states.article_id))), "
    "last_success_at, stirred_at, edit_evidence, exposure, steady_log_odds, edits_seen"
)
HOST_COLUMNS = "article_count, edit_evidence, exposure, looks_per_day, edits_seen"

# A source that names its old articles at each reading would else keep them going for ever.
_RESTED = timedelta(days=7)

_GIVEN_UP = f"""
SELECT article_id, host, {HISTORY_COLUMNS} FROM _article_states
WHERE article_id IN (SELECT value FROM json_each(?1)) AND next_check_at IS NULL AND joined_to_article_id IS NULL
    AND coalesce(follow_until_at > ?2, 1) AND coalesce(last_checked_at <= ?3, 1)
"""  # noqa: S608 - only constants are put in

# A revision whose page was only read anew is none; a flap goes from one wording that was seen before to another.
_COUNTS = """
WITH revised AS (
    SELECT
        article_id,
        first_seen_at,
        number,
        same_as_revision_id IS NOT NULL AND lag(same_as_revision_id) OVER of_article IS NOT NULL AS is_flap
    FROM revisions
    WHERE reread_of_revision_id IS NULL
    WINDOW of_article AS (PARTITION BY article_id ORDER BY number)
)
SELECT
    states.article_id, states.host, states.next_check_at, articles.added_at, states.first_seen_at,
    states.last_success_at, first.published_at, coalesce(counted.changes, 0), coalesce(counted.flaps, 0),
    counted.last_changed_at
FROM _article_states AS states
JOIN articles ON articles.article_id = states.article_id
LEFT JOIN revisions AS first ON first.article_id = states.article_id AND first.number = 1
LEFT JOIN (
    SELECT
        article_id,
        sum(NOT is_flap) AS changes,
        sum(is_flap) AS flaps,
        max(iif(is_flap, NULL, first_seen_at)) AS last_changed_at
    FROM revised WHERE number > 1 GROUP BY article_id
) AS counted ON counted.article_id = states.article_id
ORDER BY states.article_id
"""


def history_from(row: Sequence[object]) -> History:
    """From HISTORY_COLUMNS."""
    born_at, seen_from, seen_until, stirred_at, changes, exposure, steady_log_odds, edits_seen = row
    return History(
        born_at=moment(str(born_at)),
        seen_from=moment_or_none(seen_from),  # type: ignore[arg-type]  # the columns of a STRICT table
        seen_until=moment_or_none(seen_until),  # type: ignore[arg-type]
        stirred_at=moment_or_none(stirred_at),  # type: ignore[arg-type]
        changes=changes,  # type: ignore[arg-type]
        exposure=exposure,  # type: ignore[arg-type]
        steady_log_odds=steady_log_odds,  # type: ignore[arg-type]
        edits_seen=edits_seen,  # type: ignore[arg-type]
    )


def host_histories(raw: sqlite3.Connection, hosts: Iterable[str]) -> dict[str, HostHistory]:
    """Those of which something is known."""
    rows = raw.execute(
        f"SELECT host, {HOST_COLUMNS} FROM _host_histories "  # noqa: S608 - only constants are put in
        "WHERE host IN (SELECT value FROM json_each(?))",
        (json_text(sorted(hosts)),),
    )
    return {host: HostHistory(*sums) for host, *sums in rows}


def demands(connection: Connection) -> tuple[Demand, ...]:
    rows = connection.rows("SELECT promise, article_count, looks_per_day FROM _demands")
    return tuple(Demand(*row) for row in rows)


class Beginning(NamedTuple):
    """The columns of an article that was never looked at."""

    born_at: str
    looks_per_day: float
    promise: int


def beginning(raw: sqlite3.Connection, host: str, now: datetime, published_at: datetime | None = None) -> Beginning:
    """Of an article that is due at once."""
    history = begin(now, published_at)
    plan = wanted_now(history, host_histories(raw, [host]).get(host, HostHistory()), now)
    promise = UNSEEN_PROMISE if published_at is None else plan.promise
    return Beginning(utc_text(history.born_at), plan.looks_per_day, promise)


def stir_given_up(connection: Connection, article_ids: Iterable[int], now: datetime) -> int:
    """As `stir`. Most often there is nothing to do, and then nothing is locked."""
    ids = list(article_ids)
    if not connection.rows(_GIVEN_UP, _given_up(ids, now, _RESTED)):
        return 0
    with connection.writing() as raw:
        return stir(raw, ids, now, rested=_RESTED)


def stir(raw: sqlite3.Connection, article_ids: Iterable[int], now: datetime, *, rested: timedelta) -> int:
    """Articles that were given up are due again, if their last look is at least so long ago; how many they are.

    Those that another article goes on with, and those that are not to be followed any longer, stay as they are.
    """
    found = raw.execute(_GIVEN_UP, _given_up(article_ids, now, rested)).fetchall()
    hosts = host_histories(raw, {host for _, host, *_ in found})
    again = []
    for article_id, host, *figures in found:
        plan = wanted_now(stirred(history_from(figures), now), hosts.get(host, HostHistory()), now)
        again.append((utc_text(now), utc_text(now), plan.looks_per_day, plan.promise, article_id))
    raw.executemany(
        "UPDATE _article_states SET next_check_at = ?, stirred_at = ?, looks_per_day = ?, promise = ? "
        "WHERE article_id = ?",
        again,
    )
    return len(again)


def _given_up(article_ids: Iterable[int], now: datetime, rested: timedelta) -> Row:
    return id_list(article_ids), utc_text(now), utc_text(now - rested)


class _Old(NamedTuple):
    """An article that was followed before histories were kept."""

    article_id: int
    host: str
    next_check_at: str | None
    added_at: str
    history: History


def fill(raw: sqlite3.Connection) -> None:
    """From what the revisions tell: the histories, and what is to be expected of each article when it is due."""
    sums: dict[str, HostHistory] = {}
    for old in _before_histories(raw):
        sums[old.host] = _with(sums.get(old.host, HostHistory()), old.history)
    raw.executemany(
        "UPDATE _article_states SET born_at = ?, stirred_at = ?, edit_evidence = ?, exposure = ?, edits_seen = ?, "
        "looks_per_day = ?, promise = ? WHERE article_id = ?",
        ((*_filled(old, sums.get(old.host, HostHistory())), old.article_id) for old in _before_histories(raw)),
    )


def _before_histories(raw: sqlite3.Connection) -> Iterator[_Old]:
    for article_id, host, next_check_at, added_at, first, last, published_at, *counts in raw.execute(_COUNTS):
        history = begin(moment(added_at), moment_or_none(published_at))
        if first is not None and last is not None:
            changes, flaps, last_changed_at = counts
            changed_at = moment_or_none(last_changed_at)
            history = from_counts(history.born_at, moment(first), moment(last), changes, flaps, changed_at)
        yield _Old(article_id, host, next_check_at, added_at, history)


def _with(sums: HostHistory, history: History) -> HostHistory:
    if history.seen_until is None:
        return sums
    return HostHistory(sums.articles + 1, sums.changes + history.changes, sums.exposure + history.exposure)


def _filled(old: _Old, host: HostHistory) -> Row:
    history = old.history
    plan: Plan = wanted_now(history, host, moment(old.next_check_at or old.added_at))
    return (
        utc_text(history.born_at),
        text_or_none(history.stirred_at),
        history.changes,
        history.exposure,
        history.edits_seen,
        plan.looks_per_day,
        UNSEEN_PROMISE if history.seen_from is None else plan.promise,
    )
