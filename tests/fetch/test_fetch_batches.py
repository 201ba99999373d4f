"""A host's batch: in order, on one connection, with the pauses that are owed to it."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from looking import START, SleepClock, make_fetcher
from loopback import Reply, Request, Site, redirect

from tracker.fetch import look_at_host
from tracker.fetch.pace import Pace
from tracker.http_dates import retry_after
from tracker.model import Batch, FailureKind, LookOrder

NO_ROBOTS = {"/robots.txt": Reply(b"", 404)}


def batch(site: Site, *paths: str) -> Batch:
    orders = tuple(LookOrder(number, f"{site.url}{path}") for number, path in enumerate(paths))
    return Batch(f"127.0.0.1:{site.port}", orders)


def test_in_order_on_one_connection_with_pauses_also_after_robots_txt() -> None:
    clock = SleepClock()
    with Site({"/a": Reply(b"A"), "/b": Reply(b"B"), "/c": Reply(b"C")}) as site:
        fetcher = make_fetcher(clock=clock, host_interval_s=2.0)
        fetches = list(look_at_host(fetcher, batch(site, "/a", "/b", "/c")))
        assert [fetch.body for fetch in fetches] == [b"A", b"B", b"C"]
        assert site.paths == ["/robots.txt", "/a", "/b", "/c"]
        assert site.connections == 1
        assert clock.slept == [2.0, 2.0, 2.0]


def test_pages_really_are_apart() -> None:
    with Site({"/a": Reply(), "/b": Reply(), "/c": Reply()}) as site:
        list(look_at_host(make_fetcher(host_interval_s=0.1), batch(site, "/a", "/b", "/c")))
        gaps = [asked.began_s - said_s for asked, said_s in zip(site.requests[1:], site.answered_s[:-1], strict=True)]
        assert min(gaps) >= 0.09


def test_the_pause_holds_between_batches_and_is_not_slept_when_time_has_passed() -> None:
    clock = SleepClock()
    with Site(NO_ROBOTS) as site:
        fetcher = make_fetcher(clock=clock, respect_robots=False)
        list(look_at_host(fetcher, batch(site, "/a"), 5.0))
        clock.seconds += 1.5
        list(look_at_host(fetcher, batch(site, "/b"), 5.0))
        clock.seconds += 60
        list(look_at_host(fetcher, batch(site, "/c"), 5.0))
        assert clock.slept == [3.5]


def test_a_look_is_made_when_it_is_asked_for() -> None:
    with Site({"/a": Reply()}) as site:
        looks = look_at_host(make_fetcher(), batch(site, "/a", "/b"))
        assert site.requests == []
        next(looks)
        assert site.paths == ["/robots.txt", "/a"]


@pytest.mark.parametrize(("delay", "slept"), [("5", 5.0), ("0.5", 2.0), ("nonsense", 2.0), ("1e9", 120.0)])
def test_a_longer_crawl_delay_wins(delay: str, slept: float) -> None:
    clock = SleepClock()
    rules = Reply(f"User-agent: *\nCrawl-delay: {delay}\n".encode())
    with Site({"/robots.txt": rules}) as site:
        list(look_at_host(make_fetcher(clock=clock, host_interval_s=2.0), batch(site, "/a", "/b")))
        assert clock.slept == [slept, slept]


def test_a_closed_page_costs_no_pause() -> None:
    clock = SleepClock()
    with Site({"/robots.txt": Reply(b"User-agent: *\nDisallow: /closed"), "/a": Reply()}) as site:
        fetcher = make_fetcher(clock=clock, host_interval_s=2.0)
        fetches = list(look_at_host(fetcher, batch(site, "/closed/1", "/closed/2", "/a")))
        assert [fetch.failure for fetch in fetches] == [FailureKind.ROBOTS, FailureKind.ROBOTS, None]
        assert clock.slept == [2.0]


def test_cookies_and_failures_stay_with_their_article() -> None:
    def hang_up(client: socket.socket) -> None:
        client.close()

    def pages(request: Request) -> Reply | object:
        if request.path == "/bad":
            return hang_up
        return Reply(headers=(("Set-Cookie", "who=me; Path=/"),))

    with Site(pages) as site:  # type: ignore[arg-type]
        fetches = list(look_at_host(make_fetcher(respect_robots=False), batch(site, "/a", "/bad", "/c")))
        assert [fetch.status for fetch in fetches] == [200, None, 200]
        assert [request.header("Cookie") for request in site.requests] == [None] * len(site.requests)


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_time_is_left_alone(status: int) -> None:
    clock = SleepClock()
    busy = Reply(b"", status, (("Retry-After", "3600"),))
    with Site({"/a": busy, "/b": Reply(), "/c": Reply()}) as site:
        fetcher = make_fetcher(clock=clock, host_interval_s=2.0, respect_robots=False)
        first, *others = look_at_host(fetcher, batch(site, "/a", "/b", "/c"))
        assert first.status == status
        for fetch in others:
            assert (fetch.failure, fetch.status) == (FailureKind.HELD_OFF, None)
            assert retry_after(fetch, fetch.fetched_at) == retry_after(first, first.fetched_at)
        assert site.paths == ["/a"]
        clock.seconds += 3_599
        assert [fetch.failure for fetch in look_at_host(fetcher, batch(site, "/b"))] == [None]  # waits the last second
        clock.seconds += 2
        assert [fetch.status for fetch in look_at_host(fetcher, batch(site, "/c"))] == [200]


def test_a_short_wait_is_slept_through_and_a_busy_host_slowed_down() -> None:
    clock = SleepClock()
    answers = {"/a": Reply(b"", 503, (("Retry-After", "8"),)), "/b": Reply(b"", 429), "/c": Reply(), "/d": Reply()}
    with Site(answers) as site:
        fetcher = make_fetcher(clock=clock, host_interval_s=2.0, respect_robots=False)
        fetches = list(look_at_host(fetcher, batch(site, "/a", "/b", "/c", "/d", "/e", "/f")))
        assert [fetch.status for fetch in fetches] == [503, 429, 200, 200, 404, 404]
        assert clock.slept == [8.0, 8.0, 4.0, 2.0, 2.0]


def test_speed_comes_back_step_by_step_also_where_no_pause_is_wanted() -> None:
    clock = SleepClock()
    answers = {"/a": Reply(b"", 429), "/b": Reply(b"", 503), "/c": Reply(b"", 500), "/d": Reply()}
    with Site(answers) as site:
        fetcher = make_fetcher(clock=clock, host_interval_s=0.0, respect_robots=False)
        list(look_at_host(fetcher, batch(site, "/a", "/b", "/c", *["/d"] * 4)))
        assert clock.slept == [1.0, 2.0, 2.0, 1.0]  # a 500 is neither too busy nor well


@pytest.mark.parametrize("date", [False, True], ids=["seconds", "date"])
def test_a_host_is_left_alone_after_a_restart_too(date: bool) -> None:
    clock = SleepClock()
    said = "Mon, 23 Nov 2026 02:02:03 GMT" if date else "3600"
    with Site({"/a": Reply(b"", 503, (("Retry-After", said),)), "/b": Reply()}) as site:
        before = make_fetcher(clock=clock, respect_robots=False)
        list(look_at_host(before, batch(site, "/a")))
        holds = before.holds()
        assert holds == {f"127.0.0.1:{site.port}": START + timedelta(hours=1)}
        clock.seconds += 1_800

        after = make_fetcher(clock=clock, respect_robots=False)
        for host, until in holds.items():
            after.hold_host(host, until)
        (fetch,) = look_at_host(after, batch(site, "/b"))
        assert (fetch.failure, fetch.header("Retry-After")) == (FailureKind.HELD_OFF, "1800")
        assert after.holds() == holds
        assert site.paths == ["/a"]
        clock.seconds += 1_801
        assert after.holds() == {}
        assert [fetch.status for fetch in look_at_host(after, batch(site, "/b"))] == [200]


def test_a_hold_that_is_over_is_nothing() -> None:
    clock = SleepClock()
    fetcher = make_fetcher(clock=clock)
    fetcher.hold_host("news.example", clock.now())
    fetcher.hold_host("news.example", clock.now() - timedelta(days=400))
    assert fetcher.holds() == {}


def test_a_wait_of_seconds_is_not_worth_keeping() -> None:
    clock = SleepClock()
    fetcher = make_fetcher(clock=clock)
    fetcher.hold_host("short.example", clock.now() + timedelta(seconds=10))
    fetcher.hold_host("long.example", clock.now() + timedelta(seconds=11))
    assert list(fetcher.holds()) == ["long.example"]


@pytest.mark.parametrize(
    ("status", "is_held"),
    [(403, True), (429, True), (500, True), (503, True), (200, False), (404, False), (301, False)],
)
def test_whose_wish_to_be_left_alone_counts_for_the_host(status: int, is_held: bool) -> None:
    with Site({"/a": Reply(b"", status, (("Retry-After", "60"),))}) as site:
        fetcher = make_fetcher(clock=SleepClock(), respect_robots=False)
        list(look_at_host(fetcher, batch(site, "/a")))
        assert bool(fetcher.holds()) is is_held


@pytest.mark.parametrize("respect_robots", [True, False])
def test_a_redirect_does_not_lead_to_a_host_that_wants_to_be_left_alone(respect_robots: bool) -> None:
    clock = SleepClock()
    with Site({"/b": Reply()}) as other, Site({"/a": redirect(f"{other.url}/b")}) as site:
        fetcher = make_fetcher(clock=clock, respect_robots=respect_robots)
        fetcher.hold_host(f"127.0.0.1:{other.port}", clock.now() + timedelta(hours=1))
        (fetch,) = look_at_host(fetcher, batch(site, "/a"))
        assert (fetch.failure, fetch.url) == (FailureKind.HELD_OFF, f"{other.url}/b")
        assert fetch.header("Retry-After") == "3600"
        assert other.connections == 0
        clock.seconds += 3_595
        assert [fetch.failure for fetch in look_at_host(fetcher, batch(site, "/a"))] == [FailureKind.HELD_OFF]
        clock.seconds += 6
        assert [fetch.status for fetch in look_at_host(fetcher, batch(site, "/a"))] == [200]


def test_holds_are_remembered_of_many_hosts_and_the_oldest_forgotten() -> None:
    clock = SleepClock()
    pace = Pace(clock.monotonic, most_hosts=3)
    pace.hold("over", 1.0)
    clock.seconds += 2
    for number in range(4):
        pace.hold(f"host{number}", 60.0)
        pace.asked(f"other{number}")  # hosts asked since take no hold's place
    assert sorted(pace.holds()) == ["host1", "host2", "host3"]
    pace.hold("host1", 5.0)
    assert pace.held_s("host1") == 60.0


def test_a_redirect_to_another_host_counts_as_asking_it() -> None:
    clock = SleepClock()
    with Site({"/x": Reply()}) as other, Site({"/a": redirect(f"{other.url}/x")}) as site:
        fetcher = make_fetcher(clock=clock, host_interval_s=2.0, respect_robots=False)
        list(look_at_host(fetcher, batch(site, "/a")))
        list(look_at_host(fetcher, batch(other, "/x")))
        assert clock.slept == [2.0]


def test_a_sleep_that_is_broken_off_ends_the_batch() -> None:
    stop = threading.Event()
    with Site({"/a": Reply(), "/b": Reply()}) as site:
        fetcher = make_fetcher(host_interval_s=60.0, respect_robots=False, sleep=stop.wait)
        looks = look_at_host(fetcher, batch(site, "/a", "/b", "/c"))
        assert next(looks).status == 200
        stop.set()
        assert list(looks) == []
        assert site.paths == ["/a"]


def test_a_dead_host_is_not_asked_anew_for_each_article() -> None:
    def hang_up(client: socket.socket) -> None:
        client.close()

    with Site({"/robots.txt": hang_up, "/a": Reply()}) as site:
        fetches = list(look_at_host(make_fetcher(), batch(site, "/a", "/a", "/a")))
        assert [fetch.failure for fetch in fetches] == [FailureKind.UNREACHABLE] * 3
        assert site.paths == ["/robots.txt"]


@pytest.mark.parametrize("bad", ["http://[x", "http://a:99999/", "ftp://a/", "no address", ""])
def test_a_bad_url_ends_nobody_elses_look(bad: str) -> None:
    with Site({"/a": Reply(), "/b": Reply()}) as site:
        first, last = batch(site, "/a", "/b").orders
        orders = Batch(f"127.0.0.1:{site.port}", (first, LookOrder(7, bad), last))
        fetches = list(look_at_host(make_fetcher(), orders))
        assert [fetch.failure for fetch in fetches] == [None, FailureKind.BAD_URL, None]


def test_one_fetcher_serves_many_threads() -> None:
    with ExitStack() as stack, ThreadPoolExecutor(8) as threads:
        pages = {f"/{number}": Reply(b"%d" % number) for number in range(10)}
        sites = [stack.enter_context(Site({"/robots.txt": Reply(b"", 404), **pages})) for _ in range(16)]
        fetcher = make_fetcher()
        batches = [batch(site, *pages) for site in sites]
        for fetches in threads.map(lambda given: list(look_at_host(fetcher, given)), batches):
            assert [fetch.body for fetch in fetches] == [b"%d" % number for number in range(10)]
        assert [site.paths for site in sites] == [["/robots.txt", *pages]] * 16
        assert [site.connections for site in sites] == [1] * 16


def test_what_is_remembered_of_hosts_is_bounded() -> None:
    clock = SleepClock()
    pace = Pace(clock.monotonic, most_hosts=3)
    for number in range(5):
        pace.asked(f"host{number}")
    assert [pace.pause_s(f"host{number}", 2.0) for number in range(5)] == [0.0, 0.0, 2.0, 2.0, 2.0]
