"""The site of the soak: many hosts on loopback in a process of their own, which edit, fail and remember what they
served.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from multiprocessing.connection import Connection

from soak_prose import Wording, edited, first_wording

SLOW_S = 0.6  # of an answer that is slow, but comes
_RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends a reset
_SERVER = "Server: soak"


class Fault(StrEnum):
    """What the site does instead of showing an article, or on the way to showing it."""

    ERROR = "500"
    BUSY = "503 with Retry-After"
    RESET = "reset before the answer"
    CUT_SHORT = "reset within the page"
    TRUNCATED = "page shorter than announced"
    SLOW = "slow, but whole"
    DRIPPING = "so slow that it never ends"
    NO_HTTP = "garbage instead of HTTP"
    GARBAGE = "garbage as a page"
    EMPTY = "an empty page"
    GONE = "404 for a while"
    BOT_WALL = "bot wall for a while"
    CONSENT_WALL = "consent wall for a while"
    SOFT_404 = "'not found' with 200"
    REDIRECT = "redirected for a while"
    MOVED = "moved for good for a while"


SPELLS = {Fault.GONE: 4, Fault.BOT_WALL: 3, Fault.CONSENT_WALL: 2, Fault.REDIRECT: 5, Fault.MOVED: 4}  # longest, looks
_ELSEWHERE = {Fault.REDIRECT: 302, Fault.MOVED: 301}
_WEIGHTS = {fault: 0.15 if fault is Fault.DRIPPING else 1.0 for fault in Fault}


@dataclass(frozen=True)
class Plan:
    """What the site does; equal plans give equal edits."""

    seed: int
    articles: int
    hosts: int
    edits: float = 0.05  # per look that showed the article
    faults: float = 0.12  # per look, beginnings of spells
    with_etag: float = 0.3  # share of the articles that answer 304


@dataclass(frozen=True)
class Served:
    """An answer with 200 or 304 that was sent to its end. `key` None: it did not show the article."""

    life: int
    status: int
    key: tuple[str, ...] | None


@dataclass
class Story:
    """An article's life on the site."""

    number: int
    chance: random.Random
    has_etag: bool
    wording: Wording
    earlier: list[Wording] = field(default_factory=list)
    version: int = 0
    spell: Fault | None = None
    spell_left: int = 0
    served: list[Served] = field(default_factory=list)

    def next_fault(self, rate: float) -> Fault | None:
        """For one look."""
        if self.spell_left:
            self.spell_left -= 1
            return self.spell
        if self.chance.random() >= rate:
            return None
        fault = self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        self.spell, self.spell_left = fault, self.chance.randrange(SPELLS.get(fault, 1))
        return fault

    def maybe_edit(self, rate: float) -> None:
        """Sometimes twice, so that one wording is never served; sometimes back to an earlier one."""
        if self.chance.random() >= rate:
            return
        for _ in range(2 if self.chance.random() < 0.1 else 1):
            goes_back = self.earlier and self.chance.random() < 0.15
            new = self.chance.choice(self.earlier) if goes_back else edited(self.chance, self.wording)
            self.earlier.append(self.wording)
            self.wording = new
            self.version += 1


@dataclass(frozen=True)
class Chronicle:
    """What the site tells at the end."""

    served: dict[int, list[Served]]
    now_shown: dict[int, tuple[str, ...]]
    requests: int
    faults: dict[Fault, int]
    edits: int


@dataclass(frozen=True)
class _Visit:
    """A request."""

    life: int  # of the visitor
    head: bytes
    writer: asyncio.StreamWriter

    @property
    def path(self) -> str:
        return self.head.split(b" ", 2)[1].decode()

    async def send(self, status: int, body: bytes, *headers: str) -> None:
        self.writer.write(_head(status, len(body), *headers) + body)
        await self.writer.drain()


class Site:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.life = 0
        self.is_calm = False
        self.requests = 0
        self.faults = dict.fromkeys(Fault, 0)
        self.noise = random.Random(plan.seed)
        self.stories = [_story(plan, number) for number in range(plan.articles)]
        self._ports: list[int] = []
        self._servers: list[asyncio.Server] = []
        self._idle: set[asyncio.StreamWriter] = set()
        self._busy: set[asyncio.StreamWriter] = set()

    def bases(self) -> list[str]:
        return [f"http://{_address(at)}:{port}" for at, port in enumerate(self._ports)]

    async def open(self) -> None:
        """At the same ports as before, if it was open before."""
        ports = self._ports or [0] * self.plan.hosts
        for at, port in enumerate(ports):
            server = await asyncio.start_server(self._connected, _address(at), port, reuse_address=True, backlog=256)
            self._servers.append(server)
        self._ports = [server.sockets[0].getsockname()[1] for server in self._servers]

    def close(self) -> None:
        """As when it is switched off: nobody answers, and who is being answered is cut off."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for writer in self._idle:
            writer.close()  # what was sent arrives
        for writer in self._busy:
            writer.transport.abort()

    async def restart(self, seconds: float) -> None:
        self.close()
        await asyncio.sleep(seconds)
        await self.open()

    def chronicle(self) -> Chronicle:
        return Chronicle(
            {story.number: story.served for story in self.stories},
            {story.number: story.wording.key for story in self.stories},
            self.requests,
            self.faults,
            sum(story.version for story in self.stories),
        )

    # -- answering -----------------------------------------------------------------------------------------------------

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._idle.add(writer)
        try:
            while await self._answer_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the visitor is gone, or the site ends
        finally:
            self._idle.discard(writer)
            self._busy.discard(writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        head = await reader.readuntil(b"\r\n\r\n")
        self._idle.discard(writer)
        self._busy.add(writer)
        self.requests += 1
        goes_on = await self._answer(_Visit(self.life, head, writer))
        self._busy.discard(writer)
        self._idle.add(writer)
        return goes_on

    async def _answer(self, visit: _Visit) -> bool:
        place, _, number = visit.path.rpartition("-")
        if place not in ("/story", "/at/story") or not number.isdecimal():
            await visit.send(404, b"nothing here")
            return True
        story = self.stories[int(number)]
        fault = None if self.is_calm or place == "/at/story" else story.next_fault(self.plan.faults)
        if fault is None:
            await self._show(story, visit)
            return True
        self.faults[fault] += 1
        return await self._fail(fault, story, visit)

    async def _show(self, story: Story, visit: _Visit) -> None:
        wording = story.wording
        etag = f'"{story.number}.{story.version}"' if story.has_etag else ""
        is_known = etag and f"if-none-match: {etag}".encode() in visit.head.lower()
        status, page = (304, b"") if is_known else (200, self._page(story).encode())
        await visit.send(status, page, *([f"ETag: {etag}"] if etag else []))
        story.served.append(Served(visit.life, status, wording.key))
        if not self.is_calm:
            story.maybe_edit(self.plan.edits)

    async def _fail(self, fault: Fault, story: Story, visit: _Visit) -> bool:
        """Whether the connection goes on."""
        if fault is Fault.SLOW:
            await asyncio.sleep(story.chance.uniform(0.05, SLOW_S))
            await self._show(story, visit)
        elif fault in _ELSEWHERE:
            await visit.send(_ELSEWHERE[fault], b"", f"Location: /at/story-{story.number}")
        elif fault in _NOT_THE_ARTICLE:
            await visit.send(200, _NOT_THE_ARTICLE[fault](story))
            story.served.append(Served(visit.life, 200, None))
        elif fault in _STATUSES:
            status, body, headers = _STATUSES[fault]
            await visit.send(status, body, *headers)
        else:
            await self._break(fault, story, visit.writer)
            return False
        return True

    async def _break(self, fault: Fault, story: Story, writer: asyncio.StreamWriter) -> None:
        page = self._page(story).encode()
        if fault is Fault.NO_HTTP:
            writer.write(story.chance.randbytes(400))
        if fault in (Fault.CUT_SHORT, Fault.TRUNCATED):
            writer.write(_head(200, len(page)) + page[: len(page) // 2])
        await writer.drain()
        if fault is Fault.DRIPPING:
            writer.write(_head(200, len(page)))
            for at in range(len(page)):
                writer.write(page[at : at + 1])
                await writer.drain()
                await asyncio.sleep(0.5)
        if fault in (Fault.RESET, Fault.CUT_SHORT):
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    def _page(self, story: Story) -> str:
        """With other scripts, tokens and class names each time, and sometimes other links beside the article."""
        token = f"{self.noise.getrandbits(64):x}"
        wording = story.wording
        body = "".join(f"<p>{text}</p>" for text in wording.paragraphs)
        beside = self.noise.randrange(1_000) if self.noise.random() < 0.2 else 0
        links = "".join(f'<li><a href="/story-{beside + k}">Story number {beside + k}</a></li>' for k in range(4))
        return (
            f'<!doctype html><html lang="en"><head><title>{wording.headline}</title>'
            f'<script nonce="{token}">window.visit="{token}"</script></head><body class="page-{token[:6]}">'
            f'<nav><a href="/">Front page</a></nav><main><article class="story css-{token[6:12]}">'
            f"<h1>{wording.headline}</h1>{body}</article></main>"
            f"<aside><h2>Read next</h2><ul>{links}</ul></aside><footer>The Soak Courier</footer></body></html>"
        )


def _story(plan: Plan, number: int) -> Story:
    chance = random.Random(f"{plan.seed}-{number}")
    return Story(number, chance, chance.random() < plan.with_etag, first_wording(chance))


def _address(at: int) -> str:
    return f"127.0.0.{at % 250 + 2}"


def _notice(title: str, text: str) -> bytes:
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    ).encode()


_NOT_THE_ARTICLE: dict[Fault, Callable[[Story], bytes]] = {
    Fault.GARBAGE: lambda story: story.chance.randbytes(story.chance.randint(100, 20_000)),
    Fault.EMPTY: lambda _: b"",
    Fault.BOT_WALL: lambda _: _notice("Just a moment...", "Checking your browser before you go on."),
    Fault.CONSENT_WALL: lambda _: _notice("Before you continue", "We use cookies."),
    Fault.SOFT_404: lambda _: _notice("Page not found", "The page that you asked for is not here."),
}
_STATUSES: dict[Fault, tuple[int, bytes, tuple[str, ...]]] = {
    Fault.ERROR: (500, b"it broke", ()),
    Fault.BUSY: (503, b"too much to do", ("Retry-After: 1",)),
    Fault.GONE: (404, b"no such page", ()),
}


def _head(status: int, size: int, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", _SERVER, "Content-Type: text/html; charset=utf-8"]
    lines += [f"Content-Length: {size}"] if status != 304 else []
    return "\r\n".join([*lines, *headers, "", ""]).encode()


# -- the process -------------------------------------------------------------------------------------------------------


def serve(plan: Plan, control: Connection) -> None:
    """Tells its addresses; then takes orders: (life, n), (calm,), (restart, seconds), (chronicle,) and (end,)."""
    asyncio.run(_serve(plan, control))


async def _serve(plan: Plan, control: Connection) -> None:
    site = Site(plan)
    await site.open()
    control.send(site.bases())
    loop = asyncio.get_running_loop()
    while (order := await loop.run_in_executor(None, control.recv))[0] != "end":
        answer: object = None
        if order[0] == "life":
            site.life = order[1]
        elif order[0] == "calm":
            site.is_calm = True
        elif order[0] == "restart":
            await site.restart(order[1])
        elif order[0] == "chronicle":
            answer = site.chronicle()
        control.send(answer)
    site.close()
