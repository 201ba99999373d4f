"""Config -> live objects: the only place where the parts meet."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle, Witness
from tracker.config import Config, ScheduleSettings, SiteSettings
from tracker.executors import executor_for
from tracker.extract import SiteRules
from tracker.fetch import Fetcher, look_at_host, user_agent
from tracker.judge import Judge
from tracker.look import Looker
from tracker.model import Batch, Fetch
from tracker.sources import SourceReader
from tracker.store import Store


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class World:
    """What is outside: the clock, sleep and chance. A stop ends every sleep at once."""

    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    random: random.Random = field(default_factory=random.SystemRandom)
    stop: threading.Event = field(default_factory=threading.Event)

    def sleep(self, seconds: float) -> None:
        self.stop.wait(seconds)


def fetcher_for(config: Config, world: World) -> Fetcher:
    return Fetcher(
        config.fetch,
        user_agent=user_agent(version("article-tracker"), config.fetch.contact),
        now=world.now,
        monotonic=world.monotonic,
        sleep=world.sleep,
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


@contextmanager
def check_cycle(config: Config, store: Store, fetcher: Fetcher, world: World, witness: Witness) -> Iterator[CheckCycle]:
    """A cycle ready to run on an open database; its workers end with it."""
    intervals = {site.host: site.host_interval_s for site in config.sites if site.host_interval_s is not None}

    def fetch_batch(batch: Batch) -> Iterator[Fetch]:
        return look_at_host(fetcher, batch, intervals.get(batch.host, config.fetch.host_interval_s))

    looker = Looker(
        fetch_batch,
        rules={site.host: rules_of(site) for site in config.sites},
        is_stopping=world.stop.is_set,
    )
    with executor_for(config.executor, config.schedule.workers) as executor:
        yield CheckCycle(
            store=store,
            executor=executor,
            look=looker,
            judge=Judge(policy_of(config)),
            now=world.now,
            jitter=world.random.random,
            workers=config.schedule.workers,
            witness=witness,
            is_stopping=world.stop.is_set,
        )


def source_reader(config: Config, store: Store, fetcher: Fetcher, world: World) -> SourceReader:
    """Reads the configured sources and those that were added by hand."""
    reader = SourceReader(store, fetcher, world.now)
    reader.adopt(config.sources)
    return reader
