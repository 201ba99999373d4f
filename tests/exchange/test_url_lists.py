"""Lists of addresses: what people really put into such files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import FormatError
from tracker.exchange.url_lists import read_urls


def test_comments_empty_lines_and_repetitions_are_passed_over() -> None:
    content = b"# ours\n\nhttps://example.com/b\r\n  HTTPS://Example.com:443/a#top  \nhttps://example.com/a\n"
    assert read_urls(content, "list.txt") == ("https://example.com/b", "https://example.com/a")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", b"https://example.com/a,first\nhttps://example.com/b,second\n"),
        ("list.CSV", b'url,title\nhttps://example.com/a,"first, best"\n"https://example.com/b",\n,none\n'),
        ("list.txt", b"\xef\xbb\xbfurl,title\nhttps://example.com/a,1\nhttps://example.com/b,2\n"),
    ],
)
def test_the_first_column_of_csv_counts(name: str, content: bytes) -> None:
    assert read_urls(content, name) == ("https://example.com/a", "https://example.com/b")


def test_a_comma_in_a_url_is_part_of_it() -> None:
    assert read_urls(b"https://example.com/a,b\n", "list.txt") == ("https://example.com/a,b",)


def test_every_bad_line_is_named_with_its_number() -> None:
    with pytest.raises(FormatError) as raised:
        read_urls(b"https://example.com/a\nexample.com\n# fine\nftp://example.com/\n", "list.txt")
    heading, first, second = str(raised.value).splitlines()
    assert heading == "list.txt has 2 lines that are no web addresses:"
    assert first.startswith("  line 2: 'example.com'")
    assert second.startswith("  line 4: 'ftp://example.com/'")


def test_a_file_of_another_kind_does_not_flood_the_screen() -> None:
    with pytest.raises(FormatError) as raised:
        read_urls(b"prose\n" * 500, "novel.txt")
    assert len(str(raised.value).splitlines()) == 22
    assert str(raised.value).endswith("and 480 more")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "list.txt names no URL"),
        (b"# nothing\n\n", "list.txt names no URL"),
        (b"url,title\n", "list.txt names no URL"),
        (b"\xff\xfeh\x00t\x00", "list.txt is not a text file in UTF-8"),
        (b"\x00\x01\x02", "list.txt is not a text file"),
    ],
)
def test_nothing_usable_is_said_in_one_sentence(content: bytes, told: str) -> None:
    with pytest.raises(FormatError) as raised:
        read_urls(content, "list.txt")
    assert str(raised.value).startswith(told)
    assert "\n" not in str(raised.value)


@given(st.binary(max_size=200), st.sampled_from(["list.txt", "list.csv"]))
def test_any_bytes_give_addresses_or_a_word(content: bytes, name: str) -> None:
    try:
        urls = read_urls(content, name)
    except FormatError:
        return
    assert urls
    assert all(url.startswith("http") for url in urls)
