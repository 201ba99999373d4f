"""Servers that speak HTTP as it was, or as few expect it: the page is read all the same, and never another's."""

from __future__ import annotations

import pytest
from looking import make_fetcher
from loopback import Misbehave, Reply, Request, Site
from misbehaving import CHUNKED, OK, says

from tracker.fetch import look_at_host
from tracker.model import Batch, FailureKind, Fetch, LookOrder


def look_at_all(site: Site, *paths: str) -> list[Fetch]:
    """One batch on kept connections."""
    orders = tuple(LookOrder(number, f"{site.url}{path}") for number, path in enumerate(paths))
    return list(look_at_host(make_fetcher(respect_robots=False), Batch(f"127.0.0.1:{site.port}", orders)))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(says(b"HTTP/1.0 200 OK\r\n\r\nnews"), id="HTTP/1.0"),
        pytest.param(
            says(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nnews"), id="1.0 kept"
        ),
        pytest.param(says(b"HTTP/1.1 200\r\n\r\nnews"), id="no reason"),
        pytest.param(says(b"HTTP/1.1 200 OK\nContent-Length: 4\n\nnews"), id="bare line feeds"),
        pytest.param(says(OK + b"Content-Length: 4\r\n\r\nnews and more"), id="more than said"),
        pytest.param(says(CHUNKED + b"4;x=y\r\nnews\r\n0\r\nTrailer: 1\r\n\r\n"), id="chunks with trailers"),
        pytest.param(says(CHUNKED + b"2\r\nne\r\n02\r\nws\r\n000\r\n\r\n"), id="padded chunk sizes"),
        pytest.param(says(OK + b"content-LENGTH:4\r\n\r\nnews"), id="names in any case"),
        pytest.param(says(*[bytes([byte]) for byte in OK + b"Content-Length: 4\r\n\r\nnews"]), id="byte by byte"),
    ],
)
def test_the_page_is_read(page: Misbehave) -> None:
    with Site({"/a": page}) as site:
        for fetch in look_at_all(site, "/a", "/a"):
            assert (fetch.status, fetch.body, fetch.failure) == (200, b"news", None)


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
    ],
)
def test_interim_answers_are_not_the_answer_nor_the_next_articles(interim: bytes) -> None:
    with Site({"/a": Reply(b"A", before=interim), "/b": Reply(b"B", before=interim)}) as site:
        fetches = look_at_all(site, "/a", "/b", "/a")
        assert [(fetch.status, fetch.body) for fetch in fetches] == [(200, b"A"), (200, b"B"), (200, b"A")]
        assert fetches[0].header("link") is None
        assert site.connections == 1


@pytest.mark.parametrize("status", [204, 304])
def test_a_body_where_none_may_be_is_not_the_next_articles(status: int) -> None:
    wrong = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"

    def pages(request: Request) -> Reply | Misbehave:
        return Reply(b"right") if request.path == "/b" else Reply(wrong, status)

    with Site(pages) as site:
        assert look_at_all(site, "/a", "/b")[1].body == b"right"


def test_what_comes_after_the_body_is_not_the_next_articles() -> None:
    smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"
    with Site({"/a": Reply(before=Reply(b"A").encode() + smuggled), "/b": Reply(b"right")}) as site:
        assert [fetch.body for fetch in look_at_all(site, "/a", "/b")] == [b"A", b"right"]


def test_a_header_continued_on_the_next_line_is_one_line() -> None:
    page = says(OK + b'ETag: "v1"\r\n ; more\r\nX-Long: a\r\n\tb\n  c\r\nContent-Length: 4\r\n\r\nnews')
    with Site({"/a": page}) as site:
        fetch = look_at_all(site, "/a")[0]
        assert fetch.header("x-long") == "a b c"
        assert not any("\n" in value or "\r" in value for _, value in fetch.headers)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"".join(b"X-%d: 1\r\n" % number for number in range(101)), FailureKind.BAD_ANSWER),
        (b"X: " + b"y" * 70_000 + b"\r\n", FailureKind.BAD_ANSWER),
        (b"".join(b"X-%d: %s\r\n" % (number, b"y" * 9_000) for number in range(90)), FailureKind.TOO_LARGE),
    ],
    ids=["too many", "too long", "too much"],
)
def test_a_flood_of_headers_ends(head: bytes, kind: FailureKind) -> None:
    with Site({"/a": says(OK + head + b"Content-Length: 4\r\n\r\nnews"), "/b": Reply(b"B")}) as site:
        flooded, after = look_at_all(site, "/a", "/b")
        assert flooded.failure is kind
        assert after.body == b"B"


def test_many_headers_of_a_usual_length_are_read() -> None:
    headers = tuple((f"X-{number}", "y" * 2_000) for number in range(90))
    with Site({"/a": Reply(b"news", headers=headers)}) as site:
        assert look_at_all(site, "/a")[0].body == b"news"
