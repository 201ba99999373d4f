"""Work that hangs, swells or dies costs its own task and nothing else."""

from __future__ import annotations

import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import types
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sandbox_tasks import (
    Odd,
    double,
    end,
    fail,
    fail_oddly,
    hang,
    ignored_signals,
    leave,
    local_function,
    own_process,
    swallow,
    swell,
)

from tracker.errors import BadURL, SandboxFailed
from tracker.sandbox import Runner, Sandbox, run_here
from tracker.sandbox_worker import ORDER, Command

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(2, limit_s=60.0) as room:
        yield room


@pytest.fixture(params=["here", "sandbox"])
def run(request: pytest.FixtureRequest, sandbox: Sandbox) -> Runner:
    return run_here if request.param == "here" else sandbox.run


# -- wherever it runs --------------------------------------------------------------------------------------------------


def test_the_result_is_the_functions(run: Runner) -> None:
    assert run(double, 21) == 42
    assert run(len, b"x" * 5_000_000) == 5_000_000
    assert len(run(bytes, 5_000_000)) == 5_000_000


def test_an_exception_is_the_functions(run: Runner) -> None:
    with pytest.raises(BadURL, match="not an address"):
        run(fail, BadURL("not an address"))
    with pytest.raises(ZeroDivisionError):
        run(divmod, 1, 0)
    assert run(double, 2) == 4


def test_many_threads_get_each_its_own(run: Runner) -> None:
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda number: run(double, number), range(200))) == [2 * n for n in range(200)]


# -- in the sandbox ----------------------------------------------------------------------------------------------------


def test_a_bug_tells_where_it_is(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError) as caught:
        sandbox.run(fail, KeyError("of ours"))
    assert "sandbox_tasks.py" in caught.value.__notes__[0]


def test_a_bug_that_cannot_travel_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="Odd: quite odd"):
        sandbox.run(fail_oddly)
    with pytest.raises((AttributeError, RuntimeError), match="local"):
        sandbox.run(local_function)
    with pytest.raises(Odd):
        run_here(fail_oddly)


def test_what_cannot_travel_spoils_nothing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises((AttributeError, pickle.PicklingError)):
        sandbox.run(isinstance, b"x" * 1_000_000, local_function())  # type: ignore[arg-type]
    unknown = types.ModuleType("known_only_here")
    exec("def double(number): return 2 * number", unknown.__dict__)
    monkeypatch.setitem(sys.modules, "known_only_here", unknown)
    with pytest.raises(ModuleNotFoundError, match="known_only_here"):
        sandbox.run(unknown.double, 2)
    assert sandbox.run(double, 4) == 8


def test_processes_are_started_when_needed_and_no_more_than_allowed() -> None:
    with Sandbox(2, limit_s=60.0) as room:
        assert room.process_ids == ()
        first = {room.run(own_process) for _ in range(5)}
        assert set(room.process_ids) == first
        assert os.getpid() not in first
        assert len(first) == 1
        with ThreadPoolExecutor(8) as threads:
            used = set(threads.map(lambda n: room.run(own_process, n), range(200)))
        assert len(used) <= 2


def test_a_process_serves_so_many_tasks_and_no_more() -> None:
    with Sandbox(1, limit_s=60.0, tasks_a_worker=3) as room:
        served = Counter(room.run(own_process) for _ in range(8))
    assert sorted(served.values()) == [2, 3, 3]


def test_a_task_that_takes_too_long_is_ended() -> None:
    with Sandbox(1, limit_s=1.5) as room:
        with pytest.raises(SandboxFailed, match=r"^Reading took longer than 1\.5 seconds\.$"):
            room.run(hang)
        assert room.run(double, 4) == 8


@pytest.mark.parametrize("task", [swell, swallow])
def test_a_task_that_takes_too_much_memory_is_ended(task: Callable[[], int]) -> None:
    with Sandbox(1, limit_s=60.0, memory_bytes=128 * MEGABYTE) as room:
        with pytest.raises(SandboxFailed, match=r"^Reading took more than 128 MB of memory\.$"):
            room.run(task)
        assert room.run(double, 4) == 8


@pytest.mark.parametrize(("number", "name"), [(signal.SIGSEGV, "SIGSEGV"), (signal.SIGKILL, "SIGKILL")])
def test_a_process_that_dies_is_replaced(sandbox: Sandbox, number: int, name: str) -> None:
    with pytest.raises(SandboxFailed, match=rf"^The process that read it ended: {name}\.$"):
        sandbox.run(end, number)
    with pytest.raises(SandboxFailed, match="exit status 3"):
        sandbox.run(leave)
    assert sandbox.run(double, 4) == 8


def test_a_process_that_died_while_idle_fails_nobody(sandbox: Sandbox) -> None:
    process_id = sandbox.run(own_process)
    os.kill(process_id, signal.SIGKILL)
    with os.fdopen(os.pidfd_open(process_id)) as ended:
        select.select([ended], [], [])
    assert sandbox.run(own_process) != process_id


def test_what_befalls_one_task_befalls_no_other(sandbox: Sandbox) -> None:
    def task(number: int) -> int | str:
        try:
            return sandbox.run(double, number) if number % 10 else sandbox.run(end, signal.SIGKILL) or -1
        except SandboxFailed as error:
            return str(error)

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(task, range(60)))
    assert [result for number, result in enumerate(results) if number % 10] == [2 * n for n in range(60) if n % 10]
    assert all("SIGKILL" in str(result) for result in results[::10])


def test_the_nursery_is_replaced_too(sandbox: Sandbox) -> None:
    before = sandbox.run(own_process)
    nursery = int(Path(f"/proc/{before}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(nursery, signal.SIGKILL)
    with pytest.raises(SandboxFailed):
        sandbox.run(end, signal.SIGKILL)
    assert sandbox.run(double, 4) == 8


def test_signals_are_for_the_parent(sandbox: Sandbox) -> None:
    assert sandbox.run(ignored_signals) == [True, True]


def test_the_end_does_not_wait_for_what_hangs() -> None:
    with ThreadPoolExecutor(2) as threads:
        with Sandbox(2, limit_s=600.0) as room:
            hanging = [threads.submit(room.run, hang) for _ in range(2)]
            while len(room.process_ids) < 2:
                threading.Event().wait(0.01)
        for future in hanging:
            assert isinstance(future.exception(), SandboxFailed | RuntimeError)
    with pytest.raises(RuntimeError, match="closed"):
        room.run(double, 1)


# -- the program that has it -------------------------------------------------------------------------------------------

_PROGRAM = """
import signal, sys, threading
from pathlib import Path
from sandbox_tasks import hang, own_process, wait_for_word
from tracker.sandbox import Sandbox

room = Sandbox(2, limit_s=float(sys.argv[2]))
signal.signal(signal.SIGINT, lambda *_: print("asked to stop", flush=True))
what = hang if sys.argv[1] == "hang" else wait_for_word
with room:
    answers = []
    other = threading.Thread(target=lambda: answers.append(room.run(what, *map(Path, sys.argv[3:]))), daemon=True)
    other.start()
    while not room.process_ids:
        pass
    parent = Path(f"/proc/{room.process_ids[0]}/stat").read_text().rpartition(")")[2].split()[1]
    print(parent, flush=True)
    other.join()
    print(*answers)
"""


def program(*arguments: str | Path) -> subprocess.Popen[str]:
    """Its standard error is open for as long as any of its processes lives."""
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        start_new_session=True,
    )


def test_processes_end_with_a_parent_that_was_killed() -> None:
    with program("hang", "600") as started:
        assert started.stdout
        assert started.stderr
        assert started.stdout.readline()
        started.kill()
        assert started.stderr.read() == ""  # the end of it: they are all gone


def test_a_hanging_process_ends_when_nobody_is_left_to_end_it() -> None:
    with program("hang", "0.5") as started:
        assert started.stdout
        assert started.stderr
        nursery = int(started.stdout.readline())
        os.kill(started.pid, signal.SIGSTOP)  # so that it does not end the worker itself
        os.kill(nursery, signal.SIGKILL)
        started.kill()
        assert started.stderr.read() == ""


def test_a_ctrl_c_leaves_the_task_to_the_parent(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with program("wait", "600", pipe) as started:
        assert started.stdout
        assert started.stdout.readline()
        os.killpg(started.pid, signal.SIGINT)
        assert started.stdout.readline() == "asked to stop\n"
        pipe.write_text("done", "utf-8")
        assert started.stdout.read() == "done\n"
    assert started.returncode == 0


def test_a_nursery_whose_parent_was_killed_ends_in_silence() -> None:
    ours, theirs = socket.socketpair()
    settings = pickle.dumps((64 * MEGABYTE, ()))
    with theirs:
        with ours:
            ours.sendall(ORDER.pack(Command.SETTLE, len(settings)) + settings)
            worker, other_end = socket.socketpair()
            with worker, other_end:
                socket.send_fds(ours, [ORDER.pack(Command.BEAR, 0)], [worker.fileno()])
        boot = f"from tracker.sandbox_worker import nurse; nurse({theirs.fileno()})"
        done = subprocess.run(
            [sys.executable, "-c", boot], pass_fds=[theirs.fileno()], capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")
