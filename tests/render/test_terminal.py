"""What a terminal shows: whole pages against golden files, and properties over any Unicode."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render_samples import (
    NEW,
    OLD,
    any_change,
    any_inconsistency,
    any_pair,
    detail,
    flapping_details,
    printed,
    revision,
    sample_details,
    sample_inconsistency,
    sample_pair,
)
from rich.cells import cell_len
from rich.console import RenderableType

from tracker.model import Change, Comparison, Diff, Hunk, Inconsistency
from tracker.render.article import revision_view
from tracker.render.pair import RevisionPair
from tracker.render.terminal import change_line, diff_view, report_view

GOLDEN = Path(__file__).parent / "golden"


def _golden(name: str, shown: str) -> None:
    assert shown == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [60, 80, 140])
def test_a_diff_reads_as_agreed(width: int) -> None:
    _golden(f"diff_{width}.txt", printed(diff_view(sample_pair(), UTC), width))


@pytest.mark.parametrize("width", [60, 80])
def test_a_report_reads_as_agreed(width: int) -> None:
    _golden(f"report_{width}.txt", printed(report_view(sample_details(), UTC), width))


@pytest.mark.parametrize("width", [60, 80])
def test_a_report_of_what_goes_back_and_forth_reads_as_agreed(width: int) -> None:
    _golden(f"report_flaps_{width}.txt", printed(report_view(flapping_details(14), UTC), width))


def test_a_diff_of_a_turn_back_and_forth_says_so() -> None:
    pair = sample_pair()
    turn = replace(
        pair,
        older=replace(pair.older, number=4, same_as_number=2),
        newer=replace(pair.newer, number=5, same_as_number=1),
    )
    assert (
        "Back and forth, not a new wording: revision 4 says exactly what revision 2 said, revision 5 what revision 1 "
        "said." in " ".join(printed(diff_view(turn, UTC)).split())
    )
    back = replace(pair, older=replace(pair.older, number=2), newer=replace(pair.newer, number=3, same_as_number=1))
    assert "\nReverted: revision 3 says exactly what revision 1 said.\n" in printed(diff_view(back, UTC))


def test_a_diff_across_a_page_read_anew_says_what_is_no_edit() -> None:
    pair = sample_pair()
    reread = revision(2, "Wall", NEW, pair.older.first_seen_at, reread_of=1, extractor="reader 2")
    only = " ".join(printed(diff_view(replace(pair, newer=reread, rereads=(reread,)), UTC)).split())
    assert "Revision 2 is the page of revision 1, read anew by a newer extractor: no edit, only the reading" in only
    assert "7 differences: " in only
    across = replace(pair, newer=replace(pair.newer, number=3), rereads=(reread,))
    shown = " ".join(printed(diff_view(across, UTC)).split())
    assert "read anew by a newer extractor: a part of what follows is a difference of reading, not an edit." in shown
    assert "7 changes: " in shown


def test_a_page_read_anew_by_the_same_extractor_blames_the_site() -> None:
    pair = sample_pair()
    reread = revision(2, "Wall", NEW, pair.older.first_seen_at, reread_of=1)
    shown = " ".join(printed(diff_view(replace(pair, newer=reread, rereads=(reread,)), UTC)).split())
    assert "read anew with more known of its site: no edit" in shown


def test_an_article_is_shown_whole() -> None:
    shown = printed(revision_view(sample_pair().newer, "https://www.example.com/x", UTC), 140)
    assert " ".join(shown.split()).endswith(" ".join(" ".join(NEW).split()))
    assert "Tove Lindqvist, published 2026-11-23 08:00 UTC" in shown


def test_an_article_ends_with_the_names_that_it_spells_in_two_ways() -> None:
    doubt = sample_inconsistency()
    shown = printed(revision_view(sample_pair().older, "https://www.example.com/x", UTC, [doubt]), 140)
    assert shown.endswith(
        f"\n{OLD[-1]}\n\nSpelt two ways in this revision: Latakia (1,200), Lakatia (1)\n{doubt.sentence}\n"
    )


def test_colour_takes_the_place_of_the_signs() -> None:
    shown = printed(diff_view(sample_pair(), UTC), colour=True)
    assert "{+" not in shown
    assert re.search("\x1b\\[[0-9;]*9[0-9;]*mLakatia\x1b\\[0m", shown)  # 9: struck through
    assert re.search("\x1b\\[4[0-9;]*mLatakia\x1b\\[0m", shown)  # 4: underlined


def test_equal_bodies_say_so() -> None:
    pair = RevisionPair(
        "https://www.example.com/x",
        revision(1, "One", OLD, sample_pair().older.first_seen_at),
        revision(2, "Two", OLD, sample_pair().newer.first_seen_at),
        Comparison(Diff("same", "same", ()), (), "test 1"),
    )
    assert "The body is unchanged." in printed(diff_view(pair, UTC))


def test_going_back_in_time_claims_no_interval() -> None:
    pair = sample_pair()
    back = RevisionPair(pair.url, pair.newer, pair.older, Comparison(Diff("a", "a", ()), (), "test 1"))
    assert "Revision 2 → 1, first seen 2026-11-23 10:20 UTC and 2026-11-23 09:05 UTC" in printed(
        diff_view(back, UTC), 140
    )


def test_why_a_comparison_is_coarse_is_said() -> None:
    pair = sample_pair()
    coarse = Comparison(Diff("a", "b", (Hunk(0, 1, 0, 1),), coarse="longer than 1 MB"), (), "test 1")
    shown = printed(diff_view(RevisionPair(pair.url, pair.older, pair.newer, coarse), UTC))
    assert "Compared coarsely: longer than 1 MB" in shown


def _assert_harmless(renderable: RenderableType, width: int) -> None:
    shown = printed(renderable, width)
    shown.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)
    assert max(map(cell_len, shown.split("\n"))) <= width


@given(any_pair(), any_inconsistency, st.sampled_from([20, 60, 80, 140]))
def test_no_diff_raises_steers_or_overflows(pair: RevisionPair, doubt: Inconsistency, width: int) -> None:
    _assert_harmless(diff_view(pair, UTC), width)
    _assert_harmless(revision_view(pair.newer, pair.url, UTC, [doubt]), width)


@given(st.lists(any_change(), max_size=4), st.sampled_from([20, 60, 80, 140]))
def test_no_report_raises_steers_or_overflows(changes: list[Change], width: int) -> None:
    _assert_harmless(report_view([detail(number, change) for number, change in enumerate(changes)], UTC), width)
    for change in changes:
        _assert_harmless(change_line(change), width)


@given(any_pair())
def test_colour_codes_are_only_ours(pair: RevisionPair) -> None:
    shown = re.sub("\x1b\\[[0-9;]*m", "", printed(diff_view(pair, UTC), colour=True))
    assert "\x1b" not in shown
