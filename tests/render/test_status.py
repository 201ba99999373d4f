"""Health and lists read well on a narrow screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from render_samples import URL, article, moment, printed

from tracker.model import Health, HeldHost, HostHealth, HostMisses, SilentSource, State
from tracker.render.standing import standing_text
from tracker.render.status import articles_view, status_view

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
Last hour  0 looks, 0.0 a minute
Last day   5,400 looks, 12 failed
Database   12.3 MB
Backup     none yet

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
    assert third.strip() == URL
    assert fourth.split() == ["23", URL, "live", "2", "7", "2026-11-23", "10:20"]
    assert printed(articles_view([], UTC)) == "No articles.\n"


def test_status_names_the_articles_whose_state_changed_lately() -> None:
    changed = (
        article(3, "Wall fails", State.GONE, moment(9, 40)),
        article(1, "Lamp is put up", State.LIVE, moment(9, 6)),
        article(7, "Old address", State.MOVED, moment(9, 0), joined_to=1),
        article(9, "Live: the storm", State.LIVE_PAGE, moment(8, 10)),
    )
    health = replace(HEALTH, states=((State.LIVE, 1), (State.LIVE_PAGE, 2)), state_changes=changed)
    shown = printed(status_view(health, moment(10, 40), UTC), 140)
    assert "1,203: 1 live, 2 live pages\n" in shown
    rows = [line for line in shown.splitlines() if line.startswith(("2026-11-23 ", "State since"))]
    assert [" ".join(row.split()) for row in rows] == [
        "State since For State Article",
        "2026-11-23 09:40 60 min gone Wall fails",
        "2026-11-23 09:06 94 min back Lamp is put up",
        "2026-11-23 09:00 100 min goes on as article 1 Old address",
        "2026-11-23 08:10 2.5 h live page Live: the storm",
    ]


def test_a_list_says_since_when_an_article_is_not_simply_there() -> None:
    shown = printed(articles_view([article(3, "Wall fails", State.GONE, moment(9, 40))], UTC), 140)
    assert "    gone since 2026-11-23 09:40\n" in shown
    live = printed(articles_view([article(3, "Wall fails", State.LIVE, moment(9, 40))], UTC), 140)
    assert "since" not in live


def test_a_narrow_list_leaves_the_room_to_the_headlines() -> None:
    shown = printed(articles_view([article(1, "Harbour wall fails at Port Ellin")], UTC), 60)
    assert shown.splitlines()[1].split() == ["1", "Harbour", "wall", "fails", "at", "Port", "Ellin", "live", "2", "7"]
    assert "last look 2026-11-23 10:20" in " ".join(shown.split())


def test_how_an_article_stands_is_one_line() -> None:
    gone = replace(article(3, "Wall", State.GONE, moment(9, 40)), next_check_at=moment(11, 0))
    assert standing_text(gone, moment(9, 40) + timedelta(days=3), UTC) == (
        "gone since 2026-11-23 09:40 UTC, 3 days; next look due now"
    )
    assert standing_text(gone, moment(10, 40), UTC).endswith("60 min; next look 2026-11-23 11:00 UTC")
    joined = article(7, "Wall", State.MOVED, moment(9, 40), joined_to=1)
    assert standing_text(joined, moment(10, 40), UTC) == (
        "goes on as article 1 since 2026-11-23 09:40 UTC, 60 min; not looked at any more"
    )
    live_page = article(7, "Wall", State.LIVE_PAGE, moment(9, 40))
    assert "live_pages = true" in standing_text(live_page, moment(10, 40), UTC)


def test_an_article_that_is_not_looked_at_any_more_says_why_and_what_to_do() -> None:
    given_up = replace(article(7, "Wall", State.LIVE, moment(9, 40)), next_check_at=None)
    assert standing_text(given_up, moment(10, 40), UTC) == (
        "live since 2026-11-23 09:40 UTC, 60 min; not looked at any more: nothing more is to be expected of it; "
        "`tracker check 7` looks now"
    )
    ended = replace(given_up, follow_until=moment(10, 0))
    assert "its source asks to follow it until 2026-11-23 10:00 UTC" in standing_text(ended, moment(10, 40), UTC)
    shown = printed(articles_view([given_up], UTC), 140)
    assert "    not looked at any more\n" in shown
    gone = replace(given_up, state=State.GONE)
    assert "gone since 2026-11-23 09:40, not looked at any more\n" in printed(articles_view([gone], UTC), 140)


def test_status_tells_of_hosts_that_are_edited_faster_than_they_are_looked_at() -> None:
    misses = (HostMisses("www.example.com", 120.4, 0.251), HostMisses("www.example.org", 12.0, 0.06))
    shown = printed(status_view(replace(HEALTH, misses=misses), moment(10, 40), UTC), 140)
    rows = [" ".join(line.split()) for line in shown.splitlines()[-3:]]
    assert rows == [
        "Edited faster than looked at Edits seen Likely missed",
        "www.example.com 120 at least 25%",
        "www.example.org 12 at least 6%",
    ]


def test_status_says_who_is_left_alone_and_when_the_last_copy_was_made() -> None:
    held = HeldHost("www.example.org", moment(11, 34), "Retry-After")
    shown = printed(status_view(replace(HEALTH, held_hosts=(held,), last_backup_at=moment(9, 0)), moment(10, 40), UTC))
    assert "Backup     2026-11-23 09:00 UTC\n" in shown
    assert "Left alone       Until             In      Because\n" in shown
    assert "www.example.org  2026-11-23 11:34  54 min  Retry-After\n" in shown


def test_status_names_sources_that_fell_silent_and_says_how_much_room_is_left() -> None:
    sources = (
        SilentSource("https://www.example.org/rss", moment(9, 0), ""),
        SilentSource("https://www.example.com/rss", None, "the server says 410"),
    )
    health = replace(HEALTH, silent_sources=sources, check_count_last_hour=90, free_bytes=7_000_000_000)
    shown = printed(status_view(health, moment(10, 40), UTC), 140)
    assert "Last hour  90 looks, 1.5 a minute\n" in shown
    assert "Database   12.3 MB, 7.0 GB free on its disk\n" in shown
    rows = [" ".join(line.split()) for line in shown.splitlines() if "/rss" in line]
    assert rows == [
        "https://www.example.org/rss 2026-11-23 09:00 nothing new for ten times as long as usual",
        "https://www.example.com/rss never the server says 410",
    ]
