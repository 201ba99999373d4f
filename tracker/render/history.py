"""An article's looks as runs: equal looks in a row, turns back and forth, absences with their length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tracker.model import CheckEntry, Outcome, Revision
from tracker.urls import is_front_page

QUIET = frozenset({Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
REVISION_GIVEN = frozenset({Outcome.FIRST_SEEN, Outcome.CHANGED, Outcome.REVERTED})
_SHOWS_ARTICLE = QUIET | REVISION_GIVEN
# The site told us so: one such look is an absence.
_ABSENT = frozenset({Outcome.GONE, Outcome.BLOCKED, Outcome.PAYWALLED, Outcome.UNREADABLE})
# What stood in the place of the article. The words of other outcomes hold times and addresses, another every look.
_TOLD_APART_BY_REASON = frozenset({Outcome.GONE, Outcome.PAYWALLED, Outcome.UNREADABLE})
# Looks without a usable answer in a row: one or two are an accident of the line or of the site, three are an absence.
_FAILURES_TO_BE_ABSENT = 3
# One turn back and forth is told as it is; from the second on they are one line.
_TURNS_TO_FOLD = 2


@dataclass(frozen=True, slots=True)
class Track:
    """One article's looks, oldest first, and its revisions by number."""

    entries: tuple[CheckEntry, ...]
    revisions: Mapping[int, Revision] = field(default_factory=dict)
    name: str = (
        ""  # told with every line of a history that was joined to another; empty: the article that was asked for
    )


@dataclass(frozen=True, slots=True)
class Run:
    """Looks in a row that came to the same, or the turns of one time of going back and forth."""

    outcome: Outcome
    first: CheckEntry
    last: CheckEntry
    look_count: int
    back_after: timedelta | None = None  # how long the article could not be read before; None: it could be
    turn_count: int = 0  # revisions that only went back and forth; 0: no such run
    wordings: tuple[int, ...] = ()  # the first revisions that say what the turns went between

    @property
    def started_at(self) -> datetime:
        return self.first.first_checked_at or self.first.checked_at

    @property
    def ended_at(self) -> datetime:
        return self.last.checked_at


def runs_of(track: Track) -> tuple[Run, ...]:
    """A look that gave a revision stands alone, unless the page only went back and forth."""
    entries = (_as_it_stands(entry, track.revisions) for entry in track.entries)
    return tuple(_with_absences(_with_turns(_equal_looks(entries), track.revisions)))


def _as_it_stands(entry: CheckEntry, revisions: Mapping[int, Revision]) -> CheckEntry:
    """What a look came to, seen from today: looks of others that were found later may lie before it."""
    if entry.outcome not in _SHOWS_ARTICLE:
        return entry
    if entry.revision_number is None:
        return entry if entry.outcome in QUIET else replace(entry, outcome=Outcome.UNCHANGED)
    if entry.revision_number == 1:
        return replace(entry, outcome=Outcome.FIRST_SEEN)
    is_return = _same_as(revisions, entry.revision_number) is not None
    return replace(entry, outcome=Outcome.REVERTED if is_return else Outcome.CHANGED)


# -- equal looks -------------------------------------------------------------------------------------------------------


def _equal_looks(entries: Iterable[CheckEntry]) -> tuple[Run, ...]:
    groups: list[list[CheckEntry]] = []
    for entry in entries:
        if groups and _is_same(groups[-1][-1], entry):
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return tuple(
        Run(_plain(group[0].outcome), group[0], group[-1], sum(entry.look_count for entry in group)) for group in groups
    )


def _plain(outcome: Outcome) -> Outcome:
    return Outcome.UNCHANGED if outcome in QUIET else outcome


def _is_same(before: CheckEntry, after: CheckEntry) -> bool:
    if before.outcome in QUIET and after.outcome in QUIET:
        return before.origin == after.origin
    if after.outcome in REVISION_GIVEN:
        return False
    return _what(before) == _what(after)


def _what(entry: CheckEntry) -> tuple[Outcome, int | None, str | None, str, str | None]:
    reason = entry.reason if entry.outcome in _TOLD_APART_BY_REASON else ""
    return entry.outcome, entry.http_status, entry.final_url, reason, entry.origin


# -- back and forth ----------------------------------------------------------------------------------------------------


def _with_turns(runs: Sequence[Run], revisions: Mapping[int, Revision]) -> Iterator[Run]:
    """Turns in a row, with nothing but quiet looks between them, as one run."""
    at = 0
    while at < len(runs):
        turns = list(_turns_from(runs, at, revisions))
        if len(turns) < _TURNS_TO_FOLD:
            yield runs[at]
            at += 1
        else:
            yield _folded(runs[at : turns[-1] + 1], [runs[turn] for turn in turns], revisions)
            at = turns[-1] + 1


def _turns_from(runs: Sequence[Run], start: int, revisions: Mapping[int, Revision]) -> Iterator[int]:
    for index in range(start, len(runs)):
        if _is_turn(runs[index], revisions):
            yield index
        elif index == start or runs[index].outcome not in QUIET:
            return


def _is_turn(run: Run, revisions: Mapping[int, Revision]) -> bool:
    """From one wording that was seen before to another."""
    number = run.first.revision_number
    if number is None:
        return False
    return all(_same_as(revisions, each) is not None for each in (number - 1, number))


def _same_as(revisions: Mapping[int, Revision], number: int) -> int | None:
    revision = revisions.get(number)
    return None if revision is None else revision.same_as_number


def _folded(runs: Sequence[Run], turns: Sequence[Run], revisions: Mapping[int, Revision]) -> Run:
    numbers = [number for turn in turns if (number := turn.first.revision_number) is not None]
    wordings = {_same_as(revisions, number) for number in (numbers[0] - 1, *numbers)}
    return replace(
        turns[0],
        last=turns[-1].last,
        look_count=sum(run.look_count for run in runs),
        turn_count=len(turns),
        wordings=tuple(sorted(wording for wording in wordings if wording is not None)),
    )


# -- absences ----------------------------------------------------------------------------------------------------------


def _with_absences(runs: Iterable[Run]) -> Iterator[Run]:
    """Every run that shows the article after it could not be read, told how long that was."""
    absent_from: datetime | None = None
    for run in runs:
        if run.outcome in _SHOWS_ARTICLE:
            yield run if absent_from is None else replace(run, back_after=run.started_at - absent_from)
            absent_from = None
            continue
        if run.outcome is Outcome.MOVED and not _is_absence(run):
            absent_from = None
        elif absent_from is None and _is_absence(run):
            absent_from = run.started_at
        yield run


def _is_absence(run: Run) -> bool:
    if run.outcome is Outcome.MOVED:  # at another address it can still be read, on a front page it cannot
        return run.last.final_url is not None and is_front_page(run.last.final_url)
    return run.outcome in _ABSENT or (run.outcome is Outcome.FAILED and run.look_count >= _FAILURES_TO_BE_ABSENT)
