"""Two pages of one article, read together: noise is equal, an edit is seen, word for word."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import PROSE, page
from together_kit import MORE, STORY, URL, left_out, shown, story, texts, together

from tracker.extract import SiteRules, read
from tracker.extract.together import StoredPage, read_together
from tracker.model import Extract

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
    'UPDATE: <a href="/later">The council has put its meeting off after all</a>.',
)


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("place", [0, 3, len(STORY)])
@pytest.mark.parametrize("box", ["{}", "<div class='note'>{}</div>"])
def test_a_notice_is_seen_wherever_it_stands(notice: str, place: int, box: str) -> None:
    marker = "Here-be-notice, " + MORE[0]
    before = story()
    now = story(*STORY[:place], marker, *STORY[place:]).replace(f"<p>{marker}</p>", box.format(f"<p>{notice}</p>"))
    after = (*STORY[:place], shown(notice), *STORY[place:])
    assert texts(before, now) == (STORY, after)
    assert texts(now, before) == (after, STORY)


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_beside_the_column_is_seen(notice: str) -> None:
    before = story()
    above = before.replace("</h1>", f"</h1><div class='hint'><p>{notice}</p></div>")
    below = before.replace("</article>", f"<div class='hint'><p>{notice}</p></div></article>")
    assert texts(before, above) == (STORY, (shown(notice), *STORY))
    assert texts(before, below) == (STORY, (*STORY, shown(notice)))


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
