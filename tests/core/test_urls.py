"""URLs as identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import BadURL
from tracker.urls import canonical_url, host_of, is_front_page


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        ("HTTP://WWW.Example.COM", "http://www.example.com/"),
        ("https://example.com:443/a#top", "https://example.com/a"),
        ("https://example.com:8443/a?b=c d".replace(" ", "%20"), "https://example.com:8443/a?b=c%20d"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("  https://example.com/a  ", "https://example.com/a"),
        ("https://user:secret@example.com/", "https://example.com/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com/a# » comments", "https://example.com/a"),
        ("https://faß.example/a", "https://xn--fa-hia.example/a"),
        ("https://FASS.example/a", "https://fass.example/a"),
        ("https://i❤.example/", "https://xn--i-7iq.example/"),
        ("https://under_score.example/", "https://under_score.example/"),
    ],
)
def test_canonical_form(given_url: str, canonical: str) -> None:
    assert canonical_url(given_url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "", "story", "www.example.com/story", "ftp://example.com/", "javascript:alert(1)", "http://", "http:///path",
        "https://exa mple.com/", "https://example.com:port/", "https://example.com:99999/", "http://[::1/", "http://a..b/",
        "https://a%00b.example/", "https://a|b.example/", "https://a<b/",
        "https://example.com/\x00", "mailto:a@b.example", "https://example.com/\ud800",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(BadURL) as caught:
        canonical_url(text)
    assert "\n" not in str(caught.value)


@given(st.text(st.characters()))
def test_any_text_is_canonical_or_refused(text: str) -> None:
    try:
        once = canonical_url("http://example.com/" + text)
    except BadURL:
        return
    assert canonical_url(once) == once


def test_the_host_carries_an_unusual_port() -> None:
    assert host_of("http://127.0.0.1:8080/a") == "127.0.0.1:8080"
    assert host_of("https://User@Example.com/a") == "example.com"


@pytest.mark.parametrize(
    "url", ["https://a.example/", "https://a.example", "https://a.example/en/", "https://a.example/index.html"]
)
def test_front_pages(url: str) -> None:
    assert is_front_page(url)


@pytest.mark.parametrize(
    "url",
    ["https://a.example/story", "https://a.example/?p=12", "https://a.example/en/story", "https://a.example/2026/"],
)
def test_other_pages(url: str) -> None:
    assert not is_front_page(url)
