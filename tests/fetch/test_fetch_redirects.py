"""Where redirects lead, and where they may not."""

from __future__ import annotations

import pytest
from looking import make_fetcher
from loopback import Reply, Request, Site, redirect

from tracker.model import FailureKind, LookOrder, Redirect


def test_redirects_are_followed_and_recorded() -> None:
    pages = {"/a": redirect("/b c", 301), "/b%20c": redirect("c?q=1#part", 308), "/c?q=1": Reply(b"here")}
    with Site(pages) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert (fetch.status, fetch.body, fetch.url) == (200, b"here", f"{site.url}/c?q=1")
        assert fetch.requested_url == f"{site.url}/a"
        assert fetch.redirects == (
            Redirect(301, f"{site.url}/b%20c"),
            Redirect(308, f"{site.url}/c?q=1#part"),
        )
        assert site.connections == 1


def test_a_redirect_in_raw_utf8_leads_where_a_browser_goes() -> None:
    location = "/größe".encode().decode("latin-1")
    with Site({"/a": redirect(location), "/gr%C3%B6%C3%9Fe": Reply(b"here")}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).body == b"here"


def test_a_redirect_without_a_place_is_an_answer() -> None:
    with Site({"/a": Reply(b"", 302)}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).status == 302


def test_behind_a_redirect_only_the_etag_is_asked_for() -> None:
    with Site({"/a": redirect("/b"), "/b": Reply()}) as site:
        make_fetcher().fetch(LookOrder(1, f"{site.url}/a", etag='"v1"', last_modified="then"))
        behind = site.requests[-1]
        assert (behind.path, behind.header("If-None-Match"), behind.header("If-Modified-Since")) == ("/b", '"v1"', None)


def test_ten_redirects_are_followed_and_not_eleven() -> None:
    pages = {f"/{number}": redirect(f"/{number + 1}") for number in range(12)} | {"/10": Reply(b"end")}
    with Site(pages) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/0")).body == b"end"
    with Site(pages | {"/10": redirect("/11"), "/11": Reply(b"end")}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/0"))
        assert fetch.failure is FailureKind.TOO_MANY_REDIRECTS
        assert len(fetch.redirects) == 10
        assert "/11" not in site.paths


def test_a_loop_is_named_after_one_round() -> None:
    with Site({"/a": redirect("/b"), "/b": redirect("/a")}) as site:
        fetch = make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.TOO_MANY_REDIRECTS
        assert "loop" in fetch.failure_detail
        assert site.paths == ["/a", "/b"]


def test_credentials_in_a_redirect_are_not_said() -> None:
    with Site({"/b": Reply()}) as site, Site({"/a": redirect(f"http://user:secret@127.0.0.1:{site.port}/b")}) as first:
        assert make_fetcher().fetch(LookOrder(1, f"{first.url}/a")).status == 200
        assert site.requests[-1].header("Authorization") is None


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "http://[x"])
def test_a_redirect_off_the_web_is_refused(target: str) -> None:
    with Site({"/a": redirect(target)}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.BAD_URL
        assert fetch.failure_detail.startswith("redirected to ")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/b", "/b"),
        ("b", "/news/b"),
        ("../b", "/b"),
        ("?page=2", "/news/a?page=2"),
        ("//127.0.0.1:{port}/b", "/b"),
        ("HTTP://127.0.0.1:{port}/b", "/b"),
        ("/b#comments", "/b"),
        ("/b c\td", "/b%20c%09d"),
        ("/a/../../../b", "/b"),
        ("/b%0d%0aX-Evil:%201", "/b%0d%0aX-Evil:%201"),
        ("/b?q=<x>", "/b?q=%3Cx%3E"),
        ("/b\r\n ", "/b"),
    ],
)
def test_where_a_location_leads(location: str, path: str) -> None:
    def pages(request: Request) -> Reply:
        return redirect(location.format(port=site.port)) if request.path == "/news/a" else Reply(b"here")

    with Site(pages) as site:
        fetch = make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/news/a"))
        assert (fetch.body, fetch.url) == (b"here", f"{site.url}{path}")
        assert [asked.lower() for asked in site.paths] == ["/news/a", path.lower()]  # %0d may become %0D
        assert [request.header("X-Evil") for request in site.requests] == [None, None]


def test_a_redirect_to_two_places_leads_nowhere() -> None:
    both = Reply(b"", 302, (("Location", "/b"), ("Location", "/c")))
    same = Reply(b"", 302, (("Location", "/b"), ("Location", "/b")))
    with Site({"/a": both, "/s": same, "/b": Reply(b"here")}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert (fetch.failure, fetch.failure_detail) == (FailureKind.BAD_ANSWER, "redirected to two places at once")
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/s")).body == b"here"


@pytest.mark.parametrize("location", ["/\x00", "http://\x00/", "https://a:b:c/", "http://127.0.0.1:99999/"])
def test_a_location_that_no_browser_could_follow(location: str) -> None:
    with Site({"/a": redirect(location)}) as site:
        fetch = make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.BAD_URL
        assert site.paths == ["/a"]
