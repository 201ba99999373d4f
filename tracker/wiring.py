"""Config -> live objects: the only place where the parts meet."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version

from tracker.budget import Budget
from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle, Witness
from tracker.clock import seconds_since_boot, utc_now
from tracker.config import Config, SiteSettings
from tracker.executors import executor_for
from tracker.extract import SiteRules
from tracker.fetch import Fetcher, look_at_host, user_agent
from tracker.holds import HoldKeeper
from tracker.judge import Judge
from tracker.look import Looker
from tracker.look_again import LookAgain
from tracker.model import Batch, Fetch, Recorded, Verdict
from tracker.sandbox import Runner, Sandbox, run_here
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


def host_intervals(config: Config) -> dict[str, float]:
    """Seconds between two requests to a host, where a site's rules say so."""
    return {site.host: site.host_interval_s for site in config.sites if site.host_interval_s is not None}


def sandbox() -> Sandbox:
    """Where pages are read: as many processes as can work at a time, started when there is something to read."""
    return Sandbox(os.cpu_count() or 1, preload=("tracker.extract.examining", "trafilatura"))


@contextmanager
def check_cycle(
    config: Config,
    store: Store,
    fetcher: Fetcher,
    world: World,
    witness: Witness,
    processes: Sandbox | None = None,
) -> Iterator[CheckCycle]:
    """A cycle ready to run on an open database; its workers end with it."""
    intervals = host_intervals(config)

    def fetch_batch(batch: Batch) -> Iterator[Fetch]:
        return look_at_host(fetcher, batch, intervals.get(batch.host, config.fetch.host_interval_s))

    rules = {site.host: rules_of(site) for site in config.sites}
    holds = HoldKeeper(store, fetcher, world.now)
    holds.restore()

    def after_check(verdict: Verdict, recorded: Recorded) -> None:
        holds.keep()
        witness(verdict, recorded)

    with (
        sandbox() if processes is None else nullcontext(processes) as readers,
        executor_for(config.executor, config.schedule.workers) as executor,
    ):
        looker = Looker(fetch_batch, rules, is_stopping=world.stop.is_set, run=readers.run)
        yield CheckCycle(
            store=store,
            executor=executor,
            look=looker,
            judge=Judge(policy_of(config)),
            now=world.now,
            jitter=world.random.random,
            workers=config.schedule.workers,
            look_again=LookAgain(rules, readers.run),
            witness=after_check,
            is_stopping=world.stop.is_set,
            budget=budget_of(config, world),
        )


def budget_of(config: Config, world: World) -> Budget:
    intervals = host_intervals(config)

    def pause_of(host: str) -> timedelta:
        return timedelta(seconds=intervals.get(host, config.fetch.host_interval_s))

    return Budget(config.schedule.requests_per_day, policy_of(config), pause_of, world.random.random)


def source_reader(config: Config, store: Store, fetcher: Fetcher, world: World, run: Runner = run_here) -> SourceReader:
    """Reads the configured sources and those that were added by hand; `run` is where their documents are parsed."""
    holds = HoldKeeper(store, fetcher, world.now)
    holds.restore()
    reader = SourceReader(
        store,
        fetcher,
        world.now,
        run,
        jitter=world.random.random,
        host_intervals=host_intervals(config),
        after_reading=holds.keep,
    )
    reader.adopt(config.sources)
    return reader


@dataclass(frozen=True, slots=True)
class Care:
    """What the daemon does for a database beside looking."""

    maintain: Callable[[datetime], object]  # once a day
    clock_went_back: Callable[[datetime, timedelta], object]  # what was planned lies too far ahead by as much
    last_recorded_at: Callable[[], datetime | None]  # None: no look was recorded yet


def care_of(store: Store) -> Care:
    return Care(store.maintain, store.clock_went_back, lambda: store.last_check_at)
