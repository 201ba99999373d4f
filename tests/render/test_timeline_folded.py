"""Looks that the database folded into one row read as they did one by one; imported ones say where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st
from render_samples import check, printed

from tracker.model import CheckEntry, Outcome
from tracker.render.history import Track, runs_of
from tracker.render.timeline import timeline_view


def folded(*entries: CheckEntry) -> CheckEntry:
    return replace(entries[-1], first_checked_at=entries[0].checked_at, look_count=len(entries))


def shown(entries: Sequence[CheckEntry]) -> list[str]:
    return printed(timeline_view([Track(tuple(entries))], UTC), 100).splitlines()[1:]


def failed(minute: int) -> CheckEntry:
    return check(minute, Outcome.FAILED, None)


def test_a_folded_row_tells_of_all_its_looks() -> None:
    quiet = folded(*(check(minute, Outcome.UNCHANGED) for minute in range(1, 8)))
    entries = (check(0, Outcome.FIRST_SEEN, number=1), quiet, check(8, Outcome.UNCHANGED))
    assert shown(entries) == ["  09:00        revision 1, first seen", "  09:01–09:08  unchanged, 8 looks"]


def test_failures_that_were_folded_are_an_absence() -> None:
    entries = (folded(failed(0), failed(1), failed(2)), check(5, Outcome.UNCHANGED))
    assert shown(entries) == ["  09:00–09:02  failed, 3 looks", "  09:05        back after 5 min, unchanged"]


outcomes = st.sampled_from([Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.GONE, Outcome.FAILED, Outcome.BLOCKED])


@given(st.lists(st.tuples(outcomes, st.integers(1, 5)), max_size=12))
def test_folding_changes_no_run(runs: list[tuple[Outcome, int]]) -> None:
    single: list[CheckEntry] = []
    rows: list[CheckEntry] = []
    for outcome, size in runs:
        looks = [check(len(single) + number, outcome) for number in range(size)]
        single += looks
        rows.append(folded(*looks) if size > 1 else looks[0])

    def told(entries: list[CheckEntry]) -> list[tuple[object, ...]]:
        track = Track(tuple(entries))
        return [(run.outcome, run.started_at, run.ended_at, run.look_count, run.back_after) for run in runs_of(track)]

    assert told(rows) == told(single)


def test_imported_looks_are_told_apart_and_say_from_where() -> None:
    imported = [replace(check(minute, Outcome.UNCHANGED), origin="warc") for minute in (1, 2)]
    entries = (check(0, Outcome.UNCHANGED), *imported, check(3, Outcome.UNCHANGED))
    assert shown(entries) == [
        "  09:00        unchanged",
        "  09:01–09:02  unchanged, 2 looks, imported from warc",
        "  09:03        unchanged",
    ]
    assert imported[0].checked_at + timedelta(minutes=1) == imported[1].checked_at
