"""An hour in the life of the demo's site, watched by the real daemon in about twenty seconds."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker import daemon
from tracker.check import Witness
from tracker.config import Config, DatabaseSettings, FetchSettings, ScheduleSettings
from tracker.demo.site import DemoSite
from tracker.store import Store
from tracker.wiring import World

SECONDS = 20.0  # that the hour takes
_HOUR = timedelta(hours=1)
_HEARTBEAT_S = 0.1
_LOOK_EVERY_S = 120.0  # of the site's time: each article is looked at some thirty times
_ASK_EVERY_S = 0.05  # whether the site has shown everything
_PATIENCE_S = 180.0  # a machine so slow that the site is not through by then has something else to do
_NOISE_SEED = 20261123  # adverts and counters are the same at every demo; which page shows them first is not


@dataclass(frozen=True, slots=True)
class FastClock:
    """A clock that begins at `start` and runs `speed` times as fast as the machine's."""

    start: datetime
    monotonic: Callable[[], float]
    began: float
    speed: float

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.elapsed_s)

    def minute(self) -> float:
        return self.elapsed_s / 60

    @property
    def elapsed_s(self) -> float:
        return (self.monotonic() - self.began) * self.speed


def demo_config(database: Path) -> Config:
    """Loopback is allowed, and nobody's server needs sparing."""
    return Config(
        database=DatabaseSettings(path=str(database.absolute())),
        fetch=FetchSettings(allow_private_addresses=True, host_interval_s=0.0),
        schedule=ScheduleSettings(min_interval_s=_LOOK_EVERY_S, max_interval_s=_LOOK_EVERY_S, workers=4),
    )


@contextmanager
def open_site(world: World, seconds: float = SECONDS) -> Iterator[tuple[DemoSite, World]]:
    """The site, and the world as it is for the daemon that watches it: the clock runs with the site's."""
    speed = _HOUR.total_seconds() / seconds
    clock = FastClock(datetime.now(UTC) - _HOUR, world.monotonic, world.monotonic(), speed)
    fast = World(
        now=clock.now,
        monotonic=world.monotonic,
        random=random.Random(_NOISE_SEED),  # noqa: S311 - spreads looks, guards nothing
        stop=world.stop,
        since_boot=lambda: clock.elapsed_s,  # or the time of day would seem to have been set
    )
    noise = random.Random(_NOISE_SEED)  # noqa: S311 - adverts and counters
    with DemoSite(minute=clock.minute, noise=noise, opened_at=clock.start) as site:
        yield site, fast


def watch(site: DemoSite, database: Path, world: World, witness: Witness) -> bool:
    """Track the site's articles with the daemon until each has shown all it will. False: stopped before that."""
    config = demo_config(database)
    with Store.open(database, create=True) as store:
        store.add_articles(site.urls, world.now())
    umpire = threading.Thread(target=_stop_when_finished, args=(site, world), daemon=True)
    umpire.start()
    daemon.run(config, world, witness, _HEARTBEAT_S)
    return site.is_finished()


def _stop_when_finished(site: DemoSite, world: World) -> None:
    deadline = world.monotonic() + _PATIENCE_S
    while not site.is_finished() and world.monotonic() < deadline:
        if world.stop.wait(_ASK_EVERY_S):
            return
    world.stop.set()
