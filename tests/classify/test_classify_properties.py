"""What holds for every pair of texts."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import Change, Diff, Hunk, Kind, Operation

_WORDS = st.sampled_from(
    ["the", "The", "mayor", "said", "not", "12", "1,500", "March", "Iraq", "Latakia", "Lakatia", "e-mail", "allegedly",
     "“we", "go”", "“", "\"", ",", ".", "!", "—", "-", "’", "it's", "Correction:", "per", "cent", "%", "€", "million",
     "twenty", "one", "\n", "\n\n", " ", "  ", "\t", "é", "e\u0301", "👩‍👩‍👧", "東京", "です。", "ไทย", "\ud800",
     "\u200b"]
)  # fmt: skip
_PROSE = st.lists(_WORDS, max_size=40).map(" ".join)
_ANY = st.text(max_size=60) | _PROSE | st.lists(_WORDS, max_size=40).map("".join)
_LANGUAGE = st.sampled_from([None, "en", "de", "zh", "xx"])


def overlaps(hunk: Hunk, change: Change) -> bool:
    return min(hunk.old_end, change.old_end) > max(hunk.old_start, change.old_start) or min(
        hunk.new_end, change.new_end
    ) > max(hunk.new_start, change.new_start)


def check(found: Diff, changes: tuple[Change, ...]) -> None:
    for change in changes:
        assert found.old[change.old_start : change.old_end] == change.before
        assert found.new[change.new_start : change.new_end] == change.after
        assert change.before or change.after
        assert 0 < change.confidence <= 1
        if change.kind is not Kind.MOVED:
            expected = (
                Operation.REPLACE
                if change.before and change.after
                else Operation.INSERT
                if change.after
                else Operation.DELETE
            )
            assert change.operation is expected
    for hunk in found.hunks:
        assert any(overlaps(hunk, change) for change in changes), hunk
    assert [change.old_start for change in changes] == sorted(change.old_start for change in changes)


@given(_ANY, _ANY, _LANGUAGE)
@settings(max_examples=200, deadline=None)
def test_every_change_lies_where_it_says_and_every_hunk_is_told(old: str, new: str, language: str | None) -> None:
    found = diff(old, new)
    check(found, classify(found, old, new, language))


@given(_PROSE, st.data())
@settings(max_examples=150, deadline=None)
def test_the_same_for_an_edited_text(old: str, data: st.DataObject) -> None:
    words = old.split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(words)))
        words[at : at + data.draw(st.integers(0, 2))] = data.draw(st.lists(_WORDS, max_size=3))
    new = " ".join(words)
    found = diff(old, new)
    check(found, classify(found, old, new, "en"))


@given(_ANY, _ANY)
@settings(max_examples=50, deadline=None)
def test_one_answer(old: str, new: str) -> None:
    found = diff(old, new)
    assert classify(found, old, new) == classify(found, old, new)


def test_a_diff_read_back_without_its_units_gives_the_same() -> None:
    old = "The mayor went to Paris. He came home again late."
    new = "The mayor went to London. Nobody saw him. He came home again late."
    found = diff(old, new)
    bare = Diff(old, new, found.hunks, found.moves)
    assert classify(bare, old, new, "en") == classify(found, old, new, "en")


def test_a_long_line_of_many_edits_is_told_in_linear_time_and_space() -> None:
    old = " ".join(f"word{number} stays" for number in range(3000))
    new = " ".join(f"name{number} stays" for number in range(3000))
    found = diff(old, new)
    changes = classify(found, old, new, "en")
    check(found, changes)
    assert sum(len(change.sentence_before) for change in changes) < 3000 * 2_000


def test_a_capital_behind_a_stop_parts_a_sentence_also_inside_a_matched_unit() -> None:
    found = diff("the . the", "the . The")
    assert classify(replace(found, units=()), *_texts(found), "en") == classify(found, *_texts(found), "en")


def _texts(found: Diff) -> tuple[str, str]:
    return found.old, found.new


@given(_PROSE, st.data())
@settings(max_examples=150, deadline=None)
def test_a_diff_without_matched_units_gives_the_same_changes(old: str, data: st.DataObject) -> None:
    """A diff that was read back from the database has none."""
    words = old.split(" ")
    for _ in range(data.draw(st.integers(1, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(_WORDS)
    new = " ".join(words)
    found = diff(old, new)
    read_back, fresh = (classify(each, old, new, "en") for each in (replace(found, units=()), found))
    if old[:1].isalpha() and new[:1].isalpha():
        assert read_back == fresh
    # A stop before any sentence belongs to none: it may be told with either. All else is the same.
    assert [_without_sentences(change) for change in read_back] == [_without_sentences(change) for change in fresh]


def _without_sentences(change: Change) -> Change:
    return replace(change, sentence_before="", sentence_after="")
