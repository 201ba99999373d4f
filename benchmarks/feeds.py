"""How sources are read: feeds, sitemaps, pages and hostile inputs, by kind, with the CPU that a document costs.

    python benchmarks/feeds.py [DATA] [--show FILE_PART]

DATA is the folder that holds `feeds/` and `revisions/`, by default ../shared/data beside the checkout. Where feedparser
and fastfeedparser are installed, the same feeds are read by them, for comparison. `--show` prints the links of the
front pages whose path holds FILE_PART.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import importlib.util
import json
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tracker.discover import Reading, SourceKind, read_source
from tracker.model import Fetch

_MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
_FRONT_PAGE = "newspaper home/section page"


@dataclass
class Row:
    """What became of the documents of one kind."""

    documents: int = 0
    with_links: int = 0
    links: int = 0
    problems: int = 0
    cpu_s: list[float] = field(default_factory=list)

    def add(self, links: int, problem: str, cpu_s: float) -> None:
        self.documents += 1
        self.with_links += links > 0
        self.links += links
        self.problems += bool(problem)
        self.cpu_s.append(cpu_s)

    def line(self, name: str) -> str:
        mean_ms = 1000 * sum(self.cpu_s) / len(self.cpu_s)
        return (
            f"{name:<34}{self.documents:>10}{self.with_links:>12}{self.links:>8}{self.problems:>10}"
            f"{mean_ms:>11.2f}{1000 * max(self.cpu_s):>11.2f}"
        )


HEADINGS = f"{'':<34}{'documents':>10}{'with links':>12}{'links':>8}{'problems':>10}{'ms mean':>11}{'ms worst':>11}"


@dataclass(frozen=True)
class Source:
    kind: str
    url: str
    body: bytes


def feeds_in(data: Path) -> list[Source]:
    return [
        Source(entry["kind"], "https://www.example.com/feeds/feed.xml", _body(data / "feeds" / entry["path"]))
        for entry in _index(data / "feeds")
    ]


def front_pages_in(data: Path, part: str = "") -> list[Source]:
    folder = data / "revisions"
    entries = [entry for entry in _index(folder) if entry["kind"] == _FRONT_PAGE and part in entry["path"]]
    return [Source(_FRONT_PAGE, entry["url"], _body(folder / entry["path"])) for entry in entries]


def _index(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]


def _body(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def read(kind: SourceKind, source: Source) -> Reading:
    return read_source(kind, Fetch(source.url, source.url, _MOMENT, status=200, body=source.body))


def table(sources: Iterable[Source], count: Callable[[Source], tuple[int, str]]) -> dict[str, Row]:
    rows: dict[str, Row] = defaultdict(Row)
    for source in sources:
        begun = time.process_time()
        links, problem = count(source)
        rows[source.kind].add(links, problem, time.process_time() - begun)
    return rows


def ours(kind: SourceKind) -> Callable[[Source], tuple[int, str]]:
    def count(source: Source) -> tuple[int, str]:
        reading = read(kind, source)
        return len(reading.links) + len(reading.nested), reading.problem

    return count


def theirs(name: str) -> Callable[[Source], tuple[int, str]]:
    """A feed library's links; what it raises counts as a problem. It is given bytes, never an address."""
    parse = importlib.import_module(name).parse

    def count(source: Source) -> tuple[int, str]:
        try:
            entries = parse(source.body).entries
        except (ValueError, KeyError, TypeError, AttributeError, LookupError) as error:
            return 0, repr(error)
        return sum(bool(entry.get("link")) for entry in entries), ""

    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--show", metavar="FILE_PART")
    arguments = parser.parse_args()
    if arguments.show is not None:
        show(front_pages_in(arguments.data, arguments.show))
        return
    sources = feeds_in(arguments.data)
    feeds = [source for source in sources if "feed" in source.kind and source.kind != "sitemap_feed_html"]
    for kind in SourceKind:
        print_table(f"Everything in feeds/, read as a {kind.value}", table(sources, ours(kind)))
    print_table("Front pages, read as a page", table(front_pages_in(arguments.data), ours(SourceKind.PAGE)))
    print_table("Feeds alone: tracker.discover", table(feeds, ours(SourceKind.FEED)))
    for name in ("fastfeedparser", "feedparser"):
        if importlib.util.find_spec(name) is not None:
            print_table(f"Feeds alone: {name}", table(feeds, theirs(name)))


def print_table(title: str, rows: dict[str, Row]) -> None:
    print(f"\n{title}\n{HEADINGS}")
    for name, row in rows.items():
        print(row.line(name))


def show(pages: Iterable[Source]) -> None:
    for page in pages:
        print(f"\n{page.url}")
        for link in read(SourceKind.PAGE, page).links:
            print(f"  {link.url[:100]}  {link.title or ''}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
