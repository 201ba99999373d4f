"""Fixtures that every area uses."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tracker.demo.hour import open_site, watch
from tracker.model import Recorded, Verdict
from tracker.wiring import World

# No test measures time: a busy machine is no fault of the code.
settings.register_profile("untimed", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("untimed")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real pages, revisions and edits that lies beside a development checkout."""
    if SHARED_DATA.is_dir():
        return SHARED_DATA
    reason = "the folder of real pages and revisions (../shared/data) does not lie beside this checkout"
    if os.environ.get("TRACKER_TESTS_NEED_DATA"):
        pytest.fail(reason)
    pytest.skip(reason)


_DEMO_SECONDS = 8.0  # for the hour: the site waits for its visitor, so a slow machine misses nothing


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's database, made once however many processes run the tests. For reading: who writes makes a copy."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "demo"
    folder.mkdir(exist_ok=True)
    database = folder / "tracker.db"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            _live_through_the_hour(folder / "unfinished.db")
            (folder / "unfinished.db").rename(database)
    return database


def _live_through_the_hour(database: Path) -> None:
    def witness(_verdict: Verdict, _recorded: Recorded) -> None:
        """Nobody watches."""

    with open_site(World(), _DEMO_SECONDS) as (site, fast):
        assert watch(site, database, fast, witness)
