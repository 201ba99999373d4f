from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_kit import small_database

from tracker.model import Field, Kind, Operation, Outcome, State
from tracker.store.document import document, tables
from tracker.store.standing import SHOWING
from tracker.store.steps import APPLICATION_ID, STEPS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "small.db"
    small_database(path)
    return path


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_every_table_and_column_has_a_comment() -> None:
    silent = [f"{table.name}.{column.name}" for table in tables() for column in table.columns if not column.comment]
    assert silent == []
    assert [table.name for table in tables() if not table.comment] == []


def test_every_column_that_may_be_null_says_what_null_means(database: Path) -> None:
    comments = {(table.name, column.name): column.comment for table in tables() for column in table.columns}
    nullable = rows(
        database,
        "SELECT tables.name, columns.name FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns "
        "WHERE tables.type = 'table' AND tables.schema = 'main' AND tables.name NOT LIKE 'sqlite@_%' ESCAPE '@' "
        'AND columns."notnull" = 0 AND columns.pk = 0',
    )
    assert len(nullable) > 15
    unsaid = [key for key in nullable if "NULL: " not in comments[key]]  # type: ignore[index]  # two strings
    assert unsaid == []


def test_tables_are_strict_and_the_file_is_marked(database: Path) -> None:
    lax = rows(database, "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND schema = 'main'")
    assert [name for (name,) in lax if not str(name).startswith("sqlite_")] == []
    assert rows(database, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert rows(database, "PRAGMA user_version") == rows(database, "SELECT count(*) FROM _sqlite_migrations")
    assert rows(database, "PRAGMA journal_mode") == [("wal",)]


def test_names_carry_their_units() -> None:
    for table in tables():
        for column in table.columns:
            if "sha256" in column.name or "_at" in column.name[-3:]:
                assert column.name.endswith(("_sha256", "_at")), f"{table.name}.{column.name}"


def test_closed_lists_are_those_of_the_model(database: Path) -> None:
    assert {row[0] for row in rows(database, "SELECT outcome FROM outcomes")} == set(Outcome)
    assert {row[0] for row in rows(database, "SELECT outcome FROM outcomes WHERE shows_article")} == SHOWING
    assert {row[0] for row in rows(database, "SELECT kind FROM change_kinds")} == set(Kind)


@pytest.mark.parametrize("enumeration", [Field, Operation, State])
def test_words_of_the_model_stand_in_the_comments(enumeration: type[Field | Operation | State]) -> None:
    said = " ".join(column.comment for table in tables() for column in table.columns)
    assert [word.value for word in enumeration if not re.search(rf"\b{word.value}\b", said)] == []


def test_facts_cannot_be_altered(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for table, column in (
            ("articles", "url"),
            ("checks", "reason"),
            ("captures", "url"),
            ("revisions", "headline"),
            ("paragraphs", "text"),
            ("revision_paragraphs", "position"),
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never altered"):
                connection.execute(f"UPDATE {table} SET {column} = {column}")


def test_the_documentation_is_current() -> None:
    written = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
    assert written == document().rstrip("\n") + "\n", "run: python -m tracker.store.document > docs/schema.md"


def test_the_questions_in_the_readme_are_answered(database: Path) -> None:
    text = (ROOT / "db" / "README.md").read_text(encoding="utf-8")
    questions = re.findall(r"```sql\n(.+?)```", text, re.DOTALL)
    assert len(questions) == 6
    answers = [rows(database, question.replace("'notice_removed'", "'wording'")) for question in questions]
    newest, numbers, notices, versions, shared, left_out = answers
    assert newest[0][0] == "2026-11-23T04:02:03Z"
    assert numbers == []
    assert len(notices) == 2
    assert [version[0] for version in versions] == [1, 2, 3]
    assert versions[0][3] == "The town of Lakatia was hit.\n\nTwelve people died."
    assert shared == [("Twelve people died.", 2)]
    assert left_out == [("Share this", "all link", "2026-11-23T01:02:03Z", "2026-11-23T01:02:03Z")]


def test_days_add_up_and_have_a_median(database: Path) -> None:
    sql = "SELECT * FROM checks_daily WHERE host = 'www.example.com'"
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        (day,) = connection.execute(sql).fetchall()
    assert day["day"] == "2026-11-23"
    assert (day["checks"], day["changed"], day["first_seen"], day["paywalled"]) == (4, 2, 1, 1)
    outcomes = ("changed", "unchanged", "failed", "blocked", "first_seen", "gone", "moved", "paywalled")
    assert sum(day[name] for name in (*outcomes, "unreadable", "suspect")) == day["checks"]
    assert day["median_ms"] == 40.0


def test_the_steps_that_are_known_are_those_that_are_taken(database: Path) -> None:
    assert tuple(name for (name,) in rows(database, "SELECT name FROM _sqlite_migrations ORDER BY name")) == STEPS
