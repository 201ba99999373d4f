"""What pages and texts take on the disk: `python benchmarks/storage.py [--chains 8] [--length 60]`.

Side by side: plain rows, zlib, `git gc --aggressive` (one repository, a commit a round of snapshots), and this
project's frames in a real database: sealed when all pages were there, and sealed as they came, a snapshot a day.
CPU is this process's own and that of git's children; reading is one page by its number, warm, the best of five: other
programs run on the same processors.

Goals: at most .75 of git's bytes at at most .1 of its CPU, and any one page read within 5 ms. Needs ../shared beside
the checkout.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import statistics
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage_pages import Chain, longer_chains, real_chains
from storage_text import print_text

from tracker.model import Fetch, LookOrder, Sighting
from tracker.store import Store
from tracker.store.captures import write_capture

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_STEP = timedelta(hours=24)  # between two snapshots of a chain
_LONG_AFTER = timedelta(days=100)  # nothing waits for more to come any longer
_HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "max-age=60"))
_READ_TIMES = 5
_GOAL_BYTES, _GOAL_CPU, _GOAL_READ_MS = 0.75, 0.1, 5.0


@dataclass(frozen=True, slots=True)
class Result:
    """Of one way to keep pages; sums over all of them."""

    way: str
    stored_bytes: int
    cpu_s: float
    reads_ms: Sequence[float] = ()  # one a page; empty: not measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chains", type=int, default=8, help="longer chains to make")
    parser.add_argument("--length", type=int, default=60, help="snapshots in each")
    asked = parser.parse_args()
    real = real_chains()
    _print_pages("real chains, as they were crawled", real)
    _print_pages("longer chains, made from real pages", list(longer_chains(real, asked.chains, asked.length)))
    print_text()


def _print_pages(title: str, chains: Sequence[Chain]) -> None:
    pages = [page for chain in chains for page in chain.snapshots]
    plain_bytes = sum(map(len, pages))
    longest = max(len(chain.snapshots) for chain in chains)
    each = plain_bytes / len(pages)
    print(f"\n{title}: {len(chains)} chains of up to {longest}, {len(pages)} pages of {each:,.0f} bytes")
    git = _git(chains)
    results = [
        Result("plain rows", plain_bytes, 0.0),
        _zlib(pages),
        git,
        _frames("frames, sealed at once", chains, as_they_come=False),
        _frames("frames, sealed as they came", chains, as_they_come=True),
    ]
    print(
        f"{'':30}{'bytes a page':>14}{'of git':>8}{'CPU ms a page':>16}{'of git':>8}{'read ms, median':>18}{'worst':>8}"
    )
    for result in results:
        print(_line(result, git, len(pages)))


def _line(result: Result, git: Result, count: int) -> str:
    size = f"{result.stored_bytes / count:14,.0f}{result.stored_bytes / git.stored_bytes:8.2f}"
    cpu = f"{1e3 * result.cpu_s / count:16.2f}{result.cpu_s / git.cpu_s:8.3f}"
    reads = result.reads_ms
    read = f"{statistics.median(reads):18.2f}{max(reads):8.2f}" if reads else f"{'-':>18}{'-':>8}"
    return f"{result.way:30}{size}{cpu}{read}{_verdict(result, git) if result.way.startswith('frames') else ''}"


def _verdict(result: Result, git: Result) -> str:
    missed = [
        name
        for name, is_met in (
            ("bytes", result.stored_bytes <= _GOAL_BYTES * git.stored_bytes),
            ("CPU", result.cpu_s <= _GOAL_CPU * git.cpu_s),
            ("reading", max(result.reads_ms) <= _GOAL_READ_MS),
        )
        if not is_met
    ]
    return f"  misses {', '.join(missed)}" if missed else "  meets every goal"


# -- zlib --------------------------------------------------------------------------------------------------------------


def _zlib(pages: Sequence[bytes]) -> Result:
    begin_s = time.process_time()
    packed = [zlib.compress(page, 6) for page in pages]
    cpu_s = time.process_time() - begin_s
    reads = [_best(lambda body=body: zlib.decompress(body)) for body in packed]  # type: ignore[misc]
    return Result("zlib, level 6", sum(map(len, packed)), cpu_s, reads)


def _best(read: Callable[[], object]) -> float:
    """In milliseconds."""
    taken = []
    for _ in range(_READ_TIMES):
        begin_s = time.perf_counter()
        read()
        taken.append(1e3 * (time.perf_counter() - begin_s))
    return min(taken)


# -- git ---------------------------------------------------------------------------------------------------------------


def _git(chains: Sequence[Chain]) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        begin_s = _children_s()
        _run_git(home, "init", "-q")
        names = list(_commits(home, chains))
        _run_git(home, "gc", "--aggressive", "--quiet", "--prune=now")
        cpu_s = _children_s() - begin_s
        size = sum(pack.stat().st_size for pack in (home / ".git" / "objects" / "pack").glob("*.pack"))
        return Result("git gc --aggressive", size, cpu_s, list(_git_reads(home, names)))


def _commits(home: Path, chains: Sequence[Chain]) -> Iterator[str]:
    """What each snapshot is called in the repository."""
    for number in range(max(len(chain.snapshots) for chain in chains)):
        here = [chain for chain in chains if number < len(chain.snapshots)]
        for chain in here:
            (home / f"{chain.name}.html").write_bytes(chain.snapshots[number])
        _run_git(home, "add", "--all")
        _run_git(home, "commit", "--quiet", "--allow-empty", "-m", str(number))
        head = _run_git(home, "rev-parse", "HEAD").strip()
        yield from (f"{head}:{chain.name}.html" for chain in here)


def _git_reads(home: Path, names: Iterable[str]) -> Iterator[float]:
    """Through one process that stays, as `cat-file --batch` is meant."""
    command = ["git", "cat-file", "--batch"]
    with subprocess.Popen(command, cwd=home, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        wire, answer = process.stdin, process.stdout
        if wire is None or answer is None:
            raise AssertionError("both ends were asked for")

        def read(name: str) -> None:
            wire.write(f"{name}\n".encode())
            wire.flush()
            size = int(answer.readline().split()[2])
            answer.read(size + 1)

        for name in names:
            yield _best(lambda name=name: read(name))  # type: ignore[misc]
        wire.close()


def _run_git(home: Path, *words: str) -> str:
    me = {f"GIT_{who}_{what}": "benchmark" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *words], cwd=home, env=os.environ | me, check=True, capture_output=True, text=True)
    return done.stdout


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# -- frames ------------------------------------------------------------------------------------------------------------


def _frames(way: str, chains: Sequence[Chain], *, as_they_come: bool) -> Result:
    with _store() as store:
        ids = {chain.name: store.add_article(f"https://{chain.host}/{chain.name}", _BEGIN)[0] for chain in chains}
        rounds = list(_rounds(chains, ids))
        begin_s = time.process_time()
        capture_ids = list(_recorded(store, rounds, as_they_come=as_they_come))
        _seal(store, _BEGIN + 1_000 * _LONG_AFTER)
        cpu_s = time.process_time() - begin_s
        reads = [_best(lambda each=each: store.capture(each)) for each in capture_ids]  # type: ignore[misc]
        _check(store, chains, capture_ids)
        return Result(way, _kept_bytes(store), cpu_s, reads)


@contextmanager
def _store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "tracker.db", create=True) as store:
        yield store


def _rounds(chains: Sequence[Chain], ids: dict[str, int]) -> Iterator[tuple[datetime, list[Sighting]]]:
    """What is seen on each day; the SHA-256 of a page is known from the look at it."""
    for number in range(max(len(chain.snapshots) for chain in chains)):
        at = _BEGIN + number * _STEP
        here = [chain for chain in chains if number < len(chain.snapshots)]
        yield at, [_sighting(chain, ids[chain.name], number, at) for chain in here]


def _sighting(chain: Chain, article_id: int, number: int, at: datetime) -> Sighting:
    url, page = f"https://{chain.host}/{chain.name}", chain.snapshots[number]
    fetch = Fetch(url, url, at, status=200, headers=_HEADERS, body=page)
    return Sighting(LookOrder(article_id, url), fetch, body_sha256=hashlib.sha256(page).hexdigest())


def _recorded(store: Store, rounds: Iterable[tuple[datetime, list[Sighting]]], *, as_they_come: bool) -> Iterator[int]:
    """Captures in the order of time; the checks around them, which cost the same whatever is kept, are left out."""
    for at, seen in rounds:
        with store._connection.writing() as raw:  # noqa: SLF001 - the store records whole looks only
            for sighting in seen:
                yield write_capture(raw, sighting)
        if as_they_come:
            _seal(store, at)


def _seal(store: Store, now: datetime) -> None:
    while store.seal_some(now):
        pass


def _kept_bytes(store: Store) -> int:
    """As git's packs are counted: without the tables around them."""
    return int(
        store._connection.value(  # noqa: SLF001 - a figure of no use to others
            "SELECT (SELECT sum(packed_bytes) FROM _frames) + (SELECT coalesce(sum(packed_bytes), 0) FROM _frame_keys)"
        )
    )


def _check(store: Store, chains: Sequence[Chain], capture_ids: Sequence[int]) -> None:
    """Every page is there, byte by byte."""
    longest = max(len(chain.snapshots) for chain in chains)
    pages = [chain.snapshots[number] for number in range(longest) for chain in chains if number < len(chain.snapshots)]
    for capture_id, page in zip(capture_ids, pages, strict=True):
        capture = store.capture(capture_id)
        if capture is None or capture.body != page:
            raise AssertionError(f"capture {capture_id} is not what was put in")


if __name__ == "__main__":
    main()
