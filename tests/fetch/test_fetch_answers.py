"""What a look brings back when the server behaves, oddly at times."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

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


def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(passwords))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with Site({"/a": Reply()}) as site:
        assert make_fetcher().fetch(LookOrder(1, f"{site.url}/a")).status == 200
        assert [request.header("Authorization") for request in site.requests] == [None, None]


def test_credentials_in_an_address_are_not_said() -> None:
    with Site({"/a": Reply()}) as site:
        fetch = make_fetcher().fetch(LookOrder(1, f"http://user:secret@127.0.0.1:{site.port}/a"))
        assert fetch.status == 200
        assert "secret" not in fetch.url
        assert [request.header("Authorization") for request in site.requests] == [None, None]
        assert not any("secret" in value for request in site.requests for _, value in request.headers)


@pytest.mark.parametrize("etag", ['W/"v1"', '"v1-gzip"', "unquoted", '"caf\xe9"'])
def test_an_etag_comes_back_as_it_was_given(etag: str) -> None:
    with Site({"/a": Reply(headers=(("ETag", etag),))}) as site:
        fetcher = make_fetcher(respect_robots=False)
        given = fetcher.fetch(LookOrder(1, f"{site.url}/a")).header("etag")
        fetcher.fetch(LookOrder(1, f"{site.url}/a", etag=given))
        assert [request.header("If-None-Match") for request in site.requests] == [None, etag]


def test_not_modified_without_having_asked_is_no_answer() -> None:
    with Site({"/a": Reply(b"", 304), "/r": redirect("/a")}) as site:
        for order in (LookOrder(1, f"{site.url}/a"), LookOrder(1, f"{site.url}/r", last_modified="then")):
            fetch = make_fetcher(respect_robots=False).fetch(order)
            assert (fetch.failure, fetch.status) == (FailureKind.BAD_ANSWER, None)
            assert "304" in fetch.failure_detail


def test_not_modified_behind_a_redirect() -> None:
    def pages(request: Request) -> Reply:
        if request.path == "/a":
            return redirect("/b", 301)
        return Reply(b"", 304) if request.header("If-None-Match") == '"v1"' else Reply(b"new")

    with Site(pages) as site:
        fetch = make_fetcher(respect_robots=False).fetch(LookOrder(1, f"{site.url}/a", etag='"v1"'))
        assert (fetch.status, fetch.url, fetch.body) == (304, f"{site.url}/b", b"")
        assert fetch.redirects == (Redirect(301, f"{site.url}/b"),)


@pytest.mark.parametrize("length", [1_001, 60_000])
def test_a_validator_of_absurd_length_is_left_out(length: int) -> None:
    with Site({"/a": Reply()}) as site:
        order = LookOrder(1, f"{site.url}/a", etag="x" * length, last_modified="y" * length)
        assert make_fetcher().fetch(order).status == 200
        assert {request.header("If-None-Match") for request in site.requests} == {None}


def test_a_connection_that_the_server_let_go_is_opened_again() -> None:
    with Site({"/a": Reply(b"one", then_close=True), "/b": Reply(b"two")}) as site:
        with make_fetcher(respect_robots=False).session() as session:
            assert session.look(LookOrder(1, f"{site.url}/a")).body == b"one"
            assert session.look(LookOrder(2, f"{site.url}/b")).body == b"two"
        assert site.connections == 2
