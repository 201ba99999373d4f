"""Sites that keep a log of their own: when each request began and ended, on the clock of this machine."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise

from serving import Loopback, Visit

INTERVAL_S = 0.2  # between two requests to a host, as the tests ask for
SLACK_S = 0.05  # a sleep may end so much early, see CLOCK_SLACK_S
PATIENCE_S = 60.0
_LOOK_S = 0.05  # how often a site that makes a visitor wait looks whether it is still there

DEADLY_WORDS = "Whoever reads this page is done for."

_TEXT = "".join(
    f"<p>Paragraph {n} of a story that is told at length, as news are on most days of a year.</p>" for n in range(9)
)


class LoggingSite(Loopback):
    """Tells a story at every path; robots.txt asks to leave /story-7 alone."""

    def __init__(self) -> None:
        self.log: list[tuple[float, float, str]] = []
        self.retry_after_path: str | None = None
        self.deadly_path: str | None = None
        self.feed: tuple[str, ...] = ()  # what /feed names
        self.slow_path: str | None = None  # is answered when `lets_go`
        self.lets_go = threading.Event()
        self.begun: list[str] = []  # also what is not answered yet
        self.is_asked = threading.Condition()
        self.listen(_Story)

    @property
    def gaps(self) -> list[float]:
        """Seconds between the end of each request and the beginning of the next; negative: both at once."""
        log = sorted(self.log)
        return [later[0] - earlier[1] for earlier, later in pairwise(log)]

    @property
    def asked(self) -> list[str]:
        return [path for *_, path in sorted(self.log)]

    def until_begun(self, path: str) -> None:
        """Until somebody asked for it, answered or not."""
        with self.is_asked:
            assert self.is_asked.wait_for(lambda: path in self.begun, PATIENCE_S), f"nobody asked for {path}"

    def urls(self, articles: int) -> list[str]:
        return [self.url(f"/story-{n}") for n in range(articles)]


class _Story(Visit[LoggingSite]):
    def answer(self) -> None:
        began = time.monotonic()
        with self.site.is_asked:
            self.site.begun.append(self.path)
            self.site.is_asked.notify_all()
        try:
            self._answer()
        finally:
            self.site.log.append((began, time.monotonic(), self.path))

    def _answer(self) -> None:
        site = self.site
        if self.path == site.slow_path:
            while not site.lets_go.wait(_LOOK_S) and not self._is_left():
                """The visitor waits."""
        if self.path == site.retry_after_path:
            self._say(429, b"", ("Retry-After", "3600"))
        elif self.path == "/robots.txt":
            self._say(200, b"User-agent: *\nDisallow: /story-7\n")
        elif self.path == "/feed":
            items = "".join(f"<item><title>T</title><link>{link}</link></item>" for link in site.feed)
            self._say(200, f'<rss version="2.0"><channel><title>N</title>{items}</channel></rss>'.encode())
        else:
            head = f"<h1>The story {self.path} of this day</h1>"
            last = f"<p>{DEADLY_WORDS}</p>" if self.path == site.deadly_path else ""
            self._say(200, f"<html><body><article>{head}{_TEXT}{last}</article></body></html>".encode())

    def _is_left(self) -> bool:
        """The visitor hung up: from then on it asks for nothing."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def _say(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Type", "text/html"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


@contextmanager
def sites_of(count: int) -> Iterator[list[LoggingSite]]:
    with ExitStack() as open_sites:
        yield [open_sites.enter_context(LoggingSite()) for _ in range(count)]


def assert_polite(sites: Sequence[LoggingSite]) -> None:
    """No host was asked by two at a time, or too soon, or for what it wants to be left alone with."""
    for site in sites:
        assert min(site.gaps, default=INTERVAL_S) >= INTERVAL_S - SLACK_S, sorted(site.log)
        assert "/story-7" not in site.asked
