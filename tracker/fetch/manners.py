"""One request with what politeness adds: a host that wants to be left alone is not asked, and what it says is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tracker.fetch.exchange import Answer, Exchange
from tracker.fetch.failures import LookFailed
from tracker.fetch.pace import Pace
from tracker.http_dates import wait_asked
from tracker.model import FailureKind
from tracker.urls import host_of

CLOCK_SLACK_S = 0.05  # a sleep may end a few milliseconds before the clock says so

_SLOW_DOWN = frozenset({429, 503})
_FORBIDDEN = 403  # said by some instead of 429, and then with a Retry-After


class Manners:
    """The requests of one thread, for pages and robots.txt alike."""

    def __init__(self, exchange: Exchange, pace: Pace, now: Callable[[], datetime]) -> None:
        self._exchange = exchange
        self._pace = pace
        self._now = now

    def ask(self, url: str, headers: Mapping[str, str], cap_bytes: int, *, cut: bool = False) -> Answer:
        """As `Exchange.get`. Raises LookFailed HELD_OFF, asking nobody, while the host wants to be left alone."""
        host = host_of(url)
        self.check_hold(host)
        try:
            answer = self._exchange.get(url, headers, cap_bytes, cut=cut)
        finally:
            self._pace.asked(host)
        self._learn(host, answer)
        return answer

    def check_hold(self, host: str) -> None:
        held_s = self._pace.held_s(host)
        if held_s > CLOCK_SLACK_S:
            until = self._now() + timedelta(seconds=held_s)
            said = f"not asked: {host} wants to be left alone until {until:%Y-%m-%d %H:%M} UTC"
            raise LookFailed(FailureKind.HELD_OFF, said)

    def _learn(self, host: str, answer: Answer) -> None:
        """What an answer says about the host's strength."""
        if answer.status in _SLOW_DOWN:
            self._pace.refused(host)
        elif answer.status < 500:
            self._pace.welcomed(host)
        if answer.status >= 500 or answer.status in _SLOW_DOWN or answer.status == _FORBIDDEN:
            wait = wait_asked(answer.header, self._now())
            if wait is not None:
                self._pace.hold(host, wait.total_seconds())
