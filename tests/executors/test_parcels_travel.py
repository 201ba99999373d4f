"""Errands that travel together are as much their own as if each travelled alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from pathlib import Path

import pytest
from cluster_kit import Cluster, cluster_of, double, fail, mark_and_wait, until
from errand_kit import Errand, fail_oddly, unreadable, until_unwanted, withdrawn_on_workers

from tracker.config import ExecutorSettings
from tracker.errors import EngineLost, WorkerLost
from tracker.executors.cluster import ClusterExecutor

Answer = Future[object]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster_of(tmp_path_factory.mktemp("cluster"), workers=1, threads=1) as started:
        yield started


@pytest.fixture
def executor(cluster: Cluster) -> Iterator[ClusterExecutor]:
    with ready(cluster) as made:
        yield made
        made.shutdown(wait=False)  # a test that failed has left something waiting


def ready(cluster: Cluster) -> ClusterExecutor:
    made = ClusterExecutor(ExecutorSettings(kind="dask", scheduler=cluster.address))
    until(lambda: made.submit(Errand(double), 1).exception() is None, "somebody to work")
    return made


def occupied(executor: ClusterExecutor, folder: Path) -> Callable[[], None]:
    """The only worker has as much in hand as it is sent: what is submitted from now on is gathered. Ends that."""
    sent = executor.tasks_sent
    for number, name in enumerate(("running", "next"), 1):
        executor.submit(Errand(mark_and_wait), folder, name)
        until(lambda number=number: executor.tasks_sent == sent + number, "it is sent alone")  # type: ignore[misc]

    def end() -> None:
        for name in ("running", "next"):
            (folder / f"{name}.go").touch()

    return end


def submitted(executor: ClusterExecutor, numbers: range) -> list[Answer]:
    errand = Errand(double)
    return [executor.submit(errand, number) for number in numbers]


def test_many_calls_are_few_tasks(executor: ClusterExecutor, tmp_path: Path) -> None:
    end = occupied(executor, tmp_path)
    before = executor.tasks_sent
    answers = submitted(executor, range(100))
    end()
    assert [answer.result() for answer in answers] == list(range(0, 200, 2))
    assert executor.tasks_sent - before == 100 / 25


def test_what_befalls_one_call_of_a_parcel_befalls_it_alone(executor: ClusterExecutor, tmp_path: Path) -> None:
    class Unsendable(Errand):
        def packed(self, *arguments: object) -> bytes:
            raise ValueError("cannot be packed")

    end = occupied(executor, tmp_path)
    before = executor.tasks_sent
    good = submitted(executor, range(2))
    failed = executor.submit(Errand(fail), "no")
    odd = executor.submit(Errand(fail_oddly), "odd")
    unsent = executor.submit(Unsendable(double), 1)
    unread = executor.submit(Errand(unreadable), 1)
    good += submitted(executor, range(2, 4))
    end()
    assert [answer.result() for answer in good] == [0, 2, 4, 6]
    with pytest.raises(LookupError, match="no") as told:
        failed.result()
    assert "in fail" in "".join(told.value.__notes__)  # where it was raised
    with pytest.raises(RuntimeError, match="OddError: odd and odd"):
        odd.result()
    with pytest.raises(ValueError, match="cannot be packed"):
        unsent.result()
    with pytest.raises(LookupError, match="only there"):
        unread.result()
    assert executor.tasks_sent == before + 1


def test_what_waits_in_a_parcel_can_be_cancelled(executor: ClusterExecutor, tmp_path: Path) -> None:
    end = occupied(executor, tmp_path)
    before = executor.tasks_sent
    gathered = [executor.submit(Errand(mark_and_wait), tmp_path, name) for name in "ab"]
    (tmp_path / "b.go").touch()
    assert gathered[0].cancel()
    end()
    assert gathered[1].result() == "b"
    assert gathered[0].cancelled()
    assert not (tmp_path / "a.begun").exists()
    assert executor.tasks_sent == before + 1


def test_what_was_not_begun_of_a_running_parcel_can_be_cancelled(
    cluster: Cluster, executor: ClusterExecutor, tmp_path: Path
) -> None:
    end = occupied(executor, tmp_path)
    a, b, c = (executor.submit(Errand(mark_and_wait), tmp_path, name) for name in "abc")
    end()
    until((tmp_path / "a.begun").exists, "the parcel is under way")
    told = withdrawn_on_workers(cluster.address)
    assert b.cancel()
    until(lambda: withdrawn_on_workers(cluster.address) > told, "the worker knows")
    for name in "abc":
        (tmp_path / f"{name}.go").touch()
    assert (a.result(), c.result()) == ("a", "c")
    assert not (tmp_path / "b.begun").exists()


def test_a_parcel_of_which_nothing_is_wanted_any_more_is_not_begun(executor: ClusterExecutor, tmp_path: Path) -> None:
    end = occupied(executor, tmp_path)
    gathered = [executor.submit(Errand(mark_and_wait), tmp_path, name) for name in "ab"]
    assert all(answer.cancel() for answer in gathered)
    end()
    assert executor.submit(Errand(double), 1).result() == 2
    assert not list(tmp_path.glob("[ab].begun"))


def test_a_stop_reaches_what_is_under_way_and_what_is_gathered(cluster: Cluster, tmp_path: Path) -> None:
    with ready(cluster) as executor:
        before = executor.tasks_sent
        errand = Errand(until_unwanted)
        answers = [executor.submit(errand, tmp_path, "a")]
        until((tmp_path / "a.begun").exists, "it is under way")
        answers.append(executor.submit(errand, tmp_path, "b"))
        until(lambda: executor.tasks_sent == before + 2, "the next one is there")
        answers += [executor.submit(errand, tmp_path, name) for name in "cd"]
        executor.stop()
        assert [answer.result() for answer in answers] == [f"{name} as far as it came" for name in "abcd"]


def test_a_shutdown_waits_for_what_is_gathered(cluster: Cluster, tmp_path: Path) -> None:
    executor = ready(cluster)
    end = occupied(executor, tmp_path)
    answers = submitted(executor, range(3))
    end()
    executor.shutdown(wait=True)
    assert [answer.result() for answer in answers] == [0, 2, 4]


def test_a_shutdown_that_does_not_wait_fails_what_is_gathered(cluster: Cluster, tmp_path: Path) -> None:
    executor = ready(cluster)
    end = occupied(executor, tmp_path)
    answers = submitted(executor, range(3))
    executor.shutdown(wait=False)
    assert not wait(answers).not_done
    assert all(isinstance(answer.exception(), EngineLost) for answer in answers)
    end()


def test_a_scheduler_that_dies_fails_what_is_gathered_too(tmp_path: Path) -> None:
    with cluster_of(tmp_path, workers=1, threads=1) as cluster, ready(cluster) as executor:
        end = occupied(executor, tmp_path)
        answers = submitted(executor, range(3))
        cluster.scheduler.kill()
        assert all(isinstance(answer.exception(), EngineLost) for answer in answers)
        end()


def test_a_worker_that_dies_loses_its_parcels_and_not_what_was_never_sent(tmp_path: Path) -> None:
    with cluster_of(tmp_path, workers=1, threads=1) as cluster, ready(cluster) as executor:
        errand, sent = Errand(mark_and_wait), executor.tasks_sent
        end = occupied(executor, tmp_path)
        parcel = [executor.submit(errand, tmp_path, name) for name in "ab"]
        (tmp_path / "running.go").touch()
        until(lambda: executor.tasks_sent == sent + 3, "the parcel is sent")
        gathered = submitted(executor, range(3))
        cluster.start_worker(1)
        until(lambda: cluster.log().count("Registered to") == 2, "the other worker")
        cluster.processes[1].kill()
        assert [answer.result() for answer in gathered] == [0, 2, 4]
        assert all(isinstance(answer.exception(), WorkerLost) for answer in parcel)
        assert errand.losses == [(tmp_path, "a"), (tmp_path, "b")]
        end()
