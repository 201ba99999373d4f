"""Sites of the tests' own: a real server on a free port of this machine."""

from __future__ import annotations

import contextlib
import threading
from abc import abstractmethod
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Generic, Self, TypeVar


class Loopback:
    """Answers by its handler for as long as the `with` block lasts. Call `listen` before."""

    def listen(self, handler: type[Visit[Any]]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=partial(self._server.serve_forever, 0.02), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str = "") -> str:
        return f"http://{self.host}{path}"


SiteT = TypeVar("SiteT", bound=Loopback)


class Visit(BaseHTTPRequestHandler, Generic[SiteT]):
    """One connection to a site, kept alive, silent; who is killed in the middle is no fault of the site."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def __init__(self, site: SiteT, *arguments: object) -> None:
        self.site = site
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server hands over

    @abstractmethod
    def answer(self) -> None:
        """To a GET of `self.path`."""

    def do_GET(self) -> None:
        self.answer()

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Silent."""
