"""What texts take on the disk, part by part; called by benchmarks/storage.py, and run alone: `python
benchmarks/storage_text.py`.

Real version chains that are text, recorded round by round into a database of this project. Everything is counted in
whole pages of the file, and told as a share of a table with one full copy of the text a revision.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from replay_documents import Source, revision_documents

from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting, State, Verdict
from tracker.store import Store
from tracker.store.words import indexed_text

_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "revisions"
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_GOAL = 0.35
_PARTS = (
    ("texts, each paragraph once, with its key", ("paragraphs",)),
    ("their order in every revision", ("revision_paragraphs",)),
    ("index to find equal texts", ("paragraphs_by_key",)),
    ("index to find who else printed one", ("paragraph_articles",)),
    ("index of words, paragraphs", ("_paragraph_words%",)),
    ("index of words, headlines", ("_headline_words%",)),
)
_OF_TEXT = 2  # parts that hold the text: without the others it can still be read
_WITHOUT_WORDS = 4


def print_text() -> None:
    chains = [sources for document in revision_documents(_FOLDER) if (sources := _sources(document.versions))]
    texts = [source.text for sources in chains for source in sources]
    full = _full_copies(texts)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    print(f"\n{len(texts)} texts of {len(chains)} chains, {megabytes:.1f} MB as text")
    print(f"{'':44}{'bytes a text':>14}{'of full copies':>16}")
    zipped = sum(len(zlib.compress(text.encode(), 6)) for text in texts)
    for name, size in (
        ("full copies in a table", full),
        ("zlib, level 6", zipped),
        ("git gc --aggressive", _git(chains)),
    ):
        _print_line(name, size, full, len(texts))
    _print_parts(chains, full, len(texts))


def _sources(versions: Sequence[object]) -> list[Source]:
    return [source for version in versions if (source := getattr(version, "source", None)) is not None]


def _print_line(name: str, size: float, full: int, count: int) -> None:
    print(f"{name:44}{size / count:14,.0f}{size / full:16.3f}")


def _full_copies(texts: Sequence[str]) -> int:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE copies (revision_id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
        connection.executemany("INSERT INTO copies (text) VALUES (?)", ((text,) for text in texts))
        return _size(connection, "copies")


def _size(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name LIKE ?", (name,)).fetchone()
    return int(row[0])


def _print_parts(chains: Sequence[Sequence[Source]], full: int, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracker.db"
        with Store.open(path, create=True) as store:
            _record(store, chains)
            per_paragraph_us = _index_again(store)
        with closing(sqlite3.connect(path)) as connection:
            sizes = [(name, sum(_size(connection, table) for table in tables)) for name, tables in _PARTS]
    for name, size in sizes:
        _print_line(f"  {name}", size, full, count)
    for name, parts in (("text and order", _OF_TEXT), ("with indexes", _WITHOUT_WORDS), ("with words", len(_PARTS))):
        _print_line(name, sum(size for _, size in sizes[:parts]), full, count)
    for name, parts in (("texts", 1), ("texts with their order", _OF_TEXT)):
        share = sum(size for _, size in sizes[:parts]) / full
        print(f"{name}: {share:.3f} {'meets' if share <= _GOAL else 'misses'} the goal of {_GOAL}")
    print(f"to index the words of a new paragraph takes {per_paragraph_us:.0f} µs")


def _record(store: Store, chains: Sequence[Sequence[Source]]) -> None:
    urls = [f"https://www.example.com/{number}" for number in range(len(chains))]
    ids = [article_id for article_id, _ in store.add_articles(urls, _BEGIN)]
    for number in range(max(map(len, chains))):
        at = _BEGIN + timedelta(hours=number)
        store.record(
            [
                _verdict(LookOrder(article_id, url), sources[number], at, is_first=number == 0)
                for article_id, url, sources in zip(ids, urls, chains, strict=True)
                if number < len(sources)
            ]
        )


def _verdict(order: LookOrder, source: Source, at: datetime, *, is_first: bool) -> Verdict:
    seen = Extract(headline=source.title or None, paragraphs=source.paragraphs)
    sighting = Sighting(order, Fetch(order.url, order.url, at, status=200), seen)
    outcome = Outcome.FIRST_SEEN if is_first else Outcome.CHANGED
    return Verdict(sighting, outcome, State.LIVE, None, new_revision=seen)


def _index_again(store: Store) -> float:
    """In microseconds a paragraph, the cutting into words included."""
    rows = store._connection.rows("SELECT paragraph_id, text FROM paragraphs")  # noqa: SLF001 - one part of recording
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        (sql,) = store._connection.rows("SELECT sql FROM sqlite_master WHERE name = '_paragraph_words'")  # noqa: SLF001
        connection.execute(sql[0])
        begin_s = time.process_time()
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO _paragraph_words (rowid, words) VALUES (?, ?)",
            ((each, indexed_text(text)) for each, text in rows),
        )
        connection.execute("COMMIT")
        return 1e6 * (time.process_time() - begin_s) / len(rows)


def _git(chains: Sequence[Sequence[Source]]) -> int:
    """One repository, a file a chain, a commit a round."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _run_git(home, "init", "-q")
        for number in range(max(map(len, chains))):
            for name, text in _round(chains, number):
                (home / name).write_text(text, encoding="utf-8")
            _run_git(home, "add", "--all")
            _run_git(home, "commit", "--quiet", "--allow-empty", "-m", str(number))
        _run_git(home, "gc", "--aggressive", "--quiet", "--prune=now")
        return sum(pack.stat().st_size for pack in (home / ".git" / "objects" / "pack").glob("*.pack"))


def _round(chains: Sequence[Sequence[Source]], number: int) -> Iterator[tuple[str, str]]:
    for chain, sources in enumerate(chains):
        if number < len(sources):
            yield f"{chain}.txt", sources[number].text


def _run_git(home: Path, *words: str) -> None:
    me = {f"GIT_{who}_{what}": "benchmark" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *words], cwd=home, env=os.environ | me, check=True, capture_output=True)


if __name__ == "__main__":
    if not _FOLDER.is_dir():
        print(f"{_FOLDER} is missing: this benchmark needs the folder of real texts.", file=sys.stderr)
        raise SystemExit(2)
    print_text()
