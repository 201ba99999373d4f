"""How calls are gathered: none is lost or sent twice, none waits longer than it must, none overloads a worker."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tracker.executors.parcels import Parcel, Parcels

_FULL, _LINGER_S = 25, 0.25
_WORKERS = ("tcp://a", "tcp://b", "tcp://c")
_SLOW_S, _QUICK_S = 10.0, 0.001  # a look


def gathering(threads: int = 4, a_look_s: float | None = None) -> Parcels[str]:
    """With one parcel sent, `first`, so that what follows is gathered."""
    parcels: Parcels[str] = Parcels(_FULL, _LINGER_S)
    parcels.staff({"w": threads})
    if a_look_s is not None:
        parcels.add("w", "zeroth", 1, 0.0)
        parcels.returned("w", 1, a_look_s)
    assert calls_of(parcels.add("w", "first", 1, 0.0)) == [("first",)]
    return parcels


def calls_of(parcels: tuple[Parcel[str], ...]) -> list[tuple[str, ...]]:
    return [parcel.calls for parcel in parcels]


def test_what_comes_while_a_parcel_is_out_goes_together_when_it_comes_back() -> None:
    parcels = gathering(threads=1)
    assert not parcels.add("w", "b", 1, 0.0)
    assert not parcels.add("w", "c", 1, 0.1)
    assert calls_of(parcels.returned("w", 1, _QUICK_S)) == [("b", "c")]


def test_a_full_parcel_goes_at_once() -> None:
    parcels = gathering(a_look_s=_QUICK_S)
    names = [f"{number}" for number in range(_FULL)]
    sent = [parcels.add("w", name, 1, 0.0) for name in names]
    assert not any(sent[:-1])
    assert calls_of(sent[-1]) == [tuple(names)]


def test_nobody_waits_for_company_longer_than_linger() -> None:
    parcels = gathering(a_look_s=_QUICK_S)
    parcels.add("w", "b", 1, 1.0)
    parcels.add("w", "c", 1, 1.2)
    assert parcels.next_due_s() == 1.0 + _LINGER_S
    assert not parcels.due(1.2)
    assert calls_of(parcels.due(1.0 + _LINGER_S)) == [("b", "c")]
    assert parcels.next_due_s() is None


def test_slow_looks_are_shared_among_threads_that_are_free() -> None:
    parcels = gathering(threads=4, a_look_s=_SLOW_S)
    for name in "bcde":
        parcels.add("w", name, 1, 0.0)
    assert calls_of(parcels.due(_LINGER_S)) == [("b",), ("c",), ("d",), ("e",)]


def test_a_host_that_hangs_once_does_not_make_all_looks_slow() -> None:
    parcels = gathering(threads=16, a_look_s=_QUICK_S)
    parcels.returned("w", 1, 60.0)
    parcels.add("w", "again", 1, 0.0)
    for name in "bcde":
        parcels.add("w", name, 1, 0.0)
    assert calls_of(parcels.due(_LINGER_S)) == [("b", "c", "d", "e")]


def test_a_worker_whose_threads_are_busy_is_sent_nothing_and_no_time_helps() -> None:
    parcels = gathering(threads=1)
    parcels.add("w", "b", _FULL, 0.0)  # full, hence the one that is there beforehand
    assert not parcels.add("w", "c", _FULL, 0.0)
    assert parcels.next_due_s() is None
    assert not parcels.due(1_000.0)
    assert calls_of(parcels.returned("w", 1, _QUICK_S)) == [("c",)]


def test_what_makes_a_full_parcel_has_no_company() -> None:
    parcels = gathering(threads=1, a_look_s=_QUICK_S)
    parcels.add("w", "b", 1, 0.0)
    sent = calls_of(parcels.add("w", "heavy", _FULL, 0.0)) + calls_of(parcels.returned("w", 1, _QUICK_S))
    assert sent == [("b",), ("heavy",)]


def test_what_was_not_sent_can_be_taken_back_or_goes_to_another_worker() -> None:
    parcels = gathering()
    parcels.add("w", "b", 1, 0.0)
    parcels.add("w", "c", 1, 0.0)
    assert parcels.remove("b")
    assert not parcels.remove("b")
    assert not parcels.remove("first")
    assert parcels.gone("w") == ("c",)
    assert not parcels.returned("w", 1, _QUICK_S)
    assert calls_of(parcels.add("w", "d", 1, 0.0)) == [("d",)]


@dataclass(eq=False)
class _Called:
    weight: int
    since_s: float


class Gathering(RuleBasedStateMachine):
    """Whatever comes, returns, is taken back or dies in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.parcels: Parcels[_Called] = Parcels(_FULL, _LINGER_S)
        self.now_s = 0.0
        self.waiting: dict[str, list[_Called]] = {worker: [] for worker in _WORKERS}
        self.out: dict[str, list[Parcel[_Called]]] = {worker: [] for worker in _WORKERS}
        self.is_flushed = False
        self.threads: dict[str, int] = {}

    @initialize(threads=st.tuples(*[st.integers(1, 4) for _ in _WORKERS]))
    def staff(self, threads: tuple[int, ...]) -> None:
        self.threads = dict(zip(_WORKERS, threads, strict=True))
        self.parcels.staff(self.threads)

    def sent(self, parcels: tuple[Parcel[_Called], ...]) -> None:
        for parcel in parcels:
            assert parcel.calls
            assert parcel.weight == sum(call.weight for call in parcel.calls)
            assert parcel.weight - parcel.calls[-1].weight < _FULL  # nothing is added to what is full
            assert len(parcel.calls) == 1 or all(call.weight < _FULL for call in parcel.calls)
            waiting = self.waiting[parcel.worker]
            assert tuple(waiting[: len(parcel.calls)]) == parcel.calls  # first come, first sent; nothing twice
            del waiting[: len(parcel.calls)]
            self.out[parcel.worker].append(parcel)

    @rule(worker=st.sampled_from(_WORKERS), weight=st.integers(1, _FULL))
    def add(self, worker: str, weight: int) -> None:
        call = _Called(weight, self.now_s)
        self.waiting[worker].append(call)
        self.sent(self.parcels.add(worker, call, weight, self.now_s))

    @rule(seconds=st.floats(0.001, 1.0))
    def time_passes(self, seconds: float) -> None:
        self.now_s += seconds
        self.sent(self.parcels.due(self.now_s))
        for worker in _WORKERS:
            if self.has_room(worker):
                assert all(self.now_s - call.since_s < _LINGER_S for call in self.waiting[worker])

    @rule(worker=st.sampled_from(_WORKERS), seconds=st.floats(0.0001, 600.0))
    def comes_back(self, worker: str, seconds: float) -> None:
        if self.out[worker]:
            parcel = self.out[worker].pop(0)
            self.sent(self.parcels.returned(worker, parcel.weight, seconds))
            assert not self.has_room(worker) or not self.waiting[worker]

    @rule(worker=st.sampled_from(_WORKERS), data=st.data())
    def is_taken_back(self, worker: str, data: st.DataObject) -> None:
        if self.waiting[worker]:
            call = data.draw(st.sampled_from(self.waiting[worker]))
            assert self.parcels.remove(call)
            self.waiting[worker].remove(call)

    @rule(worker=st.sampled_from(_WORKERS))
    def dies(self, worker: str) -> None:
        assert list(self.parcels.gone(worker)) == self.waiting[worker]
        self.waiting[worker], self.out[worker] = [], []

    @rule()
    def all_goes(self) -> None:
        self.sent(self.parcels.flush())
        assert not any(self.waiting.values())

    def has_room(self, worker: str) -> bool:
        return len(self.out[worker]) <= self.threads[worker]

    @invariant()
    def nobody_waits_for_an_idle_worker(self) -> None:
        assert not any(self.waiting[worker] and not self.out[worker] for worker in _WORKERS)

    @invariant()
    def no_time_is_set_for_what_time_does_not_help(self) -> None:
        helped = [worker for worker in _WORKERS if self.waiting[worker] and self.has_room(worker)]
        assert (self.parcels.next_due_s() is not None) == bool(helped)


TestGathering = Gathering.TestCase
