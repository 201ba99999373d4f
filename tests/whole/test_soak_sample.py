"""The soak, short: a daemon that is killed, with a site that does everything wrong, records every edit once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def soaking(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import soak  # noqa: PLC0415 - lies outside of the package, found only now

    return soak


def recount(soaking: ModuleType, run: Any, **changed: Any) -> str:
    given = {"database": run.database, "articles": run.urls, "chronicle": run.chronicle, "lives": run.lives}
    return "\n".join(soaking.account(**given | changed).faults)


def with_another_wording(chronicle: Any) -> Any:
    """As if the site had once served something else than is recorded."""
    served = dict(chronicle.served)
    number, place = next((n, at) for n, told in served.items() for at, each in enumerate(told) if each.key is not None)
    another = replace(served[number][place], key=("Another headline", "Another text."))
    served[number] = [*served[number][:place], another, *served[number][place + 1 :]]
    return replace(chronicle, served=served)


def without_some_checks(database: Path, copy: Path) -> Path:
    """As if an article that changed had been looked at and nothing been recorded."""
    with closing(sqlite3.connect(database)) as raw, closing(sqlite3.connect(copy)) as less, less:
        raw.backup(less)
        less.execute(
            "DELETE FROM checks WHERE article_id = (SELECT article_id FROM checks WHERE outcome = 'changed' LIMIT 1) "
            "AND outcome <> 'first_seen'"
        )
    return copy


def test_every_whole_answer_stands_in_the_database_as_what_it_was(soaking: ModuleType, tmp_path: Path) -> None:
    plan = soaking.Plan(seed=3, articles=50, hosts=10, edits=0.1)
    course = soaking.Course(checks=400, kills=2, restarts=1, longest_interval_s=1.0, deadline_s=3.0)
    run = soaking.soak(plan, course, tmp_path)
    assert run.faults == []
    assert [life.was_killed for life in run.lives] == [True, True, False, False]
    assert run.checks >= course.checks
    assert run.account.compared > 250
    assert run.account.visible_edits > 10
    assert run.account.revisions == run.account.visible_edits + plan.articles
    assert sum(count > 0 for count in run.chronicle.faults.values()) >= 10
    # What guards the rest: the soak tells what was recorded and never served, and what was served and not recorded.
    assert "another wording than was served" in recount(soaking, run, chronicle=with_another_wording(run.chronicle))
    told = recount(soaking, run, database=without_some_checks(run.database, tmp_path / "less.db"))
    assert "whole answers" in told
    assert "wordings were seen" in told
