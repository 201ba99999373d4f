"""Fingerprints and verdicts: what the gate and the judge ask of a page."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest
from pages import PROSE, page

from tracker.extract import extract
from tracker.extract.fingerprint import page_sha256
from tracker.extract.verdicts import PageProblem, page_problem
from tracker.model import ProblemKind

URL = "https://www.example.com/islands/night-ferry"


def test_scripts_classes_and_addresses_do_not_change_the_fingerprint() -> None:
    quiet = page('<div class="a1"><script>t=1</script><img src="/a?1"></div>')
    noisy = page('<div class="b7"><script>t=2</script><img src="/a?2"></div>', head='<meta name="csrf" content="9f">')
    assert page_sha256(quiet) == page_sha256(noisy)


@pytest.mark.parametrize(
    "other",
    [
        page(prose=(*PROSE[:-1], PROSE[-1].replace("90,000", "95,000"))),
        page(headline="Night ferry saved"),
        page(head='<meta name="author" content="Jo Lind">'),
        page(head='<script type="application/ld+json">{"@type": "Article", "datePublished": "2026-01-01"}</script>'),
        page('<time datetime="2026-01-01"></time>'),
        page(prose=(f"{PROSE[0]} {PROSE[1]}", *PROSE[2:])),
    ],
)
def test_a_change_of_content_changes_the_fingerprint(other: str) -> None:
    assert page_sha256(other) != page_sha256(page())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (page(between="<p>a <b>boat</b></p>"), page(between="<p>a<b>boat</b></p>")),
        (page(), page().replace('lang="en-GB"', 'lang="de"')),
        (page(head='<meta property="article:content_tier" content="free">'), page()),
        (
            page(head='<script type="application/ld+json">{"@type": "WebPageElement"}</script>'),
            page(head='<script type="Application/LD+JSON">{"isAccessibleForFree": false}</script>'),
        ),
    ],
)
def test_spaces_inside_a_line_and_statements_of_any_part_count(one: str, other: str) -> None:
    assert page_sha256(one) != page_sha256(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (page(between="<p>one\n   line</p>"), page(between="<p>one line</p>")),
        (page(between="\n\n\t<!-- 4 -->"), page(between="<!-- 5 -->")),
        (page('<div class="slot"> </div>'), page()),
        (page("<svg><text>1</text></svg><template>a</template>"), page("<svg></svg><template>b</template>")),
        (page("<div><div>"), page()),
    ],
)
def test_what_only_lays_out_the_source_does_not(one: str, other: str) -> None:
    assert page_sha256(one) == page_sha256(other)


def test_what_the_gate_calls_the_same_reads_the_same(shared_data: Path) -> None:
    """Real pages at two visits each: the gate must see whatever the extraction does, and let most noise pass."""
    folder = shared_data / "revisions"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    visits = [row for row in rows if row.get("pair_label")][:60]
    said_same = 0
    for before, after in itertools.pairwise(visits):
        if before["doc_id"] == after["doc_id"]:
            old, new = (gzip.decompress((folder / row["path"]).read_bytes()) for row in (before, after))
            if old != new and page_sha256(old) == page_sha256(new):
                said_same += 1
                assert extract(old, before["url"]) == extract(new, after["url"])
    assert said_same > 5


@pytest.mark.parametrize("charset", ["idna", "punycode", "hex", "undefined", "unicode-escape", "utf-7", "no-such"])
def test_a_charset_that_is_none_does_no_harm(charset: str) -> None:
    html = page(head=f'<meta charset="{charset}">').encode() + b"\xff\xfe"
    assert page_sha256(html)
    found = extract(html, URL)
    assert found is None or found.headline


def problem(html: str, final_url: str = URL, status: int = 200) -> PageProblem | None:
    return page_problem(status, URL, final_url, html, extract(html, final_url))


def wall(title: str, text: str) -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"


CLAIM = '{"@type": "NewsArticle", "headline": "x", "isAccessibleForFree": false}'
CLOSED = f'<script type="application/ld+json">{CLAIM}</script>'


@pytest.mark.parametrize(
    ("html", "final_url", "status", "kind"),
    [
        (wall("Just a moment...", "Checking your browser."), URL, 403, ProblemKind.BOT_WALL),
        (wall("Access Denied", "You don't have permission to access this page."), URL, 200, ProblemKind.BOT_WALL),
        (wall("Harbour Post", "You're temporarily blocked. Please go slower."), URL, 200, ProblemKind.BOT_WALL),
        (
            wall("Before you continue", "We and our partners keep cookies on your device."),
            URL,
            200,
            ProblemKind.CONSENT_WALL,
        ),
        (page(), "https://consent.example.com/collect?back=1", 200, ProblemKind.CONSENT_WALL),
        (page(head=CLOSED, prose=PROSE[:1]), URL, 200, ProblemKind.PAYWALL),
        (wall("Page not found", "Try the search, or go back to where you came from."), URL, 200, ProblemKind.SOFT_404),
        (page(), "https://www.example.com/", 200, ProblemKind.SOFT_404),
        (
            '<html><body><div id="root"></div><script src="/app.js"></script></body></html>',
            URL,
            200,
            ProblemKind.EMPTY_SHELL,
        ),
    ],
)
def test_pages_in_an_articles_place_are_named(html: str, final_url: str, status: int, kind: ProblemKind) -> None:
    found = problem(html, final_url, status)
    assert found is not None
    assert found.kind is kind
    assert found.sentence.endswith(".")


def test_an_article_is_no_problem() -> None:
    assert problem(page()) is None
    assert problem(page(), "https://www.example.com/islands/night-ferry-stops") is None


def test_an_article_about_walls_is_an_article() -> None:
    about = tuple(f"{text} The sign said: you have been blocked, page not found." for text in PROSE * 4)
    assert problem(page(headline="Access denied: how ferries lock us out", prose=about)) is None
