"""Like looks of months that are long over become one row, and nothing that a view says is lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from chain_kit import DAY, SUMMER, Interrupted, asked, at, chain_is_whole, columns_of, tamper, view_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merging_kit import Seen, merge
from store_kit import HOUR, PAGE, STORY, History

from tracker.chain import EntryKind
from tracker.model import CheckEntry, Outcome
from tracker.render.history import Track, runs_of
from tracker.store import Store
from tracker.store.connection import Connection
from tracker.store.days import roll_up_days
from tracker.store.folding import fold_checks

HERE = Path(__file__).resolve().parent
AUTUMN = datetime(2026, 9, 1, tzinfo=UTC)  # July and August are over then
LATER = datetime(2026, 12, 1, tzinfo=UTC)
FIRST_OF_AUGUST = datetime(2026, 8, 1, 10, tzinfo=UTC)  # looks that are told of by the row of August
LAST_OF_AUGUST = datetime(2026, 8, 31, 22, tzinfo=UTC)


def fold(store: Store | Connection, before: datetime = LATER) -> int:
    """As it is done at that time, of what lies wholly before it."""
    connection = store._connection if isinstance(store, Store) else store
    roll_up_days(connection, before + 7 * HOUR)
    return fold_checks(connection, before)


def look(store: Store, story: History, moment: datetime, outcome: Outcome, *, took_ms: int = 40) -> None:
    statuses = {Outcome.FAILED: None, Outcome.NOT_MODIFIED: 304, Outcome.BLOCKED: 403}
    verdict = story.verdict(outcome, status=statuses.get(outcome, 200))
    store.record([at(verdict, moment, took_ms=took_ms)])


def show(story: History, moment: datetime, text: str) -> None:
    story.at = moment
    story.show(text)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "tracker.db"
    Store.open(path, create=True).close()
    return path


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "tracker.db"))


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """Looked at every twelve hours from July on into September, changed once, away for some days."""
    with Store.open(path) as opened:
        story = History(opened, at=SUMMER)
        story.show("One.")
        for number in range(1, 140):
            moment = SUMMER + number * 12 * HOUR
            if number == 20:
                show(story, moment, "Two.")
            elif 40 <= number < 50:
                look(opened, story, moment, Outcome.BLOCKED)
            else:
                look(opened, story, moment, Outcome.UNCHANGED, took_ms=number)
        yield opened


def entries_of(store: Store) -> list[CheckEntry]:
    return list(store.checks(store.resolve(STORY).article_id))


# -- what becomes of looks ---------------------------------------------------------------------------------------------


def test_runs_of_a_month_become_one_row_each(store: Store, path: Path) -> None:
    assert fold(store, AUTUMN) == 140 - 7 - 16  # of July and August seven rows are left, those of September all
    told = [
        (entry.outcome.value, str(entry.first_checked_at)[:10], str(entry.checked_at)[:10], entry.look_count)
        for entry in entries_of(store)
    ]
    assert told[:7] == [
        ("first_seen", "None", "2026-07-01", 1),
        ("unchanged", "2026-07-01", "2026-07-10", 19),
        ("changed", "None", "2026-07-11", 1),
        ("unchanged", "2026-07-11", "2026-07-20", 19),
        ("blocked", "2026-07-21", "2026-07-25", 10),
        ("unchanged", "2026-07-26", "2026-07-31", 12),
        ("unchanged", "2026-08-01", "2026-08-31", 62),
    ]
    assert {entry.look_count for entry in entries_of(store)[7:]} == {1}
    row = asked(path, "SELECT duration_ms, received_bytes, http_status, revision_id FROM checks WHERE look_count = 62")
    assert row == [(round(sum(range(62, 124)) / 62), 62 * len(PAGE), 200, 2)]
    assert asked(path, "SELECT check_count FROM _totals") == [(140,)]
    assert list(store.verify()) == []


def test_no_view_says_anything_else_afterwards(store: Store, path: Path) -> None:
    before = view_rows(path)
    assert all(
        before[name] for name in ("checks_daily", "changes_detail", "articles_status", "revisions_text", "absences")
    )
    fold(store)
    assert view_rows(path) == before


def test_a_history_reads_as_before(store: Store) -> None:
    article_id = store.resolve(STORY).article_id

    def history() -> list[tuple[object, ...]]:
        track = Track(entries_of(store), {revision.number: revision for revision in store.revisions(article_id)})  # type: ignore[arg-type]  # a list does too
        return [(run.outcome, run.started_at, run.ended_at, run.look_count, run.back_after) for run in runs_of(track)]

    before = history()
    known, revisions = store.known([article_id]), list(store.revisions(article_id))
    fold(store)
    assert history() == before
    assert store.known([article_id]) == known
    assert list(store.revisions(article_id)) == revisions


def test_folding_again_does_nothing_and_goes_on_with_the_next_month(store: Store, path: Path) -> None:
    fold(store, AUTUMN)
    once = asked(path, "SELECT * FROM checks")
    assert fold(store, AUTUMN) == 0
    assert asked(path, "SELECT * FROM checks") == once
    before = view_rows(path)
    assert fold(store) == 16 - 1
    assert asked(path, "SELECT count(*) FROM checks WHERE checked_at > '2026-09'") == [(1,)]
    assert view_rows(path) == before
    assert list(store.verify()) == []


def test_looks_of_an_open_month_stay_also_where_their_run_began_before(store: Store, path: Path) -> None:
    opened = "SELECT * FROM checks WHERE checked_at >= '2026-08-01' ORDER BY check_id"
    before = asked(path, opened)
    fold(store, AUTUMN - timedelta(seconds=1))
    assert asked(path, opened) == before
    assert asked(path, "SELECT max(checked_at) FROM checks WHERE look_count > 1") == [("2026-07-31T22:00:00Z",)]


def test_nothing_is_folded_before_its_day_is_counted(store: Store) -> None:
    assert fold_checks(store._connection, LATER) == 0
    roll_up_days(store._connection, AUTUMN)
    assert fold_checks(store._connection, LATER) > 0
    assert {entry.look_count for entry in entries_of(store) if entry.checked_at > AUTUMN - 31 * DAY} == {1}


def test_looks_that_differ_or_gave_something_stay(path: Path) -> None:
    with Store.open(path) as store:
        story = History(store, at=SUMMER)
        story.show("One.")
        for number, outcome in enumerate(
            [Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.FAILED, Outcome.UNCHANGED, Outcome.BLOCKED]
        ):
            look(store, story, SUMMER + (number + 1) * HOUR, outcome)
        story.at = SUMMER + DAY
        for body in (b"wall", b"wall", b"wall"):  # the first one is kept
            story.look(Outcome.PAYWALLED, body=body)
        assert fold(store) == 1
        assert [entry.look_count for entry in entries_of(store)] == [1, 1, 1, 1, 1, 1, 1, 2]


def test_what_read_the_page_last_is_kept(path: Path) -> None:
    with Store.open(path) as store:
        story = History(store, at=SUMMER)
        story.show("One.")
        for extractor in ("", "test 1", "", "test 2", ""):
            story.look(Outcome.UNCHANGED, extractor=extractor)
        assert fold(store) == 4
        assert asked(path, "SELECT extractor FROM checks WHERE look_count = 5") == [("test 2",)]


def test_imported_looks_stay_and_part_a_run(path: Path) -> None:
    with Store.open(path) as store:
        story = History(store, at=SUMMER)
        story.show("One.")
        for number in range(1, 7):
            look(store, story, SUMMER + number * DAY, Outcome.UNCHANGED)
        merge(store, story.article_id, Seen(SUMMER + 3.5 * DAY, "One."))
        before = view_rows(path)
        assert fold(store) == 4
        assert [(entry.look_count, entry.origin) for entry in entries_of(store)] == [
            (1, None),
            (3, None),
            (1, "warc"),
            (3, None),
        ]
        assert view_rows(path) == before
        assert list(store.verify()) == []


def test_what_others_saw_may_be_merged_into_a_month_that_was_folded(store: Store, path: Path) -> None:
    """The run is not parted: of the looks in it, only the first and the last have a time that is known."""
    fold(store)
    rows = asked(path, "SELECT * FROM checks WHERE look_count > 1")
    article_id = store.resolve(STORY).article_id
    seen_at = SUMMER + 45.2 * DAY
    merge(store, article_id, Seen(seen_at, "In between."))
    assert asked(path, "SELECT * FROM checks WHERE look_count > 1") == rows
    assert list(store.verify()) == []
    texts = [revision.extract.text for revision in store.revisions(article_id)]
    assert texts == ["One.", "Two.", "In between.", "Two."]
    assert store.revision(article_id, 3).last_checked_before == FIRST_OF_AUGUST
    bounds = {change.to_number: (change.changed_after, change.changed_before) for change in store.changes()}
    assert bounds[3][0] <= FIRST_OF_AUGUST
    assert bounds[3][1] == bounds[4][0] == seen_at
    assert bounds[4][1] == LAST_OF_AUGUST


def test_a_long_run_becomes_several_rows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.store.folding._MOST_LOOKS", 10)
    with Store.open(path) as store:
        story = History(store, at=SUMMER)
        story.show("One.")
        for number in range(1, 35):
            look(store, story, SUMMER + number * HOUR, Outcome.UNCHANGED)
        before = view_rows(path)
        assert fold(store) == 30
        assert [entry.look_count for entry in entries_of(store)] == [1, 10, 10, 10, 4]
        assert view_rows(path) == before
        assert list(store.verify()) == []


# -- whatever happens --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    article: int
    hours: int  # since the look before
    what: str  # an outcome, or the text that is shown
    took_ms: int


plans = st.lists(
    st.builds(
        Planned,
        st.integers(0, 1),
        st.sampled_from([1, 7, 30, 200]),
        st.sampled_from(["unchanged"] * 6 + ["not_modified", "failed", "failed", "blocked", "gone", "A.", "B.", "C."]),
        st.integers(1, 500),
    ),
    max_size=60,
)


class Times:
    """Two articles, and what happens to them as time goes by."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = SUMMER
        self.stories = [History(store, f"https://host{number}.example.com/story", at=SUMMER) for number in range(2)]
        for story in self.stories:
            story.show("A.")

    def go_on(self, planned: Sequence[Planned]) -> None:
        for each in planned:
            self.now += each.hours * HOUR
            if each.what.endswith("."):
                show(self.stories[each.article], self.now, each.what)
            else:
                look(self.store, self.stories[each.article], self.now, Outcome(each.what), took_ms=each.took_ms)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans, st.integers(0, 60), st.sampled_from([3, 300]))
def test_nothing_is_lost_whatever_was_seen(
    empty: Path, tmp_path: Path, planned: list[Planned], first: int, most: int
) -> None:
    """Folded once in the midst and once at the end, it says what it would have said without."""
    told = []
    for is_folding in (False, True):
        path = tmp_path / f"{is_folding}.db"
        shutil.copy(empty, path)
        with Store.open(path) as store, pytest.MonkeyPatch.context() as patch:
            patch.setattr("tracker.store.folding._MOST_LOOKS", most)
            times = Times(store)
            times.go_on(planned[:first])
            if is_folding:
                fold(store, times.now)
            times.go_on(planned[first:])
            if is_folding:
                fold(store, times.now + 100 * DAY)
            told.append(view_rows(path))
            assert list(store.verify()) == []
            assert chain_is_whole(store)
            assert asked(path, "SELECT sum(look_count) FROM checks") == [(len(planned) + 2,)]
    assert told[0] == told[1]


def test_a_look_written_down_while_folding_is_planned_is_not_folded_over(store: Store, path: Path) -> None:
    with Store.open(path) as other:
        story = History(other, STORY)
        roll_up_days(store._connection, LATER)
        between = SUMMER + 30 * HOUR + timedelta(minutes=1)
        folded = fold_checks(Interrupted(store, lambda: look(other, story, between, Outcome.FAILED)), LATER)
    assert folded > 0
    first = [(entry.outcome.value, entry.look_count) for entry in entries_of(store)[:4]]
    assert first == [("first_seen", 1), ("unchanged", 2), ("failed", 1), ("unchanged", 17)]
    assert list(store.verify()) == []


def test_a_look_of_today_written_down_while_folding_is_planned_comes_before_the_folds(store: Store, path: Path) -> None:
    with Store.open(path) as other:
        story = History(other, STORY)
        roll_up_days(store._connection, LATER)
        assert fold_checks(Interrupted(store, lambda: look(other, story, LATER, Outcome.FAILED)), LATER) > 0
    kinds = [entry.kind for entry in store.chain_of(store.resolve(STORY).article_id)]
    assert kinds[-8:] == [EntryKind.FOLDED, EntryKind.LOOK, *[EntryKind.FOLD] * 6]
    assert list(store.verify()) == []
    assert chain_is_whole(store)


class Measured(Connection):
    """Tells how many rows each of its transactions touched."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.path, store._connection.raw)
        self.touched: list[int] = []

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        before = self.raw.total_changes
        with super().writing() as raw:
            yield raw
        self.touched.append(self.raw.total_changes - before)


def test_no_transaction_holds_the_lock_for_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is to fold, each takes a slice of it."""
    monkeypatch.setattr("tracker.store.folding._MOST_LOOKS", 10)
    measured = Measured(store)
    assert fold(measured) > 100
    assert len(measured.touched) > 10
    assert max(measured.touched[measured.touched.index(max(measured.touched)) :]) <= 10 + 4
    assert list(store.verify()) == []


FOLDING = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from tracker.store import Store, folding
from tracker.store.days import roll_up_days
folding._MOST_LOOKS = 5
with Store.open(Path(sys.argv[1])) as store:
    print("folding", flush=True)
    roll_up_days(store._connection, datetime(2026, 12, 1, tzinfo=UTC))
    folding.fold_checks(store._connection, datetime(2026, 12, 1, tzinfo=UTC))
    print("done", flush=True)
"""


def test_killed_at_any_moment_it_goes_on_where_it_was(store: Store, path: Path) -> None:
    before = view_rows(path)
    environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
    moments = random.Random(5)
    kills, is_done = 0, False
    while not is_done:
        command = [sys.executable, "-c", FOLDING, str(path)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "folding\n"
            time.sleep(moments.uniform(0, 0.03))  # the moment of the kill, not a wait for something
            process.kill()
            is_done = "done" in process.stdout.read()
        kills += 1
        assert view_rows(path) == before
        assert list(store.verify()) == []
        if kills == 8:
            fold(store)
            break
    assert asked(path, "SELECT sum(look_count), count(*) < 50 FROM checks") == [(140, 1)]
    assert view_rows(path) == before


# -- what verify finds of it -------------------------------------------------------------------------------------------


def named(store: Store) -> set[tuple[str, int | None]]:
    return {(fault.table, fault.row_id) for fault in store.verify()}


def test_any_altered_cell_of_a_folded_row_is_found(store: Store, path: Path) -> None:
    fold(store)
    ((check_id, *_),) = asked(path, "SELECT check_id FROM checks WHERE look_count = 62")
    with closing(sqlite3.connect(path)) as connection:
        columns = columns_of(connection, "checks")[1:]
    for column, kind, _ in columns:
        ((before,),) = asked(path, f"SELECT {column} FROM checks WHERE check_id = {check_id}")
        after = before + 1 if isinstance(before, int) else 9 if kind == "INTEGER" else f"{before}0"
        tamper(path, f"UPDATE checks SET {column} = ? WHERE check_id = ?", (after, check_id))
        assert ("checks", check_id) in named(store), column
        tamper(path, f"UPDATE checks SET {column} = ? WHERE check_id = ?", (before, check_id))
    assert named(store) == set()


@pytest.mark.parametrize("place", range(5))
def test_rows_taken_out_beside_and_among_folded_ones_are_found(store: Store, path: Path, place: int) -> None:
    fold(store)
    tamper(path, f"DELETE FROM checks WHERE check_id = (SELECT check_id FROM checks LIMIT 1 OFFSET {place})")
    assert {table for table, _ in named(store)} >= {"checks", "_totals"}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM _chain_folds WHERE fold_number = 2",
        "DELETE FROM _chain_folds WHERE fold_number = (SELECT max(fold_number) FROM _chain_folds)",
        "UPDATE _chain_folds SET before_sha256 = last_sha256 WHERE fold_number = 2",
        "UPDATE _chain_folds SET last_sha256 = before_sha256 WHERE fold_number = 2",
        "UPDATE _chain_folds SET link_sha256 = last_sha256 WHERE fold_number = 2",
        "UPDATE _chain_folds SET after_check_id = 1 WHERE fold_number = 2",
        "UPDATE _chain_folds SET check_id = 1 WHERE fold_number = 2",
    ],
)
def test_entries_of_folds_that_were_altered_are_found(store: Store, path: Path, sql: str) -> None:
    fold(store)
    tamper(path, sql)
    assert {table for table, _ in named(store)} & {"checks", "_chain_folds", "_chain_heads"}


def test_a_single_look_that_passes_for_several_is_found(store: Store, path: Path) -> None:
    tamper(path, "UPDATE checks SET look_count = 5, first_checked_at = checked_at WHERE check_id = 3")
    assert ("checks", 3) in named(store)
