"""`tracker log`: one article's history, every revision and every absence, runs of equal looks folded into one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from rich.console import RenderableType
from rich.text import Text

from tracker.model import CheckEntry, Outcome
from tracker.render.marked_text import Page, indented
from tracker.render.plain import safe_text
from tracker.render.wording import clock_text, count, outcome_name, zone_name

_QUIET = frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
_REVISION_GIVEN = frozenset({Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED})
# The article was not there to be read; after one of these, being read again is news.
_ABSENT = frozenset({Outcome.GONE, Outcome.BLOCKED, Outcome.PAYWALLED})
_STYLES = {
    **dict.fromkeys(_REVISION_GIVEN, "bold green"),
    **dict.fromkeys(_QUIET, "dim"),
    Outcome.GONE: "bold red",
    Outcome.MOVED: "bold yellow",
}
_TROUBLE = "yellow"


@dataclass(frozen=True, slots=True)
class Run:
    """Looks in a row that came to the same."""

    outcome: Outcome
    first: CheckEntry
    last: CheckEntry
    look_count: int
    is_return: bool = False  # the article could be read again after it could not

    @property
    def started_at(self) -> datetime:
        return self.first.checked_at

    @property
    def ended_at(self) -> datetime:
        return self.last.checked_at


def folded(entries: Iterable[CheckEntry]) -> tuple[Run, ...]:
    """Looks in time's order as runs; a look that gave a revision always stands alone."""
    runs: list[list[CheckEntry]] = []
    for entry in entries:
        if runs and _is_same(runs[-1][-1], entry):
            runs[-1].append(entry)
        else:
            runs.append([entry])
    outcomes = [Outcome.UNCHANGED if run[0].outcome in _QUIET else run[0].outcome for run in runs]
    returns = [False, *(_returns(before, after) for before, after in pairwise(outcomes))]
    return tuple(
        Run(outcome, run[0], run[-1], len(run), is_return)
        for run, outcome, is_return in zip(runs, outcomes, returns, strict=False)
    )


def _is_same(before: CheckEntry, after: CheckEntry) -> bool:
    if before.outcome in _QUIET and after.outcome in _QUIET:
        return True
    if after.outcome in _REVISION_GIVEN:
        return False
    return (before.outcome, before.http_status, before.final_url) == (
        after.outcome,
        after.http_status,
        after.final_url,
    )


def _returns(before: Outcome, after: Outcome) -> bool:
    return before in _ABSENT and after in _QUIET | _REVISION_GIVEN


def timeline_view(
    entries: Iterable[CheckEntry], headlines: Mapping[int, str | None], tz: tzinfo | None
) -> RenderableType:
    """`headlines` by revision number; `tz` None: the zone that this computer is set to."""
    runs = folded(entries)
    if not runs:
        return Text("Not looked at yet.")
    parts: list[RenderableType] = []
    day = headline = None
    for run in runs:
        if (new_day := clock_text(run.started_at, tz)[:10]) != day:
            parts.append(Text(f"{new_day} {zone_name(run.started_at, tz)}".rstrip(), "bold"))
            day = new_day
        number = run.first.revision_number
        shown = headlines.get(number) if number is not None else None
        parts += _lines(run, shown if shown != headline else None, tz)
        headline = shown or headline
    return Page(*parts)


def _lines(run: Run, headline: str | None, tz: tzinfo | None) -> Iterator[RenderableType]:
    style = _STYLES.get(run.outcome, _TROUBLE)
    yield indented(Text.assemble((f"{_times(run, tz):<13}", ""), (_what(run), style)), 2)
    details = [headline] if headline and run.outcome in _REVISION_GIVEN else []
    if run.outcome is Outcome.MOVED and run.last.final_url:
        details.append(f"to {run.last.final_url}")
    if run.outcome not in _QUIET and run.last.reason:
        details.append(run.last.reason)
    for detail in details:
        yield indented(Text(safe_text(detail), overflow="fold"), 2 + 13)


def _times(run: Run, tz: tzinfo | None) -> str:
    """`10:05–12:20`; the later day is named where the run reaches into it."""
    start, end = clock_text(run.started_at, tz), clock_text(run.ended_at, tz)
    if start == end:
        return start[11:]
    return f"{start[11:]}–{end[11:] if start[:10] == end[:10] else end} "


def _what(run: Run) -> str:
    entry = run.first
    if run.outcome is Outcome.FIRST_SEEN:
        words = [f"revision {entry.revision_number}", "first seen"]
    elif run.outcome in _REVISION_GIVEN:
        words = [f"revision {entry.revision_number}", outcome_name(run.outcome), count(entry.change_count, "change")]
    else:
        words = [outcome_name(run.outcome)]
    if run.outcome not in _QUIET | _REVISION_GIVEN and entry.http_status is not None:
        words.append(f"HTTP {entry.http_status}")
    if run.look_count > 1:
        words.append(count(run.look_count, "look"))
    return ", ".join(["back", *words] if run.is_return else words)
