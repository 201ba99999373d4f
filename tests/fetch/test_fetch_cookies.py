"""Cookies end with a look, unless a site rule asks for them to be kept."""

from __future__ import annotations

from looking import make_fetcher
from loopback import Reply, Request, Site, redirect

from tracker.fetch import look_at_host
from tracker.fetch.cookies import MOST_COOKIES
from tracker.model import Batch, LookOrder


def test_a_cookie_set_on_the_way_is_no_loop_and_not_kept_for_the_next_article() -> None:
    def pages(request: Request) -> Reply:
        if request.path == "/robots.txt":
            return Reply(b"", 404)
        if "seen=1" in (request.header("Cookie") or ""):
            return Reply(b"welcome", headers=(("Set-Cookie", "later=2; Path=/"),))
        return redirect(request.path, 302, ("Set-Cookie", "seen=1; Path=/"))

    with Site(pages) as site:
        with make_fetcher().session() as session:
            assert session.look(LookOrder(1, f"{site.url}/a")).body == b"welcome"
            assert session.look(LookOrder(2, f"{site.url}/b")).body == b"welcome"
        cookies = [(request.path, request.header("Cookie")) for request in site.requests[1:]]
        assert cookies == [("/a", None), ("/a", "seen=1"), ("/b", None), ("/b", "seen=1")]


def counting(request: Request) -> Reply:
    """Counts the visits in a cookie."""
    said = request.header("Cookie") or "visits=0"
    return Reply(headers=(("Set-Cookie", f"visits={int(said.removeprefix('visits=')) + 1}; Path=/"),))


def test_a_site_rule_keeps_cookies_over_articles_and_batches_of_its_host_alone() -> None:
    with Site(counting) as kept, Site(counting) as other:
        host = f"127.0.0.1:{kept.port}"
        fetcher = make_fetcher(respect_robots=False, keeps_cookies=frozenset({host}))
        for site in (kept, other, kept):
            orders = tuple(LookOrder(number, f"{site.url}/{number}") for number in range(2))
            list(look_at_host(fetcher, Batch(f"127.0.0.1:{site.port}", orders)))
        assert [request.header("Cookie") for request in kept.requests] == [None, "visits=1", "visits=2", "visits=3"]
        assert [request.header("Cookie") for request in other.requests] == [None, None]


def test_kept_cookies_are_not_said_to_where_a_redirect_leads() -> None:
    with Site({"/b": Reply()}) as other:
        pages = {
            "/set": Reply(headers=(("Set-Cookie", "who=me; Path=/"),)),
            "/go": redirect(f"http://b.example:{other.port}/b"),
        }
        with Site(pages) as site:
            fetcher = make_fetcher(
                respect_robots=False,
                keeps_cookies=frozenset({f"a.example:{site.port}"}),
                resolve=lambda host, port: ["127.0.0.1"],
            )
            for path in ("/set", "/go"):
                assert fetcher.fetch(LookOrder(1, f"http://a.example:{site.port}{path}")).status == 200
            assert site.requests[-1].header("Cookie") == "who=me"
            assert other.requests[-1].header("Cookie") is None


def test_a_host_that_sets_cookies_without_end_starts_anew() -> None:
    count = 0

    def pages(request: Request) -> Reply:
        nonlocal count
        count += 90
        return Reply(headers=tuple(("Set-Cookie", f"c{number}=1") for number in range(count - 90, count)))

    with Site(pages) as site:
        fetcher = make_fetcher(respect_robots=False, keeps_cookies=frozenset({f"127.0.0.1:{site.port}"}))
        for number in range(4):
            fetcher.fetch(LookOrder(1, f"{site.url}/{number}"))
        said = [(request.header("Cookie") or "").count("=") for request in site.requests]
        assert said == [0, 90, MOST_COOKIES, 0]
