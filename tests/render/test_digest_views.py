"""A digest in every format: as agreed, whole, within the width, in every script, and never steering anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

import pytest
from digest_samples import day_digest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from render_samples import any_change, detail, printed, sample_pair
from rich.cells import cell_len
from rich.console import Group, RenderableType
from script_samples import SCRIPTS, script_details, script_pair

from tracker.model import Change
from tracker.render.digest import TELL_ALL, Digest, Findings, Limits
from tracker.render.digest_html import digest_html
from tracker.render.digest_markdown import digest_markdown
from tracker.render.digest_terminal import digest_parts, digest_view
from tracker.render.digesting import digest_of
from tracker.render.excerpt import marked_sentence
from tracker.render.side_by_side import reads_right_to_left, side_by_side_view
from tracker.render.terminal import diff_view, report_view

GOLDEN = Path(__file__).parent / "golden"
WIDTHS = [60, 80, 140]
SCOPE = "Seen between 2026-11-23 00:00 and 12:00 UTC"
_COLOURS = re.compile("\x1b\\[[0-9;]*m")


def _digest(changes: list[Change]) -> Digest:
    return digest_of([detail(n, change, article_id=n) for n, change in enumerate(changes, 1)], Findings(), Limits())


@pytest.mark.parametrize("width", WIDTHS)
def test_a_digest_reads_as_agreed(width: int) -> None:
    expected = (GOLDEN / f"digest_{width}.txt").read_text(encoding="utf-8")
    assert printed(digest_view(day_digest(), UTC, SCOPE), width) == expected


@pytest.mark.parametrize("width", [120, 140])
def test_a_diff_in_columns_reads_as_agreed(width: int) -> None:
    expected = (GOLDEN / f"diff_side_by_side_{width}.txt").read_text(encoding="utf-8")
    assert printed(side_by_side_view(sample_pair(), UTC), width) == expected


def test_colour_says_nothing_that_words_and_lines_do_not() -> None:
    """Struck and underlined where there is colour, signs where there is none; else the same words."""
    plain = printed(digest_view(day_digest(), UTC), 140)
    coloured = printed(digest_view(day_digest(), UTC), 140, colour=True)
    assert re.search("\x1b\\[[0-9;]*9[0-9;]*mfurious\x1b\\[0m", coloured)
    assert re.search("\x1b\\[4[0-9;]*mdisappointed\x1b\\[0m", coloured)
    unsigned = re.sub(r"\[-|-\]|\{\+|\+\}", "", plain)
    assert "".join(_COLOURS.sub("", coloured).split()) == "".join(unsigned.split())


# -- scripts and widths ------------------------------------------------------------------------------------------------


def _views(name: str) -> list[RenderableType]:
    pair, details = script_pair(name), script_details(name)
    digest = digest_of(details, Findings(), TELL_ALL)
    return [diff_view(pair, UTC), side_by_side_view(pair, UTC), report_view(details, UTC), digest_view(digest, UTC)]


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [20, *WIDTHS])
@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_fits_the_terminal(name: str, width: int, colour: bool) -> None:
    for view in _views(name):
        shown = _COLOURS.sub("", printed(view, width, colour=colour))
        assert max(map(cell_len, shown.split("\n"))) <= width


@pytest.mark.parametrize("width", [20, *WIDTHS])
@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_of_a_changed_word_is_lost_or_torn(name: str, width: int) -> None:
    """Old and new are there whole, whatever the width: only white space may come between their characters."""
    pair = script_pair(name)
    digest = digest_view(digest_of(script_details(name), Findings(), TELL_ALL), UTC)
    told = _unsigned(printed(digest, width).replace("•", ""))
    for change in pair.comparison.changes:
        assert _unsigned("".join(piece.text for piece in marked_sentence(change))) in told
    for view in (diff_view(pair, UTC), digest):
        shown = "".join(printed(view, width).split())
        for change in pair.comparison.changes:
            for text in filter(None, (change.before, change.after)):
                assert "".join(text.split()) in shown


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_column_holds_its_text_whole(name: str) -> None:
    pair = script_pair(name)
    body = printed(side_by_side_view(pair, UTC), 140).split("¶1")[1].split("\n\n")[0].splitlines()[1:]
    old, new = ("".join(_column(line, side) for line in body) for side in (0, 1))
    assert _unsigned(old) == "".join(pair.comparison.diff.old.split())
    assert _unsigned(new) == "".join(pair.comparison.diff.new.split())


def _column(line: str, side: int) -> str:
    """What stands in the left or the right half of a line of 140 cells."""
    left = ""
    while cell_len(left) < 72 and len(left) < len(line):
        left = line[: len(left) + 1]
    return (left, line[len(left) :])[side]


def _unsigned(text: str) -> str:
    return "".join(re.sub(r"\[-|-\]|\{\+|\+\}", "", text).split())


def test_columns_are_not_chosen_for_scripts_that_run_from_right_to_left() -> None:
    assert {name for name in SCRIPTS if reads_right_to_left(script_pair(name))} == {"arabic", "hebrew"}


# -- anything at all ---------------------------------------------------------------------------------------------------


@given(st.lists(any_change(), max_size=4), st.sampled_from([20, *WIDTHS]))
def test_no_digest_raises_steers_or_overflows(changes: list[Change], width: int) -> None:
    shown = printed(digest_view(_digest(changes), UTC, SCOPE), width)
    shown.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)
    assert max(map(cell_len, shown.split("\n"))) <= width


# -- pages -------------------------------------------------------------------------------------------------------------


class _Outline(HTMLParser):
    """Headings, landmarks, names and marks of a page; checks that it is well formed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.tags: set[str] = set()
        self.names: list[str] = []
        self.targets: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_attrs = dict(attrs)
        assert not any(name.startswith("on") or name in ("src", "style") for name in given_attrs)
        self.tags.add(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.names += [given_attrs["id"] or ""] if "id" in given_attrs else []
        href = given_attrs.get("href") or ""
        self.targets += [href[1:]] if href.startswith("#") else []
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.texts.setdefault(tag, []).append(data)


def test_a_page_has_landmarks_and_headings_in_order() -> None:
    page = _Outline(digest_html(day_digest(), UTC, SCOPE))
    assert {"main", "nav", "header", "section", "del", "ins"} <= page.tags
    assert "script" not in page.tags
    assert page.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert sorted(page.targets) == sorted(set(page.names))
    assert "furious" in page.texts["del"]
    assert "disappointed" in page.texts["ins"]
    assert SCOPE in page.texts["header"]


def test_a_page_names_deletions_and_insertions_for_those_who_hear_it() -> None:
    style = digest_html(day_digest(), UTC).split("</style>")[0]
    assert '" [deleted: "' in style
    assert '" [inserted: "' in style
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


@given(st.lists(any_change(), max_size=3))
def test_any_text_gives_a_whole_page(changes: list[Change]) -> None:
    page = _Outline(digest_html(_digest(changes), UTC, SCOPE))
    assert "script" not in page.tags


# -- Markdown ----------------------------------------------------------------------------------------------------------

_READER = MarkdownIt("commonmark").enable(["strikethrough", "table"])


def test_markdown_has_the_same_sections() -> None:
    shown = digest_markdown(day_digest(), UTC, SCOPE)
    titles = [line for line in shown.splitlines() if line.startswith("## ")]
    assert titles == [
        "## Notices taken away: 1 change in 1 article",
        "## Gone, for a time or for good: 2 absences",
        "## Silent edits: 3 changes in 2 articles",
        "## Headlines: 1 change in 1 article",
        "## Corrections: 2 changes in 1 article",
        "## Other changes of substance: 1 change in 1 article",
        "## Wording: 1 change in 1 article",
        "## Spelling and form: 2 changes in 2 articles",
        "## Back and forth: 14 turns folded into 1 line",
    ]
    assert "“We are ~~furious~~ **disappointed**,” she said." in shown


@given(st.lists(any_change(), max_size=3))
def test_no_markup_but_ours_comes_out(changes: list[Change]) -> None:
    ours = {
        *("heading", "paragraph", "inline", "text", "text_special", "strong", "em", "s", "hardbreak", "softbreak"),
        *("bullet_list", "list_item", "link"),
    }
    for token in _READER.parse(digest_markdown(_digest(changes), UTC, SCOPE)):
        for each in (token, *(token.children or ())):
            assert each.type.removesuffix("_open").removesuffix("_close") in ours


@pytest.mark.parametrize("form", [digest_html, digest_markdown])
def test_all_of_a_digest_is_in_every_format(form: Callable[[Digest, object, str], str]) -> None:
    shown = re.sub(r"[\\*~]|<[^>]*>", "", form(day_digest(), UTC, SCOPE))
    for words in (
        "the error stood for about 5 h",
        "gone since 2026-11-23 09:00 UTC",
        "Could not always be read: 12 articles of www.valley.example (40 looks blocked, 2 failed)",
        "14 times, last between",
        "2 times (articles 1, 4)",
        "also in the body",
    ):
        assert words in shown


def test_commands_that_would_find_another_database_can_be_left_out() -> None:
    parts = printed(Group(*digest_parts(day_digest(), UTC, SCOPE, tells_onward=False)), 140)
    assert "tracker diff" not in parts
    assert printed(digest_view(day_digest(), UTC, SCOPE), 140).startswith(parts)
