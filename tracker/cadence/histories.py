"""How a history begins, and what each look adds to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from tracker.cadence.prior import PRIOR, Prior
from tracker.cadence.rates import Belief, average_between, belief, bounded_log_odds, hours, log_odds_before
from tracker.model import History, HostHistory

# A look that finds an edit stands for as many as there are on average where there is one: E[N] / P(N > 0). Past so many
# the expectation was wrong rather than the article busy.
_MOST_EDITS_A_LOOK = 6.0
_FLAP_EVIDENCE = 0.1  # ten swings between two known wordings say as much about the next edit as one new wording does


class Finding(StrEnum):
    """What a look that showed the article found."""

    SAME = "same"
    CHANGED = "changed"
    FLAPPED = "flapped"  # back and forth between wordings that were seen before


_SEEN = {Finding.SAME: 0.0, Finding.CHANGED: 1.0, Finding.FLAPPED: _FLAP_EVIDENCE}


def begin(added_at: datetime, published_at: datetime | None = None) -> History:
    """The history of an article that has not been looked at.

    Its age counts from its publication; from the time of adding where that is unknown or lies ahead. Publication at
    midnight sharp is a date without a time: the article may be as young as the end of that day.
    """
    if published_at is None:
        return History(born_at=added_at)
    if published_at.timetz().replace(tzinfo=None) == time():
        published_at += timedelta(days=1)
    return History(born_at=min(published_at, added_at))


def dated(history: History, published_at: datetime | None) -> History:
    """The same history after the first look learnt when the article was published. It only ever grows older by that."""
    born_at = begin(history.born_at, published_at).born_at
    return history if born_at == history.born_at else replace(history, born_at=born_at)


def after_look(history: History, host: HostHistory, now: datetime, finding: Finding, prior: Prior = PRIOR) -> History:
    """The history after a look that showed the article. The first look, and one before the last, change no count."""
    if history.seen_from is None or history.seen_until is None:
        return replace(history, seen_from=now, seen_until=now)
    if now <= history.seen_until:
        return history
    believed = belief(history, host, prior)
    average = average_between(history, history.seen_until, now, prior)
    span_h = hours(now - history.seen_until)
    shift = 0.0
    if finding is not Finding.FLAPPED:  # which tells nothing of the article's ways
        shift = believed.log_odds_of(finding is Finding.CHANGED, average, span_h)
    return replace(
        history,
        seen_until=now,
        stirred_at=now if finding is Finding.CHANGED else history.stirred_at,
        changes=history.changes + _evidence(finding, believed, average, span_h),
        exposure=history.exposure + average,
        edits_seen=history.edits_seen + _SEEN[finding],
        steady_log_odds=bounded_log_odds(log_odds_before(history, prior) + shift),
    )


def _evidence(finding: Finding, believed: Belief, average: float, span_h: float) -> float:
    if finding is Finding.SAME:
        return 0.0
    if finding is Finding.FLAPPED:
        return _FLAP_EVIDENCE
    edits = believed.mixed(average, span_h) / believed.found_once(average, span_h)
    return max(1.0, min(_MOST_EDITS_A_LOOK, edits))


def stirred(history: History, now: datetime) -> History:
    """The same history after something linked to the article again."""
    return replace(history, stirred_at=now)


def from_counts(
    born_at: datetime,
    first_seen_at: datetime,
    last_seen_at: datetime,
    changes: int,
    flaps: int = 0,
    last_changed_at: datetime | None = None,
) -> History:
    """The history of an article that was followed before histories were kept, from what its revisions still say.

    `changes`: revisions after the first that say something new; `flaps`: those that do not. Both are taken as spread
    over the whole time of following: `steady_log_odds` stays unknown, and the next looks tell.
    """
    bare = History(born_at=born_at, seen_from=first_seen_at, seen_until=max(first_seen_at, last_seen_at))
    return replace(
        bare,
        stirred_at=last_changed_at if changes else None,
        changes=changes + flaps * _FLAP_EVIDENCE,
        edits_seen=changes + flaps * _FLAP_EVIDENCE,
        exposure=average_between(bare, first_seen_at, max(first_seen_at, last_seen_at)),
    )
