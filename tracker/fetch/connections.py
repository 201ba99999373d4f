"""Connections that go to a checked address and keep the look's limits.

A name is resolved once and the connection made to the very address that was checked, so a name server that answers
"public" first and "loopback" second (DNS rebinding) gains nothing. Every connection comes through here, after
redirects too.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import certifi
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from tracker.fetch.addresses import forbidden_reason
from tracker.fetch.guard import DeadlinePassed, GuardedSocket, GuardedTLSSocket, LookGuard
from tracker.fetch.resolver import NameUnresolved, Resolver, resolve_within

# With several addresses, one that swallows packets must not eat the whole deadline: browsers give up after seconds too.
CONNECT_SHARE_S = 5.0


# Ports of other services, which would take a request for their own language: the Fetch standard's "bad ports"
# (https://fetch.spec.whatwg.org/#port-blocking), from 1 (tcpmux) over 25 (mail) to 10080 (backups).
# fmt: off
_CLOSED_PORTS = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
    532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
    5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on


class AddressForbidden(OSError):
    """The host is private, loopback or link-local, or the port another service's."""


def verifying_context() -> ssl.SSLContext:
    """TLS with certificates and host names checked against certifi's roots. Costs 20 ms to make: share it."""
    return guarded_context(ssl.create_default_context(cafile=certifi.where()))


def guarded_context(context: ssl.SSLContext) -> ssl.SSLContext:
    context.sslsocket_class = GuardedTLSSocket
    return context


@dataclass(frozen=True)
class Gate:
    """Opens the sockets of one thread's looks."""

    resolve: Resolver
    guard: LookGuard
    allow_private_addresses: bool

    def connect(self, host: str, port: int) -> GuardedSocket:
        """A connected socket. Raises NameUnresolved, AddressForbidden, DeadlinePassed or another OSError."""
        self.guard.connection_attempts += 1
        if port in _CLOSED_PORTS and not self.allow_private_addresses:
            raise AddressForbidden(f"port {port} is another service's than the web's")
        found = resolve_within(self.resolve, host.strip("[]"), port, self.guard.remaining_s())
        addresses = self._allowed(host, found)
        for address in addresses[:-1]:
            try:
                return self._open(address, port, CONNECT_SHARE_S)
            except DeadlinePassed:
                raise
            except OSError:
                continue  # the next address may answer
        return self._open(addresses[-1], port, None)

    def _allowed(self, host: str, found: Sequence[str]) -> Sequence[str]:
        if not found:
            raise NameUnresolved(f"{host} has no address")
        if self.allow_private_addresses:
            return found
        reasons = {address: forbidden_reason(address) for address in found}
        allowed = [address for address, reason in reasons.items() if reason is None]
        if not allowed:
            address, reason = next(iter(reasons.items()))
            raise AddressForbidden(f"{address} is {reason}")
        return allowed

    def _open(self, address: str, port: int, longest_s: float | None) -> GuardedSocket:
        remaining_s = self.guard.remaining_s()
        opened = GuardedSocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        opened.guard = self.guard
        try:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.settimeout(remaining_s if longest_s is None else min(remaining_s, longest_s))
            opened.connect((address, port))
            opened.settimeout(self.guard.remaining_s())  # bounds a TLS handshake
        except OSError:
            opened.close()
            raise
        return opened


class _FinalResponse(http.client.HTTPResponse):
    """Skips every interim answer (RFC 9110, 15.2).

    http.client skips 100 only: it would take 103 (Early Hints) for the answer, and the answer for that of the next
    request on the connection, which is another article's.
    """

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
        return version, http.client.CONTINUE if 100 < status < 200 else status, reason


class _GatedConnection(HTTPConnection):
    gate: Gate
    response_class = _FinalResponse

    def _new_conn(self) -> socket.socket:
        return self.gate.connect(self.host, self.port)


class _GatedTLSConnection(HTTPSConnection):
    gate: Gate
    response_class = _FinalResponse

    def _new_conn(self) -> socket.socket:
        return self.gate.connect(self.host, self.port)

    def connect(self) -> None:
        super().connect()
        cast("GuardedTLSSocket", self.sock).guard = self.gate.guard


class _GatedPool(HTTPConnectionPool):
    ConnectionCls = _GatedConnection

    def __init__(self, *args: Any, gate: Gate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate = gate

    def _new_conn(self) -> _GatedConnection:
        connection = cast("_GatedConnection", super()._new_conn())
        connection.gate = self._gate
        return connection


class _GatedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _GatedTLSConnection

    def __init__(self, *args: Any, gate: Gate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate = gate

    def _new_conn(self) -> _GatedTLSConnection:
        connection = cast("_GatedTLSConnection", super()._new_conn())
        connection.gate = self._gate
        return connection


class _GatedPoolManager(PoolManager):
    def __init__(self, gate: Gate, context: ssl.SSLContext, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._gate = gate
        self._context = context

    def _new_pool(
        self,
        scheme: str,
        host: str,
        port: int,
        request_context: dict[str, Any] | None = None,  # noqa: ARG002 - urllib3's signature
    ) -> HTTPConnectionPool:
        if scheme == "https":
            return _GatedTLSPool(host, port, gate=self._gate, ssl_context=self._context, maxsize=1)
        return _GatedPool(host, port, gate=self._gate, maxsize=1)


class GatedAdapter(HTTPAdapter):
    """The transport of a requests Session: one kept connection a host, opened by the gate, TLS always verified."""

    def __init__(self, gate: Gate, context: ssl.SSLContext) -> None:
        self._gate = gate
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,  # noqa: ARG002 - requests' signature
        block: bool = False,  # noqa: ARG002 - requests' signature
        **pool_kwargs: Any,  # noqa: ARG002 - requests' signature
    ) -> None:
        self.poolmanager = _GatedPoolManager(self._gate, self._context, num_pools=connections)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to set: the context verifies. The inherited method reads the roots anew for every connection."""

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: Any,  # noqa: ARG002 - requests' signature
        proxies: Any = None,  # noqa: ARG002 - requests' signature
        cert: Any = None,  # noqa: ARG002 - requests' signature
    ) -> HTTPConnectionPool:
        """The pool for the request's host. No option of a request can turn verification off or a proxy on."""
        return cast("HTTPConnectionPool", self.poolmanager.connection_from_url(request.url or ""))
