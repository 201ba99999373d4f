"""Whatever is asked for, and whatever becomes of the database meanwhile: an answer that makes sense, never a crash."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from web_kit import NOW, Pages, Story, ordinary

from tracker.store import Store

EARLIER = Path(__file__).parents[1] / "store" / "files" / "schema_2.db.gz"
OUR_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ordinary(tmp_path_factory.mktemp("pages") / "tracker.db")


@pytest.fixture(scope="module")
def pages(database: Path) -> Pages:
    return Pages(database)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/article/1", 200),
        ("/article/1/diff/2/1", 200),
        ("/article/1/diff/1/1", 200),
        ("/article/1/diff/1/3", 404),
        ("/article/1/diff/0/1", 404),
        ("/article/1/revision/999999999", 404),
        ("/article/2", 404),
        ("/article/999999999999999999", 404),
        ("/article/9999999999999999999999", 404),
        ("/article/-1", 404),
        ("/article/1.0", 404),
        ("/article/1?part=2", 404),
        ("/article/1?part=-1", 404),
        ("/article/1?part=%D9%A1", 404),
        ("/article/1/nothing", 404),
        ("/host/nobody.example", 404),
        ("/host/WWW.Example.COM", 200),
        ("/host/nobody.example/feed.atom", 200),
        ("/host/%00", 404),
        ("/host/..%2f..%2fetc%2fpasswd", 404),
        ("/kind/number/feed.atom", 200),
        ("/kind/typo/feed.atom", 400),
        ("/nothing/at/all", 404),
        ("/nothing.json", 404),
        ("/style/pages.css", 200),
        ("/style/pages.py", 404),
        ("/tracker/no_such_table", 404),
        ("/tracker?sql=select+nonsense", 400),
        ("/-/versions", 200),
    ],
)
def test_every_answer_has_its_status_and_a_policy(pages: Pages, path: str, status: int) -> None:
    answer = pages.get(path)
    assert answer.status == status
    assert "default-src" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if status == 404 and not path.endswith(".json"):
        assert answer.headers["content-security-policy"].startswith(OUR_POLICY)
        assert "<h1>Not Found</h1>" in answer.text


@pytest.mark.parametrize(
    "raw",
    [
        b"/style/../plugin.py",
        b"/style/%2e%2e/plugin.py",
        b"/style/..",
        b"/article/%D9%A1",
        b"/article/1%00",
        b"//",
        b"/%",
    ],
)
def test_tricks_with_paths_lead_nowhere(pages: Pages, raw: bytes) -> None:
    status, _, body = pages.raw(raw)
    assert status in (301, 302, 404)
    assert b"import" not in body


@pytest.mark.parametrize("raw", [b"/\xff", b"/article/\xd9\xa1", "/host/bücher.example".encode()])
def test_bytes_that_are_no_address_are_refused(pages: Pages, raw: bytes) -> None:
    assert pages.raw(raw)[0] == 400


@pytest.mark.parametrize(
    "query",
    [
        b"q=%00",
        b"q=%ff%fe",
        b"q=%ED%A0%80",
        b"q=\xff\xfe",
        b"q=" + b"a" * 100_000,
        b"q=" + b"a+" * 50_000,
        b"q=" + b"%22" * 1_000,
        b"q=NEAR(a+b)+OR+*",
        b"host=%ff",
        b"host=" + b"h" * 100_000,
        b"kind=number&kind=number&kind=&kind=name",
        b"kind=" + b"&kind=".join([b"number"] * 5_000),
        b"kind=typo",
        b"field=bogus",
        b"before=~~~",
        b"before=x~99999999999999999999999",
        b"before=%00~1",
        b"before=9999~-1",
        b"since=99999999999999999d",
        b"since=-1d",
        b"since=%00",
        b"since=9999-12-31&until=0001-01-01",
        b"&&&;==",
        b"=".join([b"a"] * 1_000),
    ],
)
def test_odd_questions_get_an_answer(pages: Pages, query: bytes) -> None:
    for path in (b"/", b"/search", b"/article/1", b"/feed.atom"):
        assert pages.raw(path, query)[0] in (200, 400, 404), path


def test_repeated_questions_count_once_or_together(pages: Pages) -> None:
    assert "number or name" in pages.get("/?kind=number&kind=number&kind=name").text
    assert 'value="7d"' in pages.get("/?since=7d&since=30d").text


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/style/pages.css", "/article/1"])
def test_pages_are_only_for_reading(pages: Pages, path: str) -> None:
    head = pages.get(path, "HEAD")
    assert (head.status, head.content) == (200, b"")
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = pages.get(path, method)
        assert answer.status in (403, 405)
        assert answer.status == 403 or answer.headers["allow"] == "GET, HEAD"


def test_a_missing_page_is_not_printed_on_the_console(pages: Pages, capfd: pytest.CaptureFixture[str]) -> None:
    pages.get_all(["/nothing", "/tracker/no_such_table", "/nothing.json", "/tracker?sql=select+nonsense"])
    told = capfd.readouterr()
    assert "Traceback" not in told.out + told.err
    assert len(told.out + told.err) < 500


def test_below_another_address(database: Path) -> None:
    """As behind a proxy: Datasette's `base_url` stands before every address."""
    pages = Pages(database, base_url="/news/changes/")
    front = pages.get("/news/changes/").text
    assert 'href="/news/changes/article/1"' in front
    assert 'href="/news/changes/style/pages.css?' in front
    assert 'href="/news/changes/tracker"' in front
    assert 'action="/news/changes/search"' in front
    assert 'href="/news/changes/host/www.example.com"' in pages.get("/news/changes/article/1").text
    assert b"http://127.0.0.1/news/changes/article/1/diff/1/2" in pages.get("/news/changes/feed.atom").content


# -- which databases ---------------------------------------------------------------------------------------------------


def test_a_database_that_is_not_ours_keeps_datasettes_own_front_page(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
        connection.commit()
    pages = Pages(other)
    assert "birds" in pages.get("/").text
    assert pages.get("/article/1").status == 404
    assert pages.get("/other/birds").status == 200


def test_of_several_databases_the_first_of_ours_has_the_pages(database: Path, tmp_path: Path) -> None:
    other, second = tmp_path / "other.db", tmp_path / "second.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
        connection.commit()
    ordinary(second, "https://www.example.org/second")
    pages = Pages(other, database, second)
    assert "www.example.com" in pages.get("/").text
    assert pages.get("/other/birds").status == 200
    assert "One row a change" in pages.get("/second/changes_detail").text


def test_an_earlier_form_says_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "tracker.db"
    old.write_bytes(gzip.decompress(EARLIER.read_bytes()))
    pages = Pages(old)
    answer = pages.get("/")
    assert answer.status == 503
    assert "open it once for writing" in answer.text
    Store.open(old).close()
    assert pages.get("/").status == 200


# -- what becomes of it while it is served -----------------------------------------------------------------------------


def test_a_database_that_is_replaced_is_read_anew(tmp_path: Path) -> None:
    path = ordinary(tmp_path / "tracker.db")
    pages = Pages(path)
    assert "www.example.com" in pages.get("/").text
    ordinary(tmp_path / "restored.db", "https://www.example.org/restored").replace(path)
    for left_over in ("-wal", "-shm"):
        path.with_name(path.name + left_over).unlink(missing_ok=True)
    assert "www.example.org" in pages.get("/").text


def test_a_database_that_vanishes_is_missed_until_it_is_back(tmp_path: Path) -> None:
    path = ordinary(tmp_path / "tracker.db")
    pages = Pages(path)
    assert pages.get("/").status == 200
    kept = path.rename(tmp_path / "elsewhere.db")
    answer = pages.get("/")
    assert answer.status == 503
    assert "There is no database at" in answer.text
    path.write_bytes(b"SQLite format 3\x00 but then nonsense" * 100)
    assert pages.get("/").status == 503
    kept.replace(path)
    assert pages.get("/").status == 200


def test_what_is_recorded_meanwhile_is_shown_and_nobody_is_locked_out(tmp_path: Path) -> None:
    path = ordinary(tmp_path / "tracker.db")
    pages = Pages(path)
    stop = threading.Event()

    def record() -> None:
        with Store.open(path) as store:
            story = Story(store, "https://www.example.net/busy", NOW)
            number = 0
            while not stop.is_set():
                number += 1
                story.show(f"There were {number} boats in the harbour.", headline=f"{number} boats")

    writer = threading.Thread(target=record)
    writer.start()
    try:
        asked = ["/", "/article/1", "/host/www.example.net", "/feed.atom", "/search?q=boats", "/tracker/changes_detail"]
        seen = [pages.get_all(asked) for _ in range(15)]
    finally:
        stop.set()
        writer.join()
    assert {answer.status for some in seen[1:] for answer in some} == {200}
    assert not any(" locked" in answer.text for some in seen for answer in some)
    assert "boats" in pages.get("/").text


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "sealed"
    folder.mkdir()
    path = ordinary(folder / "tracker.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for left_over in ("-wal", "-shm"):
        path.with_name(path.name + left_over).unlink(missing_ok=True)
    path.chmod(0o444)
    folder.chmod(0o555)
    yield path
    folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_nobody_may_write_to(read_only: Path) -> None:
    assert Pages(read_only).get("/").status == 200


def test_pages_never_write(tmp_path: Path) -> None:
    path = ordinary(tmp_path / "tracker.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    copy = shutil.copy(path, tmp_path / "copy.db")
    pages = Pages(path)
    pages.get_all(["/", "/article/1", "/article/1/diff/1/2", "/host/www.example.com", "/search?q=town", "/feed.atom"])
    assert path.read_bytes() == before == Path(copy).read_bytes()
