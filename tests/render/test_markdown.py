"""Markdown shows what the article says, and reads none of it as markup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from render_samples import any_change, any_pair, any_text, change, detail, flapping_details, sample_details, sample_pair

from tracker.model import Change, Kind
from tracker.render.markdown import diff_markdown, escaped, report_markdown
from tracker.render.pair import RevisionPair
from tracker.render.plain import safe_text

_READER = MarkdownIt("commonmark").enable(["strikethrough", "table"])
_OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "text_special"),
    *("strong_open", "strong_close", "em_open", "em_close", "s_open", "s_close", "hardbreak"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
}


def _tokens(markdown: str) -> Iterator[Token]:
    for token in _READER.parse(markdown):
        yield token
        yield from token.children or ()


def _text(markdown: str) -> str:
    return "".join(token.content for token in _tokens(markdown) if token.type in ("text", "text_special"))


def _assert_only_ours(markdown: str) -> None:
    links = 0
    for token in _tokens(markdown):
        if token.type in ("link_open", "link_close"):
            links += 1
        else:
            assert token.type in _OURS
    assert links == 2 * markdown.count("<http")


def test_a_diff_marks_old_and_new() -> None:
    shown = diff_markdown(sample_pair(), UTC)
    assert "the ~~Lakatia~~ **Latakia** Times reported." in shown
    assert "¶2 **moved up by 4 paragraphs, wording**  \nSchools will ~~stay~~ **remain** closed on Wednesday." in shown
    assert "*… 2 paragraphs unchanged …*" in shown
    assert "between 2026-11-23 10:05 and 10:20 UTC" in shown


def test_a_report_lists_changes_by_article() -> None:
    lines = report_markdown(sample_details(), UTC).splitlines()
    assert lines[0] == "## Harbour wall fails at Port Ellin, 15 missing"
    assert lines[-3].startswith("- **spelling:** ")
    assert lines[-1] == "7 changes in 1 article"
    assert report_markdown((), UTC) == "No changes.\n"


def test_a_report_folds_what_goes_back_and_forth() -> None:
    shown = report_markdown(flapping_details(14), UTC)
    assert shown.count("missing") == 1 + 3  # in the headline, and in the change, its return and the flap
    assert "\nWent back and forth between revisions 1 and 2, 14 times, last between 2026-11-23 10:05" in shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "![x](http://e.com/a.png)",
        "[a](javascript:b)",
        "1. one",
        "- dash",
        "# head",
        "`code`",
        "| a | b |",
        "&lt;",
        "====",
        "www.example.com",
        "http://example.com",
    ],
)
def test_markup_of_the_article_is_text(hostile: str) -> None:
    assert _text(escaped(hostile)) == hostile
    _assert_only_ours(escaped(hostile))


@pytest.mark.parametrize(("before", "after"), [("“a”", "“b”"), ("*", "_"), ("x", "(y)"), (" a ", " b ")])
def test_signs_work_next_to_words_and_quotes(before: str, after: str) -> None:
    shown = report_markdown([detail(1, change(Kind.WORDING, before, after, (f"w{before}w", f"w{after}w")))], UTC)
    kinds = [token.type for token in _tokens(shown)]
    assert kinds.count("s_open") == 1
    assert kinds.count("strong_open") == 2  # the change's name, and the new text


@given(any_text)
def test_any_text_reads_back(text: str) -> None:
    assert _text(escaped(text)).split() == safe_text(text).split()


@given(any_pair(), st.lists(any_change(), max_size=3))
def test_no_markup_but_ours_comes_out(pair: RevisionPair, changes: list[Change]) -> None:
    _assert_only_ours(diff_markdown(pair, UTC))
    _assert_only_ours(report_markdown([detail(number, change) for number, change in enumerate(changes)], UTC))
