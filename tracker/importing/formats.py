"""The formats that looks with times of their own come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from tracker.errors import UsageError
from tracker.exchange.diffengine import read_diffengine
from tracker.exchange.html_folder import read_folder
from tracker.exchange.imported import ImportedLook, Problem
from tracker.exchange.memento import WAYBACK_MACHINE, FetchUrl, Known, read_mementos
from tracker.exchange.newsdiffs_repository import find_parts, read_repository
from tracker.exchange.warc_in import MOST_PAGE_BYTES, read_warcs
from tracker.store.foreign import open_foreign
from tracker.urls import canonical_url


@dataclass(frozen=True, slots=True)
class MementoAccess:
    """How web archives are asked."""

    fetch: FetchUrl
    known: Known
    archive: str = WAYBACK_MACHINE  # what stands before an address to ask for its TimeMap


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader is told beside what to read."""

    problem: Problem
    zone: tzinfo = UTC  # of times that do not say theirs
    url: str | None = None  # of the pages in a folder, where nothing else says it
    most_bytes: int = MOST_PAGE_BYTES  # of a page
    memento: MementoAccess | None = None  # None: no archive is asked
    with_boring: bool = False  # also the versions that NewsDiffs held to be no edit
    use_file_times: bool = False  # a file's own time, where nothing else says when the page was seen


Reader = Callable[[Sequence[str], Wishes], Iterator[ImportedLook]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its name. `read` raises FormatError or NotFound for what cannot be read at all."""

    name: str
    takes: str  # what the command line is given, in a word or two
    read: Reader
    is_read_together: bool = False  # what is given is read as one, because the one refers to the other

    def parts(self, given: Sequence[str]) -> list[tuple[str, ...]]:
        """What is given, as it is read: each by itself, or all of it together."""
        return [tuple(given)] if self.is_read_together else [(each,) for each in given]


def _newsdiffs_archives(given: Sequence[str], wishes: Wishes) -> Iterator[ImportedLook]:
    for folder in given:
        parts = find_parts(Path(folder))
        with open_foreign(parts.database) as tables:
            yield from read_repository(
                tables, parts.articles, problem=wishes.problem, zone=wishes.zone, with_boring=wishes.with_boring
            )


def _diffengine(given: Sequence[str], wishes: Wishes) -> Iterator[ImportedLook]:
    for file in given:
        with open_foreign(Path(file)) as tables:
            yield from read_diffengine(tables, problem=wishes.problem, zone=wishes.zone)


def _warc(given: Sequence[str], wishes: Wishes) -> Iterator[ImportedLook]:
    yield from read_warcs([Path(file) for file in given], problem=wishes.problem, most_bytes=wishes.most_bytes)


def _memento(given: Sequence[str], wishes: Wishes) -> Iterator[ImportedLook]:
    access = wishes.memento
    if access is None:
        raise UsageError("Web archives can only be asked where there is a fetcher.")
    urls = [canonical_url(url) for url in given]
    yield from read_mementos(urls, access.fetch, problem=wishes.problem, known=access.known, archive=access.archive)


def _html(given: Sequence[str], wishes: Wishes) -> Iterator[ImportedLook]:
    for folder in given:
        yield from read_folder(
            Path(folder),
            problem=wishes.problem,
            url=wishes.url,
            zone=wishes.zone,
            use_file_times=wishes.use_file_times,
        )


FORMATS = {
    each.name: each
    for each in (
        Format("newsdiffs-db", "folders with NewsDiffs' database and its `articles`", _newsdiffs_archives),
        Format("diffengine", "diffengine's databases", _diffengine),
        Format("warc", "WARC files", _warc, is_read_together=True),
        Format("memento", "URLs, whose copies a web archive has", _memento),
        Format("html", "folders of pages with times in their names", _html),
    )
}
