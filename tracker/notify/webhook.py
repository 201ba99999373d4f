"""Notices as JSON, by POST to any server: one of this machine or of an inner network just as well."""

from __future__ import annotations

import base64
import http.client
import ssl
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.http_dates import parse_http_date
from tracker.notices import Letter
from tracker.notify.delivery import WORLD, Deferred, Delivered, Delivery, Refused, failure, too_late
from tracker.notify.signing import sign
from tracker.notify.watchdog import Watchdog

DEADLINE_S = 30.0  # as long as a page may take by default; a receiver should answer first and work later
_TRY_AGAIN = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Webhook:
    """`secret`: empty, nothing is signed. The deadline counts from the first connection to the status line."""

    url: str
    secret: str
    user_agent: str
    now: Callable[[], datetime]
    deadline_s: float = DEADLINE_S

    def __repr__(self) -> str:
        """Without its address and secret, which must not come into a log by way of a traceback."""
        return "Webhook(...)"

    def __call__(self, letter: Letter) -> Delivery:
        body = letter.form.encode()
        with Watchdog(self.deadline_s) as watchdog:
            try:
                status, retry_after = self._post(watchdog, body, self._headers(letter, body))
            except WORLD as error:
                return too_late(self.deadline_s) if watchdog.is_over else failure(error, self.deadline_s)
            if watchdog.is_over:  # half an answer, cut off by ourselves, can be read as a whole one
                return too_late(self.deadline_s)
        return _delivery(status, self._pause(retry_after))

    def _post(self, watchdog: Watchdog, body: bytes, headers: dict[str, str]) -> tuple[int, str | None]:
        """The status of the answer, and what it says of when to come again. The answer itself is not read."""
        split = urllib.parse.urlsplit(self.url)
        connection = _connect(watchdog, split)
        try:
            connection.request("POST", _target(split), body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Retry-After")
        finally:
            connection.close()

    def _headers(self, letter: Letter, body: bytes) -> dict[str, str]:
        timestamp = int(self.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self.user_agent,
            "Connection": "close",
            "webhook-id": letter.notice_id,
            "webhook-timestamp": str(timestamp),
        }
        if self.secret:
            headers["webhook-signature"] = sign(self.secret, letter.notice_id, timestamp, body)
        split = urllib.parse.urlsplit(self.url)
        if split.username is not None:
            told = f"{urllib.parse.unquote(split.username)}:{urllib.parse.unquote(split.password or '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(told.encode()).decode()
        return headers

    def _pause(self, retry_after: str | None) -> timedelta | None:
        """Seconds or a date, RFC 9110, 10.2.3; None for anything else."""
        if retry_after is None:
            return None
        if retry_after.isascii() and retry_after.isdigit():
            return timedelta(seconds=min(int(retry_after[:9]), 86_400))
        moment = parse_http_date(retry_after)
        return None if moment is None else max(timedelta(), moment - self.now())


def _connect(watchdog: Watchdog, split: urllib.parse.SplitResult) -> http.client.HTTPConnection:
    host, is_tls = split.hostname or "", split.scheme.lower() == "https"
    port = split.port or (443 if is_tls else 80)
    line = watchdog.connect(host, port)
    if not is_tls:
        connection = http.client.HTTPConnection(host, port)
        connection.sock = line
        return connection
    context = ssl.create_default_context()
    secured = http.client.HTTPSConnection(host, port, context=context)
    secured.sock = context.wrap_socket(line, server_hostname=host)
    return secured


def _target(split: urllib.parse.SplitResult) -> str:
    target = urllib.parse.urlunsplit(("", "", split.path or "/", split.query, ""))
    return urllib.parse.quote(target, safe="/?:@!$&'()*+,;=-._~%")


def _delivery(status: int, retry_after: timedelta | None) -> Delivery:
    if 200 <= status < 300:
        return Delivered()
    if 300 <= status < 400:
        return Refused(f"it answers {status} and sends us elsewhere; name the address that it leads to")
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        return Refused(f"it answers {status}")
    return Deferred(f"it answers {status}", retry_after)
