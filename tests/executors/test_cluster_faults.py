"""What befalls a cluster: workers, nannies and schedulers that die, other versions, certificates."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from cluster_kit import Cluster, cluster_of, config_of, die, double, mark_and_wait, process_id, until
from deadly_kit import open_deadly_kit
from logging_site import assert_polite, sites_of

from tracker.clock import utc_now
from tracker.config import ExecutorSettings
from tracker.errors import EngineLost, WorkerLost
from tracker.executors.cluster import ClusterExecutor
from tracker.look_remote import RemoteLook
from tracker.model import Outcome, State, Verdict
from tracker.store import Store
from tracker.wiring import World, check_cycle, fetcher_for, kit_order


def settings_of(cluster: Cluster, **tls: str) -> ExecutorSettings:
    return ExecutorSettings(kind="dask", scheduler=cluster.address, **tls)


def works(executor: ClusterExecutor) -> bool:
    return executor.submit(double, 1).exception() is None


def test_a_worker_that_dies_costs_only_what_it_had_in_hand(tmp_path: Path) -> None:
    with cluster_of(tmp_path, workers=2) as cluster, ClusterExecutor(settings_of(cluster)) as executor:
        until(lambda: cluster.log().count("Registered to") >= 2, "all workers")
        dead = executor.submit(die, tmp_path)
        assert isinstance(dead.exception(), WorkerLost)
        assert {executor.submit(double, n).result() for n in range(4)} == {0, 2, 4, 6}


def test_what_ran_on_a_killed_worker_is_not_run_again_behind_our_back(tmp_path: Path) -> None:
    with cluster_of(tmp_path, workers=2) as cluster, ClusterExecutor(settings_of(cluster)) as executor:
        until(lambda: works(executor), "a worker")
        future = executor.submit(mark_and_wait, tmp_path, "a")
        until((tmp_path / "a.begun").exists, "it is under way")
        pid = int((tmp_path / "a.begun").read_text())
        next(process for process in cluster.processes if process.pid == pid).kill()
        assert isinstance(future.exception(), WorkerLost)
        until(lambda: works(executor), "the other worker")
        assert (tmp_path / "a.begun").read_text() == f"{pid}\n"


def test_with_a_nanny_its_worker_dies_too_and_is_lost_once(tmp_path: Path) -> None:
    with Cluster(tmp_path) as cluster, ClusterExecutor(settings_of(cluster)) as executor:
        nanny = cluster.start_worker(2, "--nanny")
        until(lambda: works(executor), "a worker")
        future = executor.submit(mark_and_wait, tmp_path, "a")
        until((tmp_path / "a.begun").exists, "it is under way")
        nanny.kill()
        assert isinstance(future.exception(), WorkerLost)
        assert isinstance(executor.submit(double, 1).exception(), EngineLost)


def test_a_scheduler_that_restarts_is_found_again_and_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tracker")
    with Cluster(tmp_path) as cluster, ClusterExecutor(settings_of(cluster)) as executor:
        cluster.start_worker()
        until(lambda: works(executor), "a worker")
        caplog.clear()
        future = executor.submit(mark_and_wait, tmp_path, "a")
        until((tmp_path / "a.begun").exists, "it is under way")
        cluster.scheduler.kill()
        assert isinstance(future.exception(), EngineLost)
        assert isinstance(executor.submit(double, 1).exception(), EngineLost)
        assert isinstance(executor.submit(double, 1).exception(), EngineLost)
        cluster.scheduler.wait()
        cluster.start_scheduler()
        cluster.start_worker()
        until(lambda: works(executor), "the cluster again")
    told = [record.getMessage() for record in caplog.records]
    assert told == ["the cluster is away: what is due stays due", "the cluster is there again"]


def test_a_scheduler_that_restarts_unnoticed_is_not_asked_for_workers_of_the_old_one(tmp_path: Path) -> None:
    with Cluster(tmp_path) as cluster, ClusterExecutor(settings_of(cluster)) as executor:
        cluster.start_worker()
        until(lambda: works(executor), "a worker")
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        cluster.start_scheduler()
        cluster.start_worker()
        until(lambda: cluster.log().count("Registered to") >= 2, "the new worker")
        until(lambda: works(executor), "the cluster again")


def test_a_worker_of_another_version_is_given_nothing_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = tmp_path / "other" / "article_tracker-9.9.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: article-tracker\nVersion: 9.9\n")
    with Cluster(tmp_path) as cluster:
        cluster.start_worker(PYTHONPATH=f"{other.parent}:{Path(__file__).parent}:{Path(__file__).parents[2]}")
        until(lambda: "Registered to" in cluster.log(), "a worker")
        with ClusterExecutor(settings_of(cluster)) as executor:
            assert isinstance(executor.submit(double, 1).exception(), EngineLost)
            (told,) = [record for record in caplog.records if "installed like this machine" in record.message]
            assert "article-tracker 9.9 there, " in getattr(told, "reason", "")
            worker = cluster.start_worker()
            until(lambda: works(executor), "a worker like us")
            assert executor.submit(process_id).result() == worker.pid


def test_a_worker_without_the_tracker_is_given_nothing_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether it was there first, or joins while there is work; the engine itself ends it, at the latest then."""
    bare = tmp_path / "bare" / "tracker"
    bare.mkdir(parents=True)
    (bare / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'tracker'\")\n")
    with sites_of(6) as sites, Store.open(tmp_path / "tracker.db", create=True) as store, Cluster(tmp_path) as cluster:
        cluster.start_worker(PYTHONPATH=str(bare.parent))
        until(lambda: "Registered to" in cluster.log(), "a worker")
        config, world = config_of(cluster), World()
        store.add_articles([url for site in sites for url in site.urls(2)], utc_now())
        verdicts: list[Verdict] = []
        witness = lambda verdict, _recorded: verdicts.append(verdict)  # noqa: E731 - nothing but this
        with check_cycle(config, store, fetcher_for(config, world), world, witness) as cycle:
            assert cycle.drain().checks == 0
            cluster.start_worker(PYTHONPATH=str(bare.parent))
            cluster.start_worker()
            until(lambda: bool(cycle.drain()) and len(verdicts) == 12, "every article was looked at")
        assert {verdict.outcome for verdict in verdicts} == {Outcome.FIRST_SEEN}
    told = [getattr(record, "reason", "") for record in caplog.records if "installed like this" in record.message]
    assert told
    assert all("not installed there" in reason for reason in told)


def test_certificates_keep_others_out(tmp_path: Path) -> None:
    ours, theirs = trustme.CA(), trustme.CA()
    files = {}
    for name, authority in (("ours", ours), ("theirs", theirs)):
        certificate = authority.issue_cert("127.0.0.1")
        ca, cert, key = (tmp_path / f"{name}-{part}.pem" for part in ("ca", "cert", "key"))
        authority.cert_pem.write_to_path(ca)
        certificate.cert_chain_pems[0].write_to_path(cert)
        certificate.private_key_pem.write_to_path(key)
        files[name] = {"tls_ca": str(ca), "tls_cert": str(cert), "tls_key": str(key)}
    mine = files["ours"]
    options = ("--tls-ca-file", mine["tls_ca"], "--tls-cert", mine["tls_cert"], "--tls-key", mine["tls_key"])
    with Cluster(tmp_path, options) as cluster:
        cluster.start_worker()
        with ClusterExecutor(settings_of(cluster, **mine)) as executor:
            until(lambda: works(executor), "a worker")
        with ClusterExecutor(settings_of(cluster, **files["theirs"])) as executor:
            assert isinstance(executor.submit(double, 1).exception(), EngineLost)


def test_a_page_that_kills_workers_is_unreadable_and_named_and_the_others_are_looked_at(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Also on a cluster of one worker with everything in hand, which its nanny starts anew each time."""
    with sites_of(4) as sites, Store.open(tmp_path / "tracker.db", create=True) as store, Cluster(tmp_path) as cluster:
        cluster.start_worker(4, "--nanny")
        sites[0].deadly_path = "/story-3"
        deadly = sites[0].url("/story-3")
        urls = [url for number, site in enumerate(sites) for url in site.urls(1 if number else 6)]
        store.add_articles(urls, utc_now())
        config, world = config_of(cluster, deadline_s=1.0), World()
        fetcher = fetcher_for(config, world)
        verdicts: list[Verdict] = []
        witness = lambda verdict, _recorded: verdicts.append(verdict)  # noqa: E731 - nothing but this
        with check_cycle(config, store, fetcher, world, witness) as made:
            look = RemoteLook(replace(kit_order(config), opener=open_deadly_kit), fetcher)
            cycle = replace(made, look=look, look_again=None)
            until(lambda: bool(cycle.drain()) and len(verdicts) == len(urls), "every article was looked at")
        by_url = {verdict.sighting.order.url: verdict for verdict in verdicts}
        assert {url for url, verdict in by_url.items() if verdict.outcome is Outcome.FIRST_SEEN} == {*urls} - {deadly}
        assert by_url[deadly].outcome is Outcome.UNREADABLE
        (check,) = store.checks(store.resolve(deadly).article_id)
        assert (check.outcome, check.reason) == (Outcome.UNREADABLE, "each of 3 workers died while looking at it")
        assert store.resolve(deadly).state is State.UNREADABLE
        (told,) = [record for record in caplog.records if "workers die of an article" in record.message]
        assert getattr(told, "url", "") == deadly
        assert sites[0].asked.count("/story-3") == 3
        assert list(store.verify()) == []
    assert_polite(sites)
