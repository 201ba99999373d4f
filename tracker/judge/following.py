"""What a look tells of how an article changes, and when to look again: the judge's side of `tracker.cadence`."""

from __future__ import annotations

from datetime import datetime

from tracker.cadence import CadencePolicy, Finding, after_look, begin, dated, planned, tried_again_at, wanted_now
from tracker.model import Extract, History, Known, Plan


def history_of(known: Known, now: datetime) -> History:
    return known.history or begin(known.added_at or now)


def history_after(known: Known, now: datetime, finding: Finding, new_revision: Extract | None) -> History:
    """With a look that showed the article. The first one also tells when it was published."""
    history = history_of(known, now)
    if history.seen_from is None and new_revision is not None:
        history = dated(history, new_revision.published_at)
    return after_look(history, known.host_history, now, finding)


def plan_after(known: Known, history: History, now: datetime, policy: CadencePolicy, jitter: float) -> Plan:
    return planned(history, known.host_history, now, policy, known.price, jitter)


def plan_of_import(known: Known, history: History, now: datetime) -> Plan:
    """What others saw is no look of ours: the article itself is still to be looked at."""
    return wanted_now(history, known.host_history, now)


def retry_at(known: Known, now: datetime, policy: CadencePolicy, jitter: float, failures: int) -> datetime | None:
    """After so many looks in a row that did not show it. None: it is given up."""
    history = history_of(known, now)
    return tried_again_at(history, known.host_history, now, policy, known.price, jitter, failures)
