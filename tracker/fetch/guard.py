"""The limits of one look, kept by the sockets themselves: a moment by which all is over, and a number of bytes.

`timeout=` of an HTTP library holds for a single read, so a server that sends one byte a second keeps it waiting for
ever. Here every read and write of the socket is given what is left of the whole look, and not more.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import Any

# A socket timeout of 0 means "do not block", which is another thing than "no time left".
_SHORTEST_TIMEOUT_S = 0.001


class DeadlinePassed(TimeoutError):
    """The time for the whole look ran out."""


class BudgetSpent(OSError):
    """The server sent more bytes than any page within the cap could need."""


class LookGuard:
    """The limits of the look under way. One guard serves one thread, look after look."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends_at = 0.0
        self._budget_bytes = 0
        self.received_bytes = 0  # over the wire since `count_anew`, below TLS's own framing
        self.connection_attempts = 0

    def start(self, deadline_s: float) -> None:
        self._ends_at = self._monotonic() + deadline_s

    def count_anew(self, budget_bytes: int) -> None:
        """Starts a request: the bytes of its answer are counted from zero, and may come to `budget_bytes`."""
        self._budget_bytes = budget_bytes
        self.received_bytes = 0

    def allow(self, more_bytes: int) -> None:
        """So many bytes more may be received."""
        self._budget_bytes += more_bytes

    def remaining_s(self) -> float:
        """Seconds left. Raises DeadlinePassed when there are none."""
        left = self._ends_at - self._monotonic()
        if left <= 0:
            raise DeadlinePassed
        return max(left, _SHORTEST_TIMEOUT_S)

    def received(self, count: int) -> None:
        self.received_bytes += count
        if self.received_bytes > self._budget_bytes:
            raise BudgetSpent


class GuardedSocket(socket.socket):
    """A TCP socket that belongs to a look."""

    guard: LookGuard

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.guard.remaining_s())
        count = super().recv_into(*args, **kwargs)
        self.guard.received(count)
        return count

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.guard.remaining_s())
        super().sendall(*args, **kwargs)


class GuardedTLSSocket(GuardedSocket, ssl.SSLSocket):
    """The same over TLS. `guard` is set after the handshake, which the plain socket's timeout bounds as a whole."""
