"""The whole daemon against a cluster, as processes that are killed: the sites' own logs tell what they were asked."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cluster_kit import Cluster, cluster_of, until
from daemon_kit import Folder, is_alive, worker_of
from logging_site import LoggingSite, assert_polite, sites_of

ARTICLES = 14


@contextmanager
def folder_of(path: Path, cluster: Cluster, sites: Sequence[LoggingSite], articles: int) -> Iterator[Folder]:
    with Folder(path, cluster) as folder:
        folder.track([url for site in sites for url in site.urls(articles)])
        yield folder


def with_feeds(folder: Folder, sites: Sequence[LoggingSite]) -> None:
    for site in sites:
        site.feed = tuple(site.urls(1))
    folder.configure(fetch="deadline_s = 1.0", feeds=sites)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """For those who leave it as it was."""
    with cluster_of(tmp_path_factory.mktemp("cluster"), workers=1) as made:
        yield made


def assert_each_recorded_once(folder: Folder, sites: Sequence[LoggingSite], articles: int) -> None:
    assert folder.checks == {url: 1 for site in sites for url in site.urls(articles)}
    assert folder.faults() == []
    assert "Traceback" not in folder.told


def until_asked(sites: Sequence[LoggingSite], stories: int) -> None:
    def asked() -> int:
        return sum(path.startswith("/story") for site in sites for path in tuple(site.begun))

    until(lambda: asked() >= stories, f"{stories} requests for stories")


def test_whatever_dies_during_a_load_nothing_is_lost_or_recorded_twice_and_hosts_keep_their_pauses(
    tmp_path: Path,
) -> None:
    with (
        sites_of(5) as sites,
        Cluster(tmp_path) as cluster,
        folder_of(tmp_path, cluster, sites, ARTICLES) as folder,
    ):
        with_feeds(folder, sites)
        # Of at least 65 requests for stories, each of these moments comes before the last.
        first, second = (cluster.start_worker(4, "--nanny") for _ in range(2))
        daemon = folder.start()
        until_asked(sites, 5)
        os.kill(worker_of(first), signal.SIGKILL)
        until_asked(sites, 15)
        orphan = worker_of(second)
        second.kill()
        until(lambda: not is_alive(orphan), "the end of a worker without its nanny")
        until_asked(sites, 25)
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        cluster.start_scheduler()
        last = [cluster.start_worker(4) for _ in range(2)]
        until_asked(sites, 40)
        daemon.kill()
        daemon.wait()
        daemon = folder.start()
        until_asked(sites, 55)
        last[0].kill()
        folder.until_recorded(len(sites) * ARTICLES)
        folder.stop(daemon)
        assert_each_recorded_once(folder, sites, ARTICLES)
    assert_polite(sites)
    assert all("/feed" in site.asked for site in sites)


def test_a_stop_with_work_in_hand_keeps_what_was_seen_and_leaves_the_rest_due(tmp_path: Path, cluster: Cluster) -> None:
    with sites_of(2) as sites, folder_of(tmp_path, cluster, sites, 4) as folder:
        folder.configure(fetch="respect_robots = false", interval_s=3_600)
        for site in sites:
            site.slow_path = "/story-3"  # the first, as what was added last is looked at first
        daemon = folder.start()
        for site in sites:
            site.until_begun("/story-3")
        daemon.send_signal(signal.SIGTERM)
        until(lambda: "finishing the looks in hand" in folder.told, "word of the stop")
        for site in sites:
            site.lets_go.set()
        assert daemon.wait() == 0
        assert folder.checks == {site.url("/story-3"): 1 for site in sites}
        assert [site.asked for site in sites] == [["/story-3"]] * 2
        folder.configure()
        daemon = folder.start()
        folder.until_recorded(2 * 4)
        folder.stop(daemon)
        assert_each_recorded_once(folder, sites, 4)
    assert_polite(sites)


def test_a_daemon_that_was_killed_does_not_ask_hosts_that_are_still_being_asked_for_it(
    tmp_path: Path, cluster: Cluster
) -> None:
    """Though others of the workers may have the turn now."""
    with sites_of(4 + 1) as sites, folder_of(tmp_path, cluster, sites, 2) as folder:
        folder.configure(fetch="deadline_s = 5.0")
        *slow, quick = sites  # each of those takes one of the worker's threads
        for site in slow:
            site.slow_path = "/story-1"
        killed = folder.start()
        for site in slow:
            site.until_begun("/story-1")
        others = [cluster.start_worker() for _ in range(2)]
        until(lambda: cluster.log().count("Registered to") >= 3, "more workers")
        killed.kill()
        killed.wait()
        folder.track([quick.url("/news")])
        daemon = folder.start()
        quick.until_begun("/news")
        for site in slow:
            site.lets_go.set()
        folder.until_recorded(2 * len(sites) + 1)
        folder.stop(daemon)
        for worker in others:
            worker.kill()
            worker.wait()
    assert_polite(sites)


def test_a_worker_that_stood_still_asks_nobody_when_it_goes_on(tmp_path: Path) -> None:
    """As one whose network was cut off for a while: what it had in hand is in other hands by then."""
    brief = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "1s"}
    with (
        sites_of(4) as sites,
        Cluster(tmp_path, environment=brief) as cluster,
        folder_of(tmp_path, cluster, sites, 6) as folder,
    ):
        for site in sites:
            site.slow_path = "/story-5"  # the first
        frozen = cluster.start_worker(4, **brief)
        daemon = folder.start()
        for site in sites:
            site.until_begun("/story-5")
        frozen.send_signal(signal.SIGSTOP)
        for site in sites:
            site.lets_go.set()
        cluster.start_worker(4, **brief)
        until(lambda: "a worker is gone" in folder.told, "word of a worker that does not answer")
        for site in sites:
            site.until_begun("/story-4")
        frozen.send_signal(signal.SIGCONT)
        frozen.wait()
        folder.until_recorded(len(sites) * 6)
        folder.stop(daemon)
        assert_each_recorded_once(folder, sites, 6)
    assert_polite(sites)
