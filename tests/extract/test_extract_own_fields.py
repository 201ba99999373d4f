"""What a page says in fields of their own (headline, line under it, names) is told once, and is no part of the text."""

from __future__ import annotations

import pytest
from pages import PROSE, page
from together_kit import STORY, story, together

from tracker.extract import extract
from tracker.model import Extract

URL = "https://www.example.com/a"
HEADLINE = "Night ferry to the islands will stop in May"
NEW = "Boats to the islands sail on after all"


def seen(before: str, now: str) -> tuple[Extract, Extract]:
    both = together(before, now)
    assert both.before.extract is not None
    assert both.now.extract is not None
    return both.before.extract, both.now.extract


def headed(*lines: str, head: str = "") -> str:
    """The story with lines under its headline, and amid its paragraphs' own box."""
    html = story(headline=HEADLINE, head=head).replace("<div><p>", "<p>").replace("</div></article>", "</article>")
    return html.replace("</h1>", "</h1>" + "".join(lines))


STALE = (
    f'<meta property="og:title" content="{HEADLINE}"><script type="application/ld+json">'
    f'{{"@type": "NewsArticle", "headline": "{HEADLINE}"}}</script>'
)


@pytest.mark.parametrize("tag", ["h1", "h1 class='css-81fa'"])
def test_a_heading_that_changed_alone_is_the_headline_and_no_paragraph(tag: str) -> None:
    before = headed(head=STALE)
    now = before.replace(f"<h1>{HEADLINE}", f"<{tag}>{NEW}")
    for old, new in (seen(before, now), seen(now, before)[::-1]):
        assert old.paragraphs == new.paragraphs == STORY
    assert [each.headline for each in seen(before, now)] == [HEADLINE, NEW]


def by(line: str, mark: str = "byline") -> str:
    return f"<p class='{mark}'>{line}</p>"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (by("By Ann Bee and Cy Dee"), "Ann Bee and Cy Dee"),
        (by("By Ann Bee, Cy Dee"), "Ann Bee, Cy Dee"),
        ("<p><a rel='author'>Ann Bee</a> and <a rel='author'>Cy Dee</a></p>", "Ann Bee, Cy Dee"),
        (by("By Cy Dee"), "Cy Dee"),
    ],
)
def test_names_that_come_are_the_bylines_and_no_paragraph(line: str, names: str) -> None:
    before, now = headed(by("By Ann Bee")), headed(line)
    old, new = seen(before, now)
    assert (old.byline, new.byline) == ("Ann Bee", names)
    assert old.paragraphs == new.paragraphs == STORY
    back, again = seen(now, before)
    assert (back.byline, again.byline) == (names, "Ann Bee")
    assert back.paragraphs == again.paragraphs == STORY


def test_names_that_the_head_gives_otherwise_are_no_paragraph() -> None:
    def html(line: str, names: str) -> str:
        return headed(by(line), head=f'<meta name="author" content="{names}">')

    old, new = seen(html("By Ann Bee", "Ann Bee"), html("By Ann Bee and Cy Dee", "Ann Bee, Cy Dee"))
    assert (old.byline, new.byline) == ("Ann Bee", "Ann Bee, Cy Dee")
    assert old.paragraphs == new.paragraphs == STORY
    old, new = seen(html("By Ann Bee", "Ann Bee"), html("By Cyrilla Deemster-Holm", "Ann Bee"))
    assert old.paragraphs == new.paragraphs == STORY


def test_another_articles_author_is_none_of_this_ones() -> None:
    teaser = "<section><h3>Bread</h3><p class='byline'>By Bob Roe</p></section>"
    before = headed(by("By Ann Bee"))
    now = headed(by("By Ann Bee", "css-81fa")).replace("</main>", teaser + "</main>")
    old, new = seen(before, now)
    assert old.byline == new.byline == "Ann Bee"


LINE = "Four hundred islanders wonder how to get home after nine in the evening."
MARKS = ("standfirst", "article-subtitle", "dek")


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("tag", ["p", "h2", "div"])
def test_the_line_under_the_headline_is_told_once(mark: str, tag: str) -> None:
    def html(text: str) -> str:
        return headed(f"<{tag} class='{mark}'>{text}</{tag}>")

    found = extract(html(LINE), URL)
    assert found is not None
    assert (found.subheadline, found.paragraphs) == (LINE, STORY)
    for text in (LINE.replace("Four", "Five"), "Nobody may stay on the quay for months to come."):
        old, new = seen(html(LINE), html(text))
        assert (old.subheadline, new.subheadline) == (LINE, text)
        assert old.paragraphs == new.paragraphs == STORY
    for old, new in (seen(headed(), html(LINE)), seen(html(LINE), headed())[::-1]):
        assert (old.subheadline, new.subheadline) == (None, LINE)
        assert old.paragraphs == new.paragraphs == STORY


def test_the_line_under_the_headline_whose_mark_goes_becomes_no_paragraph() -> None:
    old, new = seen(headed(f"<p class='dek'>{LINE}</p>"), headed(f"<p class='css-81fa'>{LINE}</p>"))
    assert old.subheadline == new.subheadline == LINE
    assert old.paragraphs == new.paragraphs == STORY


def test_a_first_paragraph_that_is_the_description_too_stays_in_the_text() -> None:
    found = extract(page(head=f'<meta name="description" content="{PROSE[0]}">'), URL)
    assert found is not None
    assert (found.subheadline, found.paragraphs) == (PROSE[0], PROSE)


def test_a_line_under_the_headline_that_is_all_there_is_stays() -> None:
    html = f"<html><body><article><h1>{HEADLINE}</h1><p class='standfirst'>{LINE}</p></article></body></html>"
    found = extract(html, URL)
    assert found is not None
    assert found.paragraphs == (LINE,)


def test_a_line_under_a_heading_amid_the_text_stays() -> None:
    found = extract(
        headed().replace(f"<p>{STORY[3]}", f"<h3 class='subheading'>What comes next now</h3><p>{STORY[3]}"), URL
    )
    assert found is not None
    assert "What comes next now" in found.paragraphs


SHORT = ("A boat sank off Lakatia.", "Twelve were saved.", "The search goes on.")


@pytest.mark.parametrize(
    "frame", ["<body>{}</body>", "<body><nav><a href='/'>Home</a></nav>{}<footer>Us</footer></body>"]
)
@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("box", ["<p>{}</p>", "<div>{}</div>", "{}<br><br>"])
def test_a_short_text_is_read_in_paragraphs_without_its_headline(box: str, count: int, frame: str) -> None:
    inside = "<h1>Boat sinks</h1>" + "".join(box.format(text) for text in SHORT[:count])
    found = extract(f"<html><head><title>Boat sinks</title></head>{frame.format(inside)}</html>", URL)
    assert found is not None
    assert (found.headline, found.paragraphs) == ("Boat sinks", SHORT[:count])


@pytest.mark.parametrize("field", ["", "<input type='hidden' name='__VIEWSTATE' value='abc'>"])
@pytest.mark.parametrize("count", [1, 3, 6])
def test_a_page_that_is_one_form_is_read(count: int, field: str) -> None:
    prose = "".join(f"<p>{text}</p>" for text in STORY[:count])
    title = "<h2>Boat sinks</h2>" if field else "<h1>Boat sinks</h1>"
    found = extract(f"<html><body><form method='post'>{field}<div>{title}{prose}</div></form></body></html>", URL)
    assert found is not None
    assert found.paragraphs[-count:] == STORY[:count]


def test_a_form_beside_the_text_is_none_of_it() -> None:
    ask = "<form><h2>Our letter</h2><p>Tell us where we may send what we write.</p><input name='mail'></form>"
    found = extract(page(between=ask), URL)
    assert found is not None
    assert found.paragraphs == PROSE


def in_head(text: str, *, is_marked: bool = False) -> str:
    """The story with its headline and a line under it in a <header> of its own."""
    line = f"<p class='dek'>{text}</p>" if is_marked else f"<p class='css-81fa'>{text}</p>"
    put = f"<header><h1>{HEADLINE}</h1>{by('By Ann Bee')}{line}</header>"
    return headed().replace(f"<h1>{HEADLINE}</h1>", put)


def test_a_line_in_the_articles_own_head_is_told_once_whatever_its_mark() -> None:
    for html in (in_head(LINE), in_head(LINE, is_marked=True)):
        found = extract(html, URL)
        assert found is not None
        assert (found.subheadline, found.paragraphs) == (LINE, STORY)
    edited = LINE.replace("Four", "Five")
    old, new = seen(in_head(LINE, is_marked=True), in_head(edited))
    assert (old.subheadline, new.subheadline) == (LINE, edited)
    assert old.paragraphs == new.paragraphs == STORY
