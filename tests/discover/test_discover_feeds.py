"""Feeds of every dialect, as sites write them."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from tracker.discover import Reading, SourceKind, read_source
from tracker.model import FailureKind, Fetch

FEED_URL = "https://www.example.com/news/feed.xml"


def fetched(body: bytes | str, *, content_type: str = "", url: str = FEED_URL, status: int = 200) -> Fetch:
    data = body.encode() if isinstance(body, str) else body
    headers = (("content-type", content_type),) if content_type else ()
    return Fetch(url, url, datetime(2026, 11, 23, tzinfo=UTC), status=status, headers=headers, body=data)


def read(body: bytes | str, content_type: str = "") -> Reading:
    return read_source(SourceKind.FEED, fetched(body, content_type=content_type))


def urls(reading: Reading) -> list[str]:
    return [link.url for link in reading.links]


RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>News</title><link>https://www.example.com/</link><ttl>15</ttl>
<image><title>Logo</title><link>https://www.example.com/logo</link></image>
<item><title>Storm &amp;amp; flood</title><media:title>Picture</media:title>
  <link>
    https://www.example.com/storm#top</link><media:content url="https://cdn.example.com/a.jpg"/>
  <pubDate>Mon, 23 Nov 2026 09:30:00 +0100</pubDate></item>
<item><title><![CDATA[<b>Second</b> story]]></title><guid>https://www.example.com/second</guid></item>
<item><title>No link</title><guid isPermaLink="false">abc</guid></item>
</channel></rss>"""


def test_rss_gives_link_title_and_time_in_utc() -> None:
    reading = read(RSS)
    assert urls(reading) == ["https://www.example.com/storm", "https://www.example.com/second"]
    assert [link.title for link in reading.links] == ["Storm & flood", "Second story"]
    assert reading.links[0].published_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert reading.links[1].published_at is None
    assert reading.problem == ""


def test_ttl_is_in_minutes() -> None:
    assert read(RSS).ttl_s == 900


def test_update_period_and_frequency() -> None:
    feed = RSS.replace(
        "<ttl>15</ttl>", "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    )
    assert read(feed).ttl_s == 900
    assert read(RSS.replace("<ttl>15</ttl>", "")).ttl_s is None


def test_rdf() -> None:
    feed = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://www.example.com/"><link>https://www.example.com/</link></channel>
      <item rdf:about="https://www.example.com/a"><title>One</title><dc:date>2026-11-23T08:30:00Z</dc:date></item>
      <item rdf:about="urn:x"><link>https://www.example.com/b</link></item></rdf:RDF>"""
    reading = read(feed)
    assert urls(reading) == ["https://www.example.com/a", "https://www.example.com/b"]
    assert reading.links[0].published_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_atom_takes_the_alternate_link_and_resolves_it_against_xml_base() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example.org/2026/">
      <link href="https://news.example.org/" rel="alternate"/>
      <entry xml:base="11/"><title type="xhtml">
        <div xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> one</div></title>
        <link rel="self" href="self.xml"/><link rel="enclosure" href="a.html"/><link rel="alternate" href="story.html"/>
        <source><link href="https://elsewhere.example/"/><title>Source</title></source>
        <published>2026-11-23T08:30:00.5+01:00</published><updated>2026-11-24T00:00:00Z</updated></entry></feed>"""
    reading = read(feed)
    assert urls(reading) == ["https://news.example.org/2026/11/story.html"]
    assert reading.links[0].title == "A bold one"
    assert reading.links[0].published_at == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_feedburner_names_the_original() -> None:
    feed = """<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item>
      <link>https://feeds.example.net/~r/1</link>
      <feedburner:origLink>https://www.example.com/real</feedburner:origLink></item></channel></rss>"""
    assert urls(read(feed)) == ["https://www.example.com/real"]


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/a", "title": "One", "date_published": "2026-11-23T08:30:00Z"},
            {"id": "https://www.example.com/b", "title": 7},
            {"id": "3", "url": {"not": "text"}},
            "not an item",
        ],
    }
    reading = read(json.dumps(feed), "application/feed+json")
    assert urls(reading) == ["https://www.example.com/a", "https://www.example.com/b"]
    assert [link.title for link in reading.links] == ["One", None]


@pytest.mark.parametrize("body", ['{"items": [{"url": "https://a.exa', '{"items": 3}', '{"a":' * 100_000, "{"])
def test_broken_json_is_named(body: str) -> None:
    reading = read(body)
    assert reading.links == ()
    assert reading.problem


def test_duplicates_are_folded_in_order_and_complete_each_other() -> None:
    item = "<item><link>https://www.example.com/{}</link>{}</item>"
    feed = "<rss><channel>" + item.format("b", "") + item.format("a", "") + item.format("b#x", "<title>B</title>")
    reading = read(feed + "</channel></rss>")
    assert [(link.url, link.title) for link in reading.links] == [
        ("https://www.example.com/b", "B"),
        ("https://www.example.com/a", None),
    ]


@pytest.mark.parametrize(
    "link",
    [
        "mailto:a@example.com",
        "javascript:void(0)",
        "https://www.example.com/a.pdf",
        "ftp://example.com/a",
        "http://[1/",
    ],
)
def test_what_is_no_article_is_left_out(link: str) -> None:
    reading = read(f"<rss><channel><item><link>{link}</link></item></channel></rss>")
    assert reading.links == ()
    assert reading.problem == "No entry of this source names a web address."


def test_a_feed_cut_short_gives_its_whole_entries_and_says_so() -> None:
    whole = "".join(f"<item><link>https://www.example.com/{n}</link></item>" for n in range(3))
    reading = read(f"<rss><channel>{whole}<item><title>Last</title><link>https://www.example.com/cu")
    assert urls(reading) == [f"https://www.example.com/{n}" for n in range(3)]
    assert "cut short" in reading.problem


def test_an_ill_formed_feed_gives_what_it_holds() -> None:
    feed = """<rss><channel><item><title>Fish & chips &nbsp; &eacute;t\x0b\xe9 <br> AT&T</title>
      <link>https://www.example.com/?a=1&b=2</link></item><item><link>https://www.example.com/2</link></channel>"""
    reading = read(feed)
    assert "https://www.example.com/2" in urls(reading)
    assert reading.links[0].title is not None
    assert "ét" in reading.links[0].title


def test_junk_before_the_feed() -> None:
    assert urls(read("\n<br />\n<b>Warning</b>: deprecated\n" + RSS))[0] == "https://www.example.com/storm"
    assert urls(read(b"\xef\xbb\xbf" + RSS.encode()))[0] == "https://www.example.com/storm"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("iso-8859-1", "iso-8859-1", ""),
        ("windows-1251", "utf-8", "text/xml; charset=windows-1251"),
        ("utf-16", "utf-16", ""),
        ("shift_jis", "Shift_JIS", "application/rss+xml"),
    ],
)
def test_encodings(encoding: str, declared: str, content_type: str) -> None:
    title = {"windows-1251": "Новости", "shift_jis": "新聞"}.get(encoding, "Été")
    feed = f"""<?xml version="1.0" encoding="{declared}"?><rss><channel><item><title>{title}</title>
      <link>https://www.example.com/a</link></item></channel></rss>"""
    assert read(feed.encode(encoding), content_type).links[0].title == title


def test_unknown_and_hostile_charsets_fall_back_to_utf8() -> None:
    for charset in ("hex", "punycode", "undefined", "no-such", "unicode_escape", "rot13"):
        assert read(RSS, f"text/xml; charset={charset}").links[0].title == "Storm & flood"


def test_entities_are_neither_expanded_nor_fetched() -> None:
    declared = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    feed = f"""<!DOCTYPE rss [{declared}<!ENTITY file SYSTEM "file:///etc/hostname">]><rss><channel><item>
      <title>x &i; &file;</title><link>https://www.example.com/a</link></item></channel></rss>"""
    reading = read(feed)
    assert urls(reading) == ["https://www.example.com/a"]
    assert len(reading.links[0].title or "") < 20


def test_a_page_given_as_a_feed_names_the_feed_it_links_to() -> None:
    page = """<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head>
      <body><p>Hello</body></html>"""
    reading = read(page)
    assert reading.links == ()
    assert reading.problem == "This is a web page, not a feed; it links to the feed https://www.example.com/rss.xml."


def test_a_packed_feed_is_unpacked_as_far_as_it_goes() -> None:
    packed = gzip.compress(RSS.encode())
    assert len(read(packed).links) == 2
    assert read(packed[: len(packed) // 2]).problem


def test_failures_and_statuses_are_told() -> None:
    failed = Fetch(FEED_URL, FEED_URL, datetime(2026, 11, 23, tzinfo=UTC), failure=FailureKind.TLS)
    assert read_source(SourceKind.FEED, failed).problem == "The source could not be fetched: tls"
    assert read_source(SourceKind.FEED, fetched(RSS, status=404)).problem == "The source answered with status 404."
    assert read_source(SourceKind.FEED, fetched(b"", status=304)) == Reading()


def test_an_empty_answer_is_told() -> None:
    for kind in SourceKind:
        assert read_source(kind, fetched(b"")).problem


def test_times_of_change_are_kept_apart_from_those_of_publication() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="https://www.example.com/a"/>
      <published>2026-11-20T00:00:00Z</published><updated>2026-11-23T00:00:00Z</updated></entry></feed>"""
    feed = {"items": [{"url": "https://www.example.com/a", "date_published": "2026-11-20T00:00:00Z",
                       "date_modified": "2026-11-23T00:00:00Z"}]}  # fmt: skip
    for body in (atom, json.dumps(feed)):
        (link,) = read(body).links
        assert link.published_at == datetime(2026, 11, 20, tzinfo=UTC)
        assert link.changed_at == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_json_feed_cut_short_gives_its_whole_items_and_says_so() -> None:
    items = [{"url": f"https://www.example.com/{n}", "title": "a, [b] {c}"} for n in range(3)]
    whole = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    reading = read(whole[: whole.rindex("title")])
    assert urls(reading) == ["https://www.example.com/0", "https://www.example.com/1"]
    assert "cut short" in reading.problem
    assert urls(read(whole + "}")) == [f"https://www.example.com/{n}" for n in range(3)]
    assert read('{"version": "https://js').problem
    assert read('{"items": [').links == ()


def test_control_characters_in_json_do_no_harm() -> None:
    assert (
        read('{"items": [{"url": "https://www.example.com/a", "title": "one\ttwo\x1b"}]}').links[0].title == "one two"
    )
