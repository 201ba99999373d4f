"""Looks are written down here, each as a link of the chain of its article; `tracker.chain` says what an entry tells."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from tracker.chain import (
    ArticleFacts,
    CaptureFacts,
    CheckFacts,
    RevisionFacts,
    article_text,
    capture_lines,
    check_text,
    revision_lines,
    sha256_of,
)
from tracker.store.connection import Row
from tracker.store.days import add_late_looks
from tracker.store.values import id_list

ARTICLE_FACTS = ", ".join(ArticleFacts._fields)
CHECK_FACTS = ", ".join(CheckFacts._fields)
CAPTURE_FACTS = ", ".join(CaptureFacts._fields)
REVISION_FACTS = ", ".join(RevisionFacts._fields)

CHECK_COLUMNS = f"{CHECK_FACTS}, first_checked_at, look_count, link_sha256"
INSERT_CHECK = f"INSERT INTO checks ({CHECK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - only constants are put in

# A migration takes so many old looks at a time: memory stays flat, and their heads are asked for together.
_OLD_LOOKS_AT_ONCE = 5_000


class NewCheck(NamedTuple):
    """A look to be written down; its page and its revisions are in their tables already."""

    row: Row  # in the order of CheckFacts
    revision_ids: tuple[int, ...] = ()  # every revision that it gave, pages that were read anew for it included


def insert_checks(raw: sqlite3.Connection, new: Sequence[NewCheck]) -> None:
    """In the order of their ids, which are larger than those of all checks there are."""
    rows = _chained(raw, new)
    raw.executemany(INSERT_CHECK, rows)
    add_late_looks(raw, [CheckFacts(*each.row) for each in new])


def _chained(raw: sqlite3.Connection, new: Sequence[NewCheck]) -> list[Row]:
    """Their rows, each with its link; the heads of the chains move on."""
    looks = [CheckFacts(*each.row) for each in new]
    links = heads(raw, {look.article_id for look in looks})
    rows = []
    for look, each in zip(looks, new, strict=True):
        given = _given(raw, look, each.revision_ids) if each.revision_ids or look.capture_id is not None else ""
        link = sha256_of(check_text(links[look.article_id], look, given))
        links[look.article_id] = link
        rows.append((*look, None, 1, link))
    move_heads(raw, links)
    return rows


def heads(raw: sqlite3.Connection, article_ids: Collection[int]) -> dict[int, str]:
    """The hash that the chain of each article ends with; a chain begins here where there is none yet."""
    sql = "SELECT article_id, link_sha256 FROM _chain_heads WHERE article_id IN (SELECT value FROM json_each(?))"
    found = dict(raw.execute(sql, (id_list(article_ids),)))
    return found if len(found) == len(article_ids) else found | _begun(raw, set(article_ids) - found.keys())


def _begun(raw: sqlite3.Connection, article_ids: Iterable[int]) -> dict[int, str]:
    articles = raw.execute(
        f"SELECT {ARTICLE_FACTS} FROM articles WHERE article_id IN (SELECT value FROM json_each(?))",  # noqa: S608 - only constants are put in
        (id_list(article_ids),),
    )
    starts = {row[0]: sha256_of(article_text(ArticleFacts(*row))) for row in articles}
    raw.executemany("INSERT INTO _chain_heads VALUES (?1, ?2, ?2)", starts.items())
    return starts


def move_heads(raw: sqlite3.Connection, links: dict[int, str]) -> None:
    raw.executemany(
        "UPDATE _chain_heads SET link_sha256 = ? WHERE article_id = ?",
        [(link, article_id) for article_id, link in links.items()],
    )


def _given(raw: sqlite3.Connection, look: CheckFacts, revision_ids: Sequence[int]) -> str:
    """The lines of the look's page and revisions; a digest of each is kept."""
    lines = ""
    if look.capture_id is not None:
        capture = raw.execute(f"SELECT {CAPTURE_FACTS} FROM captures WHERE capture_id = ?", (look.capture_id,))  # noqa: S608 - only constants are put in
        lines = capture_lines(CaptureFacts(*capture.fetchone()))
        raw.execute("INSERT INTO _capture_digests VALUES (?, ?)", (look.capture_id, sha256_of(lines)))
    for revision_id in sorted(revision_ids):
        revision = raw.execute(f"SELECT {REVISION_FACTS} FROM revisions WHERE revision_id = ?", (revision_id,))  # noqa: S608 - only constants are put in
        told = revision_lines(RevisionFacts(*revision.fetchone()))
        raw.execute("INSERT INTO _revision_digests VALUES (?, ?, ?)", (revision_id, look.check_id, sha256_of(told)))
        lines += told
    return lines


# -- the looks of old files --------------------------------------------------------------------------------------------

# The revisions that were read from a look's page, each with the one before it where that is a page read anew: it was
# written down together with the next one.
_GIVEN_THEN = """
SELECT given.revision_id FROM revisions AS read
JOIN revisions AS given ON given.article_id = read.article_id
    AND (given.number = read.number OR (given.number = read.number - 1 AND given.reread_of_revision_id IS NOT NULL))
WHERE read.capture_id = ? AND read.reread_of_revision_id IS NULL
"""


def chain_old_looks(raw: sqlite3.Connection) -> None:
    """Of the looks in `_checks_before`, which stand there in their order and have no links: chained as they are."""
    last_place = 0
    while rows := raw.execute(
        "SELECT rowid, * FROM _checks_before WHERE rowid > ? ORDER BY rowid LIMIT ?", (last_place, _OLD_LOOKS_AT_ONCE)
    ).fetchall():
        raw.executemany(INSERT_CHECK, _chained(raw, [_old_look(raw, row[1:]) for row in rows]))
        last_place = rows[-1][0]


def _old_look(raw: sqlite3.Connection, row: Row) -> NewCheck:
    capture_id = row[-1]
    given = () if capture_id is None else tuple(value for (value,) in raw.execute(_GIVEN_THEN, (capture_id,)))
    return NewCheck((*row, None), given)
