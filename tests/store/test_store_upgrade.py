"""Files that an earlier version wrote are brought to the present form, and lose nothing on the way."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_kit import NOW, History

from tracker.cadence import begin
from tracker.model import Extract, Kind, Outcome, State
from tracker.store import Store
from tracker.urls import same_article_key

# Written by the version of schema 2 from pages of an invented newspaper: six articles on two hosts, edited, flapping,
# moved, gone and back, refused, imported, and one that was never looked at.
WRITTEN_BY_SCHEMA_2 = Path(__file__).parent / "files" / "schema_2.db.gz"
BRIDGE = "https://www.harbour-post.example/news/bridge-closed"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(WRITTEN_BY_SCHEMA_2.read_bytes()))
    return path


def schema_of(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every table and view."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute(
            "SELECT name FROM pragma_table_list "
            "WHERE schema = 'main' AND type IN ('table', 'view') AND name <> 'sqlite_schema'"
        ).fetchall()
        return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for (name,) in names}


def in_order(rows: list[dict[str, object]], columns: set[str]) -> list[list[str]]:
    """The values of these columns, however SQLite went through the table."""
    return sorted([repr(row[column]) for column in sorted(columns)] for row in rows)


def test_an_old_file_upgraded_has_the_form_of_a_fresh_one(old: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    Store.open(fresh, create=True).close()
    assert schema_of(old) != schema_of(fresh)
    Store.open(old).close()
    assert schema_of(old) == schema_of(fresh)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_nothing_that_was_in_it_is_lost(old: Path) -> None:
    before = contents(old)
    Store.open(old).close()
    after = contents(old)
    assert sum(len(rows) for rows in before.values()) > 200
    for name in before.keys() - {"_sqlite_migrations", "outcomes"}:
        columns = before[name][0].keys() & after[name][0].keys() if before[name] else set()
        assert in_order(after[name], columns) == in_order(before[name], columns), name
    held = {name: rows for name, rows in before.items() if rows}
    gone = {(name, column) for name, rows in held.items() for column in rows[0].keys() - after[name][0].keys()}
    assert gone == {
        ("paragraphs", "text_sha256"),  # its first bytes are kept as text_key
        *(("captures", column) for column in ("headers_json", "encoding", "body")),  # packed together in frames
    }
    assert [row["outcome"] for row in after["outcomes"]] == [row["outcome"] for row in before["outcomes"]]


def test_addresses_of_the_past_are_known_in_every_form(old: Path) -> None:
    with Store.open(old) as store:
        keyed: list[tuple[str, str]] = store._connection.rows("SELECT url, same_article_key FROM article_urls")
        assert len(keyed) > 6
        assert [key for _, key in keyed] == [same_article_key(url) for url, _ in keyed]
        bridge = store.resolve(BRIDGE)
        assert store.add_article(f"{BRIDGE}/?utm_source=rss", NOW) == (bridge.article_id, False)
        known = store.known([bridge.article_id])[bridge.article_id]
        assert (known.follow_until, known.is_headline_only) == (None, False)


def test_what_is_kept_now_is_known_of_the_past_too(old: Path) -> None:
    with Store.open(old) as store:
        assert list(store.verify()) == []
        bridge = store.resolve(BRIDGE)
        same = [(revision.number, revision.same_as_number) for revision in store.revisions(bridge.article_id)]
        assert same == [(1, None), (2, None), (3, 1), (4, 2), (5, 1), (6, None)]
        steps = [
            (change.from_number, change.to_number, change.is_flap) for change in store.changes(kinds=[Kind.NUMBER])
        ]
        assert steps == [(1, 2, False), (2, 3, False), (3, 4, True), (4, 5, True), (5, 6, False)]
        assert {revision.reread_of_number for revision in store.revisions(bridge.article_id)} == {None}
        latest = store.revision(bridge.article_id, 6)
        kept = store.capture_of(latest.revision_id)
        assert kept is not None
        assert (kept.url, kept.content_type) == (BRIDGE, "text/html; charset=utf-8")
        assert b"Swing bridge closed for weeks" in kept.body


def test_how_its_articles_changed_is_known_from_their_revisions(old: Path) -> None:
    with Store.open(old) as store:
        bridge = store.known([store.resolve(BRIDGE).article_id]).popitem()[1]
        assert bridge.history is not None
        assert bridge.history.edits_seen == pytest.approx(3.2)  # three new wordings, two swings between known ones
        assert bridge.history.changes == bridge.history.edits_seen
        assert bridge.history.exposure > 0
        assert bridge.latest is not None
        assert bridge.history.stirred_at == bridge.latest.first_seen_at
        assert bridge.host_history.articles > 1
        unseen = [article for article in store.articles() if article.state is State.NEW]
        (batch,) = store.orders_for([unseen[0].article_id])
        assert batch.orders[0].article_id == unseen[0].article_id
        assert store.known([unseen[0].article_id])[unseen[0].article_id].history == begin(unseen[0].added_at or NOW)


def test_it_goes_on_where_it_was(old: Path) -> None:
    with Store.open(old) as store:
        bridge = History(store, BRIDGE, at=NOW)
        text = store.revision(bridge.article_id, 6).extract
        assert bridge.latest == text
        bridge.show_extract(Extract(headline=text.headline, paragraphs=(*text.paragraphs, "The bridge is open.")))
        seals = History(store, "https://www.harbour-post.example/news/seals", at=bridge.at)
        seals.look(Outcome.MOVED, state=State.LIVE, moved_to=BRIDGE)
        assert store.resolve("news/seals").joined_to_article_id == bridge.article_id
        assert list(store.verify()) == []
        with pytest.raises(sqlite3.IntegrityError), store._connection.writing() as raw:
            raw.execute("INSERT INTO revision_paragraphs VALUES (999, 1, 999)")  # foreign keys are on again
