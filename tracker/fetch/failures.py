"""What went wrong on the way, as a kind from the closed list and one short sentence.

HTTP libraries wrap the cause in layers of their own (a refused connection is three exceptions deep), so the chain is
searched for the first thing that is known by its type.
"""

from __future__ import annotations

import errno
import http.client
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions

from tracker.errors import BadURL
from tracker.fetch.connections import AddressForbidden
from tracker.fetch.guard import BudgetSpent, DeadlinePassed
from tracker.fetch.resolver import NameUnresolved
from tracker.model import FailureKind

WORLD_FAILURES: tuple[type[Exception], ...] = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,  # sockets, TLS, and our own limits
    BadURL,
)
"""All that a look can meet out there. Anything else is a bug and stays loud."""


class LookFailed(Exception):
    """Ends a look from within; never leaves this package. `str` is the sentence for `Fetch.failure_detail`."""

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


# In this order: the most telling cause first, the broad families last.
_KINDS: tuple[tuple[type[BaseException], FailureKind, str], ...] = (
    (AddressForbidden, FailureKind.FORBIDDEN_ADDRESS, "{error}; fetch.allow_private_addresses is off"),
    (NameUnresolved, FailureKind.UNRESOLVED, "the host name has no address"),
    (DeadlinePassed, FailureKind.DEADLINE, "no complete answer within the deadline"),
    (BudgetSpent, FailureKind.TOO_LARGE, "the server sends without end"),
    (ssl.SSLCertVerificationError, FailureKind.TLS, "the certificate does not hold: {error.verify_message}"),
    (ssl.SSLError, FailureKind.TLS, "no secure connection: {error.reason}"),
    (http.client.RemoteDisconnected, FailureKind.UNREACHABLE, "the server hung up without an answer"),
    (ConnectionRefusedError, FailureKind.UNREACHABLE, "the connection was refused"),
    (ConnectionError, FailureKind.UNREACHABLE, "the connection was reset"),
    (http.client.IncompleteRead, FailureKind.BAD_ANSWER, "the answer was cut short"),
    (urllib3.exceptions.InvalidChunkLength, FailureKind.BAD_ANSWER, "the answer was cut short"),
    (urllib3.exceptions.InvalidHeader, FailureKind.BAD_ANSWER, "the answer's headers contradict each other"),
    (http.client.LineTooLong, FailureKind.BAD_ANSWER, "a header is too long"),
    (http.client.HTTPException, FailureKind.BAD_ANSWER, "the answer is not HTTP"),
    (urllib3.exceptions.LocationValueError, FailureKind.BAD_URL, "the URL cannot be asked for"),
    (requests.exceptions.InvalidURL, FailureKind.BAD_URL, "the URL cannot be asked for"),
    (BadURL, FailureKind.BAD_URL, "{error}"),
)


def named(error: BaseException) -> LookFailed:
    """The failure that this error, or what caused it, amounts to."""
    chain = tuple(_chain(error))
    for known, kind, sentence in _KINDS:
        cause = next((cause for cause in chain if isinstance(cause, known)), None)
        if cause is not None:
            return LookFailed(kind, sentence.format(error=cause))
    return _named_by_system(chain)


def is_hang_up(error: BaseException) -> bool:
    """The other side closed or reset the connection, as a server does with one that it kept open long enough."""
    return any(isinstance(cause, ConnectionError) and not _is_library(cause) for cause in _chain(error))


def _named_by_system(chain: tuple[BaseException, ...]) -> LookFailed:
    """What only the operating system's own words describe: no route, network down, a time-out of the kernel's."""
    causes = [cause for cause in chain if isinstance(cause, OSError) and not _is_library(cause)]
    if not causes:
        return LookFailed(FailureKind.BAD_ANSWER, f"the answer cannot be used: {type(chain[0]).__name__}")
    cause = causes[-1]
    if isinstance(cause, TimeoutError) and cause.errno != errno.ETIMEDOUT:
        return LookFailed(FailureKind.DEADLINE, "no complete answer within the deadline")
    return LookFailed(FailureKind.UNREACHABLE, f"no connection: {(cause.strerror or str(cause)).lower()}")


def _is_library(error: BaseException) -> bool:
    """requests' exceptions are OSErrors by inheritance only."""
    return isinstance(error, requests.RequestException)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that it wraps, outermost first, each once."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
