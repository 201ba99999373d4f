"""NewsDiffs' printed form, read and written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import FormatError
from tracker.exchange.newsdiffs import PrintedVersion, read, read_bytes, write

URL = "https://www.example.com/wall"
ONE = PrintedVersion("Wall fails", URL, 0, 2, ("First paragraph.", "Second paragraph."))
TWO = PrintedVersion("Wall collapses", URL, 1, 2, ("First paragraph, changed.",))
PRINTED = f"Wall fails\n\n{URL}\n\nVersion 0 of 2.\n\nFirst paragraph.\n\nSecond paragraph."


def test_the_seed_comes_back_byte_for_byte(shared_data: Path) -> None:
    content = (shared_data / "seed" / "russia-proposes-talks.txt").read_bytes()
    (version,) = read_bytes(content, "seed")
    assert version.headline == "Russia Proposes Talks With U.S. Over Syria"
    assert (version.index, version.total, len(version.paragraphs)) == (0, 1, 11)
    assert write([version]).encode() == content


def test_a_version_is_printed_as_newsdiffs_did() -> None:
    assert write([ONE]) == PRINTED


def test_a_chain_is_read_in_order() -> None:
    assert read(write([ONE, TWO]), "chain") == (ONE, TWO)


@pytest.mark.parametrize(
    "content",
    [
        PRINTED.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + PRINTED.encode(),
        (PRINTED + "\n\n\n").encode(),
        PRINTED.replace("\n\n", "\n").encode(),
        PRINTED.replace("\n", "  \n").encode(),
    ],
    ids=["CRLF", "byte order mark", "empty lines at the end", "no empty lines", "spaces at line ends"],
)
def test_what_editors_do_to_files_does_no_harm(content: bytes) -> None:
    assert read_bytes(content, "edited") == (ONE,)


def test_an_article_without_headline_comes_back_without() -> None:
    version = PrintedVersion("", URL, 0, 1, ("Text.",))
    assert read(write([version]), "bare") == (version,)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "f.txt is not in NewsDiffs' printed form"),
        (b"Just\n\nsome prose.", "f.txt is not in NewsDiffs' printed form"),
        (b"Title\n\nVersion 0 of 1.\n\nText.", "f.txt, line 3: `Version 0 of 1.` has no URL above it"),
        (b"https://e.com/\n\nVersion 0 of 1.\n\nText.", "f.txt, line 3: `Version 0 of 1.` has no headline"),
        (b"T\n\nhttps://e.com/\n\nVersion 0 of 1.\n\n", "f.txt, line 5: no text follows"),
        (b"stray\n\nT\n\nhttps://e.com/\n\nVersion 0 of 1.\n\nx", "f.txt, line 1: text stands before"),
        (b"\x89PNG\r\n\x1a\n", "f.txt is not a text file in UTF-8"),
        (b"Title\x00", "f.txt is not a text file: it holds null bytes"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(content: bytes, told: str) -> None:
    with pytest.raises(FormatError) as raised:
        read_bytes(content, "f.txt")
    assert str(raised.value).startswith(told)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "paragraphs", [(), ("Version 0 of 1.",), ("T", URL, "Version 1 of 2.", "x"), ("two\nlines",), (" space",)]
)
def test_what_would_not_read_back_is_not_written(paragraphs: tuple[str, ...]) -> None:
    with pytest.raises(FormatError):
        write([PrintedVersion("T", URL, 0, 1, paragraphs)])


_line = st.text(st.characters(exclude_characters="\r\n\t\x00", exclude_categories=["Cs"]), min_size=1).map(
    lambda text: f"a{text}b"
)
_version = st.builds(
    PrintedVersion,
    headline=_line,
    url=st.just(URL),
    index=st.integers(0, 999),
    total=st.integers(0, 999),
    paragraphs=st.lists(_line, min_size=1, max_size=5).map(tuple),
)


@given(st.lists(_version, min_size=1, max_size=4).map(tuple))
def test_whatever_is_written_reads_back_exactly(versions: tuple[PrintedVersion, ...]) -> None:
    text = write(versions)
    assert read(text, "property") == versions
    assert read_bytes(text.encode(), "property") == versions
    assert write(read(text, "property")) == text
