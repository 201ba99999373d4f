"""Why a revision reads as it does: nothing that was left out is hidden, and nothing is endless."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st
from render_samples import OLD, URL, any_text, article, moment, printed, revision

from tracker.model import CheckEntry, LeftOutLine, Outcome, SiteLine, State
from tracker.render.json_form import json_text
from tracker.render.why import PageFacts, Why, why_form, why_view

LETTER = "Sign up for our morning letter."
LINKS = tuple(f"Read more: story number {number}" for number in range(7))
LEFT_OUT = (
    LeftOutLine(LETTER, "stands in many articles of this site", moment(9, 5), moment(10, 5)),
    *(LeftOutLine(text, "a link to another article", moment(9, 5), moment(9, 10 + n)) for n, text in enumerate(LINKS)),
)
WHY = Why(
    article(3, "Wall fails", State.GONE, moment(9, 40)),
    replace(revision(2, "Wall fails", OLD, moment(9, 5), same_as=1, extractor="reader 7"), capture_id=12),
    PageFacts(12, moment(9, 5), URL, "text/html", 123_456),
    {"remove": [".promo", ".ad"], "live_pages": True},
    LEFT_OUT,
    (
        SiteLine("www.example.com", LETTER, 8, moment(8, 0)),
        SiteLine("www.example.com", OLD[2], 4, moment(8, 0)),
        SiteLine("www.example.com", "Stands elsewhere.", 5, moment(8, 0)),
    ),
    CheckEntry(9, moment(10, 0), Outcome.GONE, "the server says 404", 404, None, None, 0),
)
EXPECTED = f"""\
Wall fails
{URL}
Revision 2, first seen 2026-11-23 09:05 UTC, says what revision 1 said

How it was read
  From capture 12, 2026-11-23 09:05 UTC, text/html, 123.5 kB
  {URL}
  By reader 7.
  Rule of config.toml for www.example.com: remove = .promo, .ad
  Rule of config.toml for www.example.com: live_pages = true

What was left out of the article's pages
  a link to another article: 7 lines
  • Read more: story number 6  (seen 2026-11-23 09:05 to 09:16 UTC)
  • Read more: story number 5  (seen 2026-11-23 09:05 to 09:15 UTC)
  • Read more: story number 4  (seen 2026-11-23 09:05 to 09:14 UTC)
  • Read more: story number 3  (seen 2026-11-23 09:05 to 09:13 UTC)
  • Read more: story number 2  (seen 2026-11-23 09:05 to 09:12 UTC)
  and 2 more; --verbose tells them all
  stands in many articles of this site: 1 line
  • Sign up for our morning letter.  (seen 2026-11-23 09:05 to 10:05 UTC)

Lines of www.example.com that are known to be the site's own
  2 of 3 known lines on this article's pages.
  • Sign up for our morning letter.  (in 8 articles when learnt, 2026-11-23 08:00 UTC)
  • A spokesman for the port declined to comment.  (in 4 articles when learnt, 2026-11-23 08:00 UTC)

How the article stands
  Now gone since 2026-11-23 09:40 UTC, 60 min; next look due now.
  Last look 2026-11-23 10:00 UTC: gone, HTTP 404
  the server says 404
"""


def test_an_explanation_reads_as_agreed() -> None:
    assert printed(why_view(WHY, moment(10, 40), UTC), 120) == EXPECTED


def test_the_whole_of_it_holds_every_line_in_full() -> None:
    long = replace(LEFT_OUT[0], text="word " * 100 + "end")
    shown = printed(why_view(replace(WHY, left_out=(*LEFT_OUT, long)), moment(10, 40), UTC, is_whole=True), 100)
    assert all(text in shown for text in LINKS)
    assert "word end" in " ".join(shown.split())
    assert "--verbose" not in shown


def test_nothing_known_is_said_to_be_nothing() -> None:
    bare = replace(WHY, page=None, rules={}, left_out=(), site_lines=(), last_check=None)
    shown = printed(why_view(bare, moment(10, 40), UTC), 100)
    assert "From a page that is not kept as sent." in shown
    assert "No rule of config.toml for www.example.com; none is needed." in shown
    assert "Nothing that a reader may take for a part of it." in shown
    assert "None yet: a line is learnt when it stands in several articles." in shown
    assert "Last look" not in shown


def test_json_holds_every_line_and_reason() -> None:
    form = json.loads(json_text(why_form(WHY)))
    assert form["capture"] == {
        "capture_id": 12,
        "captured_at": "2026-11-23T09:05:00Z",
        "url": URL,
        "content_type": "text/html",
        "body_bytes": 123_456,
    }
    assert form["site_rules"] == {"remove": [".promo", ".ad"], "live_pages": True}
    assert len(form["left_out"]) == 8
    assert form["left_out"][0] == {
        "text": LETTER,
        "reason": "stands in many articles of this site",
        "first_seen_at": "2026-11-23T09:05:00Z",
        "last_seen_at": "2026-11-23T10:05:00Z",
    }
    assert (form["site_line_count"], [line["text"] for line in form["site_lines"]]) == (3, [LETTER, OLD[2]])
    assert form["last_check"]["reason"] == "the server says 404"
    assert form["article"]["state"] == "gone"
    bare = json.loads(json_text(why_form(replace(WHY, page=None, last_check=None))))
    assert (bare["capture"], bare["last_check"]) == (None, None)


@given(any_text, any_text, any_text, st.sampled_from([20, 80, 140]))
def test_no_line_of_a_page_steers_the_terminal(text: str, reason: str, content_type: str, width: int) -> None:
    why = replace(
        WHY,
        page=PageFacts(1, moment(9, 5), text, content_type, 1),
        left_out=(LeftOutLine(text, reason, moment(9, 5), moment(9, 5)),),
        site_lines=(SiteLine(text, text, 3, moment(8, 0)),),
    )
    shown = printed(why_view(why, moment(10, 40), UTC), width)
    shown.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)
