"""When to look again: history + policy + price + now -> next_check_at. Pure.

An article that was just published or edited is likely to be edited again soon, and ever less so as it ages. How likely,
its age, its own history and its host's say (`rates`); a look then costs what makes all looks together meet one budget
(`budget`).

    begin -> History -> after_look -> planned -> Plan          one article
    Demand by promise -> price_for -> turns_at, Purse          all articles
"""

from tracker.cadence.budget import (
    Allowance,
    Purse,
    Turn,
    demand_changes,
    host_price,
    most_overdue,
    price_for,
    purse_memory,
    requests_per_day_at,
    turns_at,
)
from tracker.cadence.histories import Finding, after_look, begin, dated, from_counts, stirred
from tracker.cadence.plans import UNSEEN_PROMISE, interval_at, planned, promise_of, tried_again_at, wanted_now
from tracker.cadence.policy import CadencePolicy
from tracker.cadence.prior import PRIOR, Prior
from tracker.cadence.rates import expected_edits, host_factor, missed_share, rate_per_day
from tracker.cadence.retries import LONGEST_RETRY, next_try

__all__ = [
    "LONGEST_RETRY",
    "PRIOR",
    "UNSEEN_PROMISE",
    "Allowance",
    "CadencePolicy",
    "Finding",
    "Prior",
    "Purse",
    "Turn",
    "after_look",
    "begin",
    "dated",
    "demand_changes",
    "expected_edits",
    "from_counts",
    "host_factor",
    "host_price",
    "interval_at",
    "missed_share",
    "most_overdue",
    "next_try",
    "planned",
    "price_for",
    "promise_of",
    "purse_memory",
    "rate_per_day",
    "requests_per_day_at",
    "stirred",
    "tried_again_at",
    "turns_at",
    "wanted_now",
]
