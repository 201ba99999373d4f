"""What a host's page tells, answered from its latest revisions: the same short time for an outlet of a million."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from tracker.errors import NotFound
from tracker.model import DayOfLooks, HostFigures, Kind, Outcome, State
from tracker.store.change_times import newest_revisions
from tracker.store.connection import Connection
from tracker.store.reading import ChangeFilter
from tracker.store.values import id_list

# Enough to know an outlet by; some tens of milliseconds.
_REVISIONS = 1_000
_DAYS = 30
# Looks of the days that are not over yet are counted one by one, some microseconds each. Where there are more, the
# page ends with the day before.
_MOST_LOOKS = 15_000

_ARTICLES = "SELECT count(*) FROM articles WHERE host = ?"
_UNUSUAL = "SELECT state, count(*) FROM _article_states WHERE host = ? AND state <> 'live' GROUP BY state"
_CHANGES = """
SELECT changes.change_id, changes.kind FROM json_each(?) AS wanted
CROSS JOIN diffs ON diffs.to_revision_id = wanted.value
CROSS JOIN changes ON changes.diff_id = diffs.diff_id
"""
_SILENT = """
SELECT count(DISTINCT article_id || ' ' || to_number) FROM silent_edits
WHERE change_id IN (SELECT value FROM json_each(?))
"""
_CORRECTIONS = "SELECT error_stood_s FROM corrections WHERE change_id IN (SELECT value FROM json_each(?))"
_PAST_DAYS = """
SELECT day, checks, changed, unchanged, failed, blocked, gone, median_ms FROM _days
WHERE host = ? ORDER BY day DESC LIMIT ?
"""
_PAST_HOURS = "SELECT hour, sum(changed) FROM _hours WHERE host = ? GROUP BY hour"
_OPEN_LOOKS = """
SELECT count(*) FROM (
    SELECT 1 FROM checks WHERE checked_at >= (SELECT open_from_day FROM _closing) LIMIT ?
)
"""
_LOOK = "checks.checked_at, checks.outcome, checks.look_count, checks.duration_ms, checks.origin IS NULL"
_OPEN_BY_TIME = f"""
SELECT {_LOOK} FROM checks CROSS JOIN articles ON articles.article_id = checks.article_id
WHERE checks.checked_at >= (SELECT open_from_day FROM _closing) AND +articles.host = ?
"""  # noqa: S608 - only constants are put in
_OPEN_BY_ARTICLE = f"""
SELECT {_LOOK} FROM articles CROSS JOIN checks ON checks.article_id = articles.article_id
WHERE articles.host = ? AND checks.checked_at >= (SELECT open_from_day FROM _closing)
"""  # noqa: S608 - only constants are put in


def host_figures(connection: Connection, host: str) -> HostFigures:
    """Raises NotFound for a host of which no article is tracked."""
    with connection.snapshot():
        article_count = connection.value(_ARTICLES, (host,))
        if not article_count:
            raise NotFound(f"No article of {host} is tracked.")
        unusual = {State(state): number for state, number in connection.rows(_UNUSUAL, (host,))}
        places = newest_revisions(connection, ChangeFilter(host=host), None, _REVISIONS)
        changes = connection.rows(_CHANGES, (id_list(place.revision_id for place in places),))
        ids = id_list(change_id for change_id, _ in changes)
        silent = connection.value(_SILENT, (ids,))
        stood = [row[0] for row in connection.rows(_CORRECTIONS, (ids,))]
        open_days = _open_days(connection, host, article_count)
        past_days = [DayOfLooks(*day) for day in connection.rows(_PAST_DAYS, (host, _DAYS))]
        past_hours: dict[int, int] = dict(connection.rows(_PAST_HOURS, (host,)))
    known = [seconds for seconds in stood if seconds is not None]
    return HostFigures(
        host=host,
        states=_by_count({State.LIVE: article_count - sum(unusual.values()), **unusual}),
        revision_count=len(places),
        is_all=len(places) < _REVISIONS,
        kinds=_counted(kind for _, kind in changes),
        silent_count=silent,
        correction_count=len(stood),
        error_stood=timedelta(seconds=statistics.median(known)) if known else None,
        days=(*open_days.days, *past_days)[:_DAYS],
        changes_by_hour=tuple(past_hours.get(hour, 0) + open_days.changes_by_hour[hour] for hour in range(24)),
    )


def _by_count(states: dict[State, int]) -> tuple[tuple[State, int], ...]:
    return tuple(sorted(((state, number) for state, number in states.items() if number), key=lambda each: -each[1]))


def _counted(kinds: Iterable[str]) -> tuple[tuple[Kind, int], ...]:
    """The most frequent first."""
    return tuple((Kind(kind), number) for kind, number in Counter(kinds).most_common())


# -- days that are not over yet ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Day:
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    durations_ms: list[int] = field(default_factory=list)  # of looks of our own

    def told(self, day: str) -> DayOfLooks:
        counts = self.outcomes
        return DayOfLooks(
            day=day,
            looks=counts.total(),
            changed=counts[Outcome.CHANGED] + counts[Outcome.REVERTED],
            unchanged=counts[Outcome.UNCHANGED] + counts[Outcome.NOT_MODIFIED],
            failed=counts[Outcome.FAILED],
            blocked=counts[Outcome.BLOCKED],
            gone=counts[Outcome.GONE],
            median_ms=statistics.median(self.durations_ms) if self.durations_ms else None,
        )


@dataclass(frozen=True, slots=True)
class _OpenDays:
    days: tuple[DayOfLooks, ...] = ()  # the latest first
    changes_by_hour: tuple[int, ...] = (0,) * 24


def _open_days(connection: Connection, host: str, article_count: int) -> _OpenDays:
    """As `checks_daily` and `activity` count them, by the shorter of two ways; empty where both are long."""
    if connection.value(_OPEN_LOOKS, (_MOST_LOOKS,)) < _MOST_LOOKS:
        sql = _OPEN_BY_TIME
    elif article_count < _MOST_LOOKS:
        sql = _OPEN_BY_ARTICLE
    else:
        return _OpenDays()
    days: dict[str, _Day] = defaultdict(_Day)
    hours: Counter[int] = Counter()
    for checked_at, word, look_count, duration_ms, is_own in connection.rows(sql, (host,)):
        outcome = Outcome(word)
        day = days[checked_at[:10]]
        day.outcomes[outcome] += look_count
        if is_own:
            day.durations_ms.append(duration_ms)
        if outcome in (Outcome.CHANGED, Outcome.REVERTED):
            hours[int(checked_at[11:13])] += 1
    told = tuple(days[day].told(day) for day in sorted(days, reverse=True))
    return _OpenDays(told, tuple(hours[hour] for hour in range(24)))
