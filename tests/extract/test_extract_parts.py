"""Pages without a box for their article: every paragraph, or every section, is a child of <body>."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from together_kit import STORY, texts

HEADING = "Night ferry to the islands will stop in May"
ADDED = "A petition against the end of the night service has been signed by four hundred people since the spring."
NOTICE = "Correction: An earlier version of this article misstated the number of residents. It is 400, not 450."
SHORT = "Nobody was hurt, it said."

Shape = Callable[[Sequence[str]], str]


def each(before: str, after: str) -> Shape:
    """Every paragraph in a box of its own."""
    return lambda paragraphs: f"<h1>{HEADING}</h1>" + "".join(f"{before}{text}{after}" for text in paragraphs)


def in_twos(before: str, after: str) -> Shape:
    """Sections of two paragraphs."""

    def html(paragraphs: Sequence[str]) -> str:
        twos = (paragraphs[at : at + 2] for at in range(0, len(paragraphs), 2))
        return f"<h1>{HEADING}</h1>" + "".join(f"{before}<p>{'</p><p>'.join(two)}</p>{after}" for two in twos)

    return html


def within(before: str, after: str) -> Shape:
    """One box round the headline and all paragraphs."""
    return lambda paragraphs: f"{before}<h1>{HEADING}</h1><p>{'</p><p>'.join(paragraphs)}</p>{after}"


SHAPES = {
    "body > p": each("<p>", "</p>"),
    "body > div": each("<div>", "</div>"),
    "body > div > p": each("<div><p>", "</p></div>"),
    "body > div > div > p": each("<div><div><p>", "</p></div></div>"),
    "body > section > p": each("<section><p>", "</p></section>"),
    "body > article > p": each("<article><p>", "</p></article>"),
    "body > blockquote > p": each("<blockquote><p>", "</p></blockquote>"),
    "body > center > p": each("<center><p>", "</p></center>"),
    "body > table each": each("<table><tr><td><p>", "</p></td></tr></table>"),
    "body > custom > p": each("<x-text><p>", "</p></x-text>"),
    "body > span, br": each("<span>", "</span><br>"),
    "body > text, br": each("", "<br><br>"),
    "body > section > p, p": in_twos("<section>", "</section>"),
    "body > div > div > p, p": in_twos("<div><div>", "</div></div>"),
    "one center": within("<center>", "</center>"),
    "one table": within("<table><tr><td>", "</td></tr></table>"),
    "one custom": within("<x-app><x-story>", "</x-story></x-app>"),
    "one form": within("<form>", "</form>"),
    "one font": within("<font face='serif'>", "</font>"),
    "one main": within("<main>", "</main>"),
}
EDITS = {
    "last removed": STORY[:-1],
    "third removed": (*STORY[:2], *STORY[3:]),
    "half removed": STORY[:3],
    "added at the end": (*STORY, ADDED),
    "added amid": (*STORY[:2], ADDED, *STORY[2:]),
    "short one added": (*STORY[:2], SHORT, *STORY[2:]),
    "notice at the end": (*STORY, NOTICE),
    "notice at the top": (NOTICE, *STORY),
    "rewritten": (*STORY[:2], ADDED, *STORY[3:]),
    "edited": (STORY[0], STORY[1].replace("400", "450"), *STORY[2:]),
    "moved": (*STORY[1:], STORY[0]),
}
FRAMES = (
    "{}",
    "<nav><a href='/'>Home</a></nav>{}<footer>Contact us</footer>",
    "<header><a href='/'>The Harbour Post</a></header>{}",
)


def page_of(shape: Shape, frame: str, paragraphs: Sequence[str]) -> str:
    head = f"<html lang='en'><head><title>{HEADING}</title></head>"
    return f"{head}<body>{frame.format(shape(paragraphs))}</body></html>"


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_edit_is_seen_whatever_stands_round_the_paragraphs(shape: Shape, frame: str) -> None:
    before = page_of(shape, frame, STORY)
    seen = {name: texts(before, page_of(shape, frame, after)) for name, after in EDITS.items()}
    assert seen == {name: (STORY, tuple(after)) for name, after in EDITS.items()}


def test_a_list_that_comes_between_paragraphs_of_the_body_is_seen() -> None:
    items = (
        "The pier by the old light is open to everybody from dawn until dusk.",
        "The mole is open at all times of the day, but nobody looks after it at night.",
    )
    paragraphs = [f"<p>{text}</p>" for text in STORY]
    listed = [*paragraphs[:2], f"<ul><li>{items[0]}</li><li>{items[1]}</li></ul>", *paragraphs[2:]]
    old, new = texts(*(f"<html><body><h1>{HEADING}</h1>{''.join(p)}</body></html>" for p in (paragraphs, listed)))
    assert (old, new) == (STORY, (*STORY[:2], *items, *STORY[2:]))


BANNER = "We keep and read information on your device, and our partners do so with it what they like."


@pytest.mark.parametrize("shape", ["one main", "one center", "one custom"])
def test_a_banner_beside_the_one_box_of_the_article_is_not_the_articles(shape: str) -> None:
    banner = f"<div><div><p>{BANNER}</p></div></div>"
    before, now = (page_of(SHAPES[shape], frame, STORY) for frame in ("{}", banner + "{}"))
    assert texts(before, now) == (STORY, STORY)
    assert texts(now, before) == (STORY, STORY)
