"""Articles that were made to break pages: nothing in them becomes mark-up, steers the text, or breaks the layout."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html
from playwright.sync_api import Browser
from web_kit import Pages, Story

from tracker.errors import BadURL
from tracker.model import Outcome, State
from tracker.site import export_site
from tracker.store import Store

_ELEMENTS = """
html head meta title link body a header nav form label input main h1 h2 h3 h4 p time details summary select option
fieldset legend button article ul ol li span del ins mark section div figure svg rect figcaption table caption thead
tbody tr th td footer script code q kbd em br
"""
_ATTRIBUTES = """
lang charset name content rel href title type class action role for id value autocapitalize spellcheck size placeholder
selected checked dir aria-describedby aria-label datetime tabindex hidden scope viewbox width height x y
preserveaspectratio src defer open
"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
HOSTILE = {
    "script": SCRIPT,
    "broken mark-up": "</p></section></main><!-- <![CDATA[ ]]> <svg onload=alert(1)><style>*{top:0}</style><a href='",
    "quotation marks": "\"' onmouseover='alert(1)' x=\" `backticks`",
    "template": "{{ 7*7 }} {% raw %} ${7*7} <%= 7*7 %> {# #}",
    "bidi": "safe \u202egnp.exe\u202c \u2066isolate\u2069 \u202dleft\u202c end",
    "NUL and controls": "a\x00b\x01c\x1b[31md\x7fe\x85f\u2028g\u2029h",
    "spaces": "   \u00a0\u2003\u200b\u00ad\ufeff  ",
    "Hebrew": "שלום עולם: 12 הרוגים ברעידת אדמה",
    "Arabic": "مرحبا بالعالم ١٢ قتيلا",
    "Chinese": "地震造成十二人死亡,救援仍在继续。" * 20,
    "heaped accents": "Z" + "\u0301" * 3_000 + "algo",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 40,
    "no break": "Donaudampfschifffahrt" * 400,
    "javascript": "javascript:alert(1) data:text/html,<script>alert(1)</script>",
    "XML": "]]>&lt;&amp;&#0;&#xD800;<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    "noncharacters": "\ufffe\uffff\U0001ffff\U000e0001tag",
}
URLS = (
    "https://xn--bcher-kva.example/story",
    "https://bücher.example:8443/наука?q=<b>",
    "http://[2001:db8::1]:8080/news",
    "https://www.example.com/a'b%22c<script>",
    "https://user:pass@www.example.com/secret",
    "https://under_score.example/x",
)
REFUSED = ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "ftp://example.com/x")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "tracker.db"
    with Store.open(path, create=True) as store:
        for at, text in enumerate(HOSTILE.values()):
            story = Story(store, f"https://www.example.com/{at}")
            story.show(text, f"Twelve {text} died.", "Kept.", headline=text, byline=text, subheadline=text)
            story.look(Outcome.GONE, State.GONE, reason=text)
            story.show(f"Before. {text}", f"Fifteen {text} died.", "Kept.", headline=f"New {text}", byline=f"By {text}")
        for url in URLS:
            story = Story(store, url)
            story.show("One.", headline=None)
            story.show("Two.", headline=None)
        for url in REFUSED:
            with pytest.raises(BadURL):
                store.add_article(url, story.at)
    return path


def addresses(path: Path) -> list[str]:
    with Store.open(path, read_only=True) as store:
        articles = list(store.articles())
    found = ["/", "/?kind=number", "/feed.atom", "/search?q=died", "/search?q=%3Cscript%3E", "/?host=%3Cscript%3E"]
    found += [f"/host/{host}" for host in {article.host for article in articles}]
    for article in articles:
        base = f"/article/{article.article_id}"
        diffs = [f"{base}/diff/1/2", f"{base}/diff/1/2?view=side", f"{base}/diff/2/1"]
        found += [base, f"{base}/revision/1", f"{base}/revision/2", *diffs, f"{base}/feed.atom"]
    return found


@pytest.fixture(scope="module")
def answers(hostile: Path) -> dict[str, bytes]:
    asked = Pages(hostile).get_all(addresses(hostile))
    assert [each.path for each in asked if each.status != 200] == []
    for each in asked:
        assert each.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'"), each.path
    return {each.path: each.content for each in asked}


def assert_only_ours(page: bytes, where: str) -> None:
    """No element and no attribute but those of the templates; nothing inline; nothing that leads out but to the web."""
    tree = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    for element in tree.iter():
        assert isinstance(element.tag, str), f"{where}: a comment or instruction"
        assert element.tag in ELEMENTS, f"{where}: <{element.tag}>"
        assert set(element.attrib) <= ATTRIBUTES, f"{where}: {set(element.attrib) - ATTRIBUTES}"
        if element.tag == "script":
            assert "step.js" in element.attrib["src"]
            assert not element.text
        for name in ("href", "src", "action"):
            address = element.attrib.get(name, "")
            assert re.match(r"(https?://|/|#|\.\./|[a-z]+/|[a-z]+\.(html|atom)|$)", address), f"{where}: {address}"
    assert len(tree.findall(".//main")) == 1, where
    assert len(tree.findall(".//h1")) == 1, where


def test_no_text_becomes_mark_up(answers: dict[str, bytes]) -> None:
    for path, page in answers.items():
        if not path.endswith(".atom"):
            assert_only_ours(page, path)


def test_no_text_steers_what_is_read(answers: dict[str, bytes]) -> None:
    for path, page in answers.items():
        text = page.decode()
        found = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u206f]", text)
        assert found is None, f"{path}: {found and hex(ord(found[0]))}"


def test_every_text_can_be_read(answers: dict[str, bytes]) -> None:
    """Escaped, not left out."""
    names = list(HOSTILE)
    page = html.document_fromstring(answers[f"/article/{names.index('script') + 1}/revision/1"].decode())
    assert SCRIPT in page.text_content()
    page = html.document_fromstring(answers[f"/article/{names.index('bidi') + 1}/revision/1"].decode())
    assert "safe <U+202E>gnp.exe<U+202C>" in page.text_content()
    page = html.document_fromstring(answers[f"/article/{names.index('template') + 1}/revision/1"].decode())
    assert "{{ 7*7 }}" in page.text_content()


def test_feeds_stay_well_formed(answers: dict[str, bytes]) -> None:
    for path, feed in answers.items():
        if path.endswith(".atom"):
            for content in ElementTree.fromstring(feed).iter("{http://www.w3.org/2005/Atom}content"):
                fragment = html.fragment_fromstring(content.text or "", create_parent="div")
                assert {each.tag for each in fragment.iter()} <= {"div", "p", "a", "b", "del", "ins"}, path
                assert {name for each in fragment.iter() for name in each.attrib} <= {"href", "dir"}, path


def test_the_static_site_is_no_different(hostile: Path, tmp_path: Path) -> None:
    with Store.open(hostile, read_only=True) as store:
        export_site(store, tmp_path / "site", story_time(store))
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 100
    for page in pages:
        assert_only_ours(page.read_bytes(), str(page))


def story_time(store: Store) -> datetime:
    assert store.last_check_at
    return store.last_check_at


# -- sizes -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("huge") / "tracker.db"
    with Store.open(path, create=True) as store:
        story = Story(store, "https://www.example.com/headline")
        story.show("Kept.", headline="word " * 200_000)
        story.show("Kept.", headline="x" * 1_000_000)
        story = Story(store, "https://www.example.com/paragraphs")
        paragraphs = [f"Paragraph {number} tells of {number} boats." for number in range(10_000)]
        story.show(*paragraphs)
        story.show(*paragraphs[:5_000], "Something else entirely stands here.", *paragraphs[5_000:])
        story.show(*(text.replace("boats", "ships") for text in paragraphs))
    return path


def test_a_headline_of_a_megabyte_is_cut_in_lists_and_whole_in_its_revision(huge: Path) -> None:
    pages = Pages(huge)
    for path in (
        "/",
        "/article/1",
        "/host/www.example.com",
        "/article/1/diff/1/2",
        "/feed.atom",
        "/article/1/feed.atom",
    ):
        answer = pages.get(path)
        assert answer.status == 200
        assert len(answer.content) < 250_000, path
    whole = pages.get("/article/1/revision/2").text
    assert "x" * 1_000_000 in whole
    heading = html.document_fromstring(whole).find(".//h1").text_content()
    assert heading.endswith("…")
    assert len(heading) <= 300


def test_ten_thousand_paragraphs_make_a_page_that_a_browser_can_show(huge: Path) -> None:
    pages = Pages(huge)
    one = pages.get("/article/2/diff/1/2")
    assert len(one.content) < 10_000
    assert "Something else entirely" in one.text
    assert one.text.count("… 5,000 paragraphs unchanged …") == 2
    everything = pages.get("/article/2/diff/2/3")
    assert len(everything.content) < 3_000_000
    assert "more passages, which a page cannot hold" in everything.text
    front = pages.get("/")
    assert len(front.content) < 200_000
    assert re.search(r">[0-9,]+ more changes<", front.text)


def test_the_layout_holds(browser: Browser, hostile: Path, huge: Path, tmp_path: Path) -> None:
    """Looked at as files, which have the same mark-up and style."""
    context = browser.new_context()
    page = context.new_page()
    for name, database in (("hostile", hostile), ("huge", huge)):
        for path in site_pages(database, tmp_path / name):
            page.goto(path.as_uri())
            for width in (360, 1600):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate("document.scrollingElement.scrollWidth") <= width, path
    context.close()


def site_pages(database: Path, folder: Path) -> Iterator[Path]:
    with Store.open(database, read_only=True) as store:
        export_site(store, folder, story_time(store))
    yield from sorted(path for path in folder.rglob("*.html") if path.stat().st_size < 500_000)


def test_lone_surrogates_never_get_in(hostile: Path, tmp_path: Path) -> None:
    """SQLite holds UTF-8; a text that is none, put in by other hands, ends in a page that says so."""
    copy = tmp_path / "broken.db"
    with closing(sqlite3.connect(hostile)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("DROP TRIGGER revisions_are_facts")
        target.execute("UPDATE revisions SET headline = CAST(x'61eda08062ff' AS TEXT) WHERE revision_id = 2")
        target.commit()
    answer = Pages(copy).get("/article/1/revision/2")
    assert answer.status in (200, 503)
    assert "\ufffd" in answer.text or "is damaged" in answer.text
