"""Pages are whole, quiet and safe: they hold every text, and run and load nothing."""

from __future__ import annotations

from datetime import UTC
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from render_samples import (
    NEW,
    NEW_HEADLINE,
    OLD,
    URL,
    any_change,
    any_inconsistency,
    any_pair,
    detail,
    flapping_details,
    revision,
    sample_details,
    sample_inconsistency,
    sample_pair,
)

from tracker.model import Change, Inconsistency
from tracker.render.html import diff_html, report_html, revision_html
from tracker.render.pair import RevisionPair

_VOID = {"meta"}
_OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "div", "p", "a", "section"),
    *("details", "summary", "del", "ins", "span", "ul", "li"),
}


class _Page(HTMLParser):
    """Reads a page and checks that it is well formed and made of our elements alone."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _OURS
        assert not any(name.startswith("on") or name in ("src", "style") for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.texts.setdefault(tag, []).append(data)

    def text(self, tag: str) -> str:
        return "".join(self.texts.get(tag, ()))


def test_a_diff_page_holds_both_texts_and_marks_the_difference() -> None:
    page = _Page(diff_html(sample_pair(), UTC))
    assert page.text("title") == page.text("h1") == NEW_HEADLINE
    assert "Lakatia" in page.text("del")
    assert "Latakia" in page.text("ins")
    assert "A spokesman for the port declined to comment." in page.text("details")
    assert page.links == [URL]


def test_a_report_page_names_kinds_and_times() -> None:
    page = _Page(report_html(sample_details(), UTC))
    assert page.text("h2") == NEW_HEADLINE
    assert "between 2026-11-23 10:05 and 10:20 UTC" in page.text("h3")
    assert "number in quotation" in page.text("li")


def test_a_report_page_folds_what_goes_back_and_forth() -> None:
    page = _Page(report_html(flapping_details(14), UTC))
    assert "Revision 2 → 3, reverted to revision 1, between" in page.text("h3")
    assert "Went back and forth between revisions 1 and 2, 14 times, last between" in page.text("h3")
    assert page.text("del") == "121512"
    assert "2 changes in 1 article; 14 turns back and forth folded into 1 line" in page.text("header")


def test_an_article_page_holds_every_paragraph() -> None:
    page = _Page(revision_html(sample_pair().newer, URL, UTC))
    assert all(paragraph in page.text("p") for paragraph in NEW)


def test_an_article_page_tells_the_names_that_it_spells_in_two_ways() -> None:
    doubt = sample_inconsistency()
    page = _Page(revision_html(sample_pair().older, URL, UTC, [doubt]))
    assert "Spelt two ways in this revision: Latakia (1,200), Lakatia (1)" in page.text("section")
    assert doubt.sentence in page.text("section")
    assert all(paragraph in page.text("p") for paragraph in OLD)


def test_hostile_text_stays_text() -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="a()">&amp;'
    page = _Page(
        revision_html(revision(1, hostile, (hostile,), sample_pair().older.first_seen_at), "javascript:a", UTC)
    )
    assert page.text("h1") == hostile
    assert hostile in page.text("p")
    assert page.links == []


@given(any_pair(), st.lists(any_change(), max_size=3), any_inconsistency)
def test_any_text_gives_a_whole_page(pair: RevisionPair, changes: list[Change], doubt: Inconsistency) -> None:
    pages = [
        diff_html(pair, UTC),
        report_html([detail(number, change) for number, change in enumerate(changes)], UTC),
        revision_html(pair.newer, pair.url, UTC, [doubt]),
    ]
    for page in pages:
        page.encode()
        _Page(page)
