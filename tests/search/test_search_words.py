"""What counts as a word, and which words count as the same."""

from __future__ import annotations

import sqlite3
import sys
import unicodedata
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.search.words import fold, index_words, units

# As the schema has it.
TOKENIZE = """tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co Cn'" """


@pytest.mark.parametrize(
    "same",
    [
        ("Müller", "MÜLLER", "muller", "Mu\u0308ller"),
        ("Straße", "STRASSE", "strasse"),
        ("Işık", "ışık", "IŞIK", "isik"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Đà", "da"),
        ("ёлка", "ЕЛКА"),
        ("Αθήνας", "ΑΘΗΝΑΣ"),
        ("كِتَاب", "كتاب"),
        ("１２", "12", "١٢"),
        ("ﬁne", "fine"),
        ("Donau\u00addampf", "Donaudampf"),
    ],
)
def test_case_and_accents_do_not_matter(same: tuple[str, ...]) -> None:
    assert len({fold(word) for word in same}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("мой", "мои"), ("が", "か"), ("का", "कि"), ("їх", "іх"), ("12", "21"), ("resume", "resumes")]
)
def test_letters_that_differ_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,200 1.200 1'200 1’200 1\u202f200", ["1200"] * 5),
        ("1,2000 12,5 1.5 2026-11-23", ["1", "2000", "12", "5", "1", "5", "2026", "11", "23"]),
        ("1 200", ["1", "200"]),
        ("O'Brien’s e-mail", ["o", "brien", "s", "e", "mail"]),
        ("word¹ 2½ snake_case", ["word", "2", "snake", "case"]),
        ("हिन्दी", ["हिन्दी"]),
        ("iPhone15を", ["iphone15", "を"]),
        ("…—!", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert [unit.text for unit in units(text)] == words


@given(st.text())
def test_places_are_places_in_the_text(text: str) -> None:
    end = 0
    for unit in units(text):
        assert 0 <= unit.start < unit.end <= len(text)
        assert unit.start >= end or unit.is_character  # a character may fold to two at one place
        assert unit.text
        end = unit.end


def test_typographic_marks_change_neither_words_nor_places() -> None:
    plain, typographic = "The 'bridge' - \"old\" 1'200 -", "The ‘bridge’ – “old” 1’200 —"
    assert list(units(plain)) == list(units(typographic))


def test_the_index_takes_every_word_as_it_is() -> None:
    """No letter of any script is split, dropped or changed on its way into the index."""
    words = sorted(
        {
            word
            for code in range(sys.maxunicode + 1)
            if not 0xD800 <= code <= 0xDFFF and unicodedata.category(chr(code))[0] in "LMN"
            for word in index_words(f"a{chr(code)}b")
        }
    )
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            f"CREATE VIRTUAL TABLE words USING fts5(word, content='', detail=none, columnsize=0, {TOKENIZE})"
        )
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, row)")
        connection.executemany("INSERT INTO words (rowid, word) VALUES (?, ?)", enumerate(words))
        assert sorted(term for (term,) in connection.execute("SELECT term FROM terms")) == words
