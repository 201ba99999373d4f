"""Web archives that speak Memento (RFC 7089): every copy that one holds of an address, each with its own time.

The archive's TimeMap lists the copies; each is asked for with whatever politeness `fetch` has. Where the archive's
addresses are written as the Wayback Machine's, the page is asked for as it was sent (`.../20260101000000id_/http://...`);
elsewhere it comes as the archive shows it, with its links rewritten.
"""

from __future__ import annotations

import re
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tracker.exchange.imported import ImportedLook, Problem
from tracker.exchange.link_format import Memento, TimeMap, joined, links_in, read_timemap
from tracker.http_dates import parse_http_date
from tracker.model import FailureKind, Fetch
from tracker.urls import host_of, same_article_key

ORIGIN = "memento"
WAYBACK_MACHINE = "https://web.archive.org/web/timemap/link/"

FetchUrl = Callable[[str], Fetch]
"""One look at an address, with the pauses that its host is owed; a failure is a value, too."""
Known = Callable[[str, datetime], bool]
"""Whether the copy of this article at that time has been taken over already."""

_MOST_TRIES = 3  # of a copy, when the archive has too much to do; `fetch` waits longer each time
_MOST_FAILURES = 5  # one on another; then the archive is left alone for this time
_MOST_PAGES = 1_000  # of one address's TimeMap: a page lists thousands of copies
_BUSY = frozenset({429, 503})
_WAYBACK = re.compile(r"(/\d{14})(/https?:/)", re.ASCII)
_ORIGINAL_HEADER = "x-archive-orig-"  # what the Wayback Machine puts before the names of the site's own headers


def read_mementos(
    urls: Iterable[str],
    fetch: FetchUrl,
    *,
    problem: Problem,
    known: Known = lambda _url, _seen_at: False,
    archive: str = WAYBACK_MACHINE,
) -> Iterator[ImportedLook]:
    """The copies of each address, in the order of their times; memory holds one, and the list of one address's copies.

    `archive` is what stands before an address to ask for its TimeMap. A copy that is `known`, by the time in the
    TimeMap, is not asked for. What the archive does not have, or does not give, is told to `problem`. An archive that
    wants to be left alone, or answers nothing, is not asked again: then the rest is for another time.
    """
    archives = _Archives(fetch, problem)
    for url in urls:
        yield from archives.looks(url, archive, known)


@dataclass
class _Archives:
    """The hosts that were asked, and which of them is not to be asked any more."""

    fetch: FetchUrl
    problem: Problem
    resting: set[str] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)

    def looks(self, url: str, archive: str, known: Known) -> Iterator[ImportedLook]:
        taken: set[datetime] = set()
        left = 0
        for memento in self._mementos(url, archive):
            if memento.seen_at in taken or known(url, memento.seen_at):
                continue
            if host_of(memento.url) in self.resting:
                left += 1
                continue
            look = self._look(url, memento)
            if look is not None and look.seen_at not in taken:
                taken |= {look.seen_at, memento.seen_at}
                if look.seen_at == memento.seen_at or not known(url, look.seen_at):
                    yield look
        if left:
            self.problem(f"{url}: {left:,} archived copies were not asked for; run the import again later.")

    def _mementos(self, url: str, archive: str) -> tuple[Memento, ...]:
        """All that the TimeMap lists, with its further pages; each time once."""
        found: dict[datetime, Memento] = {}
        waiting, seen = [archive + url], {archive + url}
        while waiting and len(seen) <= _MOST_PAGES:
            timemap = self._timemap(url, waiting.pop(0))
            if timemap is not None:
                for memento in timemap.mementos:
                    found.setdefault(memento.seen_at, memento)
                waiting += [page for page in timemap.pages if page not in seen]
                seen |= set(timemap.pages)
        return tuple(found[moment] for moment in sorted(found))

    def _timemap(self, url: str, address: str) -> TimeMap | None:
        answer = self._asked(address)
        if answer is None:
            return None
        if answer.status == 404:
            self.problem(f"{url}: the archive has no copy of it.")
            return None
        if answer.status != 200:
            self.problem(f"{url}: its TimeMap {address} cannot be had: {_said(answer)}.")
            return None
        timemap = read_timemap(answer.body.decode(errors="replace"), answer.url)
        if not timemap.mementos and not timemap.pages:
            self.problem(f"{url}: {address} lists no copies in application/link-format.")
        return timemap

    def _look(self, url: str, memento: Memento) -> ImportedLook | None:
        """The copy as it was sent, else as the archive shows it."""
        raw = _raw(memento.url)
        answer = self._asked(raw)
        if raw != memento.url and answer is not None and _is_missing(answer):
            answer = self._asked(memento.url)
        if answer is None:
            return None
        fault = _fault(url, answer)
        if fault:
            self.problem(f"{url}: the copy {memento.url} was passed over: {fault}.")
            return None
        seen_at = _archived_at(answer) or memento.seen_at
        return ImportedLook(url, seen_at, ORIGIN, answer.status or 200, _headers(answer), answer.body)

    def _asked(self, address: str) -> Fetch | None:
        """The answer; None: there is none, which is told. An archive that has too much to do is asked again."""
        host = host_of(address)
        for _ in range(_MOST_TRIES):
            if host in self.resting:
                return None
            answer = self.fetch(address)
            if answer.failure is not None:
                self._failed(host, address, answer)
                return None
            if not _is_busy(answer):
                self.failures[host] = 0
                return answer
        self._rest(host, "it has too much to do")
        return None

    def _failed(self, host: str, address: str, answer: Fetch) -> None:
        if answer.failure is FailureKind.HELD_OFF:
            self._rest(host, _said(answer))
            return
        self.problem(f"{address} was passed over: {_said(answer)}.")
        self.failures[host] += 1
        if self.failures[host] >= _MOST_FAILURES:
            self._rest(host, f"{_MOST_FAILURES} requests, one after another, failed")

    def _rest(self, host: str, why: str) -> None:
        self.resting.add(host)
        self.problem(f"The archive {host} is not asked any more for now: {why}.")


def _raw(address: str) -> str:
    """Where the Wayback Machine and those like it have the page as it was sent; other addresses as they are."""
    return _WAYBACK.sub(r"\1id_\2", address, count=1)


def _archived_at(answer: Fetch) -> datetime | None:
    """When the page was so, by the archive's own word. None: the answer is no archived copy."""
    return parse_http_date(answer.header("Memento-Datetime") or "")


def _is_busy(answer: Fetch) -> bool:
    """The archive itself, not the page that it archived."""
    return answer.status in _BUSY and _archived_at(answer) is None


def _is_missing(answer: Fetch) -> bool:
    return answer.status is not None and answer.status >= 400 and _archived_at(answer) is None


def _fault(url: str, answer: Fetch) -> str:
    """Why the answer is no copy of the article; empty: it is one.

    A status of the archived page itself (a 404 of that time) comes with Memento-Datetime (RFC 7089, 4.5). An answer
    without it counts only where it came from the very address that the TimeMap names.
    """
    if _archived_at(answer) is None and (answer.status != 200 or answer.redirects):
        return _said(answer) if answer.status != 200 else f"it led to {answer.url}, which is no archived copy"
    if answer.status is not None and 300 <= answer.status < 400:
        return _said(answer)
    original = _original(answer)
    if answer.redirects and original and same_article_key(original) != same_article_key(url):
        return f"the page led to {original} then"
    return ""


def _original(answer: Fetch) -> str | None:
    """The address whose copy it is: by the archive's Link header, else as a Wayback address ends."""
    links = ", ".join(value for name, value in answer.headers if name.lower() == "link")
    stated = (joined(answer.url, link.target) for link in links_in(links) if "original" in link.relations)
    found = next((address for address in stated if address), None)
    if found is not None:
        return found
    match = re.search(r"/\d{14}(?:[a-z]{2}_)?/(https?:/.*)", answer.url, re.ASCII | re.DOTALL)
    return None if match is None else re.sub(r"^(https?:)/+", r"\1//", match[1])


def _headers(answer: Fetch) -> tuple[tuple[str, str], ...]:
    """The site's own headers where the archive hands them on, else the archive's."""
    cut = len(_ORIGINAL_HEADER)
    own = tuple((name[cut:], value) for name, value in answer.headers if name.lower().startswith(_ORIGINAL_HEADER))
    if not own:
        return answer.headers
    if any(name.lower() == "content-type" for name, _ in own):
        return own
    return (*own, ("Content-Type", answer.header("Content-Type") or "text/html"))


def _said(answer: Fetch) -> str:
    if answer.failure is not None:
        return answer.failure_detail or answer.failure.value
    host = urllib.parse.urlsplit(answer.url).hostname
    return f"{host} answers {answer.status}"
