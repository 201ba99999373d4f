"""The demo's news site as one thing to enter and leave."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from random import Random
from types import TracebackType
from typing import Self

from tracker.demo.articles import Outlet, load_outlets, load_timelines
from tracker.demo.newsroom import Newsroom, Served
from tracker.demo.pages import Setting
from tracker.demo.server import OutletServer
from tracker.demo.timeline import Expected, Timeline


class DemoSite:
    """Three outlets on loopback, a dozen articles, and an hour of edits.

        with DemoSite(minute=..., noise=Random(7), opened_at=now()) as site:
            track(site.urls)
            ... until site.is_finished()

    `minute` is the demo's clock, in minutes from 0 to 60; it may run at any speed and is called from many threads.
    An edit shows once its minute has come and what stood before was served `visits_needed` times, so a slow visitor
    misses none. Articles' addresses are known inside the `with` only. Every method may be called from any thread.
    """

    def __init__(
        self, *, minute: Callable[[], float], noise: Random, opened_at: datetime, visits_needed: int = 1
    ) -> None:
        self._timelines: tuple[Timeline, ...] = load_timelines()
        self._outlets: tuple[Outlet, ...] = load_outlets()
        self._minute = minute
        self._noise = noise
        self._opened_at = opened_at
        self._visits_needed = visits_needed
        self._exit = ExitStack()
        self._front_pages: tuple[str, ...] = ()
        self._newsroom: Newsroom | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            servers = {outlet.key: OutletServer(outlet.key, outlet.address) for outlet in self._outlets}
            for server in servers.values():
                opening.callback(server.stop)
            self._newsroom = Newsroom(
                self._timelines,
                {o.key: Setting(o, servers[o.key].base_url, self._opened_at) for o in self._outlets},
                minute=self._minute,
                noise=self._noise,
                visits_needed=self._visits_needed,
            )
            for server in servers.values():
                server.start(self._newsroom.visit)
            self._front_pages = tuple(server.base_url + "/" for server in servers.values())
            self._exit = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    @property
    def urls(self) -> tuple[str, ...]:
        """Every article's first address, ordered by slug as `slugs` is."""
        return self._open_newsroom.urls

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(timeline.slug for timeline in self._timelines)

    @property
    def front_pages(self) -> tuple[str, ...]:
        """Each outlet's front page; its feed is at `feed.xml` beside it. Empty before the site is entered."""
        return self._front_pages

    @property
    def expected(self) -> tuple[Expected, ...]:
        """What a tracker should report, article by article, each in its order. See `Expected`."""
        return tuple(truth for line in self._timelines for stage in line.stages for truth in stage.expected)

    @property
    def served_at(self) -> tuple[Served, ...]:
        """Every stage that was shown so far, in the order in which that happened."""
        return self._open_newsroom.served_at

    def is_finished(self) -> bool:
        """Whether every article's last stage was served `visits_needed` times."""
        return self._open_newsroom.is_finished()

    def url_of(self, slug: str) -> str:
        """The article's first address. Raises ValueError for a slug that no article has."""
        return self.urls[self.slugs.index(slug)]

    @property
    def _open_newsroom(self) -> Newsroom:
        if self._newsroom is None:
            raise RuntimeError("DemoSite has no addresses yet: use it in a `with` statement.")
        return self._newsroom
