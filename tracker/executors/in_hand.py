"""What every worker has in hand: who is given a call, with which others it travels, and whose result is waited for.

Knows nothing of the engine. Safe to share between threads; nothing here waits.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from tracker.errors import EngineLost
from tracker.executors.calls import Call, Shipment
from tracker.executors.choosing import chosen
from tracker.executors.parcels import Parcel, Parcels

AnyCall = Call[Any]


class InHand:
    """A call is in here from `add` until somebody claims it, or takes it back: exactly one of them gets it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()  # guards what follows
        self._threads: dict[str, int] = {}
        self._refused: set[str] = set()
        self._calls: dict[AnyCall, Shipment | None] = {}  # None: it waits for company
        self._load: Counter[str] = Counter()  # looks that each worker has in hand
        self._parcels: Parcels[AnyCall] = Parcels()
        self._is_closed = False

    @property
    def futures(self) -> tuple[Future[Any], ...]:
        with self._lock:
            return tuple(call.outer for call in self._calls)

    def due_in_s(self) -> float | None:
        """Until `due` has something to tell; None: time alone will not bring it."""
        with self._lock:
            due_s = self._parcels.next_due_s()
            return None if due_s is None else max(0.0, due_s - self._monotonic())

    # -- each of these tells what is to be sent now --------------------------------------------------------------------

    def add(self, call: AnyCall, key: str) -> list[Shipment]:
        """Raises EngineLost where nobody can take it."""
        with self._lock:
            able = {address: n for address, n in self._threads.items() if address not in self._refused}
            if not able or self._is_closed:
                raise EngineLost("No worker of the cluster can be given anything for now.")
            call.worker = chosen(key, able, self._load)
            self._load[call.worker] += call.weight
            self._calls[call] = None
            if call.errand is None:
                return self._to_send((Parcel(call.worker, (call,), call.weight),))
            return self._to_send(self._parcels.add(call.worker, call, call.weight, self._monotonic()))

    def due(self) -> list[Shipment]:
        with self._lock:
            return self._to_send(self._parcels.due(self._monotonic()))

    def flush(self) -> list[Shipment]:
        with self._lock:
            return self._to_send(self._parcels.flush())

    def returned(self, shipment: Shipment, seconds: float) -> list[Shipment]:
        """The worker has one parcel less. `seconds`: what it took; 0: not known."""
        if not shipment.is_parcel:
            return []
        with self._lock:
            return self._to_send(self._parcels.returned(shipment.worker, shipment.weight, seconds))

    # -- each of these tells whom it concerns, and forgets them --------------------------------------------------------

    def claimed(self, shipment: Shipment) -> list[AnyCall]:
        """Those of its calls that are still waited for."""
        with self._lock:
            return self._dropped(call for call in shipment.calls if self._calls.get(call) is shipment)

    def taken_back(self, call: AnyCall) -> Shipment | None:
        """A call that nobody waits for any more; in which shipment it was, if in any."""
        with self._lock:
            shipment = self._calls.get(call)
            self._parcels.remove(call)
            self._dropped((call,))
            return shipment

    def gone(self, worker: str) -> tuple[list[AnyCall], dict[AnyCall, Shipment]]:
        """Calls that were gathered for it, and those that it was sent."""
        with self._lock:
            self._threads.pop(worker, None)
            self._refused.discard(worker)
            waiting = self._dropped(self._parcels.gone(worker))
            lost = {call: sent for call, sent in self._calls.items() if sent is not None and sent.worker == worker}
            self._dropped(lost)
            return waiting, lost

    def refuse(self, worker: str) -> tuple[bool, list[AnyCall]]:
        """It is given nothing more: whether that is news, and what was gathered for it."""
        with self._lock:
            is_news = worker not in self._refused
            self._refused.add(worker)
            return is_news, self._dropped(self._parcels.gone(worker))

    def close(self) -> dict[AnyCall, Shipment | None]:
        """Nothing is taken any more. All that there was, each with what it was sent in; None: it was only gathered."""
        with self._lock:
            calls = dict(self._calls)
            self._dropped(calls)
            self._parcels, self._is_closed = Parcels(), True
            return calls

    # ------------------------------------------------------------------------------------------------------------------

    def staff(self, threads: Mapping[str, int]) -> None:
        with self._lock:
            self._threads = dict(threads)
            self._parcels.staff(threads)

    def is_waited_for(self, shipment: Shipment) -> bool:
        with self._lock:
            return any(self._calls.get(call) is shipment for call in shipment.calls)

    def _to_send(self, parcels: Iterable[Parcel[AnyCall]]) -> list[Shipment]:
        shipments = [Shipment(each.worker, each.calls, each.weight) for each in parcels]
        self._calls.update((call, shipment) for shipment in shipments for call in shipment.calls)
        return shipments

    def _dropped(self, calls: Iterable[AnyCall]) -> list[AnyCall]:
        dropped = [call for call in tuple(calls) if call in self._calls]
        for call in dropped:
            del self._calls[call]
            self._load[call.worker] -= call.weight
            if not self._load[call.worker]:
                del self._load[call.worker]
        return dropped
