"""One connection to a scheduler: who is there, who has what in hand, and what became of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Any

from distributed import KilledWorker
from distributed.client import ClosedClientError

from tracker.errors import EngineLost, WorkerLost
from tracker.executors.calls import Call, Shipment
from tracker.executors.errands import Errand
from tracker.executors.in_hand import InHand
from tracker.executors.on_worker import (
    Done,
    KitPlugin,
    Refusal,
    Task,
    run_parcel,
    stop_session,
    versions_here,
    withdraw_errand,
    words_in_hand,
)

log = logging.getLogger(__name__)

_CLOSE_S = 5.0  # to take leave of the scheduler
_MOST_ATTEMPTS = 20  # to begin a call: each worker of another version costs one
_STOP_S = 2.0  # to tell all workers to stop; who does not hear it finishes its batch


class LinkBroken(Exception):
    """The connection is of no use any more; `str` says why."""


Again = Callable[["Link", "Call[Any]", LinkBroken | None], None]


class Link:
    """Ends with `abandon`: a new scheduler, or the same one restarted, is another link."""

    def __init__(self, client: Any, again: Again, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._executor: Executor = client.get_executor(pure=False, allow_other_workers=False)
        self._again = again
        self._here = versions_here()
        self._numbers = count()
        # What happens to calls is worked off here, never in the engine's own thread, which must not wait.
        self._aftermath = ThreadPoolExecutor(1, thread_name_prefix="cluster")
        self._in_hand = InHand(monotonic)
        self._lock = threading.Lock()  # guards the next two
        self._alarm: threading.Timer | None = None  # for what lingers
        self._is_left = False
        self._kits: set[str] = set()
        self._is_abandoned = False
        self.tasks_sent = 0
        client.subscribe_topic("all", self._on_event)
        self._look_round()
        self._compare_versions()
        found = client.run(words_in_hand, on_error="ignore")
        self._in_other_hands = {word for words in found.values() for word in words}

    def is_alive(self) -> bool:
        return bool(self._client.status == "running") and not self._is_abandoned

    def in_hand(self) -> tuple[Future[Any], ...]:
        return self._in_hand.futures

    def hand_over(self, call: Call[Any]) -> None:
        """Raises EngineLost where nobody can take it."""
        call.attempts += 1
        if call.attempts > _MOST_ATTEMPTS:
            raise EngineLost("The workers cannot be made ready: see their logs.")
        self._bring_kit(call.errand)
        call.name, call.weight = str(next(self._numbers)), call.weigh()
        key = call.errand.sticks_to(*call.args) if call.errand else call.name
        if call.errand is not None and key in self._in_other_hands:
            self._in_other_hands.discard(key)
            call.errand.lost(*call.args)
        self._send(self._in_hand.add(call, key))
        call.outer.add_done_callback(lambda outer: self._withdraw(call) if outer.cancelled() else None)

    def stop(self) -> None:
        """All workers are told; nothing waits for company any more."""
        with suppress(OSError, TimeoutError, RuntimeError):
            self._client.sync(self._tell, None, stop_session, self._client.id, callback_timeout=_STOP_S)
        self.flush()

    def flush(self) -> None:
        """What waits for company goes without."""
        self._send(self._in_hand.flush())

    def connection_lost(self) -> None:
        """In the engine's thread, which forgets some calls without a word: those whose results were being fetched."""
        self._is_abandoned = True
        self._later(self._break, ())

    def abandon(self) -> None:
        self._is_abandoned = True
        with self._lock:
            self._is_left = True
            if self._alarm is not None:
                self._alarm.cancel()
        self._give_up("The cluster is gone, or was left.")
        with suppress(OSError, TimeoutError):
            self._client.close(timeout=_CLOSE_S)
        self._aftermath.shutdown(wait=False)

    # -- handing over --------------------------------------------------------------------------------------------------

    def _bring_kit(self, errand: Errand | None) -> None:
        if errand is None or errand.kit_name in self._kits:
            return
        try:
            self._client.register_plugin(KitPlugin(errand.kit_name, errand.open_kit))
        except (OSError, TimeoutError, ImportError, AttributeError) as error:
            raise EngineLost(f"The workers cannot be made ready: {error}.") from error
        except Exception as error:  # what the engine says, in a class of no name, when some of the workers could not
            log.debug("not every worker took the kit: those are given nothing", exc_info=error)
        self._kits.add(errand.kit_name)

    def _send(self, shipments: Iterable[Shipment]) -> None:
        for shipment in shipments:
            if not shipment.is_parcel:
                (call,) = shipment.calls
                self._submit(shipment, call.function, *call.args, **call.kwargs)
                continue
            packed = {call: task for call in shipment.calls if (task := self._packed(call)) is not None}
            shipment.calls = tuple(packed)
            self._submit(shipment, run_parcel, self._here, self._client.id, tuple(packed.values()))
        self._set_alarm()

    def _set_alarm(self) -> None:
        """For what waits for company now."""
        due_in_s = self._in_hand.due_in_s()
        with self._lock:
            if due_in_s is None or self._alarm is not None or self._is_left:
                return
            self._alarm = threading.Timer(due_in_s, self._later, (self._send_due,))
            self._alarm.daemon = True
            self._alarm.start()

    def _send_due(self) -> None:
        with self._lock:
            self._alarm = None
        self._send(self._in_hand.due())

    def _packed(self, call: Call[Any]) -> Task | None:
        errand = call.errand
        if errand is None or call.outer.cancelled():
            return None
        try:
            return call.name, errand.kit_name, errand.packed(*call.args)
        except Exception as error:  # noqa: BLE001 - the call's own: its neighbours go without it
            self._in_hand.taken_back(call)
            call.fail(error)
            return None

    def _submit(self, shipment: Shipment, function: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        if not self._in_hand.is_waited_for(shipment):
            self._later(self._make_room, shipment)
            return
        try:
            self.tasks_sent += 1
            inner = self._executor.submit(function, *arguments, workers=[shipment.worker], **options)
            shipment.inner = inner
        except (OSError, RuntimeError, ClosedClientError) as error:  # the client closes in this moment
            for call in self._in_hand.claimed(shipment):
                call.fail(EngineLost(f"The cluster was lost: {error}."))
            return
        inner.add_done_callback(lambda _: self._later(self._settle, shipment))
        if not self.is_alive():  # the engine fails what it had when the connection broke, not what came in that moment
            self._break(self._in_hand.claimed(shipment))
        if not self._in_hand.is_waited_for(shipment):  # since a moment ago
            inner.cancel()

    def _withdraw(self, call: Call[Any]) -> None:
        shipment = self._in_hand.taken_back(call)
        if shipment is None:
            return
        if self._in_hand.is_waited_for(shipment):  # by others
            self._client.loop.add_callback(self._tell, [call.worker], withdraw_errand, self._client.id, call.name)
        elif shipment.inner is not None:
            shipment.inner.cancel()

    async def _tell(self, workers: list[str] | None, function: Callable[..., None], *arguments: str) -> None:
        """In the engine's loop. None: all workers; who does not hear it is not waited for."""
        with suppress(OSError, TimeoutError):
            await self._client.run(function, *arguments, workers=workers, on_error="ignore")

    # -- what became of it ---------------------------------------------------------------------------------------------

    def _later(self, function: Callable[..., None], *args: object) -> None:
        with suppress(RuntimeError):  # the link was abandoned: all of its calls have failed by then
            self._aftermath.submit(self._logged, function, *args)

    def _logged(self, function: Callable[..., None], *args: object) -> None:
        """A bug in what follows on a call must not leave anybody waiting without a word."""
        try:
            function(*args)
        except Exception as error:
            log.exception("the end of a call to the cluster went wrong")
            for call in (call for each in args if isinstance(each, Shipment) for call in each.calls):
                self._in_hand.taken_back(call)
                call.fail(error)

    def _settle(self, shipment: Shipment) -> None:
        calls = self._in_hand.claimed(shipment)
        inner, shipment.inner = shipment.inner, None  # a worker keeps the result for as long as anybody knows this
        if inner is None:
            return
        try:
            result = inner.result()
        except CancelledError:
            if calls:
                self._break(calls)
        except KilledWorker:
            self._lose(calls)
        except Exception as error:  # noqa: BLE001 - a function's own, or what keeps a worker from taking errands at all
            self._fail(shipment, calls, error)
        else:
            self._make_room(shipment, result.seconds if isinstance(result, Done) else 0.0)
            self._finish(shipment, calls, result)
            return
        self._make_room(shipment)

    def _make_room(self, shipment: Shipment, seconds: float = 0.0) -> None:
        self._send(self._in_hand.returned(shipment, seconds))

    def _break(self, calls: Sequence[Call[Any]]) -> None:
        """The engine forgot them: the connection broke, and what was only gathered goes nowhere, either."""
        self._is_abandoned = True
        why = "The connection to the scheduler was lost."
        _out_of_reach(calls)
        for call in calls:
            call.fail(EngineLost(why))
        self._give_up(why)

    def _give_up(self, why: str) -> None:
        calls = self._in_hand.close()
        _out_of_reach(call for call, shipment in calls.items() if shipment is not None)
        for call in calls:
            call.fail(EngineLost(why))

    def _fail(self, shipment: Shipment, calls: Sequence[Call[Any]], error: Exception) -> None:
        if shipment.is_parcel and isinstance(error, (ImportError, AttributeError)):  # errands' own are in the result
            self._refuse(shipment.worker, f"the tracker is not installed there, or another one: {error}")
            self._hand_over_again(calls)
            return
        for call in calls:
            call.fail(error)

    def _finish(self, shipment: Shipment, calls: Sequence[Call[Any]], result: Any) -> None:
        if not shipment.is_parcel:
            for call in calls:
                call.succeed(result)
        elif isinstance(result, Refusal):
            self._refused_by(shipment.worker, result)
            self._hand_over_again(calls, LinkBroken("the scheduler was started anew") if result.lacks_kit else None)
        else:
            outcomes = dict(zip(shipment.calls, result.outcomes, strict=True))
            for call in calls:
                call.end(outcomes[call])

    def _hand_over_again(self, calls: Iterable[Call[Any]], why: LinkBroken | None = None) -> None:
        for call in calls:
            self._again(self, call, why)

    def _lose(self, calls: Sequence[Call[Any]]) -> None:
        _out_of_reach(calls)
        for call in calls:
            call.fail(WorkerLost(f"The worker {call.worker} is gone."))

    # -- who is there --------------------------------------------------------------------------------------------------

    def _on_event(self, event: tuple[float, dict[str, Any]]) -> None:
        """In the engine's thread."""
        _, told = event
        if told.get("action") == "add-worker":
            self._later(self._look_round)
        elif told.get("action") == "remove-worker":
            self._later(self._gone, told["worker"])

    def _look_round(self) -> None:
        # Not by `scheduler_info`, which returns what was stored last: the client's own updates, every second or two,
        # store one without any workers, also between the answer to this question and its return.
        workers = self._client.sync(self._client.scheduler.identity, n_workers=-1)["workers"]
        self._in_hand.staff({address: max(1, int(each["nthreads"])) for address, each in workers.items()})

    def _gone(self, address: str) -> None:
        waiting, lost = self._in_hand.gone(address)
        if lost:
            log.warning("a worker is gone; what it had in hand goes to others", extra={"worker": address})
        self._lose(tuple(lost))
        for inner in {shipment.inner for shipment in lost.values()}:
            if inner is not None:
                inner.cancel()
        self._hand_over_again(waiting)

    def _compare_versions(self) -> None:
        found = self._client.run(versions_here, on_error="return")
        for address, there in found.items():
            if isinstance(there, OSError):  # it is about to end
                continue
            if isinstance(there, BaseException):
                self._refuse(address, f"the tracker is not installed there, or cannot be loaded: {there}")
            elif said := self._here.differences(there):
                self._refuse(address, said)

    def _refused_by(self, worker: str, refusal: Refusal) -> None:
        if refusal.is_ending:
            _, waiting = self._in_hand.refuse(worker)
            self._hand_over_again(waiting)
        elif not refusal.lacks_kit:
            self._refuse(worker, self._here.differences(refusal.versions))

    def _refuse(self, address: str, reason: str) -> None:
        is_news, waiting = self._in_hand.refuse(address)
        if is_news:
            told = {"worker": address, "reason": reason}
            log.warning("a worker is given nothing: it must be installed like this machine", extra=told)
        self._hand_over_again(waiting)


def _out_of_reach(calls: Iterable[Call[Any]]) -> None:
    for call in calls:
        if call.errand is not None:
            call.errand.lost(*call.args)
