"""docs/imports.md runs: every command, on an archive of each kind, and once more, which changes nothing."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from foreign_kit import commit, database, new_repository
from serving import Loopback, Visit
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")
SITE = "https://www.example.com/news"


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.+?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    return [line.partition("#")[0].strip() for line in "".join(blocks).splitlines()]


def paragraphs(dead: int) -> tuple[str, ...]:
    return (
        "The wall along the harbour of Latakia fell in the night to Monday, as the harbour office said on Tuesday.",
        f"At least {dead} people died when it came down on the market below, according to the mayor of the town.",
        "The wall had been closed to the public for two years, and a contract for its repair was signed in the spring.",
    )


def page(dead: int) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs(dead))
    head = "<title>Wall fails</title><meta property='og:type' content='article'>"
    article = f"<article><h1>Wall fails</h1>{body}</article>"
    return f"<!doctype html><html><head>{head}</head><body>{article}</body></html>".encode()


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def write_newsdiffs(folder: Path) -> None:
    texts = new_repository(folder / "articles" / "2013-01")
    names = [
        commit(texts, "www.example.com/news/git", "\n".join(["May 1", "Wall fails", "By X", *paragraphs(dead)]) + "\n")
        for dead in (12, 15)
    ]
    database(
        folder / "newsdiffs.db",
        [
            "CREATE TABLE Articles (id integer PRIMARY KEY, url text, git_dir text)",
            "CREATE TABLE version (id integer, article_id integer, v text, title text, date text, boring bool)",
        ],
        [
            ("INSERT INTO Articles VALUES (1, ?, '2013-01')", (f"{SITE}/git",)),
            *(
                (
                    "INSERT INTO version VALUES (?, 1, ?, 'Wall fails', ?, 0)",
                    (number, name, f"2013-01-0{number} 10:00:00"),
                )
                for number, name in enumerate(names, 1)
            ),
        ],
    )


def write_diffengine(file: Path) -> None:
    add = "INSERT INTO entryversion (title, url, summary, created, entry_id) VALUES ('Wall fails', ?, ?, ?, 1)"
    summaries = ["".join(f"<p>{text}</p>" for text in paragraphs(dead)) for dead in (12, 15)]
    database(
        file,
        ["CREATE TABLE entryversion (id INTEGER PRIMARY KEY, title, url, summary, created, archive_url, entry_id)"],
        [
            (add, (f"{SITE}/engine", summary, f"2017-01-0{day} 10:00:00.654321"))
            for day, summary in enumerate(summaries, 1)
        ],
    )


def write_warc(file: Path, day: int, dead: int) -> None:
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=file.suffix == ".gz")
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        length = len(page(dead))
        record = writer.create_warc_record(
            f"{SITE}/crawled",
            "response",
            payload=io.BytesIO(http.to_ascii_bytes() + page(dead)),
            length=len(http.to_ascii_bytes()) + length,
            warc_headers_dict={"WARC-Date": f"2020-01-0{day}T10:00:00Z"},
            warc_content_type="application/http; msgtype=response",
        )
        writer.write_record(record)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new tracker, and beside it an archive of each kind under the name that the guide gives it."""
    folder = tmp_path_factory.mktemp("importer")
    done = shell("tracker init", folder)
    assert done.returncode == 0, done.stderr
    printed = "\n\n".join(["Wall fails", f"{SITE}/printed", "Version 0 of 1.", *paragraphs(12)])
    (folder / "story.txt").write_text(printed, encoding="utf-8")
    (folder / "newsdiffs").mkdir()
    write_newsdiffs(folder / "newsdiffs")
    write_diffengine(folder / "diffengine.db")
    write_warc(folder / "crawl.warc.gz", 1, 12)
    write_warc(folder / "more.warc", 2, 15)
    (folder / "pages").mkdir()
    (folder / "pages" / "index.csv").write_text(
        f"file,url,time\n1.html,{SITE}/saved,20210101100000\n2.html,{SITE}/saved,20210102100000\n", encoding="utf-8"
    )
    for number, dead in ((1, 12), (2, 15)):
        (folder / "pages" / f"{number}.html").write_bytes(page(dead))
    return folder


def revisions(folder: Path, url: str) -> list[tuple[str, str]]:
    """Times and figures of an article's revisions, as exported."""
    done = shell("tracker export jsonl --table revisions", folder)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return sorted(
        (row["first_seen_at"], "15" if "15 people" in row["body_text"] else "12") for row in rows if row["url"] == url
    )


def test_every_command_runs_twice_and_the_looks_are_where_they_belong(folder: Path) -> None:
    assert len(commands()) == 6
    for _ in range(2):
        for line in commands():
            done = shell(line, folder)
            assert done.returncode == 0, line + done.stderr
            assert "Traceback" not in done.stderr
        assert revisions(folder, f"{SITE}/git") == [("2013-01-01T10:00:00Z", "12"), ("2013-01-02T10:00:00Z", "15")]
        assert revisions(folder, f"{SITE}/engine") == [("2017-01-01T10:00:00Z", "12"), ("2017-01-02T10:00:00Z", "15")]
        assert revisions(folder, f"{SITE}/crawled") == [("2020-01-01T10:00:00Z", "12"), ("2020-01-02T10:00:00Z", "15")]
    assert shell("tracker verify", folder).returncode == 0


class Archive(Loopback):
    """A web archive with two copies of one page."""

    def __init__(self) -> None:
        self.url_of_page = f"{SITE}/archived"
        self.copies_asked = 0
        self.listen(ArchiveVisit)


class ArchiveVisit(Visit[Archive]):
    def answer(self) -> None:
        dates = {
            "20220101000000": (12, "Sat, 01 Jan 2022 00:00:00 GMT"),
            "20220102000000": (15, "Sun, 02 Jan 2022 00:00:00 GMT"),
        }
        stamp = next((stamp for stamp in dates if f"/{stamp}id_/" in self.path), None)
        if stamp is not None:
            self.site.copies_asked += 1
            dead, date = dates[stamp]
            self._send(200, page(dead), ("Memento-Datetime", date), ("Content-Type", "text/html"))
        elif self.path.startswith("/timemap/link/"):
            copies = [
                f'<{self.site.url(f"/web/{stamp}/{self.site.url_of_page}")}>; rel="memento"; datetime="{date}"'
                for stamp, (_, date) in dates.items()
            ]
            self._send(200, ",\n".join(copies).encode(), ("Content-Type", "application/link-format"))
        else:
            self._send(404, b"")

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_a_web_archive_is_asked_once_for_each_copy(tmp_path: Path) -> None:
    shell("tracker init", tmp_path)
    config = tmp_path / "config.toml"
    changed = "[fetch]\nallow_private_addresses = true\nhost_interval_s = 0\n"
    config.write_text(re.sub(r"^\[fetch\]\n(?:.*\n)*?(?=\[)", changed + "\n", config.read_text(), flags=re.MULTILINE))
    with Archive() as site:
        line = f"tracker import memento --archive {site.url('/timemap/link/')} {site.url_of_page}"
        for _ in range(2):
            done = shell(line, tmp_path)
            assert done.returncode == 0, done.stderr
            assert revisions(tmp_path, site.url_of_page) == [
                ("2022-01-01T00:00:00Z", "12"),
                ("2022-01-02T00:00:00Z", "15"),
            ]
        assert site.copies_asked == 2
    assert shell("tracker verify", tmp_path).returncode == 0
