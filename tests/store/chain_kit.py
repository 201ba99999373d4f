"""What the tests of the chain and of folding share: articles with every kind of look, and a file that can be tampered
with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from store_kit import History, compared

from tracker.chain import EntryKind, sha256_of
from tracker.model import Extract, Outcome, State, Verdict
from tracker.store import Store
from tracker.store.connection import Connection

SUMMER = datetime(2026, 7, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def eventful_database(path: Path) -> None:
    """Two articles: one with revisions, one read anew, absences, a redirect and a failure; one looked at twice."""
    with Store.open(path, create=True) as store:
        story = History(store)
        story.show("The town of Lakatia was hit.", "Twelve people died.")
        story.show("The town of Lakatia was hit.", "Twelve people died.")
        story.look(Outcome.NOT_MODIFIED, status=304, extractor="")
        anew = Extract(headline="Read anew", paragraphs=("The town of Lakatia was hit.",))
        edited = Extract(headline="Read anew", paragraphs=("The town of Latakia was hit.",))
        story.look(Outcome.CHANGED, new_revision=edited, reread=anew, comparison=compared(anew, edited))
        story.latest = edited
        story.look(Outcome.PAYWALLED, body=b"please subscribe")
        story.look(Outcome.FAILED, status=None)
        story.look(Outcome.UNCHANGED, moved_to="https://www.example.com/story-moved", state=State.LIVE)
        story.show("The town of Latakia was hit.", "Fifteen people died.", headline="Another headline")
        other = History(store, "https://other.example.org/copy")
        other.show("Twelve people died.")
        other.look(Outcome.GONE, status=404, body=b"not found")


def at(verdict: Verdict, moment: datetime, *, took_ms: int = 40, origin: str | None = None) -> Verdict:
    """The same look at another time."""
    fetch = replace(verdict.sighting.fetch, fetched_at=moment, duration_ms=took_ms)
    return replace(verdict, sighting=replace(verdict.sighting, fetch=fetch, origin=origin))


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """As somebody would who has the file and knows SQL: no trigger and no constraint is in the way."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)


def tamper(path: Path, sql: str, values: Sequence[object] = ()) -> None:
    with tampering(path) as connection:
        connection.execute(sql, values)


def columns_of(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, bool]]:
    """Name, type, and whether it may be NULL."""
    rows = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [(name, kind, not is_bound and not place) for _, name, kind, is_bound, _, place in rows]


def view_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every public view, sorted."""
    with closing(sqlite3.connect(path)) as connection:
        views = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for (name,) in views}


def asked(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def chain_is_whole(store: Store) -> bool:
    """As an outsider would check it: every text by its hash, and every entry by the one before."""
    for article in store.articles():
        entries = list(store.chain_of(article.article_id))
        for entry in entries:
            assert (entry.text is None) == (entry.kind is EntryKind.FOLDED)
            assert entry.text is None or sha256_of(entry.text) == entry.sha256
        for before, after in pairwise(entries):
            assert after.text is None or f"\nprevious: {before.sha256}\n" in after.text
        for entry, before in zip(entries[1:], entries, strict=False):
            if entry.kind is EntryKind.FOLDED:
                (told,) = [other.text or "" for other in entries if other.is_fold and other.check_id == entry.check_id]
                assert f'before_sha256: "{before.sha256}"\nlast_sha256: "{entry.sha256}"\n' in told
    return True


class Interrupted(Connection):
    """One to whose first transaction something comes first: what another process writes down just then."""

    def __init__(self, store: Store, first: Callable[[], object]) -> None:
        super().__init__(store.path, store._connection.raw)
        self._first: Callable[[], object] | None = first

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        if self._first is not None:
            first, self._first = self._first, None
            first()
        with super().writing() as raw:
            yield raw
