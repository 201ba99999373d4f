"""A sitemap index followed into what it names: newest first, within bounds, by a look that is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.discover.feeds import MAX_LINKS
from tracker.discover.links import folded
from tracker.discover.reading import Discovered, Reading

# Sites write the day of the last change, in their own time zone: a sitemap of yesterday may have grown since.
_SLACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class NestingLimits:
    """How much of an index one reading takes. The defaults are a news site's: its news stand in the newest ones."""

    documents: int = 50  # requests to one host, with pauses: under two minutes at the usual two seconds
    depth: int = 3  # an index in an index; sitemaps.org allows none, some sites have two
    links: int = MAX_LINKS


def follow_nested(
    first: Reading,
    read: Callable[[str], Reading],
    *,
    since: datetime | None = None,
    limits: NestingLimits = NestingLimits(),
) -> Reading:
    """`first` with the links of the sitemaps that it names, and of those that they name.

    `read` gives the reading of one address. Sitemaps that say they did not change after `since` (the last reading
    that was whole) are not read. Each address is read once; what the bounds leave out is told in `problem`.
    """
    links = list(first.links)
    problems = [first.problem]
    seen: set[str] = set()
    level = _wanted([first], seen, since)
    for _ in range(limits.depth):
        taken, level = level[: limits.documents - len(seen)], level[limits.documents - len(seen) :]
        if level:
            problems.append(
                f"{len(level)} of the sitemaps that it names were not read: {limits.documents} is the most."
            )
        readings = []
        for url in taken:
            if len(links) < limits.links:
                seen.add(url)
                readings.append(read(url))
                links += readings[-1].links
        problems += [reading.problem for reading in readings]
        level = _wanted(readings, seen, since)
        if not level:
            break
    if level:
        problems.append(f"Sitemaps are named more than {limits.depth} deep; those were not read.")
    return _joined(first, links[: limits.links], problems)


def _wanted(readings: Iterable[Reading], seen: set[str], since: datetime | None) -> list[str]:
    named = dict.fromkeys(url for reading in readings for url in _changed_after(reading, since))
    return [url for url in named if url not in seen]


def _changed_after(reading: Reading, since: datetime | None) -> Iterator[str]:
    times = reading.nested_changed_at or (None,) * len(reading.nested)
    for url, changed_at in zip(reading.nested, times, strict=True):
        if since is None or changed_at is None or changed_at >= since - _SLACK:
            yield url


def _joined(first: Reading, links: Iterable[Discovered], problems: list[str]) -> Reading:
    problem = next((words for words in problems if words), "")
    return replace(first, links=folded(links), nested=(), nested_changed_at=(), problem=problem)
