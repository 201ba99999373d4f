"""How frequent words are: what wordfreq says, from a smaller table."""

from __future__ import annotations

import pytest
import wordfreq
from hypothesis import given
from hypothesis import strategies as st

from tracker.classify.frequencies import table_of, zipf_frequency


@given(st.lists(st.lists(st.text(min_size=1, max_size=6)), max_size=8))
def test_a_table_holds_every_word_in_its_first_band_and_no_other(bands: list[list[str]]) -> None:
    bands = [[word.encode("utf-8", "ignore").decode() or "x" for word in band] for band in bands]
    table = table_of(bands)
    expected: dict[str, int] = {}
    for number, band in enumerate(bands):
        for word in band:
            expected.setdefault(word, number)
    assert {word: table.centibels_of(word) for word in expected} == expected
    assert all(table.centibels_of(word + "\x00") is None for word in expected if word + "\x00" not in expected)


@pytest.mark.parametrize("language", ["en", "de"])
def test_frequencies_are_those_of_the_library(language: str) -> None:
    common = wordfreq.top_n_list(language, 300)
    odd = ["well-known", "2,000", "15th", "asdfghj", "", "don't", "Straße", "éx", "\ud800"]
    for word in [*common, *odd]:
        assert zipf_frequency(word, language) == pytest.approx(wordfreq.zipf_frequency(word, language), abs=0.005)
