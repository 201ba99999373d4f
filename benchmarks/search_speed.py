"""How long a search takes: `python benchmarks/search_speed.py [--articles 20000]`.

A database of made-up articles of ten paragraphs each, of English words as frequent as they are; every third article was
edited once. Each query is asked three times, of which the middle one counts: the pages it needs are warm then.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wordfreq import top_n_list, word_frequency

from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting, State, Verdict, Where
from tracker.store import Store

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_PARAGRAPHS = 10
_HOSTS = 50
_AT_ONCE = 200
_QUERIES: tuple[tuple[str, str | None, Where], ...] = (
    ("the", None, Where.ANY),
    ("the and of to", None, Where.ANY),
    ("the", None, Where.REMOVED),
    ("the", "h7.example.com", Where.ANY),
    ("government", None, Where.ANY),
    ("government -the", None, Where.ANY),
    ("govern*", None, Where.ANY),
    ("a*", None, Where.ANY),
    ('"of the"', None, Where.ANY),
    ('"the government of"', None, Where.ANY),
    ('"of of the the to"', None, Where.ANY),
    ("zzyzx", None, Where.ANY),
)


class _Writer:
    """Paragraphs of words drawn by how frequent they are."""

    def __init__(self) -> None:
        self._words = top_n_list("en", 60_000)
        self._weights = list(itertools.accumulate(word_frequency(word, "en") for word in self._words))
        self._random = random.Random(1)

    def paragraph(self) -> str:
        size = self._random.randrange(12, 45)
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=size)).capitalize() + "."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    count = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "tracker.db", create=True) as store:
        begin_s = time.perf_counter()
        paragraphs = _fill(store, count)
        print(f"{paragraphs:,} paragraphs in {count:,} articles, recorded in {time.perf_counter() - begin_s:.0f} s")
        print(f"{'query':34}{'where':>10}{'articles':>10}{'ms':>9}")
        for query, host, where in _QUERIES:
            _print_query(store, query, host, where)


def _print_query(store: Store, query: str, host: str | None, where: Where) -> None:
    taken = []
    for _ in range(3):
        begin_s = time.perf_counter()
        hits = list(store.search(query, host=host, where=where))
        taken.append(1e3 * (time.perf_counter() - begin_s))
    articles = len({hit.article_id for hit in hits})
    name = query if host is None else f"{query} --host {host}"
    print(f"{name:34}{where.value:>10}{articles:>10}{statistics.median(taken):9.1f}")


def _fill(store: Store, count: int) -> int:
    """How many paragraphs there are then."""
    writer = _Writer()
    urls = [f"https://h{number % _HOSTS}.example.com/{number}" for number in range(count)]
    for start in range(0, count, _AT_ONCE):
        _record(store, urls[start : start + _AT_ONCE], writer)
    return int(store._connection.value("SELECT count(*) FROM paragraphs"))  # noqa: SLF001 - for the record only


def _record(store: Store, urls: Sequence[str], writer: _Writer) -> None:
    orders = [LookOrder(each, url) for (each, _), url in zip(store.add_articles(urls, _BEGIN), urls, strict=True)]
    texts = [[writer.paragraph() for _ in range(_PARAGRAPHS)] for _ in orders]
    store.record([_verdict(order, text, Outcome.FIRST_SEEN) for order, text in zip(orders, texts, strict=True)])
    for text in texts[::3]:
        text[3] = writer.paragraph()
    edited = zip(orders[::3], texts[::3], strict=True)
    store.record([_verdict(order, text, Outcome.CHANGED) for order, text in edited])


def _verdict(order: LookOrder, paragraphs: Sequence[str], outcome: Outcome) -> Verdict:
    seen = Extract(headline=" ".join(paragraphs[0].split()[:7]), paragraphs=tuple(paragraphs))
    hours = order.article_id % 1_000 + (500 if outcome is Outcome.CHANGED else 0)
    fetch = Fetch(order.url, order.url, _BEGIN + timedelta(hours=hours), status=200, body=b"-")
    return Verdict(Sighting(order, fetch, seen), outcome, State.LIVE, None, new_revision=seen)


if __name__ == "__main__":
    main()
