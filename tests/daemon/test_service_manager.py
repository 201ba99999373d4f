"""What systemd hears, and that a job that hangs is not called alive."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.daemon.pulse import STUCK_S, Pulses
from tracker.daemon.service_manager import ServiceManager


@pytest.fixture(params=["file", "abstract"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    name = str(tmp_path / "notify") if request.param == "file" else f"@tracker-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0"))
        listening.settimeout(30)
        yield name, listening


def test_words(door: tuple[str, socket.socket]) -> None:
    name, listening = door
    manager = ServiceManager({"NOTIFY_SOCKET": name})
    manager.ready()
    manager.alive()
    manager.status("all is well,\n3 articles due")
    manager.stopping()
    assert [listening.recv(100) for _ in range(4)] == [
        b"READY=1",
        b"WATCHDOG=1",
        b"STATUS=all is well, 3 articles due",
        b"STOPPING=1",
    ]


def test_nobody_listens(tmp_path: Path) -> None:
    ServiceManager({}).ready()
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()


def test_a_job_that_hangs() -> None:
    now_s = 0.0
    pulses = Pulses(lambda: now_s)
    with pulses.working("drain"):
        with pulses.working("sources"):
            now_s += STUCK_S - 1
            pulses.felt("drain")
            now_s += 2
            assert pulses.stuck() == ("sources",)
        assert pulses.stuck() == ()
        now_s += STUCK_S
        assert pulses.stuck() == ("drain",)
        pulses.felt("drain")
        assert pulses.stuck() == ()
    now_s += 10 * STUCK_S
    assert pulses.stuck() == ()
