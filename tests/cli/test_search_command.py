"""`tracker search`, as people see it and as machines read it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_kit import STORY, eventful, run, tracker

from tracker.render.search_form import SEARCH_COLUMNS


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("eventful") / "tracker.db"
    eventful(path)
    return path


SHOWN = f"""\
Wall fails
{STORY}
  • [Officials] said that 12 [people] were missing after the harbour wall gave way before dawn.
    removed between 2026-11-20 10:00 and 10:10 UTC (revision 7 → 8), stood since revision 7, added
    between 2026-11-20 09:50 and 10:00 UTC; was taken out and put back 3 times before
  • [Officials] said that 15 [people] were missing after the harbour wall gave way before dawn.
    removed between 2026-11-20 10:10 and 10:40 UTC (revision 9 → 10), stood since revision 8, added
    between 2026-11-20 10:00 and 10:10 UTC; was taken out and put back 3 times before
  • [Officials] said that 20 [people] were missing after the harbour wall gave way before dawn.
    stands since revision 10, added between 2026-11-20 10:10 and 10:40 UTC

3 passages in 1 article
"""


def test_articles_are_shown_with_passages_and_their_lives(database: Path) -> None:
    assert tracker(database, "search", "officials people", "--utc") == SHOWN


def test_it_fits_sixty_columns(database: Path) -> None:
    lines = tracker(database, "search", "wall", width=60).splitlines()
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("12", "people"), 1),
        (("12 people",), 1),
        (("people 12",), 1),
        (("officials", "people 12"), 0),
        (("officials", "12 people"), 1),
        (('"people 12"',), 0),
        (("officials", "-20", "-12"), 1),
        (("-12", "officials", "--where", "any"), 2),
        (("--", "officials", "-12"), 2),
        (("-12 -15 officials",), 1),
        (("fail*", "--where", "now"), 1),
    ],
)
def test_queries_as_shells_hand_them_over(database: Path, words: tuple[str, ...], count: int) -> None:
    options = words.index("--") if "--" in words else len(words)
    told = json.loads(tracker(database, "search", *words[:options], "--format", "json", *words[options:]))
    assert len(told) == count


def test_json_and_csv_have_one_row_a_passage(database: Path) -> None:
    rows = json.loads(tracker(database, "search", "12", "--format", "json"))
    assert [tuple(row) for row in rows] == [SEARCH_COLUMNS]
    (row,) = rows
    assert (row["article_id"], row["url"], row["field"], row["stands"]) == (1, STORY, "body", False)
    assert row["snippet"].startswith("Officials said that [12] people")
    assert [row["text"][start:end] for start, end in json.loads(row["spans_json"])] == ["12"]
    assert (row["last_number"], row["gone_number"]) == (7, 8)
    assert (row["gone_after"], row["gone_before"]) == ("2026-11-20T10:00:00Z", "2026-11-20T10:10:00Z")
    (told,) = csv.DictReader(io.StringIO(tracker(database, "search", "12", "--format", "csv")))
    assert tuple(told) == SEARCH_COLUMNS
    assert (told["text"], told["stands"], told["gone_number"]) == (row["text"], "0", "8")


def test_nothing_found_is_said_and_no_failure(database: Path) -> None:
    result = run(database, "search", "submarine")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Nothing found: submarine\n"
    assert json.loads(tracker(database, "search", "submarine", "--format", "json")) == []


@pytest.mark.parametrize(
    "words",
    [(), ("",), ("!!",), ("-wall",), ('"wall',), ("wall", "--since", "1h", "--until", "2h"), ("wall", "--limit", "0")],
)
def test_odd_queries_are_refused(database: Path, words: tuple[str, ...]) -> None:
    result = run(database, "search", *words)
    assert isinstance(result.exception, Exception | SystemExit)
    assert getattr(result.exception, "exit_status", result.exit_code) == 2


def test_more_than_the_limit_is_told(database: Path) -> None:
    assert "1 article; there are more" in tracker(database, "search", "wall", "--limit", "1")
    assert "there are more" not in tracker(database, "search", "wall", "--limit", "9")


def test_the_index_is_made_anew_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    eventful(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO _paragraph_words (_paragraph_words) VALUES ('delete-all')")
    assert run(path, "verify").exit_code == 1
    result = run(path, "search", "--rebuild")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "The word index is made anew" in result.stderr
    tracker(path, "verify")
    assert "[12]" in tracker(path, "search", "12", "--rebuild")
