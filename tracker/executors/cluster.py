"""Work on a dask.distributed cluster, as a `concurrent.futures.Executor`.

    submit --> ClusterExecutor --> Link (one connection) --> Client.get_executor() --> scheduler --> a worker

Each call is bound to one worker. The engine's own way with a worker that died is to run its tasks again elsewhere at
once: for a host that was being asked that is a request without a pause. Here such a call fails with WorkerLost, and who
handed it over decides. A scheduler that is lost fails all that is in hand with EngineLost; it is looked for again when
there is something to hand over, ever more seldom, and told of once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from typing import ParamSpec, TypeVar

from tracker.config import ExecutorSettings
from tracker.errors import EngineLost
from tracker.executors.calls import Call
from tracker.executors.connecting import connected
from tracker.executors.link import Link, LinkBroken

log = logging.getLogger(__name__)

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0  # a scheduler that was restarted is found again within this

P = ParamSpec("P")
T = TypeVar("T")


class ClusterExecutor(Executor):
    """Safe to share between threads. Functions that are no errands must be picklable, as on any cluster."""

    def __init__(self, settings: ExecutorSettings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._lock = threading.RLock()  # guards what follows
        self._link: Link | None = None
        self._is_closed = False
        self._is_away = False  # and that was told
        self._pause_s = _FIRST_PAUSE_S
        self._try_at_s = 0.0

    @property
    def scheduler(self) -> str:
        return self._settings.scheduler

    @property
    def tasks_sent(self) -> int:
        """Through the connection that there is: several calls may have gone in one."""
        link = self._link
        return 0 if link is None else link.tasks_sent

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that may also fail with WorkerLost or EngineLost: see there."""
        call: Call[T] = Call(fn, args, kwargs)
        try:
            self._hand_over(call)
        except EngineLost as lost:
            call.outer.set_exception(lost)
        return call.outer

    def stop(self) -> None:
        """What is in hand is to end soon, with what there is: sleeps are cut short, looks not yet begun left out."""
        with self._lock:
            link = self._link
        if link is not None:
            link.stop()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor's; without `wait`, what is in hand is given up."""
        with self._lock:
            link, self._link, self._is_closed = self._link, None, True
        if link is not None:
            _finish(link, waits=wait and not cancel_futures)

    def _hand_over(self, call: Call[T]) -> None:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            link = self._living()
        link.hand_over(call)

    def _living(self) -> Link:
        if self._link is not None:
            if self._link.is_alive():
                return self._link
            self._drop(self._link, "the connection to the scheduler was lost")
        if self._monotonic() < self._try_at_s:
            raise EngineLost(f"The cluster at {self._settings.scheduler} cannot be reached for now.")
        try:
            self._link = connected(self._settings, self._again)
        except EngineLost as lost:
            self._missed(str(lost))
            raise
        if self._is_away:
            log.info("the cluster is there again", extra={"scheduler": self._settings.scheduler})
        self._is_away, self._pause_s = False, _FIRST_PAUSE_S
        return self._link

    def _again(self, link: Link, call: Call[T], why: LinkBroken | None) -> None:
        """A call that was not begun: hand it over once more. `why`: the connection is of no use any more."""
        try:
            with self._lock:
                if why is not None and link is self._link:
                    self._drop(link, str(why))
            self._hand_over(call)
        except (EngineLost, RuntimeError) as lost:
            call.fail(lost if isinstance(lost, EngineLost) else EngineLost(str(lost)))

    def _drop(self, link: Link, reason: str) -> None:
        self._link = None
        self._missed(reason)
        self._try_at_s = 0.0  # the first attempt is made at once
        threading.Thread(target=link.abandon, name="link-end", daemon=True).start()

    def _missed(self, reason: str) -> None:
        if not self._is_away:
            told = {"scheduler": self._settings.scheduler, "reason": reason}
            log.warning("the cluster is away: what is due stays due", extra=told)
        self._is_away = True
        self._try_at_s = self._monotonic() + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)


def _finish(link: Link, *, waits: bool) -> None:
    if waits:
        link.flush()
        wait(link.in_hand())
    link.abandon()
