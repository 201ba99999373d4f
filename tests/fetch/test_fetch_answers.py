"""What a look brings back when the server behaves, oddly at times."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest
from looking import make_fetcher
from loopback import Reply, Request, Site, redirect

from tracker.fetch import user_agent
from tracker.model import FailureKind, LookOrder, Redirect


def test_a_page_comes_back_whole_with_its_headers_and_bytes() -> None:
    body = "<p>Größe</p>".encode("latin-1")
    page = Reply(body, headers=(("Content-Type", "text/html; charset=nonsense"), ("X-One", "1"), ("X-Two", "2")))
    with Site({"/a": page}) as site:
        before = datetime.now(UTC)
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert (fetch.status, fetch.body, fetch.failure) == (200, body, None)
        assert fetch.requested_url == fetch.url == f"{site.url}/a"
        assert fetch.header("content-type") == "text/html; charset=nonsense"
        assert [name for name, _ in fetch.headers] == ["Content-Type", "X-One", "X-Two", "Content-Length"]
        assert before <= fetch.fetched_at <= datetime.now(UTC)
        assert fetch.received_bytes > len(body)
        assert fetch.redirects == ()


def test_the_tracker_says_who_it_is_and_only_ever_gets() -> None:
    with Site({"/a": Reply()}) as site:
        make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert {request.method for request in site.requests} == {"GET"}
        assert {request.header("User-Agent") for request in site.requests} == {
            "article-tracker/1.2 (+https://example.org/about)"
        }


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("", "article-tracker/1"),
        ("mail@example.org", "article-tracker/1 (+mail@example.org)"),
        ("a)\r\nX-Evil: (1\\", "article-tracker/1 (+aX-Evil:1)"),
    ],
)
def test_user_agent(contact: str, expected: str) -> None:
    assert user_agent("1", contact) == expected


@pytest.mark.parametrize("status", [204, 404, 410, 403, 418, 429, 500, 503])
def test_an_answer_is_never_a_failure(status: int) -> None:
    with Site({"/a": Reply(b"" if status == 204 else b"words", status)}) as site:
        fetch = make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/a"))
        assert (fetch.status, fetch.failure) == (status, None)
        assert fetch.body == (b"" if status == 204 else b"words")


def test_not_modified_by_the_servers_own_words() -> None:
    def pages(request: Request) -> Reply:
        if request.header("If-None-Match") == '"v1"' and request.header("If-Modified-Since") == "yesterday, it says":
            return Reply(b"", 304, (("ETag", '"v1"'),))
        return Reply(b"new")

    with Site(pages) as site:
        fetcher = make_fetcher(respect_robots=False)
        url = f"{site.url}/a"
        known = fetcher.fetch(LookOrder(1, url, etag='"v1"', last_modified="yesterday, it says"))
        assert (known.status, known.body, known.failure, known.header("etag")) == (304, b"", None, '"v1"')
        assert fetcher.fetch(LookOrder(1, url)).body == b"new"


def test_a_validator_that_would_break_the_request_is_left_out() -> None:
    with Site({"/a": Reply()}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a", etag='"a"\r\nX-Evil: 1', last_modified="\u2028"))
        assert fetch.status == 200
        assert site.requests[-1].header("If-None-Match") is None
        assert site.requests[-1].header("X-Evil") is None


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
        ("identity", bytes),
        ("utf-8", bytes),
    ],
)
def test_codings_are_undone(coding: str, encode: object) -> None:
    assert callable(encode)
    body = b"news " * 50_000
    with Site({"/a": Reply(encode(body), headers=(("Content-Encoding", coding),))}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).body == body


def test_a_coding_that_cannot_be_read_is_said() -> None:
    with Site({"/a": Reply(b"\x1f\x9d??", headers=(("Content-Encoding", "compress"),))}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"{site.url}/a"))
        assert (fetch.failure, fetch.status, fetch.body) == (FailureKind.BAD_ANSWER, None, b"")
        assert "compress" in fetch.failure_detail


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


@pytest.mark.parametrize("url", ["ftp://example.com/", "http://", "http://exa mple.com/", "http://a:99999/", "x", ""])
def test_what_cannot_be_asked_for_is_said(url: str) -> None:
    fetch = make_fetcher().fetch(LookOrder(1, url))
    assert fetch.failure is FailureKind.BAD_URL
    assert fetch.failure_detail


def test_a_host_name_outside_ascii_is_asked_for_in_its_ascii_form() -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with Site({"/a": Reply(b"here")}) as site:
        fetch = make_fetcher(resolve=resolve).fetch(LookOrder(1, f"http://bücher.example:{site.port}/a"))
        assert (fetch.status, fetch.body) == (200, b"here")
        assert set(asked) == {"xn--bcher-kva.example"}
        assert site.requests[-1].header("Host") == f"xn--bcher-kva.example:{site.port}"


def test_ipv6_and_a_second_address_that_answers() -> None:
    with Site({"/a": Reply(b"here")}, host="::1") as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).body == b"here"
        fetcher = make_fetcher(resolve=lambda host, port: ["127.0.0.1", "::1"])
        assert fetcher.fetch(LookOrder(1, f"http://two.example:{site.port}/a")).body == b"here"


def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    with Site({"/a": Reply()}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).status == 200


def test_a_connection_that_the_server_let_go_is_opened_again() -> None:
    with Site({"/a": Reply(b"one", then_close=True), "/b": Reply(b"two")}) as site:
        with make_fetcher(respect_robots=False).session() as session:
            assert session.look(LookOrder(1, f"{site.url}/a")).body == b"one"
            assert session.look(LookOrder(2, f"{site.url}/b")).body == b"two"
        assert site.connections == 2
