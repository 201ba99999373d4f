from __future__ import annotations

import pytest
from pages import PROSE, page

from tracker.extract import EXTRACTOR, SiteRules, extract, read

URL = "https://www.example.com/islands/night-ferry"


def test_the_body_is_the_articles_paragraphs_and_nothing_else() -> None:
    found = extract(page(), URL)
    assert found is not None
    assert found.paragraphs == PROSE
    assert found.text == "\n\n".join(PROSE)


@pytest.mark.parametrize(
    "noise",
    [
        '<p><strong>Read more: </strong><a href="/x">Bakers warn of dearer bread</a></p>',
        "<p>Advertisement</p>",
        '<aside><h3>Related</h3><ul><li><a href="/a">Bridge to close for nine weeks</a></li></ul></aside>',
        (
            '<div class="css-81fa2c"><h4>Our newsletter</h4><p>The stories of the day, each morning.</p>'
            '<form><input type="email"><button>Send</button></form></div>'
        ),
        '<a href="/t"><h3>Museum wing opens</h3><p>Long queues stood in front of the doors on Saturday.</p></a>',
        "<p>12 comments</p>",
        "<p>Updated: Mon, 3 May 2026 at 14:10</p>",
        "<script>var views = 1234;</script>",
    ],
)
def test_noise_inside_the_column_leaves_the_text_alone(noise: str) -> None:
    found = extract(page(between=noise), URL)
    assert found is not None
    assert found.paragraphs == PROSE


def test_a_correction_notice_is_text() -> None:
    notice = "Correction: an earlier version of this article said that the service would stop in April."
    found = extract(page(between=f"<p>{notice}</p>"), URL)
    assert found is not None
    assert notice in found.paragraphs


def test_a_sentence_with_a_long_link_in_it_is_text() -> None:
    sentence = "The ferry <a href='/r'>carried 12,000 people last year</a>, fewer than in any year since the war ended."
    found = extract(page(between=f"<p>{sentence}</p>"), URL)
    assert found is not None
    assert "carried 12,000 people last year, fewer" in found.text


def test_what_is_left_out_is_told_with_its_reason() -> None:
    left = read(page(between="<p>Advertisement</p>"), URL).left_out
    assert any(line.text == "Advertisement" and "label" in line.reason for line in left)


def test_a_body_whose_class_sounds_like_a_widget_is_not_lost() -> None:
    more = tuple(f"{text} Nobody on the quay had heard of the plan, number {i}." for i, text in enumerate(PROSE * 3))
    html = page(prose=more).replace("<article>", '<div class="sidebar-widget related">').replace("</article>", "</div>")
    found = extract(html, URL)
    assert found is not None
    assert set(more) <= set(found.paragraphs)


def test_paragraphs_are_one_line_in_normal_form_without_controls() -> None:
    html = page(
        prose=(*PROSE, "A cafe\u0301 by  the\n quay\x00 stayed op\u00aden all night, and sold nothing but tea.")
    )
    found = extract(html, URL)
    assert found is not None
    assert found.paragraphs[-1] == "A caf\u00e9 by the quay stayed open all night, and sold nothing but tea."


def test_site_rules_decide() -> None:
    html = page(
        '<p class="kick">Ferries</p><p class="who">Jo Lind</p>', between='<p class="promo">Buy our mug now.</p>'
    )
    rules = SiteRules(remove=(".promo",), body="article div", headline=".kick", byline=".who")
    found = extract(html, URL, rules=rules)
    assert found is not None
    assert (found.headline, found.byline, found.paragraphs) == ("Ferries", "Jo Lind", PROSE)


def test_a_faulty_selector_is_as_if_it_were_not_given() -> None:
    assert extract(page(), URL, rules=SiteRules(remove=("p[",), body="::")) == extract(page(), URL)


def test_the_extractor_names_itself_and_trafilatura() -> None:
    assert EXTRACTOR.startswith("tracker ")
    assert "trafilatura 2" in EXTRACTOR


@pytest.mark.parametrize("copies", [2, 3, 9])
def test_a_paragraph_that_the_author_repeats_stands_as_often(copies: int) -> None:
    refrain = "The harbour master was asked about the plan again, and again he said that he had nothing to add to it."
    found = extract(page(between=f"<p>{refrain}</p>\n" * copies), URL)
    assert found is not None
    assert found.paragraphs == (*PROSE[:2], *[refrain] * copies, *PROSE[2:])


def test_a_paragraph_repeated_in_a_short_article_stands_twice() -> None:
    html = page(prose=("Nothing sails today.", "Ask at the pier.", "Nothing sails today."))
    found = extract(html, URL)
    assert found is not None
    assert found.paragraphs == ("Nothing sails today.", "Ask at the pier.", "Nothing sails today.")


@pytest.mark.parametrize("number", ["12", "2", "58%", "2.66%", "446 (1999 est.)", "33Across"])
def test_a_bare_number_is_no_date(number: str) -> None:
    found = extract(page(between=f"<p>{number}</p>"), URL)
    assert found is not None
    assert number in found.paragraphs


@pytest.mark.parametrize(
    "date", ["9 March 2023 13:46", "Last modified: 9/13/2023", "2026-03-04", "25 févr. 2022", "13:46"]
)
def test_a_line_that_is_only_a_date_is_left_out(date: str) -> None:
    found = extract(page(between=f"<p>{date}</p>"), URL)
    assert found is not None
    assert found.paragraphs == PROSE


@pytest.mark.parametrize("wrapper", ["form", "noscript"])
def test_a_form_round_the_whole_page_does_not_take_the_article_with_it(wrapper: str) -> None:
    html = page(prose=PROSE * 3).replace("<main>", f"<{wrapper}><main>").replace("</main>", f"</main></{wrapper}>")
    found = extract(html, URL)
    assert found is not None
    assert set(found.paragraphs) == set(PROSE)


def test_a_form_beside_the_article_is_no_part_of_it() -> None:
    form = "<form><p>Write to the editor: your letter may be printed in full or in part.</p><input type=text></form>"
    found = extract(page(between=form), URL)
    assert found is not None
    assert found.paragraphs == PROSE


def test_lists_between_paragraphs_are_text_where_nothing_marks_the_article() -> None:
    items = (
        "Carry petrol, gas or anything else that burns on the car deck of the night ferry.",
        "Leave bicycles in front of the doors that lead from the car deck to the saloon.",
    )
    listed = "".join(f"<li>{item}</li>" for item in items)
    boxes = "".join(f'<div class="_9ok"><div><p>{text}</p></div></div>' for text in PROSE)
    html = (
        "<html><head><title>Rules</title></head><body><div class='_li'><div><h2>Rules of the night ferry</h2>"
        f"<div><h4>Do not:</h4><div><ul>{listed}</ul></div></div>{boxes}</div></div></body></html>"
    )
    found = extract(html, URL)
    assert found is not None
    assert {"Do not:", *items, *PROSE} <= set(found.paragraphs)
