"""When one machine is not enough: what the judge can take, and what looks cost on a cluster.

    python benchmarks/scaleout.py ceiling [--articles N] [--workers N,...] [--rounds N] [--no-budget]
    python benchmarks/scaleout.py looks [--articles N] [--clusters N,...] [--in-hand N,...]

`ceiling`: verdicts a second, recorded durably in a real file, when the looks cost nothing. `looks`: the same sites on
loopback through threads and through clusters of 1, 2 and 4 workers on this machine, with one article due at each host
and with ten; needs the folder of real pages beside the checkout and the extra `scale`. CPU is that of all processes but
the sites'. The engine's share of it is reckoned: the tasks that were sent, at what a task costs that does nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cycle import SHARED
from scaleout_ceiling import MIXES, Ceiling, ceiling, made_database
from scaleout_looks import FEW_HOSTS, MANY_HOSTS, Load, Overhead, Sites, Speed, cluster, overhead, sites, speeds

VERDICTS_TO_REACH = 2_000  # a second
SHARE_TO_REACH = 0.05  # of the engine in a batch


def _ceilings(wanted: argparse.Namespace) -> None:
    print(f"{'looks that cost nothing':28}{'in hand':>8}{'a second':>10}{'CPU ms':>8}{'a commit':>9}{'bytes':>7}")
    print(f"{'to reach':36}{VERDICTS_TO_REACH:10}")
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        made, used = Path(name) / "made.db", Path(name) / "used.db"
        made_database(made, wanted.articles)
        for mix in MIXES:
            for workers in wanted.workers:
                for _ in range(wanted.rounds):
                    shutil.copyfile(made, used)
                    print(_ceiling_line(mix.name, workers, ceiling(used, mix, workers, has_budget=wanted.budget)))
                    for ending in ("", "-wal", "-shm"):
                        used.with_name(used.name + ending).unlink(missing_ok=True)


def _ceiling_line(name: str, workers: int, found: Ceiling) -> str:
    cpu_ms, a_commit = found.cpu_s / found.checks * 1000, found.checks / found.commits
    grown = found.disk_bytes / found.checks
    missed = "" if found.per_second >= VERDICTS_TO_REACH else "   missed"
    return f"{name:28}{workers:8}{found.per_second:10.0f}{cpu_ms:8.3f}{a_commit:9.0f}{grown:7.0f}{missed}"


def _looks(wanted: argparse.Namespace) -> int:
    if not SHARED.is_dir():
        print(f"{SHARED} is missing: this benchmark needs the folder of real pages.", file=sys.stderr)
        return 2
    header = ("looks", "a second", "CPU ms", "judge's", "a core", "batches", "B out", "B back", "tasks", "engine's")
    print(f"{os.cpu_count()} cores\n{'':14}" + "".join(f"{each:>9}" for each in header))
    with sites() as there:
        for workers in wanted.clusters:
            if not workers:
                _print_speeds("threads", there, wanted)
                continue
            with cluster(workers) as found:
                told = overhead(found)
                print(_overhead_line(told))
                _print_speeds(f"{workers} workers", there, wanted, told.cpu, found.scheduler, found.process_ids)
    return 0


def _print_speeds(
    name: str,
    there: Sites,
    wanted: argparse.Namespace,
    task_ms: float = 0.0,
    scheduler: str = "",
    ids: Sequence[int] = (),
) -> None:
    for in_hand in wanted.in_hand:
        for hosts in (MANY_HOSTS, FEW_HOSTS):
            load = Load(wanted.articles, hosts, in_hand)
            print(f"{name}, {load.name}")
            for speed in speeds(there, load, scheduler, ids):
                print(_speed_line(speed, task_ms), flush=True)


def _speed_line(speed: Speed, task_ms: float) -> str:
    per_second, cpu_ms = speed.looks / speed.seconds, speed.cpu_s / speed.looks * 1000
    judge_ms = speed.judge_cpu_s / speed.looks * 1000
    out, back = speed.sent_bytes / speed.looks, speed.come_bytes / speed.looks
    share = speed.tasks * task_ms / (speed.cpu_s * 1000)
    figures = f"{speed.looks:9}{per_second:9.1f}{cpu_ms:9.2f}{judge_ms:9.2f}{1000 / cpu_ms:9.1f}"
    missed = "" if share <= SHARE_TO_REACH else "   missed"
    return f"  {speed.name:12}{figures}{speed.batches:9}{out:9.0f}{back:9.0f}{speed.tasks:9}{share:9.1%}{missed}"


def _overhead_line(told: Overhead) -> str:
    return (
        f"a task of nothing: {told.alone:.1f} ms alone, {told.pipelined:.2f} ms pipelined; CPU {told.cpu:.2f} ms "
        f"(here {told.cpu_here:.2f}, scheduler {told.cpu_scheduler:.2f}, workers {told.cpu_workers:.2f})"
    )


def _numbers(text: str) -> Sequence[int]:
    return [int(each) for each in text.split(",")]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    ceilings = kinds.add_parser("ceiling")
    ceilings.add_argument("--articles", type=int, default=20_000)
    ceilings.add_argument("--workers", type=_numbers, default=(16, 64, 256), help="batches in hand")
    ceilings.add_argument("--rounds", type=int, default=1)
    ceilings.add_argument("--folder", type=Path, help="where the database is made: on the disk that is meant")
    ceilings.add_argument("--no-budget", dest="budget", action="store_false")
    looks = kinds.add_parser("looks")
    looks.add_argument("--articles", type=int, default=400)
    looks.add_argument("--clusters", type=_numbers, default=(0, 1, 2, 4), help="workers of each; 0: threads")
    looks.add_argument("--in-hand", type=_numbers, default=(32, 400), help="batches")
    wanted = parser.parse_args()
    if wanted.kind == "looks":
        return _looks(wanted)
    _ceilings(wanted)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
