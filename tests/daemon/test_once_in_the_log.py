"""The same error in a row is told once in full, and then by its number."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import logs
from tracker.logs import ErrorKey, OnceHandler, Repeated, Repeats

HOUR_S = 3_600.0


def key(number: int = 0) -> ErrorKey:
    return ErrorKey("tracker.check", logging.ERROR, "judging went wrong", f"KeyError at case.py:{number}")


def test_the_same_error_is_counted_and_told_after_an_hour() -> None:
    repeats = Repeats()
    assert repeats.is_news(key(), 0.0)
    assert not any(repeats.is_news(key(), float(second)) for second in range(1, 38))
    assert list(repeats.due(HOUR_S - 1)) == []
    assert list(repeats.due(HOUR_S)) == [Repeated(key(), 37, HOUR_S)]
    assert not repeats.is_news(key(), HOUR_S + 1)
    assert list(repeats.due(2 * HOUR_S)) == [Repeated(key(), 1, HOUR_S)]


def test_an_error_that_stayed_away_for_an_hour_is_news_again() -> None:
    repeats = Repeats()
    assert repeats.is_news(key(), 0.0)
    assert list(repeats.due(HOUR_S)) == []
    assert repeats.is_news(key(), HOUR_S + 1)


def test_other_errors_are_news_of_their_own() -> None:
    repeats = Repeats()
    assert all(repeats.is_news(key(number), 0.0) for number in range(5))


def test_at_the_end_everything_is_told() -> None:
    repeats = Repeats()
    for number in (0, 1, 1, 2, 2, 2):
        repeats.is_news(key(number), 0.0)
    assert [(each.key, each.times) for each in repeats.due(1.0, everything=True)] == [(key(1), 1), (key(2), 2)]
    assert list(repeats.due(1.0, everything=True)) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 2 * HOUR_S)), max_size=200))
def test_nothing_is_lost_and_little_is_kept(met: list[tuple[int, float]]) -> None:
    """Every error is either told in full or counted in a line."""
    repeats, now_s, told = Repeats(most=10), 0.0, 0
    for number, passed_s in met:
        now_s += passed_s
        told += sum(each.times for each in repeats.due(now_s))
        told += repeats.is_news(key(number), now_s)
        assert len(repeats._met) <= 11
    told += sum(each.times for each in repeats.due(now_s, everything=True))
    assert told == len(met)


# -- in the log --------------------------------------------------------------------------------------------------------


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """As it was, afterwards."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def break_down(article_id: int) -> None:
    try:
        raise KeyError(article_id)
    except KeyError:
        logging.getLogger("tracker.check").exception("judging article %d went wrong", article_id)


def test_a_bug_in_a_thousand_articles_is_one_traceback_and_one_number(root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.configure(logs.NORMAL, stream)
    for article_id in range(1_000):
        break_down(article_id)
    logging.getLogger("tracker").info("something else")
    logs.tell_repeats()
    assert stream.getvalue().count("Traceback") == 1
    assert "judging article 0 went wrong" in stream.getvalue()
    assert "more times" not in stream.getvalue()
    logs.tell_repeats(everything=True)
    last = stream.getvalue().splitlines()[-1]
    assert "the same error 999 more times" in last
    assert "KeyError at " in last
    assert "test_once_in_the_log.py:" in last
    assert "level=error" in last


def test_the_number_comes_by_itself_with_the_first_line_after_the_hour() -> None:
    now_s = 0.0
    stream = io.StringIO()
    handler = OnceHandler(stream, lambda: now_s)
    record = logging.LogRecord("tracker", logging.ERROR, "", 0, "broken", (), (KeyError, KeyError(1), None))
    for _ in range(38):
        handler.emit(record)
    now_s = HOUR_S
    handler.emit(logging.LogRecord("tracker", logging.INFO, "", 0, "all is well", (), None))
    assert [line for line in stream.getvalue().splitlines() if line != "KeyError: 1"] == [
        "broken",
        "the same error 37 more times in the last hour",
        "all is well",
    ]


def test_what_is_no_exception_is_always_told(root: logging.Logger) -> None:
    stream = io.StringIO()
    logs.configure(logs.NORMAL, stream)
    for _ in range(3):
        logging.getLogger("tracker").error("the disk is full")
        logging.getLogger("tracker").warning("source not read", exc_info=KeyError())
    assert len([line for line in stream.getvalue().splitlines() if "level=" in line]) == 6
