"""The whole at a glance: counters and index look-ups only, so that it stays quick at a million articles."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.cadence import missed_share
from tracker.model import Health, HostHealth, HostHistory, HostMisses, SilentSource, State, utc_text
from tracker.store.care import last_backup_at
from tracker.store.connection import Connection, Row
from tracker.store.histories import HOST_COLUMNS
from tracker.store.host_holds import host_holds
from tracker.store.outbox import troubled_channels
from tracker.store.values import ARTICLE_COLUMNS, SHOWS_ARTICLE, article_status, json_text, moment_or_none

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SOURCES_SHOWN = 10
_HOSTS_MISSED_SHOWN = 10
_HOSTS_SHOWN = 20  # the worst; a longer list is nothing to look at
_STATE_CHANGES_SHOWN = 10  # the latest, for the same reason

# The condition is that of the partial index on articles in trouble.
_TROUBLED = """
SELECT host, count(*) FROM _article_states INDEXED BY _article_states_in_trouble
WHERE state IN ('blocked', 'paywalled', 'unreadable', 'failing')
GROUP BY host ORDER BY count(*) DESC, host LIMIT ?
"""

# One state after the other: SQLite counts equal entries of an index much quicker than it groups them.
_STATES = "SELECT value, (SELECT count(*) FROM _article_states WHERE state = value) FROM json_each(?)"

# Of the articles in trouble, those looked at last; one of them nearly always tells why.
_PROBLEMS = f"""
SELECT checks.outcome, checks.reason FROM (
    SELECT article_id, last_checked_at FROM _article_states INDEXED BY _article_states_in_trouble
    WHERE host = ? AND state IN ('blocked', 'paywalled', 'unreadable', 'failing')
    ORDER BY last_checked_at DESC LIMIT 20
) AS troubled
CROSS JOIN checks ON checks.article_id = troubled.article_id AND checks.checked_at = troubled.last_checked_at
WHERE checks.outcome NOT IN {SHOWS_ARTICLE} ORDER BY checks.checked_at DESC, checks.check_id DESC LIMIT 1
"""  # noqa: S608 - only constants are put in

# Again the condition of an index: an article that was only seen for the first time has not changed its state.
_TURNED = f"""
SELECT {", ".join(f"articles_status.{column}" for column in ARTICLE_COLUMNS.split(", "))} FROM (
    SELECT article_id, state_since_at FROM _article_states INDEXED BY _article_states_turned
    WHERE state <> 'new' AND first_seen_at IS NOT state_since_at
    ORDER BY state_since_at DESC LIMIT ?
) AS turned
CROSS JOIN articles_status ON articles_status.article_id = turned.article_id
ORDER BY turned.state_since_at DESC, turned.article_id
"""  # noqa: S608 - only constants are put in

# With fewer edits an estimate says nothing; less than a twentieth is to be expected everywhere.
_MISSES = f"""
SELECT {HOST_COLUMNS}, host FROM _host_histories
WHERE edits_seen >= 10 AND edits_seen < 0.95 * edit_evidence
ORDER BY edit_evidence - edits_seen DESC, host LIMIT ?
"""  # noqa: S608 - only constants are put in


# Ten times the usual time between two new articles is a silence, as news comes in bunches; so is a reading that failed.
# Anything under a day is a quiet night.
_SILENT = """
SELECT url, last_new_at, problem FROM (
    SELECT sources.url, states.problem, states.arrivals, states.watched_s, (
        SELECT added_at FROM articles WHERE articles.source_id = sources.source_id ORDER BY article_id DESC LIMIT 1
    ) AS last_new_at
    FROM sources JOIN _source_states AS states ON states.source_id = sources.source_id
)
WHERE problem <> '' OR (
    arrivals >= 1 AND unixepoch(?1) - unixepoch(last_new_at) > max(86400, 10 * watched_s / arrivals)
)
ORDER BY last_new_at, url LIMIT ?2
"""


def health(connection: Connection, now: datetime) -> Health:
    with connection.snapshot():
        return replace(
            _health(connection, utc_text(now), utc_text(now - _DAY)),
            held_hosts=host_holds(connection, now)[:_HOSTS_SHOWN],
            last_backup_at=last_backup_at(connection),
            check_count_last_hour=connection.value(
                "SELECT coalesce(sum(look_count), 0) FROM checks WHERE checked_at > ? AND checked_at <= ?",
                (utc_text(now - _HOUR), utc_text(now)),
            ),
            free_bytes=_free_bytes(connection),
            silent_sources=tuple(
                SilentSource(url, moment_or_none(last_new_at), problem)
                for url, last_new_at, problem in connection.rows(_SILENT, (utc_text(now), _SOURCES_SHOWN))
            ),
            channels_down=troubled_channels(connection),
            misses=tuple(_misses(row) for row in connection.rows(_MISSES, (_HOSTS_MISSED_SHOWN,))),
        )


def _health(connection: Connection, now: str, day_ago: str) -> Health:
    articles, revisions, changes = connection.rows("SELECT article_count, revision_count, change_count FROM _totals")[0]
    due_count, oldest_due_at = connection.rows(
        "SELECT coalesce(sum(due), 0), min(oldest) FROM ("
        "SELECT count(*) AS due, min(next_check_at) AS oldest FROM _demands CROSS JOIN _article_states AS states "
        "INDEXED BY _article_states_due ON states.promise = _demands.promise "
        "WHERE next_check_at IS NOT NULL AND next_check_at <= ? GROUP BY _demands.promise)",
        (now,),
    )[0]
    checks, failed = connection.rows(
        "SELECT coalesce(sum(look_count), 0), coalesce(sum(iif(outcome = 'failed', look_count, 0)), 0) FROM checks "
        "WHERE checked_at > ? AND checked_at <= ?",
        (day_ago, now),
    )[0]
    return Health(
        article_count=articles,
        states=_states(connection),
        due_count=due_count,
        oldest_due_at=moment_or_none(oldest_due_at),
        next_due_at=_next_due_at(connection, now),
        check_count_last_day=checks,
        failed_count_last_day=failed,
        revision_count=revisions,
        change_count=changes,
        last_check_at=last_check_at(connection),
        troubled_hosts=tuple(_host_health(connection, row) for row in connection.rows(_TROUBLED, (_HOSTS_SHOWN,))),
        database_bytes=_bytes(connection),
        state_changes=tuple(article_status(row) for row in connection.rows(_TURNED, (_STATE_CHANGES_SHOWN,))),
    )


def _free_bytes(connection: Connection) -> int | None:
    try:
        return shutil.disk_usage(connection.path.parent).free
    except OSError:
        return None


def _misses(row: Row) -> HostMisses:
    *sums, host = row
    history = HostHistory(*sums)
    return HostMisses(host, history.edits_seen, missed_share(history))


def last_check_at(connection: Connection) -> datetime | None:
    """None: nothing was looked at yet."""
    return moment_or_none(connection.value("SELECT max(checked_at) FROM checks"))


def _states(connection: Connection) -> tuple[tuple[State, int], ...]:
    """Only states that articles are in, in the order of the model."""
    counts: dict[str, int] = dict(connection.rows(_STATES, (json_text([state.value for state in State]),)))
    return tuple((state, counts[state.value]) for state in State if counts[state.value])


def _next_due_at(connection: Connection, now: str) -> datetime | None:
    return moment_or_none(
        connection.value(
            "SELECT min((SELECT min(next_check_at) FROM _article_states AS states INDEXED BY _article_states_due "
            "WHERE states.promise = _demands.promise AND next_check_at IS NOT NULL AND next_check_at > ?)) "
            "FROM _demands",
            (now,),
        )
    )


def _host_health(connection: Connection, row: Row) -> HostHealth:
    host, failing_count = row
    article_count = connection.value("SELECT count(*) FROM articles WHERE host = ?", (host,))
    last_success = connection.value("SELECT last_success_at FROM _host_histories WHERE host = ?", (host,))
    return HostHealth(host, article_count, failing_count, moment_or_none(last_success), _last_problem(connection, host))


def _last_problem(connection: Connection, host: str) -> str | None:
    """In the words of the latest check of the host's troubled articles that showed nothing."""
    found = connection.row(_PROBLEMS, (host,))
    return None if found is None else (found[1] or found[0])


def _bytes(connection: Connection) -> int:
    pages = connection.value("PRAGMA page_count")
    size = connection.value("PRAGMA page_size")
    return int(pages) * int(size)
