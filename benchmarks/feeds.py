"""How sources are read: feeds, sitemaps, pages and hostile inputs, by kind, with the CPU that a document costs.

    python benchmarks/feeds.py [DATA] [--show FILE_PART]

DATA is the folder that holds `feeds/` and `revisions/`, by default ../shared/data beside the checkout. Every document
is read once for each kind of source, whole and cut off in the middle. Where feedparser and fastfeedparser are
installed, the feeds are read by them too, and compared: links and times that both find or only one of them, and what
they raise. `--show` prints the links of the front pages whose path holds FILE_PART.
"""

from __future__ import annotations

import argparse
import calendar
import gzip
import importlib
import importlib.util
import json
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker.discover import Reading, SourceKind, read_source
from tracker.discover.dates import read_time
from tracker.discover.links import absolute, may_be_article
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


# -- compared with feed libraries --------------------------------------------------------------------------------------

Found = dict[str, datetime | None]  # canonical link -> time of publication


@dataclass
class Agreement:
    """What two readers found in the same feeds."""

    both: int = 0
    only_ours: int = 0
    only_theirs: int = 0
    times_equal: int = 0
    times_differ: int = 0
    times_only_ours: int = 0
    times_only_theirs: int = 0
    raised: int = 0
    our_cpu_s: float = 0.0
    their_cpu_s: float = 0.0

    def add(self, ours: Found, theirs: Found) -> None:
        self.both += len(ours.keys() & theirs.keys())
        self.only_ours += len(ours.keys() - theirs.keys())
        self.only_theirs += len(theirs.keys() - ours.keys())
        for url in ours.keys() & theirs.keys():
            mine, other = ours[url], theirs[url]
            self.times_equal += mine is not None and mine == other
            self.times_differ += mine is not None and other is not None and mine != other
            self.times_only_ours += mine is not None and other is None
            self.times_only_theirs += mine is None and other is not None

    def line(self, name: str) -> str:
        counts = (self.both, self.only_ours, self.only_theirs, self.times_equal, self.times_differ)
        times = (self.times_only_ours, self.times_only_theirs, self.raised)
        cpu = f"{self.our_cpu_s:>10.2f}{self.their_cpu_s:>10.2f}"
        return f"{name:<34}" + "".join(f"{count:>10}" for count in (*counts, *times)) + cpu


AGREEMENT_HEADINGS = f"{'':<34}" + "".join(
    f"{words:>10}"
    for words in (
        "links both",
        "ours",
        "theirs",
        "times =",
        "differ",
        "ours",
        "theirs",
        "raised",
        "our CPU s",
        "theirs",
    )
)


def found_by_us(source: Source) -> Found:
    return {link.url: link.published_at for link in read(SourceKind.FEED, source).links}


def found_by(name: str) -> Callable[[Source], Found]:
    """A feed library's links and times, made comparable. It is given bytes, never an address."""
    parse = importlib.import_module(name).parse

    def found(source: Source) -> Found:
        given = ((entry, absolute(entry.get("link") or "", source.url)) for entry in parse(source.body).entries)
        return {url: _time_of(entry) for entry, url in given if url is not None and may_be_article(url)}

    return found


def _time_of(entry: Mapping[str, Any]) -> datetime | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if parsed:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    written = entry.get("published")
    return read_time(written) if isinstance(written, str) else None


def agreement(sources: Iterable[Source], theirs: Callable[[Source], Found]) -> Agreement:
    result = Agreement()
    for source in sources:
        begun = time.process_time()
        ours_found = found_by_us(source)
        between = time.process_time()
        try:
            theirs_found = theirs(source)
        except (ValueError, KeyError, TypeError, AttributeError, LookupError):
            theirs_found = {}
            result.raised += 1
        result.our_cpu_s += between - begun
        result.their_cpu_s += time.process_time() - between
        result.add(ours_found, theirs_found)
    return result


def cut_off(sources: Iterable[Source], share: float) -> list[Source]:
    """The same documents, as a broken connection leaves them."""
    return [Source(source.kind, source.url, source.body[: int(len(source.body) * share)]) for source in sources]


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
    print_table("Feeds alone", table(feeds, ours(SourceKind.FEED)))
    print_table("Feeds alone, cut off in the middle", table(cut_off(feeds, 0.5), ours(SourceKind.FEED)))
    compare(feeds)


def compare(feeds: Sequence[Source]) -> None:
    installed = [name for name in ("fastfeedparser", "feedparser") if importlib.util.find_spec(name) is not None]
    if installed:
        print(f"\nFeeds compared\n{AGREEMENT_HEADINGS}")
    for name in installed:
        print(agreement(feeds, found_by(name)).line(f"{name}, whole"))
        print(agreement(cut_off(feeds, 0.6), found_by(name)).line(f"{name}, cut off at 60 %"))


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
