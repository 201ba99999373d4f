"""When to try again after a look that gave nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.cadence.policy import CadencePolicy, lengthened

_LONGEST_RETRY = timedelta(days=1)  # a site that came back is noticed within a day


def next_try(now: datetime, failures_in_row: int, policy: CadencePolicy, jitter: float) -> datetime:
    """Soon at first, then at doubling distances up to a day. `jitter` in [0, 1) as in `next_look`."""
    doublings = min(failures_in_row - 1, 20)  # 2**20 times any interval is beyond every ceiling
    longest = max(policy.min_interval, min(policy.max_interval, _LONGEST_RETRY))
    return now + lengthened(min(policy.min_interval * float(2**doublings), longest), jitter)
