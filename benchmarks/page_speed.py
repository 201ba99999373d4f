"""How long the pages take on a large database: milliseconds, the middle one and the worst, by kind of page.

    python benchmarks/page_speed.py [--articles N] [--database FILE] [--rounds N]

The pages are asked for through the whole application, as a browser would, but without a socket. The database is the
synthetic one of `scale.py` with one article more, looked at 10,000 times and found in 2,000 revisions; it is made in
FILE and used again if it is there, else in a temporary folder. Each page is asked for on a warm file.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import httpx
from datasette.app import Datasette
from scale_database import HOSTS, build, host_name, page, present

from tracker.errors import NotFound
from tracker.judge import compare
from tracker.model import Comparison, Extract, Fetch, Kind, LookOrder, Outcome, Sighting, State, Verdict
from tracker.store import Store

_TO_REACH_MS = 200.0
_LOOKS, _EVERY = 10_000, 5  # every fifth look shows the other wording
_LONG = "https://www.long.example/news/the-article-that-never-rests"
_AT_ONCE = 500
_PARAGRAPHS = 60


@dataclass(frozen=True)
class _Asked:
    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class _Timing:
    name: str
    times_ms: tuple[float, ...]
    most_bytes: int

    def __str__(self) -> str:
        middle, worst = statistics.median(self.times_ms), max(self.times_ms)
        verdict = "missed" if worst >= _TO_REACH_MS else ""
        return f"{self.name:44}{middle:8.1f}{worst:8.1f}{self.most_bytes / 1000:8.0f}  {verdict}".rstrip()


def _asked(store: Store, chance: random.Random) -> Iterator[_Asked]:
    articles = store.overview().article_count
    long = store.resolve(_LONG)
    hosts = {"the largest": host_name(0), "a middling": host_name(HOSTS // 2)}
    yield _Asked("front", ("/",))
    yield _Asked("front, gone on from somewhere", tuple(f"/?before=2026-{month:02}-01T00:00:00Z~9" for month in (5, 8)))
    yield _Asked("front, of one kind", tuple(_filtered(kind=kind) for kind in Kind))
    yield _Asked("front, of three kinds", (_filtered(kind=["number", "notice_added", "moved"]),))
    fields = ("headline", "subheadline", "byline", "published_at", "modified_at", "body")
    yield _Asked("front, of one field", tuple(_filtered(field=field) for field in fields))
    pairs = [("number", "headline"), ("name", "byline"), ("wording", "body"), ("date", "published_at")]
    yield _Asked("front, of kind and field", tuple(_filtered(kind=kind, field=field) for kind, field in pairs))
    windows = [("24h", ""), ("7d", ""), ("", "2026-01-01"), ("2020-01-01", "2020-02-01")]
    yield _Asked("front, of a time", tuple(_filtered(since=since, until=until) for since, until in windows))
    for name, host in (*hosts.items(), ("no", "nobody.example")):
        yield _Asked(f"front, {name} host", (_filtered(host=host),))
        rare = [_filtered(host=host, kind=kind) for kind in ("number", "notice_added", "moved")]
        yield _Asked(f"front, {name} host and kind", (*rare, _filtered(host=host, field="byline", since="365d")))
    for name, host in hosts.items():
        yield _Asked(f"host, {name}", (f"/host/{host}", f"/host/{host}/feed.atom"))
    ids = [chance.randint(1, articles - 1) for _ in range(20)]
    yield _Asked("article", tuple(f"/article/{each}" for each in ids))
    yield _Asked("article, feed", tuple(f"/article/{each}/feed.atom" for each in ids[:5]))
    changed = [each for each in range(ids[0], ids[0] + 400) if _revision_count(store, each) > 1][:10]
    yield _Asked("revision", tuple(f"/article/{each}/revision/1" for each in changed))
    yield _Asked(
        "comparison", tuple(f"/article/{each}/diff/1/2{view}" for each in changed for view in ("", "?view=side"))
    )
    base, last = f"/article/{long.article_id}", long.revision_count
    yield _Asked("the longest article", (base, f"{base}?part=2", f"{base}/feed.atom"))
    yield _Asked("its revisions", (f"{base}/revision/1", f"{base}/revision/{last}"))
    yield _Asked("its comparisons", (f"{base}/diff/1/2", f"{base}/diff/1/{last}?view=side", f"{base}/diff/7/{last}"))
    words = ("zeppelin", "harbour", "divers", '"the breakwater is"', "breakwater winter", "-winter harbour")
    yield _Asked("search", tuple(f"/search?{urlencode({'q': each})}" for each in words))
    yield _Asked("feed", ("/feed.atom", *(f"/kind/{kind}/feed.atom" for kind in ("number", "moved", "notice_added"))))


def _filtered(**query: str | list[str]) -> str:
    return f"/?{urlencode({name: value for name, value in query.items() if value}, doseq=True)}"


def _revision_count(store: Store, article_id: int) -> int:
    try:
        return store.resolve(str(article_id)).revision_count
    except NotFound:
        return 0


# -- the article that never rests --------------------------------------------------------------------------------------


def _add_long_article(database: Path, now: datetime) -> None:
    wordings = [_wording("twelve"), _wording("fifteen")]
    with Store.open(database) as store:
        article_id, _ = store.add_article(_LONG, now - timedelta(days=200))
        verdicts: list[Verdict] = []
        shown = -1
        for at in range(_LOOKS):
            wording = (at // _EVERY) % 2
            before = None if shown < 0 else wordings[shown]
            new = None if wording == shown else wordings[wording]
            seen_at = now - timedelta(days=199) + at * timedelta(minutes=25)
            verdicts.append(_verdict(article_id, seen_at, new, before, is_known=at >= 2 * _EVERY))
            shown = wording
            if len(verdicts) == _AT_ONCE:
                store.record(verdicts)
                verdicts = []


def _wording(number: str) -> Extract:
    told = [f"On day {day} the harbour master counted {number} boats at the quay." for day in range(_PARAGRAPHS)]
    return Extract(headline=f"{number.title()} boats", paragraphs=tuple(told))


@cache
def _compared(old: Extract, new: Extract) -> Comparison:
    return compare(old, new)


def _verdict(article_id: int, at: datetime, new: Extract | None, before: Extract | None, *, is_known: bool) -> Verdict:
    body = b"" if new is None else page(new)
    fetch = Fetch(_LONG, _LONG, at, duration_ms=80, status=200, body=body, received_bytes=len(body))
    sighting = Sighting(LookOrder(article_id, _LONG), fetch, new, body_sha256=hashlib.sha256(body).hexdigest())
    if new is None:
        outcome = Outcome.UNCHANGED
    elif before is None:
        outcome = Outcome.FIRST_SEEN
    else:
        outcome = Outcome.REVERTED if is_known else Outcome.CHANGED
    comparison = None if new is None or before is None else _compared(before, new)
    return Verdict(sighting, outcome, State.LIVE, at + timedelta(days=300), new_revision=new, comparison=comparison)


# -- asking ------------------------------------------------------------------------------------------------------------


async def _timed(client: httpx.AsyncClient, asked: _Asked, rounds: int) -> _Timing:
    times_ms, most_bytes = [], 0
    for path in asked.paths:
        await client.get(path)
        for _ in range(rounds):
            began_s = time.perf_counter()
            answer = await client.get(path)
            times_ms.append(1000 * (time.perf_counter() - began_s))
            if answer.status_code not in (200, 404):
                raise SystemExit(f"{path}: {answer.status_code} {answer.text[-300:]}")
            most_bytes = max(most_bytes, len(answer.content))
    return _Timing(asked.name, tuple(times_ms), most_bytes)


async def _report(database: Path, asked: Sequence[_Asked], rounds: int) -> int:
    transport = httpx.ASGITransport(app=Datasette([str(database)]).app())
    before_mb = _peak_mb()
    missed = 0
    print(f"{'':44}{'middle':>8}{'worst':>8}{'kB':>8}")
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for each in asked:
            timing = await _timed(client, each, rounds)
            missed += max(timing.times_ms) >= _TO_REACH_MS
            print(timing, flush=True)
    print(f"memory at most: {_peak_mb():.0f} MB, {before_mb:.0f} MB before the first page")
    return int(missed > 0)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1000 if sys.platform == "linux" else 1_000_000)


@contextmanager
def _database(wanted: Path | None, articles: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        database = wanted or Path(name) / "scale.db"
        if not database.exists():
            database.parent.mkdir(parents=True, exist_ok=True)
            build(database, articles, present())
        with Store.open(database) as store:
            try:
                store.resolve(_LONG)
                is_there = True
            except NotFound:
                is_there = False
        if not is_there:
            _add_long_article(database, present())
        yield database


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--database", type=Path, help="made there and kept, or used if it is there")
    parser.add_argument("--rounds", type=int, default=3, help="how often each page is asked for")
    wanted = parser.parse_args()
    with _database(wanted.database, wanted.articles) as database:
        with Store.open(database, read_only=True) as store:
            asked = list(_asked(store, random.Random(1)))
        return asyncio.run(_report(database, asked, wanted.rounds))


if __name__ == "__main__":
    raise SystemExit(main())
