"""What looks have told of how often articles change: counts and sums, never whole histories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class History:
    """How one article has changed under our eyes. The same few figures after three looks and after three thousand.

    `tracker.cadence` makes and updates it; whoever keeps it needs to understand nothing but the types.
    """

    born_at: datetime  # its age counts from here
    seen_from: datetime | None = None  # the first look that showed it; None: none did yet
    seen_until: datetime | None = None  # the latest look that showed it; None: none did yet
    stirred_at: datetime | None = None  # when it last changed, or was linked to again after it had been given up
    changes: float = 0.0  # edits that the looks speak for: unseen ones estimated in, flaps counted little
    exposure: float = 0.0  # edits that an average article of that age would have had between the looks
    steady_log_odds: float | None = None  # of "it changes at a constant rate"; None: no look has spoken yet
    edits_seen: float = 0.0  # changes that looks found, flaps counted little; never more than `changes`


@dataclass(frozen=True, slots=True)
class HostHistory:
    """The histories of all articles of a host, added up."""

    articles: int = 0  # with a look that showed them
    changes: float = 0.0  # sum of History.changes
    exposure: float = 0.0  # sum of History.exposure
    looks_per_day: float = 0.0  # sum of Plan.looks_per_day: what its articles ask for at price 1
    edits_seen: float = 0.0  # sum of History.edits_seen


@dataclass(frozen=True, slots=True)
class Plan:
    """When to look at an article again, and how much is to be expected of it."""

    next_check_at: datetime | None  # None: nothing more is to be expected, it is not looked at any more
    looks_per_day: float  # that it asks for at price 1; 0 when it is not looked at any more
    promise: int  # looks_per_day in octaves: the higher, the more a look is likely to find


@dataclass(frozen=True, slots=True)
class Demand:
    """What all articles of one `promise` that are looked at ask for together."""

    promise: int
    articles: int
    looks_per_day: float  # sum of Plan.looks_per_day
