"""Joining loses no file of anybody's: what lies beside the target, what a kill left, what another process is at; and
what goes wrong is told of the file that it is wrong with."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from chain_kit import asked, tamper
from store_kit import NOW, History

from tracker.errors import DatabaseBusy, NewerDatabase, NotOurDatabase, StoreError, TrackerError, UsageError
from tracker.store import Store
from tracker.store.codebook import fill_codebook
from tracker.store.joining import join

NOBODY = 65_534
PAGE_BYTES = 4_096


def small(path: Path, *, paragraphs: int = 1) -> Path:
    with Store.open(path, create=True) as store:
        story = History(store, f"https://{path.stem}.example/story", NOW)
        for number in range(paragraphs):
            story.show(f"Report {number} of {path.stem}. {'The sea was rough. ' * 40}", "The same everywhere.")
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return small(tmp_path / "a.db"), small(tmp_path / "b.db")


def everything(folder: Path) -> dict[str, str]:
    """By what is in it. What SQLite puts beside a file that is read is no content."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_what_bears_the_name_of_the_working_folder_is_not_touched(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    target, in_the_way = tmp_path / "joined.db", tmp_path / "joined.db.partial"
    in_the_way.write_text("mine")
    with pytest.raises(UsageError, match=r"joined\.db\.partial is in the way"):
        join(target, pair)
    assert in_the_way.read_text() == "mine"
    in_the_way.unlink()
    in_the_way.mkdir()
    (in_the_way / "letter").write_text("mine")
    with pytest.raises(UsageError, match="in the way"):
        join(target, pair)
    assert (in_the_way / "letter").read_text() == "mine"
    (in_the_way / "letter").unlink()
    in_the_way.rmdir()
    in_the_way.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="in the way"):
        join(target, pair)
    assert not target.exists()


def test_a_source_of_that_name_is_not_lost(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    named_so = pair[1].rename(tmp_path / "joined.db.partial")
    before = everything(tmp_path)
    with pytest.raises(UsageError, match="in the way"):
        join(tmp_path / "joined.db", [pair[0], named_so])
    assert everything(tmp_path) == before


def left_by_a_kill(target: Path) -> Path:
    folder = target.with_name(f"{target.name}.partial")
    folder.mkdir()
    for name in ("growing.lock", "new.db", "new.db-journal", "older-1.db", "older-1.db-wal"):
        (folder / name).write_text("left behind")
    return folder


def test_what_a_kill_left_is_cleared_away_but_never_taken_for_a_file(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    target = tmp_path / "joined.db"
    folder = left_by_a_kill(target)
    with pytest.raises(UsageError, match="cut short"):
        join(target, [pair[0], folder / "joined.db"])
    assert join(target, pair).articles == 2
    assert not folder.exists()
    folder.mkdir()  # killed before it had its lock
    target.unlink()
    assert join(target, pair).articles == 2
    assert not folder.exists()


def test_two_at_once_do_not_meet(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    target = tmp_path / "joined.db"
    folder = left_by_a_kill(target)
    before = everything(tmp_path)
    with (folder / "growing.lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(DatabaseBusy, match="Another process is making"):
            join(target, pair)
    assert everything(tmp_path) == before


def test_a_target_that_somebody_makes_meanwhile_is_not_overwritten(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    target = tmp_path / "joined.db"

    def meanwhile(_done: int, _total: int) -> None:
        target.write_text("mine")

    with pytest.raises(UsageError, match="exists already"):
        join(target, pair, meanwhile)
    assert target.read_text() == "mine"
    assert not list(tmp_path.glob("*.partial"))


def test_a_link_that_leads_nowhere_is_a_target_that_exists(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    (tmp_path / "joined.db").symlink_to(tmp_path / "later.db")
    with pytest.raises(UsageError, match="exists already"):
        join(tmp_path / "joined.db", pair)
    assert (tmp_path / "joined.db").is_symlink()


# -- whose fault it is -------------------------------------------------------------------------------------------------


def damage(path: Path, table: str) -> None:
    """The pages of one table are overwritten; the head and the schema stay."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = [page for (page,) in raw.execute("SELECT pageno FROM dbstat WHERE name = ?", (table,))]
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * PAGE_BYTES)
            file.write(b"\xee" * PAGE_BYTES)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("table", ["changes", "paragraphs", "checks"])
def test_damage_is_told_of_the_file_that_has_it(
    tmp_path: Path, pair: tuple[Path, Path], place: int, table: str
) -> None:
    damage(pair[place], table)
    name = pair[place].name.replace(".", r"\.")
    with pytest.raises(StoreError, match=rf"^The database [^ ]*/{name} is damaged"):
        join(tmp_path / "joined.db", pair)
    assert not list(tmp_path.glob("joined*"))


def test_a_row_that_no_program_of_ours_writes_is_told_of_its_file(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    tamper(pair[1], "UPDATE _article_states SET promise = 99")
    with pytest.raises(StoreError, match=r"/b\.db is not as this program writes it .*promise"):
        join(tmp_path / "joined.db", pair)
    assert not list(tmp_path.glob("joined*"))


def test_a_text_that_is_none_is_told_of_its_file(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    tamper(pair[1], "INSERT INTO left_out_lines VALUES (1, CAST(x'ff41' AS TEXT), 'why', 'x', 'x')")
    with pytest.raises(StoreError, match=r"/b\.db is damaged"):
        join(tmp_path / "joined.db", pair)


def test_of_several_files_the_one_of_a_later_version_is_named(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    with closing(sqlite3.connect(pair[1])) as raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerDatabase, match=r"b\.db: .*install that version"):
        join(tmp_path / "joined.db", pair)


@pytest.mark.parametrize("share", [0.1, 0.9, 1.1])
def test_a_disk_that_fills_up_is_told_of_the_new_file(tmp_path: Path, share: float) -> None:
    paths = [small(tmp_path / f"{name}.db", paragraphs=60) for name in "abc"]
    before = everything(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(paths[0].stat().st_size * share), hard))
    try:
        with pytest.raises(StoreError, match=r"^The database [^ ]*/joined\.db could not"):
            join(tmp_path / "joined.db", paths)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert everything(tmp_path) == before


def as_nobody(work: Callable[[], object]) -> str:
    """What comes of it in a child process without rights: nothing is read-only to root."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            try:
                told = f"done: {work()}"
            except TrackerError as error:
                told = str(error)
            os.write(writing, told.encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as answer:  # noqa: PTH123 - a descriptor, not a path
        text = answer.read()
    os.waitpid(child, 0)
    return text


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may reach, unlike pytest's own."""
    with TemporaryDirectory(prefix="tracker-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_daemon_is_seen_also_by_who_may_only_read_its_files(open_folder: Path) -> None:
    paths = [small(open_folder / "a.db"), small(open_folder / "b.db")]
    lock = open_folder / "b.db.lock"
    lock.write_text("process 1")
    for path in (*paths, lock):
        path.chmod(0o444)
    (open_folder / "out").mkdir()
    (open_folder / "out").chmod(0o777)
    before = everything(open_folder)
    with lock.open() as daemon:
        fcntl.flock(daemon, fcntl.LOCK_EX)
        told = as_nobody(lambda: join(open_folder / "out" / "joined.db", paths))
        assert re.search(r"running on .*b\.db; stop it first", told)
    assert everything(open_folder) == before
    assert "articles=2" in as_nobody(lambda: join(open_folder / "out" / "joined.db", paths))


# -- what the file tells of itself -------------------------------------------------------------------------------------


def test_the_codebook_tells_of_where_articles_came_from_and_stays_right(
    tmp_path: Path, pair: tuple[Path, Path]
) -> None:
    target = tmp_path / "joined.db"
    join(target, pair)
    told = "SELECT column_name, meaning FROM columns_help WHERE table_name = 'joined_articles' ORDER BY 1"
    before = asked(target, told)
    assert len(before) == 6
    assert all(meaning for _, meaning in before)
    with closing(sqlite3.connect(target)) as raw, raw:
        raw.execute("CREATE TABLE my_notes (note TEXT)")  # of the user's own
        fill_codebook(raw)  # as a later version does when it brings the file up to date
    assert asked(target, told) == before
    with Store.open(target, read_only=True) as store:
        assert list(store.verify()) == []
    join(tmp_path / "more.db", [target, small(tmp_path / "c.db")])
    assert asked(tmp_path / "more.db", told) == before
    with Store.open(tmp_path / "more.db", read_only=True) as store:
        assert list(store.verify()) == []


def test_a_folder_is_no_source(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    for name in (Path(), tmp_path):
        with pytest.raises(NotOurDatabase, match="is a folder"):
            join(tmp_path / "joined.db", [pair[0], name])
