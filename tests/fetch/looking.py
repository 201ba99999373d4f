"""What the tests of looking share: a fetcher with the limits wanted, and a clock that moves by sleeping only."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tracker.config import FetchSettings
from tracker.fetch import Fetcher, user_agent
from tracker.fetch.resolver import Resolver, system_addresses

START = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)


class SleepClock:
    """Time passes by sleeping, and by nothing else."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.seconds += seconds


def make_fetcher(
    *,
    clock: SleepClock | None = None,
    resolve: Resolver = system_addresses,
    tls: ssl.SSLContext | None = None,
    sleep: Callable[[float], object] = time.sleep,
    keeps_cookies: frozenset[str] = frozenset(),
    **settings: object,
) -> Fetcher:
    """A fetcher that may look at loopback and does not pause, unless told otherwise."""
    chosen = {"allow_private_addresses": True, "host_interval_s": 0.0, "deadline_s": 10.0, **settings}
    return Fetcher(
        FetchSettings.model_validate(chosen),
        user_agent=user_agent("1.2", "https://example.org/about"),
        now=clock.now if clock else lambda: datetime.now(UTC),
        monotonic=clock.monotonic if clock else time.monotonic,
        sleep=clock.sleep if clock else sleep,
        resolve=resolve,
        tls=tls,
        keeps_cookies=keeps_cookies,
    )
