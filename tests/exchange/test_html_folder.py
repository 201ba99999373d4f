"""A folder of saved pages with their times."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tracker.errors import FormatError, NotFound
from tracker.exchange.html_folder import read_folder, stated_address, time_in_name
from tracker.exchange.imported import ImportedLook

URL = "https://www.example.com/2026/01/wall"
PAGE = f'<!doctype html><html><head><link rel="canonical" href="{URL}"></head><body><p>It fell.</p></body></html>'


def save(folder: Path, name: str, content: str = PAGE) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return file


def read(folder: Path, *, url: str | None = None, use_file_times: bool = False) -> tuple[list[ImportedLook], list[str]]:
    problems: list[str] = []
    return list(read_folder(folder, problem=problems.append, url=url, use_file_times=use_file_times)), problems


def test_pages_come_by_name_with_the_times_in_their_names(tmp_path: Path) -> None:
    save(tmp_path, "wall-20260102120000.html")
    save(tmp_path, "wall-20260101120000.html")
    save(tmp_path, "notes.txt")
    looks, problems = read(tmp_path)
    assert problems == []
    assert looks[0] == ImportedLook(
        URL, datetime(2026, 1, 1, 12, tzinfo=UTC), "html", 200, (("Content-Type", "text/html"),), PAGE.encode()
    )
    assert [look.seen_at.day for look in looks] == [1, 2]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20260101120000.html", "2026-01-01 12:00:00"),
        ("20260101120000id_.html", "2026-01-01 12:00:00"),
        ("wall_20260101T123456Z.html", "2026-01-01 12:34:56"),
        ("20260101-1234.html", "2026-01-01 12:34:00"),
        ("2026-01-01T12:34:56Z.html", "2026-01-01 12:34:56"),
        ("2026-01-01T12:34:56.789Z.html", "2026-01-01 12:34:56"),
        ("2026-01-01T12-34-56+0200.html", "2026-01-01 10:34:56"),
        ("2026-01-01T12:34:56-05:30.html", "2026-01-01 18:04:56"),
        ("2026-01-01_12-34.html", "2026-01-01 12:34:00"),
        ("2026-01-01 12.34.56 page.html", "2026-01-01 12:34:56"),
        ("2026-01-01.html", "2026-01-01 00:00:00"),
        ("99999999-2026-02-30 or 2026-02-28.html", "2026-02-28 00:00:00"),
    ],
)
def test_every_form_of_a_time_in_a_name(name: str, expected: str) -> None:
    found = time_in_name(name)
    assert found is not None
    assert (f"{found:%Y-%m-%d %H:%M:%S}", found.utcoffset()) == (expected, timedelta(0))


@pytest.mark.parametrize(
    "name", ["wall.html", "20261301120000.html", "1120260101120000.html", "18991231.html", "2026.html"]
)
def test_names_without_a_time(name: str) -> None:
    assert time_in_name(name) is None


def test_a_name_without_an_offset_is_of_the_zone_that_is_said() -> None:
    zone = timezone(timedelta(hours=2))
    assert time_in_name("20260101120000.html", zone) == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert time_in_name("20260101T120000Z.html", zone) == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_folder_above_may_hold_the_time(tmp_path: Path) -> None:
    save(tmp_path, "20260101120000/www.example.com/wall/index.html")
    looks, _ = read(tmp_path)
    assert looks[0].seen_at == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_an_index_tells_file_address_and_time(tmp_path: Path) -> None:
    save(tmp_path, "a/1.html", "<p>It fell.</p>")
    save(tmp_path, "2.htm", "<p>It stands.</p>")
    save(tmp_path, "20260101120000.html")
    lines = [
        "\ufeffFile,URL,Time",
        f"a/1.html,{URL},2026-01-03T10:00:00+02:00",
        f"2.htm,{URL},20260104100000",
        f"none.html,{URL},2026-01-05",
    ]
    save(tmp_path, "index.csv", "\n".join(lines))
    looks, problems = read(tmp_path, url="https://www.example.com/other")
    assert [(look.url, look.seen_at) for look in looks] == [
        (URL, datetime(2026, 1, 3, 8, tzinfo=UTC)),
        (URL, datetime(2026, 1, 4, 10, tzinfo=UTC)),
    ]
    (problem,) = problems
    assert "none.html was passed over: There is no file" in problem


@pytest.mark.parametrize("index", ["", "a,b\n1,2\n", "file\nx.html\n"])
def test_an_index_without_its_columns_is_refused(tmp_path: Path, index: str) -> None:
    save(tmp_path, "index.csv", index)
    with pytest.raises(FormatError, match=r"index\.csv, line 1: its columns must be called file, url and time"):
        read(tmp_path)


def test_an_index_that_is_no_text_is_refused_by_line(tmp_path: Path) -> None:
    save(tmp_path, "20260101120000.html")
    (tmp_path / "index.csv").write_bytes(b"file,url,time\n20260101120000.html,,\nb\xe9b.html,,\n")
    with pytest.raises(FormatError, match=r"index\.csv, after line \d, is not CSV in UTF-8"):
        read(tmp_path)


def test_an_index_leads_to_nothing_outside_the_folder(tmp_path: Path) -> None:
    save(tmp_path, "secret.html")
    save(tmp_path, "in/index.csv", f"file,url,time\n../secret.html,{URL},2026-01-01\n")
    looks, problems = read(tmp_path / "in")
    assert looks == []
    assert "lies outside the folder" in problems[0]


def test_the_address_that_is_given_goes_before_what_pages_say(tmp_path: Path) -> None:
    save(tmp_path, "20260101120000.html")
    looks, _ = read(tmp_path, url="https://www.example.com/given")
    assert looks[0].url == "https://www.example.com/given"


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (PAGE, URL),
        (f'<META PROPERTY="og:url" content=" {URL} ">', URL),
        (f'<link rel="alternate canonical" href={URL}>', URL),
        (f'<link rel=canonical href="/wall"><meta property=og:url content="{URL}">', URL),
        ("<link rel=canonical href='http://[x'>", None),
        ("<link rel=canonical>", None),
        ("<p>It fell.</p>", None),
        ("", None),
    ],
)
def test_the_address_that_a_page_states(page: str, address: str | None) -> None:
    assert stated_address(page.encode()) == address


def test_a_page_without_address_or_time_is_named(tmp_path: Path) -> None:
    save(tmp_path, "20260101120000.html", "<p>It fell.</p>")
    save(tmp_path, "wall.html")
    looks, problems = read(tmp_path)
    assert looks == []
    assert "20260101120000.html was passed over: neither the page nor an index tells its address" in problems[0]
    assert "wall.html was passed over: neither its name nor an index tells when it was saved" in problems[1]


def test_a_files_own_time_counts_only_when_asked_for(tmp_path: Path) -> None:
    file = save(tmp_path, "wall.html")
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC)
    os.utime(file, (moment.timestamp(), moment.timestamp()))
    looks, problems = read(tmp_path, use_file_times=True)
    assert ([look.seen_at for look in looks], problems) == ([moment], [])


def test_a_page_that_is_too_large_is_named(tmp_path: Path) -> None:
    save(tmp_path, "20260101120000.html", PAGE + " " * 5_000_000)
    looks, problems = read(tmp_path)
    assert looks == []
    assert "longer than 5,000,000 bytes" in problems[0]


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no page"):
        read(tmp_path)
    with pytest.raises(NotFound, match="no folder"):
        read(tmp_path / "nothing")
