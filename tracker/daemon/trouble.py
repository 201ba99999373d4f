"""Trouble of the world, told when it begins and when it is over, however many jobs meet it; jobs that outlive it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tracker.errors import StoreError

log = logging.getLogger(__name__)

_MOST_BEATS_SKIPPED = 300  # about five minutes: somebody who made room on the disk does not wait longer
_MOST_TEXTS = 10  # told of one trouble: a message that is different each time is no news each time


class Topic(StrEnum):
    """What the trouble is with; the value is told when it begins."""

    DATABASE = "the database cannot be used, trying again"
    ROOM = "the disk is all but full, holding on until there is room"
    NETWORK = "the network is gone, holding on until it is back"
    BUG = "a job of the daemon breaks, trying again"
    STUCK = "a job of the daemon hangs"


_OVER = {
    Topic.DATABASE: "the database can be used again",
    Topic.ROOM: "there is room on the disk again",
    Topic.NETWORK: "the network is back",
    Topic.BUG: "the job works again",
    Topic.STUCK: "the job goes on",
}


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why nothing should be tried for now."""

    topic: Topic
    reason: str


def _nothing() -> Hindrance | None:
    return None


class Troubles:
    """What stands in the way now. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[Topic, set[str]] = {}  # that met it and did not yet succeed again
        self._texts: dict[Topic, list[str]] = {}  # told so far

    def begin(self, job: str, hindrance: Hindrance) -> None:
        with self._lock:
            self._jobs.setdefault(hindrance.topic, set()).add(job)
            texts = self._texts.setdefault(hindrance.topic, [])
            is_news = hindrance.reason not in texts and len(texts) < _MOST_TEXTS
            if is_news:
                texts.append(hindrance.reason)
        if is_news:
            log.error(hindrance.topic.value, extra={"job": job, "reason": hindrance.reason})

    def end(self, job: str) -> None:
        """The job succeeded: whatever it met is over for it, and for all when no other job is left."""
        with self._lock:
            over = [topic for topic, jobs in self._jobs.items() if job in jobs and len(jobs) == 1]
            for jobs in self._jobs.values():
                jobs.discard(job)
            for topic in over:
                del self._jobs[topic], self._texts[topic]
        for topic in over:
            log.info(_OVER[topic], extra={"job": job})

    def standing(self) -> tuple[str, ...]:
        """Each in a sentence."""
        with self._lock:
            return tuple(f"{topic.value}: {texts[-1]}" for topic, texts in self._texts.items() if texts)


@dataclass(slots=True)
class PatientJob:
    """A job that outlives trouble with the database, and is not even tried while something hinders it.

    What cannot be written down would be looked at again at every beat: while the trouble lasts, ever more beats are
    left out, so that a full disk here is no flood of requests there.
    """

    name: str
    job: Callable[[], object]
    troubles: Troubles
    hindrance: Callable[[], Hindrance | None] = _nothing
    failures_in_row: int = field(default=0, init=False)
    beats_to_skip: int = field(default=0, init=False)

    def __call__(self) -> None:
        if self.beats_to_skip:
            self.beats_to_skip -= 1
            return
        hindrance = self.hindrance()
        if hindrance is not None:
            self.troubles.begin(self.name, hindrance)
            return
        try:
            self.job()
        except StoreError as error:
            self._wait_for(Hindrance(Topic.DATABASE, str(error)))
        else:
            self.troubles.end(self.name)
            self.failures_in_row = 0

    def broke(self) -> None:
        """It ended with an exception that nobody foresaw: a bug, which is not run into once a second either."""
        self._wait_for(Hindrance(Topic.BUG, f"{self.name}; the log says where"))

    def _wait_for(self, hindrance: Hindrance) -> None:
        self.troubles.begin(self.name, hindrance)
        self.failures_in_row += 1
        self.beats_to_skip = min(2 ** min(self.failures_in_row, 10), _MOST_BEATS_SKIPPED)
