"""Nothing that a server may send raises."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import PROSE, page

from tracker.extract import extract, read
from tracker.extract.fingerprint import page_sha256
from tracker.extract.verdicts import page_problem

URL = "https://www.example.com/a"
JSON_LD = '{"@type":"NewsArticle","author":[[{"name":[1,"a"]}]],"headline":{}}'
TAGS = ("<p>", "</p>", "<div class=x>", "</div>", "<a href=/x>", "<!--", "<table><tr><td>", "<h1>", "<title>")
ODDITIES = (
    "\x00",
    "\ud800",
    "\ufffe",
    "&#0;",
    "&#1;",
    "&#xD800;",
    "<time datetime='99-99'>",
    "<meta name=date content='1e9'>",
)
PIECES = st.sampled_from((*TAGS, *ODDITIES, f'<script type="application/ld+json">{JSON_LD}</script>', *PROSE))
INPUTS = st.one_of(st.binary(max_size=400), st.text(max_size=400), st.lists(PIECES, max_size=30).map("".join))


@settings(max_examples=150, deadline=None)
@given(INPUTS)
def test_never_raises_and_always_gives_clean_text(html: bytes | str) -> None:
    found = extract(html, URL)
    page_sha256(html)
    page_problem(200, URL, URL, html, found)
    if found is not None:
        found.text.encode()
        assert found.paragraphs
        assert all(p and "\n" not in p and p == " ".join(p.split()) for p in found.paragraphs)
        assert "\x00" not in found.text


@pytest.mark.parametrize(
    ("html", "content_type", "problem"),
    [
        (b"", None, "not an HTML page"),
        (b"%PDF-1.7 <html>", None, "another kind"),
        (page().encode(), "application/pdf", "application/pdf"),
        (b"Just some words.", "text/plain", "text/plain"),
        (f"How to write a page: {page()}".encode(), "text/plain", "text/plain"),
        (b"<!-- " * 9_000, "text/plain", "text/plain"),
        (page().encode(), "application/json", "application/json"),
        (b"Just some words.", None, "not an HTML page"),
        (b"<html>" + bytes(range(1, 32)) * 50, None, "binary"),
        ("<html><frameset><frame src=a></frameset></html>", None, "No article"),
        ("<html><body></body></html>", None, "No article"),
        ("<html><body><div " + " ".join(f"a{i}=1" for i in range(5_000)) + ">x</div>", None, "attributes"),
        ("<html><body>" + "<b>" * 250_000, None, "No article"),
    ],
)
def test_what_is_no_article_is_named(html: bytes | str, content_type: str | None, problem: str) -> None:
    reading = read(html, URL, content_type)
    assert reading.extract is None
    assert problem in reading.problem


@pytest.mark.parametrize(
    ("charset", "content_type", "meta"),
    [
        ("utf-8", None, ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8", None, '<meta charset="gb2312">'),
        ("windows-1252", "text/html; charset=windows-1252", ""),
        ("windows-1252", None, '<meta charset="windows-1252">'),
        ("utf-16", None, ""),
    ],
)
def test_charset(charset: str, content_type: str | None, meta: str) -> None:
    prose = (*PROSE, "Zoë Müller, the café's owner, counted fewer than a dozen façades with their lights on.")
    found = extract(page(prose=prose, head=meta).encode(charset), URL, content_type)
    assert found is not None
    assert found.paragraphs == prose


CAFE = "One café alone stood open to those who had come for the lights in the long winter night."


@pytest.mark.parametrize(
    "content_type", ["text/plain", "text/plain; charset=utf-8", "application/octet-stream", "junk"]
)
@pytest.mark.parametrize("before", ["", "\n", "\ufeff", '<?xml version="1.0"?>\n<!-- made by <b>hand</b> --> '])
def test_a_page_that_the_server_gives_no_telling_type_is_read(before: str, content_type: str) -> None:
    found = extract((before + page()).encode(), URL, content_type)
    assert found is not None
    assert found.paragraphs == PROSE
    assert extract(before + page(), URL, content_type) == found


@pytest.mark.parametrize("charset", ["windows-1252", "utf-8"])
@pytest.mark.parametrize("prose", [(*PROSE, CAFE), (*PROSE, "“Zoë” paid 5 € – no more – for the façade’s lights.")])
def test_a_page_that_names_no_charset(charset: str, prose: tuple[str, ...]) -> None:
    found = extract(page(prose=prose).encode(charset), URL, "text/html")
    assert found is not None
    assert found.paragraphs == prose


@pytest.mark.parametrize("damage", [lambda html: html.encode() + b"<p>caf\xe9</p>", lambda html: html.encode()[:-1]])
def test_a_damaged_page_in_utf_8_stays_utf_8(damage: Callable[[str], bytes]) -> None:
    prose = (*PROSE, "“Zoë” paid 5 € – no more – for the façade’s lights.")
    found = extract(damage(page(prose=prose) + "<p>é"), URL)
    assert found is not None
    assert found.paragraphs[: len(prose)] == prose
