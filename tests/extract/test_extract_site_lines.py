"""Lines that are known to be the site's own leave the text, and are told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pages import PROSE

from tracker.extract.site_lines import without_site_lines
from tracker.model import Extract

SIGN_OFF = "The Harbour Post is owned by its readers, and grateful to every one of them."


def left(extract: Extract, *lines: str) -> tuple[tuple[str, ...], list[str]]:
    kept, out = without_site_lines(extract, frozenset(lines))
    return kept.paragraphs, [line.text for line in out]


def test_a_site_line_goes_with_its_reason() -> None:
    kept, out = without_site_lines(Extract("Ferry", paragraphs=(*PROSE, SIGN_OFF)), frozenset({SIGN_OFF}))
    assert kept == Extract("Ferry", paragraphs=PROSE)
    assert [(line.text, line.reason) for line in out] == [(SIGN_OFF, "stands in many articles of this site")]


def test_every_copy_goes_and_near_misses_stay() -> None:
    near = SIGN_OFF.replace("owned", "run")
    assert left(Extract(paragraphs=(SIGN_OFF, *PROSE, near, SIGN_OFF)), SIGN_OFF) == (
        (*PROSE, near),
        [SIGN_OFF, SIGN_OFF],
    )


def test_a_heading_left_with_nothing_under_it_goes_too() -> None:
    assert left(Extract(paragraphs=(*PROSE, "About us", SIGN_OFF)), SIGN_OFF) == (PROSE, ["About us", SIGN_OFF])


def test_a_heading_with_text_under_it_stays() -> None:
    text = (PROSE[0], "What happens next", SIGN_OFF, *PROSE[1:])
    assert left(Extract(paragraphs=text), SIGN_OFF) == ((PROSE[0], "What happens next", *PROSE[1:]), [SIGN_OFF])


def test_the_last_item_of_a_list_is_no_heading() -> None:
    items = ("Two loaves", "One jar of plum jam", "A map")
    assert left(Extract(paragraphs=(*PROSE, *items, SIGN_OFF)), SIGN_OFF) == ((*PROSE, *items), [SIGN_OFF])


def test_a_text_of_site_lines_alone_stays_whole() -> None:
    extract = Extract(paragraphs=(SIGN_OFF,))
    assert without_site_lines(extract, frozenset({SIGN_OFF})) == (extract, ())


@given(
    st.lists(st.sampled_from((*PROSE, SIGN_OFF, "Heading", "Other")), max_size=8),
    st.frozensets(st.sampled_from((SIGN_OFF, PROSE[0], "Other"))),
)
def test_nothing_is_lost_and_nothing_comes_back(paragraphs: list[str], lines: frozenset[str]) -> None:
    kept, out = without_site_lines(Extract(paragraphs=tuple(paragraphs)), lines)
    assert sorted([*kept.paragraphs, *(line.text for line in out)]) == sorted(paragraphs)
    assert without_site_lines(kept, lines)[0] == kept or not out
    assert not out or not lines & set(kept.paragraphs)
