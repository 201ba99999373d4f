"""Sitemaps, news sitemaps and indexes."""

from __future__ import annotations

import gzip
import resource
from datetime import UTC, datetime

from tracker.discover import Reading, SourceKind, read_source
from tracker.discover.feeds import MAX_LINKS, MAX_NESTED
from tracker.model import Fetch

SITEMAP_URL = "https://www.example.com/sitemap.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def read(body: bytes | str) -> Reading:
    data = body.encode() if isinstance(body, str) else body
    fetch = Fetch(SITEMAP_URL, SITEMAP_URL, datetime(2026, 11, 23, tzinfo=UTC), status=200, body=data)
    return read_source(SourceKind.SITEMAP, fetch)


def test_news_sitemap() -> None:
    reading = read(f"""<urlset {NAMESPACES}><url><loc>https://www.example.com/a</loc><lastmod>2026-11-25</lastmod>
      <image:image><image:loc>https://cdn.example.com/b</image:loc><image:title>Picture</image:title></image:image>
      <news:news><news:publication><news:name>Example</news:name></news:publication>
      <news:publication_date>2026-11-23T10:00+02:00</news:publication_date><news:title>One &amp; two</news:title>
      </news:news></url></urlset>""")
    (link,) = reading.links
    assert (link.url, link.title) == ("https://www.example.com/a", "One & two")
    assert link.published_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_the_time_of_the_last_change_is_not_the_time_of_publication() -> None:
    reading = read(f"<urlset {NAMESPACES}><url><loc>/a</loc><lastmod>2026-11-25</lastmod></url></urlset>")
    assert reading.links[0].published_at is None


def test_an_index_names_the_newest_sitemaps_first() -> None:
    entry = "<sitemap><loc>https://www.example.com/{}.xml.gz</loc>{}</sitemap>"
    entries = entry.format("none", "") + entry.format("old", "<lastmod>2024-01-01</lastmod>")
    entries += entry.format("new", "<lastmod>2026-11-23T08:00:00Z</lastmod>")
    reading = read(f"<sitemapindex {NAMESPACES}>{entries}</sitemapindex>")
    assert [url.rpartition("/")[2] for url in reading.nested] == ["new.xml.gz", "old.xml.gz", "none.xml.gz"]
    assert reading.links == ()
    assert reading.problem == ""


def test_an_index_is_bounded() -> None:
    entries = "".join(f"<sitemap><loc>https://www.example.com/{n}.xml</loc></sitemap>" for n in range(MAX_NESTED + 1))
    reading = read(f"<sitemapindex {NAMESPACES}>{entries}</sitemapindex>")
    assert len(reading.nested) == MAX_NESTED
    assert str(MAX_NESTED + 1) in reading.problem


def test_a_packed_sitemap_is_bounded_in_urls() -> None:
    entries = "".join(f"<url><loc>https://www.example.com/{n}</loc></url>" for n in range(MAX_LINKS + 1))
    reading = read(gzip.compress(f"<urlset {NAMESPACES}>{entries}</urlset>".encode(), compresslevel=1))
    assert len(reading.links) == MAX_LINKS
    assert reading.problem


def test_a_gzip_bomb_costs_no_memory() -> None:
    bomb = gzip.compress(b"<urlset><url><loc>/a</loc></url>" + b" " * 300_000_000, compresslevel=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reading = read(bomb)
    assert [link.url for link in reading.links] == ["https://www.example.com/a"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB; unpacked it has 300,000


def test_a_list_of_urls_is_a_sitemap_too() -> None:
    reading = read("https://www.example.com/a\r\nhttps://www.example.com/b\n\nnonsense\n")
    assert [link.url for link in reading.links] == ["https://www.example.com/a", "https://www.example.com/b"]


def test_a_feed_is_read_where_a_sitemap_was_expected() -> None:
    reading = read("<rss><channel><item><link>https://www.example.com/a</link></item></channel></rss>")
    assert [link.url for link in reading.links] == ["https://www.example.com/a"]
