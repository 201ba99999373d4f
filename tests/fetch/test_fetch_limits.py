"""Servers that drip, flood, lie and hang up: each look ends, with a word for it."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looking import SleepClock, make_fetcher
from loopback import Misbehave, Reply, Request, Site, redirect
from misbehaving import CHUNKED, OK, bomb, drips, floods, resets, says, stalls

from tracker.fetch.fetcher import Fetcher
from tracker.model import FailureKind, Fetch, LookOrder

CAP = 100_000


def look(fetcher: Fetcher, page: Misbehave | Reply) -> Fetch:
    with Site({"/a": page}) as site:
        return fetcher.fetch(LookOrder(1, f"{site.url}/a"))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(stalls(b""), id="no answer"),
        pytest.param(drips(b"", b"H"), id="slow status line"),
        pytest.param(drips(OK, b"X-Drop: 1\r\n"), id="slow headers"),
        pytest.param(drips(OK + b"X-Long: ", b"x"), id="slow header line"),
        pytest.param(drips(OK + b"Content-Length: 90000\r\n\r\n", b"x"), id="slow body"),
        pytest.param(drips(CHUNKED, b"1\r\nx\r\n"), id="slow chunks"),
        pytest.param(drips(CHUNKED + b"0\r\n", b"T: 1\r\n"), id="slow trailers"),
        pytest.param(drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="slow interim answers"),
        pytest.param(stalls(OK + b"Content-Length: 5\r\n\r\nab"), id="stops in mid-body"),
        pytest.param(stalls(b"HTTP/1.1 302 F\r\nLocation: /b\r\nContent-Length: 9\r\n\r\n"), id="redirect's body"),
    ],
)
def test_what_takes_too_long_ends_at_the_deadline(page: Misbehave) -> None:
    fetch = look(make_fetcher(deadline_s=0.3, respect_robots=False), page)
    assert (fetch.failure, fetch.status, fetch.body) == (FailureKind.DEADLINE, None, b"")
    assert fetch.failure_detail


def test_the_deadline_covers_all_redirects_together() -> None:
    clock = SleepClock()

    def pages(request: Request) -> Reply:
        clock.sleep(3)  # each answer takes three seconds
        return redirect(f"{request.path}b")

    with Site(pages) as site:
        fetch = make_fetcher(clock=clock, deadline_s=8, respect_robots=False).fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.DEADLINE
        assert fetch.url in {f"{site.url}/abb", f"{site.url}/abbb"}  # the third answer was on its way at the deadline


def test_a_slow_robots_txt_is_part_of_the_deadline_and_not_asked_for_again() -> None:
    with Site({"/robots.txt": drips(OK, b"X: 1\r\n"), "/a": Reply()}) as site:
        fetcher = make_fetcher(deadline_s=0.3)
        for _ in range(3):
            fetch = fetcher.fetch(LookOrder(1, f"{site.url}/a"))
            assert fetch.failure is FailureKind.DEADLINE
            assert fetch.failure_detail.startswith("robots.txt could not be read")
        assert site.paths == ["/robots.txt"]


def test_slow_redirects_and_their_robots_share_one_deadline() -> None:
    """Each answer alone is quick enough; the host behind the redirect has a slow robots.txt."""
    slow_rules: dict[str, Reply | Misbehave] = {"/robots.txt": drips(OK, b"X: 1\r\n"), "/b": Reply()}
    with Site(slow_rules) as other, Site({"/a": redirect(f"{other.url}/b")}) as site:
        fetch = make_fetcher(deadline_s=0.3).fetch(LookOrder(1, f"{site.url}/a"))
        assert fetch.failure is FailureKind.DEADLINE
        assert fetch.url == f"{other.url}/b"
        assert other.paths == ["/robots.txt"]


def test_a_resolver_that_hangs_ends_at_the_deadline() -> None:
    def hang(host: str, port: int) -> list[str]:
        time.sleep(2)
        return ["127.0.0.1"]

    fetch = make_fetcher(deadline_s=0.2, resolve=hang).fetch(LookOrder(1, "http://slow.example/"))
    assert fetch.failure is FailureKind.DEADLINE


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(floods(OK + b"\r\n", b"x" * 65_536), id="endless body"),
        pytest.param(floods(CHUNKED, b"8000\r\n" + b"x" * 32_768 + b"\r\n"), id="chunks"),
        pytest.param(floods(CHUNKED + b"0\r\n", b"T: 1\r\n" * 9_000), id="trailers"),
        pytest.param(floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3_000), id="interim answers"),
        pytest.param(floods(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 3_000), id="gzip of nothing"),
        pytest.param(Reply(b"x" * (CAP + 1)), id="one byte too long"),
    ],
)
def test_what_sends_too_much_is_stopped(page: Misbehave | Reply) -> None:
    fetch = look(make_fetcher(max_body_bytes=CAP, respect_robots=False), page)
    assert (fetch.failure, fetch.status, fetch.body) == (FailureKind.TOO_LARGE, None, b"")


def test_a_body_of_exactly_the_cap_is_read() -> None:
    assert look(make_fetcher(max_body_bytes=CAP), Reply(b"x" * CAP)).body == b"x" * CAP


@pytest.mark.parametrize("folds", [1, 2], ids=["gzip", "gzip in gzip"])
def test_a_bomb_of_500_megabytes_takes_little_memory(folds: int) -> None:
    body = bomb(500) if folds == 1 else gzip.compress(bomb(500))
    page = Reply(body, headers=(("Content-Encoding", ", ".join(["gzip"] * folds)),))
    with Site(
        {"/a": page, "/r": redirect("/a", 302), "/m": Reply(body, 302, (*page.headers, ("Location", "/a")))}
    ) as site:
        fetcher = make_fetcher(respect_robots=False)
        fetcher.fetch(LookOrder(1, f"{site.url}/nothing"))  # so that first uses are not counted
        tracemalloc.start()
        try:
            for path in ("/a", "/r", "/m"):
                fetch = fetcher.fetch(LookOrder(1, f"{site.url}{path}"))
                assert fetch.failure is FailureKind.TOO_LARGE
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 25_000_000  # the cap is 5 MB


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(says(OK + b"Content-Length: 100\r\n\r\nshort"), id="content length"),
        pytest.param(says(CHUNKED + b"50\r\nshort"), id="within a chunk"),
        pytest.param(says(CHUNKED + b"5\r\nshort\r\n"), id="between chunks"),
        pytest.param(says(CHUNKED + b"zz\r\nshort\r\n"), id="chunk size"),
        pytest.param(says(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"news" * 999)[:-9]), id="gzip"),
        pytest.param(says(OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnews"), id="not gzip"),
        pytest.param(says(OK + b"Content-Length: 4\r\nContent-Length: 9\r\n\r\nnewsnewsn"), id="two lengths"),
        pytest.param(says(b"\x00\xff garbage \r\n\r\n"), id="garbage"),
        pytest.param(says(b"SSH-2.0-OpenSSH_9.6\r\n"), id="another protocol"),
        pytest.param(says(OK + b"".join(b"X-%d: 1\r\n" % number for number in range(5_000)) + b"\r\n"), id="headers"),
        pytest.param(says(OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n"), id="header length"),
    ],
)
def test_an_answer_that_is_none_is_said(page: Misbehave) -> None:
    fetch = look(make_fetcher(respect_robots=False), page)
    assert (fetch.failure, fetch.status, fetch.body) == (FailureKind.BAD_ANSWER, None, b"")
    assert fetch.failure_detail


def test_hanging_up_and_refusing() -> None:
    fetcher = make_fetcher(respect_robots=False)
    assert look(fetcher, says()).failure is FailureKind.UNREACHABLE
    assert look(fetcher, resets(b"")).failure is FailureKind.UNREACHABLE
    assert look(fetcher, resets(OK + b"Content-Length: 10\r\n\r\nabc")).failure is FailureKind.UNREACHABLE
    with Site({}) as gone:
        pass
    refused = fetcher.fetch(LookOrder(1, f"{gone.url}/a"))
    assert (refused.failure, refused.failure_detail) == (FailureKind.UNREACHABLE, "the connection was refused")


def test_a_name_without_an_address() -> None:
    fetch = make_fetcher().fetch(LookOrder(1, "http://no-such-host.invalid/a"))
    assert (fetch.failure, fetch.failure_detail) == (FailureKind.UNRESOLVED, "the host name has no address")
    assert make_fetcher().fetch(LookOrder(1, f"http://{'x' * 70}.example/")).failure is FailureKind.UNRESOLVED


def test_after_a_failure_the_session_looks_on() -> None:
    pages: dict[str, Reply | Callable[[socket.socket], None]] = {
        "/slow": stalls(OK + b"Content-Length: 5\r\n\r\nab"),
        "/bad": says(b"??\r\n\r\n"),
        "/long": Reply(b"x" * (CAP + 1)),
        "/good": Reply(b"good"),
    }
    with Site(pages) as site, make_fetcher(deadline_s=0.5, max_body_bytes=CAP).session() as session:
        for path in ("/slow", "/good", "/bad", "/good", "/long", "/good"):
            fetch = session.look(LookOrder(1, f"{site.url}{path}"))
            assert (fetch.body == b"good") == (path == "/good")
            assert (fetch.failure is None) == (path == "/good")


@given(
    answer=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [
                    OK,
                    b"HTTP/1.1 302 F\r\n",
                    b"HTTP/1.0 200\r\n",
                    b"Location: ",
                    b"Content-Length: ",
                    b"Content-Encoding: gzip\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"Set-Cookie: a=b\r\n",
                    b"-1",
                    b"9" * 5_000,
                    b"\r\n",
                    b"\r\n\r\n",
                    gzip.compress(b"news"),
                ]
            ),
        ),
        max_size=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_answer_at_all_raises(answer: list[bytes]) -> None:
    fetch = look(make_fetcher(deadline_s=0.5, respect_robots=False), says(*answer))
    assert (fetch.status is None) == (fetch.failure is not None)
    assert fetch.failure is None or (fetch.body == b"" and fetch.failure_detail)
