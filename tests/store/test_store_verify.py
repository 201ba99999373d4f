from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from chain_kit import tampering
from store_kit import NOW, TORN, TORN_NAME, History, small_database

from tracker.errors import StoreError
from tracker.model import Outcome
from tracker.store import Fault, Store


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "tracker.db"
    small_database(path)
    with Store.open(path) as store:
        torn = History(store, "https://paper.example.org/torn")
        torn.look(Outcome.FIRST_SEEN, new_revision=TORN, inconsistencies=(TORN_NAME,))
    assert not path.with_name("tracker.db-wal").exists()  # everything is in the one file
    return path.read_bytes()


def faults_of(path: Path) -> list[Fault]:
    with Store.open(path) as store:
        return list(store.verify())


def found_or_refused(path: Path) -> list[str]:
    """Sentences either way: faults, or why the file cannot even be opened."""
    try:
        return [str(fault) for fault in faults_of(path)]
    except StoreError as error:
        return [str(error)]


def stored(content: bytes, folder: Path, sql: str) -> bytes:
    path = folder / "asked.db"
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as connection:
        (value,) = connection.execute(sql).fetchone()
    assert isinstance(value, bytes)
    return value


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("SELECT CAST(text AS BLOB) FROM paragraphs WHERE text LIKE '%Lakatia%'", "paragraphs"),
        ("SELECT body FROM _frames", "captures"),
        ("SELECT CAST(body_sha256 AS BLOB) FROM captures WHERE body_bytes = 16", "captures"),
        ("SELECT CAST(headline AS BLOB) FROM revisions WHERE headline LIKE 'Another%'", "revisions"),
        ("SELECT CAST(content_sha256 AS BLOB) FROM revisions", "revisions"),
        ("SELECT CAST(delta AS BLOB) FROM diffs", "diffs"),
        ("SELECT CAST(hunks_json AS BLOB) FROM diffs", "diffs"),
        ("SELECT CAST(before AS BLOB) FROM changes", "changes"),
        ("SELECT CAST(after AS BLOB) FROM changes ORDER BY change_id DESC", "changes"),
        ("SELECT CAST(sentence_before AS BLOB) FROM changes", "changes"),
        ("SELECT CAST(reasons_json AS BLOB) FROM changes", "changes"),
        ("SELECT CAST(doubtful AS BLOB) FROM inconsistencies", "inconsistencies"),
        ("SELECT CAST(likely AS BLOB) FROM inconsistencies", "inconsistencies"),
        ("SELECT CAST(sentence AS BLOB) FROM inconsistencies", "inconsistencies"),
        ("SELECT CAST(reasons_json AS BLOB) FROM inconsistencies", "inconsistencies"),
        ("SELECT CAST(url AS BLOB) FROM articles WHERE article_id = 2", "articles"),
    ],
)
def test_a_flipped_byte_is_found_and_its_table_named(whole: bytes, tmp_path: Path, sql: str, table: str) -> None:
    value = stored(whole, tmp_path, sql)
    assert whole.count(value) > 0
    named = set()
    at = whole.find(value)
    while at != -1:
        damaged = bytearray(whole)
        damaged[at] ^= 0x02
        path = tmp_path / f"{at}.db"
        path.write_bytes(damaged)
        faults = faults_of(path)
        named |= {fault.table for fault in faults}
        assert faults or is_elsewhere(path, value, table), f"byte {at} flipped, nothing found"
        at = whole.find(value, at + 1)
    assert table in named


def is_elsewhere(path: Path, value: bytes, table: str) -> bool:
    """Is the value whole in its own table? Then it was a copy of it in a place that `verify` does not promise."""
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        found = " OR ".join(f"CAST({column} AS BLOB) = ?" for column in columns)
        query = f"SELECT count(*) FROM {table} WHERE {found}"
        return int(connection.execute(query, [value] * len(columns)).fetchone()[0]) > 0


@pytest.mark.parametrize("page", [2, 5, 9, 14, 20])
def test_a_page_of_rubbish_is_a_fault_and_no_traceback(whole: bytes, tmp_path: Path, page: int) -> None:
    damaged = bytearray(whole)
    damaged[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path = tmp_path / "tracker.db"
    path.write_bytes(damaged)
    assert found_or_refused(path)


def test_a_truncated_file_is_a_fault_or_refused(whole: bytes, tmp_path: Path) -> None:
    for share in (0.3, 0.6, 0.9):
        path = tmp_path / f"{share}.db"
        path.write_bytes(whole[: int(len(whole) * share)])
        assert found_or_refused(path)


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("UPDATE _article_states SET revision_count = revision_count + 1 WHERE article_id = 1", "_article_states"),
        ("UPDATE _article_states SET change_count = 0 WHERE article_id = 1", "_article_states"),
        ("UPDATE _totals SET check_count = 0", "_totals"),
        ("DELETE FROM _totals", "_totals"),
        ("UPDATE _frames SET frame_id = frame_id + 100 WHERE frame_id = 1", "_frames"),
        ("UPDATE changes SET old_start = 1, old_end = 3", "changes"),
        ("UPDATE changes SET in_quotation = 7", "database"),
        ("DELETE FROM changes WHERE change_id = 1", "diffs"),
        ("DELETE FROM captures WHERE capture_id = 1", "revisions"),
        ("DELETE FROM revision_paragraphs WHERE revision_id = 1", "revisions"),
        ("DELETE FROM articles WHERE article_id = 2", "revisions"),
        ("UPDATE diffs SET moves_json = '[[1,2]]'", "diffs"),
        ("UPDATE diffs SET delta = 'nonsense'", "diffs"),
        ("UPDATE diffs SET from_revision_id = to_revision_id", "diffs"),
        ("UPDATE inconsistencies SET doubtful_start = doubtful_start - 1", "inconsistencies"),
        ("UPDATE inconsistencies SET doubtful_end = doubtful_end + 1", "inconsistencies"),
        ("UPDATE inconsistencies SET doubtful_count = 2", "inconsistencies"),
        ("UPDATE inconsistencies SET likely_count = 2", "inconsistencies"),
        ("UPDATE inconsistencies SET likely_count = 0", "database"),
        ("UPDATE inconsistencies SET reasons_json = '7'", "inconsistencies"),
        ("UPDATE inconsistencies SET revision_id = 1", "inconsistencies"),
        ("UPDATE inconsistencies SET revision_id = 99", "inconsistencies"),
    ],
)
def test_tampering_by_sql_is_found(whole: bytes, tmp_path: Path, sql: str, table: str) -> None:
    path = tmp_path / "tracker.db"
    path.write_bytes(whole)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(sql)
    faults = faults_of(path)
    assert table in {fault.table for fault in faults}
    assert all(str(fault) for fault in faults)


def test_revisions_that_changed_places_are_found_though_what_lies_between_them_was_drawn_anew(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    with Store.open(path, create=True) as store:
        history = History(store)
        for text in ("Twelve people died.", "Fifteen people died.", "Sixteen people died."):
            history.show(text)
    with tampering(path) as connection:
        connection.execute("UPDATE revisions SET number = number + 100")
        connection.executemany("UPDATE revisions SET number = ? WHERE revision_id = ?", [(1, 1), (3, 2), (2, 3)])
        connection.execute("UPDATE diffs SET from_revision_id = 1, to_revision_id = 3 WHERE diff_id = 1")
        connection.execute("UPDATE diffs SET from_revision_id = 3, to_revision_id = 2 WHERE diff_id = 2")
    assert "revisions 2: it stands behind a revision that was first seen later" in found_or_refused(path)


def test_verify_looks_at_one_state_while_others_write(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    path.write_bytes(whole)
    with Store.open(path) as writer, Store.open(path, read_only=True) as reader:
        found = reader.verify(lambda done, total: writer.add_article(f"https://new.example/{done}", NOW) and None)
        assert list(found) == []
        assert list(writer.verify()) == []
