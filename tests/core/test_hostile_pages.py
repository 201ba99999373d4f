"""A whole cycle over a site on loopback that has, among its articles, pages made to hang whoever reads them."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tracker.cadence import CadencePolicy
from tracker.check import CheckCycle
from tracker.config import FetchSettings
from tracker.discover import SourceKind, read_source
from tracker.fetch import Fetcher, look_at_host, user_agent
from tracker.judge import Judge
from tracker.look import Looker
from tracker.model import Batch, Fetch, Outcome
from tracker.sandbox import Sandbox
from tracker.sources import SourceReader
from tracker.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIMIT_S = 3.0  # of a reading that takes a hundredth of it, where nothing else is going on
TEXTS = (
    "The lamp on the harbour's western mole will be lit again on Sunday, after nine years in which it stood dark.",
    "Its glass was ground anew in a workshop inland, and the keeper's stair has been given a rail on both sides.",
)


def page(body: str = "") -> bytes:
    texts = "".join(f"<p>{text}</p>" for text in TEXTS)
    return (
        f"<html><head><title>Lamp is lit</title></head><body><h1>Lamp is lit</h1>{texts}{body}</body></html>".encode()
    )


HANGING = page("<div>" * 100_000)
BINARY = page() + random.Random(1).randbytes(200_000)
HOSTILE = {
    "/hangs": (HANGING, "Reading took longer than 3 seconds."),
    "/pdf": (b"%PDF-1.7 and so on", "This is a file of another kind, not a page."),
    "/binary": (BINARY, "This is binary data, not a page."),
    "/long": (page("x" * 8_000_000), "The page is longer than 8,000,000 bytes."),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, pages: Mapping[str, bytes], *arguments: object) -> None:
        self._pages = pages
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server hands over

    def do_GET(self) -> None:
        body = self._pages.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Silent."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    pages = {path: body for path, (body, _) in HOSTILE.items()} | {f"/story-{n}": page() for n in range(6)}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, pages))
    server.daemon_threads = True
    thread = threading.Thread(target=partial(server.serve_forever, 0.02))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(2, LIMIT_S, preload=("tracker.extract.examining", "trafilatura")) as room:
        yield room


@pytest.fixture
def fetcher() -> Fetcher:
    settings = FetchSettings(allow_private_addresses=True, host_interval_s=0.0, max_body_bytes=50_000_000)
    agent = user_agent("test", "")
    return Fetcher(settings, user_agent=agent, now=lambda: NOW, monotonic=time.monotonic, sleep=time.sleep)


def test_hostile_pages_cost_their_own_look_and_the_cycle_goes_on(
    site: str, sandbox: Sandbox, fetcher: Fetcher, tmp_path: Path
) -> None:
    def fetch_batch(batch: Batch) -> Iterator[Fetch]:
        return look_at_host(fetcher, batch, 0.0)

    policy = CadencePolicy(timedelta(minutes=5), timedelta(days=30))
    paths = ["/story-0", "/story-1", *HOSTILE, *(f"/story-{n}" for n in range(2, 6))]
    with Store.open(tmp_path / "tracker.db", create=True) as store, ThreadPoolExecutor(4) as executor:
        store.add_articles([site + path for path in paths], NOW)
        cycle = CheckCycle(
            store=store,
            executor=executor,
            look=Looker(fetch_batch, run=sandbox.run),
            judge=Judge(policy),
            now=lambda: NOW,
            jitter=lambda: 0.0,
            workers=4,
        )
        assert cycle.drain().outcomes == {Outcome.FIRST_SEEN: 6, Outcome.UNREADABLE: len(HOSTILE)}
        for path, (_, reason) in HOSTILE.items():
            (check,) = store.checks(store.resolve(site + path).article_id)
            assert (check.outcome, check.reason) == (Outcome.UNREADABLE, reason)


def test_a_source_that_cannot_be_read_in_time_says_so(site: str, fetcher: Fetcher, tmp_path: Path) -> None:
    with (
        Store.open(tmp_path / "tracker.db", create=True) as store,
        Sandbox(1, 0.001, preload=("tracker.discover",)) as hasty,
    ):
        reader = SourceReader(store, fetcher, lambda: NOW, hasty.run)
        store.add_source("page", f"{site}/long", NOW)
        (source,) = store.due_sources(NOW)
        assert reader.read(source).problem == "Reading took longer than 0.001 seconds."


def test_sources_are_read_alike_in_the_sandbox_and_here(sandbox: Sandbox) -> None:
    body = b"<rss><channel><item><link>https://www.example.com/a/lamp-is-lit</link></item></channel></rss>"
    fetch = Fetch("https://www.example.com/rss", "https://www.example.com/rss", NOW, status=200, body=body)
    assert sandbox.run(read_source, SourceKind.FEED, fetch) == read_source(SourceKind.FEED, fetch)
