"""Other programs open the file while it is being written to: they answer the cookbook's queries, and nobody waits so
long that a database is "locked"."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas  # type: ignore[import-untyped]  # it has none
import pytest
from docs_kit import RECIPES, ROOT, Demo
from sqlite_utils import Database

from tracker.model import Fetch, Outcome, Sighting, State, Verdict
from tracker.store import Store
from tracker.store.cookbook import Recipe

PROGRAMS = Path(sys.executable).parent


@dataclass
class Writer:
    """Records looks, one transaction each, until it is told to stop."""

    database: Path
    stop: threading.Event = field(default_factory=threading.Event)
    has_begun: threading.Event = field(default_factory=threading.Event)
    written: int = 0
    problem: Exception | None = None

    def run(self) -> None:
        try:
            self._write()
        except Exception as error:  # noqa: BLE001 - told in the thread of the test
            self.problem = error
        finally:
            self.has_begun.set()

    def _write(self) -> None:
        with Store.open(self.database) as store:
            orders = [order for batch in store.orders_for(range(1, 13)) for order in batch.orders]
            moment = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
            while not self.stop.is_set():
                order = orders[self.written % len(orders)]
                moment += timedelta(seconds=1)
                fetch = Fetch(order.url, order.url, moment, duration_ms=5, status=304)
                sighting = Sighting(order, fetch, None, None)
                due = moment + timedelta(days=1)
                store.record([Verdict(sighting, Outcome.NOT_MODIFIED, State.LIVE, due, reason="")])
                self.written += 1
                self.has_begun.set()


@dataclass(frozen=True)
class Busy:
    """A database that somebody writes to."""

    database: Path
    blanks: dict[str, str]
    writer: Writer


@pytest.fixture
def busy(demo: Demo, tmp_path: Path) -> Iterator[Busy]:
    database = tmp_path / "tracker.db"
    with closing(sqlite3.connect(demo.database)) as source, closing(sqlite3.connect(database)) as copy:
        source.backup(copy)
    writer = Writer(database)
    thread = threading.Thread(target=writer.run)
    thread.start()
    try:
        assert writer.has_begun.wait(60)
        before = writer.written
        yield Busy(database, dict(demo.blanks), writer)
        after = writer.written
    finally:
        writer.stop.set()
        thread.join()
    assert writer.problem is None
    assert after > before > 0


def blanks(recipe: Recipe, busy: Busy) -> dict[str, str]:
    return {name: busy.blanks[name] for name in recipe.parameters}


def assert_answered(answers: dict[str, int]) -> None:
    """`answers`: rows by recipe."""
    assert answers.keys() == {recipe.name for recipe in RECIPES}
    unlike = [recipe.name for recipe in RECIPES if bool(answers[recipe.name]) == recipe.is_empty_in_the_demo]
    assert unlike == []


def test_sqlite_utils_answers(busy: Busy) -> None:
    with closing(sqlite3.connect(busy.database)) as connection:
        database = Database(connection)
        assert {"changes_detail", "silent_edits"} <= set(database.view_names())
        assert_answered({each.name: len(list(database.query(each.sql, blanks(each, busy)))) for each in RECIPES})


def test_the_command_of_sqlite_utils_answers(busy: Busy) -> None:
    sql = "SELECT kind FROM changes_detail WHERE url = :url AND field = 'headline'"
    command = [str(PROGRAMS / "sqlite-utils"), "query", str(busy.database), sql, "-p", "url", busy.blanks["url"]]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [{"kind": "number"}, {"kind": "number"}]


def test_pandas_answers(busy: Busy) -> None:
    with closing(sqlite3.connect(f"file:{busy.database}?mode=ro", uri=True)) as connection:
        frames = {each.name: pandas.read_sql(each.sql, connection, params=blanks(each, busy)) for each in RECIPES}
    assert_answered({name: len(frame) for name, frame in frames.items()})


# -- Datasette ---------------------------------------------------------------------------------------------------------


def test_datasette_offers_the_queries_and_answers(busy: Busy) -> None:
    with served(busy.database) as address:
        answers = {each.name: len(asked(f"{address}/tracker/{each.name}.json", blanks(each, busy))) for each in RECIPES}
        assert_answered(answers)
        page = read(f"{address}/tracker/absences")
        assert "seconds from began_at to ended_at" in page
        assert "_chain_heads" not in read(f"{address}/tracker")


@contextmanager
def served(database: Path) -> Iterator[str]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    metadata = str(ROOT / "docs" / "datasette-metadata.json")
    command = [str(PROGRAMS / "datasette"), "serve", str(database), "--metadata", metadata, "--port", str(port)]
    command += ["--setting", "sql_time_limit_ms", "60000"]  # how busy the machine is does not count here
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            await_answer(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def await_answer(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, "Datasette ended"
        with closing(socket.socket()) as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("Datasette did not come up")


def asked(address: str, values: dict[str, str]) -> list[object]:
    query = urllib.parse.urlencode({**values, "_shape": "array"})
    rows: list[object] = json.loads(read(f"{address}?{query}"))
    return rows


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as response:
        text: str = response.read().decode()
        return text


# -- DuckDB ------------------------------------------------------------------------------------------------------------

# In a process of its own: it brings another SQLite with it, and two in one process would undo each other's locks.
_IN_DUCKDB = """
import json, sys
from importlib.resources import files
import duckdb
database, queries, views = json.load(sys.stdin)
connection = duckdb.connect()
(extension,) = files("duckdb_extension_sqlite_scanner").joinpath("extensions", f"v{duckdb.__version__}").iterdir()
connection.execute(f"LOAD '{extension}'")
connection.execute(f"ATTACH '{database}' AS tracker (TYPE sqlite, READ_ONLY)")
def count(sql, *values):
    return len(connection.execute(sql, values).fetchall())
def asked(sql):
    quoted = sql.replace("'", "''")
    return count(f"SELECT * FROM sqlite_query('tracker', '{quoted}')")
kinds = dict(connection.execute("SELECT kind, count(*) FROM tracker.changes GROUP BY kind").fetchall())
read = {view: count(f"SELECT * FROM sqlite_scan('{database}', '{view}')") for view in views}
json.dump([{name: asked(sql) for name, sql in queries.items()}, read, kinds], sys.stdout)
"""


def filled_in(recipe: Recipe, busy: Busy) -> str:
    sql = recipe.sql
    for name, value in blanks(recipe, busy).items():
        sql = sql.replace(f":{name}", f"'{value}'")
    return sql


def test_duckdb_answers(busy: Busy) -> None:
    queries = {recipe.name: filled_in(recipe, busy) for recipe in RECIPES}
    views = ["changes_detail", "silent_edits", "headline_history", "corrections", "absences", "activity"]
    done = subprocess.run(
        [sys.executable, "-c", _IN_DUCKDB],
        input=json.dumps([str(busy.database), queries, views]),
        check=True,
        capture_output=True,
        text=True,
    )
    answers, read_views, kinds = json.loads(done.stdout)
    assert_answered(answers)
    assert all(read_views.values())
    assert kinds["number"] == 6
