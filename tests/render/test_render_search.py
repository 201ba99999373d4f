"""What a search found, told in words and marked with and without colour."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from tracker.model import Field, SearchHit, State, Stretch
from tracker.render.search import by_article, life_text, search_view

AT = datetime(2026, 11, 23, 12, 9, tzinfo=UTC)
LATER = AT + timedelta(minutes=2)
HIT = SearchHit(
    article_id=7,
    url="https://www.example.com/bridge",
    host="www.example.com",
    article_headline="Bridge shut",
    state=State.LIVE,
    state_since_at=AT,
    joined_to_article_id=None,
    field=Field.BODY,
    text="The bridge is open.",
    spans=((4, 10),),
    stretches=(Stretch(1, AT, None, 2),),
    paragraph_id=3,
)
REMOVED = Stretch(1, AT, None, 2, gone_number=3, gone_after=AT, gone_before=LATER)


def printed(*hits: SearchHit, colour: bool = False, is_whole: bool = False, width: int = 80) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    console.print(search_view(by_article(hits), UTC, is_whole=is_whole))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


SEEN = "since revision 1, seen 2026-11-23 12:09 UTC"
BETWEEN = "between 2026-11-23 12:09 and 12:11 UTC"


@pytest.mark.parametrize(
    ("hit", "told"),
    [
        (HIT, f"stands {SEEN}"),
        (replace(HIT, stretches=(Stretch(2, LATER, AT, 2),)), f"stands since revision 2, added {BETWEEN}"),
        (replace(HIT, stretches=(REMOVED,)), f"removed {BETWEEN} (revision 2 → 3), stood {SEEN}"),
        (
            replace(HIT, stretches=(REMOVED, Stretch(4, LATER, AT, 4))),
            f"stands since revision 4, added {BETWEEN}; was taken out and put back once before",
        ),
        (
            replace(HIT, state=State.GONE, state_since_at=LATER),
            f"stood to the end, {SEEN}; gone since 2026-11-23 12:11 UTC",
        ),
        (replace(HIT, joined_to_article_id=9, state=State.MOVED), f"stood to the end, {SEEN}"),
        (
            replace(HIT, stretches=(Stretch(2, AT, None, 3, came_by_reading=True),)),
            "stands since revision 2, a page read anew",
        ),
        (
            replace(HIT, stretches=(Stretch(1, AT, None, 1, gone_number=2, gone_by_reading=True),)),
            "not read as a part of the article any more since revision 2, its page read anew",
        ),
    ],
)
def test_the_life_of_a_passage(hit: SearchHit, told: str) -> None:
    assert life_text(hit, UTC) == told


def test_words_are_marked_with_colour_and_without() -> None:
    assert "The [bridge] is open." in printed(HIT)
    coloured = printed(HIT, colour=True)
    assert "[bridge]" not in coloured
    assert "\x1b[1;4mbridge\x1b[0m" in coloured


def test_a_headline_says_so_and_an_article_without_one_shows_its_address_once() -> None:
    assert "headline: The [bridge] is open." in printed(replace(HIT, field=Field.HEADLINE))
    bare = printed(replace(HIT, article_headline=None))
    assert bare.count(HIT.url) == 1


def test_three_passages_of_an_article_are_shown_and_the_others_counted() -> None:
    hits = [replace(HIT, text=f"The bridge {number}.", paragraph_id=number) for number in range(5)]
    shown = printed(*hits)
    assert shown.count("The [bridge]") == 3
    assert "and 2 more passages; -v shows all" in shown
    assert shown.endswith("5 passages in 1 article\n")
    assert printed(*hits, is_whole=True).count("The [bridge]") == 5


def test_no_byte_of_a_passage_steers_the_terminal() -> None:
    shown = printed(replace(HIT, text="The br\x1b[31midge\u202e is open.", article_headline="A\x07 headline"))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\x07" not in shown


def test_where_an_article_goes_on_is_told() -> None:
    assert "Goes on as article 9" in printed(replace(HIT, joined_to_article_id=9))
