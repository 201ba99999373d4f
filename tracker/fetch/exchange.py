"""One HTTP request and its answer, read in small steps up to a cap."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from requests.structures import CaseInsensitiveDict
from urllib3 import BaseHTTPResponse

from tracker.fetch.body import discard_note, read_body
from tracker.fetch.codings import ACCEPT_ENCODING
from tracker.fetch.connections import Gate, GatedAdapter
from tracker.fetch.failures import WORLD_FAILURES, LookFailed, is_hang_up
from tracker.model import FailureKind

# Answers hold more than their body: chunk sizes, and what compression made longer. Twice the cap and this covers
# one-byte chunks of a short page, and ends what never gets to a body.
OVERHEAD_BYTES = 262_144
HEAD_BYTES = 262_144  # status line, headers and interim answers: what Chromium reads of them, too

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
_FOLDED = re.compile(r"[ \t]*\r?\n[ \t]*")  # RFC 9112, 5.2: a header continued on the next line; read as one space
_HEADER_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]+")  # RFC 9110, 5.5; anything else would break the request apart
_LONGEST_VALIDATOR = 1_000  # servers refuse requests with long headers, and would go on to refuse this page's


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    location: str | None = None  # where a redirect points, in the server's own words

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers that ask for a page only if it changed, in the server's own words; none where they cannot be said."""
    wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {
        name: value
        for name, value in wanted.items()
        if value and len(value) <= _LONGEST_VALIDATOR and _HEADER_VALUE.fullmatch(value)
    }


class Exchange:
    """The connections of one thread, kept between requests, and the cookies of one look."""

    def __init__(self, gate: Gate, context: ssl.SSLContext, user_agent: str) -> None:
        self._guard = gate.guard
        self._adapter = GatedAdapter(gate, context)
        self.cookies = RequestsCookieJar()
        self._headers = {
            "User-Agent": user_agent,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Accept": _ACCEPT,
            "Connection": "keep-alive",
        }

    def close(self) -> None:
        self._adapter.close()

    def begin(self, cookies: RequestsCookieJar) -> None:
        """Starts a look: what one article's server told us is not said to the next, unless it is handed in here."""
        self.cookies = cookies

    def cookies_said(self) -> frozenset[tuple[str, str, str | None]]:
        """What would be said now, to tell a loop from a redirect that only sets a cookie."""
        return frozenset((cookie.domain, cookie.name, cookie.value) for cookie in self.cookies)

    def get(self, url: str, headers: Mapping[str, str], cap_bytes: int, *, cut: bool = False) -> Answer:
        """The answer to one GET, redirects not followed. A body over the cap fails, or with `cut` is cut off there.

        Raises LookFailed or one of WORLD_FAILURES.
        """
        attempts = self._guard.connection_attempts
        self._guard.count_anew(HEAD_BYTES)
        try:
            return self._attempt(url, headers, cap_bytes, cut)
        except WORLD_FAILURES as error:
            # A kept connection may have been closed while we paused; that is no failure of the page.
            was_kept = self._guard.connection_attempts == attempts and self._guard.received_bytes == 0
            if not (was_kept and is_hang_up(error)):
                raise
        return self._attempt(url, headers, cap_bytes, cut)

    def _attempt(self, url: str, headers: Mapping[str, str], cap_bytes: int, cut: bool) -> Answer:
        request = self._prepared(url, headers)
        response = self._adapter.send(request, stream=True, timeout=self._guard.remaining_s())
        raw: BaseHTTPResponse = response.raw
        self._guard.allow(2 * cap_bytes + OVERHEAD_BYTES)
        try:
            extract_cookies_to_jar(self.cookies, request, raw)  # type: ignore[no-untyped-call]  # requests' own
            location = _location(raw)
            if location is None:
                body = read_body(raw, cap_bytes, self._guard, cut=cut)
            else:
                body = b""
                discard_note(raw)
        finally:
            response.close()  # a connection that was read to the end is kept all the same
        return Answer(raw.status, _pairs(raw), body, location)

    def _prepared(self, url: str, headers: Mapping[str, str]) -> requests.PreparedRequest:
        """The request for a URL that is canonical already.

        By hand and without a requests.Session, which takes as long as all the rest of a look at an unchanged page: it
        reads the URL anew, merges settings that we do not have, among them the environment's proxies and passwords,
        and reads redirects, whatever their size, that we follow ourselves.
        """
        request = requests.PreparedRequest()
        request.method = "GET"
        request.url = url
        request.headers = CaseInsensitiveDict({**self._headers, **headers})
        request.prepare_cookies(self.cookies)
        return request


def _location(raw: BaseHTTPResponse) -> str | None:
    """Where a redirect points. Browsers refuse two different places; headers of one name come joined otherwise."""
    if raw.status not in _REDIRECTS:
        return None
    places = set(raw.headers.getlist("location"))
    if len(places) > 1:
        raise LookFailed(FailureKind.BAD_ANSWER, "redirected to two places at once")
    return _unfolded(places.pop()) if places else None


def _pairs(raw: BaseHTTPResponse) -> tuple[tuple[str, str], ...]:
    return tuple((name, _unfolded(value)) for name, value in raw.headers.iteritems())


def _unfolded(value: str) -> str:
    return _FOLDED.sub(" ", value) if "\n" in value else value
