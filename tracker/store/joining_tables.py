"""What joining does with each table: which of its columns are numbers that move up, and which rows two files share."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tracker.store.codebook import codebook_rows, tables_of


class Id(StrEnum):
    """Numbers that files have in common; named after the column that counts them."""

    ARTICLE = "article_id"
    ADDRESS = "article_url_id"
    REVISION = "revision_id"
    CAPTURE = "capture_id"
    CHECK = "check_id"
    DIFF = "diff_id"
    CHANGE = "change_id"
    INCONSISTENCY = "inconsistency_id"
    KEY = "key_id"
    FRAME = "frame_id"
    NOTE = "outbox_id"
    PARAGRAPH = "paragraph_id"  # moves up too, unless the text is there already
    SOURCE = "source_id"  # has another number where the same source is there already
    TOLD = "told"  # no number: JSON in which rows of changes are told with their numbers


# The table whose largest number the next file's numbers begin behind.
COUNTED_IN = {
    Id.ARTICLE: "articles",
    Id.ADDRESS: "article_urls",
    Id.REVISION: "revisions",
    Id.CAPTURE: "captures",
    Id.CHECK: "checks",
    Id.DIFF: "diffs",
    Id.CHANGE: "changes",
    Id.INCONSISTENCY: "inconsistencies",
    Id.KEY: "_frame_keys",
    Id.FRAME: "_frames",
    Id.NOTE: "_outbox",
    Id.PARAGRAPH: "paragraphs",
    Id.SOURCE: "sources",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are copied. `also`: columns with numbers that do not bear the name of what they count."""

    name: str
    also: Mapping[str, Id] = field(default_factory=dict)
    met: str = ""  # what becomes of a row that the joined file has already; empty: there can be none

    def id_of(self, column: str) -> Id | None:
        """What a column counts; None: it is copied as it is."""
        return self.also.get(column) or (Id(column) if column in COUNTED_IN else None)


_ADDED_UP = "ON CONFLICT DO UPDATE SET "
_ANY = "ON CONFLICT DO NOTHING"


def _sum(*columns: str) -> str:
    return ", ".join(f"{column} = {column} + excluded.{column}" for column in columns)


_HOURS = _ADDED_UP + _sum("checks", "changed", "first_seen")
_DAY_COUNTS = (
    *("checks", "changed", "unchanged", "failed", "blocked", "bytes"),
    *("first_seen", "gone", "moved", "paywalled", "unreadable", "suspect"),
)
# The looks of one host and day that two files tell of may be folded in both: the middle of all cannot be asked for any
# more, so that it is taken to lie between both middles, where more looks were.
_MEDIAN = (
    "median_ms = coalesce((median_ms * checks + excluded.median_ms * excluded.checks) / (checks + excluded.checks), "
    "median_ms, excluded.median_ms)"
)
DAYS = Table("_days", met=f"{_ADDED_UP}{_MEDIAN}, {_sum(*_DAY_COUNTS)}")
HOURS = Table("_hours", met=_HOURS)

ARTICLES = Table("articles")

# In an order in which a row comes after those that it points to, but for rows that point to each other.
COPIED = (
    ARTICLES,
    Table("article_urls"),
    Table("captures"),
    Table("_frame_keys", {"behind_key_id": Id.KEY}),
    Table("_frames"),
    Table("_capture_places"),
    Table("revisions", {"same_as_revision_id": Id.REVISION, "reread_of_revision_id": Id.REVISION}),
    Table("revision_paragraphs"),
    Table("paragraph_articles"),
    Table("diffs", {"from_revision_id": Id.REVISION, "to_revision_id": Id.REVISION}),
    Table("changes"),
    Table("_change_times"),
    Table("inconsistencies"),
    Table("article_joins", {"into_article_id": Id.ARTICLE}),
    Table("_article_states", {"latest_revision_id": Id.REVISION, "joined_to_article_id": Id.ARTICLE}),
    Table("left_out_lines"),
    Table(
        "_site_lines",
        met="ON CONFLICT DO UPDATE SET article_count = max(article_count, excluded.article_count), "
        "learnt_at = min(learnt_at, excluded.learnt_at), last_seen_at = max(last_seen_at, excluded.last_seen_at)",
    ),
    Table("_source_states", met=_ANY),  # as the file says that was named first
    Table(
        "_host_holds",
        met="ON CONFLICT DO UPDATE SET held_until_at = excluded.held_until_at, reason = excluded.reason "
        "WHERE excluded.held_until_at > held_until_at",
    ),
    Table(
        "_host_histories",
        met=_ADDED_UP
        + _sum("article_count", "edit_evidence", "exposure", "edits_seen", "looks_per_day")
        + ", last_success_at = max(last_success_at, excluded.last_success_at)",
    ),
    Table("_demands", met=_ADDED_UP + _sum("article_count", "looks_per_day")),
    DAYS,
    HOURS,
    Table("_outbox", {"changes_json": Id.TOLD}),
    Table("_notices", {"notice_json": Id.TOLD}, met=_ANY),  # the same notice, of a file that was copied
    Table("_channels", met=f"{_ADDED_UP}{_sum('overflow_look_count', 'overflow_change_count')}"),
)

# Written by `joining` itself: what two files share, what is hashed anew, and what is one row a file.
MADE = frozenset(
    {
        *("sources", "paragraphs", "_paragraph_words", "_headline_words"),
        *("checks", "_chain_heads", "_chain_folds", "_capture_digests", "_revision_digests"),
        *("_totals", "_closing", "_care"),
    }
)
# The same in every file.
CONSTANT = frozenset({"_sqlite_migrations", "outcomes", "change_kinds", "columns_help"})

# Where chains that were hashed anew come from. Only a joined file has it: it tells nothing in any other.
JOINED_ARTICLES = """\
CREATE TABLE IF NOT EXISTS joined_articles ( -- an article that `tracker merge` took in, a row each time: a fact
    article_id INTEGER NOT NULL REFERENCES articles (article_id), -- the article; it had been looked at
    file TEXT NOT NULL, -- the name of the file that it came from
    article_id_there INTEGER NOT NULL, -- its number there
    start_sha256_there TEXT NOT NULL, -- the hash that its chain began with there
    link_sha256_there TEXT NOT NULL -- the hash that its chain ended with there when it was joined
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the numbers of one file move up."""

    by: Mapping[Id, int]

    def __getitem__(self, what: Id) -> int:
        return self.by[what]

    def moved(self, what: Id, number: int | None) -> int | None:
        return None if number is None else number + self.by[what]

    def placed(self, what: Id | None, place: int) -> str:
        """What to insert for the parameter at that place, from 1."""
        if what is None:
            return f"?{place}"
        if what is Id.TOLD:
            return f"renumbered(?{place}, {self.by[Id.ARTICLE]}, {self.by[Id.CHANGE]}, {self.by[Id.REVISION]})"
        moved = f"?{place} + {self.by[what]}"
        if what is Id.PARAGRAPH:
            return f"coalesce((SELECT here FROM temp.shared_paragraphs WHERE there = ?{place}), {moved})"  # noqa: S608 - only numbers are put in
        if what is Id.SOURCE:
            return f"coalesce((SELECT here FROM temp.shared_sources WHERE there = ?{place}), {moved})"  # noqa: S608 - only numbers are put in
        return moved


def shift_behind(raw: sqlite3.Connection) -> Shift:
    """Behind everything that is there."""
    return Shift({what: _last(raw, what, table) for what, table in COUNTED_IN.items()})


def _last(raw: sqlite3.Connection, what: Id, table: str) -> int:
    (last,) = raw.execute(f"SELECT coalesce(max({what}), 0) FROM {table}").fetchone()  # noqa: S608 - only constants are put in
    used = raw.execute(
        "SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)
    ).fetchone()  # keys are never used again
    return max(int(last), 0 if used is None else int(used[0]))


def columns_of(raw: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(name for (name,) in raw.execute("SELECT name FROM pragma_table_info(?)", (table,)))


def insert_into(table: Table, columns: tuple[str, ...], shift: Shift) -> str:
    """A statement that takes a row of another file."""
    values = ", ".join(shift.placed(table.id_of(name), place) for place, name in enumerate(columns, start=1))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({values}) {table.met}"  # noqa: S608 - only names of the schema are put in


def make_joined_articles(raw: sqlite3.Connection) -> None:
    """With what its columns mean, as the file tells it of all others."""
    raw.execute(JOINED_ARTICLES)
    raw.executemany(
        "INSERT INTO columns_help (table_name, column_name, type, meaning) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [row for table in tables_of(raw) if table.name == "joined_articles" for row in codebook_rows(table)],
    )


def renumbered(told: str | None, articles: int, changes: int, revisions: int) -> str | None:
    """Rows of changes in a notice that waits, with their numbers moved up."""
    if told is None:
        return None
    form = json.loads(told)
    for row in form if isinstance(form, list) else form["changes"]:
        _move(row, "article_id", articles)
        _move(row, "change_id", changes)
        _move(row, "from_revision_id", revisions)
        _move(row, "to_revision_id", revisions)
    return json.dumps(form, ensure_ascii=False, separators=(",", ":"))


def _move(row: dict[str, Any], name: str, by: int) -> None:
    if row.get(name):  # a test notice tells of no article: 0; an older one of no revisions
        row[name] += by
