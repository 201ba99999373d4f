"""When to try again after a look that gave nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.cadence.policy import CadencePolicy, lengthened

LONGEST_RETRY = timedelta(days=1)  # a site that came back is noticed within a day


def next_try(
    now: datetime, failures_in_row: int, policy: CadencePolicy, jitter: float, longest: timedelta = LONGEST_RETRY
) -> datetime:
    """Soon at first, then at doubling distances up to `longest`. `jitter` in [0, 1) lengthens it by up to a tenth."""
    doublings = min(failures_in_row - 1, 20)  # 2**20 times any interval is beyond every ceiling
    return now + lengthened(min(policy.min_interval * float(2**doublings), policy.clamp(longest)), jitter)
