"""The daemon and a database that cannot be written: told once, no flood of looks, and well again by itself."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from whole_kit import Answer, Home, LoopbackSite, article, faults_of

from tracker.daemon import _Patient
from tracker.errors import StoreError


def failing(until: int, attempts: list[int]) -> Callable[[], None]:
    """A job that fails at its first `until` attempts."""

    def job() -> None:
        attempts.append(1)
        if len(attempts) <= until:
            raise StoreError("The disk is full.")

    return job


def test_an_hour_of_trouble_costs_few_attempts_and_one_line(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[int] = []
    patient = _Patient("drain", failing(10_000, attempts))
    for _ in range(3_600):
        patient()
    assert 10 <= len(attempts) <= 25
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_after_the_trouble_every_beat_counts_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[int] = []
    patient = _Patient("drain", failing(3, attempts))
    caplog.set_level("INFO")
    for _ in range(3 + 2 + 4 + 8 + 100):
        patient()
    assert len(attempts) == 3 + 100
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_a_bug_is_not_taken_for_trouble() -> None:
    def job() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        _Patient("drain", job)()


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
