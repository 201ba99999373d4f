"""The small fields of two pages read together, and what is told of lines that are left out."""

from __future__ import annotations

import pytest
from together_kit import STORY, URL, story, together

from tracker.extract import read
from tracker.model import Extract

# -- the small fields ------------------------------------------------------------------------------------------------


def fields(before: str, now: str) -> tuple[Extract, Extract]:
    both = together(before, now)
    assert both.before.extract is not None
    assert both.now.extract is not None
    return both.before.extract, both.now.extract


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


def test_a_headline_that_readers_see_changed() -> None:
    old, new = fields(story(headline="Night ferry will stop"), story(headline="Night ferry may stop"))
    assert (old.headline, new.headline) == ("Night ferry will stop", "Night ferry may stop")


def test_a_headline_that_only_the_heading_shows_anew() -> None:
    stale = og("Night ferry will stop") + '<meta name="twitter:title" content="Night ferry will stop">'
    before = story(headline="Night ferry will stop", head=stale)
    now = before.replace("<h1>Night ferry will stop", "<h1>Boats to the islands sail on")
    old, new = fields(before, now)
    assert (old.headline, new.headline) == ("Night ferry will stop", "Boats to the islands sail on")


def test_a_title_that_is_tried_on_in_the_head_is_no_new_headline() -> None:
    heading = "Islands: Night ferry will stop in May"
    before = story(headline=heading, head=og("Night ferry will stop in May"))
    now = story(headline=heading, head=og("You will not believe what happens to the ferry"))
    old, new = fields(before, now)
    assert old.headline == new.headline


def test_a_byline_whose_mark_went_stays_and_one_that_changed_does_not() -> None:
    def html(name: str, mark: str) -> str:
        return story().replace("</h1>", f'</h1><p class="{mark}">By {name}</p>')

    old, new = fields(html("Ada Holm", "byline"), html("Ada Holm", "css-81fa"))
    assert old.byline == new.byline == "Ada Holm"
    old, new = fields(html("Jonas Lie", "css-81fa"), html("Jonas Lie", "byline"))
    assert old.byline == new.byline
    old, new = fields(story(), html("Jonas Lie", "byline"))
    assert (old.byline, new.byline) == (None, "Jonas Lie")
    old, new = fields(html("Ada Holm", "byline"), html("Jonas Berg", "byline"))
    assert (old.byline, new.byline) == ("Ada Holm", "Jonas Berg")


def test_a_line_under_the_headline_whose_mark_went_stays_and_an_edit_of_it_is_seen() -> None:
    def html(text: str, mark: str) -> str:
        return story().replace("</h1>", f'</h1><p class="{mark}">{text}</p>')

    line = "Four hundred islanders wonder how to get home after nine in the evening"
    old, new = fields(html(line, "standfirst"), html(line, "css-81fa"))
    assert old.subheadline == new.subheadline == line
    old, new = fields(html(line, "standfirst"), html(line.replace("Four", "Five"), "css-81fa"))
    assert new.subheadline == line.replace("Four", "Five")


def test_a_date_that_another_surface_gives_now_stays_and_a_new_date_is_seen() -> None:
    meta = '<meta property="article:published_time" content="2026-05-0{}T08:00:00Z">'
    claim = '{{"@type": "NewsArticle", "datePublished": "2026-05-0{}T08:00:00Z"}}'
    ld = f'<script type="application/ld+json">{claim}</script>'
    old, new = fields(story(head=meta.format(3) + ld.format(3)), story(head=meta.format(3)))
    assert old.published_at == new.published_at
    old, new = fields(story(head=meta.format(3)), story(head=meta.format(4)))
    assert old.published_at != new.published_at


# -- what is left out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("piece", "text", "reason"),
    [
        ('<p>Read more: <a href="/x">Bakers warn of dearer bread</a></p>', "Read more: Bakers warn of", "a link"),
        ('<ul><li><a href="/x">Bakers warn of dearer bread</a></li></ul>', "Bakers warn of dearer bread", "a link"),
        ('<a href="/x"><h3>Museum opens</h3><p>Long queues on Saturday.</p></a>', "Museum opens Long", "a link"),
        ("<aside><p>What is a ferry? A boat that comes back.</p></aside>", "What is a ferry?", "a box"),
        ('<div><p>Our letter.</p><form><input type="email"></form></div>', "Our letter.", "a mail address"),
        ("<p>© 2026 The Harbour Post</p>", "© 2026 The Harbour Post", "rights"),
    ],
)
def test_what_stands_amid_the_text_without_being_part_of_it_is_told(piece: str, text: str, reason: str) -> None:
    reading = read(story(between=piece), URL)
    assert reading.extract is not None
    assert reading.extract.paragraphs == STORY
    told = [line for line in reading.left_out if line.reason != "repeats the headline"]
    assert [(line.text.startswith(text), reason in line.reason) for line in told] == [(True, True)]


def test_the_navigation_is_not_told() -> None:
    assert [line.reason for line in read(story(), URL).left_out] == ["repeats the headline"]


@pytest.mark.parametrize(
    "text", ["(c) the court heard both sides at length and then adjourned.", "Copyright law may change."]
)
def test_a_sentence_that_looks_like_a_notice_of_rights_stays(text: str) -> None:
    found = read(story(between=f"<p>{text}</p>"), URL).extract
    assert found is not None
    assert text in found.paragraphs
