"""Whatever a server sends, reading it ends, and ends well."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.discover import Reading, SourceKind, read_source
from tracker.model import Fetch
from tracker.urls import canonical_url

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)

WORDS = [
    *(
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<link>",
        "</link>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry",
    ),
    *(" xml:base='http://[x/'", " xml:base='/a/'", " href='/b'>", "<link href='http://a.example/b'/>", "</entry>"),
    *(
        "<urlset>",
        "<url>",
        "<loc>",
        "http://a.example/c",
        "</loc>",
        "</url>",
        "<sitemapindex>",
        "<sitemap>",
        "<lastmod>",
    ),
    *(
        "2026-11-23T08:00:00+99:99",
        "<pubDate>",
        "</pubDate>",
        "Mon, 99 Nov 2026",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE",
    ),
    *(
        "<?xml version='1.0' encoding='utf-16'?>",
        "&amp;",
        "&eacute;",
        "&#xD800;",
        "&#0;",
        "\x00",
        "\x0b",
        "é",
        "\ufeff",
    ),
    *(
        "<html>",
        "<body>",
        "<a href='",
        "'>",
        "</a>",
        "<base href='http://[",
        "<article>",
        "<h2>",
        "five words of a headline",
    ),
    *('{"items": [', '{"url": "', '"}', "]}", "{", "[", "\ud7ff", "\n", " ", "/2026/11/23/a-long-slug-of-words"),
]


def read(kind: SourceKind, body: bytes, content_type: str = "") -> Reading:
    url = "https://www.example.com/x/y"
    return read_source(kind, Fetch(url, url, MOMENT, status=200, headers=(("Content-Type", content_type),), body=body))


def check(reading: Reading) -> None:
    assert all(link.url == canonical_url(link.url) for link in reading.links)
    assert len({link.url for link in reading.links}) == len(reading.links)
    assert reading.links or reading.nested or reading.problem


@settings(max_examples=300)
@given(st.sampled_from(SourceKind), st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes(kind: SourceKind, body: bytes, content_type: str) -> None:
    check(read(kind, body, content_type))
    check(read(kind, gzip.compress(body)))


@settings(max_examples=700)
@given(st.sampled_from(SourceKind), st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(["utf-8", "utf-16"]))
def test_any_mixture_of_markup(kind: SourceKind, words: list[str], encoding: str) -> None:
    check(read(kind, "".join(words).encode(encoding)))


MEGABYTE = 1_000_000
ATTACKS = {
    "attributes": "<rss><item " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/></rss>",
    "anchor attributes": "<html><a " + " ".join(f'a{n}="1"' for n in range(100_000)) + ">x</a>",
    "namespaces": "<rss " + " ".join(f'xmlns:a{n}="u{n}"' for n in range(50_000)) + "/>",
    "depth": "<rss><item>" + "<a>" * 300_000,
    "page depth": "<html>" + "<div>" * 200_000 + "<a href='/x'>y",
    "open anchors": "<html>" + "<a href='/2026/11/23/a-long-slug'>y" * 30_000,
    "open comments": "<html>" + "<!--" * 250_000,
    "brackets": "<" * MEGABYTE,
    "doctypes": "<!DOCTYPE a [" * 70_000,
    "instructions": "<?x " * 250_000,
    "ampersands": "<rss><item><title>" + "&a" * 500_000,
    "one title": "<rss><item><title>" + "<" + "x" * MEGABYTE + "</title></item></rss>",
    "tags in a title": "<rss><item><link>/a</link><title><![CDATA[" + "<a" * 500_000 + "]]></title></item></rss>",
    "bases": "<feed>" + "<entry xml:base='a/'>" * 40_000,
    "page bases": "<html>" + "<base href='a/'>" * 60_000,
    "links of one entry": "<rss><item>" + "<link>/a</link>" * 60_000,
    "long path": "<html>" + "".join(f"<a href='{'/a' * 1500}{n}'>one two three four</a>" for n in range(300)),
    "long slug": "<html>" + "".join(f"<a href='/{'1a' * 2000}{n}'>one two three four</a>" for n in range(200)),
    "long word": "<html>" + "".join(f"<a href='/{'a' * 4000}{n}'>one two three four</a>" for n in range(200)),
    "spaces": "<rss>" + " " * MEGABYTE,
    "json depth": '{"items":' + "[" * 500_000,
    "json number": '{"items": [' + "1" * MEGABYTE,
    "lines": "http://a.example/\n" * 60_000,
}


@pytest.mark.parametrize("kind", SourceKind)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_end(kind: SourceKind, attack: str) -> None:
    read(kind, ATTACKS[attack].encode())


def documents(shared_data: Path) -> list[tuple[str, bytes]]:
    folder = shared_data / "feeds"
    entries = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]
    return [(entry["kind"], gzip.decompress((folder / entry["path"]).read_bytes())) for entry in entries]


def test_every_real_and_hostile_document_is_read(shared_data: Path) -> None:
    for _, body in documents(shared_data):
        for kind in SourceKind:
            check(read(kind, body))


def test_feeds_with_links_give_them(shared_data: Path) -> None:
    """The floors are what was read, and compared with what feedparser finds, when this was written."""
    feeds = [read(SourceKind.FEED, body) for kind, body in documents(shared_data) if "feed" in kind]
    assert sum(bool(reading.links) for reading in feeds) >= 36
    assert sum(len(reading.links) for reading in feeds) >= 160


def test_front_pages_give_their_articles_and_no_menu(shared_data: Path) -> None:
    """Read by hand: nine in ten links of these two front pages that it takes for articles are articles."""
    folder = shared_data / "revisions"
    entries = [json.loads(line) for line in (folder / "index.jsonl").read_text().splitlines()]
    pages = [entry for entry in entries if entry["kind"] == "newspaper home/section page"]
    assert pages
    for entry in pages:
        body = gzip.decompress((folder / entry["path"]).read_bytes())
        fetch = Fetch(entry["url"], entry["url"], MOMENT, status=200, body=body)
        reading = read_source(SourceKind.PAGE, fetch)
        assert len(reading.links) >= 80
        assert not any(
            word in link.url for link in reading.links for word in ("/thema/", "/serie/", "impressum", "//shop.")
        )
