"""A database of very many articles, made by inserting rows in bulk into the store's own schema."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from scale_edits import SHARES, WIRE_EDIT, wire_copy, wording
from scale_rows import EXTRACTOR, OWN_PARAGRAPHS, Pattern, Row, Story, page, rows_of, url_of

from tracker.cadence import CadencePolicy, from_counts, interval_at, rate_per_day
from tracker.model import HostHistory
from tracker.store import Store
from tracker.store.migrations import script, statements
from tracker.store.paragraphs import text_key
from tracker.store.words import fill_words

__all__ = ["EXTRACTOR", "HOSTS", "POLICY", "build", "host_name", "page", "present", "url_of", "wording"]

HOSTS = 5_000
OLDEST = timedelta(days=250)  # nearly all are followed still at that age
DAY = timedelta(days=1)
PRICE = 3.0  # about what a million articles cost with 200,000 looks a day
POLICY = CadencePolicy(timedelta(minutes=5), timedelta(days=30))
_EDITED, _WAS_AWAY, _WITH_WIRE, _WIRE_EDITED = (
    0.3,
    0.04,
    0.05,
    0.2,
)  # shares; the last one of those that print wire copy
_ARTICLES_A_WIRE = 200  # with _WITH_WIRE: about ten print the same
_BY = 20_000  # articles at a time
_STATES = ("live",) * 88 + ("gone",) * 4 + ("new",) * 3 + ("blocked", "paywalled", "unreadable", "failing", "moved")


def host_name(at: int, group: str = "") -> str:
    """`group`: tells apart the hosts of several files."""
    return f"www.paper-{at}{group}.example"


def _patterns(now: datetime) -> dict[tuple[int, int], Pattern]:
    """By whole days of age and number of changes."""
    found = {}
    for days in range(OLDEST.days + 1):
        age = timedelta(days=days, hours=6)
        for changes in (0, 1):
            changed_at = now - age / 2 if changes else None
            history = from_counts(now - age, now - age, now - timedelta(hours=1), changes, 0, changed_at)
            looks = rate_per_day(history, HostHistory(), now) ** 0.7
            pattern = Pattern(changes, age, history.exposure, looks, interval_at(looks, POLICY, PRICE))
            found[days, changes] = pattern
    return found


def _stories(count: int, now: datetime, chance: random.Random, group: str) -> Iterator[Story]:
    patterns = _patterns(now)
    wires = _wire_count(count)
    revision_id = check_id = 1
    for number in range(1, count + 1):
        host = host_name(int(HOSTS * chance.random() ** 3), group)  # the largest has a twentieth of all
        state = chance.choice(_STATES)
        is_seen = state != "new"
        wire = chance.randrange(wires) if is_seen and chance.random() < _WITH_WIRE else None
        edit = _edit(chance, wire) if is_seen and chance.random() < _EDITED else None
        pattern = patterns[int(OLDEST.days * chance.random()) if is_seen else 0, int(edit is not None)]
        added_at = now - pattern.age
        passed = pattern.interval * chance.random()
        last_at = max(added_at + timedelta(hours=1), now - passed) if is_seen else None
        next_at = now + (timedelta(hours=1) if last_at is None else max(DAY / 24, pattern.interval - passed))
        changed_at = None if last_at is None or edit is None else added_at + (last_at - added_at) * chance.random()
        was_away = state == "live" and chance.random() < _WAS_AWAY
        ids = (revision_id, check_id, 2 * wires + 1 + OWN_PARAGRAPHS * number)
        story = Story(number, host, state, added_at, changed_at, last_at, next_at, pattern, edit, wire, was_away, *ids)
        yield story
        revision_id += story.revision_count
        check_id += len(story.looks)


def _edit(chance: random.Random, wire: int | None) -> str:
    return WIRE_EDIT if wire is not None and chance.random() < _WIRE_EDITED else chance.choice(SHARES)


def _wire_count(articles: int) -> int:
    return max(1, articles // _ARTICLES_A_WIRE)


def _wire_rows(count: int) -> Iterator[Row]:
    for wire in range(count):
        for at, people in enumerate((48, 84)):
            text = wire_copy(wire, people)
            yield 2 * wire + 1 + at, text_key(text), text


# -- the file ----------------------------------------------------------------------------------------------------------

_TOTALS = """
UPDATE _totals SET article_count = (SELECT count(*) FROM articles), check_count = (SELECT sum(look_count) FROM checks),
    revision_count = (SELECT count(*) FROM revisions), change_count = (SELECT count(*) FROM changes)
"""
_SUMS = (
    "INSERT INTO _host_histories",
    "UPDATE _demands",
    "INSERT INTO _change_times",
)  # the statements that fill them when a file is brought up
_QUICK = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000", "locking_mode = EXCLUSIVE")


def build(path: Path, articles: int, now: datetime, seed: int = 1, group: str = "") -> None:
    """A new database at `path`. None of its articles is due within an hour of `now`. Its chains are made up."""
    with Store.open(path, create=True):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for setting in _QUICK:
            raw.execute(f"PRAGMA {setting}")
        _fill(raw, articles, now, random.Random(seed), group)
    with Store.open(path) as store:
        store.maintain(now)


def _fill(raw: sqlite3.Connection, articles: int, now: datetime, chance: random.Random, group: str) -> None:
    """Without indexes and triggers, which are made when all rows are there."""
    later = raw.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    raw.execute("BEGIN")
    for kind, name, _ in later:
        raw.execute(f"DROP {kind} {name}")
    raw.executemany("INSERT INTO paragraphs VALUES (?, ?, ?)", _wire_rows(_wire_count(articles)))
    stories = _stories(articles, now, chance, group)
    while some := list(islice(stories, _BY)):
        _insert(raw, some)
    for _, _, sql in later:
        raw.execute(sql)
    raw.execute(_TOTALS)
    for statement in (*statements(script("sums.sql")), *statements(script("more_views.sql"))):
        if statement.startswith(_SUMS):
            raw.execute(statement)
    fill_words(raw)
    raw.execute("COMMIT")


def _insert(raw: sqlite3.Connection, stories: Sequence[Story]) -> None:
    by_table: dict[str, list[Row]] = {}
    for table, row in _rows(stories):
        by_table.setdefault(table, []).append(row)
    for table, rows in by_table.items():
        marks = ", ".join("?" * len(rows[0]))
        raw.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _rows(stories: Iterable[Story]) -> Iterator[tuple[str, Row]]:
    for story in stories:
        yield from rows_of(story)


def present() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
