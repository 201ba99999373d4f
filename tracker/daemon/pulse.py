"""Do the jobs make progress? A job that hangs must not look alive because the rest of the process is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# The longest single steps are a page (deadline up to 10 minutes), a lock on the database (30 seconds) and the pause
# that a site asks for (2 minutes). Three times the longest: slow machines are no reason to be killed.
STUCK_S = 1_800.0


class Pulses:
    """Which jobs are at work, and when each last gave a sign of life. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._felt_at_s: dict[str, float] = {}

    @contextmanager
    def working(self, job: str) -> Iterator[None]:
        self.felt(job)
        try:
            yield
        finally:
            with self._lock:
                del self._felt_at_s[job]

    def felt(self, job: str) -> None:
        with self._lock:
            self._felt_at_s[job] = self._monotonic()

    def stuck(self) -> tuple[str, ...]:
        """Jobs at work without a sign of life for too long."""
        now_s = self._monotonic()
        with self._lock:
            return tuple(job for job, felt_at_s in self._felt_at_s.items() if now_s - felt_at_s > STUCK_S)
