"""All pages as files: whole, written where something changed and nowhere else, and never over something of others."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from lxml import html
from playwright.sync_api import Browser
from web_kit import NOW, Story, ordinary

from tracker.cli import cli
from tracker.errors import UsageError
from tracker.site import export_site
from tracker.store import Store

LATER = NOW + timedelta(days=30)
LEDGER = ".tracker-site.json"


@pytest.fixture(scope="module")
def site(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "site"
    done = CliRunner().invoke(cli, ["--database", str(demo_database), "export", "site", str(folder)])
    assert done.exit_code == 0, done.stderr
    assert re.search(r"\d+ files written", done.stderr)
    return folder


def export(database: Path, folder: Path, base_url: str = "") -> tuple[int, int, int]:
    with Store.open(database, read_only=True) as store:
        report = export_site(store, folder, LATER, base_url)
    return report.written, report.kept, report.removed


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with the time of its last writing; how the next run knows them is no page."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != LEDGER]
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}


def links_of(page: Path) -> Iterator[str]:
    tree = html.document_fromstring(page.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    yield from tree.xpath("//@href | //@src | //@action")


def test_every_link_leads_to_a_file_and_a_place_in_it(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    reached = set()
    for page in pages:
        for link in links_of(page):
            if link.startswith(("http://", "https://")):
                continue
            address, anchor = urldefrag(urljoin(page.as_uri(), link))
            target = Path(unquote(address.partition("?")[0]).removeprefix("file://"))
            assert target.is_file(), f"{page}: {link}"
            assert target.is_relative_to(site)
            reached.add(target)
            if anchor:
                assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), f"{page}: {link}"
    assert {page for page in pages if "/article/" in str(page)} - reached == set()


def test_feeds_lead_to_files_too(site: Path) -> None:
    for feed in site.rglob("*.atom"):
        for link in ElementTree.parse(feed).iter("{http://www.w3.org/2005/Atom}link"):
            if not link.attrib["href"].startswith(("http://", "https://")):
                target = urldefrag(urljoin(feed.as_uri(), link.attrib["href"]))[0]
                assert Path(unquote(target).removeprefix("file://")).is_file(), f"{feed}: {link.attrib}"


def test_the_site_can_be_read_without_a_server(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda request: troubles.append(request.url))
    page.goto((site / "index.html").as_uri())
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"  # the style was found
    page.locator("main h2 a").first.click()
    page.get_by_role("link", name="what changed", exact=True).first.click()
    page.get_by_role("link", name="Side by side").click()
    assert page.locator(".sides").count() > 0
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.classList.contains('change')")
    assert troubles == []
    context.close()


def test_a_second_run_writes_nothing(demo_database: Path, site: Path) -> None:
    before = contents(site)
    written, kept, removed = export(demo_database, site)
    assert (written, removed) == (0, 0)
    assert kept == len(before)
    assert contents(site) == before


def test_one_change_writes_only_what_it_touches(tmp_path: Path) -> None:
    database = ordinary(tmp_path / "tracker.db")
    with Store.open(database) as store:
        quiet = Story(store, "https://www.example.org/quiet", NOW)
        quiet.show("Nothing happens here.", headline="Quiet")
        quiet.show("Nothing at all happens here.", headline="Quiet")
    folder = tmp_path / "site"
    export(database, folder)
    before = contents(folder)
    with Store.open(database) as store:
        busy = Story(store, "https://www.example.com/bridge", NOW + timedelta(hours=5))
        busy.latest = store.revision(1, 2).extract
        busy.show("The town of Latakia was hit.", "Eighteen people died on Tuesday.", headline="Bridge closed")
    export(database, folder)
    after = contents(folder)
    touched = {name for name in after if after[name] != before.get(name)}
    assert not [name for name in touched if name.startswith(("article/2/", "host/www.example.org", "style/"))]
    assert {"index.html", "article/1/index.html", "article/1/revision-3.html", "article/1/diff-2-3.html"} <= touched
    assert "kind/number/feed.atom" in touched
    assert not {"article/1/revision-1.html", "kind/name/feed.atom", "kind/spelling/feed.atom"} & touched
    assert all(before[name][0] == after[name][0] for name in before if name not in touched)


def test_what_is_no_more_is_removed(tmp_path: Path) -> None:
    database, folder = ordinary(tmp_path / "tracker.db"), tmp_path / "site"
    export(database, folder)
    other = ordinary(tmp_path / "other.db", "https://www.example.org/other")
    assert export(other, folder)[2] > 0
    assert not (folder / "host" / "www.example.com" / "index.html").exists()
    assert (folder / "host" / "www.example.org" / "index.html").exists()


def test_an_address_on_the_web_makes_feeds_whole(tmp_path: Path) -> None:
    database, folder = ordinary(tmp_path / "tracker.db"), tmp_path / "site"
    export(database, folder)
    assert 'href="article/1' in (folder / "feed.atom").read_text(encoding="utf-8")
    export(database, folder, "https://example.org/changes")
    assert 'href="https://example.org/changes/article/1/' in (folder / "feed.atom").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["holiday.jpg", ".git"])
def test_a_folder_of_others_is_left_alone(tmp_path: Path, name: str) -> None:
    database, folder = ordinary(tmp_path / "tracker.db"), tmp_path / "site"
    folder.mkdir()
    (folder / name).write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        export(database, folder)
    assert [path.name for path in folder.iterdir()] == [name]


def test_a_ledger_that_is_none_is_not_believed(tmp_path: Path) -> None:
    database, folder = ordinary(tmp_path / "tracker.db"), tmp_path / "site"
    folder.mkdir()
    for text in ("", "[]", "{}", '{"form": 1, "marks": 3, "files": []}'):
        (folder / LEDGER).write_text(text)
        with pytest.raises(UsageError, match="is not what an earlier run left there"):
            export(database, folder)


def test_a_ledger_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    database, folder = ordinary(tmp_path / "tracker.db"), tmp_path / "site"
    export(database, folder)
    precious = tmp_path / "precious"
    precious.write_text("mine")
    ledger = folder / LEDGER
    ledger.write_text(ledger.read_text().replace('"files": {', '"files": {"old": ["../precious"], '))
    with pytest.raises(UsageError, match="is not what an earlier run left there"):
        export(database, folder)
    assert precious.read_text() == "mine"


def test_killed_in_the_middle_and_run_again_it_is_whole(demo_database: Path, tmp_path: Path, site: Path) -> None:
    folder = tmp_path / "site"
    command = [sys.executable, "-m", "tracker", "--database", str(demo_database), "export", "site", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while process.poll() is None and len(contents(folder)) < 10:
        time.sleep(0.005)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    whole = {name for name in contents(folder) if not name.endswith(".partial")}
    assert whole == set(contents(site))
    shutil.rmtree(folder)
