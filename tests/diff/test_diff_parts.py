"""The parts that the diff engine is made of, each by itself."""

from __future__ import annotations

import itertools
import random

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.diff.alignment import Match, align_same, align_similar, left_over, stretches
from tracker.diff.chain import heaviest_chain
from tracker.diff.cleanup import unless_rewritten, without_chance_matches
from tracker.diff.kept import Kept, Range, hunks_between
from tracker.diff.moves import as_blocks, same_elsewhere
from tracker.diff.sentences import split_sentences
from tracker.diff.sequence import TABLE_CELLS, Run, common_runs
from tracker.diff.similarity import Candidate, Likeness, WordCodes
from tracker.diff.tokens import fold_typography, tokenise, words_of
from tracker.diff.trim import is_cut, whole_ends
from tracker.model import Hunk

_WORDS = st.lists(st.sampled_from(["the", "cat", "sat", "on", "mat", "dog"]), max_size=30)


# -- tokens ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He can't pay £1,500.50 (now).", ["He", "can't", "pay", "£", "1,500.50", "(", "now", ")", "."]),
        ("35.7m at 12:30, l’été e-mail", ["35.7m", "at", "12:30", ",", "l’été", "e", "-", "mail"]),
        ("क्षमा करें।", ["क्षमा", "करें", "।"]),
        ("東京タワーへ", ["東", "京", "タワー", "へ"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("👩‍🚀👍🏽🇩🇪🇫🇷", ["👩‍🚀", "👍🏽", "🇩🇪", "🇫🇷"]),
        ("العربية؟", ["العربية", "؟"]),
        ("  a\r\nb ", ["a", "b"]),
        ("", []),
        (" ", []),
    ],
)
def test_tokens_are_words_numbers_and_signs(text: str, expected: list[str]) -> None:
    assert tokenise(text).texts == expected


@settings(deadline=None, max_examples=400)
@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_tokens_stand_where_they_say_and_end_between_clusters(text: str) -> None:
    tokens = tokenise(text)
    clusters = {0} | {match.end() for match in regex.finditer(r"\X", text)}
    for token, start in zip(tokens.texts, tokens.starts, strict=True):
        assert text.startswith(token, start)
        assert {start, start + len(token)} <= clusters
    assert "".join("".join(tokens.texts).split()) == "".join(text.split())


def test_a_long_text_has_the_same_tokens() -> None:
    sentence = "  He can't pay £1,500.50 (now). "
    once, often = tokenise(sentence), tokenise(sentence * 3_000)
    assert often.texts == once.texts * 3_000
    assert often.starts[: len(once.starts)] == once.starts
    assert often.starts[-1] == once.starts[-1] + 2_999 * len(sentence)


def test_words_are_folded_in_case_and_apostrophe() -> None:
    assert words_of("“Don’t,” HE said – 3 times.") == words_of("don't he SAID 3 times")


def test_typography_folds_to_the_same_length() -> None:
    assert fold_typography("‘No’ – “yes”") == "'No' - \"yes\""


# -- sentences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentences",
    [
        ["One here.", "Two there!", "Three?"],
        ['He said "No."', "Then Mr. Smith of the U.S. Army left.", "J. K. Rowling wrote it."],
        ["It rose 3.5 per cent.", "“Really?” he asked.", "Yes…", "No."],
        ["Dr. Lee and Gen. Roe met on Jan. 5 at St. James.", "Both left."],
        ["Prices rose e.g. for milk.", "Élysée officials agreed."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b] for a, b in split_sentences(text, 0, len(text))] == sentences


@pytest.mark.parametrize("sentences", [["今日は。", "「はい。」", "明日"], ["これ！", "それ？"]])
def test_chinese_and_japanese_sentences_need_no_space(sentences: list[str]) -> None:
    text = "".join(sentences)
    assert [text[a:b] for a, b in split_sentences(text, 0, len(text))] == sentences


def test_hindi_sentences_end_with_a_danda() -> None:
    text = "यह है। वह है।"
    assert [text[a:b] for a, b in split_sentences(text, 0, len(text))] == ["यह है।", "वह है।"]


# -- trimming ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [
        ("the old cat sat", "the odd cat sat", (4, 8)),
        ("he said so.", "he said to.", (8, 1)),
        ("do it", "don't it", (0, 3)),
        ("pay 1,500 now", "pay 1,600 now", (4, 4)),
        ("same", "same", (4, 0)),
        ("a a a", "a a", (3, 0)),
        ("東京へ", "北京へ", (0, 2)),
    ],
)
def test_common_ends_stop_between_words(old: str, new: str, ends: tuple[int, int]) -> None:
    assert whole_ends(old, new) == ends


def test_no_cut_inside_clusters_words_and_numbers() -> None:
    for text in ("\r\n", "ab", " \u0301", "1,", ",5", "n'", "'t", "__", "👍🏽", "\u0600a"):
        assert not is_cut(f"x{text}x", 2), ascii(text)


# -- sequences ---------------------------------------------------------------------------------------------------------


def _are_common(runs: list[Run], old: list[str], new: list[str]) -> bool:
    same = all(old[r.old : r.old + r.length] == new[r.new : r.new + r.length] for r in runs)
    return same and all(p.old + p.length <= q.old and p.new + p.length <= q.new for p, q in itertools.pairwise(runs))


@settings(deadline=None)
@given(_WORDS, _WORDS)
def test_common_runs_are_common_ascending_and_longest(old: list[str], new: list[str]) -> None:
    runs = common_runs(old, new).runs
    assert _are_common(runs, old, new)
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, j in itertools.product(range(len(old)), range(len(new))):
        same = old[i] == new[j]
        lengths[i + 1][j + 1] = lengths[i][j] + 1 if same else max(lengths[i][j + 1], lengths[i + 1][j])
    assert sum(run.length for run in runs) == lengths[-1][-1]


def test_beyond_the_table_anchors_find_the_edits() -> None:
    count = int(TABLE_CELLS**0.5) + 1_000
    chance = random.Random(1)
    old = [chance.choice("abcdefghij") for _ in range(count)]
    new = [*old[:5_000], "x", *old[5_000:12_000], *old[12_100:]]
    common = common_runs(old, new)
    assert not common.is_coarse
    assert _are_common(common.runs, old, new)
    assert sum(run.length for run in common.runs) == count - 100


def test_beyond_the_table_unrelated_sequences_are_said_to_be_coarse() -> None:
    count = int(TABLE_CELLS**0.5) + 1_000
    assert common_runs(["a", "b"] * count, ["b", "a"] * count) == ([], True)


def test_beyond_the_table_common_ends_are_found_whatever_lies_between() -> None:
    count = int(TABLE_CELLS**0.5) + 1_000
    assert common_runs(["a"] * count, ["a"] * (count + 5)).runs == [Run(0, 0, count)]


def test_nothing_in_common_is_not_coarse_however_long() -> None:
    assert common_runs([f"a{i}" for i in range(30_000)], [f"b{i}" for i in range(30_000)]) == ([], False)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9)), max_size=8))
def test_heaviest_chain_is_the_heaviest(triples: list[tuple[int, int, int]]) -> None:
    pairs = [Candidate(*triple) for triple in triples]
    chain = heaviest_chain(pairs)
    assert all(p.old < q.old and p.new < q.new for p, q in itertools.pairwise(chain))
    best = 0
    for size in range(len(pairs) + 1):
        for chosen in itertools.combinations(sorted(pairs), size):
            if all(p.old < q.old and p.new < q.new for p, q in itertools.pairwise(chosen)):
                best = max(best, sum(pair.common for pair in chosen))
    assert sum(pair.common for pair in chain) == best


# -- alignment ---------------------------------------------------------------------------------------------------------

_ONE = "Ministers agreed on Monday to raise the tax on fuel by two cents from next spring."
_TWO = "Hauliers said the rise would force many of them to close, and threatened to block ports."
_THREE = "The opposition called for fresh elections after the vote, which passed by a single voice."


def _aligned(old: list[str], new: list[str]) -> list[tuple[list[int], list[int]]]:
    alignment = align_similar(range(len(old)), range(len(new)), Likeness(old, new, WordCodes()))
    assert not alignment.is_coarse
    return [(list(match.old), list(match.new)) for match in alignment.matches]


def test_edited_units_are_matched_and_new_ones_left_alone() -> None:
    assert _aligned([_ONE, _TWO], [_ONE.replace("two", "four"), _THREE, _TWO.replace("ports", "roads")]) == [
        ([0], [0]),
        ([1], [2]),
    ]


def test_a_unit_in_other_case_and_quotes_is_the_same_unit() -> None:
    assert _aligned([_ONE, _TWO], [_ONE.upper(), _TWO.replace(",", " –")]) == [([0], [0]), ([1], [1])]


def test_split_and_merged_units_are_matched_with_all_their_parts() -> None:
    assert _aligned([f"{_ONE} {_TWO}", "x"], [_ONE, _TWO]) == [([0], [0, 1])]
    assert _aligned([_ONE, _TWO], [f"{_ONE} {_TWO}", "x"]) == [([0, 1], [0])]
    assert _aligned([f"{_ONE} {_TWO} {_THREE}", "x"], [_ONE, _TWO, _THREE]) == [([0], [0, 1, 2])]


def test_unlike_units_are_not_matched() -> None:
    assert _aligned([_ONE], [_THREE]) == []
    assert _aligned([_ONE, _TWO], [_THREE]) == []
    assert _aligned(["***"], ["###"]) == []


def test_a_large_gap_is_aligned_by_rare_words() -> None:
    chance = random.Random(2)
    words = [f"w{k}" for k in range(2_000)]
    old = [" ".join(chance.choices(words, k=12)) for _ in range(120)]
    new = [f"{unit} more" for unit in old]
    assert _aligned(old, new) == [([i], [i]) for i in range(120)]


def test_what_no_match_holds_is_left_over_between_matches() -> None:
    same = align_same(["a", "b", "c", "d"], ["b", "x", "d", "y"]).matches
    left = left_over(same, 4, 4)
    assert left == ([0, 2], [1, 3])
    assert [(s.old, s.new) for s in stretches(same, *left)] == [([0], []), ([2], [1]), ([], [3])]


# -- moves, clean-up, hunks --------------------------------------------------------------------------------------------


def test_same_units_elsewhere_are_paired_in_order_and_short_ones_are_not() -> None:
    units = [_ONE, _ONE, "***"]
    assert same_elsewhere(units, units, [0, 1, 2], [0, 1, 2]) == [
        Match((0,), (0,), is_same=True),
        Match((1,), (1,), is_same=True),
    ]


def test_neighbours_on_both_sides_make_one_block() -> None:
    parts = [Match((k,), (k + 5,)) for k in (0, 1, 3)]
    assert [len(block) for block in as_blocks(parts)] == [2, 1]


def test_a_chance_match_between_two_rewritten_stretches_goes() -> None:
    old, new = "bold plans of the party", "weak hopes in the market"
    assert without_chance_matches([Kept(14, 14, 3)], old, new) == [Kept(14, 14, 3)][:0]


def test_a_match_between_small_slips_stays() -> None:
    old, new = "the goverment of Itly", "the government of Italy"
    kept = [Kept(0, 0, 4), Kept(13, 14, 4)]
    assert without_chance_matches(kept, old, new) == kept


def test_scattered_words_of_a_rewritten_sentence_go() -> None:
    assert unless_rewritten([Kept(5, 5, 3)], 10, 100) == []
    assert unless_rewritten([Kept(5, 5, 45)], 10, 100) == [Kept(5, 5, 45)]


def test_hunks_lie_between_what_is_kept_without_common_space() -> None:
    old, new = "one two three", "one 2 three"
    assert list(hunks_between(old, new, [Kept(0, 0, 3), Kept(8, 6, 5)], Range(0, 13, 0, 11))) == [Hunk(4, 7, 4, 5)]
