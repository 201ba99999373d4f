"""When to look again: history + policy + now -> next_check_at. Pure.

An article that was just published or edited is likely to be edited again soon, and ever less so as it ages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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

_LONGEST_RETRY = timedelta(days=1)  # a site that came back is noticed within a day


@dataclass(frozen=True, slots=True)
class CadencePolicy:
    min_interval: timedelta
    max_interval: timedelta

    def clamp(self, interval: timedelta) -> timedelta:
        return max(self.min_interval, min(self.max_interval, interval))


def next_look(now: datetime, last_edit: datetime, policy: CadencePolicy, jitter: float) -> datetime:
    """When to look again at an article that answers. `jitter` in [0, 1) lengthens the interval by up to a tenth."""
    age = now - last_edit
    interval = next((interval for limit, interval in _INTERVAL_BY_AGE if age < limit), policy.max_interval)
    return now + policy.clamp(interval) * (1 + jitter / 10)


def next_try(now: datetime, failures_in_row: int, policy: CadencePolicy, jitter: float) -> datetime:
    """When to try again after a look that gave nothing: soon at first, then at doubling distances up to a day."""
    doublings = min(failures_in_row - 1, 20)  # 2**20 times any interval is beyond every ceiling
    longest = max(policy.min_interval, min(policy.max_interval, _LONGEST_RETRY))
    wait = min(policy.min_interval * float(2**doublings), longest)
    return now + wait * (1 + jitter / 10)
