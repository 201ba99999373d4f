"""A database of very many articles, made by inserting rows in bulk into the store's own schema."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from tracker.cadence import UNSEEN_PROMISE, CadencePolicy, from_counts, interval_at, promise_of, rate_per_day
from tracker.judge.conclusions import compare
from tracker.model import Extract, HostHistory, utc_text
from tracker.store import Store
from tracker.store.migrations import script, statements

HOSTS = 5_000
OLDEST = timedelta(days=250)  # nearly all are followed still at that age
DAY = timedelta(days=1)
PRICE = 3.0  # about what a million articles cost with 200,000 looks a day
POLICY = CadencePolicy(timedelta(minutes=5), timedelta(days=30))
EXTRACTOR = "scale 1"
_BY = 20_000  # articles at a time
_PLACEHOLDER = "0000000"
_STATES = ("live",) * 88 + ("gone",) * 4 + ("new",) * 3 + ("blocked", "paywalled", "unreadable", "failing", "moved")
_FAILING = frozenset({"gone", "blocked", "paywalled", "unreadable", "failing"})
_OUTCOMES = {"failing": "failed"}

Row = tuple[object, ...]


def wording(number: int | str, gaps: int) -> Extract:
    """Of an article; the places of its words do not depend on the number."""
    told = number if isinstance(number, str) else f"{number:07}"
    return Extract(
        headline=f"Breakwater {told} is closed for the winter",
        language="en",
        paragraphs=(
            f"The harbour office said on Tuesday that breakwater {told} would be closed to walkers until the spring.",
            f"Divers found {gaps} gaps in its foundations. Nobody said what breakwater {told} will cost the town.",
        ),
    )


def page(seen: Extract) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in seen.paragraphs)
    return f"<!doctype html><title>{seen.headline}</title><h1>{seen.headline}</h1>{body}".encode()


def host_name(at: int) -> str:
    return f"www.paper-{at}.example"


def url_of(number: int, host: str) -> str:
    return f"https://{host}/news/{number:07}/breakwater-is-closed-for-the-winter"


@dataclass(frozen=True)
class _Pattern:
    """How an article of one age and so many changes stands."""

    changes: int
    age: timedelta
    exposure: float
    looks_per_day: float
    interval: timedelta


def _patterns(now: datetime) -> dict[tuple[int, int], _Pattern]:
    """By whole days of age and number of changes."""
    found = {}
    for days in range(OLDEST.days + 1):
        age = timedelta(days=days, hours=6)
        for changes in (0, 1):
            changed_at = now - age / 2 if changes else None
            history = from_counts(now - age, now - age, now - timedelta(hours=1), changes, 0, changed_at)
            looks = rate_per_day(history, HostHistory(), now) ** 0.7
            pattern = _Pattern(changes, age, history.exposure, looks, interval_at(looks, POLICY, PRICE))
            found[days, changes] = pattern
    return found


@dataclass(frozen=True)
class _Story:
    number: int  # from 1: also its id
    host: str
    state: str
    added_at: datetime
    changed_at: datetime | None
    last_at: datetime | None
    next_at: datetime
    pattern: _Pattern
    first_revision_id: int
    first_check_id: int

    @property
    def revisions(self) -> int:
        return 0 if self.state == "new" else 1 if self.changed_at is None else 2

    @property
    def checks(self) -> int:
        """Each revision's, and the latest, which showed nothing new or nothing."""
        return 0 if self.state == "new" else self.revisions + 1


def _stories(count: int, now: datetime, chance: random.Random) -> Iterator[_Story]:
    patterns = _patterns(now)
    revision_id = check_id = 1
    for number in range(1, count + 1):
        host = host_name(int(HOSTS * chance.random() ** 3))  # the largest has a twentieth of all
        state = chance.choice(_STATES)
        changes = int(state != "new" and chance.random() < 0.1)
        pattern = patterns[0 if state == "new" else int(OLDEST.days * chance.random()), changes]
        added_at = now - pattern.age
        passed = pattern.interval * chance.random()
        last_at = None if state == "new" else max(added_at + timedelta(hours=1), now - passed)
        next_at = now + (timedelta(hours=1) if last_at is None else max(DAY / 24, pattern.interval - passed))
        changed_at = None if last_at is None or not changes else added_at + (last_at - added_at) / 2
        story = _Story(number, host, state, added_at, changed_at, last_at, next_at, pattern, revision_id, check_id)
        yield story
        revision_id += story.revisions
        check_id += story.checks


# -- rows --------------------------------------------------------------------------------------------------------------


def _article_rows(story: _Story) -> Iterator[tuple[str, Row]]:
    url, added = url_of(story.number, story.host), utc_text(story.added_at)
    yield "articles", (story.number, url, story.host, added, None)
    yield "article_urls", (story.number, story.number, url, "added", added, url.removeprefix("https://"))
    yield "_article_states", _state_row(story)


def _state_row(story: _Story) -> Row:
    pattern, last = story.pattern, None if story.last_at is None else utc_text(story.last_at)
    first = None if last is None else utc_text(story.added_at)
    is_failing = story.state in _FAILING
    digest = None if last is None else hashlib.sha256(story.host.encode()).hexdigest()
    since = utc_text(story.added_at) if not is_failing or last is None else last
    success = utc_text(story.changed_at or story.added_at) if is_failing and last is not None else last
    latest = story.first_revision_id + story.revisions - 1 if story.revisions else None
    looks = pattern.looks_per_day
    promise = UNSEEN_PROMISE if last is None else promise_of(looks)
    return (
        *(story.number, story.host, story.state, since, utc_text(story.next_at), None, None, digest, digest, None),
        *(int(is_failing), latest, story.revisions, int(story.revisions > 1), first, last, success, None, None, 0),
        *(utc_text(story.added_at), None if story.changed_at is None else utc_text(story.changed_at)),
        *(float(pattern.changes), pattern.exposure, None, float(pattern.changes), looks, promise),
    )


def _revision_rows(story: _Story, made: _Made) -> Iterator[tuple[str, Row]]:
    moments = [story.added_at, *([story.changed_at] if story.changed_at else [])]
    for at, moment in enumerate(moments):
        revision_id, seen = story.first_revision_id + at, wording(story.number, 12 + 3 * at)
        told, body = utc_text(moment), page(seen)
        url = url_of(story.number, story.host)
        packed = zlib.compress(body, 1)
        digest = hashlib.sha256(body).hexdigest()
        yield "captures", (revision_id, story.number, told, url, 200, "[]", len(body), digest, "zlib", packed)
        words = sum(len(text.split()) for text in seen.paragraphs)
        head = (revision_id, story.number, at + 1, told, revision_id, seen.headline, None, None, None, None, "en", None)
        yield "revisions", (*head, seen.content_sha256, words, EXTRACTOR, None, None)
        yield from _paragraph_rows(story, revision_id, at, seen)
        yield "checks", _check_row(story, at, moment, "changed" if at else "first_seen", revision_id)
        if at:
            yield from made.rows(revision_id)


def _paragraph_rows(story: _Story, revision_id: int, at: int, seen: Extract) -> Iterator[tuple[str, Row]]:
    """Three an article: two of the first revision, and the second one of the second."""
    ids = (3 * story.number, 3 * story.number + 1 + at)
    for position, (paragraph_id, text) in enumerate(zip(ids, seen.paragraphs, strict=True), start=1):
        if not at or position == 2:
            yield "paragraphs", (paragraph_id, hashlib.sha256(text.encode()).hexdigest(), text)
        yield "revision_paragraphs", (revision_id, position, paragraph_id)


def _check_row(story: _Story, at: int, moment: datetime, outcome: str, revision_id: int | None) -> Row:
    capture_id = None if outcome == "unchanged" else revision_id
    is_there = revision_id is not None
    reason = "" if is_there else "the server says 404"
    head = (story.first_check_id + at, story.number, utc_text(moment), 80, outcome, reason, 200 if is_there else 404)
    return (*head, None, None, None, 1_500, EXTRACTOR if is_there else None, revision_id, capture_id)


def _latest_check(story: _Story) -> Iterator[tuple[str, Row]]:
    if story.last_at is None:
        return
    latest = story.first_revision_id + story.revisions - 1
    is_there = story.state not in _FAILING
    outcome = "unchanged" if is_there else _OUTCOMES.get(story.state, story.state)
    yield "checks", _check_row(story, story.revisions, story.last_at, outcome, latest if is_there else None)


@dataclass(frozen=True)
class _Made:
    """What is concluded from the two wordings: the same for every article, but for its number."""

    diff: Row
    change: Row

    @classmethod
    def once(cls) -> _Made:
        found = compare(wording(_PLACEHOLDER, 12), wording(_PLACEHOLDER, 15))
        (change,) = found.changes
        hunks = "[" + ",".join(f"[{h.old_start},{h.old_end},{h.new_start},{h.new_end}]" for h in found.diff.hunks) + "]"
        diff = (found.engine, None, len(found.diff.hunks), 1, found.diff.delta, hunks, "[]")
        sentences = [_sentence(gaps) for gaps in (12, 15)]
        places = (change.old_start, change.old_end, change.new_start, change.new_end)
        head = (change.field.value, change.kind.value, change.operation.value, change.before, change.after)
        return cls(diff, (*head, *places, *sentences, 0, 0, None, change.confidence, "[]"))

    def rows(self, revision_id: int) -> Iterator[tuple[str, Row]]:
        yield "diffs", (revision_id, revision_id - 1, revision_id, *self.diff)
        yield "changes", (revision_id, revision_id, *self.change)


def _sentence(gaps: int) -> str:
    return f"Divers found {gaps} gaps in its foundations."


# -- the file ----------------------------------------------------------------------------------------------------------

_TOTALS = """
UPDATE _totals SET article_count = (SELECT count(*) FROM articles), check_count = (SELECT count(*) FROM checks),
    revision_count = (SELECT count(*) FROM revisions), change_count = (SELECT count(*) FROM changes)
"""
_SUMS = ("INSERT INTO _host_histories", "UPDATE _demands")  # the statements that fill them when a file is brought up


def build(path: Path, articles: int, now: datetime, seed: int = 1) -> None:
    """A new database at `path`. None of its articles is due within an hour of `now`."""
    with Store.open(path, create=True):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000", "locking_mode = EXCLUSIVE"):
            raw.execute(f"PRAGMA {setting}")
        indexes = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        raw.execute("BEGIN")
        for name, _ in indexes:
            raw.execute(f"DROP INDEX {name}")
        stories = _stories(articles, now, random.Random(seed))
        while some := list(islice(stories, _BY)):
            _insert(raw, some)
        for _, sql in indexes:
            raw.execute(sql)
        raw.execute(_TOTALS)
        for statement in statements(script("sums.sql")):
            if statement.startswith(_SUMS):
                raw.execute(statement)
        raw.execute("COMMIT")
    with Store.open(path) as store:
        store.maintain(now)


def _insert(raw: sqlite3.Connection, stories: Sequence[_Story]) -> None:
    made = _Made.once()
    by_table: dict[str, list[Row]] = {}
    for table, row in _rows(stories, made):
        by_table.setdefault(table, []).append(row)
    for table, rows in by_table.items():
        marks = ", ".join("?" * len(rows[0]))
        raw.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _rows(stories: Iterable[_Story], made: _Made) -> Iterator[tuple[str, Row]]:
    for story in stories:
        yield from _article_rows(story)
        if story.revisions:
            yield from _revision_rows(story, made)
        yield from _latest_check(story)


def present() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
