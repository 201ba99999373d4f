"""Beats go on whatever the wall clock does, and what was missed counts once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

import apscheduler.schedulers.base
import pytest

import tracker.daemon.heartbeats
from tracker.clock import seconds_since_boot
from tracker.daemon.heartbeats import Beat, Heartbeats, heartbeats

HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)
_PATIENCE_S = 30.0


class WallClock(datetime):
    """What `datetime.now` says on a machine whose clock somebody sets."""

    off = timedelta()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime, as the clock's own
        return datetime.now(tz) + cls.off


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[WallClock]]:
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", WallClock)
    monkeypatch.setattr(tracker.daemon.heartbeats, "datetime", WallClock)
    WallClock.off = timedelta()
    yield WallClock
    WallClock.off = timedelta()


class Counter:
    """A job that counts, and whose beats can be waited for."""

    def __init__(self) -> None:
        self._beaten = threading.Semaphore(0)

    def __call__(self) -> None:
        self._beaten.release()

    def wait(self, beats: int, watched: Heartbeats | None = None) -> None:
        for _ in range(beats):
            assert self._beaten.acquire(timeout=_PATIENCE_S) if watched is None else self._come(watched), "no beat"

    def _come(self, watched: Heartbeats) -> bool:
        """One more beat, with the look that the daemon takes once a second."""
        for _ in range(100):
            watched.keep_awake()
            if self._beaten.acquire(timeout=_PATIENCE_S / 100):
                return True
        return False


@pytest.mark.parametrize("steps", [[-HOUR], [YEAR], [YEAR, timedelta()], [-YEAR, YEAR, -HOUR]], ids=str)
def test_beats_go_on_whatever_the_clock_does(wall: type[WallClock], steps: list[timedelta]) -> None:
    beat = Counter()
    with heartbeats(2, seconds_since_boot) as beats:
        beats.add("one", beat, 0.02)
        beat.wait(2)
        for step in steps:
            wall.off = step
            beats.keep_awake()
            beat.wait(5)


def test_a_clock_set_back_is_told_of_once(wall: type[WallClock]) -> None:
    beat = Counter()
    with heartbeats(2, seconds_since_boot) as beats:
        beats.add("one", beat, 600)
        beat.wait(1)
        assert not beats.keep_awake()
        wall.off = -HOUR
        assert beats.keep_awake()
        beat.wait(1)
        assert not beats.keep_awake()


def test_a_year_that_passed_at_once_is_one_beat_and_no_count_of_its_seconds() -> None:
    beat = Beat(1.0)
    then = datetime(2026, 1, 1, tzinfo=UTC)
    now = then + YEAR
    assert beat.get_next_fire_time(then, now) == now + timedelta(seconds=1)


def test_a_machine_that_slept_is_noticed() -> None:
    since_boot_s = 100.0
    with heartbeats(1, lambda: since_boot_s) as beats:
        since_boot_s += 1
        assert not beats.keep_awake()
        since_boot_s += 8 * 3_600
        assert beats.keep_awake()
        since_boot_s += 1
        assert not beats.keep_awake()


def test_a_job_that_breaks_is_named_and_comes_again() -> None:
    beat, broken = Counter(), Counter()
    names: list[str] = []

    def breaking() -> None:
        beat()
        raise KeyError("a bug")

    def tell(name: str) -> None:
        names.append(name)
        broken()

    with heartbeats(1, seconds_since_boot) as beats:
        beats.when_one_breaks(tell)
        beats.add("one", breaking, 0.02)
        broken.wait(2)
    assert set(names) == {"one"}


def test_one_job_is_never_at_work_twice() -> None:
    at_work, most, beat = 0, 0, Counter()
    is_let_go = threading.Event()

    def job() -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        beat()
        is_let_go.wait(_PATIENCE_S)
        at_work -= 1

    other = Counter()
    with heartbeats(3, seconds_since_boot) as beats:
        beats.add("slow", job, 0.01)
        beats.add("other", other, 0.01)
        beat.wait(1)
        other.wait(20)  # many beats of the slow one fell due meanwhile
        is_let_go.set()
        beat.wait(2)
    assert most == 1
