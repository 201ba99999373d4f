"""Chains of another file, written down under new numbers.

An entry names its article, look, page and revisions by number, so that it has another hash where they have others. What
is hashed anew must have had its hash before: a chain that does not verify is refused, since joining would else make
good whatever was altered in it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tracker.chain import (
    ArticleFacts,
    CaptureFacts,
    CheckFacts,
    FoldFacts,
    RevisionFacts,
    article_text,
    capture_lines,
    check_text,
    fold_text,
    revision_lines,
    sha256_of,
)
from tracker.store.chain_items import Fold, Look, items
from tracker.store.chaining import ARTICLE_FACTS, INSERT_CHECK
from tracker.store.connection import Row
from tracker.store.joining_tables import Id, Shift

_ROWS_AT_ONCE = 2_000

_STARTED = f"""
SELECT {ARTICLE_FACTS}, start_sha256, link_sha256 FROM articles JOIN _chain_heads USING (article_id)
ORDER BY article_id
"""  # noqa: S608 - only constants are put in
_NEW_SOURCE = "SELECT source_id FROM articles WHERE article_id = ?"

_HEADS = "INSERT INTO _chain_heads VALUES (?, ?, ?)"
_FOLDS = "INSERT INTO _chain_folds VALUES (?, ?, ?, ?, ?, ?, ?)"
_CAPTURES = "INSERT INTO _capture_digests VALUES (?, ?)"
_REVISIONS = "INSERT INTO _revision_digests VALUES (?, ?, ?)"
_BEFORE = "INSERT INTO joined_articles VALUES (?, ?, ?, ?, ?)"


@dataclass
class Rows:
    """Waiting to be written, a list a statement."""

    raw: sqlite3.Connection
    waiting: dict[str, list[Row]] = field(default_factory=dict)
    size: int = 0

    def add(self, statement: str, row: Row) -> None:
        self.waiting.setdefault(statement, []).append(row)
        self.size += 1
        if self.size >= _ROWS_AT_ONCE:
            self.write()

    def write(self) -> None:
        for statement, rows in self.waiting.items():
            self.raw.executemany(statement, rows)
        self.waiting.clear()
        self.size = 0


def copy_chains(there: sqlite3.Connection, here: sqlite3.Connection, shift: Shift, name: str) -> Iterator[int]:
    """Every look of another file, with its link; gives how many rows of checks each article has.

    Its articles, captures and revisions are here already. `name`: of the file, for the table that tells where a chain
    comes from.
    """
    rows = Rows(here)
    for *facts, start, end in there.execute(_STARTED):
        article = ArticleFacts(*facts)
        (source_id,) = here.execute(_NEW_SOURCE, (article.article_id + shift[Id.ARTICLE],)).fetchone()
        chain = _Chain(rows, shift, article._replace(source_id=source_id))
        yield chain.copy(items(there, article.article_id))
        rows.add(_BEFORE, (chain.article_id, name, article.article_id, start, end))
    rows.write()


class _Chain:
    """One, on its way."""

    def __init__(self, rows: Rows, shift: Shift, article: ArticleFacts) -> None:
        self.article_id = article.article_id + shift[Id.ARTICLE]
        self._rows = rows
        self._shift = shift
        self._start = self._link = sha256_of(article_text(article._replace(article_id=self.article_id)))
        self._before: dict[int, str] = {}  # the new hash of the entry before each row that looks were folded into
        self._folds = 0

    def copy(self, entries: Iterable[Look | Fold]) -> int:
        """How many rows of checks there were."""
        looks = 0
        for entry in entries:
            if isinstance(entry, Fold):
                self._fold(entry)
            else:
                self._look(entry)
                looks += 1
        self._rows.add(_HEADS, (self.article_id, self._start, self._link))
        return looks

    def _look(self, look: Look) -> None:
        check = self._check(look.check)
        given = self._given(look, check.check_id)
        if look.fold is None:
            self._link = sha256_of(check_text(self._link, check, given))
        else:  # nobody can hash anew what was folded: the hash of its last look stays as it was
            self._before[look.check.check_id] = self._link
            self._link = look.link
        self._rows.add(INSERT_CHECK, (*check, look.first_checked_at, look.look_count, self._link))

    def _fold(self, fold: Fold) -> None:
        if fold.folded is None:
            raise AssertionError("a chain that verifies has every row that looks were folded into")
        note, check = fold.note, self._check(fold.folded.check)
        before = self._before[note.check_id]
        first, count = fold.folded.first_checked_at or "", fold.folded.look_count
        self._link = sha256_of(fold_text(self._link, FoldFacts(check, first, count, before, note.last)))
        self._folds += 1
        after_id = note.after_check_id + self._shift[Id.CHECK]
        between = (before, note.last, self._link)
        self._rows.add(_FOLDS, (self.article_id, self._folds, after_id, check.check_id, *between))

    def _check(self, check: CheckFacts) -> CheckFacts:
        return check._replace(
            check_id=check.check_id + self._shift[Id.CHECK],
            article_id=self.article_id,
            revision_id=self._shift.moved(Id.REVISION, check.revision_id),
            capture_id=self._shift.moved(Id.CAPTURE, check.capture_id),
        )

    def _given(self, look: Look, check_id: int) -> str:
        """The lines of its page and revisions, whose digests are written."""
        told = "" if look.capture is None else self._capture(look.capture)
        for each in look.given:
            if each.facts is not None:
                told += self._revision(each.facts, check_id)
        return told

    def _capture(self, capture: CaptureFacts) -> str:
        capture_id = capture.capture_id + self._shift[Id.CAPTURE]
        lines = capture_lines(capture._replace(capture_id=capture_id, article_id=self.article_id))
        self._rows.add(_CAPTURES, (capture_id, sha256_of(lines)))
        return lines

    def _revision(self, revision: RevisionFacts, check_id: int) -> str:
        moved = revision._replace(
            revision_id=revision.revision_id + self._shift[Id.REVISION],
            article_id=self.article_id,
            capture_id=revision.capture_id + self._shift[Id.CAPTURE],
            reread_of_revision_id=self._shift.moved(Id.REVISION, revision.reread_of_revision_id),
        )
        lines = revision_lines(moved)
        self._rows.add(_REVISIONS, (moved.revision_id, check_id, sha256_of(lines)))
        return lines
