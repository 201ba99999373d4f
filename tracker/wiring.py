"""Config -> live objects: the only place where the parts meet."""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from tracker.budget import Budget
from tracker.cadence import CadencePolicy
from tracker.channels import CHANGE_FIELDS, NOTICE_FIELDS, parse_template
from tracker.check import BATCH_ORDERS, CheckCycle, Look, Witness
from tracker.check import LookAgain as Again
from tracker.clock import seconds_since_boot, utc_now
from tracker.config import FILE_NAME, Config, SiteSettings
from tracker.courier import Courier, Outlet, Outside
from tracker.errors import ConfigError
from tracker.executors import FULL_WEIGHT, executor_for, stop_work
from tracker.extract import SiteRules
from tracker.fetch import Fetcher, look_at_host, user_agent
from tracker.holds import HoldKeeper
from tracker.host_turns import HostTurns
from tracker.judge import Judge
from tracker.look import Looker
from tracker.look_again import LookAgain
from tracker.look_remote import KitOrder, LookKit, RemoteLook, RemoteLookAgain
from tracker.model import Batch, FailureKind, Fetch, LookOrder, Recorded, Verdict
from tracker.notices import Rule
from tracker.notify import open_channel
from tracker.sandbox import Runner, Sandbox, run_here
from tracker.sources import SourceReader
from tracker.store import Identity, Keeping, Store
from tracker.urls import HostMap, host_of

if TYPE_CHECKING:
    from tracker.importing import Importer, MementoAccess

# At the end of a run: most receivers answer within a second, and what they do not take is sent again at the next start.
_LAST_NOTICES_S = 15.0


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


def fetcher_for(config: Config, world: World, sleep: Callable[[float], None] | None = None) -> Fetcher:
    """`sleep`: None: the world's."""
    return Fetcher(
        config.fetch,
        user_agent=user_agent(version("article-tracker"), config.fetch.contact),
        now=world.now,
        monotonic=world.monotonic,
        sleep=sleep or world.sleep,
        keeps_cookies=HostMap({site.host: True for site in config.sites if site.keep_cookies}),
    )


def notice_rules(config: Config) -> tuple[Rule, ...]:
    """What each channel of notices asks for."""
    return tuple(
        Rule(
            channel=each.channel,
            hosts=frozenset(each.hosts),
            kinds=frozenset(each.kinds),
            fields=frozenset(each.fields),
            min_confidence=each.min_confidence,
            rhythm=each.rhythm,
            title=parse_template(each.title, NOTICE_FIELDS),
            line=parse_template(each.template, CHANGE_FIELDS),
        )
        for each in config.notify
    )


def outlets_of(config: Config, world: World) -> tuple[Outlet, ...]:
    """The channels of notices, ready to send. Raises ConfigError with every address that cannot be used."""
    agent = user_agent(version("article-tracker"), config.fetch.contact)
    opened = [open_channel(each.url, each.secret, agent, world.now) for each in config.notify]
    faults = [f"notify[{number}].url: {each}" for number, each in enumerate(opened, 1) if isinstance(each, str)]
    if faults:
        raise ConfigError(FILE_NAME, faults)
    return tuple(
        Outlet(rule, send) for rule, send in zip(notice_rules(config), opened, strict=True) if not isinstance(send, str)
    )


@contextmanager
def courier(outlets: Sequence[Outlet], store: Store, world: World, *, is_daemon: bool = False) -> Iterator[Courier]:
    """Ready to carry notices; what is under way at the end is waited for a little."""

    def new_id() -> str:
        return str(uuid.UUID(int=world.random.getrandbits(128), version=4))

    outside = Outside(world.now, world.monotonic, world.random.random, new_id)
    carrying = Courier(store, outlets, outside)
    carrying.start(alone=is_daemon)
    try:
        yield carrying
    finally:
        carrying.close(_LAST_NOTICES_S if is_daemon else 0.0)  # a single check has waited already, see `finish`


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


def host_intervals(config: Config) -> HostMap[float]:
    """Seconds between two requests to a host, where a site's rules say so."""
    return HostMap({site.host: site.host_interval_s for site in config.sites if site.host_interval_s is not None})


def host_rules(config: Config) -> HostMap[SiteRules]:
    """How pages of a host are read, where [[sites]] says so."""
    return HostMap({site.host: rules_of(site) for site in config.sites})


def sandbox() -> Sandbox:
    """Where pages are read: as many processes as can work at a time, started when there is something to read."""
    return Sandbox(os.cpu_count() or 1, preload=("tracker.extract.examining", "trafilatura"))


def open_look_kit(settings: bytes) -> LookKit:
    """What a worker looks with, by the settings that `kit_order` sends."""
    config = Config.model_validate_json(settings)
    return LookKit(partial(fetcher_for, config, World()), host_rules(config), host_intervals(config), sandbox())


def kit_order(config: Config) -> KitOrder:
    """What workers need to know of the configuration, and nothing else of it: no channel's secret travels."""
    return KitOrder(Config(fetch=config.fetch, sites=config.sites).model_dump_json().encode(), open_look_kit)


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

    rules = host_rules(config)
    holds = HoldKeeper(store, fetcher, world.now)
    holds.restore()
    store.announce(notice_rules(config))

    def after_check(verdict: Verdict, recorded: Recorded) -> None:
        holds.keep()
        witness(verdict, recorded)

    with (
        sandbox() if processes is None else nullcontext(processes) as readers,
        executor_for(config.executor, config.schedule.workers) as executor,
    ):
        is_remote = config.executor.kind == "dask"
        look: Look = Looker(fetch_batch, rules, is_stopping=world.stop.is_set, run=readers.run)
        again: Again = LookAgain(rules, readers.run)
        if is_remote:
            look, again = RemoteLook(kit_order(config), fetcher), RemoteLookAgain(kit_order(config))
        yield CheckCycle(
            store=store,
            executor=executor,
            look=look,
            judge=Judge(policy_of(config)),
            now=world.now,
            jitter=world.random.random,
            workers=config.schedule.workers,
            look_again=again,
            witness=after_check,
            is_stopping=world.stop.is_set,
            on_stop=partial(stop_work, executor),
            budget=budget_of(config, world),
            batch_orders=FULL_WEIGHT if is_remote else BATCH_ORDERS,
        )


@contextmanager
def importer(config: Config, store: Store, world: World) -> Iterator[Importer]:
    """Takes in what others saw; its sandbox ends with it."""
    from tracker.importing import Importer  # noqa: PLC0415 - formats of others, which most commands do not need

    rules = host_rules(config)
    judge = Judge(policy_of(config), is_doubting=False)
    with sandbox() as readers:
        yield Importer(store, judge, world.now(), rules, readers.run, os.cpu_count() or 1)


def memento_access(config: Config, store: Store, world: World, archive: str | None) -> MementoAccess:
    """Web archives are asked with the pauses, limits and robots rules of every other host. None: the best known one."""
    from tracker.exchange.memento import ORIGIN, WAYBACK_MACHINE  # noqa: PLC0415 - as above
    from tracker.importing import MementoAccess  # noqa: PLC0415 - as above

    fetcher = fetcher_for(config, world)
    intervals = host_intervals(config)

    def fetch(url: str) -> Fetch:
        host = host_of(url)
        answers = look_at_host(fetcher, Batch(host, (LookOrder(0, url),)), intervals.get(host))
        stopped = Fetch(url, url, world.now(), failure=FailureKind.HELD_OFF, failure_detail="the import was stopped")
        return next(answers, stopped)

    def known(url: str, seen_at: datetime) -> bool:
        (article,) = store.recognised([Identity.of(url)])
        return article is not None and store.is_merged(article.article_id, seen_at, ORIGIN)

    return MementoAccess(fetch, known, archive or WAYBACK_MACHINE)


def budget_of(config: Config, world: World) -> Budget:
    intervals = host_intervals(config)

    def pause_of(host: str) -> timedelta:
        return timedelta(seconds=intervals.get(host, config.fetch.host_interval_s))

    return Budget(config.schedule.requests_per_day, policy_of(config), pause_of, world.random.random)


def source_reader(
    config: Config,
    store: Store,
    fetcher: Fetcher,
    world: World,
    run: Runner = run_here,
    turns: HostTurns | None = None,
) -> SourceReader:
    """Reads the configured sources and those that were added by hand; `run` is where their documents are parsed.
    `turns`: those of a cycle that asks the same hosts, if there is one."""
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
        turns=turns or HostTurns(),
        is_stopping=world.stop.is_set,
    )
    reader.adopt(config.sources)
    return reader


@dataclass(frozen=True, slots=True)
class Care:
    """What the daemon does for a database beside looking."""

    maintain: Callable[[datetime], object]  # once a day
    seal_some: Callable[[datetime], int]  # a portion of some tenths of a second; 0: nothing waits
    clock_went_back: Callable[[datetime, timedelta], object]  # what was planned lies too far ahead by as much
    last_recorded_at: Callable[[], datetime | None]  # None: no look was recorded yet


def keeping_of(config: Config) -> Keeping:
    """What [database] says of how long things stay."""
    database = config.database
    return Keeping(
        fold_checks_after=_days(database.fold_checks_after_days),
        keep_captures_for=_days(database.keep_captures_days),
        most_capture_bytes=database.max_captures_bytes or None,
    )


def _days(number: int) -> timedelta | None:
    """In the configuration 0 stands for never."""
    return timedelta(days=number) if number else None


def care_of(store: Store, config: Config) -> Care:
    def maintain(now: datetime) -> None:
        store.maintain(now, keeping_of(config))

    return Care(maintain, store.seal_some, store.clock_went_back, lambda: store.last_check_at)
