from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_kit import History, compared

from tracker.model import Extract, Outcome
from tracker.store import Store

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
TIMES = st.none() | st.datetimes(
    min_value=datetime(1000, 1, 1),  # noqa: DTZ001 - Hypothesis wants bounds without a zone and adds one
    max_value=datetime(9990, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=11))]),
).map(lambda moment: moment.replace(microsecond=0))
EXTRACTS = st.builds(
    Extract,
    headline=st.none() | TEXT,
    subheadline=st.none() | TEXT,
    byline=st.none() | TEXT,
    published_at=TIMES,
    modified_at=TIMES,
    language=st.none() | st.sampled_from(["en", "de", "zh"]),
    paragraphs=st.lists(TEXT, max_size=5).map(tuple),
    canonical_url=st.none() | TEXT,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """What the examples leave behind is accepted by `verify`, in the file and in a copy of it."""
    folder = tmp_path_factory.mktemp("roundtrip")
    with Store.open(folder / "tracker.db", create=True) as store:
        yield store
        heard: list[tuple[int, int]] = []
        assert list(store.verify(lambda done, total: heard.append((done, total)))) == []
        assert heard[-1][0] == heard[-1][1] > 0
        store.backup(folder / "copy.db")
    with Store.open(folder / "copy.db", read_only=True) as restored:
        assert list(restored.verify()) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=EXTRACTS, new=EXTRACTS, body=st.binary(max_size=200), number=st.integers(1, 10**12))
def test_any_two_extracts_and_what_lies_between_come_back(
    store: Store, old: Extract, new: Extract, body: bytes, number: int
) -> None:
    history = History(store, f"https://www.example.com/{number}-{store.health(datetime.now(UTC)).article_count}")
    history.show_extract(old, body=body)
    comparison = compared(old, new)
    recorded = history.look(Outcome.CHANGED, new_revision=new, comparison=comparison)
    assert recorded.revision_number == 2
    assert [revision.extract for revision in store.revisions(history.article_id)] == [old, new]
    assert [revision.content_sha256 for revision in store.revisions(history.article_id)] == [
        old.content_sha256,
        new.content_sha256,
    ]
    assert store.comparison(history.article_id, 1, 2) == comparison
    assert next(iter(store.captures_of(history.article_id))).body == body
