"""What comes of handing a letter to a channel. A problem is told in words that hold nothing of the address."""

from __future__ import annotations

import http.client
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tracker.notices import Letter

# What a connection may meet: the world's doing, and none of it a bug.
WORLD = (OSError, http.client.HTTPException, smtplib.SMTPException, UnicodeError)


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken it."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: to be tried again."""

    problem: str
    retry_after: timedelta | None = None  # what the receiver asked for


@dataclass(frozen=True, slots=True)
class Refused:
    """The receiver wants none of it, now or later: to be given up."""

    problem: str


Delivery = Delivered | Deferred | Refused
Send = Callable[[Letter], Delivery]


def too_late(deadline_s: float) -> Deferred:
    return Deferred(f"no answer within {deadline_s:g} s")


def failure(error: Exception, deadline_s: float) -> Deferred:
    """What a connection that broke is told as."""
    return too_late(deadline_s) if isinstance(error, TimeoutError) else Deferred(_words(error))


def _words(error: Exception) -> str:
    """Never the error's own text where that may quote what was sent."""
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "its host has no address"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS fails: {error.reason or 'the connection was cut'}"
    if isinstance(error, (http.client.RemoteDisconnected, smtplib.SMTPServerDisconnected, ConnectionResetError)):
        return "it hung up without an answer"
    if isinstance(error, (http.client.HTTPException, smtplib.SMTPException)):
        return "it answers something else than expected"
    return f"it cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}"
