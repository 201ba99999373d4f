"""The daemon with a site that does everything wrong, killed again and again: is every edit recorded once?

    python benchmarks/soak.py [--checks N] [--kills N] [--articles N] [--seed N] [--keep DIR]

`tracker run`, in a process of its own, watches hundreds of small articles on dozens of loopback hosts, which another
process serves: with errors, resets, pages cut short, walls, garbage, redirects and restarts, noise on every page, and
edits. It remembers each whole answer. Over the first six tenths of the checks the daemon is killed (-9) at seeded
moments; the rest is one life, over which the growth of its memory is measured. Then every answer that was sent whole is
held against the database: it must stand there as what it was; only one an article may be lost by a kill.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cycle import memory, tree
from soak_accounts import Account, Life, account
from soak_site import Chronicle, Plan, serve

KILLED_WITHIN = 0.6  # of the checks
SITE_DOWN_S = 1.5
_LOOK_S = 0.25  # between two looks at how far the daemon is
_SAMPLE_S = 1.0
_STALLED_S = 120.0
_PARTS = 8  # of its last life, to see whether its memory goes on growing
_SETTLING = 0.15  # of a life, not counted as growth: caches fill
_CONFIG = """
[fetch]
allow_private_addresses = true
host_interval_s = 0.0
deadline_s = {course.deadline_s}
[schedule]
workers = 24
requests_per_day = 1_000_000_000
min_interval_s = 1
max_interval_s = {course.longest_interval_s}
"""


@dataclass(frozen=True)
class Course:
    """What happens beside what the site does."""

    checks: int
    kills: int  # of the daemon
    restarts: int = 8  # of the site
    longest_interval_s: float = 4.0
    deadline_s: float = 8.0  # a whole answer never takes a tenth of it, also on a busy machine


@dataclass(frozen=True)
class Sample:
    """Of a running daemon, its processes together but for `rss_mb`."""

    life: int
    checks: int
    rss_mb: float  # of the daemon itself
    pss_mb: float
    processes: int
    descriptors: int


@dataclass
class Run:
    """What is known at the end."""

    database: Path
    urls: dict[int, str]
    account: Account
    chronicle: Chronicle
    checks: int
    seconds: float
    lives: list[Life]  # the last one is that of a command, which looks at everything once more
    samples: list[Sample]
    orphans: int
    verify_status: int
    final_status: int
    troubles_in_log: list[str]

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        told = list(self.account.faults)
        told += [f"{self.orphans} processes outlived their daemon"] if self.orphans else []
        told += [f"`tracker verify` ended with {self.verify_status}"] if self.verify_status else []
        told += [f"the last `tracker check --all` ended with {self.final_status}"] if self.final_status else []
        return told + [f"in the log: {line}" for line in self.troubles_in_log]

    def last_life(self) -> list[Sample]:
        """Of the daemon that was not killed."""
        return [sample for sample in self.samples if sample.life == len(self.lives) - 2]

    def growth_mb(self) -> float:
        """Of the daemon's own memory per 10,000 checks, in its last life, by least squares."""
        last = self.last_life()
        settled = last[int(len(last) * _SETTLING) :]
        if len(settled) < 3:
            return 0.0
        x = [sample.checks / 10_000 for sample in settled]
        y = [sample.rss_mb for sample in settled]
        middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
        spread = sum((each - middle_x) ** 2 for each in x)
        return sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True)) / spread if spread else 0.0


@dataclass
class _Stage:
    """The daemon at work."""

    folder: Path
    control: Connection
    chance: random.Random
    lives: list[Life] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    orphans: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "db" / "tracker.db"

    def order(self, *words: Any) -> Any:
        self.control.send(words)
        return self.control.recv()

    def tracker(self, *arguments: str) -> int:
        with (self.folder / "commands.log").open("a") as said:
            return subprocess.run(_command(self.folder, *arguments), stdout=said, stderr=said, check=False).returncode

    def checks(self) -> int:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as raw:
            (count,) = raw.execute("SELECT coalesce(max(check_id), 0) FROM checks").fetchone()
            return int(count)

    def live(self, until: int, restarts: Sequence[int], *, is_killed: bool) -> None:
        """One daemon, until there are so many checks."""
        self.order("life", len(self.lives))
        due = [restart for restart in restarts if self.checks() < restart <= until]
        with (self.folder / "daemon.log").open("a") as said:
            daemon = subprocess.Popen(_command(self.folder, "run"), stdout=said, stderr=said)
        self._watch(daemon, until, due)
        children = [each for each in tree(daemon.pid) if each != daemon.pid]
        if is_killed:
            time.sleep(self.chance.uniform(0.0, 0.5))
            daemon.send_signal(signal.SIGKILL)
        else:
            self.order("calm")
            daemon.send_signal(signal.SIGTERM)
        daemon.wait()
        self.orphans += _still_there(children)
        self.lives.append(Life(self.checks(), is_killed))

    def _watch(self, daemon: subprocess.Popen[bytes], until: int, restarts: list[int]) -> None:
        sampled_s = moved_s = time.monotonic()
        before = self.checks()
        while (checks := self.checks()) < until:
            now_s = time.monotonic()
            moved_s = now_s if checks > before else moved_s
            before = checks
            if daemon.poll() is not None or now_s - moved_s > _STALLED_S:
                raise RuntimeError(f"the daemon does nothing any more after {checks} checks; see {self.folder}")
            if now_s - sampled_s >= _SAMPLE_S:
                sampled_s = now_s
                self.samples += _sample(daemon.pid, len(self.lives), checks)
            if restarts and checks >= restarts[0]:
                restarts.pop(0)
                self.order("restart", SITE_DOWN_S)
            time.sleep(_LOOK_S)


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "tracker", "--config", str(folder / "config.toml"), *arguments]


def _sample(process_id: int, life: int, checks: int) -> Iterator[Sample]:
    sizes = [size for each in tree(process_id) if (size := memory(each))]
    try:
        descriptors = sum(1 for _ in Path(f"/proc/{process_id}/fd").iterdir())
    except OSError:
        return
    if sizes:
        yield Sample(life, checks, sizes[0][1], sum(pss for pss, _ in sizes), len(sizes), descriptors)


def _still_there(process_ids: Sequence[int]) -> int:
    """How many of them do not end within seconds after their daemon."""
    for _ in range(50):
        if not any(map(_is_running, process_ids)):
            return 0
        time.sleep(0.1)
    return sum(map(_is_running, process_ids))


def _is_running(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@contextmanager
def _site(plan: Plan) -> Iterator[tuple[Connection, list[str]]]:
    """What orders are given through, and the addresses of the hosts."""
    spawn = multiprocessing.get_context("spawn")
    control, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(plan, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield control, control.recv()
        control.send(("end",))
        process.join()
    finally:
        process.kill()


def soak(plan: Plan, course: Course, folder: Path) -> Run:
    """`folder` is empty; what is left in it tells more."""
    chance = random.Random(plan.seed)
    began_s = time.monotonic()
    with _site(plan) as (control, bases):
        urls = {number: f"{bases[number % len(bases)]}/story-{number}" for number in range(plan.articles)}
        stage = _Stage(folder, control, chance)
        (folder / "config.toml").write_text(_CONFIG.format(course=course))
        (folder / "db").mkdir()
        (folder / "urls.txt").write_text("\n".join(urls.values()))
        stage.tracker("add", "--file", str(folder / "urls.txt"))
        restarts = sorted(chance.randrange(1, course.checks) for _ in range(course.restarts))
        within = int(course.checks * KILLED_WITHIN)
        for until in sorted(chance.randrange(1, within) for _ in range(course.kills)):
            stage.live(until, restarts, is_killed=True)
        stage.live(course.checks, restarts, is_killed=False)
        seconds = time.monotonic() - began_s
        stage.order("life", len(stage.lives))
        final_status = stage.tracker("check", "--all")
        stage.lives.append(Life(stage.checks(), was_killed=False))
        chronicle: Chronicle = stage.order("chronicle")
    found = account(stage.database, urls, chronicle, stage.lives)
    return Run(
        database=stage.database,
        urls=urls,
        account=found,
        chronicle=chronicle,
        checks=stage.lives[-2].last_check_id,
        seconds=seconds,
        lives=stage.lives,
        samples=stage.samples,
        orphans=stage.orphans,
        verify_status=stage.tracker("verify"),
        final_status=final_status,
        troubles_in_log=_troubles(folder / "daemon.log"),
    )


def _troubles(log: Path) -> list[str]:
    """Lines that tell of a bug, each kind once."""
    wanted = ("Traceback", "went wrong", "a job of the daemon", "cannot be used")
    lines = log.read_text(errors="replace").splitlines()
    return list(dict.fromkeys(line[20:160] for line in lines if any(word in line for word in wanted)))[:20]


def report(run: Run) -> None:
    found, chronicle = run.account, run.chronicle
    killed = sum(life.was_killed for life in run.lives)
    print(f"{run.checks:,} checks in {run.seconds:.0f} s ({run.checks / run.seconds:.0f} a second), {killed} kills")
    print(f"{chronicle.requests:,} requests, {chronicle.edits:,} edits on the site, of which some were never shown")
    print("\nfaults of the site            times")
    for fault, count in chronicle.faults.items():
        print(f"{fault.value:28}{count:7,}")
    print("\noutcomes                     checks")
    for outcome, count in found.outcomes.most_common():
        print(f"{outcome:28}{count:7,}")
    print(f"\n{found.compared:,} whole answers compared with what was recorded, {found.lost} lost by kills")
    print(f"{found.visible_edits:,} edits seen, {found.revisions:,} revisions, {found.rereads} of pages read anew")
    _report_memory(run)
    print(f"\n{len(run.faults)} faults" if run.faults else "\nno fault")
    for fault_told in run.faults[:40]:
        print(f"  {fault_told}")


def _report_memory(run: Run) -> None:
    last = run.last_life()
    if len(last) < _PARTS:
        return
    parts = [last[at * len(last) // _PARTS : (at + 1) * len(last) // _PARTS] for at in range(_PARTS)]
    means = ", ".join(f"{sum(sample.rss_mb for sample in part) / len(part):.0f}" for part in parts)
    most = max(sample.rss_mb for sample in run.samples)
    print(
        f"\nmemory of the daemon in the {_PARTS} parts of its last life of {last[-1].checks - last[0].checks:,} checks:"
    )
    print(f"{means} MB on average; {run.growth_mb():+.2f} MB in 10,000 checks; {most:.0f} MB at most in any life")
    pss = max(sample.pss_mb for sample in run.samples)
    print(f"with its {last[-1].processes - 1} processes {pss:.0f} MB (PSS) at most; open files at most, in parts:")
    print(", ".join(str(max(sample.descriptors for sample in part)) for part in parts))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--checks", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--keep", type=Path, help="an empty folder for the database and the logs")
    wanted = parser.parse_args()
    plan = Plan(wanted.seed, wanted.articles, hosts=max(4, wanted.articles // 10))
    with tempfile.TemporaryDirectory() as name:
        folder = wanted.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        run = soak(plan, Course(wanted.checks, wanted.kills), folder)
    report(run)
    return 1 if run.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
