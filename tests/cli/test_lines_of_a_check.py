"""The line that `check` prints for each look says what the outcome's name leaves open."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from tracker.cli.watch import found
from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting, State, Verdict

URL = "https://www.example.com/a"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SIGHTING = Sighting(LookOrder(1, URL), Fetch(URL, URL, NOW, status=200))


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (Verdict(SIGHTING, Outcome.UNCHANGED, State.LIVE, NOW), f"unchanged    {URL}"),
        (
            Verdict(SIGHTING, Outcome.GONE, State.GONE, NOW, reason="the server says 404"),
            f"gone         {URL} (the server says 404)",
        ),
        (
            Verdict(SIGHTING, Outcome.UNREADABLE, State.LIVE_PAGE, NOW, reason="a liveblog"),
            f"live page    {URL} (a liveblog)",
        ),
        (
            Verdict(
                SIGHTING, Outcome.MOVED, State.MOVED, NOW, reason="to the front page", moved_to="https://b.example/"
            ),
            f"moved        {URL} (to the front page; now at https://b.example/)",
        ),
        (
            Verdict(
                SIGHTING,
                Outcome.MOVED,
                State.LIVE,
                NOW,
                reason="lives at https://b.example/ now",
                moved_to="https://b.example/",
            ),
            f"moved        {URL} (lives at https://b.example/ now)",
        ),
        (
            Verdict(SIGHTING, Outcome.CHANGED, State.LIVE, NOW, reread=Extract(paragraphs=("a",))),
            f"changed      {URL} (the page before was read anew first, which is no edit)",
        ),
    ],
    ids=lambda value: value.outcome.value if isinstance(value, Verdict) else "",
)
def test_a_look_is_told_in_a_line(verdict: Verdict, line: str) -> None:
    stream = io.StringIO()
    Console(file=stream, width=140).print(found(verdict), end="")
    assert stream.getvalue() == line + "\n"
