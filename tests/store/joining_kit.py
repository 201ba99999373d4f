"""A database split by host, as if each group of hosts had had a daemon of its own, and what any file tells alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from chain_kit import tampering

from tracker.store import Store
from tracker.store.connection import Connection
from tracker.store.words import rebuild_words

_OTHERS = "(SELECT article_id FROM articles WHERE host NOT IN (SELECT host FROM temp.kept))"
_OTHER_REVISIONS = f"(SELECT revision_id FROM revisions WHERE article_id IN {_OTHERS})"
_OTHER_CAPTURES = f"(SELECT capture_id FROM captures WHERE article_id IN {_OTHERS})"
_OTHER_DIFFS = f"(SELECT diff_id FROM diffs WHERE to_revision_id IN {_OTHER_REVISIONS})"

_TOTALS = """
UPDATE _totals SET article_count = (SELECT count(*) FROM articles), revision_count = (SELECT count(*) FROM revisions),
    check_count = (SELECT coalesce(sum(look_count), 0) FROM checks), change_count = (SELECT count(*) FROM changes)
"""
_DEMANDS = """
UPDATE _demands SET (article_count, looks_per_day) = (
    SELECT count(*), total(looks_per_day) FROM _article_states AS states
    WHERE states.promise = _demands.promise AND last_success_at IS NOT NULL AND next_check_at IS NOT NULL
        AND failures_in_row = 0
)
"""

# Whatever tells of the articles of other hosts, what points to a row before the row.
_DELETES = (
    f"DELETE FROM changes WHERE diff_id IN {_OTHER_DIFFS}",
    f"DELETE FROM _change_times WHERE revision_id IN {_OTHER_REVISIONS}",
    f"DELETE FROM diffs WHERE to_revision_id IN {_OTHER_REVISIONS}",
    f"DELETE FROM inconsistencies WHERE revision_id IN {_OTHER_REVISIONS}",
    f"DELETE FROM revision_paragraphs WHERE revision_id IN {_OTHER_REVISIONS}",
    f"DELETE FROM _revision_digests WHERE revision_id IN {_OTHER_REVISIONS}",
    f"DELETE FROM _capture_digests WHERE capture_id IN {_OTHER_CAPTURES}",
    f"DELETE FROM _capture_places WHERE capture_id IN {_OTHER_CAPTURES}",
    *(
        f"DELETE FROM {table} WHERE article_id IN {_OTHERS}"
        for table in (
            *(
                "_chain_heads",
                "_chain_folds",
                "checks",
                "revisions",
                "captures",
                "paragraph_articles",
                "left_out_lines",
            ),
            *("article_urls", "article_joins", "_outbox", "_article_states"),
        )
    ),
    *(
        f"DELETE FROM {table} WHERE host NOT IN (SELECT host FROM temp.kept)"
        for table in (
            *("_frames", "_frame_keys", "_days", "_hours", "_host_histories", "_host_holds", "_site_lines"),
            "articles",
        )
    ),
    "DELETE FROM paragraphs WHERE paragraph_id NOT IN (SELECT paragraph_id FROM paragraph_articles)",
    _TOTALS,
    _DEMANDS,
)


def hosts_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return [host for (host,) in raw.execute("SELECT DISTINCT host FROM articles ORDER BY host")]


def split(whole: Path, groups: Sequence[Collection[str]], folder: Path) -> list[Path]:
    """A file a group of hosts. Numbers stay as they are, so that chains do."""
    return [_part(whole, hosts, folder / f"group_{number}.db") for number, hosts in enumerate(groups, start=1)]


def _part(whole: Path, hosts: Collection[str], path: Path) -> Path:
    with Store.open(whole, read_only=True) as store:
        store.backup(path)
    with tampering(path) as raw:
        raw.execute("CREATE TEMP TABLE kept (host TEXT PRIMARY KEY)")
        raw.executemany("INSERT INTO temp.kept VALUES (?)", [(host,) for host in hosts])
        raw.execute("BEGIN")
        for sql in _DELETES:
            raw.execute(sql)
        raw.execute("COMMIT")
        rebuild_words(Connection(path, raw))
    return path


def told(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every public view, the numbers of rows apart, which files may count differently."""
    with closing(sqlite3.connect(path)) as raw:
        views = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()]
        return {name: _rows(raw, name) for name in views}


def _rows(raw: sqlite3.Connection, name: str) -> list[tuple[object, ...]]:
    cursor = raw.execute(f"SELECT * FROM {name}")
    kept = [at for at, (column, *_) in enumerate(cursor.description) if not column.endswith("_id")]
    return sorted((tuple(_rounded(row[at]) for at in kept) for row in cursor), key=repr)


def _rounded(value: object) -> object:
    return round(value, 9) if isinstance(value, float) else value


def sizes(path: Path) -> dict[str, int]:
    """How many rows each table of facts and conclusions holds."""
    with closing(sqlite3.connect(path)) as raw:
        tables = raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*_words*' AND name NOT IN "
            "('joined_articles', 'columns_help', '_frame_keys') AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        return {name: raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in tables}
