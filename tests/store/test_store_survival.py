from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from store_kit import NOW, History, small_database

from tracker.errors import DatabaseBusy, StoreError
from tracker.store import Store, hold

HERE = Path(__file__).resolve().parent

RECORDING = """
import sys
from pathlib import Path
from store_kit import History, compared
from tracker.model import Extract, LeftOut, Outcome
from tracker.store import Store
def edit_read_by_a_newer_extractor(story, text):
    reread = Extract(headline="Read anew", paragraphs=story.latest.paragraphs)
    story.latest = Extract(headline="Read anew", paragraphs=(text, "A paragraph that stays."))
    told = dict(new_revision=story.latest, reread=reread, comparison=compared(reread, story.latest))
    story.look(Outcome.CHANGED, left_out=(LeftOut(text, "noise"),), **told)
with Store.open(Path(sys.argv[1])) as store:
    story = History(store)
    story.show("Start.")
    for number in range(1_000_000):
        story.show(f"Wording {number} of {sys.argv[2]}.", "A paragraph that stays.", body=b"page" * 5_000)
        edit_read_by_a_newer_extractor(story, f"Other wording {number} of {sys.argv[2]}.")
        if number == 1:
            print("recording", flush=True)
"""

HOLDING = """
import os
import sys
import time
from pathlib import Path
from tracker.store import hold
with hold(Path(sys.argv[1])):
    if os.fork() == 0:
        print("a worker runs that will outlive its parent", flush=True)
        time.sleep(60)
        os._exit(0)
    time.sleep(60)
"""


@contextmanager
def running(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of ours with a process group of its own, past its first line of output."""
    environment = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parents[1]}"}
    command = [sys.executable, "-c", program, *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline()
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()


def test_killed_at_any_moment_it_leaves_a_database_that_verify_accepts(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    Store.open(path, create=True).close()
    moments = random.Random(7)
    looks = 0
    for attempt in range(20):
        with running(RECORDING, str(path), str(attempt)) as process:
            time.sleep(moments.uniform(0, 0.05))  # the moment of the kill, not a wait for something
            process.kill()
            process.wait()
        with Store.open(path) as store:
            recorded = len(list(store.checks(1)))
            assert recorded > looks
            looks = recorded
    with Store.open(path) as store:
        assert list(store.verify()) == []
        History(store).show("It goes on.")


def test_readers_are_never_locked_out_by_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    small_database(path)
    with (
        running(RECORDING, str(path), "w") as process,
        Store.open(path, read_only=True) as reader,
        closing(sqlite3.connect(path, timeout=0)) as plain,
    ):
        seen = [len(list(reader.changes(article_id=1)))]
        while seen[-1] < seen[0] + 30:  # the writer writes on all the while
            assert process.poll() is None
            seen.append(len(list(reader.changes(article_id=1))))
            plain.execute("SELECT count(*) FROM checks_daily").fetchone()
    assert seen == sorted(seen)


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    Store.open(path, create=True).close()
    failures: list[BaseException] = []

    def write(number: int) -> None:
        try:
            with Store.open(path) as store:
                story = History(store, f"https://www.example.com/{number}")
                for revision in range(30):
                    story.show(f"{revision}")
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open(path) as store:
        assert [article.revision_count for article in store.articles()] == [30] * 4
        assert list(store.verify()) == []


def test_many_may_make_the_same_new_database_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    failures: list[BaseException] = []
    start = threading.Barrier(6)

    def make() -> None:
        start.wait()
        try:
            Store.open(path, create=True).close()
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_second_holder_is_told_who_and_since_when(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with hold(path, clock=lambda: NOW):
        with pytest.raises(DatabaseBusy) as error, hold(path):
            pass
        assert f"process {os.getpid()}, since 2026-11-23T01:02:03Z" in str(error.value)
    with hold(path):
        pass


def test_a_killed_holder_lets_go_even_if_its_workers_live_on(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with running(HOLDING, str(path)) as process:
        with pytest.raises(DatabaseBusy, match=f"process {process.pid},"), hold(path):
            pass
        process.kill()
        process.wait()
        with hold(path):
            pass


def test_a_lock_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"), hold(tmp_path / "no folder" / "tracker.db"):
        pass


def test_a_lock_held_for_too_long_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    small_database(path)
    with Store.open(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        store._connection.value("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            store.add_article("https://www.example.com/new", NOW)
        assert len(list(store.articles())) == 2
        other.execute("ROLLBACK")
        store.add_article("https://www.example.com/new", NOW)
