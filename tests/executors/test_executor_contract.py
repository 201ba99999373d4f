"""What holds wherever looks run: threads here, a cluster there; functions as they are, errands in parcels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, wait
from pathlib import Path

import pytest
from cluster_kit import cluster_of, double, fail, mark_and_wait, tasks_on_workers, until
from errand_kit import Errand

from tracker.config import ExecutorSettings
from tracker.executors import executor_for
from tracker.executors.cluster import ClusterExecutor

Sent = Callable[[Callable[..., object]], Callable[..., object]]


def as_it_is(function: Callable[..., object]) -> Callable[..., object]:
    return function


@pytest.fixture(params=[as_it_is, Errand], ids=["functions", "errands"])
def sent(request: pytest.FixtureRequest) -> Sent:
    made: Sent = request.param
    return made


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster_of(tmp_path_factory.mktemp("cluster"), workers=1, threads=2) as cluster:
        yield cluster.address


@pytest.fixture(params=["threads", "dask"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    settings = ExecutorSettings()
    if request.param == "dask":
        settings = ExecutorSettings(kind="dask", scheduler=request.getfixturevalue("scheduler"))
    with executor_for(settings, 2) as made:
        until(lambda: made.submit(double, 1).exception() is None, "somebody to work")
        yield made


def test_each_result_comes_to_who_asked_for_it(executor: Executor, sent: Sent) -> None:
    assert [future.result() for future in [executor.submit(sent(double), n) for n in range(40)]] == list(
        range(0, 80, 2)
    )
    assert list(executor.map(sent(double), range(5))) == [0, 2, 4, 6, 8]


def test_an_exception_is_its_own_calls_alone(executor: Executor, sent: Sent) -> None:
    good, bad, other = (
        executor.submit(sent(double), 1),
        executor.submit(sent(fail), "no"),
        executor.submit(sent(double), 2),
    )
    with pytest.raises(LookupError, match="no"):
        bad.result()
    assert (good.result(), other.result()) == (2, 4)


def test_what_was_not_begun_can_be_cancelled(executor: Executor, sent: Sent, tmp_path: Path) -> None:
    running = [executor.submit(sent(mark_and_wait), tmp_path, str(n)) for n in range(2)]
    until(lambda: len(list(tmp_path.glob("*.begun"))) == 2, "both under way")
    waiting = executor.submit(sent(mark_and_wait), tmp_path, "2")
    assert waiting.cancel()
    with pytest.raises(CancelledError):
        waiting.result()
    if isinstance(executor, ClusterExecutor):  # the word has to get there
        until(lambda: tasks_on_workers(executor.scheduler) == 2, "the worker knows")
    for n in range(3):
        (tmp_path / f"{n}.go").touch()
    assert [future.result() for future in running] == ["0", "1"]
    assert executor.submit(sent(double), 4).result() == 8
    assert not (tmp_path / "2.begun").exists()


def test_a_shutdown_waits_for_what_is_in_hand(executor: Executor, sent: Sent, tmp_path: Path) -> None:
    future = executor.submit(sent(mark_and_wait), tmp_path, "a")
    until((tmp_path / "a.begun").exists, "it is under way")
    (tmp_path / "a.go").touch()
    executor.shutdown(wait=True)
    assert future.done()
    assert future.result() == "a"
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(sent(double), 1)
    assert not wait([future]).not_done
