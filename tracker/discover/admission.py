"""Which of the articles that a source names are to be tracked, and for how long: one source's options, applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tracker.discover.patterns import Patterns
from tracker.discover.reading import Discovered


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What is asked of one source. None: no limit."""

    patterns: Patterns = field(default_factory=Patterns)
    max_new_per_day: int | None = None
    is_headline_only: bool = False  # its articles are tracked for their headlines; their text is not compared
    follow_for: timedelta | None = None  # after the first sight, or the publication where that was earlier


@dataclass(frozen=True, slots=True)
class Admission:
    """`taken` are to be tracked, in the source's order; the others are counted by why they are not."""

    taken: tuple[Discovered, ...]
    new_count: int = 0  # of those taken
    unwanted_count: int = 0  # the patterns leave them out
    too_old_count: int = 0  # published longer ago than the source's articles are followed
    held_back_count: int = 0  # beyond the day's cap: taken by a later reading, if the source still names them then


def admitted(
    links: Iterable[Discovered],
    options: SourceOptions,
    *,
    is_known: Callable[[str], bool],
    new_today: int,
    now: datetime,
) -> Admission:
    """Known articles always pass: the cap is on new ones, of which the newest are taken first.

    `new_today` is how many new articles the source brought in the last 24 hours. An article that its source no
    longer names is no matter of this function: it is followed on.
    """
    given = tuple(links)
    wanted = [link for link in given if options.patterns.admit(link.url)]
    current = [link for link in wanted if not _is_over(link, options, now)]
    new = [link for link in current if not is_known(link.url)]
    cap = len(new) if options.max_new_per_day is None else max(0, options.max_new_per_day - new_today)
    held_back = {link.url for link in _newest_first(new)[cap:]}
    return Admission(
        taken=tuple(link for link in current if link.url not in held_back),
        new_count=len(new) - len(held_back),
        unwanted_count=len(given) - len(wanted),
        too_old_count=len(wanted) - len(current),
        held_back_count=len(held_back),
    )


def follow_until(added_at: datetime, published_at: datetime | None, options: SourceOptions) -> datetime | None:
    """The moment after which an article of the source is no longer looked at; None: there is none."""
    if options.follow_for is None:
        return None
    return min(added_at, published_at or added_at) + options.follow_for


def _is_over(link: Discovered, options: SourceOptions, now: datetime) -> bool:
    until = follow_until(now, link.published_at, options)
    return until is not None and until <= now


def _newest_first(links: Iterable[Discovered]) -> list[Discovered]:
    """Those without a time last, in the source's order: feeds put the newest first."""
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(links, key=lambda link: link.published_at or link.changed_at or oldest, reverse=True)
