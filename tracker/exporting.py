"""Giving out what is known, in the forms of others: article by article or row by row, never all of it in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol

from tracker.errors import FormatError
from tracker.exchange import newsdiffs, newsedits
from tracker.exchange.git_out import GitRevision, write_stream
from tracker.exchange.git_repository import GitRepository
from tracker.exchange.newsedits import EntryArticle
from tracker.exchange.tables import TableWriter
from tracker.exchange.warc_out import WarcOut
from tracker.model import Chosen, Column
from tracker.store import Store
from tracker.store.foreign_out import ForeignTable, ForeignWriter
from tracker.store.giving_out import Part, TableReader

Progress = Callable[[int, int], None]
"""Hears how far an export is: (done, total)."""
Problem = Callable[[str], None]
"""Hears of what could not be written in a form, in one sentence."""


class MakeWriter(Protocol):
    """Columns -> who writes rows of them."""

    def __call__(self, columns: tuple[Column, ...], /) -> TableWriter: ...


@dataclass(frozen=True, slots=True)
class Article:
    """An article that is given out."""

    article_id: int
    url: str
    host: str
    revision_count: int


def export_table(store: Store, name: str, chosen: Chosen, make: MakeWriter, progress: Progress) -> None:
    """The chosen rows of a table or view."""
    with store.open_table(name, chosen) as reader:
        writer = make(reader.columns)
        for part in _told(reader, progress):
            writer.write(part.rows)
        writer.close()


def export_newsdiffs(store: Store, chosen: Chosen, stream: IO[str], progress: Progress, problem: Problem) -> None:
    """What readers saw: a page that was only read anew is no version of its own."""
    apart = ""
    for article in _articles(store, chosen, progress):
        total = store.seen_count(article.article_id)
        seen = (each for each in store.revisions(article.article_id) if each.reread_of_number is None)
        for number, revision in enumerate(seen, start=1):
            if not _is_within(chosen, revision.first_seen_at):
                continue
            try:
                stream.write(apart + newsdiffs.write([newsdiffs.printed(revision, article.url, number, total)]))
            except FormatError:
                problem(f"{article.url}: version {number} has no text, or one that the form cannot hold; left out.")
            else:
                apart = "\n\n"


def export_warc(store: Store, chosen: Chosen, warc: WarcOut, progress: Progress) -> None:
    """Every page that is kept."""
    for article in _articles(store, chosen, progress, facts="captures"):
        for capture in store.captures_of(article.article_id):
            if _is_within(chosen, capture.captured_at):
                warc.add(capture)
    warc.close()


NEWSEDITS_TABLES = tuple(
    ForeignTable(name, columns, newsedits.INDEXES[name]) for name, columns in newsedits.TABLES.items()
)


def export_newsedits(store: Store, chosen: Chosen, database: ForeignWriter, progress: Progress) -> None:
    for article in _articles(store, chosen, progress):
        told = EntryArticle(article.url, article.host, article.revision_count)
        revisions = store.revisions(article.article_id)
        rows = newsedits.rows_of(told, revisions, lambda each: _is_within(chosen, each.first_seen_at))
        for table, row in rows:
            database.add(table, [row])


def export_git_stream(store: Store, chosen: Chosen, stream: IO[bytes], progress: Progress) -> None:
    """For `git fast-import`: the whole history."""
    with store.open_table("revisions", chosen, by_time=True) as reader:
        write_stream(_git_revisions(store, reader, 0, progress), stream, goes_on=False)


def export_git(store: Store, chosen: Chosen, repository: GitRepository, progress: Progress) -> str:
    """What was done, in one sentence. Revisions after those that the repository has are put upon them; where they are
    not the same any more (an import came between, or others were chosen) its history is written anew."""
    with store.open_table("revisions", chosen, by_time=True) as reader:
        head = repository.head()
        goes_on = head is not None and reader.key_at(head.commit_count) == head.revision_id
        after = head.commit_count if head is not None and goes_on else 0
        count = reader.total - after
        if goes_on and not count:
            return "Nothing new."
        revisions = _git_revisions(store, reader, after, progress)
        repository.take(lambda stream: _no_count(write_stream(revisions, stream, goes_on=goes_on)))
    rewritten = "" if head is None or goes_on else ", the whole history anew"
    return f"{count:,} revision{'' if count == 1 else 's'} committed{rewritten}."


def _no_count(_count: int) -> None:
    """`GitRepository.take` asks for no answer."""


def _git_revisions(store: Store, reader: TableReader, after: int, progress: Progress) -> Iterator[GitRevision]:
    for part in _told(reader, progress, after):
        rows = [_named(reader, row) for row in part.rows]
        kinds = store.kinds_of([row["revision_id"] for row in rows])
        for row in rows:
            yield GitRevision(
                revision_id=row["revision_id"],
                url=row["url"],
                number=row["number"],
                first_seen_at=datetime.fromisoformat(row["first_seen_at"]),
                headline=row["headline"],
                subheadline=row["subheadline"],
                byline=row["byline"],
                published_at=row["published_at"],
                body_text=row["body_text"],
                same_as_number=row["same_as_number"],
                reread_of_number=row["reread_of_number"],
                kinds=kinds.get(row["revision_id"], ()),
            )


def _articles(store: Store, chosen: Chosen, progress: Progress, facts: str = "revisions") -> Iterator[Article]:
    with store.open_table("articles", chosen, facts=facts) as reader:
        for part in _told(reader, progress):
            for row in part.rows:
                cells = _named(reader, row)
                yield Article(cells["article_id"], cells["url"], cells["host"], cells["revision_count"])


def _told(reader: TableReader, progress: Progress, after: int = 0) -> Iterator[Part]:
    """Every part; `progress` hears of one when it was dealt with."""
    progress(after, reader.total)
    for part in reader.parts(after):
        yield part
        progress(part.done, reader.total)


def _named(reader: TableReader, row: tuple[Any, ...]) -> dict[str, Any]:
    return {column.name: cell for column, cell in zip(reader.columns, row, strict=True)}


def _is_within(chosen: Chosen, moment: datetime) -> bool:
    after = chosen.since is None or moment >= chosen.since
    return after and (chosen.until is None or moment < chosen.until)
