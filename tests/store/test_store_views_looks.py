"""The views that count looks: absences, days, hours, also of what is counted already and of what was folded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History

from tracker.model import Outcome, utc_text
from tracker.store import Store
from tracker.store.records import Keeping

DAY = timedelta(days=1)
TEXT = "The breakwater is closed to walkers until the spring."
COLUMNS = "began_at, ended_at, length_s, outcome, look_count, last_seen_at"
Rows = list[tuple[object, ...]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


def rows(store: Store, sql: str) -> Rows:
    found: Rows = store._connection.rows(sql)
    return found


def looks(history: History, *outcomes: Outcome) -> None:
    for outcome in outcomes:
        history.look(outcome)


def hour(count: int) -> str:
    return utc_text(NOW + count * HOUR)


# -- absences ----------------------------------------------------------------------------------------------------------


def test_an_absence_has_a_beginning_an_end_and_a_length(store: Store) -> None:
    story = History(store)
    story.show(TEXT)
    looks(story, Outcome.UNCHANGED, Outcome.GONE, Outcome.GONE, Outcome.UNCHANGED, Outcome.BLOCKED)
    assert rows(store, f"SELECT {COLUMNS} FROM absences ORDER BY began_at") == [
        (hour(2), hour(4), 7200, "gone", 2, hour(1)),
        (hour(5), None, 0, "blocked", 1, hour(4)),
    ]
    looks(story, Outcome.BLOCKED, Outcome.BLOCKED)
    ongoing = rows(store, f"SELECT {COLUMNS} FROM absences WHERE ended_at IS NULL")
    assert ongoing == [(hour(5), None, 7200, "blocked", 3, hour(4))]


def test_an_absence_is_one_whatever_its_looks_came_to(store: Store) -> None:
    story = History(store)
    story.show(TEXT)
    looks(story, Outcome.FAILED, Outcome.GONE, Outcome.SUSPECT, Outcome.GONE, Outcome.NOT_MODIFIED)
    assert rows(store, f"SELECT {COLUMNS} FROM absences") == [(hour(1), hour(5), 14400, "gone", 4, hour(0))]


def test_a_look_that_only_doubts_is_no_absence(store: Store) -> None:
    story = History(store)
    story.show(TEXT)
    looks(story, Outcome.SUSPECT, Outcome.UNCHANGED)
    assert rows(store, "SELECT * FROM absences") == []


@pytest.mark.parametrize(
    ("target", "expected"),
    [("https://www.example.com/", [(hour(1), "moved")]), ("https://www.example.com/another/story", [])],
)
def test_a_move_is_an_absence_only_to_a_front_page(store: Store, target: str, expected: Rows) -> None:
    story = History(store)
    story.show(TEXT)
    story.look(Outcome.MOVED, moved_to=target)
    assert rows(store, "SELECT began_at, outcome FROM absences") == expected


def test_a_new_address_ends_an_absence(store: Store) -> None:
    story = History(store)
    story.show(TEXT)
    looks(story, Outcome.GONE)
    story.look(Outcome.MOVED, moved_to="https://www.example.com/another/story")
    assert rows(store, "SELECT began_at, ended_at FROM absences") == [(hour(1), hour(2))]


def test_an_article_that_was_never_seen_is_absent_from_the_first_look(store: Store) -> None:
    looks(History(store), Outcome.GONE, Outcome.GONE)
    looks(History(store, "https://other.example.org/a"), Outcome.FAILED)
    expected = [(hour(0), None, "gone", None), (hour(0), None, "failed", None)]
    sql = "SELECT began_at, ended_at, outcome, last_seen_at FROM absences ORDER BY article_id"
    assert rows(store, sql) == expected


# -- days and hours ----------------------------------------------------------------------------------------------------

COUNTING = (
    "SELECT * FROM checks_daily ORDER BY host, day",
    "SELECT * FROM activity ORDER BY host, weekday, hour",
    f"SELECT article_id, {COLUMNS} FROM absences ORDER BY article_id, began_at",
    "SELECT * FROM changes_detail ORDER BY change_id",
    "SELECT * FROM headline_history ORDER BY article_id, number",
)


def months_of_looks(store: Store) -> datetime:
    """Two articles over three months, one of them away for a while; the end."""
    story = History(store, at=datetime(2026, 7, 28, 10, tzinfo=UTC))
    other = History(store, "https://other.example.org/a", at=datetime(2026, 7, 28, 11, tzinfo=UTC))
    story.show(TEXT)
    other.show(TEXT, "Nobody said what it will cost.")
    for count in range(40):
        looks(story, Outcome.NOT_MODIFIED if count % 3 else Outcome.UNCHANGED)
        looks(other, Outcome.GONE if 10 <= count < 25 else Outcome.UNCHANGED)
        story.at += timedelta(hours=40)
        other.at += timedelta(hours=41)
    story.show(TEXT, "The lamp is lit.", headline="Another headline")
    return story.at + 100 * DAY


def test_counting_days_and_folding_looks_changes_no_view(store: Store) -> None:
    end = months_of_looks(store)
    before = [rows(store, sql) for sql in COUNTING]
    assert all(before)
    assert rows(store, "SELECT count(*) FROM _hours") == [(0,)]
    done = store.maintain(end, Keeping(fold_checks_after=DAY))
    assert done.folded_check_count >= 40
    assert rows(store, "SELECT count(*) > 10 FROM _hours") == [(1,)]
    assert [rows(store, sql) for sql in COUNTING] == before


def test_a_look_that_comes_late_is_counted(store: Store) -> None:
    end = months_of_looks(store)
    store.maintain(end)
    before = rows(store, "SELECT sum(checks), sum(changed), sum(first_seen) FROM activity")
    late = History(store, "https://late.example/a", at=datetime(2026, 8, 3, 23, 30, tzinfo=UTC))
    late.show(TEXT)
    after = rows(store, "SELECT sum(checks), sum(changed), sum(first_seen) FROM activity")
    assert after == [tuple(each + more for each, more in zip(before[0], (1, 0, 1), strict=True))]  # type: ignore[operator]  # whole numbers
    found = rows(store, "SELECT weekday, hour, checks, first_seen FROM activity WHERE host = 'late.example'")
    assert found == [(1, 23, 1, 1)]
    assert rows(store, "SELECT day, checks FROM checks_daily WHERE host = 'late.example'") == [("2026-08-03", 1)]


def test_hours_add_up_to_days(store: Store) -> None:
    months_of_looks(store)
    columns = "host, sum(checks), sum(changed), sum(first_seen)"
    by_hour, by_day = (
        rows(store, f"SELECT {columns} FROM {view} GROUP BY host") for view in ("activity", "checks_daily")
    )
    assert by_hour == by_day
    assert {weekday for (weekday,) in rows(store, "SELECT weekday FROM activity")} == set(range(1, 8))


def test_hours_that_were_altered_are_found(store: Store) -> None:
    end = months_of_looks(store)
    store.maintain(end)
    altered = "UPDATE _hours SET changed = changed + ? WHERE host = 'www.example.com' AND hour = 10"
    with store._connection.writing() as raw:
        raw.execute(altered, (1,))
    assert [fault.table for fault in store.verify()] == ["_hours"]
    with store._connection.writing() as raw:
        raw.execute(altered, (-1,))
