"""The believed time: drift is followed, a step is believed when it lasted or when sites say the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.clock import (
    LASTING_S,
    STEP,
    ClockEvent,
    ClockNews,
    Reckoning,
    SteadyClock,
    not_before,
    seconds_since_boot,
    utc_now,
)

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)
MOMENT = timedelta(microseconds=10)  # what adding floats up may cost


class Hands:
    """A wall clock and a monotonic one that a test moves, and a steady clock that is read once a second."""

    def __init__(self, record: datetime | None = None, wall: datetime = START) -> None:
        self.true = START
        self.off = wall - START
        self.boot_s = 1_000.0
        self.news: list[ClockNews] = []
        self.clock = SteadyClock(
            lambda: self.true + self.off, lambda: self.boot_s, not_before=record, tell=self.news.append
        )

    def pass_(self, seconds: float, reading_every_s: float = 1.0) -> datetime:
        left = seconds
        while left > 0:
            self._advance(min(left, reading_every_s))
            left -= reading_every_s
            now = self.clock.now()
        return now

    def _advance(self, seconds: float) -> None:
        self.boot_s += seconds
        self.true += timedelta(seconds=seconds)

    def is_doubted(self) -> bool:
        return self.clock.doubt is not None

    @property
    def events(self) -> list[ClockEvent]:
        return [each.event for each in self.news]


@pytest.mark.parametrize("step", [-HOUR, YEAR, -YEAR, timedelta(minutes=2)], ids=str)
def test_a_step_that_is_taken_back_leaves_no_trace(step: timedelta) -> None:
    hands = Hands()
    hands.pass_(10)
    hands.off = step
    during = hands.pass_(LASTING_S / 2)
    assert abs(during - hands.true) <= MOMENT
    hands.off = timedelta()
    assert abs(hands.pass_(1) - hands.true) <= MOMENT
    assert hands.events == [ClockEvent.NOTICED, ClockEvent.TAKEN_BACK]
    assert hands.news[0].step == pytest.approx(step, abs=MOMENT)


@pytest.mark.parametrize("step", [-HOUR, HOUR, YEAR], ids=str)
def test_a_step_that_lasts_is_believed(step: timedelta) -> None:
    hands = Hands()
    hands.off = step
    assert abs(hands.pass_(LASTING_S - 5) - hands.true) <= MOMENT
    assert hands.is_doubted()
    assert abs(hands.pass_(10) - (hands.true + step)) <= MOMENT
    assert not hands.is_doubted()
    assert hands.events == [ClockEvent.NOTICED, ClockEvent.BELIEVED]


def test_a_clock_that_is_ahead_a_little_is_caught_up_with_without_going_back() -> None:
    hands = Hands()
    hands.off = timedelta(seconds=-30)
    before = hands.clock.now()
    for _ in range(61):
        after = hands.pass_(1)
        assert after > before
        before = after
    assert abs(after - (hands.true + hands.off)) <= MOMENT
    assert hands.news == []


def test_a_clock_that_is_behind_a_little_is_set() -> None:
    hands = Hands()
    hands.off = timedelta(seconds=30)
    assert hands.pass_(1) == hands.true + hands.off
    assert hands.news == []


def test_a_night_of_sleep_is_no_step() -> None:
    hands = Hands()
    assert abs(hands.pass_(10 * 3_600, reading_every_s=10 * 3_600) - hands.true) <= MOMENT
    assert hands.news == []


def test_a_clock_that_jumps_to_and_fro_is_told_of_once_an_hour() -> None:
    hands = Hands()
    for number in range(3_000):
        hands.off = timedelta(days=number % 2)
        hands.pass_(1)
    assert hands.events == [ClockEvent.NOTICED, ClockEvent.TAKEN_BACK]


def test_a_wandering_clock_is_not_believed() -> None:
    hands = Hands()
    for number in range(100):
        hands.off = (number + 1) * HOUR
        now = hands.pass_(LASTING_S / 2, reading_every_s=60)
    assert abs(now - hands.true) <= MOMENT
    assert hands.events == [ClockEvent.NOTICED]


# -- what sites say ----------------------------------------------------------------------------------------------------


def test_three_sites_that_say_the_same_are_believed_at_once() -> None:
    hands = Hands()
    hands.off = timedelta(days=7)  # as after a virtual machine's long sleep
    hands.pass_(5)
    for host in ("a.example", "b.example", "b.example"):
        hands.clock.testify(host, hands.true + hands.off)
    assert abs(hands.clock.now() - hands.true) <= MOMENT
    hands.clock.testify("c.example", hands.true + hands.off)
    assert abs(hands.clock.now() - (hands.true + hands.off)) <= MOMENT
    assert hands.events == [ClockEvent.NOTICED, ClockEvent.BELIEVED]


def test_a_step_that_sites_contradict_is_not_believed_however_long_it_lasts() -> None:
    hands = Hands()
    hands.off = YEAR
    for number in range(40):
        now = hands.pass_(LASTING_S / 10, reading_every_s=60)
        hands.clock.testify(f"{number}.example", hands.true)
    assert abs(now - hands.true) <= MOMENT
    assert hands.events == [ClockEvent.NOTICED]


def test_sites_are_not_asked_when_nothing_is_in_doubt() -> None:
    hands = Hands()
    for number in range(10):
        hands.clock.testify(f"{number}.example", hands.true + YEAR)
    assert hands.pass_(1) == hands.true


# -- the start ---------------------------------------------------------------------------------------------------------


def test_a_machine_that_starts_without_a_clock_goes_on_where_the_record_ends_until_it_learns_the_time() -> None:
    record = START - timedelta(days=3)  # it was off for three days
    hands = Hands(record, wall=START - 40 * YEAR)
    assert abs(hands.pass_(20) - (record + timedelta(seconds=20))) <= MOMENT
    hands.off = timedelta()
    assert hands.pass_(1) == hands.true
    assert hands.events == [ClockEvent.NOTICED, ClockEvent.BELIEVED]


def test_a_record_from_the_future_is_believed_for_an_hour_only() -> None:
    record = START + YEAR
    hands = Hands(record)
    assert hands.pass_(10) > record
    assert abs(hands.pass_(LASTING_S) - hands.true) <= MOMENT
    assert hands.news[-1].step == pytest.approx(-YEAR, abs=timedelta(seconds=1))


def test_a_record_from_the_past_is_nothing_to_doubt() -> None:
    hands = Hands(START - YEAR)
    assert hands.pass_(1) == hands.true
    assert hands.news == []


# -- any sequence ------------------------------------------------------------------------------------------------------

_turns = st.lists(
    st.tuples(
        st.floats(0, 3_000, allow_nan=False),  # seconds that pass
        st.sampled_from([0.0, 0.0, 0.0, 1.0, -1.0, 59.0, -59.0, 61.0, -61.0, -3_600.0, 3_600.0, 86_400.0 * 365]),
    ),
    max_size=60,
)


@given(_turns)
def test_time_goes_back_only_where_a_step_back_is_believed(turns: list[tuple[float, float]]) -> None:
    wall, boot_s = START, 0.0
    reckoning = Reckoning(wall, boot_s)
    before = START
    for passed_s, off_s in turns:
        boot_s += passed_s
        now = reckoning.read(START + timedelta(seconds=boot_s + off_s), boot_s)
        back = [news.step for news in reckoning.take_news() if news.event is ClockEvent.BELIEVED]
        assert now >= before or (back and back[0] < timedelta())
        before = now


@given(_turns)
def test_what_is_off_for_less_than_the_lasting_time_never_shows(turns: list[tuple[float, float]]) -> None:
    boot_s = 0.0
    reckoning = Reckoning(START, boot_s)
    for passed_s, off_s in turns:
        wrong_s = min(passed_s, LASTING_S - 10)
        boot_s += wrong_s / 2
        for moment_s in (boot_s, boot_s + wrong_s / 2):
            told = reckoning.read(START + timedelta(seconds=moment_s + off_s), moment_s)
            assert abs(told - (START + timedelta(seconds=moment_s))) <= 2 * STEP  # drift counts twice
        boot_s += wrong_s / 2
        reckoning.read(START + timedelta(seconds=boot_s), boot_s)


@given(_turns, st.timedeltas(-40 * YEAR, 40 * YEAR))
def test_a_clock_that_stays_is_believed_in_the_end(turns: list[tuple[float, float]], last: timedelta) -> None:
    boot_s = 0.0
    reckoning = Reckoning(START, boot_s)
    for passed_s, off_s in turns:
        boot_s += passed_s
        reckoning.read(START + timedelta(seconds=boot_s + off_s), boot_s)
    for _ in range(2 * int(LASTING_S / 60) + 5):
        boot_s += 60
        told = reckoning.read(START + timedelta(seconds=boot_s) + last, boot_s)
    assert told - (START + timedelta(seconds=boot_s) + last) == pytest.approx(timedelta(), abs=timedelta(seconds=1))
    assert reckoning.doubt is None


def test_the_times_of_one_article_stand_still_rather_than_run_backwards() -> None:
    assert not_before(START, None) == START
    assert not_before(START, START - HOUR) == START
    assert not_before(START, START + HOUR) == START + HOUR


def test_the_machine_has_both_clocks() -> None:
    clock = SteadyClock()
    first = seconds_since_boot()
    assert seconds_since_boot() >= first
    assert abs(clock.now() - utc_now()) < STEP
