"""Two pages of one article, read together: noise is equal, an edit is seen, word for word."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import PROSE, page

from tracker.extract import SiteRules, read
from tracker.extract.together import StoredPage, Together, read_together
from tracker.model import Extract

URL = "https://www.example.com/islands/night-ferry"
MORE = (
    "On the quay, Jonas Berg was selling smoked fish to the last passengers of the evening, as his father had done.",
    "He had sold 120 portions by nine o'clock, and said that he would have to look for other work in the autumn.",
)
STORY = PROSE + MORE


def together(before: str, now: str, recorded: Extract | None = None, rules: SiteRules | None = None) -> Together:
    old, new = (StoredPage(html.encode(), URL, "text/html; charset=utf-8") for html in (before, now))
    return read_together(old, new, rules, frozenset(), recorded)


def texts(before: str, now: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    both = together(before, now)
    assert both.before.extract is not None
    assert both.now.extract is not None
    return both.before.extract.paragraphs, both.now.extract.paragraphs


def left_out(both: Together) -> dict[str, str]:
    return {line.text: line.reason for line in both.now.left_out}


def story(*paragraphs: str, **other: str) -> str:
    return page(prose=paragraphs or STORY, **other)


# -- the same page ---------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from([*(f"<p>{text}</p>" for text in STORY), "<ul><li>Oars</li></ul>", "<h2>Fares</h2>"])))
@settings(max_examples=40, deadline=None)
def test_a_page_with_itself_reads_the_same(pieces: list[str]) -> None:
    html = page("".join(pieces[:2]), between="".join(pieces[2:]))
    both = together(html, html)
    assert both.before.extract == both.now.extract == read(html.encode(), URL).extract


def test_the_readings_can_be_sent_to_another_process() -> None:
    both = together(story(), story())
    assert pickle.loads(pickle.dumps(both)) == both


def test_a_page_that_cannot_be_read_says_why() -> None:
    both = read_together(StoredPage(b"%PDF-1.7", URL), StoredPage(story().encode(), URL))
    assert both.before.extract is None
    assert both.before.problem
    assert both.now.extract is not None


# -- noise -----------------------------------------------------------------------------------------------------------

CAPTION = "A ferry leaves the harbour of the northern village at dusk, in a picture from the company's archive."


def test_a_line_that_stood_outside_the_article_is_not_the_articles_now() -> None:
    before = story().replace("<main>", f'<main><div class="caption"><p>{CAPTION}</p></div>')
    now = before.replace('class="caption"', 'class="x81"')
    read_alone = read(now.encode(), URL).extract
    assert read_alone is not None
    old, new = texts(before, now)
    assert old == new


def test_a_line_that_the_later_reading_lost_is_kept_in_its_place() -> None:
    before = story(between=f'<div class="c1"><p>{CAPTION}</p></div>')
    now = before.replace('class="c1"', 'class="caption"')
    assert texts(before, now) == ((*STORY[:2], CAPTION, *STORY[2:]),) * 2


def test_what_is_left_out_is_told_with_its_reason() -> None:
    before = story().replace("<main>", f'<main><div class="caption"><p>{CAPTION}</p></div>')
    now = before.replace('class="caption"', 'class="x81"').replace("<article>", "<div>").replace("</article>", "</div>")
    both = together(before, now)
    assert both.before.extract == both.now.extract
    if CAPTION in (read(now.encode(), URL).extract or Extract()).paragraphs:
        assert "earlier page" in left_out(both)[CAPTION]


def linked(*items: str) -> str:
    return f"<ul>{''.join(items)}</ul>"


def item(address: str, words: str) -> str:
    return (
        f'<li>Also of interest to many readers of this page: <a href="{address}">{words}</a>, by our own reporter.</li>'
    )


ONE, TWO = item("/1", "Harbour bridge closed"), item("/2", "Bread dearer by far")


def test_links_that_lead_elsewhere_leave_the_text_round_them() -> None:
    old, new = texts(story(between=linked(ONE)), story(between=linked(TWO)))
    assert old == new
    assert "Harbour bridge closed" not in " ".join(old)
    assert "Also of interest" in " ".join(old)


def test_an_exchanged_link_is_told() -> None:
    both = together(story(between=linked(ONE)), story(between=linked(TWO)))
    assert left_out(both)["Bread dearer by far"] == "a link in the text that leads elsewhere now"


def test_a_shuffled_list_of_links_is_no_edit() -> None:
    old, new = texts(story(between=linked(ONE, TWO)), story(between=linked(TWO, ONE)))
    assert old == new


def test_a_banner_in_another_part_of_the_page_is_not_the_articles() -> None:
    banner = (
        "<div><p>We keep and read information on your device, and our partners do so with it what they like.</p></div>"
    )
    before, now = story(), story().replace("<body>", f"<body>{banner}")
    old, new = texts(before, now)
    assert old == new == STORY


def test_a_banner_that_was_read_and_is_gone_was_none_of_the_articles() -> None:
    words = "We keep and read information on your device, and our partners do so with it what they like."
    banner = f"<div><p>{words}</p></div>"
    recorded = Extract("Night ferry to the islands will stop in May", paragraphs=(words, *STORY))
    both = together(story().replace("<body>", f"<body>{banner}"), story(), recorded)
    assert both.before.extract == replace(recorded, paragraphs=STORY)
    assert both.now.extract is not None
    assert both.now.extract.paragraphs == STORY
    assert [line.text for line in both.before.left_out if "part of the page" in line.reason] == [words]


def test_site_lines_are_left_out_of_both() -> None:
    line = "The Harbour Post is owned by its readers, and grateful to every single one of them."
    old, new = (StoredPage(story(*texts).encode(), URL) for texts in ((*STORY, line), (*STORY, line, MORE[0])))
    both = read_together(old, new, None, frozenset({line}))
    assert both.before.extract is not None
    assert both.now.extract is not None
    assert (both.before.extract.paragraphs, both.now.extract.paragraphs) == (STORY, (*STORY, MORE[0]))
    assert left_out(both)[line] == "stands in many articles of this site"


def test_a_site_line_in_another_wording_is_the_sites_still() -> None:
    old_line, new_line = (f"The Harbour Post is owned by {n} of its readers, and grateful to them." for n in (810, 811))
    old, new = (StoredPage(story(*STORY, line).encode(), URL) for line in (old_line, new_line))
    both = read_together(old, new, None, frozenset({old_line}))
    assert both.before.extract == both.now.extract
    assert new_line in left_out(both)


def test_a_notice_in_the_place_of_a_site_line_is_seen() -> None:
    old_line, notice = "The Harbour Post is owned by its readers.", "Correction: the Post had named the wrong pier."
    old, new = (StoredPage(story(*STORY, line).encode(), URL) for line in (old_line, notice))
    both = read_together(old, new, None, frozenset({old_line}))
    assert both.now.extract is not None
    assert both.now.extract.paragraphs == (*STORY, notice)


# -- edits -----------------------------------------------------------------------------------------------------------


@given(
    st.integers(0, len(STORY) - 1),
    st.integers(1, 12),
    st.sampled_from(("Zanzibarish", "130,000", "not", "Latakia,", "")),
)
@settings(max_examples=60, deadline=None)
def test_exactly_the_edited_paragraph_differs(number: int, place: int, word: str) -> None:
    words = STORY[number].split()
    edited = " ".join([*words[:place], *([word] if word else []), *words[place + 1 :]])
    after = (*STORY[:number], edited, *STORY[number + 1 :])
    assert texts(story(), story(*after)) == (STORY, after)


@given(st.permutations(STORY))
@settings(max_examples=30, deadline=None)
def test_a_paragraph_that_moved_stands_where_it_stands_now(order: list[str]) -> None:
    assert texts(story(), story(*order)) == (STORY, tuple(order))


@given(st.sets(st.integers(0, len(STORY) - 1), min_size=3))
@settings(max_examples=30, deadline=None)
def test_paragraphs_that_went_are_gone_and_those_that_came_are_there(kept: set[int]) -> None:
    fewer = tuple(text for number, text in enumerate(STORY) if number in kept)
    assert texts(story(), story(*fewer)) == (STORY, fewer)
    assert texts(story(*fewer), story()) == (fewer, STORY)


NOTICES = (
    "UPDATE: The council has put its meeting off.",
    "Correction: the night service stops in May, not in April.",
    "This article was amended on 4 May to correct the number of residents.",
)


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("place", [0, 3, len(STORY)])
@pytest.mark.parametrize("box", ["{}", "<div class='note'>{}</div>"])
def test_a_notice_is_seen_wherever_it_stands(notice: str, place: int, box: str) -> None:
    marker = "Here-be-notice, " + MORE[0]
    before = story()
    now = story(*STORY[:place], marker, *STORY[place:]).replace(f"<p>{marker}</p>", box.format(f"<p>{notice}</p>"))
    after = (*STORY[:place], notice, *STORY[place:])
    assert texts(before, now) == (STORY, after)
    assert texts(now, before) == (after, STORY)


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_beside_the_column_is_seen(notice: str) -> None:
    before = story()
    above = before.replace("</h1>", f"</h1><div class='hint'><p>{notice}</p></div>")
    below = before.replace("</article>", f"<div class='hint'><p>{notice}</p></div></article>")
    assert texts(before, above) == (STORY, (notice, *STORY))
    assert texts(before, below) == (STORY, (*STORY, notice))


def test_a_notice_that_takes_the_place_of_an_advert_is_seen() -> None:
    before = story(between="<p>Advertisement</p>")
    now = story(between=f"<p>{NOTICES[1]}</p>")
    assert texts(before, now) == (STORY, (*STORY[:2], NOTICES[1], *STORY[2:]))


def test_items_of_a_list_and_cells_of_a_table() -> None:
    def html(items: tuple[str, ...], cells: tuple[str, ...]) -> str:
        rows = "".join(f"<tr><td>{cell}</td><td>crowns</td></tr>" for cell in cells)
        return story(between=f"<ul>{''.join(f'<li>{i}</li>' for i in items)}</ul><table>{rows}</table>")

    old, new = texts(
        html(("Oars for two", "A tin of tea"), ("Ticket 120", "Bicycle 40")),
        html(("Oars for three", "A map", "A tin of tea"), ("Ticket 130", "Bicycle 40")),
    )
    assert old[2:6] == ("Oars for two", "A tin of tea", "Ticket 120 crowns", "Bicycle 40 crowns")
    assert new[2:7] == ("Oars for three", "A map", "A tin of tea", "Ticket 130 crowns", "Bicycle 40 crowns")


def test_the_words_of_a_link_in_the_text_that_were_edited() -> None:
    def html(name: str) -> str:
        return story(
            between=f'<p>The boats used to sail from <a href="/port">the port of {name}</a> until the war.</p>'
        )

    old, new = texts(html("Lakatia"), html("Latakia"))
    assert old[2] == "The boats used to sail from the port of Lakatia until the war."
    assert new[2] == "The boats used to sail from the port of Latakia until the war."


def test_a_paragraph_that_went_is_gone_although_a_teaser_repeats_it() -> None:
    teaser = f'<div class="teasers"><p>{STORY[0]}</p></div>'
    before = page(teaser, prose=STORY)
    now = page(teaser, prose=STORY[1:])
    old, new = texts(before, now)
    assert old.count(STORY[0]) == new.count(STORY[0]) + 1


def test_an_edit_that_makes_the_extractor_drop_the_paragraph_is_seen() -> None:
    before = story()
    edited = STORY[1].replace("about 400", "about 450")
    now = story(STORY[0], "@@", *STORY[2:]).replace("<p>@@</p>", f'<p class="newsletter promo ad-slot">{edited}</p>')
    assert texts(before, now) == (STORY, (STORY[0], edited, *STORY[2:]))


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


# -- what was recorded -----------------------------------------------------------------------------------------------


def test_what_was_recorded_of_the_earlier_page_leads() -> None:
    recorded = Extract("Night ferry", byline="Ada Holm", paragraphs=STORY[:-1])
    both = together(story(), story(), recorded)
    assert both.before.extract == recorded
    assert both.now.extract is not None
    assert both.now.extract.paragraphs == STORY[:-1]


def test_a_site_rule_for_the_body_decides() -> None:
    rules = SiteRules(body=".text")
    before = f'<html><body><p>{CAPTION}</p><div class="text"><p>{PROSE[0]}</p></div></body></html>'
    now = f'<html><body><p>{CAPTION}</p><div class="text"><p>{PROSE[0]}</p><p>{CAPTION}</p></div></body></html>'
    both = together(before, now, rules=rules)
    assert both.now.extract is not None
    assert both.now.extract.paragraphs == (PROSE[0], CAPTION)


@given(
    st.lists(
        st.sampled_from(("<p>", "</p>", "<div>", "<li>", "<table><tr><td>", "<a href=/x>", "</a>", "<h1>", *PROSE)),
        max_size=25,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_pages_hold_nothing_raises_and_texts_are_clean(pieces: list[str]) -> None:
    both = together(story(), "<html><body>" + "".join(pieces))
    back = together("<html><body>" + "".join(pieces), story())
    for reading in (both.before, both.now, back.before, back.now):
        if reading.extract is not None:
            assert all(text and text == " ".join(text.split()) for text in reading.extract.paragraphs)


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
