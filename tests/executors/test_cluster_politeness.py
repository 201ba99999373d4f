"""Sites keep their own log: no host is asked by two at a time, or too soon, whatever befalls the workers."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from cluster_kit import Cluster, cluster_of, double, until
from serving import Loopback, Visit

from tracker.clock import utc_now
from tracker.config import Config, ExecutorSettings, FetchSettings, ScheduleSettings
from tracker.model import Outcome, Recorded, Verdict
from tracker.store import Store
from tracker.wiring import World, check_cycle, fetcher_for

_INTERVAL_S = 0.2
_ARTICLES = 12
_TEXT = "".join(
    f"<p>Paragraph {n} of a story that is told at length, as news are on most days of a year.</p>" for n in range(9)
)


class LoggingSite(Loopback):
    """Remembers when each request began and ended, on the clock of this machine."""

    def __init__(self) -> None:
        self.log: list[tuple[float, float, str]] = []
        self.retry_after_path: str | None = None
        self.listen(_Story)

    @property
    def gaps(self) -> list[float]:
        log = sorted(self.log)
        return [later[0] - earlier[1] for earlier, later in pairwise(log)]


class _Story(Visit[LoggingSite]):
    def answer(self) -> None:
        began = time.monotonic()
        if self.path == self.site.retry_after_path:
            self._say(429, b"", ("Retry-After", "3600"))
        elif self.path == "/robots.txt":
            self._say(200, b"User-agent: *\nDisallow: /story-7\n")
        else:
            head = f"<h1>The story {self.path} of this day</h1>"
            self._say(200, f"<html><body><article>{head}{_TEXT}</article></body></html>".encode())
        self.site.log.append((began, time.monotonic(), self.path))

    def _say(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Type", "text/html"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def config_of(cluster: Cluster) -> Config:
    return Config(
        fetch=FetchSettings(allow_private_addresses=True, host_interval_s=_INTERVAL_S),
        executor=ExecutorSettings(kind="dask", scheduler=cluster.address),
        schedule=ScheduleSettings(workers=8),
    )


def ready(cluster: Cluster, workers: int) -> None:
    until(lambda: cluster.log().count("Registered to") >= workers, "workers that are there")


class Watching:
    """What was recorded of each article; at some moments something happens."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Outcome, str]] = []
        self.after: dict[int, Any] = {}

    def __call__(self, verdict: Verdict, _recorded: Recorded) -> None:
        self.seen.append((verdict.sighting.order.url, verdict.outcome, verdict.reason))
        if action := self.after.pop(len(self.seen), None):
            action()


def test_under_load_and_while_workers_are_killed_hosts_are_left_their_pauses(tmp_path: Path) -> None:
    sites = [LoggingSite() for _ in range(6)]
    with cluster_of(tmp_path, workers=3) as cluster, Store.open(tmp_path / "tracker.db", create=True) as store:
        ready(cluster, 3)
        for site in sites:
            site.__enter__()
        config, world, watching = config_of(cluster), World(), Watching()
        store.add_articles([site.url(f"/story-{n}") for site in sites for n in range(_ARTICLES)], utc_now())
        watching.after = {10: cluster.processes[1].kill, 31: cluster.processes[2].kill}
        with check_cycle(config, store, fetcher_for(config, world), world, watching) as cycle:
            cycle.drain()
        for site in sites:
            site.__exit__(None, None, None)
    assert sorted(url for url, *_ in watching.seen) == sorted({url for url, *_ in watching.seen})  # none twice
    assert len(watching.seen) == len(sites) * _ARTICLES  # none lost
    for site in sites:
        assert min(site.gaps) >= _INTERVAL_S - 0.05  # a sleep may end so much early, see CLOCK_SLACK_S
        assert "/story-7" not in [path for *_, path in site.log]  # as robots.txt asks, whoever reads it


def test_who_wants_to_be_left_alone_is_by_every_worker(tmp_path: Path) -> None:
    with cluster_of(tmp_path, workers=2) as cluster, Store.open(tmp_path / "tracker.db", create=True) as store:
        ready(cluster, 2)
        with LoggingSite() as site:
            site.retry_after_path = "/story-0"
            config, world, watching = config_of(cluster), World(), Watching()
            store.add_articles([site.url(f"/story-{n}") for n in range(3)], utc_now())
            fetcher = fetcher_for(config, world)
            with check_cycle(config, store, fetcher, world, watching) as cycle:
                cycle.drain()
                asked = len(site.log)
                assert site.host in fetcher.holds()
                for process in cluster.processes[1:2]:
                    process.kill()
                until(lambda: cycle.executor.submit(double, 1).exception() is None, "the other worker")
                cycle.run(store.orders_for([2, 3]))
        assert len(site.log) == asked


def stop_after_a_look(site: LoggingSite, world: World) -> None:
    until(lambda: bool(site.log), "a look")
    world.stop.set()


def test_a_stop_ends_pauses_at_once_and_keeps_what_was_seen(tmp_path: Path) -> None:
    with cluster_of(tmp_path, workers=1) as cluster, Store.open(tmp_path / "tracker.db", create=True) as store:
        ready(cluster, 1)
        with LoggingSite() as site:
            config = config_of(cluster)
            fetch = config.fetch.model_copy(update={"host_interval_s": 600.0, "respect_robots": False})
            config, world, watching = config.model_copy(update={"fetch": fetch}), World(), Watching()
            store.add_articles([site.url(f"/story-{n}") for n in range(3)], utc_now())
            with check_cycle(config, store, fetcher_for(config, world), world, watching) as cycle:
                threading.Thread(target=stop_after_a_look, args=(site, world)).start()
                assert cycle.drain().checks == 1
        assert len(site.log) == 1
