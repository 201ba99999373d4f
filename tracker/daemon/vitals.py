"""How the daemon does: figures taken now and then by a job, troubles as they stand at the moment of asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tracker.clock import SteadyClock
from tracker.daemon.database_file import LEAST_FREE_BYTES, free_bytes
from tracker.daemon.trouble import Troubles
from tracker.health import Snapshot
from tracker.health.snapshot import lateness
from tracker.model import Health

# Room for weeks at a few articles, for a day at many: time to see to it. A gigabyte is a fiftieth of a small disk.
LITTLE_FREE_BYTES = 1024**3


@dataclass(frozen=True, slots=True)
class _Figures:
    """Taken together."""

    health: Health
    free_bytes: int | None


@dataclass(slots=True)
class Vitals:
    """`take` belongs to one job; `snapshot` may be called from any thread and waits for nothing."""

    clock: SteadyClock
    troubles: Troubles
    path: Path
    started_at: datetime
    longest_pause: timedelta  # between two looks, as the budget wants it
    _figures: _Figures | None = field(default=None, init=False)

    def take(self, ask: Callable[[datetime], Health]) -> None:
        self._figures = _Figures(ask(self.clock.now()), free_bytes(self.path))

    def sentence(self) -> str:
        """For `systemctl status`."""
        snapshot = self.snapshot()
        if snapshot.troubles:
            return "; ".join(snapshot.troubles)
        due = 0 if snapshot.health is None else snapshot.health.due_count
        return f"all is well, {due:,} articles due"

    def snapshot(self) -> Snapshot:
        now = self.clock.now()
        figures = self._figures
        return Snapshot(
            at=now,
            started_at=self.started_at,
            health=None if figures is None else figures.health,
            troubles=(*self.troubles.standing(), *self._clock_trouble(), *self._queue_trouble(now, figures)),
            free_bytes=None if figures is None else figures.free_bytes,
        )

    def _clock_trouble(self) -> tuple[str, ...]:
        doubt = self.clock.doubt
        return () if doubt is None else (f"the machine's clock is off by {doubt}, which is not believed yet",)

    def _queue_trouble(self, now: datetime, figures: _Figures | None) -> tuple[str, ...]:
        if figures is None:
            return ()
        late = lateness(figures.health, now, self.started_at, self.longest_pause)
        free = figures.free_bytes
        if free is None or not LEAST_FREE_BYTES <= free < LITTLE_FREE_BYTES:  # less is a trouble of its own
            return late
        return (*late, f"only {free // 1024**2:,} MB are free on the disk of the database")
