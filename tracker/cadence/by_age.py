"""Intervals by the time since the last edit alone, for an article whose history nobody keeps."""

from __future__ import annotations

from datetime import datetime, timedelta

from tracker.cadence.policy import CadencePolicy, lengthened

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

# Time since the last edit (or the first sight) -> time to the next look, as NewsDiffs chose them after watching
# five large outlets. NewsDiffs then stopped looking; here the policy's longest interval applies instead.
_INTERVAL_BY_AGE = (
    (3 * _HOUR, 15 * _MINUTE),
    (1 * _DAY, 1 * _HOUR),
    (7 * _DAY, 3 * _HOUR),
    (30 * _DAY, 3 * _DAY),
    (360 * _DAY, 30 * _DAY),
)


def next_look(now: datetime, last_edit: datetime, policy: CadencePolicy, jitter: float) -> datetime:
    """When to look again at an article that answers. `jitter` in [0, 1) lengthens the interval by up to a tenth."""
    age = now - last_edit
    interval = next((interval for limit, interval in _INTERVAL_BY_AGE if age < limit), policy.max_interval)
    return now + lengthened(policy.clamp(interval), jitter)
