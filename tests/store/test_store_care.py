"""What a database is asked to do beside being written to: hosts left alone, backups, tidying up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History

from tracker.errors import UsageError
from tracker.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, create=True) as opened:
        yield opened


def log_bytes(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


# -- hosts that want to be left alone ----------------------------------------------------------------------------------


def test_a_host_that_asked_to_be_left_alone_is_not_handed_out(store: Store, path: Path) -> None:
    store.add_articles(["https://tired.example/1", "https://idle.example/1"], NOW)
    assert store.save_host_holds({"tired.example": NOW + HOUR}, NOW) == 1
    with Store.open(path) as another:
        assert [batch.host for batch in another.claim_due(NOW, 10)] == ["idle.example"]
        assert another.host_holds(NOW) == {"tired.example": NOW + HOUR}
        (held,) = another.health(NOW).held_hosts
        assert (held.host, held.held_until) == ("tired.example", NOW + HOUR)
        assert "Retry-After" in held.reason
        assert [batch.host for batch in another.claim_due(NOW + HOUR, 10)] == ["idle.example", "tired.example"]
        assert another.host_holds(NOW + HOUR) == {}
        assert another.health(NOW + HOUR).held_hosts == ()
    assert [batch.host for batch in store.orders_for([1])] == ["tired.example"], "asked for by name"


def test_only_what_is_new_is_written(store: Store, path: Path) -> None:
    holds = {f"{name}.example": NOW + HOUR for name in "abc"}
    assert store.save_host_holds(holds, NOW) == 3
    written = log_bytes(path)
    trembling = {host: until + timedelta(seconds=2) for host, until in holds.items()}
    assert store.save_host_holds(trembling, NOW) == 0
    assert store.save_host_holds({}, NOW) == 0
    assert store.save_host_holds({"gone.example": NOW - HOUR}, NOW) == 0
    assert log_bytes(path) == written
    assert store.save_host_holds({"a.example": NOW + 3 * HOUR, "b.example": NOW + timedelta(minutes=1)}, NOW) == 1
    assert store.host_holds(NOW) == {**holds, "a.example": NOW + 3 * HOUR}, "a wish is not shortened"


# -- backups -----------------------------------------------------------------------------------------------------------


def test_the_last_backup_is_remembered(store: Store, path: Path, tmp_path: Path) -> None:
    assert store.last_backup_at is None
    store.backup(tmp_path / "first.db")
    assert store.last_backup_at is None
    with Store.open(path, read_only=True) as reading:
        reading.backup(tmp_path / "second.db", NOW)
    assert store.last_backup_at == NOW
    assert store.health(NOW).last_backup_at == NOW
    with Store.open(tmp_path / "second.db") as copy:
        assert copy.last_backup_at is None
        assert list(copy.verify()) == []


def test_a_copy_that_failed_is_no_backup(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        store.backup(tmp_path / "no folder" / "copy.db", NOW)
    assert store.last_backup_at is None


# -- tidying up --------------------------------------------------------------------------------------------------------


def fill(store: Store, count: int = 30) -> None:
    for number in range(count):
        history = History(store, f"https://www.example.com/{number}")
        history.show(f"Text {number}.")


def test_tidying_up_empties_the_log_and_forgets_what_is_over(store: Store, path: Path) -> None:
    fill(store)
    store.save_host_holds({"a.example": NOW + HOUR, "b.example": NOW + 3 * HOUR}, NOW)
    assert log_bytes(path) > 100_000
    done = store.maintain(NOW + 2 * HOUR)
    assert (done.is_log_emptied, done.forgotten_hold_count) == (True, 1)
    assert done.log_bytes > 100_000
    assert log_bytes(path) == 0
    assert store.host_holds(NOW) == {"b.example": NOW + 3 * HOUR}
    assert store.claim_due(NOW + HOUR, 100) != ()
    assert list(store.verify()) == []
    again: datetime = NOW + 26 * HOUR
    assert store.maintain(again).forgotten_hold_count == 1


def test_tidying_up_waits_for_nobody(store: Store, path: Path) -> None:
    fill(store, 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        fill(store, 3)
        assert store.maintain(NOW).is_log_emptied is False
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (3,)
        reader.execute("COMMIT")
    assert store._connection.value("PRAGMA busy_timeout") == 30_000
    assert store.maintain(NOW).is_log_emptied is True
