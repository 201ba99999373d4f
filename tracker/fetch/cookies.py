"""The cookies of the hosts whose site rule asks for them to be kept from one article to the next."""

from __future__ import annotations

import threading
from collections.abc import Container

from requests.cookies import RequestsCookieJar

MOST_COOKIES = 180  # for one host: what browsers keep; a host that sets more starts anew


class CookieShelf:
    """One jar a host, in memory only. Safe to share between threads: a look takes a copy and puts it back."""

    def __init__(self, hosts: Container[str]) -> None:
        self._hosts = hosts
        self._lock = threading.Lock()
        self._jars: dict[str, RequestsCookieJar] = {}

    def take(self, host: str) -> RequestsCookieJar:
        """What to say on a look at an article of this host; for most hosts, nothing."""
        with self._lock:
            kept = self._jars.get(host)
            return RequestsCookieJar() if kept is None else kept.copy()

    def put_back(self, host: str, cookies: RequestsCookieJar) -> None:
        if host not in self._hosts:
            return
        with self._lock:
            self._jars[host] = cookies if len(cookies) <= MOST_COOKIES else RequestsCookieJar()
