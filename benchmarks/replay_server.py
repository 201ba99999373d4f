"""Loopback hosts that serve documents, turn after turn in the next version."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from replay_documents import Document

_ADDRESS = "127.0.0.1"
_STOP_POLL_S = 0.05


class Press:
    """What all hosts serve now. `cpu_s` is what serving cost, so that it can be taken off the tracker's account."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.turn = 0
        self.cpu_s = 0.0
        self._documents = {document.name: document for document in documents}
        self._lock = threading.Lock()

    def page(self, path: str) -> tuple[bytes, str] | None:
        """Body and content type; None: nothing lives there."""
        document = self._documents.get(path.split("/")[1])
        if document is None:
            return None
        version = document.version_at(self.turn)
        return version.page, version.content_type

    def spent(self, cpu_s: float) -> None:
        with self._lock:
            self.cpu_s += cpu_s


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    press: Press


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one_request(self) -> None:
        began_s = time.thread_time()
        super().handle_one_request()
        self.server.press.spent(time.thread_time() - began_s)

    def do_GET(self) -> None:
        found = self.server.press.page(self.path)
        body, content_type = found or (b"", "text/plain")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
        pass


@contextmanager
def serving(press: Press, documents: Sequence[Document], hosts: int) -> Iterator[Mapping[str, str]]:
    """Serves the documents at `hosts` addresses (ports) in turn; gives each document's URL by its name."""
    with ExitStack() as open_servers:
        bases = [_start(press, open_servers) for _ in range(hosts)]
        yield {document.name: bases[at % hosts] + document.path for at, document in enumerate(documents)}


def _start(press: Press, open_servers: ExitStack) -> str:
    server = open_servers.enter_context(_Server((_ADDRESS, 0), _Handler))
    server.press = press
    thread = threading.Thread(target=server.serve_forever, args=(_STOP_POLL_S,), daemon=True)
    thread.start()
    open_servers.callback(thread.join)
    open_servers.callback(server.shutdown)
    return f"http://{_ADDRESS}:{server.server_port}"
