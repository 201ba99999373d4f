"""`tracker import` of looks with times of their own: pages, archives, and what goes wrong with them."""

from __future__ import annotations

import gzip
import json
import signal
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from whole_kit import URL, Answer, Home, LoopbackSite, article, faults_of, paragraphs, wait_until

from tracker.errors import TrackerError
from tracker.store import Store

HEADLINE = "Breakwater is closed for the winter"
START = datetime(2019, 11, 5, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def page(gaps: int, headline: str = HEADLINE) -> bytes:
    body = article(headline, gaps).body
    return body if isinstance(body, bytes) else body.encode()


def save(folder: Path, moment: datetime, content: bytes) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{moment:%Y%m%d%H%M%S}.html").write_bytes(content)


def revisions(home: Home, database: str = "db/tracker.db") -> list[tuple[str, int, str, str]]:
    lines = home("--database", database, "export", "jsonl", "--table", "revisions").out.splitlines()
    rows = [json.loads(line) for line in lines]
    return sorted((row["url"], row["number"], row["first_seen_at"], row["body_text"]) for row in rows)


def warc(path: Path, pages: list[tuple[str, datetime, int, bytes]]) -> None:
    """`url, time, status, body` a record."""
    with gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb") as stream:
        for url, moment, status, body in pages:
            answer = f"HTTP/1.1 {status} So\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode() + body
            stream.write(
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
                f"WARC-Date: {moment:%Y-%m-%dT%H:%M:%SZ}\r\nWARC-Target-URI: {url}\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
                + answer
                + b"\r\n\r\n"
            )


@pytest.fixture
def chain(home: Home) -> Home:
    """A folder of five pages, a day apart: 12, 12, 15, 15 and 16 gaps."""
    home.configure()
    for day, gaps in enumerate((12, 12, 15, 15, 16)):
        save(home.folder / "pages", START + day * DAY, page(gaps))
    return home


def test_each_page_stands_at_its_own_time_and_again_changes_nothing(chain: Home) -> None:
    result = chain("import", "html", "pages", "--url", URL)
    assert (result.status, result.out) == (0, "")
    assert result.sentence == "pages: 5 looks: 3 with a wording of its own, 2 as before"
    assert [(number, seen[:10]) for _, number, seen, _ in revisions(chain)] == [
        (1, "2019-11-05"),
        (2, "2019-11-07"),
        (3, "2019-11-09"),
    ]
    rows = json.loads(chain("report", "--since", "2019-01-01", "--format", "json").out)
    assert [(row["before"], row["after"], row["changed_after"], row["changed_before"]) for row in rows] == [
        ("12", "15", "2019-11-06T08:00:00Z", "2019-11-07T08:00:00Z"),
        ("15", "16", "2019-11-08T08:00:00Z", "2019-11-09T08:00:00Z"),
    ]
    before = chain.database.read_bytes()
    assert chain("import", "html", "pages", "--url", URL).sentence == "pages: 5 looks: 5 known already"
    assert chain.database.read_bytes() == before
    assert faults_of(chain.database) == []


def test_folders_in_another_order_come_to_the_same(chain: Home) -> None:
    for day, gaps in enumerate((12, 12, 15, 15, 16)):
        save(chain.folder / f"day{day}", START + day * DAY, page(gaps))
    chain("import", "html", "pages", "--url", URL)
    for day in (3, 1, 4, 0, 2):
        result = chain("--database", "other.db", "import", "html", f"day{day}", "--url", URL)
        assert result.status == 0
    assert revisions(chain, "other.db") == revisions(chain)
    assert faults_of(chain.folder / "other.db") == []


def test_looks_of_others_join_our_own(home: Home, site: LoopbackSite) -> None:
    site.pages["/story"] = article(HEADLINE, 15)
    home.configure()
    home("add", site.url("/story"))
    home("check")
    save(home.folder / "pages", START, page(12))
    save(home.folder / "pages", START + DAY, page(15))
    assert home("import", "html", "pages", "--url", site.url("/story")).status == 0
    assert [(number, seen[:10]) for _, number, seen, _ in revisions(home)] == [(1, "2019-11-05"), (2, "2019-11-06")]
    log = home("log", "1", "--utc").out
    assert log.count("imported from html") == 2
    assert "unchanged" in log  # what we saw was there before we looked
    assert home("check", "1").out.startswith("unchanged")


def test_a_web_archive_as_files(chain: Home) -> None:
    lamp = "https://www.example.com/lamp"
    pages = [
        (URL, START, 200, page(12)),
        (lamp, START, 200, page(7, "A lamp is put up")),
        (URL, START + 2 * DAY, 404, b"<html><body>Not found</body></html>"),
        (URL, START + DAY, 200, page(15)),
        ("https://www.example.com/nothing", START, 404, b"<html><body>Not found</body></html>"),
    ]
    warc(chain.folder / "site.warc", pages)
    result = chain("import", "warc", "site.warc")
    assert result.status == 0
    assert result.err.splitlines()[0] == (
        "site.warc: 5 looks: 3 with a wording of its own, 1 of pages that are no tracked articles, "
        "1 without the article"
    )
    assert {line.strip() for line in result.err.splitlines()[1:]} == {
        f"{URL}: 3 looks: 2 with a wording of its own, 1 without the article",
        f"{lamp}: 1 look: 1 with a wording of its own",
    }
    states = {row["url"]: row["state"] for row in json.loads(chain("list", "--format", "json").out)}
    assert states == {URL: "gone", lamp: "live"}
    assert "gone" in chain("log", URL).out


def test_the_copies_that_a_web_archive_holds(home: Home, site: LoopbackSite) -> None:
    moments = [START, START + DAY, START + 2 * DAY]
    copies = [f"/web/{number}/{URL}" for number in range(3)]
    links = [f'<{URL}>; rel="original"'] + [
        f'<{site.url(copy)}>; rel="memento"; datetime="{format_datetime(moment, usegmt=True)}"'
        for copy, moment in zip(copies, moments, strict=True)
    ]
    site.pages[f"/map/{URL}"] = Answer(",\n".join(links), content_type="application/link-format")
    for copy, moment, gaps in zip(copies, moments, (12, 15, 15), strict=True):
        seen_at = ("Memento-Datetime", format_datetime(moment, usegmt=True))
        site.pages[copy] = Answer(page(gaps), headers=(seen_at,))
    home.configure()
    result = home("import", "memento", "--archive", site.url("/map/"), URL)
    assert (result.status, result.sentence) == (0, f"{URL}: 3 looks: 2 with a wording of its own, 1 as before")
    assert [seen for _, _, seen, _ in revisions(home)] == ["2019-11-05T08:00:00Z", "2019-11-06T08:00:00Z"]
    site.asked.clear()
    again = home("import", "memento", "--archive", site.url("/map/"), URL)
    assert (again.status, again.sentence) == (0, f"{URL}: no looks")
    assert not set(site.asked) & set(copies)


def test_what_is_wrong_with_one_file_keeps_no_other_from_being_read(chain: Home) -> None:
    chain.write("none.db", b"no database")
    (chain.folder / "empty").mkdir()
    save(chain.folder / "ahead", datetime(2099, 1, 1, tzinfo=UTC), page(12))
    result = chain("import", "html", "empty", "pages", "ahead", "--url", URL)
    assert result.status == 1
    assert "pages: 5 looks: 3 with a wording of its own, 2 as before" in result.err
    assert "empty" in result.err.splitlines()[0]
    assert "is still to come" in result.err
    diffengine = chain("import", "diffengine", "none.db")
    assert diffengine.status == 1
    assert "none.db" in diffengine.err.splitlines()[0]
    assert "Traceback" not in result.err + diffengine.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["html", "missing"], ["missing", "no file"]),
        (["html", "pages", "--timezone", "Mars/Olympus"], ["Mars/Olympus", "Europe/Berlin"]),
        (["warc", "missing.warc"], ["missing.warc"]),
    ],
    ids=["folder", "zone", "warc"],
)
def test_a_call_that_is_wrong_imports_nothing(chain: Home, arguments: list[str], words: list[str]) -> None:
    result = chain("import", *arguments)
    assert result.status == 2
    assert all(word in result.sentence for word in words)
    assert not chain.database.exists()


def test_killed_in_the_middle_it_is_whole_and_goes_on_where_it_was(home: Home) -> None:
    home.configure()
    for hour in range(150):
        save(home.folder / "pages", START + timedelta(hours=hour), page(hour))
    started = home.start("import", "html", "pages", "--url", URL)

    def has_begun() -> bool:
        with suppress(TrackerError), Store.open(home.database, read_only=True) as store:
            return any(article.revision_count for article in store.articles())
        return False  # there is no database yet

    wait_until(has_begun)
    started.send(signal.SIGKILL)
    started.wait()
    assert faults_of(home.database) == []
    result = home("import", "html", "pages", "--url", URL)
    assert result.status == 0
    assert "known already" in result.err
    rows = revisions(home)
    assert [number for _, number, _, _ in rows] == list(range(1, 151))
    assert [text for *_, text in rows] == ["\n\n".join(paragraphs(hour)) for hour in range(150)]
    assert faults_of(home.database) == []


def test_the_daemon_goes_on_meanwhile(home: Home, site: LoopbackSite) -> None:
    home.configure(interval_s=1)
    site.pages["/story"] = article(HEADLINE, 1)
    home("add", site.url("/story"))
    daemon = home.start("run")
    site.wait_for("/story")
    for hour in range(60):
        save(home.folder / "pages", START + timedelta(hours=hour), page(hour + 100))
    result = home("import", "html", "pages", "--url", site.url("/story"))
    looks = len(site.asked)
    wait_until(lambda: len(site.asked) > looks + 1)
    daemon.send(signal.SIGTERM)
    ended = daemon.wait()
    assert (result.status, ended.status) == (0, 0)
    assert "locked" not in result.err + ended.err
    rows = revisions(home)
    assert [text for *_, text in rows] == ["\n\n".join(paragraphs(gaps)) for gaps in [*range(100, 160), 1]]
    assert faults_of(home.database) == []
