"""Receivers of notices: real servers on loopback that keep what they get, and behave badly where they are told to."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from serving import Loopback, Visit


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]  # names in small letters
    body: bytes

    @property
    def form(self) -> dict[str, Any]:
        form: dict[str, Any] = json.loads(self.body)
        return form


@dataclass(frozen=True)
class Reply:
    """`drips`: the answer comes a byte at a time, without an end. `hangs_up`: there is none. `waits`: nor is there one
    for as long as the receiver is open."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    drips: bool = False
    hangs_up: bool = False
    waits: bool = False


@dataclass
class Receiver(Loopback):
    """Keeps what is posted to it. `replies` are given in turn, the last one for ever."""

    replies: list[Reply] = field(default_factory=lambda: [Reply()])
    posted: list[Posted] = field(default_factory=list)
    is_closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.listen(_Taking)

    def __exit__(self, *about: Any) -> None:
        self.is_closing.set()
        super().__exit__(*about)

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.posted]


class _Taking(Visit[Receiver]):
    def answer(self) -> None:
        self.send_error(405)

    def do_POST(self) -> None:  # noqa: N802 - the name the server calls
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.posted.append(Posted(self.path, headers, body))
        reply = self.site.next_reply()
        self.close_connection = True
        if reply.waits:
            self.site.is_closing.wait()
        elif reply.drips:
            self._drip()
        elif not reply.hangs_up:
            self.send_response(reply.status)
            for name, value in (*reply.headers, ("Content-Length", "0")):
                self.send_header(name, value)
            self.end_headers()

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 ")
        while not self.site.is_closing.wait(0.02):
            with contextlib.suppress(ConnectionError):
                self.wfile.write(b"O")
                self.wfile.flush()


@dataclass
class Mailbox:
    """Takes mail, or answers it with these words in turn, the last one for ever."""

    answers: list[str] = field(default_factory=lambda: ["250 OK"])
    mails: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.startswith("250"):
            self.mails.append(envelope)
        return answer


@contextlib.contextmanager
def mail_server(mailbox: Mailbox, port: int | None = None) -> Iterator[int]:
    """Its port."""
    chosen = free_port() if port is None else port
    controller = Controller(mailbox, hostname="127.0.0.1", port=chosen)
    controller.start()
    try:
        yield chosen
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
