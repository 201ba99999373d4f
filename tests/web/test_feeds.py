"""Feeds of changes: what RFC 4287 asks for, ids that stay, and no more asked of the server than is needed."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from click.testing import CliRunner
from lxml import html
from web_kit import NOW, Pages, Story, ordinary

from tracker.cli import cli
from tracker.errors import UsageError
from tracker.store import Store

ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
FEEDS = ("/feed.atom", "/host/{host}/feed.atom", "/article/{article}/feed.atom", "/kind/number/feed.atom")


@pytest.fixture(scope="module")
def pages(demo_database: Path) -> Pages:
    return Pages(demo_database)


@pytest.fixture(scope="module")
def feeds(pages: Pages) -> dict[str, bytes]:
    entry = ElementTree.fromstring(pages.get("/kind/number/feed.atom").content).find(f"{ATOM}entry")
    assert entry is not None
    link = entry.find(f"{ATOM}link")
    assert link is not None
    article = link.attrib["href"].split("/")[4]
    host = entry.findtext(f"{ATOM}author/{ATOM}name") or ""
    return {path: pages.get(path.format(host=host, article=article)).content for path in FEEDS}


def one(element: ElementTree.Element, name: str) -> ElementTree.Element:
    found = element.findall(f"{ATOM}{name}")
    assert len(found) == 1, f"{len(found)} times {name}"
    return found[0]


def assert_valid(document: bytes, *, has_place: bool = True) -> ElementTree.Element:
    """The rules of RFC 4287 that a feed of this kind can break, by section."""
    feed = ElementTree.fromstring(document)
    assert document.startswith(b"<?xml")
    assert feed.tag == f"{ATOM}feed"
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):  # 4.1.1, 4.1.2
            assert (one(part, name).text or "").strip()
        assert RFC_3339.fullmatch(one(part, "updated").text or "")  # 3.3
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one(part, "id").text or "")  # 4.2.6: an IRI
        links = part.findall(f"{ATOM}link")
        pairs = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links]
        assert len(set(pairs)) == len(pairs)  # 4.1.1, 4.1.2: one alternate of a kind
        for link in links:
            address = urlsplit(link.attrib["href"])  # 4.2.7.1
            assert address.scheme in ("http", "https")
            assert address.netloc
        assert [link for link in links if link.get("rel") == "alternate"] or not has_place
    if has_place:  # 4.1.1: SHOULD
        assert [link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    entries = feed.findall(f"{ATOM}entry")
    ids = [one(entry, "id").text for entry in entries]
    assert len(set(ids)) == len(ids)  # 4.1.1: one entry of an id and time
    assert (one(feed, "id").text or "") not in ids
    for entry in entries:
        assert one(entry, "author").findtext(f"{ATOM}name")  # 4.1.1: the feed has none
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))  # 4.2.2
        content = one(entry, "content")
        assert content.get("type") == "html"  # 4.1.3.3: no child elements, escaped mark-up
        assert len(content) == 0
        assert html.fragment_fromstring(content.text or "", create_parent=True).text_content().strip()
    known = {"feed", "id", "title", "updated", "link", "generator", "entry", "author", "category", "content", "name"}
    assert {element.tag.removeprefix(ATOM) for element in feed.iter()} <= known
    times = [one(entry, "updated").text or "" for entry in entries]
    assert times == sorted(times, reverse=True)
    assert not times or one(feed, "updated").text == times[0]
    return feed


def test_feeds_keep_the_rules(feeds: dict[str, bytes]) -> None:
    for path, document in feeds.items():
        assert assert_valid(document).findall(f"{ATOM}entry"), path


def test_feedparser_finds_nothing_wrong(feeds: dict[str, bytes]) -> None:
    for document in feeds.values():
        parsed = feedparser.parse(document)
        assert not parsed.bozo
        assert parsed.version == "atom10"
        assert all(entry.id and entry.updated_parsed and entry.content[0].value for entry in parsed.entries)


def test_a_feed_holds_the_changed_sentences_and_no_more(pages: Pages, feeds: dict[str, bytes]) -> None:
    feed = ElementTree.fromstring(feeds["/kind/number/feed.atom"])
    told = [entry.findtext(f"{ATOM}content") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert any("<del>340</del> <ins>430</ins>" in each for each in told)
    assert max(map(len, told)) < 2_000


def test_pages_lead_to_their_feeds_and_feeds_to_their_pages(pages: Pages) -> None:
    for page in ("/", "/article/1", "/?kind=number"):
        head = html.document_fromstring(pages.get(page).text).find(".//link[@rel='alternate']")
        feed = ElementTree.fromstring(pages.get(head.attrib["href"]).content)
        links = {link.get("rel"): link.attrib["href"] for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == f"http://127.0.0.1{head.attrib['href']}"
        assert pages.get(links["alternate"]).status == 200
    for entry in feed.iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert pages.get(link.attrib["href"]).status == 200


def test_an_empty_database_gives_a_valid_feed(tmp_path: Path) -> None:
    Store.open(tmp_path / "tracker.db", create=True).close()
    assert_valid(Pages(tmp_path / "tracker.db").get("/feed.atom").content)


# -- ids ---------------------------------------------------------------------------------------------------------------


def ids_of(document: bytes) -> tuple[str, dict[str, str]]:
    """Of the feed; of the entries, by title."""
    feed = ElementTree.fromstring(document)
    entries = {
        entry.findtext(f"{ATOM}title") or "": entry.findtext(f"{ATOM}id") or "" for entry in feed.iter(f"{ATOM}entry")
    }
    return feed.findtext(f"{ATOM}id") or "", entries


def test_ids_stay_on_another_server_and_after_more_was_recorded(tmp_path: Path) -> None:
    path = ordinary(tmp_path / "tracker.db")
    before = ids_of(Pages(path).get("/feed.atom").content)
    copy = Path(shutil.copy(path, tmp_path / "copy.db"))
    with Store.open(copy) as store:
        story = Story(store, "https://www.example.org/new", NOW + timedelta(days=1))
        story.show("One died.", headline="New")
        story.show("Two died.", headline="New")
    other = Pages(copy, base_url="/elsewhere/")
    after = ids_of(other.get("/elsewhere/feed.atom", headers={"host": "changes.example.org"}).content)
    assert after[0] == before[0]
    assert len(after[1]) == 2
    assert before[1].items() <= after[1].items()
    of_host = ids_of(other.get("/elsewhere/host/www.example.com/feed.atom").content)
    assert of_host[1] == before[1]
    assert of_host[0] != before[0]


def test_two_databases_have_feeds_of_their_own(tmp_path: Path) -> None:
    ordinary(tmp_path / "one.db")
    ordinary(tmp_path / "two.db", "https://www.example.org/two")
    one_id, two_id = (ids_of(Pages(tmp_path / name).get("/feed.atom").content)[0] for name in ("one.db", "two.db"))
    assert one_id != two_id


# -- asked again -------------------------------------------------------------------------------------------------------


def test_who_has_a_feed_already_is_told_so(tmp_path: Path) -> None:
    path = ordinary(tmp_path / "tracker.db")
    pages = Pages(path)
    tag = pages.get("/feed.atom").headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = pages.get("/feed.atom", headers={"if-none-match": given})
        assert (again.status, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert pages.get("/feed.atom", headers={"if-none-match": '"other"'}).status == 200
    with Store.open(path) as store:
        story = Story(store, "https://www.example.org/new")
        story.show("One died.")
        story.show("Two died.")
    changed = pages.get("/feed.atom", headers={"if-none-match": tag})
    assert changed.status == 200
    assert changed.headers["etag"] != tag


# -- `tracker export atom` ---------------------------------------------------------------------------------------------


def exported(database: Path, *arguments: str) -> bytes:
    done = CliRunner().invoke(cli, ["--database", str(database), "export", "atom", *arguments])
    assert done.exit_code == 0, done.stderr
    return done.stdout_bytes


def test_a_feed_can_be_exported(demo_database: Path, tmp_path: Path) -> None:
    base = ("--url", "https://news.example.org/changes/")
    whole = assert_valid(exported(demo_database, *base), has_place=False)
    link = whole.find(f"{ATOM}entry/{ATOM}link")
    assert link is not None
    assert link.attrib["href"].startswith("https://news.example.org/changes/article/")
    some = assert_valid(exported(demo_database, *base, "--kind", "notice_removed,notice_added"), has_place=False)
    assert {each.get("term") for each in some.iter(f"{ATOM}category")} == {"notice_removed", "notice_added"}
    assert exported(demo_database, "landslide-thessaby", "--output", str(tmp_path / "feed.atom")) == b""
    assert "Thessaby" in (
        assert_valid((tmp_path / "feed.atom").read_bytes(), has_place=False).findtext(f"{ATOM}title") or ""
    )


def test_without_pages_a_feed_leads_to_the_articles(demo_database: Path) -> None:
    for entry in assert_valid(exported(demo_database), has_place=False).iter(f"{ATOM}entry"):
        (link,) = entry.findall(f"{ATOM}link")
        assert link.get("rel") == "alternate"
        assert "export" not in link.attrib["href"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["atom", "--url", "news.example.org"], "--url"),
        (["atom", "--url", "javascript:alert(1)"], "--url"),
        (["atom", "--kind", "typo"], "typo"),
        (["csv", "--kind", "number"], "--kind"),
        (["csv", "--url", "https://example.org"], "--url"),
        (["atom", "1", "2"], "one URL"),
        (["site"], "DIR"),
    ],
)
def test_what_has_no_meaning_is_refused(demo_database: Path, arguments: list[str], word: str) -> None:
    done = CliRunner().invoke(cli, ["--database", str(demo_database), "export", *arguments])
    assert isinstance(done.exception, UsageError)
    assert word in str(done.exception)


def test_times_are_those_of_the_looks(tmp_path: Path) -> None:
    path = ordinary(tmp_path / "tracker.db")
    feed = ElementTree.fromstring(Pages(path).get("/feed.atom").content)
    assert datetime.fromisoformat(one(feed, "updated").text or "") == NOW + timedelta(hours=1)
