"""Is this worker still one of the cluster's? Who was frozen, or cut off from the others, must find out before it acts.

A scheduler that hears nothing of a worker for some time counts it out, and its work goes to others. The worker may be
alive, and go on where it was: two machines would then ask one host. So it asks the scheduler again and again whether it
is still known there, and begins nothing when the last good answer is older than half of that time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import dask.config
from dask.utils import parse_timedelta
from tornado.ioloop import PeriodicCallback

from tracker.clock import seconds_since_boot

# The engine never counts a worker out before ten of its shortest heartbeats (.5 s) were missed, whatever is configured.
_LEAST_TTL_S = 5.0
_SHARE = 0.5  # of that time: the worker must be the first to know
_RENEWALS = 5  # within a lease: some answers may come late


class Lease:
    """Renews itself in the worker's event loop, in which it is to be made, until `end`."""

    def __init__(self, worker: Any, now_s: Callable[[], float] = seconds_since_boot) -> None:
        self._worker = worker
        self._now_s = now_s  # goes on while the machine sleeps, and a process that is stopped
        self.length_s = _SHARE * _counted_out_after_s()
        self._heard_s = now_s()  # the scheduler has just taken it in
        self._renewal = PeriodicCallback(self._renew, 1000 * self.length_s / _RENEWALS)
        self._renewal.start()

    def is_valid(self) -> bool:
        """From any thread."""
        return self._now_s() - self._heard_s < self.length_s

    def end(self) -> None:
        self._renewal.stop()

    async def _renew(self) -> None:
        asked_s = self._now_s()
        with suppress(OSError, TimeoutError):
            address = self._worker.address
            if address in await self._worker.scheduler.ncores(workers=[address]):
                self._heard_s = asked_s


def _counted_out_after_s() -> float:
    """The least of the two ways in which a scheduler loses a worker: it misses its heartbeats, or the connection
    breaks. As this machine is configured: to be configured alike on all."""
    ttl_s = parse_timedelta(dask.config.get("distributed.scheduler.worker-ttl")) or float("inf")
    silence_s = parse_timedelta(dask.config.get("distributed.comm.timeouts.tcp"))
    return max(_LEAST_TTL_S, min(float(ttl_s), float(silence_s)))
