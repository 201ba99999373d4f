"""Liveblogs and tickers, and what only looks like one."""

from __future__ import annotations

import pytest
from verdict_kit import ARTICLE_META, HOST, LONG_PROSE, PROSE, URL, json_ld, kind, page, problem

from tracker.extract import SiteRules
from tracker.model import ProblemKind

HEADLINE = "Night ferry to the islands will stop in May"
ARTICLE = {"@type": "NewsArticle", "headline": HEADLINE, "url": URL, "datePublished": "2026-11-20T10:00:00Z"}
LIVE = {**ARTICLE, "@type": "LiveBlogPosting", "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "A storm"}]}
ELSEWHERE = {"@type": "LiveBlogPosting", "headline": "The storm, hour by hour", "url": f"{HOST}/islands/storm-live"}
ENTRIES = tuple(f"{hour:02}:1{hour % 10} Uhr: {text}" for hour, text in enumerate(PROSE * 2, start=9))


@pytest.mark.parametrize(
    "head",
    [
        json_ld(LIVE),
        json_ld({"@type": "BreadcrumbList", "itemListElement": []}, ARTICLE, LIVE),
        json_ld({"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, LIVE]}),
        json_ld({**LIVE, "headline": "Another headline for search engines"}),
        json_ld({"@type": ["https://schema.org/LiveBlogPosting"], "headline": HEADLINE}),
    ],
)
def test_a_page_that_declares_itself_a_live_blog_is_one(head: str) -> None:
    assert kind(page(head=head, prose=LONG_PROSE)) is ProblemKind.LIVE_PAGE


@pytest.mark.parametrize(
    "head",
    [
        json_ld(ARTICLE, ELSEWHERE),
        json_ld(ELSEWHERE, ARTICLE),
        json_ld({**ARTICLE, "isPartOf": ELSEWHERE}),
        json_ld({**ARTICLE, "mentions": [ELSEWHERE], "hasPart": {"@type": "LiveBlogPosting"}}),
        json_ld({"@type": "ItemList", "itemListElement": [{"item": ELSEWHERE}]}, ARTICLE),
    ],
)
def test_an_article_that_mentions_or_embeds_a_live_blog_is_none(head: str) -> None:
    embedded = '<div itemscope itemtype="https://schema.org/LiveBlogPosting"><h3>The storm</h3><p>11:00 Rain.</p></div>'
    assert problem(page(embedded, head=head, prose=LONG_PROSE)) is None


def test_microdata_of_the_whole_page_count() -> None:
    html = page(prose=LONG_PROSE).replace("<main>", '<main itemscope itemtype="http://schema.org/LiveBlogPosting">')
    assert kind(html) is ProblemKind.LIVE_PAGE


@pytest.mark.parametrize(
    "path",
    [
        "/news/live/uk-politics-67000000",
        "/sport/live/c4ngk17zl1et",
        "/world/live-updates/storm",
        "/news/liveblog/2026/11/20/storm-on-the-islands",
        "/politics/live/2026/nov/20/storm-on-the-islands",
        "/panorama/liveticker/sturm-4711.html",
    ],
)
def test_folders_of_live_pages_are_known(path: str) -> None:
    assert kind(page(prose=LONG_PROSE), url=HOST + path) is ProblemKind.LIVE_PAGE


@pytest.mark.parametrize(
    "title",
    ["Liveblog: Sturm auf den Inseln", "Storm on the islands - live updates", "Newsblog | Sturm auf den Inseln"],
)
def test_titles_that_say_so_are_known(title: str) -> None:
    assert kind(page(headline=title, prose=LONG_PROSE)) is ProblemKind.LIVE_PAGE


@pytest.mark.parametrize(
    "slug", ["sturm-inseln-news-ticker-vom-20-november", "liveticker-sturm", "storm-as-it-happened"]
)
def test_an_address_that_says_so_needs_entries(slug: str) -> None:
    url = f"{HOST}/panorama/{slug}.html"
    assert kind(page(prose=ENTRIES), url=url) is ProblemKind.LIVE_PAGE
    assert problem(page(prose=LONG_PROSE), url=url) is None


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Live Aid: how a concert changed charity", "/music/live-aid-40-years"),
        ("Where to live on the islands", "/property/where-to-live"),
        ("How to watch the ferry race live", "/sport/how-to-watch-live-stream"),
        ("LIVE: the ferry's last night", "/islands/live-music-on-the-ferry"),
        ("Why everyone reads a liveticker now", "/media/why-liveticker-are-so-popular"),
        ("Lithium aus dem Schredder", "/newsticker/meldung/Lithium-4451133.html"),
        ("Islanders live longer", "/live/health/islanders-live-longer"),
        ("Stock ticker turns 150", "/business/stock-ticker-turns-150"),
    ],
)
def test_the_word_alone_makes_no_live_page(title: str, path: str) -> None:
    assert problem(page(headline=title, head=ARTICLE_META, prose=LONG_PROSE), url=HOST + path) is None


def test_a_timetable_in_an_article_makes_no_live_page() -> None:
    assert problem(page(headline="The festival's programme, live on Sunday", prose=ENTRIES)) is None


def test_a_site_rule_tracks_live_pages_like_articles() -> None:
    html = page(head=json_ld(LIVE), prose=LONG_PROSE)
    assert problem(html, rules=SiteRules(live_pages=True)) is None
    assert problem(html, url=f"{HOST}/news/live/67", rules=SiteRules(live_pages=True)) is None


def test_the_sentence_says_why() -> None:
    found = problem(page(head=json_ld(LIVE), prose=LONG_PROSE))
    assert found is not None
    assert found.sentence == (
        "This is a live page, edited by adding to it: it declares itself a live blog (LiveBlogPosting)."
    )
