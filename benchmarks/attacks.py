"""What a hostile web costs: attacks on the fetcher, pages made to hang whoever reads them, and what a plain look costs.

    python benchmarks/attacks.py

Each attack meets the real fetcher in a process of its own. Columns: what came of it, seconds past the deadline (or
taken, where the attack does not play for time), and the peak memory that the look added. An attack is survived when
the look ends by itself, named, at most 0.1 s past its deadline. For the pages see hostile_pages.py.
"""

from __future__ import annotations

import gzip
import multiprocessing
import resource
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "fetch"))

from hostile_pages import page_table
from loopback import Misbehave, Reply, Site, redirect
from misbehaving import CHUNKED, OK, bomb, drips, floods, resets, says, stalls

from tracker.config import FetchSettings
from tracker.fetch import Fetcher, look_at_host, user_agent
from tracker.model import Batch, Fetch, LookOrder

DEADLINE_S = 1.0
LATE_S = 0.1
LOOKS = 500
PAGE_BYTES = 30_000
_TRICKS = """
    127.0.0.1 localhost 2130706433 0x7f000001 0177.0.0.1 127.1 0.0.0.0 [::1] [::] [::ffff:127.0.0.1] [::127.0.0.1]
    [64:ff9b::7f00:1] [2002:7f00:1::] [2001:0:4136:e378:8000:63bf:80ff:fffe] [fec0::1] [fd00::2] [fe80::1]
    169.254.169.254 168.63.129.16 10.0.0.1
"""

Page = Reply | Misbehave


@dataclass(frozen=True)
class Attack:
    name: str
    pages: dict[str, Page]
    allow_private: bool = True
    resolve: Callable[[str, int], Sequence[str]] | None = None
    host: str = "127.0.0.1"
    is_answered: bool = False  # the page is read all the same
    looks: int = 1


@dataclass(frozen=True)
class Result:
    fetch: Fetch
    seconds: float
    added_bytes: int
    connections: int


def one(name: str, page: Page, *, is_answered: bool = False) -> Attack:
    return Attack(name, {"/a": page}, is_answered=is_answered)


def hang(_host: str, _port: int) -> list[str]:
    time.sleep(DEADLINE_S + 3)
    return ["127.0.0.1"]


class Rebinding:
    """Answers "public" to the first question and loopback to every other."""

    def __init__(self) -> None:
        self.answers = ["2000::1"]

    def __call__(self, _host: str, _port: int) -> list[str]:
        return [self.answers.pop() if self.answers else "127.0.0.1"]


def attacks() -> list[Attack]:
    big_bomb = bomb(500)
    zipped = (("Content-Encoding", "gzip"),)
    others = "".join(f"User-agent: a{number}\n" for number in range(25_000))
    rules = Reply((others + "".join(f"Disallow: /{number}\n" for number in range(25_000))).encode())
    chain: dict[str, Page] = {f"/{'a' * count}": redirect(f"/{'a' * (count + 1)}") for count in range(1, 20)}
    return [
        one("no answer", stalls(b"")),
        one("slow headers", drips(OK, b"X-Drop: 1\r\n")),
        one("slow body", drips(OK + b"Content-Length: 90000\r\n\r\n", b"x")),
        one("slow chunks", drips(CHUNKED, b"1\r\nx\r\n")),
        one("slow trailers", drips(CHUNKED + b"0\r\n", b"T: 1\r\n")),
        one("slow interim answers", drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
        Attack("slow robots.txt", {"/robots.txt": drips(OK, b"X: 1\r\n"), "/a": Reply()}),
        Attack("slow resolver", {"/a": Reply()}, resolve=hang, host="slow.example"),
        one("endless body", floods(OK + b"\r\n", b"x" * 65_536)),
        one("endless header line", floods(OK + b"X: ", b"x" * 65_536)),
        one("endless chunk size", floods(CHUNKED, b"0" * 65_536)),
        one("endless trailers", floods(CHUNKED + b"0\r\n", b"T: 1\r\n" * 9_000)),
        one("endless interim answers", floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3_000)),
        one("endless gzip of nothing", floods(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 3_000)),
        one("gzip bomb, 500 MB", Reply(big_bomb, headers=zipped)),
        one("gzip bomb in gzip", Reply(gzip.compress(big_bomb), headers=(("Content-Encoding", "gzip, gzip"),))),
        Attack(
            "gzip bomb as a redirect's body",
            {"/a": Reply(big_bomb, 302, (*zipped, ("Location", "/b"))), "/b": Reply()},
            is_answered=True,
        ),
        Attack("robots.txt of 25,000 names, 25,000 rules", {"/robots.txt": rules, "/a": Reply()}, is_answered=True),
        one("5,000 headers", says(OK + b"X: 1\r\n" * 5_000 + b"\r\n")),
        one("redirect to itself", redirect("/a")),
        Attack("redirects without end", chain),
        one("redirect to a file", redirect("file:///etc/passwd")),
        one("reset in the middle", resets(OK + b"Content-Length: 10\r\n\r\nabc")),
        one("cut short", says(OK + b"Content-Length: 100\r\n\r\nshort")),
        one("garbage", says(b"\x00\xff garbage \r\n\r\n")),
        *(Attack(f"inside: {host}", {"/a": Reply()}, allow_private=False, host=host) for host in _TRICKS.split()),
        Attack("rebinding", {"/a": Reply()}, allow_private=False, resolve=Rebinding(), host="news.example", looks=2),
    ]


def fetcher_for(attack: Attack | None) -> Fetcher:
    settings = FetchSettings(
        deadline_s=DEADLINE_S if attack else 30.0,
        host_interval_s=0.0,
        respect_robots=attack is None or attack.looks == 1,  # its failure would be remembered for the second look
        allow_private_addresses=attack is None or attack.allow_private,
    )
    known = {"resolve": attack.resolve} if attack and attack.resolve else {}
    return Fetcher(
        settings,
        user_agent=user_agent("benchmark", ""),
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        sleep=time.sleep,
        **known,  # type: ignore[arg-type]
    )


def suffer(attack: Attack, port: int, report: Connection) -> None:
    fetcher = fetcher_for(attack)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began_s = time.monotonic()
    for _ in range(attack.looks):
        fetch = fetcher.fetch(LookOrder(1, f"http://{attack.host}:{port}/a"))
    seconds = (time.monotonic() - began_s) / attack.looks
    report.send((fetch, seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024))


def run(attack: Attack) -> Result:
    """In a fresh process, so that the peak is this look's own; the server stays in this one."""
    spawn = multiprocessing.get_context("fork")
    receiving, sending = spawn.Pipe(duplex=False)
    with Site(attack.pages) as site:
        process = spawn.Process(target=suffer, args=(attack, site.port, sending))
        process.start()
        sending.close()
        fetch, seconds, added = receiving.recv()
        process.join()
        return Result(fetch, seconds, added, site.connections)


def survived(attack: Attack, result: Result) -> bool:
    is_right = (result.fetch.status == 200) if attack.is_answered else result.fetch.failure is not None
    never_reached = attack.allow_private or result.connections == 0
    return is_right and never_reached and result.seconds <= DEADLINE_S + LATE_S


def attack_table() -> tuple[Table, int]:
    table = Table("attack", "survived", "came to", "seconds", "memory MB", title=f"deadline {DEADLINE_S} s, cap 5 MB")
    losses = 0
    for attack in attacks():
        result = run(attack)
        is_well = survived(attack, result)
        losses += not is_well
        outcome = str(result.fetch.failure or result.fetch.status)
        megabytes = f"{result.added_bytes / 1e6:.1f}"
        table.add_row(escape(attack.name), "yes" if is_well else "NO", outcome, f"{result.seconds:.2f}", megabytes)
    return table, losses


def serve(ready: Connection) -> None:
    page = Reply(b"x" * PAGE_BYTES, headers=(("ETag", '"v1"'),))
    same = Reply(b"", 304, (("ETag", '"v1"'),))
    pages = {"/robots.txt": Reply(b"", 404)}
    with Site(lambda request: pages.get(request.path) or (same if request.header("If-None-Match") else page)) as site:
        ready.send(site.port)
        threading.Event().wait()


def cost_table() -> Table:
    """CPU of looks at a page and at one that did not change, on a kept connection, in a batch without pauses."""
    spawn = multiprocessing.get_context("spawn")
    receiving, sending = spawn.Pipe(duplex=False)
    server = spawn.Process(target=serve, args=(sending,), daemon=True)
    server.start()
    sending.close()  # so that a server that dies ends the wait
    port = receiving.recv()
    fetcher = fetcher_for(None)
    table = Table("look", "CPU microseconds", caption=f"{LOOKS} looks at {PAGE_BYTES // 1000} kB, best of three")
    for name, etag in (("200", None), ("304", '"v1"')):
        orders = tuple(LookOrder(number, f"http://127.0.0.1:{port}/{number}", etag=etag) for number in range(LOOKS))
        costs = []
        for _ in range(3):
            began_s = time.thread_time()
            statuses = {fetch.status for fetch in look_at_host(fetcher, Batch(f"127.0.0.1:{port}", orders))}
            costs.append((time.thread_time() - began_s) / LOOKS * 1e6)
        table.add_row(f"{name} {statuses}", f"{min(costs):.0f}")
    server.terminate()
    return table


def main() -> int:
    console = Console(width=130)
    table, losses = attack_table()
    console.print(table)
    pages, pages_lost = page_table()
    console.print(pages)
    console.print(cost_table())
    return 1 if losses or pages_lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
