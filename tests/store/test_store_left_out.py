"""What is left out of an article is kept, with its reason and its times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History

from tracker.model import LeftOut, LeftOutLine, Outcome
from tracker.store import Store

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert list(opened.verify()) == []


@pytest.fixture
def story(store: Store) -> History:
    return History(store)


def leave_out(story: History, *lines: str, reason: str = "all link") -> None:
    story.look(Outcome.UNCHANGED, left_out=tuple(LeftOut(line, reason) for line in lines))


def test_a_line_has_its_reason_and_the_looks_that_left_it_out(store: Store, story: History) -> None:
    leave_out(story, "Read more: snow", "Share this", "Share this")
    story.at = NOW + 3 * DAY
    leave_out(story, "Share this")
    leave_out(story, "Share this", "New line")
    assert list(store.left_out(story.article_id)) == [
        LeftOutLine("New line", "all link", NOW + 3 * DAY + HOUR, NOW + 3 * DAY + HOUR),
        LeftOutLine("Share this", "all link", NOW, NOW + 3 * DAY),
        LeftOutLine("Read more: snow", "all link", NOW, NOW),
    ]
    assert list(store.left_out(99)) == []


def test_a_look_that_shows_nothing_new_writes_nothing(store: Store, story: History) -> None:
    leave_out(story, *(f"Line {number}" for number in range(300)))
    kept = list(store.left_out(story.article_id))
    assert len(kept) == 200
    before = store._connection.raw.total_changes
    story.look(Outcome.UNCHANGED)
    cost_of_a_look = store._connection.raw.total_changes - before
    leave_out(story, *(f"Line {number}" for number in range(300)))
    assert store._connection.raw.total_changes - before == 2 * cost_of_a_look
    assert list(store.left_out(story.article_id)) == kept


def test_the_reason_is_that_of_the_latest_note(store: Store, story: History) -> None:
    leave_out(story, "Share this", reason="all link")
    story.at = NOW + 2 * DAY
    leave_out(story, "Share this", reason="a line of the site")
    assert [line.reason for line in store.left_out(story.article_id)] == ["a line of the site"]


def test_the_longest_unseen_lines_go_and_none_that_is_still_there(store: Store, story: History) -> None:
    leave_out(story, *(f"Old {number}" for number in range(100)))
    story.at = NOW + 2 * DAY
    leave_out(story, *(f"Middle {number}" for number in range(80)))
    story.at = NOW + 4 * DAY
    leave_out(story, "Old 0", *(f"New {number}" for number in range(90)))
    kept = [line.text for line in store.left_out(story.article_id)]
    assert len(kept) == 200
    assert "Old 0" in kept
    assert {f"Middle {number}" for number in range(80)} < set(kept)
    assert {f"New {number}" for number in range(90)} < set(kept)


def test_articles_keep_their_own(store: Store, story: History) -> None:
    other = History(store, "https://www.example.com/other")
    leave_out(story, "Share this")
    leave_out(other, "Share this", "Read on")
    assert [line.text for line in store.left_out(other.article_id)] == ["Read on", "Share this"]
    assert store._connection.rows("SELECT article_id, text, reason FROM left_out_lines ORDER BY 1, 2") == [
        (story.article_id, "Share this", "all link"),
        (other.article_id, "Read on", "all link"),
        (other.article_id, "Share this", "all link"),
    ]
