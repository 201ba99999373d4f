"""When to look again: history + price + policy + now -> Plan."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from tracker.cadence.policy import CadencePolicy, lengthened
from tracker.cadence.prior import PRIOR, Prior
from tracker.cadence.rates import expected_edits, rate_per_day
from tracker.cadence.retries import LONGEST_RETRY, next_try
from tracker.model import History, HostHistory, Plan

# An interval is proportional to rate ** -this. For the fewest missed versions 1 is best, for the least delay .5; at
# .7 both lie close to their best on news, and articles that change at a constant rate lose nothing.
_EXPONENT = 0.7

# Below this many edits to be expected within a month (or the longest interval, if that is longer), a look a month finds
# something once in 200 times: an average article gets there at an age of nine months, one that was never edited after
# three.
_RETIRED_BELOW = 0.005
_LEAST_OUTLOOK = timedelta(days=30)

_GIVEN_UP_AFTER = 10  # failures in a row, the last ones a day apart: no restart of a site takes so long

LOWEST_PROMISE, HIGHEST_PROMISE = -12, 8  # octaves of looks a day at price 1: from one in eleven years to 256
# Of an article that no look has shown and of which nobody says how old it is.
UNSEEN_PROMISE = HIGHEST_PROMISE + 1


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
    outlook = max(policy.max_interval, _LEAST_OUTLOOK)
    if expected_edits(history, host, now, now + outlook, prior) < _RETIRED_BELOW:
        return Plan(None, 0.0, LOWEST_PROMISE)
    looks_per_day = rate_per_day(history, host, now, prior) ** _EXPONENT
    interval = interval_at(looks_per_day, policy, price)
    return Plan(now + lengthened(interval, jitter), looks_per_day, promise_of(looks_per_day))


def tried_again_at(
    history: History,
    host: HostHistory,
    now: datetime,
    policy: CadencePolicy,
    price: float,
    jitter: float,
    failures_in_row: int,
) -> datetime | None:
    """The next look at an article that a look at `now` did not show. None: it is given up.

    At doubling distances up to a day, or up to the interval that it would have if it could be seen: pages that are
    gone for good must not use up what the others are to be looked at with.
    """
    if_seen = planned(history, host, now, policy, price, 0.0).next_check_at
    if if_seen is None and failures_in_row >= _GIVEN_UP_AFTER:
        return None
    own = policy.max_interval if if_seen is None else if_seen - now
    return next_try(now, failures_in_row, policy, jitter, max(LONGEST_RETRY, own))


def wanted_now(history: History, host: HostHistory, now: datetime) -> Plan:
    """The look at an article that is new, or that something links to again: at once, in the order of its promise."""
    looks_per_day = rate_per_day(history, host, now) ** _EXPONENT
    return Plan(now, looks_per_day, promise_of(looks_per_day))


def newborn_looks_per_day(prior: Prior = PRIOR) -> float:
    """What an average article asks for at its birth."""
    return float((prior.average.rate(0.0) * 24) ** _EXPONENT)


def interval_at(looks_per_day: float, policy: CadencePolicy, price: float) -> timedelta:
    """What an article that asks for so many looks at price 1 gets at this price."""
    longest = policy.max_interval / timedelta(days=1)
    days = price / looks_per_day if looks_per_day * longest > price else longest
    return policy.clamp(timedelta(days=days))


def promise_of(looks_per_day: float) -> int:
    """Octaves: one more is twice the looks. The lowest and the highest hold all beyond them."""
    octave = math.floor(math.log2(looks_per_day)) if looks_per_day > 0 else LOWEST_PROMISE
    return max(LOWEST_PROMISE, min(HIGHEST_PROMISE, octave))
