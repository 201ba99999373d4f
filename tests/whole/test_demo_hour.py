"""The demo's hour, watched by the real daemon: what the site did stands in the database, in order, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest
from whole_kit import faults_of

from tracker.demo.hour import open_site, watch
from tracker.demo.timeline import Expected
from tracker.model import CheckEntry, Field, Kind, Outcome, Recorded, Verdict
from tracker.store import Store
from tracker.wiring import World

SECONDS = 8.0  # for the hour: the site waits for its visitor, so a slow machine misses nothing
QUIET = frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
GIVING = frozenset({Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED})  # a revision

ChangeFacts = tuple[Kind, Field | None, str, str]


@dataclass(frozen=True)
class Hour:
    """What the site did, by the article's first address, and where the daemon wrote what it found."""

    database: Path
    expected: dict[str, tuple[Expected, ...]]
    told: tuple[Outcome, ...]


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Hour:
    database = tmp_path_factory.mktemp("demo") / "demo.db"
    world = World()
    told: list[Outcome] = []

    def witness(verdict: Verdict, _recorded: Recorded) -> None:
        told.append(verdict.outcome)

    with open_site(world, SECONDS) as (site, fast):
        assert watch(site, database, fast, witness)
        truths = {site.url_of(slug): tuple(t for t in site.expected if t.slug == slug) for slug in site.slugs}
    return Hour(database, truths, tuple(told))


def runs(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Without what tells nothing: an article that stays away is away once, one that stays as it was is left out."""
    told: list[Outcome] = []
    before: Outcome | None = None
    for outcome in outcomes:
        if outcome in GIVING or (outcome not in QUIET and outcome != before):
            told.append(outcome)
        before = outcome
    return told


def outcomes_of(truths: Iterable[Expected]) -> list[Outcome]:
    return [truth.what for truth in truths if isinstance(truth.what, Outcome)]


def test_every_outcome_of_the_hour_is_recorded_in_order_and_no_other(hour: Hour) -> None:
    with Store.open(hour.database, read_only=True) as store:
        found = {
            article.url: runs(entry.outcome for entry in store.checks(article.article_id))
            for article in store.articles()
        }
    assert found == {url: runs(outcomes_of(truths)) for url, truths in hour.expected.items()}


def test_every_return_is_told(hour: Hour) -> None:
    def returns(entries: Iterable[CheckEntry]) -> int:
        return sum(entry.reason.startswith("back after") for entry in entries)

    with Store.open(hour.database, read_only=True) as store:
        found = {article.url: returns(store.checks(article.article_id)) for article in store.articles()}
    expected = {url: sum(what in QUIET for what in outcomes_of(truths)) for url, truths in hour.expected.items()}
    assert found == expected


def test_every_change_of_the_hour_is_recorded_in_order_and_no_other(hour: Hour) -> None:
    with Store.open(hour.database, read_only=True) as store:
        found = {article.url: recorded_steps(store, article.article_id) for article in store.articles()}
    assert found == {url: expected_steps(truths) for url, truths in hour.expected.items()}


def recorded_steps(store: Store, article_id: int) -> list[list[ChangeFacts]]:
    steps = groupby(store.changes(article_id=article_id), key=lambda detail: detail.to_number)
    return [
        sorted((d.change.kind, d.change.field, d.change.before.strip(), d.change.after.strip()) for d in details)
        for _, details in steps
    ]


def expected_steps(truths: Iterable[Expected]) -> list[list[ChangeFacts]]:
    changes = [
        (truth.stage, (truth.what, truth.field, truth.before, truth.after))
        for truth in truths
        if isinstance(truth.what, Kind)
    ]
    return [sorted(facts for _, facts in step) for _, step in groupby(changes, key=lambda pair: pair[0])]


def test_there_is_one_revision_for_each_wording_and_no_other(hour: Hour) -> None:
    with Store.open(hour.database, read_only=True) as store:
        found = {article.url: article.revision_count for article in store.articles()}
    expected = {url: sum(what in GIVING for what in outcomes_of(truths)) for url, truths in hour.expected.items()}
    assert found == expected


def test_the_witness_hears_of_every_check_and_the_file_is_whole(hour: Hour) -> None:
    with Store.open(hour.database, read_only=True) as store:
        recorded = sum(1 for article in store.articles() for _ in store.checks(article.article_id))
    assert len(hour.told) == recorded
    assert faults_of(hour.database) == []
