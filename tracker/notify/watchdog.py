"""A deadline for a whole exchange. `timeout=` of a library holds for a single read, so that a receiver that answers one
byte a second would keep it waiting for ever: here the connection itself is cut."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

CONNECT_S = 10.0  # an address that does not answer by then is left for the next


class Watchdog:
    """Cuts the connections that it was shown when the time is over. One exchange, one `with` block."""

    def __init__(self, deadline_s: float) -> None:
        self.deadline_s = deadline_s
        self.is_over = False
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._timer = threading.Timer(deadline_s, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection that is watched, under whatever is laid over it later. Raises OSError or UnicodeError."""
        line = socket.create_connection((host, port), timeout=min(CONNECT_S, self.deadline_s))
        line.settimeout(self.deadline_s)
        with self._lock:
            self._lines.append(line.dup())
            if self.is_over:
                self._cut_lines()
        return line

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            self._cut_lines()

    def _cut_lines(self) -> None:
        for line in self._lines:
            with contextlib.suppress(OSError):  # it is gone already
                line.shutdown(socket.SHUT_RDWR)
