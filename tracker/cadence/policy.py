"""The bounds that every interval keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_JITTER_SHARE = 0.1  # an interval is lengthened by at most this: enough to part articles that fell into step
MEAN_JITTER = 1 + _JITTER_SHARE / 2  # what jitter does to an interval on average


@dataclass(frozen=True, slots=True)
class CadencePolicy:
    min_interval: timedelta
    max_interval: timedelta

    def clamp(self, interval: timedelta) -> timedelta:
        return max(self.min_interval, min(self.max_interval, interval))


def lengthened(interval: timedelta, jitter: float) -> timedelta:
    """`jitter` in [0, 1) lengthens the interval by up to a tenth."""
    return interval * (1 + jitter * _JITTER_SHARE)
