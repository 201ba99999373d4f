"""Damage of every kind is found, told in one sentence, and mended with a backup."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from store_kit import History, small_database

from tracker.errors import StoreError, UsageError
from tracker.store import Store
from tracker.store.foreign_out import foreign_database

HERE = Path(__file__).resolve().parent
PAGE = 4096

UPGRADE = """
import resource
import sys
from pathlib import Path
from tracker.errors import TrackerError
from tracker.store import Store
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    Store.open(Path(sys.argv[1])).close()
except TrackerError as error:
    print(error)
else:
    print("upgraded")
"""


def run(program: str, *arguments: str | Path | int) -> str:
    """What it prints, in a process of its own; no traceback."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def old_file(path: Path, number: int = 8) -> None:
    path.write_bytes(gzip.decompress((HERE / "files" / f"schema_{number}.db.gz").read_bytes()))


def content(path: Path) -> str:
    """A digest of all that is in the plain tables, and of the schema."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        ).fetchall()
        digest.update(repr(connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()).encode())
        for (name,) in names:
            digest.update(repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()).encode())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's hour, in one file without a log."""
    path = tmp_path_factory.mktemp("whole") / "tracker.db"
    old_file(path)
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


def told(path: Path, *, read_only: bool = False) -> list[str]:
    """What opening and verifying say, a sentence each."""
    try:
        with Store.open(path, read_only=read_only) as store:
            return [str(fault) for fault in store.verify()]
    except StoreError as error:
        return [named(str(error), path)]


def named(sentence: str, path: Path) -> str:
    assert "\n" not in sentence
    assert str(path) in sentence
    return sentence


# -- backups -----------------------------------------------------------------------------------------------------------


def test_copies_made_while_somebody_records_are_whole_and_of_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    small_database(path)
    is_over, failures, looks = threading.Event(), list[BaseException](), 0

    def record() -> None:
        nonlocal looks
        try:
            with Store.open(path) as store:
                story = History(store)
                while not is_over.is_set():
                    story.show(f"Wording {looks}.", "A paragraph that stays.", body=os.urandom(20_000))
                    looks += 1
        except BaseException as error:
            failures.append(error)
            raise

    writer = threading.Thread(target=record)
    writer.start()
    counts = []
    try:
        with Store.open(path, read_only=True) as store:
            for number in range(8):
                before = looks
                store.backup(tmp_path / f"{number}.db")
                with Store.open(tmp_path / f"{number}.db", read_only=True) as copy:
                    counts.append(copy.resolve("story").revision_count)
                    assert counts[-1] >= before + 3
    finally:
        is_over.set()
        writer.join()
    assert failures == []
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    for number in range(8):
        assert told(tmp_path / f"{number}.db") == []
    assert not list(tmp_path.glob("*.partial*"))


def test_a_copy_that_does_not_fit_leaves_nothing(tmp_path: Path, whole: Path) -> None:
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom tracker.errors import TrackerError\n"
        "from tracker.store import Store\n"
        "with Store.open(Path(sys.argv[1]), read_only=True) as store:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "    try:\n        store.backup(Path(sys.argv[2]))\n    except TrackerError as error:\n        print(error)\n"
    )
    sentence = run(program, whole, tmp_path / "copy.db")
    assert "copy.db" in sentence
    assert "disk" in sentence
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_copy_left_is_no_part_of_the_next(tmp_path: Path, whole: Path) -> None:
    folder = tmp_path / "copy.db.partial"
    folder.mkdir()
    for name in ("growing.lock", "new.db", "new.db-wal", "new.db-shm", "new.db-journal"):
        (folder / name).write_bytes(b"left behind " * 1000)
    with Store.open(whole, read_only=True) as store:
        store.backup(tmp_path / "copy.db")
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    assert told(tmp_path / "copy.db") == []


def test_a_file_of_somebody_elses_is_left_alone(tmp_path: Path, whole: Path) -> None:
    (tmp_path / "copy.db.partial").write_text("mine")
    with Store.open(whole, read_only=True) as store:
        with pytest.raises(UsageError, match=r"copy\.db\.partial is in the way"):
            store.backup(tmp_path / "copy.db")
        with pytest.raises(UsageError, match="There is no folder"):
            store.backup(tmp_path / "copy.db.partial" / "x.db")
    with pytest.raises(UsageError, match="is in the way"), foreign_database(tmp_path / "copy.db", ()):
        pass
    assert (tmp_path / "copy.db.partial").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db.partial"]


def test_no_copy_is_made_of_a_damaged_file(tmp_path: Path, whole: Path) -> None:
    path = damaged(whole, tmp_path / "damaged.db", pages=[page for page in tree_pages(whole) if page > 20][:3])
    with Store.open(path, read_only=True) as store, pytest.raises(StoreError) as error:
        store.backup(tmp_path / "copy.db")
    assert "damaged.db is damaged" in str(error.value)
    assert "no copy was made" in str(error.value)
    assert "\n" not in str(error.value)
    assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == []


# -- damage ------------------------------------------------------------------------------------------------------------


def tree_pages(path: Path) -> list[int]:
    """Pages of the file, from 0, that hold rows of the tables: all but the first, which tells what the file is."""
    return list(range(1, path.stat().st_size // PAGE))


def damaged(whole: Path, target: Path, pages: list[int], seed: int = 1) -> Path:
    """A copy in which these pages hold noise."""
    noise = random.Random(seed)
    data = bytearray(whole.read_bytes())
    for page in pages:
        data[page * PAGE : (page + 1) * PAGE] = noise.randbytes(PAGE)
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("seed", range(20))
def test_a_page_of_noise_is_found_wherever_it_is(tmp_path: Path, whole: Path, seed: int) -> None:
    page = random.Random(seed).choice(tree_pages(whole))
    path = damaged(whole, tmp_path / "damaged.db", [page], seed)
    assert told(path)
    assert told(path, read_only=True)


def test_a_few_bytes_are_found_wherever_they_change_what_was_recorded(tmp_path: Path, whole: Path) -> None:
    """Bytes between the rows belong to nobody: there nothing is wrong, and nothing is told."""
    facts = ("articles", "checks", "captures", "revisions", "paragraphs", "revision_paragraphs", "diffs", "changes")
    places, data = random.Random(11), whole.read_bytes()
    path = tmp_path / "damaged.db"
    found = 0
    for _ in range(60):
        at = places.randrange(PAGE, len(data) - 8)
        path.write_bytes(data[:at] + places.randbytes(8) + data[at + 8 :])
        faults = told(path, read_only=True)
        found += bool(faults)
        if not faults:
            assert rows(path, facts) == rows(whole, facts), at
    assert found > 10


def rows(path: Path, tables: tuple[str, ...]) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.3, 0.7, 0.999])
def test_a_file_that_is_cut_short_is_refused_and_left_as_it_is(tmp_path: Path, whole: Path, share: float) -> None:
    data = whole.read_bytes()
    cut = data[: int(len(data) * share)]
    path = tmp_path / "cut.db"
    path.write_bytes(cut)
    for read_only in (True, False):
        (sentence,) = told(path, read_only=read_only)
        assert any(word in sentence for word in ("is cut short", "is empty", "nor any SQLite database"))
    assert path.read_bytes() == cut


def test_an_altered_schema_is_told(tmp_path: Path, whole: Path) -> None:
    path = tmp_path / "altered.db"
    shutil.copy(whole, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP VIEW checks_daily")
        connection.execute("DROP TRIGGER checks_are_facts") if is_there(connection, "checks_are_facts") else None
        connection.execute("UPDATE outcomes SET meaning = 'something else' WHERE outcome = 'gone'")
        connection.execute("CREATE INDEX my_own ON checks (duration_ms)")
        connection.commit()
    faults = told(path)
    assert "database: its view checks_daily is missing" in faults
    assert "outcomes: its rows are not those that this program writes" in faults
    assert not any("my_own" in fault for fault in faults)


def is_there(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None


def test_a_copy_without_its_log_is_of_an_earlier_moment(tmp_path: Path) -> None:
    """As `cp` makes it: what was recorded last is not in it, and what is in it is whole."""
    path, copy = tmp_path / "tracker.db", tmp_path / "copy.db"
    small_database(path)
    with Store.open(path) as store:
        store._connection.value("PRAGMA wal_checkpoint(TRUNCATE)")
        story = History(store)
        for number in range(20):
            story.show(f"Wording {number}.")
        assert path.with_name("tracker.db-wal").stat().st_size > 0
        shutil.copy(path, copy)
        assert told(copy) == []
        with Store.open(copy) as cut, Store.open(path, read_only=True) as live:
            assert cut.resolve("story").revision_count == 3
            assert live.resolve("story").revision_count == 23


@pytest.fixture
def broken(tmp_path: Path, whole: Path) -> tuple[Path, Path]:
    """A folder as a daemon leaves it when its file is damaged, and a copy made before."""
    copy = tmp_path / "copy.db"
    with Store.open(whole, read_only=True) as store:
        store.backup(copy)
    folder = tmp_path / "db"
    folder.mkdir()
    path = damaged(whole, folder / "tracker.db", tree_pages(whole)[30:60])
    path.with_name("tracker.db-wal").write_bytes(b"what belongs to the file before")
    return path, copy


def test_restored_as_the_guide_says_it_is_whole_again(broken: tuple[Path, Path], whole: Path) -> None:
    path, copy = broken
    assert told(path)
    away = path.parent.parent / "damaged"
    away.mkdir()
    for file in list(path.parent.glob("tracker.db*")):
        file.rename(away / file.name)
    shutil.copy(copy, path)
    assert told(path) == []
    assert rows(path, ("articles", "checks", "revisions", "changes")) == rows(
        whole, ("articles", "checks", "revisions", "changes")
    )
    with Store.open(path) as store:
        History(store, "https://www.example.com/new").show("It goes on.")
        assert list(store.verify()) == []


# -- a full disk under an upgrade --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [2, 8])
def test_an_upgrade_that_finds_the_disk_full_leaves_the_file_as_it_was(tmp_path: Path, number: int) -> None:
    path = tmp_path / "tracker.db"
    old_file(path, number)
    before = content(path)
    for most_bytes in (1, 60_000, 120_000, 240_000):  # that any one file may have, the log among them
        sentence = run(UPGRADE, path, most_bytes)
        assert str(path) in sentence
        assert "disk" in sentence
        assert "\n" not in sentence
        assert content(path) == before
    assert run(UPGRADE, path, 0) == "upgraded"
    assert told(path) == []
    assert content(path) != before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of one megabyte; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_an_upgrade_on_a_disk_that_is_too_small(small_disk: Path) -> None:
    path = small_disk / "tracker.db"
    old_file(path)
    before = content(path)
    filler = small_disk / "filler"
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize
    filler.write_bytes(bytes(free - 40 * PAGE))
    assert "because the disk is full" in run(UPGRADE, path, 0)
    assert content(path) == before
    filler.unlink()
    larger = Path(shutil.copy(path, small_disk.parent / "tracker.db"))
    assert run(UPGRADE, larger, 0) == "upgraded"
    assert told(larger) == []
