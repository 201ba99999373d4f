"""Every call is ended by one alone: who brings its result, who takes it back, or who tells that its worker is gone."""

from __future__ import annotations

import pytest
from cluster_kit import double
from errand_kit import Errand
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tracker.errors import EngineLost
from tracker.executors.calls import Call, Shipment
from tracker.executors.in_hand import InHand

_WORKERS = ("tcp://a", "tcp://b", "tcp://c")
_workers = st.sampled_from(_WORKERS)


def call_of(weight: int = 1) -> Call[object]:
    call: Call[object] = Call(Errand(double, weight), (1,), {})
    call.weight = call.weigh()
    return call


class Keeping(RuleBasedStateMachine):
    """Whatever happens in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.in_hand = InHand(lambda: self.now_s)
        self.there = dict.fromkeys(_WORKERS, 2)
        self.refused: set[str] = set()
        self.in_hand.staff(self.there)
        self.open: list[Call[object]] = []
        self.sent: list[Shipment] = []

    def send(self, shipments: list[Shipment]) -> None:
        for shipment in shipments:
            assert shipment.worker in self.there
            assert set(shipment.calls) <= set(self.open)
            assert all(call.worker == shipment.worker for call in shipment.calls)
            assert not any(call in other.calls for other in self.sent for call in shipment.calls)
        self.sent += shipments

    def ended(self, calls: list[Call[object]]) -> None:
        for call in calls:
            self.open.remove(call)  # once

    @rule(weight=st.integers(1, 40), host=st.text("abc", min_size=1, max_size=3), is_errand=st.booleans())
    def is_handed_over(self, weight: int, host: str, is_errand: bool) -> None:
        call = call_of(weight) if is_errand else Call[object](double, (1,), {}, weight=1)
        if set(self.there) <= self.refused:
            with pytest.raises(EngineLost):
                self.in_hand.add(call, host)
            return
        self.open.append(call)
        self.send(self.in_hand.add(call, host))
        assert call.worker not in self.refused

    @rule(data=st.data(), seconds=st.floats(0.0, 60.0))
    def comes_back(self, data: st.DataObject, seconds: float) -> None:
        if self.sent:
            shipment = data.draw(st.sampled_from(self.sent))
            self.sent.remove(shipment)
            waited_for = [call for call in shipment.calls if call in self.open]
            assert self.in_hand.is_waited_for(shipment) == bool(waited_for)
            assert self.in_hand.claimed(shipment) == waited_for
            self.ended(waited_for)
            self.send(self.in_hand.returned(shipment, seconds))
            assert not self.in_hand.claimed(shipment)

    @rule(data=st.data())
    def is_cancelled(self, data: st.DataObject) -> None:
        if self.open:
            call = data.draw(st.sampled_from(self.open))
            shipment = self.in_hand.taken_back(call)
            assert (shipment is not None) == any(call in each.calls for each in self.sent)
            assert self.in_hand.taken_back(call) is None
            self.ended([call])

    @rule(worker=_workers)
    def dies(self, worker: str) -> None:
        waiting, lost = self.in_hand.gone(worker)
        assert not any(call in shipment.calls for shipment in self.sent for call in waiting)
        assert all(call in shipment.calls for call, shipment in lost.items())
        assert {*waiting, *lost} == {call for call in self.open if call.worker == worker}
        self.ended([*waiting, *lost])
        self.sent = [shipment for shipment in self.sent if shipment.worker != worker]
        self.there.pop(worker, None)
        self.refused.discard(worker)

    @rule(worker=_workers)
    def joins(self, worker: str) -> None:
        self.there[worker] = 2
        self.in_hand.staff(self.there)

    @rule(worker=_workers)
    def is_refused(self, worker: str) -> None:
        _, waiting = self.in_hand.refuse(worker)
        self.ended(waiting)
        self.refused.add(worker)

    @rule(seconds=st.floats(0.0, 1.0))
    def time_passes(self, seconds: float) -> None:
        self.now_s += seconds
        self.send(self.in_hand.due())

    @rule()
    def nothing_waits(self) -> None:
        self.send(self.in_hand.flush())
        sent = {call for shipment in self.sent for call in shipment.calls}
        assert set(self.open) <= sent

    @invariant()
    def nobody_is_forgotten(self) -> None:
        assert set(self.in_hand.futures) == {call.outer for call in self.open}


TestKeeping = Keeping.TestCase


def test_after_the_end_nothing_is_taken() -> None:
    in_hand = InHand(lambda: 0.0)
    in_hand.staff({"tcp://a": 1})
    first, second = call_of(), call_of()
    (shipment,) = in_hand.add(first, "a.example")
    in_hand.add(second, "b.example")
    assert in_hand.close() == {first: shipment, second: None}
    assert not in_hand.futures
    with pytest.raises(EngineLost):
        in_hand.add(call_of(), "a.example")


def test_a_host_goes_where_it_went_before() -> None:
    in_hand = InHand(lambda: 0.0)
    in_hand.staff(dict.fromkeys(_WORKERS, 2))
    workers = set()
    for _ in range(5):
        call = call_of()
        (shipment,) = in_hand.add(call, "a.example")
        in_hand.claimed(shipment)
        in_hand.returned(shipment, 0.1)
        workers.add(call.worker)
    assert len(workers) == 1
