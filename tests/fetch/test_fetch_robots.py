"""What a robots.txt asks, by RFC 9309."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looking import SleepClock, make_fetcher
from loopback import Reply, Request, Site, redirect

from tracker.fetch import look_at_host
from tracker.fetch.failures import LookFailed
from tracker.fetch.robots import ALLOW_ALL, RobotsCache, RobotsRules, lifetime_s, own_rules, parse_robots
from tracker.model import Batch, FailureKind, LookOrder

AGENT = "article-tracker"


def allowed(text: str, path: str = "/a") -> bool:
    return parse_robots(text.encode(), AGENT).allows(f"https://news.example{path}")


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /gr%C3%B6%C3%9Fe", "/größe", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Article-Tracker\nDisallow: /b", "/a", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: ARTICLE-TRACKER/9.9\nDisallow: /a", "/a", False),
        ("User-agent: article\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: article-tracker\n\n# a word\nSitemap: x\nDisallow: /a", "/a", False),
        ("User-agent: article-tracker\nDisallow: /a\nUser-agent: other\nDisallow: /b", "/b", True),
        ("User-agent: article-tracker\nDisallow: /a\n\nUser-agent: article-tracker\nDisallow: /b", "/b", False),
        ("\ufeffuser-AGENT : *\r\nDISALLOW : /a # here\r\n", "/a", False),
        ("Disallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
        ("<html><body>not found</body></html>", "/a", True),
    ],
)
def test_rules(text: str, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


def test_rules_after_the_first_half_megabyte_do_not_count() -> None:
    assert allowed("User-agent: *\n" + "Disallow: /zzzzz\n" * 40_000 + "Disallow: /a\n")


def test_rules_for_thousands_of_others_cost_nothing() -> None:
    text = "".join(f"User-agent: a{number}\n" for number in range(20_000))
    text += "".join(f"Disallow: /{number}\n" for number in range(20_000))
    assert own_rules(text, AGENT) == ""
    assert parse_robots(text.encode(), AGENT) is ALLOW_ALL


@given(st.binary(max_size=300) | st.text(alphabet="Useragntdilow-: /*$\n#%Crq1.", max_size=300).map(str.encode))
@settings(deadline=None)
def test_any_robots_txt_can_be_asked(body: bytes) -> None:
    rules = parse_robots(body, AGENT)
    assert rules.allows("https://news.example/a") in {True, False}
    assert rules.crawl_delay_s >= 0


@pytest.mark.parametrize(
    ("freshness", "expected"), [(None, 86_400), (3_600.0, 3_600), (1e9, 86_400), (0.0, 300), (299.0, 300)]
)
def test_lifetime(freshness: float | None, expected: float) -> None:
    assert lifetime_s(freshness) == expected


def test_a_page_that_robots_txt_closes_is_not_asked_for() -> None:
    with Site({"/robots.txt": Reply(b"User-agent: *\nDisallow: /closed"), "/open": Reply(b"yes")}) as site:
        fetcher = make_fetcher()
        closed = fetcher.fetch(LookOrder(1, f"{site.url}/closed"))
        assert (closed.failure, closed.status) == (FailureKind.ROBOTS, None)
        assert fetcher.fetch(LookOrder(1, f"{site.url}/open")).body == b"yes"
        assert site.paths == ["/robots.txt", "/open"]
        assert make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/closed")).status == 404


def test_a_redirect_to_a_closed_page_is_not_followed() -> None:
    rules = Reply(b"User-agent: *\nDisallow: /closed")
    with Site({"/robots.txt": rules}) as other, Site({"/a": redirect(f"{other.url}/closed")}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.ROBOTS
        assert other.paths == ["/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_txt_allows_all(status: int) -> None:
    with Site({"/robots.txt": Reply(b"User-agent: *\nDisallow: /", status), "/a": Reply()}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).status == 200


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_txt_that_cannot_be_read_closes_all(status: int) -> None:
    with Site({"/robots.txt": Reply(b"", status), "/a": Reply()}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.ROBOTS
        assert fetch.failure_detail == f"robots.txt could not be read: the server says {status}"
        assert site.paths == ["/robots.txt"]


def test_a_robots_txt_that_is_no_answer_closes_all() -> None:
    def garbage(client: socket.socket) -> None:
        client.sendall(b"?\r\n\r\n")

    with Site({"/robots.txt": garbage, "/a": Reply()}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.ROBOTS
        assert fetch.failure_detail == "robots.txt could not be read: the answer is not HTTP"


@pytest.mark.parametrize(("hops", "is_open"), [(5, False), (6, True)])
def test_redirects_of_robots_txt(hops: int, is_open: bool) -> None:
    pages: dict[str, Reply] = {"/robots.txt": redirect("/0"), "/a": Reply()}
    pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(hops - 1)}
    with Site(pages | {f"/{hops - 1}": Reply(b"User-agent: *\nDisallow: /")}) as site:
        assert (make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).status == 200) is is_open


def test_rules_hold_for_their_lifetime_and_survive_an_outage() -> None:
    clock = SleepClock()
    answers = [
        Reply(b"User-agent: *\nDisallow: /closed", headers=(("Cache-Control", "max-age=3600"),)),
        Reply(b"", 503),
        Reply(b"User-agent: *\nDisallow: /"),
    ]

    def pages(request: Request) -> Reply:
        return answers.pop(0) if request.path == "/robots.txt" else Reply()

    with Site(pages) as site:
        fetcher = make_fetcher(clock=clock)

        def may_look(path: str) -> bool:
            return fetcher.fetch(LookOrder(1, f"{site.url}{path}")).status == 200

        assert may_look("/a")
        clock.sleep(3_599)
        assert may_look("/a")
        assert len(answers) == 2
        clock.sleep(2)
        assert may_look("/a")  # the server is down: the copy read before goes on to hold
        assert not may_look("/closed")
        assert len(answers) == 1
        clock.sleep(11)
        assert may_look("/a")
        assert len(answers) == 1
        clock.sleep(50)
        assert not may_look("/a")


def test_http_and_https_and_ports_have_rules_of_their_own() -> None:
    closed, free = Reply(b"User-agent: *\nDisallow: /"), Reply(b"", 404)
    with Site({"/robots.txt": closed}) as one, Site({"/robots.txt": free, "/a": Reply()}) as two:
        fetcher = make_fetcher()
        assert fetcher.fetch(LookOrder(1, f"{one.url}/a")).failure is FailureKind.ROBOTS
        assert fetcher.fetch(LookOrder(1, f"{two.url}/a")).status == 200


def test_an_endless_robots_txt_is_read_up_to_its_cap() -> None:
    def flood(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /closed\n")
        while True:
            client.sendall(b"Disallow: /x\n" * 5_000)

    with Site({"/robots.txt": flood, "/a": Reply()}) as site:
        fetcher = make_fetcher()
        assert fetcher.fetch(LookOrder(1, f"{site.url}/a")).status == 200
        assert fetcher.fetch(LookOrder(1, f"{site.url}/closed")).failure is FailureKind.ROBOTS


def test_the_cache_is_bounded_and_forgets_the_oldest() -> None:
    cache = RobotsCache(most_characters=10_000)
    for number in range(100):
        cache.put(f"{number}", RobotsRules(size=1_000), 0, 10)
    kept = [number for number in range(100) if cache.get(f"{number}", 0)]
    assert kept == list(range(92, 100))
    assert cache.get("99", 10) is None
    failed = RobotsRules(failure=LookFailed(FailureKind.ROBOTS, "down"))
    assert cache.put("99", failed, 10, 10) is cache.get("99", 15)


@pytest.mark.parametrize(
    ("headers", "lifetime"),
    [
        ({"Cache-Control": "max-age=7200"}, 7_200),
        ({"Cache-Control": "max-age=7200", "Age": "3600"}, 3_600),
        ({"Expires": "Mon, 23 Nov 2026 02:02:03 GMT"}, 3_600),
        ({"Expires": "Mon, 23 Nov 2026 00:10:00 GMT", "Date": "Sun, 22 Nov 2026 23:10:00 GMT"}, 3_600),
        ({"Expires": "0"}, 300),
        ({"Cache-Control": "no-store"}, 300),
        ({}, 86_400),
    ],
)
def test_rules_hold_for_as_long_as_http_says(headers: dict[str, str], lifetime: float) -> None:
    clock = SleepClock()
    rules = Reply(b"User-agent: *\nAllow: /", headers=tuple(headers.items()))
    with Site({"/robots.txt": rules, "/a": Reply()}) as site:
        fetcher = make_fetcher(clock=clock)
        fetcher.fetch(LookOrder(1, f"{site.url}/a"))
        clock.sleep(lifetime - 1)
        fetcher.fetch(LookOrder(1, f"{site.url}/a"))
        assert site.paths.count("/robots.txt") == 1
        clock.sleep(2)
        fetcher.fetch(LookOrder(1, f"{site.url}/a"))
        assert site.paths.count("/robots.txt") == 2


def test_outdated_rules_are_asked_about_and_go_on_when_they_did_not_change() -> None:
    clock = SleepClock()
    words = (("ETag", 'W/"r1"'), ("Last-Modified", "then"), ("Cache-Control", "max-age=600"))

    def pages(request: Request) -> Reply:
        if request.path != "/robots.txt":
            return Reply()
        is_known = request.header("If-None-Match") == 'W/"r1"' and request.header("If-Modified-Since") == "then"
        return Reply(b"", 304, words) if is_known else Reply(b"User-agent: *\nDisallow: /closed", 200, words)

    with Site(pages) as site:
        fetcher = make_fetcher(clock=clock)
        for asked in (1, 2, 3):
            assert fetcher.fetch(LookOrder(1, f"{site.url}/a")).status == 200
            assert fetcher.fetch(LookOrder(1, f"{site.url}/closed")).failure is FailureKind.ROBOTS
            assert site.paths.count("/robots.txt") == asked
            clock.sleep(601)
        conditions = [request.header("If-None-Match") for request in site.requests if request.path == "/robots.txt"]
        assert conditions == [None, 'W/"r1"', 'W/"r1"']


def test_not_modified_without_a_copy_says_nothing() -> None:
    with Site({"/robots.txt": Reply(b"", 304), "/a": Reply()}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).failure is FailureKind.ROBOTS


def test_a_robots_txt_that_is_unreadable_for_a_month_is_taken_for_none() -> None:
    clock = SleepClock()
    with Site({"/robots.txt": Reply(b"", 500), "/a": Reply()}) as site:
        fetcher = make_fetcher(clock=clock)
        for _ in range(30):
            assert fetcher.fetch(LookOrder(1, f"{site.url}/a")).failure is FailureKind.ROBOTS
            clock.sleep(86_400)
        assert fetcher.fetch(LookOrder(1, f"{site.url}/a")).status == 200


def test_a_host_that_is_unreachable_for_a_month_stays_that() -> None:
    clock = SleepClock()
    with Site({}) as gone:
        pass
    fetcher = make_fetcher(clock=clock)
    for _ in range(40):
        assert fetcher.fetch(LookOrder(1, f"{gone.url}/a")).failure is FailureKind.UNREACHABLE
        clock.sleep(86_400)


@pytest.mark.parametrize("status", [429, 503])
def test_a_robots_txt_that_asks_for_time_is_given_it(status: int) -> None:
    clock = SleepClock()
    answers = [Reply(b"", status, (("Retry-After", "3600"),)), Reply(b"", 404)]

    def pages(request: Request) -> Reply:
        return answers.pop(0) if request.path == "/robots.txt" else Reply()

    with Site(pages) as site:
        fetcher = make_fetcher(clock=clock)
        orders = (LookOrder(1, f"{site.url}/a"), LookOrder(2, f"{site.url}/b"))
        host = Batch(f"127.0.0.1:{site.port}", orders)
        fetches = list(look_at_host(fetcher, host))
        assert [fetch.failure for fetch in fetches] == [FailureKind.HELD_OFF] * 2
        clock.sleep(1_800)
        assert [fetch.header("Retry-After") for fetch in look_at_host(fetcher, host)] == ["1800"] * 2
        assert site.paths == ["/robots.txt"]
        clock.sleep(1_801)
        assert [fetch.status for fetch in look_at_host(fetcher, host)] == [200, 200]
