"""One HTTP request and its answer, read in small steps up to a cap."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import requests
from requests.cookies import RequestsCookieJar
from urllib3 import BaseHTTPResponse
from urllib3.util import make_headers

from tracker.fetch.body import discard_note, read_body
from tracker.fetch.connections import Gate, GatedAdapter
from tracker.fetch.failures import WORLD_FAILURES, is_hang_up

# Answers hold more than their body: headers, chunk sizes. Twice the cap and this covers one-byte chunks of a short page
# and every page that compression made longer, and ends what never gets to a body.
OVERHEAD_BYTES = 262_144

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    location: str | None = None  # where a redirect points, in the server's own words

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class _Session(requests.Session):
    """requests reads a redirect's whole body into memory, whatever its size, to find its way; we find it ourselves."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - requests' signature
        return None


class Exchange:
    """The connections of one thread: kept between requests; cookies only until `forget`."""

    def __init__(self, gate: Gate, context: ssl.SSLContext, user_agent: str) -> None:
        self._guard = gate.guard
        self._session = _Session()
        self._session.trust_env = False  # no proxies, netrc or certificate bundles from the environment
        self._session.headers.clear()
        self._session.headers.update({"User-Agent": user_agent, "Accept": _ACCEPT, "Connection": "keep-alive"})
        self._session.headers.update(make_headers(accept_encoding=True))
        adapter = GatedAdapter(gate, context)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def close(self) -> None:
        self._session.close()

    def forget(self) -> None:
        """Nothing that one article's server told us is said to the next."""
        self._session.cookies = RequestsCookieJar()

    def cookies_said(self) -> frozenset[tuple[str, str, str | None]]:
        """What would be said now, to tell a loop from a redirect that only sets a cookie."""
        return frozenset((cookie.domain, cookie.name, cookie.value) for cookie in self._session.cookies)

    def get(self, url: str, headers: dict[str, str], cap_bytes: int, *, cut: bool = False) -> Answer:
        """The answer to one GET, redirects not followed. A body over the cap fails, or with `cut` is cut off there.

        Raises LookFailed or one of WORLD_FAILURES.
        """
        attempts = self._guard.connection_attempts
        self._guard.count_anew(2 * cap_bytes + OVERHEAD_BYTES)
        try:
            return self._attempt(url, headers, cap_bytes, cut)
        except WORLD_FAILURES as error:
            # A kept connection may have been closed while we paused; that is no failure of the page.
            was_kept = self._guard.connection_attempts == attempts and self._guard.received_bytes == 0
            if not (was_kept and is_hang_up(error)):
                raise
        return self._attempt(url, headers, cap_bytes, cut)

    def _attempt(self, url: str, headers: dict[str, str], cap_bytes: int, cut: bool) -> Answer:
        prepared = self._session.prepare_request(requests.Request("GET", url, headers=headers))
        left_s = self._guard.remaining_s()
        response = self._session.send(prepared, stream=True, allow_redirects=False, timeout=left_s)
        raw: BaseHTTPResponse = response.raw
        try:
            location = raw.headers.get("location") if raw.status in _REDIRECTS else None
            if location is None:
                body = read_body(raw, cap_bytes, cut=cut)
            else:
                body = b""
                discard_note(raw)
        finally:
            response.close()  # a connection that was read to the end is kept all the same
        pairs = tuple((name, value) for name, value in raw.headers.iteritems())
        return Answer(raw.status, pairs, body, location)
