"""Reading sources again and again: what becomes tracked, how it is followed, and what the site is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from source_kit import DAY, HOUR, NOW, Desk, Link, Served, Site, feed, gzipped, index, sitemap

MINUTE = timedelta(minutes=1)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def story(site: Site, number: int, rest: str = "") -> str:
    return site.url(f"/2026/11/23/harbour-story-number-{number}{rest}")


# -- one article, one row ----------------------------------------------------------------------------------------------


def test_tracking_parameters_make_no_second_article(desk: Desk, site: Site) -> None:
    links = [story(site, 1, "?utm_source=rss"), story(site, 1), story(site, 2, "?utm_source=rss&utm_medium=feed")]
    site.pages["/feed"] = Served(feed(links))
    harvest = desk.read("feed", site.url("/feed"))
    assert (harvest.found_count, harvest.new_count) == (3, 2)
    assert desk.urls() == [story(site, 1), story(site, 2)]
    site.pages["/feed"] = Served(feed([story(site, 1, "?utm_source=mail"), story(site, 2, "/"), story(site, 2)]))
    assert desk.read("feed", site.url("/feed"), after=HOUR).new_count == 0
    assert desk.addresses() == [
        (1, story(site, 1), "feed"),
        (1, story(site, 1, "?utm_source=rss"), "variant"),
        (2, story(site, 2), "feed"),
        (2, story(site, 2, "?utm_source=rss&utm_medium=feed"), "variant"),
        (1, story(site, 1, "?utm_source=mail"), "variant"),
        (2, story(site, 2, "/"), "variant"),
    ]


def test_an_article_that_leaves_the_feed_is_still_followed(desk: Desk, site: Site) -> None:
    site.pages["/feed"] = Served(feed([story(site, 1)]))
    desk.read("feed", site.url("/feed"))
    site.pages["/feed"] = Served(feed([story(site, 2)]))
    desk.read("feed", site.url("/feed"), after=DAY)
    (batch,) = desk.store.claim_due(desk.clock(), 10)
    assert [order.url for order in batch.orders] == [story(site, 1), story(site, 2)]


# -- wishes ------------------------------------------------------------------------------------------------------------


def options(site: Site, text: str) -> str:
    return f'[[sources]]\nfeed = "{site.url("/feed")}"\n{text}\n'


def test_patterns_choose_what_is_tracked(desk: Desk, site: Site) -> None:
    links = [site.url(path) for path in ("/news/a-long-story", "/news/live/ticker", "/sport/a-game", "/news/the-quiz")]
    site.pages["/feed"] = Served(feed(links))
    desk.configure(options(site, 'include = ["/news/"]\nexclude = ["/LIVE/", "-quiz$"]'))
    harvest = desk.read("feed", site.url("/feed"))
    assert (harvest.found_count, harvest.new_count, harvest.unwanted_count) == (4, 1, 3)
    assert desk.urls() == [links[0]]


def test_patterns_that_are_widened_bring_what_was_left_out(desk: Desk, site: Site) -> None:
    """Though the feed is as before."""
    site.pages["/feed"] = Served(feed([site.url("/news/1"), site.url("/sport/1")]), etag='"v1"')
    desk.configure(options(site, 'include = ["/news/"]'))
    assert desk.read("feed", site.url("/feed")).new_count == 1
    assert desk.read("feed", site.url("/feed"), after=HOUR).found_count == 0, "it was not modified"
    desk.configure(options(site, ""))
    assert desk.read("feed", site.url("/feed"), after=HOUR).new_count == 1


def test_a_cap_takes_the_newest_first_and_the_rest_on_other_days(desk: Desk, site: Site) -> None:
    links = [(story(site, number), NOW - number * HOUR) for number in range(10)]
    site.pages["/feed"] = Served(feed(reversed(links)), etag='"v1"')
    desk.configure(options(site, "max_new_per_day = 4"))
    harvest = desk.read("feed", site.url("/feed"))
    assert (harvest.new_count, harvest.held_back_count) == (4, 6)
    assert set(desk.urls()) == {url for url, _ in links[:4]}
    assert desk.read("feed", site.url("/feed"), after=23 * HOUR).new_count == 0
    assert desk.read("feed", site.url("/feed"), after=2 * HOUR).new_count == 4, "though the feed is as before"
    assert set(desk.urls()) == {url for url, _ in links[:8]}
    assert desk.read("feed", site.url("/feed"), after=25 * HOUR).held_back_count == 0
    assert len(desk.urls()) == 10
    assert desk.read("feed", site.url("/feed"), after=HOUR).found_count == 0, "now it was not modified"


def test_articles_are_followed_for_as_long_as_is_asked(desk: Desk, site: Site) -> None:
    links: list[Link] = [(story(site, 1), NOW - DAY), (story(site, 2), NOW - 10 * DAY), story(site, 3)]
    site.pages["/feed"] = Served(feed(links))
    desk.configure(options(site, "follow_days = 7\nheadline_only = true"))
    harvest = desk.read("feed", site.url("/feed"))
    assert (harvest.new_count, harvest.too_old_count) == (2, 1)
    known = desk.store.known([1, 2])
    assert [known[number].url for number in (1, 2)] == [story(site, 1), story(site, 3)]
    assert [known[number].follow_until for number in (1, 2)] == [NOW + 6 * DAY, NOW + 7 * DAY]
    assert [known[number].is_headline_only for number in (1, 2)] == [True, True]
    desk.read("feed", site.url("/feed"), after=DAY)
    assert desk.store.known([2])[2].follow_until == NOW + 7 * DAY, "to be named again is not to appear again"


def test_another_source_that_asks_for_more_gets_it(desk: Desk, site: Site) -> None:
    site.pages["/feed"] = Served(feed([story(site, 1)]))
    site.pages["/map"] = Served(sitemap([story(site, 1, "/")]))
    desk.configure(options(site, "follow_days = 7\nheadline_only = true"))
    desk.read("feed", site.url("/feed"))
    desk.read("sitemap", site.url("/map"))
    desk.read("feed", site.url("/feed"), after=HOUR)
    known = desk.store.known([1])[1]
    assert (known.follow_until, known.is_headline_only) == (None, False)


# -- pace --------------------------------------------------------------------------------------------------------------


def next_look_in(desk: Desk) -> timedelta:
    return datetime.fromisoformat(str(desk.source_state("next_look_at"))) - desk.clock()


def test_a_source_is_read_as_often_as_it_brings_news(desk: Desk, site: Site) -> None:
    site.pages["/feed"] = Served(feed((story(site, number), NOW - number * 2 * MINUTE) for number in range(60)))
    desk.read("feed", site.url("/feed"))
    assert next_look_in(desk) == 10 * MINUTE, "the bound: it brings thirty an hour"
    for _ in range(60):
        desk.read("feed", site.url("/feed"), after=DAY)
    assert next_look_in(desk) > 20 * HOUR


def test_a_source_is_left_alone_as_it_asks(desk: Desk, site: Site) -> None:
    links = [(story(site, number), NOW - number * MINUTE) for number in range(60)]
    site.pages["/feed"] = Served(feed(links, ttl_minutes=120), etag='"v1"')
    desk.read("feed", site.url("/feed"))
    assert next_look_in(desk) == 2 * HOUR
    desk.read("feed", site.url("/feed"), after=2 * HOUR)
    assert site.asked == ["/feed", "/feed"]
    assert next_look_in(desk) >= 2 * HOUR, "a 304 does not say it again"
    site.pages["/feed"] = Served(b"too much", 503, headers=(("Retry-After", "36000"),))
    harvest = desk.read("feed", site.url("/feed"), after=2 * HOUR)
    assert "503" in harvest.problem
    assert next_look_in(desk) >= 10 * HOUR


def test_the_least_interval_can_be_set(desk: Desk, site: Site) -> None:
    site.pages["/feed"] = Served(feed((story(site, number), NOW - number * MINUTE) for number in range(60)))
    desk.configure(options(site, "min_interval_s = 60"))
    desk.read("feed", site.url("/feed"))
    assert MINUTE <= next_look_in(desk) < 10 * MINUTE
    desk.configure(options(site, "min_interval_s = 7200"))
    desk.read("feed", site.url("/feed"), after=MINUTE)
    assert next_look_in(desk) == 2 * HOUR


def test_failures_back_off_and_forget_nothing(desk: Desk, site: Site) -> None:
    site.pages["/feed"] = Served(feed([story(site, 1)]), etag='"v1"')
    desk.read("feed", site.url("/feed"))
    good = site.pages.pop("/feed")
    waits = []
    for _ in range(4):
        assert desk.read("feed", site.url("/feed"), after=HOUR).problem == "the server says 404"
        waits.append(next_look_in(desk))
    assert waits == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert desk.source_state("failures_in_row") == 4
    site.pages["/feed"] = good
    harvest = desk.read("feed", site.url("/feed"), after=HOUR)
    assert (harvest.found_count, harvest.problem) == (0, ""), "not modified since before"
    assert desk.source_state("failures_in_row") == 0


# -- sources that move -------------------------------------------------------------------------------------------------


def moved(site: Site, path: str, status: int = 301) -> Served:
    return Served(b"", status, headers=(("Location", site.url(path)),))


def test_a_source_that_moved_for_good_is_asked_where_it_is(desk: Desk, site: Site) -> None:
    site.pages |= {"/feed": moved(site, "/rss"), "/rss": moved(site, "/rss.xml", 308)}
    site.pages["/rss.xml"] = Served(feed([story(site, 1)]), etag='"v1"')
    assert desk.read("feed", site.url("/feed")).new_count == 1
    assert desk.read("feed", site.url("/feed"), after=HOUR).problem == ""
    assert site.asked == ["/feed", "/rss", "/rss.xml", "/rss.xml"]
    assert desk.source_state("moved_to_url") == site.url("/rss.xml")


def test_only_what_leads_there_for_good_is_remembered(desk: Desk, site: Site) -> None:
    site.pages |= {"/feed": moved(site, "/rss"), "/rss": moved(site, "/today.xml", 302)}
    site.pages["/today.xml"] = Served(feed([story(site, 1)]))
    desk.read("feed", site.url("/feed"))
    assert desk.source_state("moved_to_url") == site.url("/rss")


def test_where_no_source_is_it_did_not_move(desk: Desk, site: Site) -> None:
    site.pages |= {"/feed": moved(site, "/"), "/section": moved(site, "/")}
    site.pages["/"] = Served(b"<html><body><h1>The harbour post</h1></body></html>", content_type="text/html")
    assert "web page, not a feed" in desk.read("feed", site.url("/feed")).problem
    assert "front page" in desk.read("page", site.url("/section")).problem
    assert desk.store._connection.rows("SELECT DISTINCT moved_to_url FROM _source_states") == [(None,)]


def test_a_source_that_is_lost_where_it_moved_is_looked_for_where_it_was(desk: Desk, site: Site) -> None:
    site.pages |= {"/feed": moved(site, "/rss"), "/rss": Served(feed([story(site, 1)]))}
    desk.read("feed", site.url("/feed"))
    site.pages |= {"/feed": Served(feed([story(site, 2)])), "/rss": Served(b"", 404)}
    for _ in range(3):
        assert desk.read("feed", site.url("/feed"), after=HOUR).problem == "the server says 404"
    assert desk.read("feed", site.url("/feed"), after=HOUR).new_count == 1


# -- sitemaps ----------------------------------------------------------------------------------------------------------


def test_an_index_is_followed_into_what_it_names(desk: Desk, site: Site) -> None:
    site.pages |= {
        "/index.xml": gzipped(index([site.url("/news.xml.gz"), site.url("/more.xml"), site.url("/absent.xml")])),
        "/news.xml.gz": gzipped(sitemap(story(site, number) for number in range(3))),
        "/more.xml": Served(index([site.url("/deep.xml.gz")])),
        "/deep.xml.gz": gzipped(sitemap([story(site, 7), story(site, 1, "?utm_source=map")])),
    }
    harvest = desk.read("sitemap", site.url("/index.xml"))
    assert (harvest.new_count, harvest.problem) == (4, "")
    assert desk.urls() == [story(site, number) for number in (0, 1, 2, 7)]


def test_of_an_index_only_what_changed_is_read_again(desk: Desk, site: Site) -> None:
    fresh, old = site.url("/fresh.xml"), site.url("/old.xml")
    site.pages |= {
        "/index.xml": Served(index([(old, NOW - 30 * DAY), (fresh, NOW)]), etag='"v1"'),
        "/fresh.xml": Served(sitemap([story(site, 1)])),
        "/old.xml": Served(sitemap([story(site, 2)])),
    }
    assert desk.read("sitemap", site.url("/index.xml")).new_count == 2
    asked = len(site.asked)
    desk.read("sitemap", site.url("/index.xml"), after=HOUR)
    assert site.asked_since(asked) == ["/index.xml"], "not modified"
    site.pages["/index.xml"] = Served(index([(old, NOW - 30 * DAY), (fresh, NOW + HOUR)]), etag='"v2"')
    site.pages["/fresh.xml"] = Served(sitemap([story(site, 1), story(site, 3)]))
    assert desk.read("sitemap", site.url("/index.xml"), after=HOUR).new_count == 1
    assert site.asked_since(asked) == ["/index.xml", "/index.xml", "/fresh.xml"]


def test_an_index_without_times_hides_nothing_behind_not_modified(desk: Desk, site: Site) -> None:
    site.pages |= {
        "/index.xml": Served(index([site.url("/news.xml")]), etag='"always"'),
        "/news.xml": Served(sitemap([story(site, 1)])),
    }
    desk.read("sitemap", site.url("/index.xml"))
    site.pages["/news.xml"] = Served(sitemap([story(site, 1), story(site, 2)]))
    assert desk.read("sitemap", site.url("/index.xml"), after=HOUR).new_count == 1


def test_what_could_not_be_read_is_read_the_next_time(desk: Desk, site: Site) -> None:
    """Though it did not change since."""
    site.pages |= {
        "/index.xml": Served(index([(site.url("/old.xml"), NOW - 30 * DAY)]), etag='"v1"'),
        "/old.xml": Served(b"", 500),
    }
    harvest = desk.read("sitemap", site.url("/index.xml"))
    assert harvest.problem == f"{site.url('/old.xml')}: the server says 500"
    site.pages["/old.xml"] = Served(sitemap([story(site, 1)]))
    assert desk.read("sitemap", site.url("/index.xml"), after=HOUR).new_count == 1


# -- stopping ----------------------------------------------------------------------------------------------------------


def test_a_stop_leaves_the_rest_due(desk: Desk, site: Site, tmp_path: Path) -> None:
    site.pages["/feed"] = Served(feed([story(site, 1)]))
    desk.configure(f'[[sites]]\nhost = "{site.host}"\nhost_interval_s = 60\n')
    desk.store.add_source("feed", site.url("/feed"), NOW)
    desk.store.add_source("feed", site.url("/second"), NOW)
    desk.world.stop.set()  # every pause ends at once, and too early: between two requests to the host lies a minute
    desk.reader.read_due()
    assert site.asked == ["/feed"]
    assert [source.url for source in desk.store.due_sources(NOW)] == [site.url("/second")]


# -- hosts that want to be left alone ----------------------------------------------------------------------------------


def test_what_a_feed_asks_for_is_kept_for_its_host(desk: Desk, site: Site) -> None:
    site.pages["/feed"] = Served(b"too much", 429, headers=(("Retry-After", "3600"),))
    desk.read("feed", site.url("/feed"))
    (held_until,) = desk.store.host_holds(NOW).values()
    assert abs(held_until - (NOW + HOUR)) <= timedelta(seconds=1)
    desk.configure("")  # as after a restart
    harvest = desk.read("feed", site.url("/feed"), after=MINUTE)
    assert "wants to be left alone" in harvest.problem
    assert site.asked == ["/feed"]
    desk.store.add_article(story(site, 1), desk.clock())
    assert desk.store.claim_due(desk.clock(), 10) == ()
