"""The demo's site as visitors meet it: real HTTP on loopback, with the hour's clock turned by hand."""

from __future__ import annotations

import re
import socket
import threading
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from random import Random

import lxml.etree
import lxml.html
import pytest
import requests

from tracker.demo.articles import load_outlets, load_timelines
from tracker.demo.newsroom import Ask, Newsroom
from tracker.demo.pages import Setting
from tracker.demo.server import OutletServer
from tracker.demo.site import DemoSite
from tracker.demo.timeline import Page, Timeline

OPENED_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TIMELINES = {timeline.slug: timeline for timeline in load_timelines()}
by_slug = pytest.mark.parametrize("slug", TIMELINES)


class Clock:
    """The demo's minute, turned by hand."""

    def __init__(self) -> None:
        self.minute = 0.0

    def __call__(self) -> float:
        return self.minute


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(clock: Clock) -> Iterator[DemoSite]:
    with DemoSite(minute=clock, noise=Random(3), opened_at=OPENED_AT) as running:
        yield running


@pytest.fixture
def visitor() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def get(visitor: requests.Session, url: str, headers: dict[str, str] | None = None) -> requests.Response:
    return visitor.get(url, headers=headers, allow_redirects=False, timeout=20)


def words_of(answer: requests.Response, timeline: Timeline) -> tuple[str, ...]:
    """The article's headline and those of its paragraphs, from any stage, that the page shows, in the page's order."""
    known = {text for stage in timeline.stages for text in stage.story.paragraphs}
    tree = lxml.html.fromstring(answer.content)
    paragraphs = [element.text_content() for element in tree.xpath("//p")]
    return (tree.xpath("string(//h1)"), *(text for text in paragraphs if text in known))


@by_slug
def test_every_edit_shows_in_its_minute_and_only_once(
    slug: str, site: DemoSite, clock: Clock, visitor: requests.Session
) -> None:
    timeline = TIMELINES[slug]
    url = site.url_of(slug)
    for stage, following in zip(timeline.stages, [*timeline.stages[1:], None], strict=True):
        clock.minute = stage.minute
        first = get(visitor, url)
        clock.minute = 60.0 if following is None else following.minute - 0.5
        for answer in (first, get(visitor, url)):
            if stage.page is Page.ARTICLE:
                assert answer.status_code == 200
                assert words_of(answer, timeline) == (stage.story.headline, *stage.story.paragraphs)
            elif stage.page is Page.CONSENT_WALL:
                assert answer.status_code == 200
                assert words_of(answer, timeline) == ("Before you continue to The Calder Courier",)
            else:
                assert answer.status_code == (404 if stage.page is Page.MISSING else 301)
    assert [served.minute for served in site.served_at] == [stage.minute for stage in timeline.stages]


def test_an_hour_of_visits_ends_with_everything_seen(site: DemoSite, clock: Clock, visitor: requests.Session) -> None:
    while not site.is_finished():
        assert clock.minute <= 60
        for url in site.urls:
            get(visitor, url)
        clock.minute += 1
    seen = {(served.slug, served.stage) for served in site.served_at}
    assert seen == {(truth.slug, truth.stage) for truth in site.expected}
    assert len(site.served_at) == len(seen)


def test_a_visitor_who_slept_through_the_hour_misses_nothing(
    site: DemoSite, clock: Clock, visitor: requests.Session
) -> None:
    clock.minute = 60.0
    headlines = [lxml.html.fromstring(get(visitor, site.url_of("landslide-thessaby")).content).xpath("string(//h1)")]
    assert "at least 12" in headlines[0]
    assert not site.is_finished()
    for toll in (15, 17, 17):
        assert f"at least {toll}" in get(visitor, site.url_of("landslide-thessaby")).text


def test_a_moved_article_lives_at_its_new_address(site: DemoSite, clock: Clock, visitor: requests.Session) -> None:
    timeline = TIMELINES["village-radio"]
    old = site.url_of("village-radio")
    new = urllib.parse.urljoin(old, timeline.stages[-1].moved_to)
    assert get(visitor, new).status_code == 404
    get(visitor, old)
    clock.minute = timeline.stages[1].minute
    get(visitor, old)
    clock.minute = timeline.stages[2].minute
    moved = get(visitor, old)
    assert (moved.status_code, moved.headers["Location"]) == (301, new)
    there = get(visitor, new)
    assert words_of(there, timeline) == (timeline.stages[2].story.headline, *timeline.stages[2].story.paragraphs)
    assert lxml.html.fromstring(there.content).xpath("//link[@rel='canonical']/@href") == [new]


def test_an_unedited_page_with_an_etag_is_answered_304_until_it_is_edited(
    site: DemoSite, clock: Clock, visitor: requests.Session
) -> None:
    url = site.url_of("gasworks-homes")
    first = get(visitor, url)
    asked = {"If-None-Match": first.headers["ETag"]}
    again = get(visitor, url, asked)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    clock.minute = TIMELINES["gasworks-homes"].stages[1].minute
    edited = get(visitor, url, asked)
    assert edited.status_code == 200
    assert edited.headers["ETag"] != first.headers["ETag"]
    assert "provides for 118 homes" in edited.text


def test_a_304_counts_as_a_visit(site: DemoSite, clock: Clock, visitor: requests.Session) -> None:
    url = site.url_of("market-clock")
    etag = get(visitor, url).headers["ETag"]
    assert get(visitor, url, {"If-None-Match": f'"other", {etag}'}).status_code == 304
    assert [served.slug for served in site.served_at] == ["market-clock"]


def test_noisy_outlets_promise_no_etag(site: DemoSite, visitor: requests.Session) -> None:
    first, second = (get(visitor, site.url_of("petrels-of-skarrow")) for _ in range(2))
    assert "ETag" not in first.headers
    assert first.text != second.text


def test_pages_are_compressed_only_for_those_who_accept_it(site: DemoSite, visitor: requests.Session) -> None:
    url = site.url_of("market-clock")
    packed, plain = (get(visitor, url, {"Accept-Encoding": coding}) for coding in ("gzip", "identity"))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])


def test_front_pages_and_feeds_list_every_article_once(site: DemoSite, visitor: requests.Session) -> None:
    linked: list[str] = []
    fed: list[str] = []
    for front in site.front_pages:
        linked += lxml.html.fromstring(get(visitor, front).content).xpath("//ul[@class='stories']//a/@href")
        fed += lxml.etree.fromstring(get(visitor, front + "feed.xml").content).xpath("//item/link/text()")
    assert sorted(linked) == sorted(fed) == sorted(site.urls)


def test_a_front_page_follows_what_visitors_have_seen(site: DemoSite, clock: Clock, visitor: requests.Session) -> None:
    urls = site.url_of("pool-roof-closed"), site.url_of("harbour-tunnel-vote")
    front = urllib.parse.urljoin(urls[0], "/")
    for url in urls:
        get(visitor, url)
    clock.minute = 20.0
    for url in urls:
        get(visitor, url)
    page = get(visitor, front).text
    assert "Swimming pool shut" not in page
    assert "Walkout by three members" in page


def test_the_frame_of_the_site_counts_as_no_visit(site: DemoSite, visitor: requests.Session) -> None:
    for front in site.front_pages:
        robots = get(visitor, front + "robots.txt")
        assert robots.text.startswith("User-agent: *\n")
        assert robots.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert get(visitor, front + "no/such/page").status_code == 404
        assert get(visitor, front + "?from=feed").status_code == 200
    assert site.served_at == ()


def test_each_outlet_is_a_host_of_its_own(site: DemoSite) -> None:
    assert len({urllib.parse.urlsplit(url).netloc for url in site.urls}) == 3
    assert all(urllib.parse.urlsplit(url).hostname in ("127.0.0.1", "127.0.0.2", "127.0.0.3") for url in site.urls)


def test_many_visitors_at_once_are_led_through_the_same_life(clock: Clock) -> None:
    clock.minute = 60.0
    with (
        DemoSite(minute=clock, noise=Random(1), opened_at=OPENED_AT, visits_needed=2) as site,
        ThreadPoolExecutor(8) as pool,
        requests.Session() as visitor,
    ):
        url = site.url_of("landslide-thessaby")
        pages = list(pool.map(lambda _: requests.get(url, timeout=20).text, range(24)))
        assert get(visitor, url).status_code == 200
    headlines = [lxml.html.fromstring(page).xpath("string(//h1)") for page in pages]
    tolls = Counter(int(re.sub(r"\D", "", headline)) for headline in headlines)
    assert tolls == {12: 2, 15: 2, 17: 20}


def test_an_answer_that_could_not_be_sent_was_no_visit(clock: Clock) -> None:
    outlets = {outlet.key: Setting(outlet, "http://news.test", OPENED_AT) for outlet in load_outlets()}
    newsroom = Newsroom(list(TIMELINES.values()), outlets, minute=clock, noise=Random(1), visits_needed=1)
    ask = Ask("gazette", "/news/market-clock.html")
    with pytest.raises(ConnectionResetError), newsroom.visit(ask):
        raise ConnectionResetError
    assert not newsroom.served_at
    with newsroom.visit(ask) as answer:
        assert answer.status is HTTPStatus.OK
    assert [served.slug for served in newsroom.served_at] == ["market-clock"]


def test_leaving_the_site_frees_its_ports_and_hangs_up(clock: Clock) -> None:
    with (
        DemoSite(minute=clock, noise=Random(1), opened_at=OPENED_AT) as site,
    ):
        address = urllib.parse.urlsplit(site.urls[0])
        assert address.hostname is not None
        assert address.port is not None
        waiting = socket.create_connection((address.hostname, address.port), timeout=20)
        waiting.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n")
        assert waiting.recv(20).startswith(b"HTTP/1.1 200")
    with waiting:
        while waiting.recv(4096):
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=20)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("demo-")]


def test_an_address_that_cannot_be_had_is_replaced(clock: Clock) -> None:
    server = OutletServer("gazette", "192.0.2.1")
    assert server.base_url.startswith("http://127.0.0.1:")
    server.stop()


def test_a_site_that_is_not_open_has_no_addresses(clock: Clock) -> None:
    with pytest.raises(RuntimeError, match="with"):
        _ = DemoSite(minute=clock, noise=Random(1), opened_at=OPENED_AT).urls
