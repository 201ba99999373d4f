"""The daemon and trouble of the world: told once, no flood of looks, nothing recorded that was not seen, and well again
by itself."""

from __future__ import annotations

import itertools
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from whole_kit import Answer, Home, LoopbackSite, article, faults_of, wait_for_log, wait_until

from tracker.clock import seconds_since_boot
from tracker.config import load
from tracker.daemon import run, witness_in_log
from tracker.daemon.network import Place
from tracker.daemon.trouble import Hindrance, PatientJob, Topic, Troubles
from tracker.errors import StoreError
from tracker.store import Store
from tracker.wiring import World


def failing(until: int, attempts: list[int]) -> Callable[[], None]:
    """A job that fails at its first `until` attempts."""

    def job() -> None:
        attempts.append(1)
        if len(attempts) <= until:
            raise StoreError("The disk is full.")

    return job


def test_an_hour_of_trouble_costs_few_attempts_and_one_line(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[int] = []
    patient = PatientJob("drain", failing(10_000, attempts), Troubles())
    for _ in range(3_600):
        patient()
    assert 10 <= len(attempts) <= 25
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_after_the_trouble_every_beat_counts_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[int] = []
    patient = PatientJob("drain", failing(3, attempts), Troubles())
    caplog.set_level("INFO", logger="tracker")
    for _ in range(3 + 2 + 4 + 8 + 100):
        patient()
    assert len(attempts) == 3 + 100
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_a_bug_is_not_taken_for_trouble() -> None:
    def job() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        PatientJob("drain", job, Troubles())()


def test_the_daemon_outlives_a_full_disk_and_ends_well(home: Home, site: LoopbackSite) -> None:
    gaps = itertools.count(1)

    def edited() -> Answer:
        return article("Breakwater is closed for the winter", next(gaps))

    home.configure(interval_s=1)  # and an edit at every look: whatever the limit, it is reached
    paths = [f"/story-{number}" for number in range(30)]
    site.pages |= dict.fromkeys(paths, edited)
    assert home("add", *map(site.url, paths)).status == 0
    blocks = home.database.stat().st_size // 1024 + 8
    with subprocess.Popen(
        f"ulimit -f {blocks}; exec {sys.executable} -m tracker run",
        shell=True,
        executable="/bin/bash",  # whose limit is in units of 1,024 bytes everywhere
        cwd=home.folder,
        env=home.launcher.environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as daemon:
        assert daemon.stderr is not None
        log = ""
        for line in daemon.stderr:
            log += line
            if "cannot be used" in line:
                daemon.send_signal(signal.SIGTERM)
        assert daemon.wait() == 0
    assert "Traceback" not in log
    assert log.count("cannot be used") == 1
    assert str(home.database) in log
    assert faults_of(home.database) == []
    assert home("check", "--all").status == 0
    assert home("list").out.count("live") == len(paths)


# -- one trouble, several jobs -----------------------------------------------------------------------------------------


def test_what_several_jobs_meet_is_told_once_and_over_when_the_last_succeeds(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="tracker")
    troubles = Troubles()
    full = Hindrance(Topic.DATABASE, "The disk is full.")
    for job in ("drain", "sources", "drain"):
        troubles.begin(job, full)
    troubles.end("sources")
    assert troubles.standing() == (f"{Topic.DATABASE.value}: The disk is full.",)
    troubles.end("drain")
    assert troubles.standing() == ()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_a_hindered_job_is_not_tried() -> None:
    troubles, attempts = Troubles(), [0]
    hindrances: list[Hindrance | None] = [Hindrance(Topic.NETWORK, "gone"), None]

    def job() -> None:
        attempts[0] += 1

    patient = PatientJob("drain", job, troubles, lambda: hindrances.pop(0))
    patient()
    assert attempts == [0]
    assert len(troubles.standing()) == 1
    patient()
    assert attempts == [1]
    assert troubles.standing() == ()


# -- the file under the daemon -----------------------------------------------------------------------------------------


def look_every_second(home: Home) -> None:
    """At each of a few articles, whatever that costs."""
    home.configure(interval_s=1)
    text = (home.folder / "config.toml").read_text()
    home.write("config.toml", text.replace("[schedule]\n", "[schedule]\nrequests_per_day = 10_000_000\n"))


def looks(home: Home) -> int:
    with closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM checks").fetchone()
        return int(count)


def test_a_disk_that_is_full_for_a_while(home: Home, site: LoopbackSite) -> None:
    """A limit on the size of files is what a full disk looks like from here; it is taken back later."""
    gaps = itertools.count(1)
    look_every_second(home)
    site.pages["/story"] = lambda: article("Breakwater is closed for the winter", next(gaps))
    assert home("add", site.url("/story")).status == 0
    daemon = home.start("run")
    wait_for_log(daemon, "event=first_seen")
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))
    wait_for_log(daemon, "cannot be used")
    before = looks(home)
    assert faults_of(home.database) == []
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    wait_for_log(daemon, "can be used again")
    wait_until(lambda: looks(home) > before + 1)
    daemon.send(signal.SIGTERM)
    result = daemon.wait()
    assert result.status == 0
    assert "Traceback" not in result.err
    assert result.err.count("cannot be used") == 1
    assert faults_of(home.database) == []


def test_a_database_that_vanishes_and_comes_back(home: Home, site: LoopbackSite) -> None:
    look_every_second(home)
    site.pages["/story"] = article("Breakwater is closed for the winter")
    assert home("add", site.url("/story")).status == 0
    daemon = home.start("run")
    wait_for_log(daemon, "event=first_seen")
    away = home.database.with_name("away.db")
    home.database.rename(away)
    wait_for_log(daemon, "is gone")
    asked = len(site.asked)
    assert not home.database.exists()
    assert "no database" in home("list").sentence
    away.rename(home.database)
    wait_for_log(daemon, "can be used again")
    with site.is_asked:
        assert site.is_asked.wait_for(lambda: len(site.asked) > asked + 1, timeout=60)
    daemon.send(signal.SIGTERM)
    result = daemon.wait()
    assert result.status == 0
    assert "Traceback" not in result.err
    assert result.err.count("cannot be used") == 1
    assert faults_of(home.database) == []


def test_a_backup_put_in_place_of_the_database(home: Home, site: LoopbackSite) -> None:
    """Nobody should do so while the daemon runs; who does loses nothing of the backup."""
    look_every_second(home)
    site.pages |= {"/story": article("Breakwater is closed for the winter"), "/lamp": article("Lamp is put up")}
    assert home("add", site.url("/story")).status == 0
    daemon = home.start("run")
    wait_for_log(daemon, "event=first_seen")
    assert home("backup", "copy.db").status == 0
    with Store.open(home.folder / "copy.db") as copy:
        copy.add_article(site.url("/lamp"), datetime.now(UTC))
    (home.folder / "copy.db").replace(home.database)
    wait_for_log(daemon, "was replaced by another file")
    wait_for_log(daemon, "can be used again")
    wait_for_log(daemon, "/lamp")
    daemon.send(signal.SIGTERM)
    result = daemon.wait()
    assert result.status == 0
    assert "Traceback" not in result.err
    assert faults_of(home.database) == []


# -- in this process: with a hand on what is outside -------------------------------------------------------------------


class RoadsByHand:
    """A network that a test cuts off."""

    def __init__(self) -> None:
        self.is_cut = False
        self.knocks = 0

    def opens(self, place: Place) -> bool:
        self.knocks += 1
        return not self.is_cut

    def has_route(self, place: Place) -> bool:
        return True


@contextmanager
def daemon_here(home: Home, roads: RoadsByHand | None = None, world: World | None = None) -> Iterator[None]:
    """The daemon, in a thread."""
    world = world or World()
    config = load(home.folder / "config.toml")
    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(run, config, world, witness_in_log, 0.05, roads=roads)
        try:
            yield
        finally:
            world.stop.set()
            ended.result(60)


def test_a_database_locked_by_someone(
    home: Home, site: LoopbackSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="tracker")
    monkeypatch.setattr("tracker.store.opening.BUSY_TIMEOUT_MS", 50)
    look_every_second(home)
    site.pages["/story"] = article("Breakwater is closed for the winter")
    assert home("add", site.url("/story")).status == 0
    with daemon_here(home):
        wait_until(lambda: looks(home) > 0)
        with closing(sqlite3.connect(home.database, isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            wait_until(lambda: "cannot be used" in caplog.text)
            before = looks(home)
        wait_until(lambda: "can be used again" in caplog.text)
        wait_until(lambda: looks(home) > before)
    assert caplog.text.count("cannot be used") == 1
    assert any("locked by another program" in getattr(record, "reason", "") for record in caplog.records)
    assert faults_of(home.database) == []


class HandsOfTheClock:
    """What the machine's clocks say when somebody sets one, and when time passes."""

    def __init__(self) -> None:
        self.off = timedelta()
        self.passed = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed + self.off

    def since_boot(self) -> float:
        return seconds_since_boot() + self.passed.total_seconds()


def test_a_clock_set_back_for_good_stops_nothing(
    home: Home, site: LoopbackSite, caplog: pytest.LogCaptureFixture
) -> None:
    """What was planned an hour ahead by then is looked at as if it had been planned by the new time."""
    caplog.set_level("INFO", logger="tracker")
    hands = HandsOfTheClock()
    look_every_second(home)
    site.pages["/story"] = article("Breakwater is closed for the winter")
    assert home("add", site.url("/story")).status == 0
    with daemon_here(home, world=World(now=hands.now, since_boot=hands.since_boot)):
        wait_until(lambda: looks(home) > 1)
        hands.off = timedelta(hours=-2)
        wait_until(lambda: "clock was set" in caplog.text)
        before = looks(home)
        wait_until(lambda: looks(home) > before + 1)
        hands.passed = timedelta(hours=1, seconds=1)
        wait_until(lambda: "is believed now" in caplog.text)
        before = looks(home)
        wait_until(lambda: looks(home) > before + 2)
    assert faults_of(home.database) == []


def test_a_lost_network_is_held_against_no_article(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="tracker")
    roads = RoadsByHand()
    look_every_second(home)
    with ExitStack() as sites, ExitStack() as running:
        for number in range(3):
            site = sites.enter_context(LoopbackSite({"/story": article(f"Breakwater {number} is closed")}))
            assert home("add", site.url("/story")).status == 0
        running.enter_context(daemon_here(home, roads))
        wait_until(lambda: looks(home) >= 6)
        roads.is_cut = True
        sites.close()
        wait_until(lambda: "the network is gone" in caplog.text)
        failed_before, knocks = failed(home), roads.knocks
        wait_until(lambda: roads.knocks > knocks + 4)
        assert failed(home) == failed_before
        roads.is_cut = False  # it is back, and the sites are gone indeed
        wait_until(lambda: "the network is back" in caplog.text)
        wait_until(lambda: failed(home) > failed_before)
    assert caplog.text.count("the network is gone") == 1
    assert faults_of(home.database) == []


def failed(home: Home) -> int:
    with closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM checks WHERE outcome = 'failed'").fetchone()
        return int(count)
