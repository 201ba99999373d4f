"""`log`, `report`, `diff`, `status`, `list` and `show --why/--raw`, on an article with an eventful life."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from cli_kit import LETTER, OLD_STORY, PAGE, STORY, eventful, run, tracker

HEAD = f"""\
{STORY}
Until 2026-11-20 09:10 UTC tracked as article 2, {OLD_STORY}
"""
ACTIVITY = """\
Looks      13  █ █ ▄  ▄ ▄  ▄ ▄ ▄  ▄ ▄ ▄
Revisions  10  2 1 1  1 1  1 1 1      1
Absent      3    ×                × ×
Time           09:00          10:40 UTC
"""
LOG = f"""\
2026-11-20 UTC
  09:00        revision 1, first seen
               Wall fails
  09:00        article 2: revision 1, first seen
               Wall fails
  09:10        revision 2, changed, 1 change
  09:10        article 2: moved, HTTP 200
               to {STORY}
  09:20        revision 3, reverted to revision 1, 1 change
  09:30–10:10  revisions 4 to 8, back and forth between revisions 1 and 2, 5 turns
  10:20–10:30  gone, HTTP 404, 2 looks
               the server says 404
  10:40        revision 9 is the page of revision 8, read anew by a newer extractor: no edit
  10:40        back after 20 min, revision 10, changed, 1 change
"""
BEGINNING = ("report", "--since", "2026-11-01", "--utc")
BY_ARTICLE = (*BEGINNING, "--by", "article")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("eventful") / "tracker.db"
    eventful(path)
    return path


def view_columns(database: Path, view: str) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [column[0] for column in connection.execute(f"SELECT * FROM {view} LIMIT 0").description]


def test_what_was_recorded_is_whole(database: Path) -> None:
    tracker(database, "verify")


# -- log ---------------------------------------------------------------------------------------------------------------


def test_log_tells_turns_rereads_absences_and_joined_histories(database: Path) -> None:
    shown = tracker(database, "log", "1", "--utc")
    assert shown.startswith(HEAD + ACTIVITY + LOG)
    (now,) = shown.removeprefix(HEAD + ACTIVITY + LOG).splitlines()
    assert now.startswith("Now live since 2026-11-20 10:40 UTC, ")


def test_the_readme_shows_this_very_history() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert HEAD + ACTIVITY + LOG in readme


def test_log_of_a_joined_article_says_where_it_goes_on(database: Path) -> None:
    result = run(database, "log", "2", "--utc")
    assert f"to {STORY}" in result.stdout
    assert "Now goes on as article 1 since 2026-11-20 09:10 UTC" in result.stdout
    assert "not looked at any more" in result.stdout
    assert result.stderr == f"This article goes on as article 1, {STORY}\n"


def test_log_names_a_live_page(database: Path) -> None:
    shown = tracker(database, "log", "live/storm", "--utc")
    assert "unreadable, HTTP 200\n               a live page: a liveblog\n" in shown
    assert "Now a live page since 2026-11-20 09:00 UTC, " in shown


# -- report and diff ---------------------------------------------------------------------------------------------------


def test_a_report_tells_first_what_matters(database: Path) -> None:
    shown = tracker(database, *BEGINNING, "--until", "2026-11-22", width=200)
    head, *sections = shown.split("\n\n")
    assert head.splitlines() == [
        "3 changes in 1 article",
        "Seen between 2026-11-01 00:00 and 2026-11-22 00:00 UTC",
        "Silent edits 3, gone 1",
        "Could not always be read: 1 article of www.example.com (1 look unreadable)",
    ]
    assert [section.splitlines()[0] for section in sections if not section.startswith(" ")] == [
        "Gone, for a time or for good: 1 absence",
        "Silent edits: 3 changes in 1 article",
        "Back and forth: 5 turns folded into 1 line",
        "`tracker diff 1 1 2` shows the first of these in full, `tracker log 1` its article's history.",
    ]
    assert "Article 1, gone between 2026-11-20 10:20 and 10:40 UTC, then back\n" in shown
    assert "Article 1, revision 2 → 3, reverted to revision 1, between 2026-11-20 09:10 and 09:20 UTC" in shown
    told = "Article 1 between revisions 1 and 2, 5 times, last between 2026-11-20 10:00 and 10:10 UTC: Officials said "
    assert told in " ".join(shown.split())


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_markdown_and_html_tell_the_same(database: Path, form: str) -> None:
    shown = tracker(database, *BEGINNING, "--format", form)
    for words in ("3 changes in 1 article", "Silent edits: 3 changes in 1 article", "Back and forth: 5 turns folded"):
        assert words in shown
    assert shown.count("Article 1, revision") == 3


def test_a_report_of_some_kinds_tells_nothing_but_them(database: Path) -> None:
    shown = tracker(database, *BEGINNING, "--kind", "number")
    assert "--kind number" in shown
    assert "Gone" not in shown
    assert "Could not always be read" not in shown


def test_a_report_of_a_quiet_time_says_so(database: Path) -> None:
    result = run(database, "report", "--since", "2026-11-01", "--until", "2026-11-02")
    assert (result.stdout, result.stderr) == ("", "No change seen in that time.\n")


def test_a_long_report_by_article_says_where_it_was_cut(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.cli.report._MOST_BY_ARTICLE", 2)
    result = run(database, *BY_ARTICLE)
    assert result.stderr == "The first 2 changes; 6 later ones not told here; -v tells all.\n"
    assert "2 changes in 1 article" in result.stdout
    assert run(database, *BY_ARTICLE, "-v").stderr == ""


@pytest.mark.parametrize("form", ["json", "csv"])
def test_rows_are_chosen_as_the_report_is(database: Path, form: str) -> None:
    def rows(*options: str) -> int:
        shown = tracker(database, *BEGINNING, "--format", form, *options)
        return len(json.loads(shown)) if form == "json" else len(list(csv.reader(io.StringIO(shown)))) - 1

    assert rows() == rows("--kind", "number") == rows("--field", "body") == rows("--host", "www.example.com") == 8
    assert rows("--kind", "name") == rows("--field", "headline") == rows("--host", "nowhere") == 0
    assert rows("--until", "2026-11-20T09:15Z") == 1


def test_a_report_by_article_folds_what_goes_back_and_forth(database: Path) -> None:
    shown = tracker(database, *BY_ARTICLE)
    titles = [line.strip() for line in shown.splitlines() if line.startswith("  Revision") or "back and forth" in line]
    assert titles == [
        "Revision 1 → 2, between 2026-11-20 09:00 and 09:10 UTC",
        "Revision 2 → 3, reverted to revision 1, between 2026-11-20 09:10 and 09:20 UTC",
        "Went back and forth between revisions 1 and 2, 5 times, last between 2026-11-20 10:00 and 10:10",
        "Revision 9 → 10, between 2026-11-20 10:10 and 10:40 UTC",
        "3 changes in 1 article; 5 turns back and forth folded into 1 line",
    ]


def test_markdown_and_html_by_article_fold_the_same(database: Path) -> None:
    for form in ("markdown", "html"):
        shown = tracker(database, *BY_ARTICLE, "--format", form)
        assert shown.count("Went back and forth between revisions 1 and 2, 5 times") == 1
        assert "3 changes in 1 article; 5 turns back and forth folded into 1 line" in shown


def test_an_html_report_says_what_was_asked_for(database: Path) -> None:
    page = tracker(
        database,
        *BY_ARTICLE,
        "--until",
        "2026-12-01T00:00Z",
        "--host",
        "www.example.com",
        "--kind",
        "number",
        "--format",
        "html",
    )
    assert "2026-12-01 00:00 UTC, --host www.example.com, --kind number</p>" in page


def test_json_and_csv_keep_a_row_a_change(database: Path) -> None:
    rows = json.loads(tracker(database, *BEGINNING, "--format", "json"))
    assert [row["is_flap"] for row in rows] == [False] * 2 + [True] * 5 + [False]
    assert list(rows[0]) == view_columns(database, "changes_detail")
    sheet = list(csv.DictReader(io.StringIO(tracker(database, *BEGINNING, "--format", "csv"))))
    assert [row["is_flap"] for row in sheet] == ["0"] * 2 + ["1"] * 5 + ["0"]


def test_every_row_has_the_columns_of_its_view(database: Path) -> None:
    (first, *_) = json.loads(tracker(database, "list", "--format", "json"))
    assert list(first) == view_columns(database, "articles_status")
    lines = tracker(database, "export", "jsonl", "--table", "revisions").splitlines()
    (revision,) = (row for row in map(json.loads, lines) if (row["article_id"], row["number"]) == (1, 9))
    assert list(revision) == view_columns(database, "revisions_text")
    assert revision["reread_of_number"] == 8


def test_a_diff_says_what_is_no_edit_of_its_own(database: Path) -> None:
    assert "Back and forth, not a new wording: revision 5 says" in tracker(database, "diff", "1", "5", "6")
    assert "Reverted: revision 3 says exactly what revision 1 said." in tracker(database, "diff", "1", "2", "3")
    only_read_anew = tracker(database, "diff", "1", "8", "9")
    assert "Revision 9 is the page of revision 8, read anew by a newer extractor: no edit, only" in only_read_anew
    assert "1 difference: 1 paragraph added" in only_read_anew
    across = " ".join(tracker(database, "diff", "1", "2", "10").split())
    assert "a part of what follows is a difference of reading, not an edit." in across
    assert "Revision 9" not in tracker(database, "diff", "1", "9", "10", "--inline").replace("Revision 9 → 10", "")


def test_a_diff_is_side_by_side_where_there_is_room_or_it_is_asked_for(database: Path) -> None:
    def is_in_columns(width: int, *options: str) -> bool:
        return "Revision 2    " in tracker(database, "diff", "1", "1", "2", *options, width=width).replace("\n", "    ")

    assert not is_in_columns(119)
    assert is_in_columns(120)
    assert is_in_columns(80, "--side-by-side")
    assert not is_in_columns(140, "--inline")


# -- status and list ---------------------------------------------------------------------------------------------------


def test_status_tells_states_and_what_changed_lately(database: Path) -> None:
    shown = tracker(database, "status", "--utc")
    assert "Articles   3: 1 live, 1 moved, 1 live page\n" in shown
    rows = [line.split() for line in shown.splitlines() if line.startswith("2026-11-20")]
    assert [(row[1], " ".join(row[4:])) for row in rows] == [
        ("10:40", "back Wall fails"),
        ("09:10", "goes on as article 1 Wall fails"),
        ("09:00", "live page https://www.example.com/live/storm"),
    ]


def test_list_says_since_when(database: Path) -> None:
    shown = tracker(database, "list", "--state", "moved", "--utc")
    assert "    goes on as article 1 since 2026-11-20 09:10" in shown
    assert "live page since 2026-11-20 09:00" in tracker(database, "list", "--state", "live_page", "--utc")
    assert "    back since 2026-11-20 10:40" in tracker(database, "list", "--state", "live", "--utc")
    assert "back since" not in tracker(database, "list", "--utc")


# -- show --------------------------------------------------------------------------------------------------------------


def test_show_says_what_a_revision_says_again(database: Path) -> None:
    assert "Revision 4, first seen 2026-11-20 09:30 UTC, says what revision 2 said" in tracker(
        database, "show", "1", "--revision", "4", "--utc"
    )
    assert "the page of revision 8 read anew" in tracker(database, "show", "1", "--revision", "9", "--format", "html")


def test_why_explains_a_revision(database: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[[sites]]\nhost = "www.example.com"\nremove = [".promo"]\n', encoding="utf-8")
    shown = tracker(database, "show", "1", "--why", "--utc", "--config", config)
    assert f"text/html, {len(PAGE)} bytes" in shown
    assert "By reader 2." in shown
    assert "Rule of config.toml for www.example.com: remove = .promo\n" in shown
    assert f"stands in many articles of this site: 1 line\n  • {LETTER}" in shown
    assert "Last look 2026-11-20 10:40 UTC: changed, HTTP 200" in shown
    form = json.loads(
        tracker(database, "show", "1", "--why", "--format", "json", "--revision", "9", "--config", config)
    )
    assert (form["revision_number"], form["reread_of_number"], form["capture"]["body_bytes"]) == (9, 8, len(PAGE))
    assert form["site_rules"] == {"remove": [".promo"]}
    assert [line["text"] for line in form["left_out"]] == [LETTER]


def test_raw_is_the_page_byte_for_byte(database: Path) -> None:
    command = [sys.executable, "-m", "tracker", "--database", str(database), "show", "1", "--raw"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (PAGE, b"")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--why", "--raw"), "Ask for --why or for --raw"),
        (("--why", "--format", "html"), "--why is told as text or JSON, not as html."),
        (("--raw", "--format", "json"), "--raw is the page as it was sent"),
    ],
)
def test_ways_that_exclude_each_other_are_refused(database: Path, options: tuple[str, ...], sentence: str) -> None:
    result = run(database, "show", "1", *options)
    assert result.exit_code != 0
    assert sentence in str(result.exception)
    assert result.stdout == ""


def test_showing_a_joined_article_says_where_it_goes_on(database: Path) -> None:
    result = run(database, "show", "2", "--format", "json")
    assert json.loads(result.stdout)["url"] == OLD_STORY
    assert result.stderr == f"This article goes on as article 1, {STORY}\n"


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@pytest.mark.parametrize(
    "command",
    [
        ("log", "1"),
        ("status",),
        ("list",),
        BEGINNING,
        BY_ARTICLE,
        ("diff", "1", "5"),
        ("diff", "1", "5", "--side-by-side"),
        ("show", "1", "--why"),
    ],
    ids=" ".join,
)
def test_nothing_is_wider_than_the_screen(database: Path, command: tuple[str, ...], width: int) -> None:
    assert max(map(len, tracker(database, *command, width=width).splitlines())) <= width
