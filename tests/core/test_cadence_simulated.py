"""A floor under the quality of the cadence: the simulation of the benchmark, small."""

from __future__ import annotations

import random
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
_DAYS = 30.0


class Simulation(NamedTuple):
    cohort: ModuleType
    populations: ModuleType
    rules: ModuleType
    budget: ModuleType


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> Simulation:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import cadence_budget  # noqa: PLC0415 - they lie outside of the package, found only now
    import cadence_cohort  # noqa: PLC0415
    import cadence_populations  # noqa: PLC0415
    import cadence_rules  # noqa: PLC0415

    return Simulation(cadence_cohort, cadence_populations, cadence_rules, cadence_budget)


def test_on_news_more_edits_are_seen_and_sooner_than_by_age_alone(simulation: Simulation) -> None:
    articles = simulation.populations.NEWS.articles(random.Random(11), 120, _DAYS)
    newsdiffs = simulation.cohort.simulate(articles, simulation.rules.NewsDiffs(), 1.0, _DAYS)
    ours = simulation.cohort.at_equal_requests(articles, simulation.rules.Tracker, newsdiffs.requests, _DAYS)
    assert ours.requests == pytest.approx(newsdiffs.requests, rel=0.01)
    assert ours.captured >= newsdiffs.captured + 0.08
    assert ours.mean_min <= 0.6 * newsdiffs.mean_min


def test_pages_that_change_at_a_constant_rate_are_not_given_away(simulation: Simulation) -> None:
    articles = simulation.populations.Constant().articles(random.Random(11), 16, _DAYS)
    fixed = simulation.cohort.simulate(articles, simulation.rules.Fixed(), 0.5, _DAYS)
    ours = simulation.cohort.at_equal_requests(articles, simulation.rules.Tracker, fixed.requests, _DAYS)
    assert ours.captured >= fixed.captured - 0.03


def test_the_budget_is_kept_from_the_first_day_and_after_an_outage(simulation: Simulation) -> None:
    scene = simulation.budget.Scene(
        requests_per_day=1_500, days=5, old_articles=800, new_per_day=30, outage_from_h=72, outage_h=12
    )
    daemon = simulation.budget.Daemon(scene, random.Random(11))
    daemon.run()
    for from_h in (0.0, 24.0, 48.0, 84.0):
        assert daemon.requests(from_h, from_h + 24) == pytest.approx(1_500, rel=0.05)
    assert daemon.requests(72, 84) == 0
    assert daemon.busiest_hour(84, 108) <= 2 * 1_500 / 24
    assert daemon.mean_rate(84, 85) > daemon.backlog_rate


def test_a_handful_of_articles_is_not_asked_for_the_sake_of_asking(simulation: Simulation) -> None:
    scene = simulation.budget.Scene(requests_per_day=20_000, days=2, old_articles=10, new_per_day=1)
    daemon = simulation.budget.Daemon(scene, random.Random(11))
    daemon.run()
    assert 0 < daemon.requests(24, 48) < 2_000
