"""The time of day as the daemon believes it: the wall clock, held against one that nobody can set.

A wall clock may be wrong at the start, be set by hand, be stepped by a time server, or come back from a virtual
machine's sleep. Small differences are followed. A step is noticed and told, and until it is believed the time goes on
as the other clock counts it: most wrong steps are put right before that, and leave no trace.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# More than time servers correct little by little, and more than it takes to notice: less is drift.
STEP = timedelta(minutes=1)
# What time servers put right themselves: ntpd waits 900 s before it steps a clock and asks every 1,024 s at the most,
# and people who set a clock wrongly see it sooner. Twice over nearly that is an hour.
LASTING_S = 3_600.0
# Sites tell the time with each answer. One may be wrong, and two may belong to one house.
WITNESSES = 3
_CATCHING_UP = 2  # a clock that is ahead a little runs at half its speed until it is right: it never goes back


def utc_now() -> datetime:
    return datetime.now(UTC)


def seconds_since_boot() -> float:
    """Seconds that only grow and that nobody can set; the machine's sleep counts, where the system can tell."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class ClockEvent(StrEnum):
    NOTICED = "noticed"  # the wall clock was set; not believed yet
    BELIEVED = "believed"  # it lasted, or sites say the same
    TAKEN_BACK = "taken back"  # the wall clock is right again


@dataclass(frozen=True, slots=True)
class ClockNews:
    """What befell the wall clock; `step` is how far it lies from the time that is believed, negative: behind."""

    event: ClockEvent
    step: timedelta


Tell = Callable[[ClockNews], object]


def _to_nobody(_news: ClockNews) -> None:
    pass


class SteadyClock:
    """`now()` from any thread. It goes back only when a step back is believed; `tell` hears of that in the same call.

    `wall` gives aware datetimes, `since_boot` seconds that never go back. A wall clock that starts behind
    `not_before`, the latest moment on record, is doubted from the start.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = utc_now,
        since_boot: Callable[[], float] = seconds_since_boot,
        *,
        not_before: datetime | None = None,
        tell: Tell = _to_nobody,
    ) -> None:
        self._wall = wall
        self._since_boot = since_boot
        self._tell = tell
        self._lock = threading.Lock()
        self._reckoning = Reckoning(wall(), since_boot(), not_before)

    def now(self) -> datetime:
        with self._lock:
            moment = self._reckoning.read(self._wall(), self._since_boot())
            news = self._reckoning.take_news()
        self._pass_on(news)
        return moment

    def testify(self, witness: str, moment: datetime) -> None:
        """What another clock says: in doubt, it tells whether ours was set wrong or right. `witness`: its host."""
        with self._lock:
            self._reckoning.testify(witness, moment, self._wall(), self._since_boot())
            news = self._reckoning.take_news()
        self._pass_on(news)

    @property
    def doubt(self) -> timedelta | None:
        """How far the wall clock lies from the time that is believed; None: it is not in doubt."""
        with self._lock:
            return self._reckoning.doubt

    def _pass_on(self, news: tuple[ClockNews, ...]) -> None:
        for each in news:
            self._tell(each)


class Reckoning:
    """The rules, without a clock: readings in, the believed time out. For one thread at a time."""

    def __init__(self, wall: datetime, boot_s: float, not_before: datetime | None = None) -> None:
        # Nothing but the record speaks for this time; a wall clock that is later than it is right.
        self._is_guess = not_before is not None and not_before - wall > STEP
        self._believed = not_before if not_before is not None and self._is_guess else wall
        self._boot_s = boot_s
        self._doubt: timedelta | None = None
        self._doubted_since_s = boot_s
        self._told_at_s: float | None = None  # a clock that jumps to and fro is told of once an hour
        self._is_told = False
        self._for_wall: set[str] = set()
        self._against_wall: set[str] = set()
        self._news: list[ClockNews] = []

    @property
    def doubt(self) -> timedelta | None:
        return self._doubt

    def take_news(self) -> tuple[ClockNews, ...]:
        news, self._news = tuple(self._news), []
        return news

    def read(self, wall: datetime, boot_s: float) -> datetime:
        """The believed time at a moment at which the clocks show this."""
        passed = timedelta(seconds=max(0.0, boot_s - self._boot_s))
        self._boot_s = max(self._boot_s, boot_s)
        self._believed += passed
        apart = wall - self._believed
        if abs(apart) <= STEP:
            self._end_doubt(apart)
            self._believed += apart if apart > timedelta() else max(apart, -passed / _CATCHING_UP)
        elif self._is_guess and apart > timedelta():
            self._believe(apart)
        else:
            self._weigh(apart)
        return self._believed

    def testify(self, witness: str, moment: datetime, wall: datetime, boot_s: float) -> None:
        believed = self.read(wall, boot_s)
        if self._doubt is None:
            return
        if abs(moment - wall) <= STEP:
            self._for_wall.add(witness)
        elif abs(moment - believed) <= STEP:
            self._against_wall.add(witness)
        if len(self._for_wall) >= WITNESSES:
            self._believe(wall - believed)
        elif len(self._against_wall) >= WITNESSES:
            self._doubt_anew(self._doubt)

    def _weigh(self, apart: timedelta) -> None:
        if self._doubt is None or abs(apart - self._doubt) > STEP:
            if self._doubt is None:
                self._note(ClockEvent.NOTICED, apart)
            self._doubt_anew(apart)
        elif self._boot_s - self._doubted_since_s >= LASTING_S:
            self._believe(apart)

    def _doubt_anew(self, apart: timedelta) -> None:
        self._doubt = apart
        self._doubted_since_s = self._boot_s
        self._for_wall.clear()
        self._against_wall.clear()

    def _end_doubt(self, apart: timedelta) -> None:
        self._is_guess = False
        if self._doubt is not None:
            self._doubt = None
            self._note(ClockEvent.TAKEN_BACK, apart)

    def _believe(self, apart: timedelta) -> None:
        self._is_guess = False
        self._doubt = None
        self._believed += apart
        self._news.append(ClockNews(ClockEvent.BELIEVED, apart))

    def _note(self, event: ClockEvent, apart: timedelta) -> None:
        """A step once an hour; that it was taken back only where the step was told."""
        if event is ClockEvent.NOTICED:
            self._is_told = self._told_at_s is None or self._boot_s - self._told_at_s >= LASTING_S
            if self._is_told:
                self._told_at_s = self._boot_s
        if self._is_told:
            self._news.append(ClockNews(event, apart))


def not_before(moment: datetime, last: datetime | None) -> datetime:
    """The moment to record: after a step back was believed, an article's times stand still until the clock is past
    the last of them, for a change that is seen before the look that did not show it yet is nonsense."""
    return moment if last is None else max(moment, last)
