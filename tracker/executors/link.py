"""One connection to a scheduler: who is there, who has what in hand, and what became of it."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from distributed import Client, KilledWorker, Security

from tracker.config import ExecutorSettings
from tracker.errors import EngineLost, WorkerLost
from tracker.executors.choosing import chosen
from tracker.executors.errands import Errand
from tracker.executors.on_worker import KitPlugin, Refusal, run_errand, stop_session, versions_here

log = logging.getLogger(__name__)

_CONNECT_S = 5.0  # a scheduler that is there answers within milliseconds, also across an ocean
_MOST_ATTEMPTS = 20  # to begin a call: each worker of another version costs one
_STOP_S = 2.0  # to tell all workers to stop; who does not hear it finishes its batch

T = TypeVar("T")


class LinkBroken(Exception):
    """The connection is of no use any more; `str` says why."""


@dataclass(eq=False)
class Call(Generic[T]):
    """Something to do, and the future that its caller waits for."""

    function: Callable[..., T]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    outer: Future[T] = field(default_factory=Future)
    worker: str = ""
    inner: Future[Any] | None = None
    attempts: int = 0

    @property
    def errand(self) -> Errand | None:
        return self.function if isinstance(self.function, Errand) else None

    def fail(self, error: BaseException) -> None:
        with suppress(InvalidStateError):  # cancelled, or done, a moment ago
            self.outer.set_exception(error)

    def succeed(self, value: T) -> None:
        with suppress(InvalidStateError):
            self.outer.set_result(value)


Again = Callable[["Link", "Call[Any]", LinkBroken | None], None]


class Link:
    """Ends with `abandon`: a new scheduler, or the same one restarted, is another link."""

    def __init__(self, client: Any, again: Again) -> None:
        self._client = client
        self._executor: Executor = client.get_executor(pure=False, allow_other_workers=False)
        self._again = again
        self._here = versions_here()
        # What happens to calls is worked off here, never in the engine's own thread, which must not wait.
        self._aftermath = ThreadPoolExecutor(1, thread_name_prefix="cluster")
        self._lock = threading.Lock()  # guards what follows
        self._threads: dict[str, int] = {}
        self._refused: set[str] = set()
        self._calls: set[Call[Any]] = set()
        self._kits: set[str] = set()
        self._is_abandoned = False
        client.subscribe_topic("all", self._on_event)
        self._look_round()
        self._compare_versions()

    def is_alive(self) -> bool:
        return bool(self._client.status == "running") and not self._is_abandoned

    def in_hand(self) -> tuple[Future[Any], ...]:
        with self._lock:
            return tuple(call.outer for call in self._calls)

    def hand_over(self, call: Call[Any]) -> None:
        """Raises EngineLost where nobody can take it."""
        call.attempts += 1
        if call.attempts > _MOST_ATTEMPTS:
            raise EngineLost("The workers cannot be made ready: see their logs.")
        self._bring_kit(call.errand)
        with self._lock:
            threads = {address: n for address, n in self._threads.items() if address not in self._refused}
            if not threads:
                raise EngineLost("No worker of the cluster can be given anything for now.")
            load = Counter(each.worker for each in self._calls)
            key = call.errand.sticks_to(*call.args) if call.errand else str(id(call))
            call.worker = chosen(key, threads, load)
            self._calls.add(call)
        self._send(call)

    def stop(self) -> None:
        with suppress(OSError, TimeoutError):
            self._client.sync(
                self._client._run,  # noqa: SLF001 - `run` knows no time limit
                stop_session,
                self._client.id,
                on_error="ignore",
                callback_timeout=_STOP_S,
            )

    def abandon(self) -> None:
        with self._lock:
            self._is_abandoned = True
            calls = tuple(self._calls)
            self._calls.clear()
        for call in calls:
            call.fail(EngineLost("The cluster is gone, or was left."))
        with suppress(OSError, TimeoutError):
            self._client.close(timeout=_CONNECT_S)
        self._aftermath.shutdown(wait=False)

    # -- handing over --------------------------------------------------------------------------------------------------

    def _bring_kit(self, errand: Errand | None) -> None:
        if errand is None or errand.kit_name in self._kits:
            return
        try:
            self._client.register_plugin(KitPlugin(errand.kit_name, errand.open_kit))
        except (OSError, TimeoutError, ImportError, AttributeError) as error:
            raise EngineLost(f"The workers cannot be made ready: {error}.") from error
        self._kits.add(errand.kit_name)

    def _send(self, call: Call[Any]) -> None:
        function, arguments, options = call.function, call.args, dict(call.kwargs)
        if call.errand is not None:
            task = call.errand.packed(*call.args)
            function, arguments = run_errand, (call.errand.kit_name, self._here, self._client.id, task)
        try:
            call.inner = self._executor.submit(function, *arguments, workers=[call.worker], **options)
        except (OSError, RuntimeError) as error:  # the client closes in this moment
            self._forget(call)
            raise EngineLost(f"The cluster was lost: {error}.") from error
        call.inner.add_done_callback(lambda _: self._later(self._settle, call))
        call.outer.add_done_callback(lambda outer: self._withdraw(call) if outer.cancelled() else None)

    def _withdraw(self, call: Call[Any]) -> None:
        self._forget(call)
        if call.inner is not None:
            call.inner.cancel()

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
            for call in args:
                if isinstance(call, Call):
                    call.fail(error)

    def _forget(self, call: Call[Any]) -> bool:
        """False: it was forgotten before."""
        with self._lock:
            was_known = call in self._calls
            self._calls.discard(call)
        return was_known

    def _settle(self, call: Call[Any]) -> None:
        if call.inner is None or not self._forget(call):
            return
        try:
            result = call.inner.result()
        except CancelledError:
            self._break(call)
        except KilledWorker:
            self._lose(call)
        except Exception as error:  # noqa: BLE001 - the function's own: handed on to whoever asks for the result
            call.fail(error)
        else:
            self._finish(call, result)

    def _break(self, call: Call[Any]) -> None:
        """The engine forgot the call: the connection broke."""
        self._is_abandoned = True
        call.fail(EngineLost("The connection to the scheduler was lost."))

    def _finish(self, call: Call[Any], result: Any) -> None:
        if isinstance(result, Refusal):
            if result.lacks_kit:
                self._again(self, call, LinkBroken("the scheduler was started anew"))
                return
            self._refuse(call.worker, self._here.differences(result.versions))
            self._again(self, call, None)
        elif call.errand is not None:
            call.succeed(call.errand.unpacked(result, *call.args))
        else:
            call.succeed(result)

    def _lose(self, call: Call[Any]) -> None:
        if call.errand is not None:
            call.errand.lost(*call.args)
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
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        with self._lock:
            self._threads = {address: max(1, int(each["nthreads"])) for address, each in workers.items()}

    def _gone(self, address: str) -> None:
        with self._lock:
            self._threads.pop(address, None)
            self._refused.discard(address)
            lost = [call for call in self._calls if call.worker == address]
            self._calls.difference_update(lost)
        if lost:
            log.warning("a worker is gone; what it had in hand goes to others", extra={"worker": address})
        for call in lost:
            self._lose(call)
            if call.inner is not None:
                call.inner.cancel()

    def _compare_versions(self) -> None:
        found = self._client.run(versions_here, on_error="return")
        for address, there in found.items():
            if isinstance(there, ImportError):
                self._refuse(address, "the tracker is not installed there")
            elif not isinstance(there, BaseException) and (said := self._here.differences(there)):
                self._refuse(address, said)

    def _refuse(self, address: str, reason: str) -> None:
        with self._lock:
            is_news = address not in self._refused
            self._refused.add(address)
        if is_news:
            told = {"worker": address, "reason": reason}
            log.warning("a worker is given nothing: it must be installed like this machine", extra=told)


# The engine is typed in part: what it leaves open is not asked about.
_Client: Any = Client
_Security: Any = Security


def connected(settings: ExecutorSettings, again: Again) -> Link:
    """A link that is up. Raises EngineLost, in a sentence, for a scheduler that does not answer, or another version."""
    # The engine tells of every attempt, at length; what matters of it is told here, once and in a sentence.
    for name in ("distributed", "distributed.client"):  # the second has a level of its own
        logging.getLogger(name).setLevel(logging.CRITICAL)
    where = settings.scheduler
    try:
        client: Any = _Client(where, security=_security(settings), timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError, ImportError) as error:
        raise EngineLost(f"The cluster at {where} cannot be reached: {_first_line(error)}") from error
    try:
        return Link(client, again)
    except (OSError, TimeoutError) as error:
        client.close(timeout=_CONNECT_S)
        raise EngineLost(f"The cluster at {where} was lost again: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return (str(error).partition("\n")[0] or type(error).__name__).rstrip(".") + "."


def _security(settings: ExecutorSettings) -> Any:
    if not settings.tls_ca:
        return None
    return _Security(
        tls_ca_file=settings.tls_ca,
        tls_client_cert=settings.tls_cert,
        tls_client_key=settings.tls_key,
        require_encryption=True,
    )
