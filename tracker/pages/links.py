"""Where one page leads to another: addresses of a server, or of files in a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol
from urllib.parse import quote, urlencode

Query = Mapping[str, str | Sequence[str]]

# The files of style and script, and what they are.
ASSETS = {"pages.css": "text/css; charset=utf-8", "step.js": "text/javascript; charset=utf-8"}


class Links(Protocol):
    """Every address that a page may name. None: there is no such page in this form."""

    @property
    def is_live(self) -> bool:
        """Is there a server that answers forms?"""

    def front(self, query: Query | None = None) -> str: ...
    def article(self, article_id: int, part: int = 1) -> str: ...
    def revision(self, article_id: int, number: int) -> str: ...
    def comparison(self, article_id: int, from_number: int, to_number: int, change_id: int | None = None) -> str: ...
    def view(self, article_id: int, from_number: int, to_number: int, is_side_by_side: bool) -> str | None: ...
    def host(self, host: str) -> str: ...
    def search(self, query: str = "") -> str | None: ...
    def feed(self, *, host: str | None = None, article_id: int | None = None, kind: str | None = None) -> str: ...
    def asset(self, name: str) -> str: ...
    def tables(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class LiveLinks:
    """Addresses of the server. `base`: what stands before every path, such as `/news`; empty: nothing.

    `tables_path`: where Datasette shows the database's tables; None: nowhere.
    """

    base: str = ""
    tables_path: str | None = None

    @property
    def is_live(self) -> bool:
        return True

    def front(self, query: Query | None = None) -> str:
        return f"{self.base}/{_query(query or {})}"

    def article(self, article_id: int, part: int = 1) -> str:
        """`part` of a long history: 1 is the latest."""
        return f"{self.base}/article/{article_id}{_query({} if part == 1 else {'part': str(part)})}"

    def revision(self, article_id: int, number: int) -> str:
        return f"{self.article(article_id)}/revision/{number}"

    def comparison(self, article_id: int, from_number: int, to_number: int, change_id: int | None = None) -> str:
        anchor = "" if change_id is None else f"#c{change_id}"
        return f"{self.article(article_id)}/diff/{from_number}/{to_number}{anchor}"

    def view(self, article_id: int, from_number: int, to_number: int, is_side_by_side: bool) -> str | None:
        """The same comparison, shown in the other way."""
        return f"{self.comparison(article_id, from_number, to_number)}?view={'side' if is_side_by_side else 'inline'}"

    def host(self, host: str) -> str:
        return f"{self.base}/host/{quote(host, safe=':')}"

    def search(self, query: str = "") -> str | None:
        return f"{self.base}/search{_query({'q': query} if query else {})}"

    def feed(self, *, host: str | None = None, article_id: int | None = None, kind: str | None = None) -> str:
        if host is not None:
            return f"{self.host(host)}/feed.atom"
        if article_id is not None:
            return f"{self.article(article_id)}/feed.atom"
        return f"{self.base}/feed.atom" if kind is None else f"{self.base}/kind/{quote(kind)}/feed.atom"

    def asset(self, name: str) -> str:
        return f"{self.base}/style/{name}?{fingerprint(name)}"

    def tables(self) -> str | None:
        return self.tables_path


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Files in a folder, named from a file that lies `depth` folders deep in it; or, with `base`, from anywhere.

    index.html  day/2026-11-23.html  article/7/index.html  article/7/history-2.html
    article/7/revision-2.html  article/7/diff-1-2.html
    host/www.example.com~8080/index.html  kind/number/feed.atom  feed.atom  style/pages.css
    """

    depth: int = 0
    base: str = ""  # where the folder is on the web, such as `https://example.org/news`; empty: names are relative

    @property
    def is_live(self) -> bool:
        return False

    def front(self, query: Query | None = None) -> str:
        """A day, where `before` names one; a host's page, where only a host is asked for."""
        given = {name: value for name, value in (query or {}).items() if value}
        if "before" in given:
            return self._to(f"day/{given['before']}.html")
        return self.host(str(given["host"])) if "host" in given else self._to("index.html")

    def article(self, article_id: int, part: int = 1) -> str:
        return self._to(f"article/{article_id}/{'index' if part == 1 else f'history-{part}'}.html")

    def revision(self, article_id: int, number: int) -> str:
        return self._to(f"article/{article_id}/revision-{number}.html")

    def comparison(self, article_id: int, from_number: int, to_number: int, change_id: int | None = None) -> str:
        anchor = "" if change_id is None else f"#c{change_id}"
        return self._to(f"article/{article_id}/diff-{from_number}-{to_number}.html{anchor}")

    def view(self, article_id: int, from_number: int, to_number: int, is_side_by_side: bool) -> str | None:
        side = "-side" if is_side_by_side else ""
        return self._to(f"article/{article_id}/diff-{from_number}-{to_number}{side}.html")

    def host(self, host: str) -> str:
        return self._to(f"host/{quote(folder_name(host))}/index.html")

    def search(self, query: str = "") -> str | None:  # noqa: ARG002 - files search nothing
        return None

    def feed(self, *, host: str | None = None, article_id: int | None = None, kind: str | None = None) -> str:
        if host is not None:
            return self._to(f"host/{quote(folder_name(host))}/feed.atom")
        if article_id is not None:
            return self._to(f"article/{article_id}/feed.atom")
        return self._to("feed.atom" if kind is None else f"kind/{kind}/feed.atom")

    def asset(self, name: str) -> str:
        return self._to(f"style/{name}?{fingerprint(name)}")

    def tables(self) -> str | None:
        return None

    def _to(self, path: str) -> str:
        return f"{self.base}/{path}" if self.base else "../" * self.depth + path


_PORT = "~"  # before a port: it is in no host's name


def folder_name(host: str) -> str:
    """A host as the name of a folder on any system: the colon before a port is none, and no two hosts share one."""
    name = "".join(each if each.isalnum() or each in ".-_" else _PORT if each == ":" else _code(each) for each in host)
    return name if name.strip(".") else f"~{name}"


def _code(character: str) -> str:
    return f"~{ord(character):x}"


def _query(query: Query) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"?{urlencode(given, doseq=True)}" if given else ""


@cache
def asset(name: str) -> bytes:
    """One of ASSETS."""
    return (files("tracker.pages") / "static" / name).read_bytes()


@cache
def fingerprint(name: str) -> str:
    """Changes with the file, so that browsers may keep it for ever."""
    return hashlib.sha256(asset(name)).hexdigest()[:12]
