"""Which addresses ask for the same article: certainly (article_url), and probably (same_article_key)."""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import BadURL
from tracker.urls import Folding, article_key, article_url, canonical_url, names_article, same_article_key

STORY = "https://www.example.com/politics/2026/harbour-bill-fails-again"


@pytest.mark.parametrize(
    ("given_url", "plain", "folding"),
    [
        (f"{STORY}?utm_source=rss&utm_medium=feed&fbclid=IwAR0", STORY, Folding.TRACKING),
        (f"{STORY}?UTM_Source=rss", STORY, Folding.TRACKING),
        ("https://www.example.com/?gclid=1&id=5&mc_eid=2", "https://www.example.com/?id=5", Folding.TRACKING),
        ("https://www.example.com/a/./b/../c-d", "https://www.example.com/a/c-d", Folding.DOT_SEGMENTS),
        ("https://www.example.com/a/%2e%2e/b/..", "https://www.example.com/", Folding.DOT_SEGMENTS),
        ("https://www.example.com/%7ejo/%c3%a9", "https://www.example.com/~jo/%C3%A9", Folding.ESCAPES),
        (f"{STORY};jsessionid=51A21717FEF5DF385B5C87C9E5FABD92.2_cid324", STORY, Folding.SESSION),
        (f"{STORY}?sid=58428beaa14598c2e02d93ad5c773e4d", STORY, Folding.SESSION),
        (
            "https://www.example.com/(S(abcdefghijklmnopqrstuvwx))/story.aspx",
            "https://www.example.com/story.aspx",
            Folding.SESSION,
        ),
        (
            "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a-story.amp",
            "https://www.example.com/a-story.amp",
            Folding.AMP_CACHE,
        ),
        (
            "https://www.google.com/amp/s/www.example.com/amp/a-story/",
            "https://www.example.com/amp/a-story/",
            Folding.AMP_CACHE,
        ),
        (
            "https://www.google.com/url?rct=j&sa=t&url=https://www.example.com/story%3Fid%3D5%26utm_source%3Dx&ct=ga",
            "https://www.example.com/story?id=5",
            Folding.WRAPPER,
        ),
        (
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.example.com%2Fstory&h=AT0",
            "https://www.example.com/story",
            Folding.WRAPPER,
        ),
    ],
)
def test_what_is_known_to_choose_nothing_goes(given_url: str, plain: str, folding: Folding) -> None:
    found = article_url(given_url)
    assert found.url == plain
    assert folding in found.foldings


@pytest.mark.parametrize(
    "url",
    [
        STORY,
        "https://www.example.com/story?id=123456&page=2",
        "https://www.example.com/index.php?sid=4711",
        "https://www.example.com/news?sid=58428beaa14598c2e02d93ad5c773e4d",
        "https://www.example.com/?p=12",
        "https://www.example.com/?s=harbour",
        "https://www.google.com/url?q=nonsense",
        "https://www.example.com//a/",
        "https://www.example.com/?a=&b",
        "https://m.example.com/story/",
        "https://news.google.com/rss/articles/CBMiW2h0dHBz?oc=5",
    ],
)
def test_what_may_choose_the_article_stays(url: str) -> None:
    assert article_url(url).url == url
    assert article_url(url).foldings == ()


def test_addresses_in_addresses_are_opened_only_so_often() -> None:
    url = "https://www.example.com/story"
    for _ in range(2):
        url = f"https://www.google.com/url?url={urllib.parse.quote(url, safe='')}"
    assert article_url(url).url == "https://www.example.com/story"
    trap = "http://cdn.ampproject.org/c/" * 50 + "www.example.com/story"
    assert article_url(trap).url == canonical_url(trap)


FORMS = [
    STORY.replace("https", "http"),
    STORY.replace("www.", ""),
    STORY.replace("www.", "m."),
    STORY.replace("www.", "amp."),
    STORY.replace("www.", "www.m."),
    STORY + "/",
    STORY + "/amp/",
    STORY + "/print",
    STORY + ".html",
    STORY + ".amp",
    STORY + "/index.html",
    STORY + "?amp",
    STORY + "?outputType=amp",
    STORY + "?print=true",
    STORY + "?pagewanted=all",
    STORY + "?ref=home&m=1",
    STORY + "#comments",
    STORY.replace("/politics", "/amp/politics"),
    STORY.replace("/politics", "/politics/amp"),
    STORY.replace("/politics", "/print/politics"),
    STORY.replace("/politics", "//politics"),
    STORY.replace("/politics", "/Politics"),
    STORY.replace("harbour-bill-fails-again", "Harbour-Bill-Fails-Again"),
    "https://amp-example-com.cdn.ampproject.org/v/s/amp.example.com/politics/2026/harbour-bill-fails-again?usqp=mq331",
]


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_one_article_share_a_key(form: str) -> None:
    assert same_article_key(form) == same_article_key(STORY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/story?id=1", "https://example.com/story?id=2"),
        ("https://example.com/?p=1", "https://example.com/?p=2"),
        ("https://example.com/news.php?story=481153", "https://example.com/news.php?story=481154"),
        ("https://example.com/viewtopic.php?f=4&t=167", "https://example.com/viewtopic.php?f=4&t=168"),
        (f"{STORY}?page=2", STORY),
        (f"{STORY}/2", STORY),
        (f"{STORY}-2", STORY),
        ("https://example.com/wiki/Red_Meat", "https://example.com/wiki/Red_meat"),
        ("https://example.com/v/dQw4w9WgXcQ", "https://example.com/v/dqw4w9wgxcq"),
        ("https://example.com/guitars/amp", "https://example.com/guitars"),
        ("https://example.com/art/print", "https://example.com/art"),
        ("https://en.example.com/story", "https://de.example.com/story"),
        ("https://example.com:8443/story", "https://example.com/story"),
        ("https://m.co.uk/story", "https://co.uk/story"),
        ("https://m.com/story", "https://com/story"),
        ("https://example.com/list?ref=1", "https://example.com/list?ref=2"),
        (f"{STORY}?ref=481153", f"{STORY}?ref=481154"),
        ("https://archive.example/2026/http://a.example/x", "https://archive.example/2026/http/a.example/x"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://news.google.com/rss/articles/CBMiW2h0dHBzOi8v", "https://news.google.com/rss/articles/CBMIW2H0DHBZOI8V"),
    ],
)  # fmt: skip
def test_different_articles_keep_their_keys(one: str, other: str) -> None:
    assert same_article_key(one) != same_article_key(other)


def test_accents_written_apart_are_the_same_letters() -> None:
    assert same_article_key("https://example.com/caf%C3%A9-now-open") == same_article_key(
        "https://example.com/cafe%CC%81-now-open"
    )


def test_the_order_of_parameters_chooses_nothing() -> None:
    assert same_article_key("https://example.com/s?b=1&a=2") == same_article_key("https://example.com/s?a=2&b=1")


def test_a_key_says_what_was_folded() -> None:
    found = article_key("https://m.example.com/politics/Harbour-Bill-Fails-Again/?utm_source=x&print=1")
    assert found.key == "example.com/politics/harbour-bill-fails-again"
    assert set(found.foldings) == {Folding.TRACKING, Folding.MOBILE, Folding.SLASHES, Folding.CASE, Folding.PRINT}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (STORY, True),
        ("https://example.com/a/4811532", True),
        ("https://example.com/story.aspx?id=7", True),
        ("https://example.com/politics/", False),
        ("https://example.com/politics/europe-and-asia", False),
        ("https://example.com/", False),
    ],
)
def test_an_article_is_told_from_a_section(url: str, expected: bool) -> None:
    assert names_article(url) is expected


PIECES = st.sampled_from(
    ["/", "//", "/./", "/../", "amp", ".amp", "print", "%2e", "%7E", "%c3%a9", "e%CC%81", "?", "&", "=", "utm_x=1",
     "amp=1", "id=5", ";jsessionid=1", "/(S(abcdefghijklmnopqrstuvwx))", "/url", "url=http://a.example/", "A",
     "b-c-d-e", "1234567", "index.html", ".html", "#x", ":80", "é", "%", "%zz", "/c/s/www.example.com/"]
)  # fmt: skip
HOSTS = st.sampled_from(
    ["example.com", "www.m.example.co.uk", "www.google.com", "cdn.ampproject.org", "m.de", "amp.m.de"]
)


@given(HOSTS, st.lists(PIECES, max_size=9))
def test_foldings_are_stable(host: str, pieces: list[str]) -> None:
    try:
        given_url = canonical_url(f"https://{host}/{''.join(pieces)}")
    except BadURL:
        return
    plain = article_url(given_url).url
    assert canonical_url(plain) == plain
    assert article_url(plain).url == plain
    assert same_article_key(plain) == same_article_key(given_url)


@given(st.text(max_size=60))
def test_any_text_has_a_key_or_is_refused(text: str) -> None:
    try:
        key = same_article_key("http://example.com/" + text)
    except BadURL:
        return
    assert key.startswith("example.com/")


@pytest.mark.parametrize("folder", ["extraction", "revisions"])
def test_real_articles_are_never_merged(shared_data: Path, folder: str) -> None:
    lines = (shared_data / folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    given_urls = [json.loads(line)["url"] for line in lines]
    urls = {canonical_url(url) for url in given_urls if url.startswith("http") and " " not in url}
    assert len(urls) > 150
    assert len({same_article_key(url) for url in urls}) == len(urls)
