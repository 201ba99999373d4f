"""Config -> live objects: the only place where the parts meet."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle, Witness
from tracker.clock import seconds_since_boot
from tracker.clock import utc_now as utc_now  # noqa: PLC0414 - the command line takes it from here
from tracker.config import Config, ScheduleSettings, SiteSettings
from tracker.executors import executor_for
from tracker.extract import SiteRules
from tracker.fetch import Fetcher, look_at_host, user_agent
from tracker.judge import Judge
from tracker.look import Looker
from tracker.look_again import LookAgain
from tracker.model import Batch, Fetch
from tracker.sandbox import Sandbox
from tracker.sources import SourceReader
from tracker.store import Store


@dataclass(frozen=True, slots=True)
class World:
    """What is outside: the clocks, sleep and chance. A stop ends every sleep at once."""

    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    random: random.Random = field(default_factory=random.SystemRandom)
    stop: threading.Event = field(default_factory=threading.Event)
    since_boot: Callable[[], float] = seconds_since_boot  # goes on while the machine sleeps

    def sleep(self, seconds: float) -> None:
        self.stop.wait(seconds)


def fetcher_for(config: Config, world: World) -> Fetcher:
    return Fetcher(
        config.fetch,
        user_agent=user_agent(version("article-tracker"), config.fetch.contact),
        now=world.now,
        monotonic=world.monotonic,
        sleep=world.sleep,
        keeps_cookies=frozenset(site.host for site in config.sites if site.keep_cookies),
    )


def unheeded(config: Config) -> tuple[str, ...]:
    """Settings that are given but have no effect yet, each in a sentence: silence would look like obedience."""
    told = []
    if config.notify:
        told.append("notify: this version sends no notices yet; `tracker report` shows what changed")
    if config.schedule.requests_per_day != ScheduleSettings().requests_per_day:
        told.append("schedule.requests_per_day: this version keeps to intervals by age, not yet to a budget")
    return tuple(told)


def policy_of(config: Config) -> CadencePolicy:
    schedule = config.schedule
    return CadencePolicy(timedelta(seconds=schedule.min_interval_s), timedelta(seconds=schedule.max_interval_s))


def rules_of(site: SiteSettings) -> SiteRules:
    return SiteRules(
        remove=site.remove,
        body=site.body,
        headline=site.headline,
        byline=site.byline,
        timezone=site.timezone,
        live_pages=site.live_pages,
    )


def sandbox() -> Sandbox:
    """Where pages are read: as many processes as can work at a time, started when there is something to read."""
    return Sandbox(os.cpu_count() or 1, preload=("tracker.extract.examining", "trafilatura"))


@contextmanager
def check_cycle(config: Config, store: Store, fetcher: Fetcher, world: World, witness: Witness) -> Iterator[CheckCycle]:
    """A cycle ready to run on an open database; its workers end with it."""
    intervals = {site.host: site.host_interval_s for site in config.sites if site.host_interval_s is not None}

    def fetch_batch(batch: Batch) -> Iterator[Fetch]:
        return look_at_host(fetcher, batch, intervals.get(batch.host, config.fetch.host_interval_s))

    rules = {site.host: rules_of(site) for site in config.sites}
    with sandbox() as processes, executor_for(config.executor, config.schedule.workers) as executor:
        looker = Looker(fetch_batch, rules, is_stopping=world.stop.is_set, run=processes.run)
        yield CheckCycle(
            store=store,
            executor=executor,
            look=looker,
            judge=Judge(policy_of(config)),
            now=world.now,
            jitter=world.random.random,
            workers=config.schedule.workers,
            look_again=LookAgain(rules, processes.run),
            witness=witness,
            is_stopping=world.stop.is_set,
        )


def source_reader(config: Config, store: Store, fetcher: Fetcher, world: World) -> SourceReader:
    """Reads the configured sources and those that were added by hand."""
    reader = SourceReader(store, fetcher, world.now)
    reader.adopt(config.sources)
    return reader


@dataclass(frozen=True, slots=True)
class Care:
    """What the daemon does for a database beside looking."""

    maintain: Callable[[datetime], object]  # once a day
    clock_went_back: Callable[[timedelta], object]  # negative: what was planned lies too far ahead by as much
    last_recorded_at: Callable[[datetime], datetime | None]  # None: no look was recorded yet


def _no_maintenance(_now: datetime) -> None:
    """SQLite checkpoints its log by itself; a database stays usable without any other."""


def _no_shift(_by: timedelta) -> None:
    """What was planned too far ahead is looked at later by as much, once."""


def care_of(store: Store) -> Care:
    def last_recorded_at(now: datetime) -> datetime | None:
        return store.health(now).last_check_at

    return Care(_no_maintenance, _no_shift, last_recorded_at)
