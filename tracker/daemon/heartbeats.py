"""The scheduler's beats, and what keeps it awake. The only importer of APScheduler.

APScheduler sleeps and plans by the wall clock: set back an hour it does nothing for an hour, and set forward a year
its own interval trigger would count the seconds of a year one by one. A beat here is due a while after the last one
was handed out, whatever lies between, and `keep_awake`, called again and again, pulls back what lies too far ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

_SLACK = timedelta(seconds=5)  # between handing a job out and looking at its next time
_ASLEEP_S = 5.0  # between two calls of `keep_awake`, which come every second: the machine slept, or was very busy


class Beat(BaseTrigger):  # type: ignore[misc]  # the base class is untyped
    """At once, and then `seconds` after each time it was handed out. What was missed meanwhile counts as once."""

    def __init__(self, seconds: float, *, first_after_s: float = 0.0) -> None:
        self.interval = timedelta(seconds=seconds)
        self.first_after = timedelta(seconds=first_after_s)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now + (self.first_after if previous_fire_time is None else self.interval)


class Heartbeats:
    """Jobs that are called again and again, each by one thread at a time."""

    def __init__(self, scheduler: BackgroundScheduler, since_boot: Callable[[], float]) -> None:
        self._scheduler = scheduler
        self._since_boot = since_boot
        self._awake_at_s = since_boot()

    def add(self, name: str, job: Callable[[], object], seconds: float, *, first_after_s: float = 0.0) -> None:
        self._scheduler.add_job(job, Beat(seconds, first_after_s=first_after_s), id=name, name=name)

    def when_one_breaks(self, tell: Callable[[str], object]) -> None:
        """`tell` hears the name of a job that ended with an exception, which is in the log already."""

        def heard(event: JobExecutionEvent) -> None:
            tell(event.job_id)

        self._scheduler.add_listener(heard, EVENT_JOB_ERROR)

    def keep_awake(self) -> bool:
        """Call it every second. True: the clock was set, or the machine slept, and the scheduler had to be woken."""
        now_s = self._since_boot()
        was_asleep = now_s - self._awake_at_s > _ASLEEP_S
        self._awake_at_s = now_s
        now = datetime.now(UTC)  # the wall clock: the one that the scheduler goes by
        stranded = [job for job in self._scheduler.get_jobs() if _is_stranded(job, now)]
        for job in stranded:
            job.modify(next_run_time=now)
        if was_asleep:
            self._scheduler.wakeup()
        return was_asleep or bool(stranded)


def _is_stranded(job: Job, now: datetime) -> bool:
    """Further ahead than its beat is long: the clock was set back since. (None: it is paused, which no job here is.)"""
    ahead: timedelta = max(job.trigger.interval, job.trigger.first_after) + _SLACK
    return job.next_run_time is not None and job.next_run_time > now + ahead


@contextmanager
def heartbeats(threads: int, since_boot: Callable[[], float]) -> Iterator[Heartbeats]:
    """Beats until the block ends, which waits for the jobs in hand."""
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(threads)},
        # A heartbeat that comes late is still wanted, once: jobs must not vanish after a sleep or a clock step.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    scheduler.start()
    try:
        yield Heartbeats(scheduler, since_boot)
    finally:
        scheduler.shutdown(wait=True)
