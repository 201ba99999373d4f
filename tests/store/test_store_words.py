"""Paragraphs once each, the articles that hold them, and the index of their words: kept in step, checked, made anew."""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from store_kit import History, small_database

from tracker.cli import cli
from tracker.store import Store
from tracker.store.paragraphs import text_key

FILES = Path(__file__).parent / "files"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "small.db"
    small_database(made)
    return made


@pytest.fixture
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def texts_with(raw: sqlite3.Connection, words: str) -> set[str]:
    rows = raw.execute(
        "SELECT text FROM _paragraph_words JOIN paragraphs ON paragraph_id = _paragraph_words.rowid "
        "WHERE _paragraph_words MATCH ?",
        (words,),
    )
    return {text for (text,) in rows}


def faults(path: Path) -> list[str]:
    with Store.open(path) as store:
        return [str(fault) for fault in store.verify()]


def test_a_text_is_stored_once_with_its_key(raw: sqlite3.Connection) -> None:
    rows = raw.execute("SELECT text, text_key FROM paragraphs").fetchall()
    assert len({text for text, _ in rows}) == len(rows) == 4
    for text, key in rows:
        digest = hashlib.sha256(text.encode()).digest()
        assert key == text_key(text) == int.from_bytes(digest[:4], "big", signed=True)


def test_texts_that_share_a_key_are_told_apart(tmp_path: Path) -> None:
    one, other = two_texts_of_one_key()
    with Store.open(tmp_path / "tracker.db", create=True) as store:
        history = History(store)
        history.show(one, "Between.", other)
        history.show(other)
        assert store.revision(1, 1).extract.paragraphs == (one, "Between.", other)
        assert store.revision(1, 2).extract.paragraphs == (other,)
        assert store._connection.value("SELECT count(*) FROM paragraphs") == 3
        assert list(store.verify()) == []


def two_texts_of_one_key() -> tuple[str, str]:
    """A birthday among a few hundred thousand texts."""
    seen: dict[bytes, str] = {}
    for number in range(2_000_000):
        text = f"Report {number}."
        key = hashlib.sha256(text.encode()).digest()[:4]
        if key in seen:
            return seen[key], text
        seen[key] = text
    raise AssertionError("four bytes of a hash are not enough for two million texts")


def test_who_else_printed_a_paragraph_is_a_join(raw: sqlite3.Connection) -> None:
    rows = raw.execute(
        "SELECT url FROM paragraphs JOIN paragraph_articles USING (paragraph_id) JOIN articles USING (article_id) "
        "WHERE text = 'Twelve people died.' ORDER BY url"
    )
    assert [url for (url,) in rows] == ["https://other.example.org/copy", "https://www.example.com/story"]
    plan = raw.execute(
        "EXPLAIN QUERY PLAN SELECT revisions.number FROM paragraph_articles "
        "JOIN revisions ON revisions.article_id = paragraph_articles.article_id "
        "JOIN revision_paragraphs ON revision_paragraphs.revision_id = revisions.revision_id "
        "AND revision_paragraphs.paragraph_id = paragraph_articles.paragraph_id "
        "WHERE paragraph_articles.paragraph_id = 3"
    )
    assert not [detail for *_, detail in plan if "SCAN" in detail or "AUTOMATIC" in detail]


def test_words_are_asked_for_with_match(raw: sqlite3.Connection) -> None:
    assert texts_with(raw, "twelve") == {"Twelve people died."}
    assert texts_with(raw, "people NOT Twelve") == {"Fifteen people died."}
    assert texts_with(raw, "LATAKIA OR lak*") == {"The town of Latakia was hit.", "The town of Lakatia was hit."}


def test_a_headline_is_indexed_where_it_differs_from_the_one_before(raw: sqlite3.Connection) -> None:
    rows = raw.execute(
        "SELECT article_id, number, headline FROM _headline_words "
        "JOIN revisions ON revision_id = _headline_words.rowid WHERE _headline_words MATCH 'headline' ORDER BY 1, 2"
    )
    assert rows.fetchall() == [(1, 1, "A headline"), (1, 3, "Another headline"), (2, 1, "A headline")]


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (
            "DROP TRIGGER paragraphs_are_facts; UPDATE paragraphs SET text = 'Gone.' WHERE paragraph_id = 2",
            "paragraphs 2",
        ),
        ("INSERT INTO _paragraph_words (_paragraph_words) VALUES ('delete-all')", "_paragraph_words 1"),
        ("INSERT INTO _paragraph_words (rowid, words) VALUES (2, 'never')", "_paragraph_words"),
        ("INSERT INTO _headline_words (_headline_words) VALUES ('delete-all')", "_headline_words 1"),
        ("INSERT INTO _headline_words (rowid, words) VALUES (1, 'never')", "_headline_words"),
        ("DELETE FROM paragraph_articles WHERE paragraph_id = 3 AND article_id = 1", "paragraph_articles 3"),
        ("INSERT INTO paragraph_articles VALUES (1, 2)", "paragraph_articles 1"),
    ],
)
def test_what_is_out_of_step_is_named(path: Path, raw: sqlite3.Connection, damage: str, named: str) -> None:
    assert faults(path) == []
    raw.executescript(damage)
    assert any(fault.startswith(f"{named}: ") for fault in faults(path))


def test_one_paragraph_that_is_missing_from_the_index_is_named(path: Path, raw: sqlite3.Connection) -> None:
    raw.execute("DROP TRIGGER paragraphs_are_facts")
    raw.execute("INSERT INTO paragraphs (paragraph_id, text_key, text) VALUES (99, ?, 'New.')", (text_key("New."),))
    told = [fault for fault in faults(path) if fault.startswith("_paragraph_words")]
    assert [fault.partition("; ")[0] for fault in told] == [
        "_paragraph_words 99: the paragraph is not in the word index",
        "_paragraph_words: it does not hold the words of the texts",
    ]
    assert told[0].endswith("`tracker search --rebuild` makes it anew")


def test_an_index_that_is_only_begun_is_one_fault(path: Path) -> None:
    with Store.open(path) as store:
        History(store, "https://www.example.com/long").show(*(f"Paragraph {number}." for number in range(30)))
        store._connection.raw.execute("INSERT INTO _paragraph_words (_paragraph_words) VALUES ('delete-all')")
    assert [fault for fault in faults(path) if "not in the word index" in fault] == [
        "_paragraph_words: 34 paragraphs are not in the word index; `tracker search --rebuild` makes it anew"
    ]
    result = CliRunner().invoke(cli, ["--database", str(path), "verify"])
    assert (result.exit_code, "`tracker search --rebuild`." in result.stderr) == (1, True)
    assert "restore a backup" not in result.stderr


def test_the_index_is_made_anew(path: Path, raw: sqlite3.Connection) -> None:
    raw.execute("INSERT INTO _paragraph_words (_paragraph_words) VALUES ('delete-all')")
    raw.execute("INSERT INTO _headline_words (rowid, words) VALUES (1, 'never')")
    with Store.open(path) as store:
        assert list(store.search("twelve")) == []
        assert store.rebuild_words() == 7  # four paragraphs, three headlines
        assert list(store.verify()) == []
        assert len(list(store.search("twelve"))) == 2


def test_other_programs_can_count_and_dump_every_table(path: Path, raw: sqlite3.Connection) -> None:
    names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    counts = {name: raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    assert (counts["_paragraph_words"], counts["_headline_words"]) == (4, 3)
    assert any("Twelve people died." in line for line in raw.iterdump())


def test_verify_only_reads(path: Path) -> None:
    before = path.read_bytes()
    with Store.open(path, read_only=True) as store:
        assert list(store.verify()) == []
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["schema_2.db.gz", "schema_8.db.gz"])
def test_an_old_file_can_be_searched(tmp_path: Path, name: str) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((FILES / name).read_bytes()))
    with closing(sqlite3.connect(path)) as connection:
        told = dict(connection.execute("SELECT paragraph_id, text_sha256 FROM paragraphs"))
    with Store.open(path) as store:
        assert [str(fault) for fault in store.verify()] == []
        for paragraph_id, key in store._connection.rows("SELECT paragraph_id, text_key FROM paragraphs"):
            assert key == int.from_bytes(bytes.fromhex(told.pop(paragraph_id))[:4], "big", signed=True)
        assert told == {}
        assert list(store.search("swing bridge"))


def test_an_old_file_with_a_damaged_text_is_upgraded_and_the_damage_still_told(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((FILES / "schema_8.db.gz").read_bytes()))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER paragraphs_are_facts")
        connection.execute("UPDATE paragraphs SET text = CAST(x'ff80' AS TEXT) WHERE paragraph_id = 1")
    assert "paragraphs 1: its text does not have the recorded key" in faults(path)
