"""HTTP's dates, and how long a server asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.http_dates import LONGEST_RETRY_AFTER, freshness_s, parse_http_date, retry_after
from tracker.model import Fetch

NOW = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)


def answer(*headers: tuple[str, str]) -> Fetch:
    return Fetch("http://news.example/", "http://news.example/", NOW, status=503, headers=headers)


@pytest.mark.parametrize(
    "text", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
)
def test_all_three_forms_of_a_date(text: str) -> None:
    assert parse_http_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "32 Foo 1994", "Sun, 99 Nov 1994 08:49:37 GMT", "0", "-1", ",", " , "])
def test_what_is_no_date(text: str) -> None:
    assert parse_http_date(text) is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("1.5", 1.5),
        ("Mon, 23 Nov 2026 02:02:03 GMT", 3_600),
        ("9" * 5_000, LONGEST_RETRY_AFTER.total_seconds()),
        ("99999999999", LONGEST_RETRY_AFTER.total_seconds()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER.total_seconds()),
        ("0", None),
        ("-5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        ("Mon, 23 Nov 2026 01:02:03 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", None),
    ],
)
def test_retry_after(said: str, seconds: float | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert retry_after(answer(("retry-after", said)), NOW) == expected


def test_nothing_said() -> None:
    assert retry_after(answer(), NOW) is None


def test_a_server_whose_clock_is_wrong_is_understood() -> None:
    fetch = answer(("Date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Retry-After", "Thu, 01 Jan 1970 00:10:00 GMT"))
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    assert retry_after(fetch, there) == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"cache-control": "public"}, None),
        ({"cache-control": "max-age=3600"}, 3_600),
        ({"cache-control": 'public, MAX-AGE="7200"'}, 7_200),
        ({"cache-control": "s-maxage=600, max-age=900"}, 900),
        ({"cache-control": "max-age=3600", "age": "600"}, 3_000),
        ({"cache-control": "max-age=3600", "age": "4000"}, 0),
        ({"cache-control": "max-age=3600", "age": "soon"}, 3_600),
        ({"cache-control": "max-age=3600, no-cache"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=999999999999"}, 2**31),
        ({"cache-control": "max-age=60", "expires": "Mon, 23 Nov 2026 02:02:03 GMT"}, 60),
        ({"expires": "Mon, 23 Nov 2026 02:02:03 GMT"}, 3_600),
        ({"expires": "Thu, 01 Jan 1970 00:10:00 GMT", "date": "Thu, 01 Jan 1970 00:00:00 GMT"}, 600),
        ({"expires": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0),
        ({"expires": "0"}, 0),
        ({"expires": " "}, None),
    ],
)
def test_freshness(headers: dict[str, str], expected: float | None) -> None:
    assert freshness_s(headers.get, NOW) == expected


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_any_words_about_freshness_can_be_read(cache_control: str, expires: str, age: str) -> None:
    said = {"cache-control": cache_control, "expires": expires, "age": age}
    freshness = freshness_s(said.get, NOW)
    assert freshness is None or freshness >= 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_can_be_read(said: str, date: str) -> None:
    until = retry_after(answer(("Retry-After", said), ("Date", date)), NOW)
    assert until is None or NOW < until <= NOW + LONGEST_RETRY_AFTER
