"""Four files of a group of hosts each, joined by `tracker merge`: how long it takes, and how much memory.

    python benchmarks/joining.py FOLDER [--articles 25000] [--files 4]

The files are made first, with chains that verify; whether nothing is wrong with the joined one is asked at the end.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from scale_database import build, present

from tracker.chain import ArticleFacts, FoldFacts, article_text, capture_lines, fold_text, revision_lines, sha256_of
from tracker.store.chain_items import Look, items
from tracker.store.chaining import ARTICLE_FACTS
from tracker.store.connection import Row

_TABLES = ("articles", "checks", "revisions", "paragraphs", "changes", "captures")


def make_chains(path: Path) -> None:
    """`build` makes up links; joining asks for true ones. A row of folded looks gets the entry that tells of it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        raw.execute("BEGIN")
        for name, _ in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for row in raw.execute(f"SELECT {ARTICLE_FACTS} FROM articles").fetchall():
            for sql, values in _links(raw, ArticleFacts(*row)):
                raw.execute(sql, values)
        for _, sql in triggers:
            raw.execute(sql)
        raw.execute("COMMIT")


def _links(raw: sqlite3.Connection, article: ArticleFacts) -> Iterator[tuple[str, Row]]:
    start = link = sha256_of(article_text(article))
    folded: list[tuple[Look, str]] = []
    looks = [item for item in items(raw, article.article_id) if isinstance(item, Look)]
    for look in looks:
        check_id = look.check.check_id
        if look.look_count > 1:
            folded.append((look, link))
            link = look.link
            continue
        link = sha256_of(look.text(link))
        yield "UPDATE checks SET link_sha256 = ? WHERE check_id = ?", (link, check_id)
        if look.capture is not None:
            lines = sha256_of(capture_lines(look.capture))
            yield "UPDATE _capture_digests SET lines_sha256 = ? WHERE capture_id = ?", (lines, look.check.capture_id)
        for each in look.given:
            if each.facts is not None:
                lines = sha256_of(revision_lines(each.facts))
                yield "UPDATE _revision_digests SET lines_sha256 = ? WHERE revision_id = ?", (lines, each.revision_id)
    for number, (look, before) in enumerate(folded, start=1):
        facts = FoldFacts(look.check, look.first_checked_at or "", look.look_count, before, look.link)
        link = sha256_of(fold_text(link, facts))
        told = (look.check.check_id, before, look.link, link)
        yield (
            "INSERT INTO _chain_folds VALUES (?, ?, ?, ?, ?, ?, ?)",
            (article.article_id, number, looks[-1].check.check_id, *told),
        )
    heads = (start, link, article.article_id)
    yield "UPDATE _chain_heads SET start_sha256 = ?, link_sha256 = ? WHERE article_id = ?", heads


def make(path: Path, articles: int, number: int) -> None:
    build(path, articles, present(), seed=number, group=f"-{number}")
    make_chains(path)


def rows_of(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as raw:
        return {table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES}


def run(*arguments: str) -> tuple[float, float]:
    """Seconds and the most MB of memory that a command took."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "tracker", *arguments])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"tracker {arguments[0]} failed")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=25_000, help="in each file")
    parser.add_argument("--files", type=int, default=4)
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    paths = [wanted.folder / f"group_{number}.db" for number in range(1, wanted.files + 1)]
    # In a process of its own: a child begins with the peak of its parent's memory.
    with ProcessPoolExecutor(1, get_context("spawn")) as maker:
        for number, path in enumerate(paths, start=1):
            maker.submit(make, path, wanted.articles, number).result()
    joined = wanted.folder / "joined.db"
    seconds, memory = run("merge", str(joined), *map(str, paths))
    print(f"merged {len(paths)} files in {seconds:.1f} s, {memory:.0f} MB of memory")
    before = [rows_of(path) for path in paths]
    for table, rows in rows_of(joined).items():
        print(f"{table:>10}: {rows:,} of {sum(each[table] for each in before):,}")
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    print(f"{megabytes:.0f} MB became {joined.stat().st_size / 1e6:.0f} MB")
    seconds, memory = run("--database", str(joined), "verify")
    print(f"verified in {seconds:.1f} s, {memory:.0f} MB of memory")


if __name__ == "__main__":
    main()
