"""One outlet's HTTP server on loopback: HTTP/1.1 with kept connections, gzip where it is accepted, no logging."""

from __future__ import annotations

import gzip
import socket
import sys
import threading
import urllib.parse
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tracker.demo.newsroom import Answer, Ask

Visit = Callable[[Ask], AbstractContextManager[Answer]]

_FALLBACK_ADDRESS = "127.0.0.1"  # where the system has but one loopback address, such as macOS
# An idle kept connection is closed after this; a visitor who does not read its answer holds up an article no longer.
_CONNECTION_TIMEOUT_S = 30.0
# How often the serving thread looks whether it is to stop: short, so that leaving the demo is not felt.
_STOP_POLL_S = 0.05


class OutletServer:
    """Bound when made, so that its address is known; answers between `start` and `stop`."""

    def __init__(self, outlet: str, address: str) -> None:
        self._outlet = outlet
        self._server = _bind(address)
        self._thread = threading.Thread(
            target=partial(self._server.serve_forever, _STOP_POLL_S), name=f"demo-{outlet}", daemon=True
        )

    @property
    def base_url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def start(self, visit: Visit) -> Self:
        self._server.outlet = self._outlet
        self._server.visit = visit
        self._thread.start()
        return self

    def stop(self) -> None:
        """Frees the port and hangs up on every visitor. May be called without `start`."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.hang_up()


def _bind(address: str) -> _Server:
    try:
        return _Server((address, 0), _Handler)
    except OSError:
        return _Server((_FALLBACK_ADDRESS, 0), _Handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    outlet: str
    visit: Visit

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            with self._open_lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            with self._open_lock:
                self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is nobody's fault; anything else is a bug and is printed as ever."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def hang_up(self) -> None:
        with self._open_lock:
            still_open = tuple(self._open)
        for connection in still_open:
            with suppress(OSError):  # the visitor was quicker
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "DemoNews"
    sys_version = ""
    timeout = _CONNECTION_TIMEOUT_S
    wbufsize = -1  # head and body leave in one piece; unbuffered, each answer would wait for a delayed ACK

    def do_GET(self) -> None:
        path = urllib.parse.urlsplit(self.path).path
        ask = Ask(self.server.outlet, path, self.headers.get("If-None-Match", ""))
        with self.server.visit(ask) as answer:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        body = answer.text.encode()
        self.send_response(answer.status)
        if answer.etag:
            self.send_header("ETag", answer.etag)
        if answer.location:
            self.send_header("Location", answer.location)
        if answer.status is not HTTPStatus.NOT_MODIFIED:
            body = self._send_body_headers(answer, body)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _send_body_headers(self, answer: Answer, body: bytes) -> bytes:
        """The body as it will be sent, its headers written."""
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Vary", "Accept-Encoding")
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")
            body = gzip.compress(body, mtime=0)
        self.send_header("Content-Length", str(len(body)))
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Silent: the demo's screen belongs to what the tracker finds."""
