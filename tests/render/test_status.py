"""Health and lists read well on a narrow screen."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from render_samples import URL, article, moment, printed

from tracker.model import Health, HostHealth, State
from tracker.render.status import articles_view, duration_text, status_view

HEALTH = Health(
    article_count=1203,
    states=((State.LIVE, 1100), (State.BLOCKED, 103)),
    due_count=4,
    oldest_due_at=moment(10, 0),
    next_due_at=moment(10, 30),
    check_count_last_day=5400,
    failed_count_last_day=12,
    revision_count=1300,
    change_count=2000,
    last_check_at=None,
    troubled_hosts=(HostHealth("www.example.org", 20, 3, None, "robots.txt asks us \x1bnot to"),),
    database_bytes=12_345_678,
)
EXPECTED = """\
Articles   1,203: 1,100 live, 103 blocked
Recorded   1,300 revisions, 2,000 changes
Due now    4 articles, the longest for 40 min
Next look  2026-11-23 10:30 UTC
Last look  none yet
Last day   5,400 looks, 12 failed
Database   12.3 MB

Hosts in trouble  Failing  Last success  Last problem
www.example.org   3 of 20  never         robots.txt asks us <U+001B>not to
"""


def test_status_reads_as_agreed() -> None:
    assert printed(status_view(HEALTH, moment(10, 40), UTC)) == EXPECTED


def test_a_list_names_each_article_once() -> None:
    shown = printed(articles_view([article(1, "Wall fails"), article(23, None)], UTC), 140)
    first, second, third, fourth = shown.splitlines()
    assert first.split() == ["Id", "Article", "State", "Rev.", "Changes", "Last", "look"]
    assert second.split() == ["1", "Wall", "fails", "live", "2", "7", "2026-11-23", "10:20"]
    assert third.strip() == "www.example.com"
    assert fourth.split() == ["23", URL, "live", "2", "7", "2026-11-23", "10:20"]
    assert printed(articles_view([], UTC)) == "No articles.\n"


@pytest.mark.parametrize(
    ("duration", "shown"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=90), "90 s"),
        (timedelta(minutes=40), "40 min"),
        (timedelta(hours=5), "5.0 h"),
        (timedelta(days=3), "3.0 days"),
    ],
)
def test_durations_are_told_in_one_unit(duration: timedelta, shown: str) -> None:
    assert duration_text(duration) == shown
