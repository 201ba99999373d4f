"""Section pages: article links told from everything else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.discover import Reading, SourceKind, read_source
from tracker.discover.patterns import Patterns
from tracker.model import Fetch

PAGE_URL = "https://www.example.com/politics/"

FRAME = """<header><a href="/"><img src="/logo.svg"></a></header>
<nav><ul><li><a href="/politics/">Politics</a><li><a href="/world/">World</a><li><a href="/sport/football/">Football</a>
<li><a href="/tag/climate-change">Climate change</a><li><a href="/author/jane-roe">Jane Roe</a>
<li><a href="https://shop.example.com/the-big-book-of-all-our-crosswords">
The big book of all our crosswords</a></ul></nav>"""
FOOTER = """<footer><a href="/about-us">About us</a><a href="/privacy-policy-and-cookies">Privacy policy and cookies</a>
<a href="/terms-and-conditions-of-use-of-this-site">Terms and conditions of use of this site</a>
<a href="mailto:desk@example.com">Write to the desk now</a><a href="/apps/read-us-on-the-go.pdf">Read us on the go</a>
</footer>"""


def read(main: str, url: str = PAGE_URL) -> Reading:
    body = f"<!DOCTYPE html><html><body>{FRAME}<main>{main}</main>{FOOTER}</body></html>"
    fetch = Fetch(url, url, datetime(2026, 11, 23, tzinfo=UTC), status=200, body=body.encode())
    return read_source(SourceKind.PAGE, fetch)


def urls(reading: Reading) -> list[str]:
    return [link.url for link in reading.links]


@pytest.mark.parametrize(
    "path",
    [
        "/politics/parliament-votes-down-the-harbour-bill",
        "/politics/2026/nov/23/harbour-bill",
        "/politics/2026-11/harbour-bill",
        "/news/articles/c8x9yz4lgo7o",
        "/politics/harbour-bill-fails-4811532.html",
        "/story.aspx?id=4811532",
        "/politik/abgeordnete-lehnen-das-hafengesetz-ab,481153.html",
        "/%D0%BF%D0%B0%D1%80%D0%BB%D0%B0%D0%BC%D0%B5%D0%BD%D1%82-%D0%BE%D1%82%D0%BA%D0%BB%D0%BE%D0%BD%D0%B8%D0%BB-%D0%B7%D0%B0%D0%BA%D0%BE%D0%BD-%D0%BE-%D0%BF%D0%BE%D1%80%D1%82%D0%B5",
    ],
)
def test_articles_are_found_by_many_shapes_of_url(path: str) -> None:
    reading = read(f'<div><h2><a href="{path}">Parliament votes down the harbour bill</a></h2></div>')
    assert urls(reading) == [f"https://www.example.com{path}"]
    assert reading.links[0].title == "Parliament votes down the harbour bill"


def test_a_page_of_navigation_alone_gives_nothing_and_says_so() -> None:
    reading = read("<p>Nothing today</p>")
    assert reading.links == ()
    assert reading.problem == "No link on this page looks like an article."


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("/topics/harbour-and-shipping-news", "All our reports about the harbour"),
        ("/authors/jane-roe", "Jane Roe writes about ports and ships"),
        ("/politics/", "All the politics of the day"),
        ("/newsletter/", "Get our letter each morning at six"),
        ("/politics/2026/11/23/harbour-bill-fails-again/comment-page-2", "Read all of the 25 older comments"),
        ("/politics/2026/11/23/harbour-bill-fails-again?share=mail", "Send this story to a friend by mail"),
        ("https://other.example.net/politics/2026/11/23/harbour-bill-fails", "Parliament votes down the harbour bill"),
        ("/pictures/2026/11/23/harbour-bill-fails-again.jpg", "Parliament votes down the harbour bill"),
        ("/2026/11/23", "Everything we printed on that day"),
    ],
)
def test_what_is_no_article_of_this_site(href: str, words: str) -> None:
    assert urls(read(f'<p><a href="{href}">{words}</a></p>')) == []


def test_subdomains_belong_to_the_site() -> None:
    url = "https://blog.example.com/2026/11/harbour-bill-fails"
    assert urls(read(f'<h3><a href="{url}">Parliament votes down the harbour bill</a></h3>')) == [url]


def test_a_section_is_known_by_what_stands_below_it() -> None:
    sections = '<article><a href="/the-long-read-on-ports">The long read: stories on ports and on ships</a></article>'
    below = "".join(f'<article><a href="/the-long-read-on-ports/harbour-bill-fails-{n}">x</a></article>' for n in "abc")
    assert "https://www.example.com/the-long-read-on-ports" in urls(read(sections))
    assert "https://www.example.com/the-long-read-on-ports" not in urls(read(sections + below))


def test_its_like_lifts_an_article_with_a_short_headline() -> None:
    teasers = [
        f'<li><a href="/politics/item-4811{n}">Ministers meet again over harbour bill</a>' for n in range(10, 19)
    ]
    short = '<li><a href="/politics/item-481120">Harbour bill fails</a>'
    assert "https://www.example.com/politics/item-481120" not in urls(read(short))
    assert "https://www.example.com/politics/item-481120" in urls(read("".join([*teasers, short])))


def test_the_headline_is_the_title_though_a_picture_and_a_teaser_link_too() -> None:
    path = "/politics/2026/11/23/harbour-bill-fails-again"
    reading = read(
        f'<article><a href="{path}"><img src="/a.jpg"></a><h2><a href="{path}">Harbour bill fails again</a></h2>'
        f'<a href="{path}">The house voted late on Monday night, and after five hours of debate</a>'
        f'<a href="{path}#comments">25 comments</a></article>'
    )
    assert [(link.url, link.title) for link in reading.links] == [
        (f"https://www.example.com{path}", "Harbour bill fails again")
    ]


def test_the_time_in_a_teaser_is_its_articles() -> None:
    reading = read(
        '<article><a href="/politics/4811532"><img src="/a.jpg"></a><h2><a href="/politics/4811532">The bill failed</a>'
        '</h2><time datetime="2026-11-23T08:00:00Z">8 am</time><a href="/politics/4811533">Ships wait for days</a>'
        '<time datetime="2020-01-01">edited</time></article><article><h2><a href="/politics/4811534">The port is full'
        '</a></h2></article><time datetime="2026-11-01">1</time>'
    )
    morning = datetime(2026, 11, 23, 8, tzinfo=UTC)
    times = {link.url.rpartition("/")[2]: link.published_at for link in reading.links}
    assert times == {"4811532": morning, "4811533": morning, "4811534": None}


def test_a_time_speaks_for_an_article() -> None:
    teaser = '<article><a href="/ships-wait">Ships wait for days in the port</a>{}</article>'
    dated = teaser.format('<time datetime="2026-11-23">today</time>')
    assert urls(read(teaser.format(""))) == []
    assert urls(read(dated)) == ["https://www.example.com/ships-wait"]


def test_links_start_at_the_base_of_the_page() -> None:
    reading = read(
        '<base href="/depot/"><h2><a href="harbour-bill-fails-yet-again">Harbour bill fails yet again</a></h2>'
    )
    assert urls(reading) == ["https://www.example.com/depot/harbour-bill-fails-yet-again"]


@pytest.mark.parametrize(
    ("pattern", "url", "fits"),
    [
        ("/politics/", "https://www.example.com/politics/a", True),
        ("/Politics/", "https://www.example.com/politics/a", True),
        ("/politics/", "https://www.example.com/sport/a", False),
        ("/2026/*-update.html$", "https://www.example.com/2026/11/an-update.html", True),
        ("/2026/*-update.html$", "https://www.example.com/2026/11/an-update.html?page=2", False),
        ("/a*a$", "https://www.example.com/a", False),
        ("*", "https://www.example.com/a", True),
        ("a" + "*a" * 2000 + "$", "https://www.example.com/" + "a" * 1500, False),
    ],
)
def test_patterns(pattern: str, url: str, fits: bool) -> None:
    assert Patterns(include=(pattern,)).admit(url) is fits
    assert Patterns(exclude=(pattern,)).admit(url) is not fits


def test_exclusion_wins_and_no_patterns_admit_all() -> None:
    assert Patterns().admit("https://www.example.com/live/a")
    assert not Patterns(include=("/live/",), exclude=("/a",)).admit("https://www.example.com/live/a")
