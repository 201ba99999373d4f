"""What the log says of a check."""

from __future__ import annotations

import logging

from tracker.model import Outcome, Recorded, Verdict

log = logging.getLogger(__name__)


def witness_in_log(verdict: Verdict, recorded: Recorded) -> None:
    """One line a check; a look that told nothing new is for -v only."""
    quiet = verdict.outcome in (Outcome.UNCHANGED, Outcome.NOT_MODIFIED)
    details = {
        "url": verdict.sighting.order.url,
        "status": verdict.sighting.fetch.status,
        "revision": recorded.revision_number,
        "changes": len(recorded.change_ids) or None,
        "reason": verdict.reason or None,
        "next_check_at": verdict.next_check_at and verdict.next_check_at.isoformat(timespec="seconds"),
    }
    told = {key: value for key, value in details.items() if value is not None}
    log.log(logging.DEBUG if quiet else logging.INFO, verdict.outcome.value, extra=told)
