"""Headline, byline, dates and the smaller statements of a page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pages import page

from tracker.extract import SiteRules, extract
from tracker.model import Extract

URL = "https://www.example.com/islands/night-ferry"


def told(html: str, url: str = URL, rules: SiteRules | None = None) -> Extract:
    found = extract(html, url, rules=rules)
    assert found is not None
    return found


def ld(inside: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {inside}}}</script>'


def test_the_sites_name_is_cut_off_the_title() -> None:
    html = page().replace("<h1>Night ferry to the islands will stop in May</h1>", "")
    assert told(html).headline == "Night ferry to the islands will stop in May"


def test_a_dash_in_the_headline_stays() -> None:
    headline = "Night ferry - a long goodbye"
    assert told(page(headline=headline)).headline == headline


def test_a_kicker_goes_when_another_surface_shows_the_headline_alone() -> None:
    html = page(headline="Night ferry will stop").replace("<h1>", "<h1><span>Islands</span>: ")
    assert told(html).headline == "Night ferry will stop"


def test_an_edited_h1_wins_over_a_stale_social_title() -> None:
    head = '<meta property="og:title" content="Night ferry to the islands will stop in April">'
    assert told(page(head=head)).headline == "Night ferry to the islands will stop in May"


def test_a_breadcrumb_h1_gives_way_to_the_headline_shown() -> None:
    shown = "Last boat home: the night ferry ends"
    html = page(head=ld(f'"headline": "{shown}"'))
    html = html.replace("<h1>", "<ul><li><h1>").replace("</h1>", f"</h1></li></ul><h2>{shown}</h2>")
    assert told(html).headline == shown


def test_authors_from_json_ld_are_joined() -> None:
    authors = '"author": [{"@type": "Person", "name": "By Jo Lind"}, {"@type": "Person", "name": "Mia Orr"}]'
    assert told(page(head=ld(f'"headline": "x", {authors}'))).byline == "Jo Lind, Mia Orr"


def test_an_address_is_no_author() -> None:
    head = '<meta property="article:author" content="https://social.example/jo"><meta name="author" content="Jo Lind">'
    assert told(page(head=head)).byline == "Jo Lind"


def test_a_marked_author_is_found() -> None:
    assert told(page('<a rel="author" href="/jo">Jo Lind</a>')).byline == "Jo Lind"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            ld('"headline": "x", "datePublished": "2026-03-04T05:06:07+02:00"'),
            datetime(2026, 3, 4, 3, 6, 7, tzinfo=UTC),
        ),
        ('<meta property="article:published_time" content="2026-03-04T05:06">', datetime(2026, 3, 4, 5, 6, tzinfo=UTC)),
        ('<meta name="date" content="2026-03-04">', datetime(2026, 3, 4, tzinfo=UTC)),
        ('<meta name="pubdate" content="Wed, 04 Mar 2026 05:06:07 GMT">', datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ('<meta name="date" content="soon">', None),
    ],
)
def test_dates_are_read_and_never_invented(head: str, expected: datetime | None) -> None:
    assert told(page(head=head)).published_at == expected


RENDERED = (
    '"headline": "x", "datePublished": "2026-05-10T15:25:45.901+0000", "dateModified": "2026-05-10T15:25:45.901+0000"'
)


def test_the_moment_at_which_a_server_rendered_the_page_is_no_date_of_the_article() -> None:
    found = told(page(head=ld(RENDERED)))
    assert (found.published_at, found.modified_at) == (None, None)


def test_such_a_moment_gives_way_to_what_else_the_page_says() -> None:
    found = told(page(head=ld(RENDERED) + '<meta property="article:published_time" content="2026-03-04T05:06:07Z">'))
    assert (found.published_at, found.modified_at) == (datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), None)


def test_such_a_moment_is_trusted_when_the_page_names_the_day_again() -> None:
    found = told(page('<time datetime="2026-05-10T17:25">Sunday</time>', head=ld(RENDERED)))
    assert found.published_at == found.modified_at == datetime(2026, 5, 10, 15, 25, 45, tzinfo=UTC)


def test_a_sites_time_zone_holds_for_times_without_one() -> None:
    html = page(head='<meta property="article:published_time" content="2026-07-01T12:00:00">')
    assert told(html, rules=SiteRules(timezone="Europe/Berlin")).published_at == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_modified_language_and_canonical() -> None:
    modified = '<meta property="article:modified_time" content="2026-03-05T00:00Z">'
    found = told(page(head=f'<link rel="canonical" href="/islands/ferry">{modified}'))
    assert found.modified_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert found.language == "en"
    assert found.canonical_url == "https://www.example.com/islands/ferry"


def test_the_line_under_the_headline() -> None:
    line = "Two villages lose their only link after dark."
    assert told(page(f'<p class="standfirst">{line}</p>')).subheadline == line
    assert told(page(f"<p>{line}</p>", head=f'<meta name="description" content="{line}">')).subheadline == line
    assert told(page(head=f'<meta name="description" content="{line}">')).subheadline is None
