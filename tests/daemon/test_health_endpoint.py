"""What `/health` and `/metrics` say, and that nobody who asks can hold the daemon up."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tracker.errors import TrackerError
from tracker.health import HealthServer, Snapshot
from tracker.health.snapshot import LATE, SILENT, lateness
from tracker.listening import Address, parse_address
from tracker.model import Health, HostHealth, State

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEALTH = Health(
    article_count=12,
    states=((State.LIVE, 10), (State.BLOCKED, 2)),
    due_count=3,
    oldest_due_at=NOW - timedelta(minutes=5),
    next_due_at=NOW + timedelta(minutes=1),
    check_count_last_day=480,
    failed_count_last_day=7,
    revision_count=31,
    change_count=64,
    last_check_at=NOW - timedelta(seconds=20),
    troubled_hosts=(HostHealth("www.example.com", 5, 2, None, "the server says 403"),),
    database_bytes=4_096,
)
WELL = Snapshot(NOW, NOW - timedelta(days=2), HEALTH, free_bytes=10**9)
HERE = Address("127.0.0.1", 0)


@contextmanager
def served(snapshot: Snapshot) -> Iterator[str]:
    with HealthServer(HERE, lambda: snapshot) as server:
        yield f"http://{server.address}"


def get(url: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def test_all_is_well() -> None:
    with served(WELL) as url:
        status, kind, body = get(f"{url}/health")
    told = json.loads(body)
    assert (status, kind) == (200, "application/json; charset=utf-8")
    assert told["is_well"] is True
    assert told["troubles"] == []
    assert told["states"] == {"live": 10, "blocked": 2}
    assert told["due_count"] == 3
    assert told["last_check_at"] == "2026-11-23T11:59:40Z"
    assert told["troubled_hosts"][0]["last_problem"] == "the server says 403"


def test_what_is_wrong_is_said() -> None:
    with served(replace(WELL, troubles=("the network is gone",))) as url:
        status, _, body = get(f"{url}/health")
    assert status == 503
    assert json.loads(body)["troubles"] == ["the network is gone"]


def test_before_the_first_figures_there_is_an_answer_too() -> None:
    with served(Snapshot(NOW, NOW, None)) as url:
        assert get(f"{url}/health")[0] == 200
        assert get(f"{url}/metrics")[0] == 200


def test_metrics_are_read_by_prometheus() -> None:
    with served(replace(WELL, troubles=("the network is gone",))) as url:
        status, kind, body = get(f"{url}/metrics")
    assert status == 200
    assert kind.startswith("text/plain; version=0.0.4")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }
    assert samples["tracker_well",] == 0
    assert samples["tracker_articles", "live"] == 10
    assert samples["tracker_articles", "gone"] == 0
    assert samples["tracker_due_articles",] == 3
    assert samples["tracker_revisions_total",] == 31
    assert samples["tracker_last_check_timestamp_seconds",] == (NOW - timedelta(seconds=20)).timestamp()
    assert samples["tracker_host_failing_articles", "www.example.com"] == 2


def test_a_moment_that_is_not_known_is_left_out() -> None:
    with served(replace(WELL, health=replace(HEALTH, last_check_at=None))) as url:
        assert "last_check_timestamp" not in get(f"{url}/metrics")[2]


@pytest.mark.parametrize("path", ["/", "/etc/passwd", "/health/"])
def test_there_is_nothing_else(path: str) -> None:
    with served(WELL) as url:
        assert get(url + path)[0] == 404


def test_nothing_can_be_sent() -> None:
    with served(WELL) as url:
        request = urllib.request.Request(f"{url}/health", data=b"x" * 10_000_000, method="POST")
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(request, timeout=30)
        assert get(f"{url}/health")[0] == 200


def test_visitors_who_say_nothing_keep_nobody_out_for_long_and_the_end_comes_all_the_same() -> None:
    with ExitStack() as visitors, served(WELL) as url:
        host, port = url.removeprefix("http://").split(":")
        for _ in range(40):
            visitors.enter_context(socket.create_connection((host, int(port)), timeout=30))
        answered = threading.Event()

        def ask_until_answered() -> None:
            while not answered.is_set():
                try:
                    answered.set() if get(f"{url}/health")[0] == 200 else None
                except OSError:
                    continue

        asking = threading.Thread(target=ask_until_answered, daemon=True)
        asking.start()
        assert answered.wait(60)
        asking.join()


def test_an_address_in_use_is_said_in_one_sentence() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(TrackerError, match=r"health\.listen"),
    ):
        HealthServer(Address("127.0.0.1", taken.getsockname()[1]), lambda: WELL)


@pytest.mark.parametrize(
    ("text", "address", "is_loopback"),
    [
        ("9178", Address("127.0.0.1", 9178), True),
        (":9178", Address("127.0.0.1", 9178), True),
        ("localhost:9178", Address("localhost", 9178), True),
        ("[::1]:9178", Address("::1", 9178), True),
        ("0.0.0.0:9178", Address("0.0.0.0", 9178), False),
        ("192.0.2.7:80", Address("192.0.2.7", 80), False),
    ],
)
def test_addresses(text: str, address: Address, is_loopback: bool) -> None:
    assert parse_address(text) == address
    assert address.is_loopback is is_loopback


@pytest.mark.parametrize("text", ["", "localhost", "example.com:80", "127.0.0.1:70000", "127.0.0.1:-1", "1.2.3:80"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_address(text)


# -- what is wrong -----------------------------------------------------------------------------------------------------

LONG_AGO = NOW - timedelta(days=30)


def test_a_queue_that_is_worked_off_is_well() -> None:
    assert lateness(HEALTH, NOW, LONG_AGO) == ()
    assert lateness(replace(HEALTH, due_count=0, oldest_due_at=None, last_check_at=LONG_AGO), NOW, LONG_AGO) == ()


def test_articles_that_are_due_for_hours() -> None:
    late = replace(HEALTH, oldest_due_at=NOW - LATE - timedelta(minutes=1))
    assert "3 articles are due" in lateness(late, NOW, LONG_AGO)[0]
    assert lateness(late, NOW, NOW - timedelta(minutes=1)) == ()


def test_nothing_looked_at_although_something_is_due() -> None:
    since = NOW - SILENT - timedelta(minutes=1)
    silent = replace(HEALTH, oldest_due_at=since, last_check_at=since)
    assert "nothing was looked at" in lateness(silent, NOW, LONG_AGO)[0]
    assert lateness(replace(silent, last_check_at=NOW), NOW, LONG_AGO) == ()
