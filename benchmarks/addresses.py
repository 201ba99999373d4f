"""Which addresses are taken for one article: on real articles, on the links of real pages, on what pages declare.

    python benchmarks/addresses.py [DATA] [--show FOLDING]

DATA is the folder that holds `extraction/`, `revisions/` and `edits/`, by default ../shared/data beside the checkout.
Different articles must keep different keys: the first table counts those that do not. `--show` prints the addresses
that one folding brings together, to be read.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
import urllib.parse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from tracker.errors import BadURL
from tracker.urls import Folding, article_key, article_url, canonical_url, doubt_of_canonical, same_article_key

_DECLARED = {
    "link rel=canonical": '//link[contains(concat(" ", @rel, " "), " canonical ")]/@href',
    "og:url": '//meta[@property="og:url"]/@content',
    "link rel=amphtml": '//link[@rel="amphtml"]/@href',
}


@dataclass(frozen=True)
class Page:
    url: str  # canonical
    links: frozenset[str]  # canonical
    declared: dict[str, str]  # by the name in _DECLARED, canonical


def pages_in(folder: Path) -> Iterator[Page]:
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        url = _canonical(entry["url"], "")
        if url is not None:
            tree = html.fromstring(gzip.decompress((folder / entry["html_path"]).read_bytes()))
            links = (_canonical(href, url) for href in tree.xpath("//a/@href"))
            first = {name: next(iter(tree.xpath(path)), None) for name, path in _DECLARED.items()}
            declared = {name: found for name, given in first.items() if given and (found := _canonical(given, url))}
            yield Page(url, frozenset(link for link in links if link is not None), declared)


def articles_in(index: Path) -> set[str]:
    given = (json.loads(line).get("url") for line in index.read_text(encoding="utf-8").splitlines())
    return {url for text in given if text and (url := _canonical(text, "")) is not None}


def _canonical(text: str, base: str) -> str | None:
    try:
        return canonical_url(urllib.parse.urljoin(base, text.strip()))
    except (BadURL, ValueError):  # urljoin and urlsplit refuse broken IPv6 hosts with ValueError
        return None


def print_articles(data: Path) -> None:
    print(f"{'Different articles':<30}{'addresses':>12}{'keys':>8}{'merged':>8}")
    for name in ("extraction/index.jsonl", "revisions/index.jsonl", "edits/headlines.jsonl"):
        urls = articles_in(data / name)
        keys = {same_article_key(url) for url in urls}
        print(f"{name:<30}{len(urls):>12}{len(keys):>8}{len(urls) - len(keys):>8}")


def groups(urls: Iterable[str]) -> dict[str, dict[str, tuple[Folding, ...]]]:
    """By key: the addresses that share it, with what was folded in each."""
    by_key: dict[str, dict[str, tuple[Folding, ...]]] = defaultdict(dict)
    for url in urls:
        found = article_key(url)
        by_key[found.key][url] = found.foldings
    return {key: members for key, members in by_key.items() if len(members) > 1}


def print_links(pages: list[Page]) -> None:
    urls = frozenset().union(*(page.links for page in pages))
    begun = time.process_time()
    merged = groups(urls)
    each_us = 1e6 * (time.process_time() - begun) / len(urls)
    members = sum(len(group) for group in merged.values())
    plain = len({article_url(url).url for url in urls})
    print(f"\nLinks of {len(pages)} pages: {len(urls)} addresses, {plain} without tracking and the like;", end=" ")
    print(f"{members} of them fall into {len(merged)} groups of one key ({each_us:.0f} µs an address)")
    counts = Counter(folding for group in merged.values() for folding in {f for fs in group.values() for f in fs})
    print("groups by what was folded: " + ", ".join(f"{folding} {count}" for folding, count in counts.most_common()))


def print_declared(pages: list[Page]) -> None:
    print(f"\n{'Declared by pages':<24}{'pages':>8}{'as it is':>10}{'same key':>10}{'believed':>10}{'doubted':>10}")
    for name in _DECLARED:
        pairs = [(page.declared[name], page.url) for page in pages if name in page.declared]
        other = [(declared, url) for declared, url in pairs if declared != url]
        same = sum(same_article_key(declared) == same_article_key(url) for declared, url in other)
        doubted = sum(bool(doubt_of_canonical(declared, url)) for declared, url in other)
        counts = (len(pairs), len(pairs) - len(other), same, len(other) - doubted, doubted)
        print(f"{name:<24}{counts[0]:>8}" + "".join(f"{count:>10}" for count in counts[1:]))


def show(pages: list[Page], folding: Folding) -> None:
    for key, members in groups(frozenset().union(*(page.links for page in pages))).items():
        if any(folding in foldings for foldings in members.values()):
            print(key, *(f"    {url}" for url in members), sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--show", type=Folding, choices=list(Folding), metavar="FOLDING")
    arguments = parser.parse_args()
    pages = list(pages_in(arguments.data / "extraction"))
    if arguments.show is not None:
        show(pages, arguments.show)
        return
    print_articles(arguments.data)
    print_links(pages)
    print_declared(pages)


if __name__ == "__main__":
    main()
