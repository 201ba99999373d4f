"""Real servers on loopback: pages by path, each said in full or misbehaving byte by byte."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

Misbehave = Callable[[socket.socket], None]
"""Sends what it likes on the connection, which is closed when it returns. An OSError ends it: the client hung up."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    connection: int  # counted from 1
    began_s: float
    client: socket.socket = field(repr=False, compare=False)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Reply:
    body: bytes = b"<p>a page</p>"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    then_close: bool = False
    before: bytes = b""  # said before the status line: interim answers

    def encode(self) -> bytes:
        head = [f"HTTP/1.1 {self.status} Text", *(f"{name}: {value}" for name, value in self.headers)]
        if self.status != 304:
            head.append(f"Content-Length: {len(self.body)}")
        return self.before + "\r\n".join([*head, "", ""]).encode("latin-1") + self.body


def redirect(location: str, status: int = 302, *headers: tuple[str, str]) -> Reply:
    return Reply(b"", status, (("Location", location), *headers))


Answering = Reply | Misbehave | Callable[[Request], Reply]


class Site:
    """Answers by path; a path that it does not know is 404. What was asked is in `requests`."""

    def __init__(
        self,
        pages: Mapping[str, Reply | Misbehave] | Callable[[Request], Reply | Misbehave],
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._pages = pages
        self._tls = tls
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        self.answered_s: list[float] = []  # when each answer began to be sent
        self.connections = 0
        self.port: int = self._listener.getsockname()[1]
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._open.append(connection)
                number = self.connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), connection:
            secured = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with secured:
                while self._answer(secured, number):
                    pass

    def _answer(self, connection: socket.socket, number: int) -> bool:
        request = _read_request(connection, number)
        if request is None:
            return False
        self.requests.append(request)
        page = self._pages(request) if callable(self._pages) else self._pages.get(request.path, Reply(b"", 404))
        if not isinstance(page, Reply):
            page(connection)
            return False
        self.answered_s.append(time.monotonic())
        connection.sendall(page.encode())
        return not page.then_close


def _read_request(connection: socket.socket, number: int) -> Request | None:
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        piece = connection.recv(65_536)
        if not piece:
            return None
        received += piece
    began_s = time.monotonic()
    first, *lines = received.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = [line.split(": ", 1) for line in lines if line]
    return Request(method, path, tuple((name, value) for name, value in pairs), number, began_s, connection)
