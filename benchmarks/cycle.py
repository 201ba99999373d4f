"""What a cycle costs in which nothing is new: `tracker check --all` over 1,000 real pages, start-up included.

    python benchmarks/cycle.py [--articles N]

A server in a process of its own, on loopback, is some dozens of hosts. A first cycle fills the database. Then, each
time in a new process, the same articles again: once with the very same bytes, once with pages whose scripts, tokens
and class names are others, as on real sites from one visit to the next.

CPU is user and system time of the tracker and of all processes that it starts, memory the peak of the sums over these
processes: PSS counts what they share once, RSS in each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import random
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from multiprocessing.connection import Connection
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
HOSTS = 40
CPU_MS_TO_REACH = 4.0
PEAK_MB_TO_REACH = 250.0
_SAMPLE_S = 0.05
_NOISE = ("script_state", "class_added", "class_renamed")  # of page_churn: other bytes, the same texts
_CONFIG = """
[fetch]
allow_private_addresses = true
host_interval_s = 0.0
"""


# -- the sites ---------------------------------------------------------------------------------------------------------


def pages() -> Iterator[tuple[bytes, bytes]]:
    """Each real page, and the same with noise; both written by the same serialiser."""
    sys.path.insert(0, str(SHARED / "tools"))
    import page_churn  # noqa: PLC0415 - lies beside the checkout, found only now

    folder = SHARED / "data" / "extraction"
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
        raw = gzip.decompress((folder / json.loads(line)["html_path"]).read_bytes())
        document = page_churn.parse(raw)
        plain = page_churn.serialise(document)
        for name in _NOISE:
            getattr(page_churn, name)(document, "", random.Random(line))
        yield plain, page_churn.serialise(document)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, bodies: Sequence[tuple[bytes, bytes]], is_noisy: threading.Event) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies = bodies
        self.is_noisy = is_noisy


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        number = self.path.rpartition("-")[2]
        found = number.isdecimal()
        body = self.server.bodies[int(number)][self.server.is_noisy.is_set()] if found else b"no such page"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Silent."""


def serve(control: Connection) -> None:
    """Tells its ports and the number of pages; then True makes the pages noisy, False plain, None ends it."""
    bodies = list(pages())
    is_noisy = threading.Event()
    servers = [Server(bodies, is_noisy) for _ in range(HOSTS)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    control.send(([server.server_address[1] for server in servers], len(bodies)))
    while (wanted := control.recv()) is not None:
        is_noisy.set() if wanted else is_noisy.clear()
        control.send(wanted)


def addresses(ports: Sequence[int], page_count: int, articles: int) -> list[str]:
    return [
        f"http://127.0.0.1:{ports[number % len(ports)]}/news/{number}/story-{number % page_count}"
        for number in range(articles)
    ]


# -- the tracker -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    cpu_s: float
    wall_s: float
    pss_mb: float
    rss_mb: float
    processes: int
    said: str


def tracker(folder: Path, *arguments: str) -> Cost:
    """One command in a new process, watched."""
    command = [sys.executable, "-m", "tracker", "--config", str(folder / "config.toml"), *arguments]
    began_s = time.monotonic()
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, cwd=folder)
        peaks = [0.0, 0.0, 0.0]
        is_over = threading.Event()
        watching = threading.Thread(target=watch, args=(process.pid, peaks, is_over))
        watching.start()
        _, status, usage = os.wait4(process.pid, 0)  # with the processes that it waited for, and those theirs
        is_over.set()
        watching.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().strip().splitlines() or [""]
    seconds = time.monotonic() - began_s
    return Cost(usage.ru_utime + usage.ru_stime, seconds, peaks[0], peaks[1], int(peaks[2]), lines[-1])


def watch(process_id: int, peaks: list[float], is_over: threading.Event) -> None:
    while not is_over.wait(_SAMPLE_S):
        sizes = [size for each in tree(process_id) if (size := memory(each))]
        sums = [sum(pss for pss, _ in sizes), sum(rss for _, rss in sizes), float(len(sizes))]
        peaks[:] = map(max, peaks, sums)


def tree(process_id: int) -> Iterator[int]:
    yield process_id
    try:
        lists = [path.read_text() for path in Path(f"/proc/{process_id}/task").glob("*/children")]
    except OSError:  # it has just ended
        return
    for child in " ".join(lists).split():
        yield from tree(int(child))


def memory(process_id: int) -> tuple[float, float] | None:
    """PSS and RSS in MB."""
    try:
        lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    sizes = {line.split(":")[0]: line.split()[1] for line in lines[1:]}
    return (int(sizes["Pss"]) / 1000, int(sizes["Rss"]) / 1000) if sizes else None


# -- the table ---------------------------------------------------------------------------------------------------------


def show(name: str, cost: Cost, checks: int) -> None:
    each = cost.cpu_s / checks * 1000
    print(
        f"{name:30}{each:8.2f}{cost.wall_s:9.1f}{cost.pss_mb:9.0f}{cost.rss_mb:9.0f}{cost.processes:6}   {cost.said}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1_000)
    articles = parser.parse_args().articles
    if not SHARED.is_dir():
        print(f"{SHARED} is missing: this benchmark needs the folder of real pages.", file=sys.stderr)
        return 2
    spawn = multiprocessing.get_context("spawn")
    control, theirs = spawn.Pipe()
    server = spawn.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    theirs.close()
    ports, page_count = control.recv()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(_CONFIG)
        (folder / "db").mkdir()
        (folder / "urls.txt").write_text("\n".join(addresses(ports, page_count, articles)))
        print(f"{'':30}{'CPU ms':>8}{'seconds':>9}{'PSS MB':>9}{'RSS MB':>9}{'procs':>6}")
        print(f"{'to reach, nothing new':30}{CPU_MS_TO_REACH:8.2f}{'':9}{PEAK_MB_TO_REACH:9.0f}")
        show("adding them", tracker(folder, "add", "--file", "urls.txt"), articles)
        show("first cycle", tracker(folder, "check", "--all"), articles)
        for title, is_noisy in (("the same bytes", False), ("other bytes, the same texts", True)):
            control.send(is_noisy)
            control.recv()
            show(title, tracker(folder, "check", "--all"), articles)
    control.send(None)
    server.join()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
