"""Which declared canonical address is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import BadURL
from tracker.urls import believed_canonical, canonical_url, doubt_of_canonical, site_of

PAGE = "https://www.example.com/politics/harbour-bill-fails-again-481153"


@pytest.mark.parametrize(
    ("page", "declared"),
    [
        (PAGE, PAGE),
        (PAGE + "?ref=home", PAGE),
        (PAGE + "/amp/", PAGE),
        ("https://m.example.com/politics/harbour-bill-fails-again-481153", PAGE),
        ("https://www.example.com/?p=481153", PAGE),
        ("https://www.example.com/481153", PAGE),
        (PAGE, "https://www.example.com/481153"),
        ("https://www.example.com/a/481153/the-bill-failed-again", PAGE),
        ("https://www.example.com/politik/hafengesetz-scheitert-481153", PAGE),
        ("https://www.example.com/archive/harbour-bill-fails-again", "https://www.example.com/politics/harbour-bill-fails-again"),
        ("https://www.other.example/harbour-bill-fails-again", PAGE),
        ("https://paper.example.org/politics/article481153/x.html", PAGE),
        ("https://www.example.com/politics/", "https://www.example.com/politics/"),
    ],
)  # fmt: skip
def test_believed(page: str, declared: str) -> None:
    assert believed_canonical(declared, None, page) == canonical_url(declared)
    assert doubt_of_canonical(declared, page) == ""


@pytest.mark.parametrize(
    ("page", "declared", "doubt"),
    [
        (PAGE, "https://www.example.com/", "front page"),
        (PAGE, "https://www.example.com/en/index.html", "front page"),
        (PAGE, "https://www.example.com/politics/", "names no article"),
        ("https://www.example.com/story.php?id=5", "https://www.example.com/story.php", "names no article"),
        ("https://www.example.com/ports/ships", "https://www.example.com/ports", "section"),
        (PAGE, PAGE + "?page=2", "another page"),
        (PAGE + "/2", PAGE, "another page"),
        (PAGE + "/page/3/", PAGE + "/page/2/", "another page"),
        (PAGE, "https://www.example.com/politics/minister-of-ports-resigns-481154", "another story"),
        (PAGE, "https://other.example/minister-of-ports-resigns", "another story"),
        (PAGE, "https://other.example/x/999999", "another site"),
        (PAGE, PAGE.replace("www.example.com/", "www.example.com/fr/"), "language"),
        (PAGE, PAGE.replace("www.example.com", "localhost:3000"), "public"),
        (PAGE, PAGE.replace("www.example.com", "10.0.0.1"), "public"),
        (PAGE, PAGE.replace("www", "staging"), "public"),
        (PAGE, "javascript:void(0)", "no web address"),
    ],
)
def test_not_believed(page: str, declared: str, doubt: str) -> None:
    assert believed_canonical(declared, None, page) is None
    assert doubt in doubt_of_canonical(declared, page)


def test_what_many_articles_declare_is_a_template() -> None:
    declared = "https://www.example.com/politics/harbour-bill-fails-481153"
    assert believed_canonical(declared, None, PAGE, shared_by=2) == declared
    assert believed_canonical(declared, None, PAGE, shared_by=3) is None
    assert "7 other articles" in doubt_of_canonical(declared, PAGE, shared_by=7)


def test_its_own_address_is_believed_whoever_else_declares_it() -> None:
    assert believed_canonical(PAGE, None, PAGE, shared_by=50) == PAGE


def test_the_tag_is_asked_where_the_link_is_not_believed() -> None:
    front = "https://www.example.com/"
    assert believed_canonical(front, PAGE, PAGE + "?x=1") == PAGE
    assert believed_canonical(None, PAGE, PAGE + "?x=1") == PAGE
    assert believed_canonical(front, front, PAGE) is None
    assert believed_canonical(None, None, PAGE) is None
    assert believed_canonical("", "", PAGE) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_declared_is_an_address_or_nothing(declared: str, og_url: str) -> None:
    believed = believed_canonical("https://www.example.com/" + declared, og_url, PAGE)
    assert believed is None or canonical_url(believed) == believed


def test_a_page_must_have_an_address() -> None:
    with pytest.raises(BadURL):
        believed_canonical(PAGE, None, "nowhere")


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.com/a", "example.com"),
        ("https://news.politics.example.co.uk:8443/a", "example.co.uk"),
        ("https://example.com/a", "example.com"),
        ("https://co.uk/a", "co.uk"),
        ("http://10.0.0.1:8080/a", "10.0.0.1"),
        ("http://[::1]/a", "::1"),
        ("http://localhost/a", "localhost"),
    ],
)
def test_the_site_of_a_host(url: str, site: str) -> None:
    assert site_of(url) == site
