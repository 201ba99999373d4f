"""The daemon as a process: how soon after its start the first request arrives."""

from __future__ import annotations

import http.client
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from cycle import memory, tree
from scale_database import page, present, wording

from tracker.store import Store

HOSTS = 20
_ARTICLES_A_HOST = 15
_PATIENCE_S = 60.0
_CONFIG = """
[fetch]
allow_private_addresses = true
host_interval_s = 0.0
[schedule]
requests_per_day = 200_000
"""


@dataclass(frozen=True)
class Found:
    first_s: float
    first_cpu_s: float
    rss_mb: float
    pss_mb: float
    processes: int
    requests: int


@dataclass
class _Asked:
    """What arrived, on any host. Safe to share between threads."""

    at_s: list[float] = field(default_factory=list)
    any: threading.Event = field(default_factory=threading.Event)

    def note(self) -> None:
        self.at_s.append(time.perf_counter())
        self.any.set()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, asked: _Asked) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = asked


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.note()
        number = self.path.rpartition("-")[2]
        body = page(wording(int(number), 12)) if number.isdecimal() else b""
        self.send_response(http.client.OK if body else http.client.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Silent."""


@contextmanager
def _serving(asked: _Asked) -> Iterator[Sequence[str]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(_Server(asked)) for _ in range(HOSTS)]
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            stack.callback(server.shutdown)
        yield [f"http://127.0.0.1:{server.server_address[1]}" for server in servers]


def first_look(database: Path, known_articles: int) -> Found:
    """Adds a few articles of hosts on loopback, due at once: nothing else of a fresh database is."""
    asked = _Asked()
    with _serving(asked) as bases:
        numbers = range(known_articles + 1, known_articles + 1 + _ARTICLES_A_HOST)
        with Store.open(database) as store:
            store.add_articles((f"{base}/story-{number}" for base in bases for number in numbers), present())
        config = database.with_name("scale.toml")
        config.write_text(_CONFIG)
        return _run(database, config, asked)


def _run(database: Path, config: Path, asked: _Asked) -> Found:
    command = [sys.executable, "-m", "tracker", "--config", str(config), "--database", str(database), "run"]
    began_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        asked.any.wait(_PATIENCE_S)
        cpu_s = _cpu_s(process.pid)
        _until_quiet(asked)
        sizes = [size for each in tree(process.pid) if (size := memory(each))]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    first_s = asked.at_s[0] - began_s if asked.at_s else _PATIENCE_S
    return Found(first_s, cpu_s, sizes[0][1], sum(pss for pss, _ in sizes), len(sizes), len(asked.at_s))


def _cpu_s(process_id: int) -> float:
    """User and system time so far, as proc(5) counts it."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _until_quiet(asked: _Asked) -> None:
    """Until nothing arrived for two seconds."""
    ends_s = time.perf_counter() + _PATIENCE_S
    while time.perf_counter() < min(ends_s, (asked.at_s or [ends_s])[-1] + 2.0):
        time.sleep(0.1)
