from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations
from store_kit import NOW, STORY, History, small_database

from tracker.errors import NewerDatabase, NotFound, NotOurDatabase, StoreError, TrackerError, UsageError
from tracker.store import Store
from tracker.store.migrations import MIGRATIONS, migrate
from tracker.store.opening import connect_raw


def one_sentence(error: pytest.ExceptionInfo[TrackerError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_a_missing_file_tells_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as error:
        Store.open(tmp_path / "none.db")
    assert "tracker init" in one_sentence(error)
    with pytest.raises(NotFound):
        Store.open(tmp_path / "none.db", create=True, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_create_makes_the_folder_too_and_opening_again_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "100% ?#.db"
    with Store.open(path, create=True) as store:
        store.add_article(STORY, NOW)
    with Store.open(path, create=True) as store:
        assert [article.url for article in store.articles()] == [STORY]


def test_a_folder_a_text_and_another_database_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("This is no database at all. " * 100)
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE things (thing TEXT)")
    for path in (tmp_path, text, other, Path("/dev/null")):
        for create in (False, True):
            for read_only in (False, True):
                with pytest.raises(NotOurDatabase) as error:
                    Store.open(path, create=create, read_only=read_only)
                assert str(path) in one_sentence(error)
                assert error.value.exit_status == 2
    assert text.read_text().startswith("This is no database")


def test_an_empty_file_is_filled_by_create_only(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(NotOurDatabase, match="tracker init"):
        Store.open(path)
    Store.open(path, create=True).close()
    Store.open(path).close()


def test_a_folder_in_the_way_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as error:
        Store.open(tmp_path / "file" / "tracker.db", create=True)
    one_sentence(error)


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    for change in (
        "PRAGMA user_version = 99",
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('tracker', '0099_future', 'then')",
    ):
        path = tmp_path / f"{len(change)}.db"
        small_database(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(change)
        for read_only in (False, True):
            with pytest.raises(NewerDatabase) as error:
                Store.open(path, read_only=read_only)
            assert "later version" in one_sentence(error)


def schema_of(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def old_file(path: Path) -> None:
    """A database as the first step of the schema left it."""
    first = Migrations("tracker")
    step = MIGRATIONS.pending(Database(memory=True))[0]
    first(name=step.name)(step.fn)
    with closing(connect_raw(path, "rwc")) as connection:
        migrate(connection, first)


def test_an_old_file_upgraded_equals_a_fresh_one(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old.db", tmp_path / "fresh.db"
    old_file(old)
    Store.open(fresh, create=True).close()
    assert schema_of(old) != schema_of(fresh)
    with pytest.raises(StoreError, match="earlier version"):
        Store.open(old, read_only=True)
    Store.open(old).close()
    assert schema_of(old) == schema_of(fresh)
    with Store.open(old) as store:
        History(store).show("Text.")
        assert list(store.verify()) == []


def test_a_failing_migration_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    small_database(path)
    before = schema_of(path), path.read_bytes()
    failing = Migrations("tracker")
    for step in MIGRATIONS.pending(Database(memory=True)):
        failing(name=step.name)(step.fn)

    @failing(name="0998_good")
    def good(database: Database) -> None:
        database.execute("CREATE TABLE extra (extra_id INTEGER PRIMARY KEY) STRICT")

    @failing(name="0999_bad")
    def bad(database: Database) -> None:
        database.execute("DELETE FROM changes")
        database.execute("CREATE TABLE nonsense")

    with closing(connect_raw(path, "rw")) as connection, pytest.raises(sqlite3.OperationalError):
        migrate(connection, failing)
    assert schema_of(path) == before[0]
    with Store.open(path) as store:
        assert list(store.verify()) == []
        assert len(list(store.changes())) == 2


NOBODY = 65534


def as_nobody(work: Callable[[], str]) -> str:
    """What `work` returns in a child process that has no rights: nothing is read-only to root."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            os.write(writing, work().encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading, encoding="utf-8") as answer:  # noqa: PTH123 - a descriptor, not a path
        text = answer.read()
    assert os.waitpid(child, 0)[1] == 0
    return text


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-"))
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_read_only_file_is_read_and_not_written(open_folder: Path, folder_mode: int) -> None:
    path = open_folder / "tracker.db"
    small_database(path)
    path.chmod(0o444)
    open_folder.chmod(folder_mode)

    def read() -> str:
        with Store.open(path, read_only=True) as store:
            return f"{len(list(store.changes()))} {store.resolve('story').revision_count}"

    def write() -> str:
        try:
            with Store.open(path) as store:
                store.add_article("https://www.example.com/new", NOW)
        except StoreError as error:
            return str(error)
        return "written"

    assert as_nobody(read) == "2 3"
    assert "cannot be written to" in as_nobody(write)


def test_a_database_with_a_damaged_head_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "damaged.db"
    small_database(path)
    content = bytearray(path.read_bytes())
    content[100:200] = b"\xff" * 100  # the root page of the schema
    path.write_bytes(content)
    with pytest.raises(StoreError) as error:
        Store.open(path)
    assert "damaged" in one_sentence(error)


def test_backup_is_a_database_of_its_own_and_never_overwrites(tmp_path: Path) -> None:
    path, copy = tmp_path / "tracker.db", tmp_path / "copy.db"
    small_database(path)
    with Store.open(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM articles").fetchone()
            store.backup(copy)
        with pytest.raises(UsageError, match="exists already"):
            store.backup(copy)
        with pytest.raises(UsageError) as error:
            store.backup(tmp_path / "no folder" / "copy.db")
        one_sentence(error)
    path.unlink()
    with Store.open(copy) as restored:
        assert list(restored.verify()) == []
        assert len(list(restored.changes())) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.db"]


def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    small_database(path)
    with Store.open(path) as store:
        pages = store._connection.value("PRAGMA page_count")
        store._connection.value(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to be full
        story = History(store, "https://www.example.com/third")
        with pytest.raises(StoreError) as error:
            story.show("Long text. " * 50_000)
        assert "full" in one_sentence(error)
        assert list(store.verify()) == []
        assert store.resolve("third").revision_count == 0
