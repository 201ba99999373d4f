"""What others build on in the file: its tables, its views and their columns, its words, opened with plain sqlite3."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from whole_kit import Home

KEYS = {
    "articles": "article_id",
    "article_urls": "article_url_id",
    "sources": "source_id",
    "checks": "check_id",
    "captures": "capture_id",
    "revisions": "revision_id",
    "paragraphs": "paragraph_id",
    "diffs": "diff_id",
    "changes": "change_id",
    "inconsistencies": "inconsistency_id",
    "outcomes": "outcome",
    "change_kinds": "kind",
}
TABLES = {*KEYS, "revision_paragraphs", "paragraph_articles", "article_joins", "left_out_lines", "columns_help"}
VIEWS = {
    "articles_status": "article_id url host headline state revision_count change_count first_seen_at last_checked_at "
    "last_changed_at next_check_at",
    "revisions_text": "revision_id article_id url number first_seen_at headline subheadline byline published_at "
    "body_text word_count",
    "changes_detail": "change_id article_id url host headline from_number to_number changed_after changed_before field "
    "kind operation before after sentence_before sentence_after in_quotation in_attribution confidence",
    "checks_daily": "host day checks changed unchanged failed blocked bytes median_ms",
    "silent_edits": "change_id article_id url host headline from_number to_number changed_after changed_before field "
    "kind before after sentence_before sentence_after in_quotation",
    "headline_history": "article_id url host number headline headline_before first_seen_at replaced_at",
    "corrections": "change_id article_id url host headline number changed_after changed_before notice",
    "leftovers": "change_id article_id url host headline number changed_before kind before after place text",
    "shared_paragraphs": "paragraph_id text article_id url host headline number first_seen_at",
    "shared_corrections": "change_id article_id url host headline changed_before kind before after",
    "absences": "article_id url host headline began_at ended_at length_s outcome",
    "activity": "host weekday hour checks changed first_seen",
}
# Views that this home's two articles give nothing to.
EMPTY_VIEWS = {"corrections", "leftovers", "shared_corrections", "absences"}
OUTCOMES = {
    *("first_seen", "changed", "reverted", "unchanged", "not_modified", "gone", "moved", "blocked", "paywalled"),
    *("unreadable", "suspect", "failed"),
}
KINDS = {
    *("spelling", "variant", "punctuation", "capitalisation", "spacing", "number", "date", "name", "negation"),
    *("attribution", "wording", "sentence_added", "sentence_removed", "sentence_rewritten", "sentence_split"),
    *("sentence_merged", "paragraph_added", "paragraph_removed", "moved"),
    *("notice_added", "notice_removed", "notice_changed"),
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
# One column of a CREATE TABLE or of a view's SELECT: its line ends in a comment that says something.
COMMENTED = re.compile(r"-- \S.{5,}$")


@pytest.fixture
def connection(revised: Home) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{revised.database}?mode=ro", uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def column_names(connection: sqlite3.Connection, name: str) -> list[str]:
    return [each["name"] for each in connection.execute("SELECT name FROM pragma_table_info(?)", (name,))]


def names(connection: sqlite3.Connection, form: str) -> set[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'", (form,)
    )
    return {row["name"] for row in rows}


def test_tables_are_strict_and_plumbing_begins_with_an_underscore(connection: sqlite3.Connection) -> None:
    assert {name for name in names(connection, "table") if not name.startswith("_")} == TABLES
    assert names(connection, "view") == set(VIEWS)
    rows = connection.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
    assert all(row["strict"] for row in rows if not row["name"].startswith("sqlite_"))


def test_the_file_says_whose_it_is_and_of_which_version(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA application_id").fetchone()[0] != 0
    assert connection.execute("PRAGMA user_version").fetchone()[0] > 0
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_begins_with_its_columns(connection: sqlite3.Connection, view: str) -> None:
    promised = VIEWS[view].split()
    assert column_names(connection, view)[: len(promised)] == promised


def test_every_table_has_its_key_by_its_own_name(connection: sqlite3.Connection) -> None:
    for table, key in KEYS.items():
        sql = "SELECT name FROM pragma_table_info(?) WHERE pk = 1"
        assert [row["name"] for row in connection.execute(sql, (table,))] == [key]


def test_the_ddl_comments_on_every_column(connection: sqlite3.Connection) -> None:
    ddl = {row["name"]: row["sql"] for row in connection.execute("SELECT name, sql FROM sqlite_master")}
    for name in TABLES | set(VIEWS):
        for column in column_names(connection, name):
            declared = re.compile(rf"(?:^\s+{column} |\bAS {column}\b).*", re.MULTILINE)
            assert any(COMMENTED.search(line) for line in declared.findall(ddl[name])), f"{name}.{column}"


def test_the_closed_lists_are_tables_with_meanings(connection: sqlite3.Connection) -> None:
    outcomes = {row["outcome"]: row["meaning"] for row in connection.execute("SELECT * FROM outcomes")}
    kinds = {row["kind"]: row["meaning"] for row in connection.execute("SELECT * FROM change_kinds")}
    assert set(outcomes) == OUTCOMES
    assert set(kinds) == KINDS
    assert all(re.fullmatch(r"[A-Z].{9,}\.", meaning) for meaning in [*outcomes.values(), *kinds.values()])


def test_words_outside_the_closed_lists_are_refused(revised: Home) -> None:
    with closing(sqlite3.connect(revised.database)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        for statement in ("UPDATE changes SET kind = 'typo'", "UPDATE changes SET field = 'title'"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


def test_every_time_is_utc_in_one_form(connection: sqlite3.Connection) -> None:
    seen = 0
    for name in TABLES | set(VIEWS):
        columns = [
            each for each in column_names(connection, name) if each.endswith("_at") or each.startswith("changed_")
        ]
        for column in columns:
            for (value,) in connection.execute(f"SELECT {column} FROM {name} WHERE {column} IS NOT NULL"):
                assert TIME.fullmatch(value), f"{name}.{column}"
                seen += 1
    assert seen > 20


def test_names_say_their_unit_and_truth_is_0_or_1(connection: sqlite3.Connection) -> None:
    for table in TABLES:
        for row in connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)):
            ending = row["name"].rpartition("_")[2]
            expected = {"at": "TEXT", "ms": "INTEGER", "bytes": "INTEGER", "count": "INTEGER", "sha256": "TEXT"}
            assert row["type"] == expected.get(ending, row["type"]), f"{table}.{row['name']}"
    for column in ("in_quotation", "in_attribution"):
        assert {row[0] for row in connection.execute(f"SELECT {column} FROM changes_detail")} <= {0, 1}


def test_plain_sql_reads_text_and_changes(connection: sqlite3.Connection) -> None:
    (change,) = connection.execute("SELECT * FROM changes_detail WHERE kind = 'number'").fetchall()
    assert (change["before"], change["after"], change["field"], change["operation"]) == ("12", "15", "body", "replace")
    assert (change["from_number"], change["to_number"]) == (1, 2)
    assert change["changed_after"] <= change["changed_before"]
    assert "found 12 gaps" in change["sentence_before"]
    assert "found 15 gaps" in change["sentence_after"]
    first, second = connection.execute("SELECT * FROM revisions_text WHERE article_id = 1 ORDER BY number").fetchall()
    assert first["body_text"].replace("12 gaps", "15 gaps") == second["body_text"]
    shared = connection.execute(
        "SELECT count(*) FROM revision_paragraphs JOIN paragraphs USING (paragraph_id) WHERE text LIKE 'Anglers%'"
    )
    assert shared.fetchone()[0] == 3
    (stored,) = connection.execute("SELECT count(*) FROM paragraphs WHERE text LIKE 'Anglers%'").fetchone()
    assert stored == 1


def test_a_copy_opened_elsewhere_needs_no_plug_in(revised: Home, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert revised("backup", copy).status == 0
    with closing(sqlite3.connect(copy)) as connection:
        for view in VIEWS:
            (count,) = connection.execute(f"SELECT count(*) FROM {view}").fetchone()
            assert count > 0 or view in EMPTY_VIEWS, view
