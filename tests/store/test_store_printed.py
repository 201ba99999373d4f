"""Printed versions tell no time: what is on record already is not taken for an edit of today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from merging_kit import JUDGE
from store_kit import NOW, STORY, History

from tracker.exchange.newsdiffs import PrintedVersion
from tracker.importing import PrintedImporter
from tracker.store import Store
from tracker.store.records import Keeping

DAY = timedelta(days=1)
A, B = "Twelve people died in the flood.", "Fifteen people died in the flood."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "tracker.db", create=True) as opened:
        yield opened
        assert [str(fault) for fault in opened.verify()] == []


def bring_in(store: Store, *texts: str, day: int = 0) -> list[int | None]:
    """A chain of printed versions: the number of each revision that came of it."""
    importer = PrintedImporter(store, JUDGE)
    versions = [PrintedVersion("Flood", STORY, at, len(texts), (text,)) for at, text in enumerate(texts)]
    return [
        importer.bring_in(version, NOW + day * DAY + version.index * timedelta(seconds=1)).revision_number
        for version in versions
    ]


def test_a_chain_that_went_back_is_taken_over_once(store: Store) -> None:
    assert bring_in(store, A, B, A) == [1, 2, 3]
    assert bring_in(store, A, B, A, day=1) == [None, None, None]


def test_a_chain_is_known_again_after_its_pages_were_let_go(store: Store) -> None:
    assert bring_in(store, A, B, A) == [1, 2, 3]
    done = store.maintain(NOW + 9 * DAY, Keeping(keep_captures_for=DAY))
    assert done.dropped_page_count == 2
    assert bring_in(store, A, B, A, day=10) == [None, None, None]


def test_what_our_own_looks_showed_is_not_taken_for_a_return_to_it(store: Store) -> None:
    history = History(store)
    history.show(A, headline="Flood")
    history.show(B, headline="Flood")
    assert bring_in(store, A, B, day=1) == [None, None]
    assert bring_in(store, A, "Sixteen people died in the flood.", day=2) == [None, 3]
