"""Who wants to be left alone is left alone by every worker: the site keeps a log of its own."""

from __future__ import annotations

from pathlib import Path

from cluster_kit import Cluster, cluster_of, config_of, double, until
from logging_site import LoggingSite

from tracker.clock import utc_now
from tracker.model import Recorded, Verdict
from tracker.store import Store
from tracker.wiring import World, check_cycle, fetcher_for


def ready(cluster: Cluster, workers: int) -> None:
    until(lambda: cluster.log().count("Registered to") >= workers, "workers that are there")


def unwatched(_verdict: Verdict, _recorded: Recorded) -> None:
    """The site's log is what counts."""


def test_who_wants_to_be_left_alone_is_by_every_worker(tmp_path: Path) -> None:
    with cluster_of(tmp_path, workers=2) as cluster, Store.open(tmp_path / "tracker.db", create=True) as store:
        ready(cluster, 2)
        with LoggingSite() as site:
            site.retry_after_path = "/story-0"
            config, world = config_of(cluster), World()
            store.add_articles([site.url(f"/story-{n}") for n in range(3)], utc_now())
            fetcher = fetcher_for(config, world)
            with check_cycle(config, store, fetcher, world, unwatched) as cycle:
                cycle.drain()
                asked = len(site.log)
                assert site.host in fetcher.holds()
                for process in cluster.processes[1:2]:
                    process.kill()
                until(lambda: cycle.executor.submit(double, 1).exception() is None, "the other worker")
                cycle.run(store.orders_for([2, 3]))
        assert len(site.log) == asked
