"""Nothing that was recorded can be altered or taken out without `verify` finding it; anybody can check a chain."""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from chain_kit import asked, chain_is_whole, columns_of, eventful_database, tamper, tampering
from store_kit import NOW, STORY, History

from tracker.chain import ChainEntry, EntryKind
from tracker.errors import NotFound
from tracker.model import Outcome
from tracker.store import Fault, Store

FACTS = ("checks", "captures", "revisions")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("chain") / "tracker.db"
    eventful_database(path)
    return path.read_bytes()


@pytest.fixture
def path(whole: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "tracker.db"
    path.write_bytes(whole)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def faults_of(path: Path) -> list[Fault]:
    with Store.open(path) as store:
        return list(store.verify())


def previous_of(text: str | None) -> str:
    found = re.match(r"tracker chain 1: [a-z ]+\nprevious: ([0-9a-f]{64})\n", text or "")
    assert found is not None, text
    return found[1]


def other_value(value: object, kind: str) -> object:
    """Near the old one, so that nothing but the chain can tell: a digit of a time, a letter of a word."""
    if value is None:
        return 1 if kind == "INTEGER" else "x"
    if isinstance(value, int):
        return value + 1_000
    text = str(value)
    place = len(text) - 2  # of a time the last digit, of a hash any
    letter = "7" if text[place : place + 1] != "7" else "3"
    return f"{text[:place]}{letter}{text[place + 1 :]}" if len(text) > 1 else f"{text}x"


# -- what the chain is -------------------------------------------------------------------------------------------------


def test_every_entry_names_the_one_before_it_by_its_hash(store: Store) -> None:
    article = store.resolve(STORY)
    entries = list(store.chain_of(article.article_id))
    assert [entry.number for entry in entries] == list(range(9))
    assert [entry.kind for entry in entries] == [EntryKind.ARTICLE, *[EntryKind.LOOK] * 8]
    for before, after in pairwise(entries):
        assert previous_of(after.text) == before.sha256 == hashlib.sha256((before.text or "").encode()).hexdigest()
    assert f'url: "{STORY}"\n' in (entries[0].text or "")
    assert [entry.check_id for entry in entries[1:]] == [check.check_id for check in store.checks(article.article_id)]


def test_an_entry_holds_its_page_and_its_revisions(store: Store) -> None:
    article_id = store.resolve(STORY).article_id
    entries = list(store.chain_of(article_id))
    assert [entry.revision_ids for entry in entries] == [(), (1,), (), (), (2, 3), (), (), (), (4,)]
    captures = {capture.capture_id: capture for capture in store.captures_of(article_id)}
    assert [entry.capture_id for entry in entries if entry.capture_id] == list(captures)
    for entry in entries:
        if entry.capture_id is not None:
            body = captures[entry.capture_id].body
            assert f'capture.body_sha256: "{hashlib.sha256(body).hexdigest()}"\n' in (entry.text or "")
    for number in range(1, 5):
        digest = store.revision(article_id, number).content_sha256
        assert sum(f'revision.content_sha256: "{digest}"\n' in (entry.text or "") for entry in entries) == 1


def test_the_program_sha256sum_is_enough_to_check_it(store: Store, tmp_path: Path) -> None:
    entries = list(store.chain_of(store.resolve(STORY).article_id))
    files = [tmp_path / f"{entry.number:04}.txt" for entry in entries]
    for file, entry in zip(files, entries, strict=True):
        file.write_bytes((entry.text or "").encode())
    printed = subprocess.run(["sha256sum", *map(str, files)], capture_output=True, check=True, text=True).stdout
    summed = [line.split()[0] for line in printed.splitlines()]
    named = [previous_of(file.read_text(encoding="utf-8")) for file in files[1:]]
    assert summed[:-1] == named
    assert summed[-1] == entries[-1].sha256


def test_the_head_of_all_chains_is_made_of_their_ends(path: Path, store: Store) -> None:
    ends = {article.article_id: list(store.chain_of(article.article_id))[-1].sha256 for article in store.articles()}
    lines = "".join(f"{article_id} {end}\n" for article_id, end in sorted(ends.items()))
    head = store.chain_head()
    assert head == hashlib.sha256(lines.encode()).hexdigest()
    History(store, at=NOW.replace(day=24)).look(Outcome.NOT_MODIFIED)
    assert store.chain_head() != head


def test_an_article_that_was_never_looked_at_has_a_chain_of_itself(store: Store) -> None:
    article_id, _ = store.add_article("https://www.example.com/new", NOW)
    (entry,) = store.chain_of(article_id)
    assert isinstance(entry, ChainEntry)
    assert entry.sha256 == hashlib.sha256((entry.text or "").encode()).hexdigest()
    assert list(store.verify()) == []
    with pytest.raises(NotFound):
        list(store.chain_of(99))


def test_looks_of_one_batch_are_chained_as_if_they_came_one_by_one(tmp_path: Path) -> None:
    heads = []
    for together in (True, False):
        with Store.open(tmp_path / f"{together}.db", create=True) as store:
            story = History(store)
            story.show("One.")
            verdicts = [story.verdict(Outcome.UNCHANGED), story.verdict(Outcome.FAILED, status=None)]
            for batch in [verdicts] if together else [[verdict] for verdict in verdicts]:
                store.record(batch)
            heads.append(store.chain_head())
            assert list(store.verify()) == []
    assert heads[0] == heads[1]


# -- what it finds -----------------------------------------------------------------------------------------------------


def cells(connection: sqlite3.Connection) -> Iterator[tuple[str, int, str, object, object]]:
    """Of every column of the facts the cell of some row, with another value: table, row, column, before, after."""
    for table in FACTS:
        columns = columns_of(connection, table)
        key = columns[0][0]
        for name, kind, is_nullable in columns:
            rows = connection.execute(f"SELECT {key}, {name} FROM {table} ORDER BY {key}").fetchall()
            row_id, value = random.Random(f"{table}.{name}").choice(rows)
            yield table, row_id, name, value, other_value(value, kind)
            if is_nullable and value is not None:
                yield table, row_id, name, value, None


def test_any_one_altered_cell_is_found_and_its_row_named(path: Path) -> None:
    """Every column there is, so that a new one cannot be forgotten."""
    missed = []
    tried = set()
    with closing(sqlite3.connect(path)) as connection:
        keys = {table: columns_of(connection, table)[0][0] for table in FACTS}
        others = list(cells(connection))
    for table, row_id, column, before, after in others:
        key = keys[table]
        now_id = after if column == key else row_id
        tamper(path, f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (after, row_id))
        named = {(fault.table, fault.row_id) for fault in faults_of(path)}
        if not named & {(table, row_id), (table, now_id)}:
            missed.append((table, row_id, column, before, after, named))
        tried.add((table, column))
        tamper(path, f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (before, now_id))
    assert missed == []
    assert len(tried) >= 18 + 9 + 17
    assert faults_of(path) == []


@pytest.mark.parametrize(
    "column",
    [
        *("checked_at", "duration_ms", "reason", "http_status", "final_url", "redirects_json", "failure"),
        *("received_bytes", "extractor", "origin", "link_sha256"),
    ],
)
def test_an_altered_look_is_named_and_nothing_else(path: Path, column: str) -> None:
    for check_id in (1, 3, 6, 8, 9):
        ((before,),) = asked(path, f"SELECT {column} FROM checks WHERE check_id = {check_id}")
        sql = f"UPDATE checks SET {column} = ? WHERE check_id = ?"
        tamper(path, sql, (other_value(before, "INTEGER"), check_id))
        named = [(fault.table, fault.row_id) for fault in faults_of(path) if fault.table != "_article_states"]
        assert named == [("checks", check_id)]
        tamper(path, sql, (before, check_id))


def test_a_header_that_was_altered_is_found_with_its_capture(path: Path) -> None:
    with tampering(path) as connection:
        connection.execute("UPDATE captures SET headers_sha256 = body_sha256 WHERE capture_id = 2")
    faults = faults_of(path)
    assert ("captures", 2) in {(fault.table, fault.row_id) for fault in faults}
    assert {fault.table for fault in faults} == {"captures"}


def test_an_article_that_was_given_another_address_is_found(path: Path) -> None:
    with tampering(path) as connection:
        connection.execute("UPDATE articles SET url = url || '-2' WHERE article_id = 1")
    assert [(fault.table, fault.row_id) for fault in faults_of(path)] == [("articles", 1)]


@pytest.mark.parametrize("check_id", range(1, 11))
def test_a_look_that_was_taken_out_is_found(path: Path, check_id: int) -> None:
    """By the chain: also where the counters were made to fit."""
    with tampering(path) as connection:
        (article_id,) = connection.execute("SELECT article_id FROM checks WHERE check_id = ?", (check_id,)).fetchone()
        connection.execute("DELETE FROM checks WHERE check_id = ?", (check_id,))
        connection.execute("UPDATE _totals SET check_count = check_count - 1")
        newest = "SELECT max(checked_at) FROM checks WHERE checks.article_id = _article_states.article_id"
        connection.execute(f"UPDATE _article_states SET last_checked_at = ({newest})")
    tables = {fault.table for fault in faults_of(path)}
    assert tables & {"checks", "_chain_heads"}
    is_last = check_id in (8, 10)
    assert ("_chain_heads" in tables) == is_last, f"of article {article_id}"


def test_looks_that_changed_places_are_found(path: Path) -> None:
    with tampering(path) as connection:
        rows = connection.execute("SELECT * FROM checks WHERE check_id IN (2, 3) ORDER BY check_id").fetchall()
        connection.execute("DELETE FROM checks WHERE check_id IN (2, 3)")
        marks = ", ".join("?" * len(rows[0]))
        for check_id, (_, *others) in zip((3, 2), rows, strict=True):
            connection.execute(f"INSERT INTO checks VALUES ({marks})", (check_id, *others))
    named = {(fault.table, fault.row_id) for fault in faults_of(path)}
    assert named == {("checks", 2), ("checks", 3), ("checks", 4)}


@pytest.mark.parametrize("after", [None, 2])
def test_a_look_that_was_put_in_is_found(path: Path, after: int | None) -> None:
    with tampering(path) as connection:
        connection.execute("UPDATE checks SET check_id = check_id + 100 WHERE check_id > ?", (after or 100,))
        names = [name for name, *_ in columns_of(connection, "checks") if name != "check_id"]
        listed = ", ".join(names)
        forged = 50 if after else 11
        connection.execute(
            f"INSERT INTO checks (check_id, {listed}) SELECT {forged}, {listed} FROM checks WHERE check_id = 2"
        )
    tables = {fault.table for fault in faults_of(path)}
    assert "checks" in tables


@pytest.mark.parametrize("table", ["captures", "revisions"])
def test_a_forged_page_or_revision_is_found(path: Path, table: str) -> None:
    with tampering(path) as connection:
        (key, *_), *others = columns_of(connection, table)
        listed = ", ".join(name for name, *_ in others if name != "number")
        connection.execute(f"INSERT INTO {table} ({key}, {listed}) SELECT 77, {listed} FROM {table} WHERE {key} = 1")
    assert (table, 77) in {(fault.table, fault.row_id) for fault in faults_of(path)}


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("DELETE FROM _chain_heads WHERE article_id = 1", "_chain_heads"),
        ("UPDATE _chain_heads SET link_sha256 = start_sha256 WHERE article_id = 2", "_chain_heads"),
        ("UPDATE _chain_heads SET start_sha256 = link_sha256 WHERE article_id = 2", "articles"),
        ("UPDATE _capture_digests SET lines_sha256 = 'x' WHERE capture_id = 1", "_capture_digests"),
        ("DELETE FROM _capture_digests WHERE capture_id = 1", "captures"),
        ("UPDATE _revision_digests SET lines_sha256 = 'x' WHERE revision_id = 2", "_revision_digests"),
        ("UPDATE _revision_digests SET check_id = 2 WHERE revision_id = 2", "checks"),
        ("DELETE FROM _revision_digests WHERE revision_id = 2", "revisions"),
    ],
)
def test_the_plumbing_of_the_chain_is_looked_at_too(path: Path, sql: str, table: str) -> None:
    with tampering(path) as connection:
        connection.execute(sql)
    assert table in {fault.table for fault in faults_of(path)}


def test_who_rewrites_the_whole_chain_is_told_by_the_head_that_was_noted(tmp_path: Path) -> None:
    heads = set()
    for reason in ("because it is so", "because it was so"):
        path = tmp_path / f"{reason}.db"
        with Store.open(path, create=True) as store:
            story = History(store)
            story.show("One.")
            story.look(Outcome.GONE, status=404, body=reason.encode())
            assert list(store.verify()) == []
            heads.add(store.chain_head())
    assert len(heads) == 2


# -- what may change ---------------------------------------------------------------------------------------------------


def test_only_numbers_of_revisions_may_be_moved(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE revisions SET number = number + 10")
        connection.execute("UPDATE revisions SET same_as_revision_id = same_as_revision_id")
        for name, *_ in columns_of(connection, "revisions"):
            if name not in {"number", "same_as_revision_id"}:
                with pytest.raises(sqlite3.IntegrityError, match="never altered"):
                    connection.execute(f"UPDATE revisions SET {name} = {name}")


@pytest.mark.parametrize("version", [2, 8])
def test_looks_of_an_older_file_are_chained_as_they_stand(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress((Path(__file__).parent / "files" / f"schema_{version}.db.gz").read_bytes()))
    with Store.open(path) as store:
        assert list(store.verify()) == []
        assert chain_is_whole(store)
        told = [entry for article in store.articles() for entry in store.chain_of(article.article_id)]
        looks = [entry.check_id for entry in told if entry.check_id is not None]
        revisions = [revision_id for entry in told for revision_id in entry.revision_ids]
        assert asked(path, "SELECT count(*) FROM checks") == [(len(looks),)]
        assert sorted(revisions) == [row[0] for row in asked(path, "SELECT revision_id FROM revisions ORDER BY 1")]
        first = next(iter(store.articles()))
        History(store, first.url, at=NOW.replace(year=2027)).look(Outcome.UNCHANGED)
        assert list(store.verify()) == []
    tamper(path, "UPDATE checks SET reason = 'for another reason' WHERE check_id = 5")
    assert [(fault.table, fault.row_id) for fault in faults_of(path)] == [("checks", 5)]
