"""When to look again: history + price + policy + now -> Plan."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from tracker.cadence.policy import CadencePolicy, lengthened
from tracker.cadence.prior import PRIOR, Prior
from tracker.cadence.rates import expected_edits, rate_per_day
from tracker.model import History, HostHistory, Plan

# An interval is proportional to rate ** -this. For the fewest missed versions 1 is best, for the least delay .5; at
# .7 both lie close to their best on news, and articles that change at a constant rate lose nothing.
_EXPONENT = 0.7

# Below this many edits to be expected within the longest interval, a look finds something once in 200 times: an
# average article gets there at an age of nine months, one that was never edited after three.
_RETIRED_BELOW = 0.005

LOWEST_PROMISE, HIGHEST_PROMISE = -12, 8  # octaves of looks a day at price 1: from one in eleven years to 256


def planned(
    history: History,
    host: HostHistory,
    now: datetime,
    policy: CadencePolicy,
    price: float,
    jitter: float,
    prior: Prior = PRIOR,
) -> Plan:
    """The next look at an article that a look at `now` showed. `price` as `tracker.cadence.budget` finds it."""
    if expected_edits(history, host, now, now + policy.max_interval, prior) < _RETIRED_BELOW:
        return Plan(None, 0.0, LOWEST_PROMISE)
    looks_per_day = rate_per_day(history, host, now, prior) ** _EXPONENT
    interval = interval_at(looks_per_day, policy, price)
    return Plan(now + lengthened(interval, jitter), looks_per_day, promise_of(looks_per_day))


def wanted_now(history: History, host: HostHistory, now: datetime) -> Plan:
    """The look at an article that is new, or that something links to again: at once, in the order of its promise."""
    looks_per_day = rate_per_day(history, host, now) ** _EXPONENT
    return Plan(now, looks_per_day, promise_of(looks_per_day))


def interval_at(looks_per_day: float, policy: CadencePolicy, price: float) -> timedelta:
    """What an article that asks for so many looks at price 1 gets at this price."""
    longest = policy.max_interval / timedelta(days=1)
    days = price / looks_per_day if looks_per_day * longest > price else longest
    return policy.clamp(timedelta(days=days))


def promise_of(looks_per_day: float) -> int:
    """Octaves: one more is twice the looks. The lowest and the highest hold all beyond them."""
    octave = math.floor(math.log2(looks_per_day)) if looks_per_day > 0 else LOWEST_PROMISE
    return max(LOWEST_PROMISE, min(HIGHEST_PROMISE, octave))
