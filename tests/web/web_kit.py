"""A database made in few words, and the application asked without a socket."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from datasette.app import Datasette

from tracker.judge import compare
from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting, State, Verdict
from tracker.store import Store

Answered = TypeVar("Answered")

NOW = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
_PAGE = b"<html><body>the page as it was sent</body></html>"


@dataclass
class Story:
    """Drives one article through a store, an hour between two looks."""

    store: Store
    url: str
    at: datetime = NOW
    latest: Extract | None = None
    article_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.article_id, _ = self.store.add_article(self.url, self.at)

    def show(self, *paragraphs: str, headline: str | None = "A headline", **told: Any) -> None:
        """A look that shows this text."""
        seen = Extract(headline=headline, paragraphs=paragraphs, **told)
        before, self.latest = self.latest, seen
        outcome = Outcome.FIRST_SEEN if before is None else Outcome.CHANGED
        self._record(outcome, State.LIVE, seen, None if before is None else before)

    def look(self, outcome: Outcome, state: State, reason: str = "") -> None:
        self._record(outcome, state, None, None, reason)

    def _record(
        self, outcome: Outcome, state: State, seen: Extract | None, before: Extract | None, reason: str = ""
    ) -> None:
        order = LookOrder(self.article_id, self.url)
        body = _PAGE if seen is not None else b""
        fetch = Fetch(self.url, self.url, self.at, duration_ms=40, status=200, body=body, received_bytes=len(body))
        sighting = Sighting(order, fetch, seen, extractor="test 1", body_sha256=hashlib.sha256(body).hexdigest())
        comparison = None if seen is None or before is None else compare(before, seen)
        self.at += timedelta(hours=1)
        self.store.record(
            [Verdict(sighting, outcome, state, self.at, reason, new_revision=seen, comparison=comparison)]
        )


def ordinary(path: Path, url: str = "https://www.example.com/bridge") -> Path:
    """One article with two revisions."""
    with Store.open(path, create=True) as store:
        story = Story(store, url)
        story.show("The town of Lakatia was hit.", "Twelve people died on Tuesday.", headline="Bridge closed")
        story.show("The town of Latakia was hit.", "Fifteen people died on Tuesday.", headline="Bridge closed")
    return path


@dataclass(frozen=True)
class Asked:
    """What came back for one address."""

    path: str
    status: int
    headers: httpx.Headers
    text: str
    content: bytes


def _run(asked: Coroutine[Any, Any, Answered]) -> Answered:
    """In a thread of its own: that of the tests may have the loop of a browser running."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, asked).result()


class Pages:
    """The whole application over some databases, asked in turn."""

    def __init__(self, *databases: Path, **settings: Any) -> None:
        self.datasette = Datasette([str(path) for path in databases], settings=settings)
        self.app = self.datasette.app()

    def get(self, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> Asked:
        return self.get_all([path], method, headers)[0]

    def get_all(self, paths: Sequence[str], method: str = "GET", headers: dict[str, str] | None = None) -> list[Asked]:
        return _run(self._get(paths, method, headers))

    async def _get(self, paths: Sequence[str], method: str, headers: dict[str, str] | None) -> list[Asked]:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True)
        found = []
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            for path in paths:
                answer = await client.request(method, path, headers=headers)
                found.append(Asked(path, answer.status_code, answer.headers, answer.text, answer.content))
        return found

    def raw(self, raw_path: bytes, query: bytes = b"", method: str = "GET") -> tuple[int, dict[bytes, bytes], bytes]:
        """An address as no client would send it."""
        return _run(self._raw(raw_path, query, method))

    async def _raw(self, raw_path: bytes, query: bytes, method: str) -> tuple[int, dict[bytes, bytes], bytes]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": raw_path.decode("latin-1"),
            "raw_path": raw_path,
            "query_string": query,
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1")],
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
        }
        await self.app(scope, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"]), b"".join(each.get("body", b"") for each in sent[1:])
