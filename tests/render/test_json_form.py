"""Rows have the views' columns, and every character of the text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from render_samples import (
    URL,
    any_change,
    any_pair,
    article,
    detail,
    flapping_details,
    sample_details,
    sample_inconsistency,
    sample_pair,
)

from tracker.model import Change
from tracker.render.json_form import (
    ARTICLE_COLUMNS,
    CHANGE_COLUMNS,
    REVISION_COLUMNS,
    article_row,
    change_row,
    json_array,
    json_line,
    json_text,
    pair_form,
    revision_form,
    revision_row,
)
from tracker.render.pair import RevisionPair


def test_rows_have_the_columns_of_their_views_in_order() -> None:
    assert tuple(change_row(sample_details()[0])) == CHANGE_COLUMNS
    assert tuple(article_row(article(1, None))) == ARTICLE_COLUMNS
    assert tuple(revision_row(sample_pair().newer, URL)) == REVISION_COLUMNS


def test_a_revision_is_its_row_with_the_names_that_it_spells_in_two_ways() -> None:
    older = sample_pair().older
    form = revision_form(older, URL, [sample_inconsistency()])
    row = revision_row(older, URL)
    assert {name: form[name] for name in row} == row
    assert json.loads(json_text(form["inconsistencies"])) == [
        {
            "doubtful": "Lakatia",
            "likely": "Latakia",
            "doubtful_count": 1,
            "likely_count": 1_200,
            "doubtful_start": older.extract.text.index("Lakatia"),
            "doubtful_end": older.extract.text.index("Lakatia") + 7,
            "sentence": "Fishermen had warned of cracks for years, the Lakatia Times reported.",
            "reasons": ["“Lakatia” is in no dictionary", "“Latakia” stands 1,200 times in the article"],
            "engine": "test 1",
        }
    ]
    assert revision_form(older, URL, [])["inconsistencies"] == []


def test_a_change_row_says_what_and_when() -> None:
    row = change_row(sample_details()[3])
    assert row["kind"] == "number"
    assert (row["before"], row["after"]) == ("twenty", "thirty")
    assert (row["changed_after"], row["changed_before"]) == ("2026-11-23T10:05:00Z", "2026-11-23T10:20:00Z")
    assert row["in_quotation"] is True


def test_every_turn_back_and_forth_keeps_its_row() -> None:
    rows = [change_row(each) for each in flapping_details(14)]
    assert [row["is_flap"] for row in rows] == [False, False, *[True] * 14]


def test_a_diff_says_what_its_revisions_say_again() -> None:
    pair = sample_pair()
    turn = replace(pair, older=replace(pair.older, same_as_number=2), newer=replace(pair.newer, same_as_number=1))
    form = pair_form(turn)
    assert (form["is_flap"], form["from_same_as_number"], form["to_same_as_number"]) == (True, 2, 1)
    assert pair_form(pair)["is_flap"] is False
    reread = replace(pair, rereads=(replace(pair.newer, reread_of_number=1),))
    assert pair_form(reread)["reread_numbers"] == [2]


def test_absence_is_null_and_words_are_counted() -> None:
    assert article_row(article(1, None, joined_to=2))["next_check_at"] is None
    assert revision_row(sample_pair().newer, URL)["word_count"] == len(sample_pair().newer.extract.text.split())


@given(any_pair())
def test_a_diff_reads_back_and_its_hunks_rebuild_the_text(pair: RevisionPair) -> None:
    diff = pair.comparison.diff
    text = json_text(pair_form(pair))
    text.encode()
    read = json.loads(text)
    rebuilt, at = "", 0
    for hunk in read["hunks"]:
        rebuilt += diff.old[at : hunk["old_start"]] + diff.new[hunk["new_start"] : hunk["new_end"]]
        at = hunk["old_end"]
    assert rebuilt + diff.old[at:] == diff.new
    assert len(read["changes"]) == len(pair.comparison.changes)


@given(any_change())
def test_a_line_is_one_line_and_reads_back(change: Change) -> None:
    line = json_line(change_row(detail(1, change)))
    line.encode()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["before"] == change.before


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_in_pieces_is_the_list(count: int) -> None:
    rows = [article_row(article(number, f"Wall\u2028fails\x85 {number}\nagain")) for number in range(count)]
    assert "".join(json_array(rows)) == json_text(rows)
