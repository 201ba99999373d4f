"""diffengine's database, with the tables that it makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from foreign_kit import database
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import FormatError
from tracker.exchange.diffengine import paragraphs_of, read_diffengine
from tracker.exchange.imported import ImportedLook
from tracker.store.foreign import open_foreign

URL = "https://www.example.com/2017/01/31/wall"
TABLES = [
    "CREATE TABLE feed (url VARCHAR(255) PRIMARY KEY, name VARCHAR(255) NOT NULL, created DATETIME NOT NULL)",
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, url VARCHAR(255) NOT NULL, created DATETIME, checked DATETIME)",
    "CREATE TABLE feedentry (id INTEGER PRIMARY KEY, feed_id VARCHAR(255), entry_id INTEGER, created DATETIME)",
    """CREATE TABLE entryversion (id INTEGER PRIMARY KEY, title VARCHAR(255) NOT NULL, url VARCHAR(255) NOT NULL,
       summary VARCHAR(255) NOT NULL, created DATETIME NOT NULL, archive_url VARCHAR(255), entry_id INTEGER)""",
]
ADD = "INSERT INTO entryversion (title, url, summary, created, entry_id) VALUES (?, ?, ?, ?, ?)"


def read(path: Path, rows: list[tuple[object, ...]]) -> tuple[list[ImportedLook], list[str]]:
    problems: list[str] = []
    with open_foreign(database(path / "diffengine.db", TABLES, [(ADD, row) for row in rows])) as tables:
        return list(read_diffengine(tables, problem=problems.append)), problems


def test_versions_come_by_entry_and_time(tmp_path: Path) -> None:
    looks, problems = read(
        tmp_path,
        [
            ("Wall collapses - Example", URL, "<p>It fell.</p>\n<p>Fifteen died.</p>", "2017-01-31 12:00:00", 7),
            ("Road - Example", URL + "/road", "<p>It is open.</p>", "2017-01-30 12:00:00.5", 9),
            ("Wall fails - Example", URL, "<p>It fell.</p>\n<p>Twelve &amp; more died.</p>", "2017-01-31 10:00:00", 7),
        ],
    )
    assert problems == []
    assert [(look.url, look.seen_at) for look in looks] == [
        (URL, datetime(2017, 1, 31, 10, tzinfo=UTC)),
        (URL, datetime(2017, 1, 31, 12, tzinfo=UTC)),
        (URL + "/road", datetime(2017, 1, 30, 12, 0, 0, 500_000, tzinfo=UTC)),
    ]
    first = looks[0]
    assert first.extract is not None
    assert first.extract.headline == "Wall fails - Example"
    assert first.extract.paragraphs == ("It fell.", "Twelve & more died.")
    assert first.body == b"<h1>Wall fails - Example</h1>\n<p>It fell.</p>\n<p>Twelve &amp; more died.</p>"
    assert (first.origin, first.reader, first.status) == ("diffengine", "diffengine summary 1", 200)


def test_times_without_an_offset_are_of_the_zone_that_is_said(tmp_path: Path) -> None:
    file = database(tmp_path / "d.db", TABLES, [(ADD, ("T", URL, "<p>It fell.</p>", "2017-01-31 12:00:00", 1))])
    with open_foreign(file) as tables:
        (look,) = read_diffengine(tables, problem=print, zone=timezone(timedelta(hours=2)))
    assert look.seen_at == datetime(2017, 1, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("T", URL, "<p> </p>", "2017-01-31 12:00:00", 1), "its summary holds no text"),
        (("T", URL, "<p>It fell.</p>", "soon", 1), "`created` is no time ('soon')"),
        (("T", URL, b"\xff\xfe", "2017-01-31 12:00:00", 1), "title, url or summary is no text"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(tmp_path: Path, row: tuple[object, ...], told: str) -> None:
    looks, problems = read(tmp_path, [row, ("T", URL, "<p>It fell.</p>", "2017-01-31 13:00:00", 2)])
    assert len(looks) == 1
    (problem,) = problems
    assert "entryversion 1" in problem
    assert told in problem


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    file = database(tmp_path / "other.db", ["CREATE TABLE entryversion (id INTEGER, title TEXT)"], [])
    with open_foreign(file) as tables, pytest.raises(FormatError, match="not a database of diffengine's"):
        list(read_diffengine(tables, problem=print))


@pytest.mark.parametrize(
    ("fragment", "paragraphs"),
    [
        ("<p>One <b>bold</b> word.</p><p>Two</p>", ("One bold word.", "Two")),
        ("before<p>One</p>between<div>Two<ul><li>three<li>four</ul></div>after", None),
        ("<html><body><div><p>One</p></div></body></html>", ("One",)),
        ("<p>a<br>b</p>", ("a b",)),
        ("<p>One<!-- not --><script>nor this</script> more</p>", ("One more",)),
        ("no tags at all &lt;p&gt;", ("no tags at all <p>",)),
        ("", ()),
    ],
)
def test_the_paragraphs_of_a_summary(fragment: str, paragraphs: tuple[str, ...] | None) -> None:
    expected = ("before", "One", "between", "Two", "three", "four", "after") if paragraphs is None else paragraphs
    assert paragraphs_of(fragment) == expected


@given(
    st.text()
    | st.lists(st.sampled_from(["<p>", "</p>", "<![x", "<!--", "\x1e", "a", "&", "<br/", "\x00"])).map("".join)
)
def test_no_summary_is_too_odd_to_be_read(fragment: str) -> None:
    assert all(paragraph.strip() for paragraph in paragraphs_of(fragment))
