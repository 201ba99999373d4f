"""Whatever the two texts are: the script rebuilds the new one, tears nothing apart, and is the same every time."""

from __future__ import annotations

from itertools import pairwise

import diff_match_patch
import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.diff import diff
from tracker.errors import DiffMismatch
from tracker.model import Diff

_PIECES = [
    *["a", "b", "Zoë", "don't", "don’t", "1,500", "12", "12:30", "_", "²", "½", "ß", "é", "e\u0301"],
    *[" ", "  ", "\n", "\n\n", "\r", "\r\n", "\u2028", "\u00a0", "\x1c", "\xad", ".", ",", "“", "”", '"', "–", "€"],
    *["\u0301", "\u200d", "\u200c", "\ufe0f", "👩‍🚀", "👍🏽", "🇩🇪", "🇫", "ℹ", "\ud800", "\udc00", "\u0600"],
    *["हिन्दी ", "क्ष", "है। ", "ไทย", "กำ", "漢字", "かな", "カタカナー", "。", "」", "한국어 "],
    *["\u1100", "\u1161", "العربية ", "؟ ", "Mr. Smith "],
    *["The cat sat. ", "The dog ran off. ", "He said so on Monday. ", "Alpha beta gamma delta epsilon zeta. "],
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=25).map("".join)
_ANY_UNICODE = st.text(st.characters(exclude_categories=()), max_size=40)


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with pieces put in, taken out and carried elsewhere."""
    pieces = draw(st.lists(st.sampled_from(_PIECES), max_size=25))
    after = list(pieces)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(after)))
        taken = after[start : start + draw(st.integers(0, 4))]
        del after[start : start + len(taken)]
        if draw(st.booleans()):
            place = draw(st.integers(0, len(after)))
            after[place:place] = taken
        else:
            after.insert(start, draw(st.sampled_from(_PIECES)))
    return "".join(pieces), "".join(after)


def _boundaries(text: str) -> set[int]:
    return {0} | {match.end() for match in regex.finditer(r"\X", text)}


def _check(old: str, new: str) -> Diff:
    found = diff(old, new)
    assert found.apply(old) == new
    places = [(h.old_start, h.old_end, h.new_start, h.new_end) for h in found.hunks]
    assert all(a <= b and c <= d and old[a:b] != new[c:d] for a, b, c, d in places)
    assert all(p[1] <= q[0] and p[3] <= q[2] for p, q in pairwise(places))
    old_clusters, new_clusters = _boundaries(old), _boundaries(new)
    inner = [hunk for move in found.moves for hunk in move.hunks]
    places += [(h.old_start, h.old_end, h.new_start, h.new_end) for h in inner]
    places += [(m.old_start, m.old_end, m.new_start, m.new_end) for m in found.moves]
    assert all({a, b} <= old_clusters and {c, d} <= new_clusters for a, b, c, d in places)
    return found


@settings(deadline=None, max_examples=400)
@given(_edited())
@example(("\u2028\r\n_", "🇩🇪\u2028\r\u200d\n_"))
@example(("\u200d漢字", "The dog ran. \u200d漢字"))
@example(("\u1100กำ'́", "\u1100ำ'́"))
def test_rebuilds_edited_texts_and_tears_no_cluster(pair: tuple[str, str]) -> None:
    _check(*pair)


@settings(deadline=None, max_examples=200)
@given(_TEXTS, _TEXTS)
def test_rebuilds_unrelated_texts(old: str, new: str) -> None:
    _check(old, new)


@settings(deadline=None, max_examples=300)
@given(_ANY_UNICODE, _ANY_UNICODE)
def test_rebuilds_any_unicode_at_all(old: str, new: str) -> None:
    _check(old, new)
    _check(old, old + new)
    _check(old + new, new)


@settings(deadline=None, max_examples=200)
@given(_edited())
def test_no_hunk_cuts_a_word_of_a_spaced_script(pair: tuple[str, str]) -> None:
    old, new = ("".join(c for c in text if ord(c) < 0x300) for text in pair)
    for hunk in diff(old, new).hunks:
        for text, place in ((old, hunk.old_start), (old, hunk.old_end), (new, hunk.new_start), (new, hunk.new_end)):
            assert not (text[place - 1 : place].isalnum() and text[place : place + 1].isalnum())


@settings(deadline=None, max_examples=200)
@given(_edited())
@example(("a1,500ไทยa؟ ؟ \u2028", "؟ ؟ a1,500ไทยa\u2028"))  # white space after the sentence that moved
def test_moved_blocks_lie_in_hunks_and_their_own_hunks_rebuild_them(pair: tuple[str, str]) -> None:
    old, new = pair
    found = diff(old, new)
    for move in found.moves:
        assert any(h.old_start <= move.old_start and move.old_end <= h.old_end for h in found.hunks)
        assert any(h.new_start <= move.new_start and move.new_end <= h.new_end for h in found.hunks)
        rebuilt, at = "", move.old_start
        for hunk in move.hunks:
            rebuilt += old[at : hunk.old_start] + new[hunk.new_start : hunk.new_end]
            at = hunk.old_end
        assert rebuilt + old[at : move.old_end] == new[move.new_start : move.new_end]


@settings(deadline=None, max_examples=200)
@given(_edited())
def test_delta_is_read_by_diff_match_patch(pair: tuple[str, str]) -> None:
    old, new = ("".join(c for c in text if not "\ud800" <= c <= "\udfff") for text in pair)  # has no UTF-16 form
    dmp = diff_match_patch.diff_match_patch()
    script = dmp.diff_fromDelta(old, diff(old, new).delta)
    assert dmp.diff_text2(script) == new


@settings(deadline=None, max_examples=100)
@given(_edited())
def test_same_texts_give_the_same_diff(pair: tuple[str, str]) -> None:
    first, second = diff(*pair), diff(*pair)
    assert (first.hunks, first.moves, first.units) == (second.hunks, second.moves, second.units)


def test_equal_texts_have_no_hunks() -> None:
    assert diff("The same.\n\nAgain.", "The same.\n\nAgain.").hunks == ()
    assert diff("", "").hunks == ()


def test_a_diff_is_not_applied_to_another_text() -> None:
    with pytest.raises(DiffMismatch):
        diff("one", "two").apply("three")
