"""A small HTTP server for two pages. It answers from memory: whoever asks, and however often, the daemon goes on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from tracker.errors import TrackerError
from tracker.health.form import health_json
from tracker.health.metrics import metrics_text
from tracker.health.snapshot import Snapshot
from tracker.listening import Address

_MOST_AT_ONCE = 8  # a Prometheus, a container's health check and a person are three
_TIMEOUT_S = 5.0  # for the request: it is a line and a few headers


class HealthServer:
    """Answers until the `with` block ends. `snapshot` must not block; it is called by the server's threads."""

    def __init__(self, address: Address, snapshot: Callable[[], Snapshot]) -> None:
        """Raises TrackerError where the address cannot be listened at."""
        server_class = _ServerV6 if ":" in address.host else _Server
        try:
            self._server = server_class(address, snapshot)
        except OSError as error:
            raise TrackerError(
                f"Nobody can listen at {address}: {(error.strerror or str(error)).lower()}; change health.listen."
            ) from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def address(self) -> Address:
        host, port = self._server.server_address[:2]
        return Address(str(host), int(port))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(HTTPServer):
    """A thread a request, but never more than a few; who comes when all are busy is turned away."""

    request_queue_size = 16

    def __init__(self, address: Address, snapshot: Callable[[], Snapshot]) -> None:
        self.snapshot = snapshot
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)
        super().__init__((address.host, address.port), _Handler)

    def server_bind(self) -> None:
        """Without the base class's look-up of the machine's name, which may ask the network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        threading.Thread(target=self._answer, args=(request, client_address), name="health", daemon=True).start()

    def _answer(self, request: socket.socket, client_address: object) -> None:
        try:
            self.finish_request(request, client_address)
        except OSError:
            pass  # the visitor hung up, or never said anything
        finally:
            self.shutdown_request(request)
            self._free.release()


class _ServerV6(_Server):
    address_family = socket.AF_INET6


class _Handler(BaseHTTPRequestHandler):
    timeout = _TIMEOUT_S
    server: _Server
    server_version = "tracker"
    sys_version = ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/health":
            snapshot = self.server.snapshot()
            status = HTTPStatus.OK if snapshot.is_well else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, "application/json; charset=utf-8", health_json(snapshot).encode())
        elif path == "/metrics":
            self._answer(HTTPStatus.OK, CONTENT_TYPE_PLAIN_0_0_4, metrics_text(self.server.snapshot()))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There are /health and /metrics.\n")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """A line a scrape would drown the log."""
