"""Days that are over are counted once; `checks_daily` says the same as before, and late looks are counted in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from chain_kit import DAY, SUMMER, Interrupted, asked, at, tamper, view_rows
from store_kit import HOUR, PAGE, History

from tracker.model import Outcome
from tracker.store import Store
from tracker.store.days import roll_up_days

MIDNIGHT = SUMMER.replace(hour=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """Two hosts, five days, with every third look another outcome."""
    outcomes = (Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.FAILED, Outcome.BLOCKED, Outcome.UNCHANGED)
    with Store.open(path, create=True) as opened:
        for name in ("www.example.com", "other.example.org"):
            story = History(opened, f"https://{name}/story", at=SUMMER)
            story.show("One.")
            for number in range(20):
                outcome = outcomes[number % len(outcomes)]
                verdict = story.verdict(outcome, status=None if outcome is Outcome.FAILED else 200)
                opened.record([at(verdict, SUMMER + number * 6 * HOUR + HOUR, took_ms=10 + number * number)])
        yield opened


def roll(store: Store, days: float) -> int:
    """As many days after the first one began."""
    return roll_up_days(store._connection, MIDNIGHT + timedelta(days=days))


def daily(path: Path) -> list[tuple[object, ...]]:
    return view_rows(path)["checks_daily"]


def test_counting_days_changes_nothing_that_a_view_says(store: Store, path: Path) -> None:
    before = view_rows(path)
    assert len(before["checks_daily"]) == 12
    assert roll(store, 4.5) == 4
    assert asked(path, "SELECT count(*), count(DISTINCT day) FROM _days") == [(8, 4)]
    assert view_rows(path) == before
    assert roll(store, 40) == 2
    assert view_rows(path) == before
    assert asked(path, "SELECT open_from_day FROM _closing") == [("2026-08-09",)]
    assert list(store.verify()) == []


def test_a_day_is_over_when_its_looks_are_in(store: Store) -> None:
    assert roll(store, 1.2) == 0
    assert roll(store, 1.3) == 1
    assert roll(store, 1.3) == 0


def test_an_empty_database_has_no_days(path: Path) -> None:
    with Store.open(path, create=True) as store:
        assert roll(store, 100) == 0
        History(store, at=SUMMER).show("One.")
        assert [row[2] for row in daily(path)] == [1]
        assert list(store.verify()) == []


@pytest.mark.parametrize("origin", [None, "warc"])
def test_a_late_look_is_counted_as_if_it_had_come_in_time(tmp_path: Path, origin: str | None) -> None:
    told = []
    for is_late in (True, False):
        path = tmp_path / f"{is_late}.db"
        with Store.open(path, create=True) as store:
            story = History(store, at=SUMMER)
            story.show("One.")
            look = at(story.verdict(Outcome.UNCHANGED), SUMMER + HOUR, took_ms=900, origin=origin)
            if not is_late:
                store.record([look])
            assert roll(store, 3) == 1
            if is_late:
                store.record([look])
            told.append(daily(path))
            assert list(store.verify()) == []
    assert told[0] == told[1]
    ((_, _, checks, _, _, _, _, _, median_ms, *_),) = told[0]
    assert (checks, median_ms) == (2, 470.0 if origin is None else 40.0)


def test_a_late_look_may_be_the_first_of_its_day(store: Store, path: Path) -> None:
    roll(store, 40)
    story = History(store, "https://third.example.net/story", at=SUMMER - 30 * DAY)
    store.record([at(story.verdict(Outcome.FAILED, status=None), SUMMER - 30 * DAY, origin="warc")])
    story.look(Outcome.FAILED, status=None)
    (day,) = [row for row in daily(path) if row[0] == "third.example.net"]
    host_and_day, counts, bytes_and_median = day[:2], day[2:7], day[7:9]
    assert host_and_day == ("third.example.net", "2026-06-01")
    assert counts == (2, 0, 0, 2, 0)
    assert bytes_and_median == (2 * len(PAGE), 40.0)
    assert list(store.verify()) == []


def test_of_imported_looks_alone_no_median_is_told(path: Path) -> None:
    with Store.open(path, create=True) as store:
        story = History(store, at=SUMMER)
        store.record([at(story.verdict(Outcome.FAILED, status=None), SUMMER, origin="warc")])
        before = daily(path)
        assert before[0][8] is None
        roll(store, 3)
        assert daily(path) == before


def test_a_look_written_down_while_a_day_is_counted_is_counted(store: Store, path: Path) -> None:
    with Store.open(path) as other:
        story = History(other, "https://www.example.com/story")
        look = at(story.verdict(Outcome.UNCHANGED), SUMMER + timedelta(minutes=5))
        assert roll_up_days(Interrupted(store, lambda: other.record([look])), MIDNIGHT + 1.5 * DAY) == 1
    counted = asked(path, "SELECT checks FROM _days WHERE host = 'www.example.com' AND day = '2026-07-01'")
    assert counted == [(5,)]
    assert list(store.verify()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE _days SET checks = checks + 1 WHERE day = '2026-07-02' AND host = 'www.example.com'",
        "UPDATE _days SET unchanged = unchanged - 1, failed = failed + 1 WHERE host = 'www.example.com' AND checks = 4",
        "UPDATE _days SET bytes = 0 WHERE host = 'www.example.com' AND day = '2026-07-02'",
        "DELETE FROM _days WHERE host = 'www.example.com'",
    ],
)
def test_days_are_added_up_again_by_verify(store: Store, path: Path, sql: str) -> None:
    roll(store, 40)
    tamper(path, sql)
    (fault,) = [fault for fault in store.verify() if fault.table == "_days"]
    assert "www.example.com in 2026-07" in fault.what
