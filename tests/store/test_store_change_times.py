"""Lists of changes, the newest first: what they hold whatever is asked for, and that the table they are looked up in
follows every change that is recorded or drawn anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from store_kit import HOUR, NOW, History

from tracker.judge import compare
from tracker.model import ChangeDetail, Extract, Field, Kind, Outcome
from tracker.store import Store
from tracker.store.change_times import Place
from tracker.store.reading import ChangeFilter

WORDINGS = (
    Extract(headline="Bridge closed", paragraphs=("The town of Lakatia was hit.", "Twelve people died.")),
    Extract(headline="Bridge closed", paragraphs=("The town of Latakia was hit.", "Fifteen people died.")),
    Extract(headline="Bridge open again", byline="By Ann Lee", paragraphs=("The town of Latakia was hit.",)),
    Extract(
        headline="Bridge open again", byline="By Bea Lee", paragraphs=("The town of Latakia was hit.", "So be it.")
    ),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("change_times") / "tracker.db"
    with Store.open(path, create=True) as store:
        for number, host in product(range(3), ("www.example.com", "www.example.org")):
            story = History(store, f"https://{host}/{number}", NOW + number * 5 * HOUR)
            before: Extract | None = None
            for wording in WORDINGS:
                comparison = None if before is None else compare(before, wording)
                outcome = Outcome.FIRST_SEEN if before is None else Outcome.CHANGED
                story.look(outcome, new_revision=wording, comparison=comparison)
                before = wording
    return path


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(database, read_only=True) as opened:
        yield opened


def everything(store: Store, wanted: ChangeFilter, limit: int) -> list[ChangeDetail]:
    """Page after page."""
    details: list[ChangeDetail] = []
    before: Place | None = None
    while True:
        page = store.latest_changes(wanted, before, limit)
        details += page.details
        if page.older is None:
            return details
        before = Place.parse(str(page.older))
        assert before == page.older


FILTERS = [
    ChangeFilter(),
    ChangeFilter(host="www.example.com"),
    ChangeFilter(host="nobody.example"),
    ChangeFilter(kinds=(Kind.NUMBER,)),
    ChangeFilter(kinds=(Kind.NUMBER, Kind.SPELLING, Kind.NAME)),
    ChangeFilter(field=Field.BYLINE),
    ChangeFilter(field=Field.SUBHEADLINE),
    ChangeFilter(kinds=(Kind.NUMBER,), field=Field.HEADLINE),
    ChangeFilter(host="www.example.org", kinds=(Kind.SPELLING,), field=Field.BODY),
    ChangeFilter(since=NOW + 3 * HOUR),
    ChangeFilter(until=NOW + 7 * HOUR),
    ChangeFilter(since=NOW + 3 * HOUR, until=NOW + 7 * HOUR, host="www.example.org"),
    ChangeFilter(since=NOW + timedelta(days=1), until=NOW),
    ChangeFilter(article_id=3),
    ChangeFilter(article_id=3, kinds=(Kind.SPELLING,)),
]


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("limit", [1, 2, 40])
def test_lists_hold_what_the_view_does(store: Store, wanted: ChangeFilter, limit: int) -> None:
    found = everything(store, wanted, limit)
    expected = store.changes(
        since=wanted.since,
        until=wanted.until,
        host=wanted.host,
        article_id=wanted.article_id,
        kinds=wanted.kinds,
        field=wanted.field,
    )
    assert sorted(found, key=lambda each: each.change_id) == sorted(expected, key=lambda each: each.change_id)
    times = [each.changed_before for each in found]
    assert times == sorted(times, reverse=True)
    revisions = [(each.article_id, each.to_number) for each in found]
    assert len(dict.fromkeys(revisions)) == sum(a != b for a, b in zip(revisions, [None, *revisions], strict=False))


def test_a_revision_with_very_many_changes_is_told_in_part(tmp_path: Path) -> None:
    with Store.open(tmp_path / "tracker.db", create=True) as store:
        story = History(store)
        paragraphs = [f"At the quay number {number} there were many boats." for number in range(100)]
        older = Extract(headline="Boats", paragraphs=tuple(paragraphs))
        newer = Extract(headline="Boats", paragraphs=tuple(text.replace("many", "some") for text in paragraphs))
        story.look(Outcome.FIRST_SEEN, new_revision=older)
        story.look(Outcome.CHANGED, new_revision=newer, comparison=compare(older, newer))
        found = store.latest_changes(ChangeFilter())
        total = len(list(store.changes()))
    assert total == 100
    assert len(found.details) == 40
    assert found.more == {(1, 2): 60}


@pytest.mark.parametrize("text", ["", "~", "~1", "x~", "x~y", "x~-1", "x~٣", f"x~{2**64}"])
def test_what_is_no_place_is_none(text: str) -> None:
    assert Place.parse(text) is None


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM _change_times").fetchall()


def test_the_table_follows_what_is_taken_back_and_verify_tells_where_it_does_not(
    database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        assert rows(copy)
        with Store.open(copy) as store:
            assert [fault for fault in store.verify() if fault.table == "_change_times"] == []
        target.execute("DELETE FROM _change_times WHERE kind = 'number'")
        target.commit()
        with Store.open(copy) as store:
            assert {fault.table for fault in store.verify()} == {"_change_times"}
        target.execute("DELETE FROM changes")
        target.commit()
    assert rows(copy) == []
