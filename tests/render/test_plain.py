"""Text of others cannot steer what shows it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.render.plain import safe_change, safe_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("red \x1b[31malert\x07", "red <U+001B>[31malert<U+0007>"),
        ("user \u202egnp.exe", "user <U+202E>gnp.exe"),
        ("\x9b2J", "<U+009B>2J"),
        ("a\tb\n c", "a b c"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u200b", "<U+200B>"),
        ("lone \ud800", "lone <U+D800>"),
        ("क्षि 👩‍🚀 می‌خواهم", "क्षि 👩‍🚀 می‌خواهم"),
    ],
)
def test_what_would_steer_or_hide_is_named(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize(("text", "shown"), [("  ", "␣␣"), ("\n\n", "¶"), ("\u00a0", "<U+00A0>"), ("a b", "a b")])
def test_changed_space_is_visible(text: str, shown: str) -> None:
    assert safe_change(text) == shown


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_dangerous_is_left_of_any_text(text: str) -> None:
    for shown in (safe_text(text), safe_change(text)):
        shown.encode()
        categories = {unicodedata.category(character) for character in shown}
        bidi = {unicodedata.bidirectional(character) for character in shown}
        assert not categories & {"Cc", "Cs", "Zl", "Zp"}
        assert not bidi & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
