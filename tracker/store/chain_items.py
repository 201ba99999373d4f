"""The chain of an article as it stands in the tables: its looks and folds in order, and what entries they make."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from tracker.chain import (
    ArticleFacts,
    CaptureFacts,
    ChainEntry,
    CheckFacts,
    EntryKind,
    FoldFacts,
    RevisionFacts,
    article_text,
    capture_lines,
    check_text,
    fold_text,
    revision_lines,
    sha256_of,
)
from tracker.errors import NotFound
from tracker.store.chaining import ARTICLE_FACTS, CAPTURE_FACTS, CHECK_COLUMNS, REVISION_FACTS
from tracker.store.connection import Connection, Row, translated


class Given(NamedTuple):
    """A revision that a look gave."""

    revision_id: int
    facts: RevisionFacts | None  # None: there is no such revision
    digest: str  # of its lines, as recorded


class FoldNote(NamedTuple):
    """A row of `_chain_folds`."""

    after_check_id: int
    check_id: int
    before: str
    last: str
    link: str


class Look(NamedTuple):
    """A row of `checks` with what the look gave."""

    check: CheckFacts
    first_checked_at: str | None
    look_count: int
    link: str
    capture: CaptureFacts | None  # None: no page was kept, or it is not there
    capture_digest: str | None  # of its lines, as recorded; None: no page was kept, or none is recorded
    given: tuple[Given, ...]
    fold: FoldNote | None  # None: no looks are said to have been folded into it

    @property
    def lines(self) -> str:
        """What the look gave, as its entry tells it."""
        captured = "" if self.capture is None else capture_lines(self.capture)
        return captured + "".join(revision_lines(each.facts) for each in self.given if each.facts is not None)

    def text(self, previous: str) -> str:
        return check_text(previous, self.check, self.lines)


class Fold(NamedTuple):
    """The entry that tells what looks were folded into."""

    note: FoldNote
    folded: Look | None  # None: the row of `checks` is not there

    @property
    def link(self) -> str:
        return self.note.link

    def text(self, previous: str) -> str | None:
        """None: what it tells of is not there."""
        if self.folded is None:
            return None
        first, count = self.folded.first_checked_at or "", self.folded.look_count
        return fold_text(previous, FoldFacts(self.folded.check, first, count, self.note.before, self.note.last))


Item = Look | Fold


def _columns(table: str, names: str) -> str:
    return ", ".join(f"{table}.{name}" for name in names.split(", "))


_LOOKS = f"""
SELECT
    {_columns("checks", CHECK_COLUMNS)}, {_columns("captures", CAPTURE_FACTS)}, kept.lines_sha256,
    given.revision_id, given.lines_sha256, {_columns("revisions", REVISION_FACTS)}
FROM checks
LEFT JOIN captures ON captures.capture_id = checks.capture_id
LEFT JOIN _capture_digests AS kept ON kept.capture_id = checks.capture_id
LEFT JOIN _revision_digests AS given ON given.check_id = checks.check_id
LEFT JOIN revisions ON revisions.revision_id = given.revision_id
WHERE checks.article_id = ? ORDER BY checks.check_id, given.revision_id
"""  # noqa: S608 - only constants are put in
_CHECK_END = len(CheckFacts._fields)
_ROW_END = _CHECK_END + 3
_CAPTURE_END = _ROW_END + len(CaptureFacts._fields)
_GIVEN_START = _CAPTURE_END + 1

_FOLDS = """
SELECT after_check_id, check_id, before_sha256, last_sha256, link_sha256 FROM _chain_folds
WHERE article_id = ? ORDER BY fold_number
"""


def items(raw: sqlite3.Connection, article_id: int) -> Iterator[Item]:
    """What the chain of an article consists of after the article itself, in order; memory stays flat."""
    waiting = [FoldNote(*row) for row in raw.execute(_FOLDS, (article_id,))]
    notes = {note.check_id: note for note in waiting}
    folded: dict[int, Look] = {}
    waiting.reverse()
    for look in _looks(raw, article_id, notes):
        while waiting and waiting[-1].after_check_id < look.check.check_id:
            note = waiting.pop()
            yield Fold(note, folded.get(note.check_id))
        if look.fold is not None:
            folded[look.check.check_id] = look
        yield look
    yield from (Fold(note, folded.get(note.check_id)) for note in reversed(waiting))


def _looks(raw: sqlite3.Connection, article_id: int, notes: Mapping[int, FoldNote]) -> Iterator[Look]:
    for check_id, same_look in groupby(raw.execute(_LOOKS, (article_id,)), itemgetter(0)):
        first, *others = same_look
        given = tuple(_given(row) for row in (first, *others) if row[_GIVEN_START] is not None)
        yield _look(first, given, notes.get(check_id))


def _look(row: Row, given: tuple[Given, ...], note: FoldNote | None) -> Look:
    first_checked_at, look_count, link = row[_CHECK_END:_ROW_END]
    return Look(
        CheckFacts(*row[:_CHECK_END]),
        first_checked_at,
        look_count,
        link,
        None if row[_ROW_END] is None else CaptureFacts(*row[_ROW_END:_CAPTURE_END]),
        row[_CAPTURE_END],
        given,
        note,
    )


def _given(row: Row) -> Given:
    revision_id, digest, *facts = row[_GIVEN_START:]
    return Given(revision_id, None if facts[0] is None else RevisionFacts(*facts), digest)


def chain_of(connection: Connection, article_id: int) -> Iterator[ChainEntry]:
    """Entry after entry, as recorded. Raises NotFound if there is no such article."""
    article = connection.row(f"SELECT {ARTICLE_FACTS} FROM articles WHERE article_id = ?", (article_id,))  # noqa: S608 - only constants are put in
    if article is None:
        raise NotFound(f"There is no article {article_id}.")
    text = article_text(ArticleFacts(*article))
    start = connection.value("SELECT start_sha256 FROM _chain_heads WHERE article_id = ?", (article_id,))
    previous = start or sha256_of(text)
    yield ChainEntry(0, EntryKind.ARTICLE, text, previous)
    with translated(connection.path):
        for number, item in enumerate(items(connection.raw, article_id), start=1):
            yield _entry(number, item, previous)
            previous = item.link


def _entry(number: int, item: Item, previous: str) -> ChainEntry:
    if isinstance(item, Fold):
        return ChainEntry(number, EntryKind.FOLD, item.text(previous), item.link, item.note.check_id)
    check = item.check
    if item.fold is not None:
        return ChainEntry(number, EntryKind.FOLDED, None, item.link, check.check_id)
    revision_ids = tuple(each.revision_id for each in item.given)
    return ChainEntry(
        number, EntryKind.LOOK, item.text(previous), item.link, check.check_id, check.capture_id, revision_ids
    )


def chain_head_lines(connection: Connection) -> Iterator[str]:
    """Where all chains end: a line `article_id hash` each, by article."""
    for article_id, link in connection.stream("SELECT article_id, link_sha256 FROM _chain_heads ORDER BY article_id"):
        yield f"{article_id} {link}\n"


def chain_head(connection: Connection) -> str:
    """SHA-256 over `chain_head_lines`, in hex."""
    whole = hashlib.sha256()
    for line in chain_head_lines(connection):
        whole.update(line.encode())
    return whole.hexdigest()
