"""Host name -> numeric addresses, within the look's deadline."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from queue import Empty, SimpleQueue

from tracker.fetch.guard import DeadlinePassed

Resolver = Callable[[str, int], Sequence[str]]
"""Takes host and port, gives numeric addresses in the order to try; raises OSError where the name has none."""


class NameUnresolved(OSError):
    """The name has no address."""


def system_addresses(host: str, port: int) -> tuple[str, ...]:
    """What the operating system's resolver says. Raises NameUnresolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:  # UnicodeError: a label is empty or too long
        raise NameUnresolved(str(error)) from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_within(resolve: Resolver, host: str, port: int, seconds: float) -> Sequence[str]:
    """The addresses, or DeadlinePassed when the resolver takes longer. Raises NameUnresolved.

    The system's resolver cannot be interrupted, so it runs in a thread of its own, which is left to end by itself.
    """
    if _is_numeric(host):
        return (host,)
    answers: SimpleQueue[Sequence[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise DeadlinePassed from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _is_numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
