"""The head of a history: looks, revisions and absences over time, also where there are no block characters."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render_samples import check, printed
from rich.cells import cell_len
from rich.console import Console

from tracker.model import CheckEntry, Outcome
from tracker.render.sparkline import ActivityView

HOUR = timedelta(hours=1)


def _entries() -> list[CheckEntry]:
    """A burst of looks, a long pause with one absence, and a few looks at the end; two revisions."""
    first = check(0, Outcome.FIRST_SEEN, number=1)
    burst = [replace(first, checked_at=first.checked_at + HOUR * n / 10) for n in range(1, 20)]
    quiet = [replace(each, outcome=Outcome.UNCHANGED, revision_number=None) for each in burst]
    gone = replace(quiet[0], checked_at=first.checked_at + HOUR * 20, outcome=Outcome.GONE)
    changed = replace(first, checked_at=first.checked_at + HOUR * 47, outcome=Outcome.CHANGED, revision_number=2)
    return [first, *quiet, gone, changed]


def test_looks_revisions_and_absences_stand_one_below_another() -> None:
    lines = printed(ActivityView(_entries(), UTC)).splitlines()
    assert lines == [
        "Looks      22  █         ▁            ▁",
        "Revisions   2  1                      1",
        "Absent      1            ×",
        "Time           2026-11-23    2026-11-25",
    ]


def test_without_absences_there_is_no_line_of_them() -> None:
    shown = printed(ActivityView([each for each in _entries() if each.outcome is not Outcome.GONE], UTC))
    assert "Absent" not in shown


@pytest.mark.parametrize(("term", "encoding"), [("dumb", "utf-8"), ("xterm", "ascii"), ("xterm", "latin-1")])
def test_a_dumb_terminal_or_a_poor_encoding_gets_ascii(term: str, encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=stream, width=80, force_terminal=True, color_system=None, _environ={"TERM": term})
    console.print(ActivityView(_entries(), UTC))
    stream.seek(0)
    shown = stream.read()
    assert shown.isascii()
    assert "Looks      22  @         .            ." in shown
    assert "Absent      1            x" in shown


def test_few_looks_or_little_room_draw_nothing() -> None:
    assert printed(ActivityView(_entries()[:3], UTC)) == ""
    assert printed(ActivityView([], UTC)) == ""
    assert printed(ActivityView(_entries(), UTC), 36) == ""


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(Outcome), st.integers(1, 3000)), max_size=30),
    st.sampled_from([20, 40, 60, 80, 140]),
    st.booleans(),
)
def test_any_history_fits(looks: list[tuple[int, Outcome, int]], width: int, colour: bool) -> None:
    base = check(0, Outcome.UNCHANGED)
    entries = [
        replace(
            base,
            checked_at=base.checked_at + timedelta(seconds=second),
            outcome=outcome,
            look_count=number,
            first_checked_at=base.checked_at if number > 1 else None,
        )
        for second, outcome, number in looks
    ]
    shown = printed(ActivityView(entries, UTC), width)
    assert max(map(cell_len, shown.split("\n"))) <= width
    if shown:
        assert f"{sum(number for _, _, number in looks):,} " in shown
    assert ("\x1b" in printed(ActivityView(entries, UTC), width, colour=colour)) <= colour
