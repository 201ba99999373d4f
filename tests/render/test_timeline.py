"""An article's history tells every revision and every absence, and folds what repeats."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st
from render_samples import check, printed

from tracker.model import CheckEntry, Outcome
from tracker.render.timeline import folded, timeline_view

ENTRIES = (
    check(0, Outcome.FIRST_SEEN, number=1),
    check(5, Outcome.UNCHANGED),
    check(10, Outcome.NOT_MODIFIED, 304),
    check(15, Outcome.UNCHANGED),
    check(20, Outcome.CHANGED, number=2),
    check(25, Outcome.GONE, 404, "the server says that there is no such page"),
    check(30, Outcome.GONE, 404, "the server says that there is no such page"),
    check(35, Outcome.UNCHANGED),
    check(40, Outcome.BLOCKED, None, "robots.txt asks us not to look"),
)
EXPECTED = """\
2026-11-23 UTC
  09:00        revision 1, first seen
               Wall fails
  09:05–09:15  unchanged, 3 looks
  09:20        revision 2, changed, 3 changes
               Wall collapses
  09:25–09:30  gone, HTTP 404, 2 looks
               the server says that there is no such page
  09:35        back, unchanged
  09:40        blocked
               robots.txt asks us not to look
"""


def test_a_history_reads_as_agreed() -> None:
    assert printed(timeline_view(ENTRIES, {1: "Wall fails", 2: "Wall collapses"}, UTC), 60) == EXPECTED


def test_no_looks_are_said_to_be_none() -> None:
    assert printed(timeline_view((), {}, UTC)) == "Not looked at yet.\n"


@given(st.lists(st.tuples(st.sampled_from(Outcome), st.sampled_from([None, 200, 404])), max_size=20))
def test_folding_loses_no_look_and_no_revision(looks: list[tuple[Outcome, int | None]]) -> None:
    entries: list[CheckEntry] = []
    for minute, (outcome, status) in enumerate(looks):
        is_revision = outcome in (Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED)
        entries.append(check(minute, outcome, status, number=minute + 1 if is_revision else None))
    runs = folded(entries)
    assert sum(run.look_count for run in runs) == len(entries)
    told = [run.first.revision_number for run in runs if run.first.revision_number is not None]
    assert told == [entry.revision_number for entry in entries if entry.revision_number is not None]
    printed(timeline_view(entries, {}, UTC))
