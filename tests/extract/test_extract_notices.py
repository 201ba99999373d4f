"""Notices of edits are read wherever they stand by the article, and only there."""

from __future__ import annotations

import pytest
from pages import PROSE, page
from together_kit import STORY, URL, left_out, story, texts, together

from tracker.extract import extract, read
from tracker.extract.lines import is_notice, tells_of_an_edit

NOTICES = (
    "Correction: the night service stops in May, not in April.",
    "CORRECTION (4 May): the night service stops in May, not in April.",
    "This article was amended on 4 May to correct the number of residents.",
    "An earlier version of this article misstated the number of residents.",
    "Editor’s note: the number of residents has been set right.",
    "Korrektur: In einer früheren Fassung stand eine falsche Zahl der Bewohner.",
    "In einer früheren Version dieses Artikels stand eine falsche Zahl der Bewohner.",
    "Cet article a été modifié : le nombre des habitants était faux.",
)
BOXES = {
    "aside": "<aside>{}</aside>",
    "aside > p": "<aside class='note'><p>{}</p></aside>",
    "footer": "<footer><p>{}</p></footer>",
    "footer, small": "<footer><p><small>{}</small></p><p>Tags: ferries</p></footer>",
    "unpopular class": "<div class='footnote related promo'><p>{}</p></div>",
}


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_a_notice_in_a_box_of_the_article_comes_and_goes(box: str, notice: str) -> None:
    before = story()
    now = before.replace("</article>", box.format(notice) + "</article>")
    assert texts(before, now) == (STORY, (*STORY, notice))
    assert texts(now, before) == ((*STORY, notice), STORY)


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("box", ["<div class='correction'><p>{}</p></div>", "<div class='correction'>{}</div>"])
@pytest.mark.parametrize(
    ("mark", "is_above"),
    [("<article>", True), ("<main>", True), ("</article>", False), ("</main>", False)],
)
def test_a_notice_right_before_or_after_the_article(mark: str, is_above: bool, box: str, notice: str) -> None:
    before, put = story(), box.format(notice)
    now = before.replace(mark, put + mark if is_above else mark + put)
    after = (notice, *STORY) if is_above else (*STORY, notice)
    assert texts(before, now) == (STORY, after)
    assert texts(now, before) == (after, STORY)


def test_a_notice_in_a_box_amid_the_text_stands_in_its_place() -> None:
    notes = f"<aside>{NOTICES[0]}</aside><aside><p>{NOTICES[2]}</p></aside>"
    found = extract(page(between=notes), URL)
    assert found is not None
    assert found.paragraphs == (*PROSE[:2], NOTICES[0], NOTICES[2], *PROSE[2:])


def test_a_notice_that_is_edited_in_its_box_is_seen() -> None:
    before = story().replace("</article>", f"<aside>{NOTICES[0]}</aside></article>")
    now = before.replace("not in April", "not in June")
    assert texts(before, now) == ((*STORY, NOTICES[0]), (*STORY, NOTICES[0].replace("April", "June")))


def test_a_notice_that_was_read_is_not_told_as_left_out() -> None:
    reading = read(page(between=f"<aside>{NOTICES[0]}</aside><aside>Ferries: all about them</aside>"), URL)
    told = {line.text for line in reading.left_out}
    assert NOTICES[0] not in told
    assert "Ferries: all about them" in told


ELSEWHERE = {
    "policy in the site's foot": "<footer><p>Corrections: write to the desk about errors that you find.</p></footer>",
    "link to another article": "<div><p><a href='/x'>Correction: bread is not dearer, as we had said</a></p></div>",
    "teaser": "<article><h3>Bread</h3><p>Correction: bread is not dearer, as we had said.</p></article>",
    "comment": "<ol><li><p>Correction: the ferry belongs to the county, you fools.</p></li></ol>",
    "form": "<form><p>Correction: tell us what is wrong in this article.</p><input name='q'></form>",
    "far away": "<div>" + "<p>Letters</p>" * 9 + "<p>Correction: bread is not dearer, as we had said.</p></div>",
    "side": "<aside><p>Correction: bread is not dearer, as we had said.</p></aside>",
}


@pytest.mark.parametrize("piece", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_notice_of_something_else_is_not_taken_in(piece: str) -> None:
    before = story()
    now = before.replace("</main>", piece + "</main>")
    assert texts(before, now) == (STORY, STORY)


@pytest.mark.parametrize(
    "line", ["Updated: 3 May 2024, 10:04", "Correction:", "Last updated: May 3", "Corrections and clarifications"]
)
def test_a_line_that_only_says_when_is_no_notice_of_an_edit(line: str) -> None:
    assert not tells_of_an_edit(line)
    now = story().replace("</article>", f"<footer><p>{line}</p></footer></article>")
    assert texts(story(), now) == (STORY, STORY)


@pytest.mark.parametrize("notice", NOTICES)
def test_notices_are_known(notice: str) -> None:
    assert is_notice(notice)
    assert tells_of_an_edit(notice)


@pytest.mark.parametrize(
    "text", ["Corrections officers met on Monday.", "Updates are free of charge: so it was said.", PROSE[0]]
)
def test_other_lines_are_no_notices(text: str) -> None:
    assert not is_notice(text)


def test_a_notice_stays_where_a_site_names_the_text() -> None:
    both = together(story(), story().replace("</article>", f"<aside>{NOTICES[0]}</aside></article>"))
    assert NOTICES[0] not in left_out(both)
