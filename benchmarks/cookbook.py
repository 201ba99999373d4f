"""The cookbook's queries on a large database: seconds each, the slowest first.

    python benchmarks/cookbook.py [--articles N] [--database FILE] [--plans] [--only PART]

The database is the synthetic one of `scale.py`, made in FILE and used again if it is there (it is only read), else in a
temporary folder. Blanks are filled in with an article, a host and words that many articles hold. Each query runs twice
on a fresh connection, and the second run counts: what a reader meets whose file lies in memory. On a busy machine, the
seconds of CPU tell more.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scale_database import HOSTS, build, host_name, present

from tracker.store.cookbook import Recipe, recipes

_COOKBOOK = Path(__file__).resolve().parents[1] / "docs" / "cookbook.md"
_TO_REACH_S = 1.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class _Timing:
    recipe: Recipe
    first_s: float
    second_s: float
    cpu_s: float  # of the second run
    rows: int

    def __str__(self) -> str:
        is_missed = self.second_s >= _TO_REACH_S
        verdict = "" if not is_missed else "slow, as the cookbook says" if self.recipe.is_slow else "missed"
        times = f"{self.second_s:8.3f} {self.cpu_s:8.3f} {self.first_s:8.3f}"
        return f"{times} {self.rows:7,}  {self.recipe.name:72}{verdict}".rstrip()


def _blanks(connection: sqlite3.Connection) -> dict[str, str]:
    """A host of middling size; its article with the most revisions."""
    host = host_name(HOSTS // 2)
    url, changed_at = connection.execute(
        "SELECT url, last_changed_at FROM articles_status WHERE host = ? ORDER BY revision_count DESC LIMIT 1", (host,)
    ).fetchone()
    return {"url": url, "host": host, "moment": changed_at or "9999", "words": "divers"}


def _timed(database: Path, recipe: Recipe, blanks: Mapping[str, str]) -> _Timing:
    values = {name: blanks[name] for name in recipe.parameters}
    times = []
    rows, cpu_s = 0, 0.0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for _ in range(2):
            began_s, began_cpu_s = time.perf_counter(), time.process_time()
            rows = len(connection.execute(recipe.sql, values).fetchall())
            times.append(time.perf_counter() - began_s)
            cpu_s = time.process_time() - began_cpu_s
    return _Timing(recipe, times[0], times[1], cpu_s, rows)


def _plan(database: Path, recipe: Recipe, blanks: Mapping[str, str]) -> Iterator[str]:
    values = {name: blanks[name] for name in recipe.parameters}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for _, _, _, step in connection.execute(f"EXPLAIN QUERY PLAN {recipe.sql}", values):
            yield f"            {step}"


def _index_lines(database: Path) -> Iterator[str]:
    """What the indexes of these views cost, where SQLite can tell."""
    sql = "SELECT sum(pgsize) FROM dbstat WHERE name = ?"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for name in ("checks_without_article", "_days_by_day", "_hours", "columns_help"):
            (size,) = connection.execute(sql, (name,)).fetchone()
            yield f"{name:40}{(size or 0) / _MEGABYTE:10.1f} MB"


@contextmanager
def _database(wanted: Path | None, articles: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        database = wanted or Path(name) / "cookbook.db"
        if not database.exists():
            database.parent.mkdir(parents=True, exist_ok=True)
            began_s = time.monotonic()
            build(database, articles, present())
            size = database.stat().st_size / 1e9
            print(f"{articles:,} articles made in {time.monotonic() - began_s:.0f} s, {size:.1f} GB", flush=True)
        yield database


def _report(database: Path, chosen: Sequence[Recipe], *, with_plans: bool) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        blanks = _blanks(connection)
    timings = sorted((_timed(database, recipe, blanks) for recipe in chosen), key=lambda each: -each.second_s)
    print(f"{'seconds':>8} {'of CPU':>8} {'at first':>8} {'rows':>7}")
    for timing in timings:
        print(timing, flush=True)
        if with_plans:
            print(*_plan(database, timing.recipe, blanks), sep="\n")
    print(*_index_lines(database), sep="\n")
    return int(any(each.second_s >= _TO_REACH_S and not each.recipe.is_slow for each in timings))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--database", type=Path, help="made there and kept, or used if it is there")
    parser.add_argument("--plans", action="store_true", help="also print how SQLite goes about each")
    parser.add_argument("--only", default="", help="only the questions whose name holds this")
    wanted = parser.parse_args()
    chosen = [each for each in recipes(_COOKBOOK.read_text(encoding="utf-8")) if wanted.only in each.name]
    with _database(wanted.database, wanted.articles) as database:
        return _report(database, chosen, with_plans=wanted.plans)


if __name__ == "__main__":
    raise SystemExit(main())
