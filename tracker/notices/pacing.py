"""When what waits leaves, and when what failed is tried again: word is to come soon, and never in a flood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from tracker.channels import Every, Rhythm, due_at

# An edit is often followed by another within the minute, and looks of one cycle are written down in several
# transactions: a notice that leaves a little later tells of all of it.
SETTLE = timedelta(seconds=30)
# The same change in so many articles of a host, or any changes in so many, are no edits one by one: the site itself
# was changed. Looks at one host lie two seconds apart (`fetch.host_interval_s`), or ten where its robots.txt asks for
# what is usual there: a change of all articles shows that many within the settling time.
ALIKE_ARTICLES = 3
MANY_ARTICLES = 10
# A change of a whole site has been seen whole when none has come for so long; the longest pause between two looks that
# a site can ask for is two minutes.
QUIET = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
# After so many notices of a host within an hour the pauses double, so that a page edited all day long is told of at
# most ten times an hour (30 s, 30 s, 30 s, 1 min, 2, 4, ... 32 min).
FREE_NOTICES = 3
# A channel is read by people: more than one every three minutes is a flood, whatever it is made of.
MOST_AN_HOUR = 20
_CROWDED_WAIT = timedelta(minutes=15)
# Notices of more hosts at once, or older ones, are what a channel that was down has missed: one digest tells them all.
MOST_AT_ONCE = 5
BACKLOG = timedelta(hours=2)

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_REQUESTED_PAUSE = timedelta(hours=6)  # what a receiver may ask for; more is a mistake, or a joke


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of one host for one channel."""

    host: str
    article_count: int
    oldest_at: datetime
    newest_at: datetime
    recent_count: int = 0  # notices of this host made for this channel within the last hour
    alike_count: int = 1  # articles that share a change, of the most common one


def ready(
    waiting: Sequence[Waiting], rhythm: Rhythm, now: datetime, tz: tzinfo | None, recent_count: int = 0
) -> tuple[tuple[str, ...], ...]:
    """The hosts of each notice that is to be made now. `recent_count`: notices of the channel within the last hour.

    `tz` None: the zone that this computer is set to.
    """
    if not waiting:
        return ()
    everything = (tuple(each.host for each in waiting),)
    oldest_at = min(each.oldest_at for each in waiting)
    if rhythm.every is not Every.CHANGE:
        return everything if due_at(rhythm, oldest_at, tz) <= now else ()
    age = now - oldest_at
    if recent_count >= MOST_AN_HOUR:
        return everything if age >= _CROWDED_WAIT else ()
    if age >= BACKLOG:
        return everything
    return together([each.host for each in waiting if _is_ready(each, now)])


def together(hosts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """A notice a host, or one of all of them where that would be too many."""
    return (tuple(hosts),) if len(hosts) > MOST_AT_ONCE else tuple((host,) for host in hosts)


def _is_ready(waiting: Waiting, now: datetime) -> bool:
    age = now - waiting.oldest_at
    if age < timedelta():  # the clock was set back since
        return True
    if age < min(SETTLE * 2 ** max(0, min(waiting.recent_count - FREE_NOTICES + 1, 20)), LONGEST_WAIT):
        return False
    if waiting.article_count < MANY_ARTICLES and waiting.alike_count < ALIKE_ARTICLES:
        return True
    return now - waiting.newest_at >= QUIET or age >= LONGEST_WAIT


def next_try(now: datetime, failures_in_row: int, jitter: float, requested: timedelta | None = None) -> datetime:
    """When to try again after so many failures, the last one included: pauses double up to an hour, spread over the
    upper half of each by `jitter` in [0, 1), so that receivers are not met by all senders at once.

    `requested`: what the receiver asked for (Retry-After); the longer pause wins.
    """
    doubled: timedelta = FIRST_PAUSE * 2 ** min(failures_in_row - 1, 20)
    pause = min(doubled, LONGEST_PAUSE) * (0.5 + jitter / 2)
    return now + max(pause, min(requested or timedelta(), LONGEST_REQUESTED_PAUSE))
