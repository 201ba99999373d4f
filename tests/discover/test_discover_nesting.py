"""Sitemap indexes, followed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.discover import Discovered, NestingLimits, Reading, SourceKind, follow_nested, read_source
from tracker.model import Fetch

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOME = "https://example.com"


def index(*names: str, changed_at: tuple[datetime | None, ...] = ()) -> Reading:
    return Reading(nested=tuple(f"{HOME}/{name}" for name in names), nested_changed_at=changed_at)


def leaf(*names: str, problem: str = "") -> Reading:
    return Reading(tuple(Discovered(f"{HOME}/{name}") for name in names), problem=problem)


class Site:
    """What stands at each address, and what was asked for."""

    def __init__(self, **readings: Reading) -> None:
        self.readings = readings
        self.asked: list[str] = []

    def read(self, url: str) -> Reading:
        self.asked.append(url.rpartition("/")[2])
        return self.readings[self.asked[-1]]


def names(reading: Reading) -> list[str]:
    return [link.url.rpartition("/")[2] for link in reading.links]


def test_an_index_in_an_index_is_read_to_its_leaves() -> None:
    site = Site(inner=index("leaf1", "leaf2"), leaf0=leaf("a"), leaf1=leaf("b", "a"), leaf2=leaf("c"))
    reading = follow_nested(index("inner", "leaf0"), site.read)
    assert names(reading) == ["a", "b", "c"]
    assert site.asked == ["inner", "leaf0", "leaf1", "leaf2"]
    assert reading.nested == ()
    assert reading.problem == ""


def test_circles_end() -> None:
    site = Site(a=index("b", "a"), b=index("a", "leaf"), leaf=leaf("x"))
    assert names(follow_nested(index("a"), site.read)) == ["x"]
    assert site.asked == ["a", "b", "leaf"]


def test_depth_is_bounded() -> None:
    site = Site(a=index("b"), b=index("c"), c=index("d"), d=leaf("x"))
    reading = follow_nested(index("a"), site.read, limits=NestingLimits(depth=3))
    assert reading.links == ()
    assert site.asked == ["a", "b", "c"]
    assert "3 deep" in reading.problem


def test_requests_are_bounded_and_what_is_left_out_is_told() -> None:
    site = Site(**{f"leaf{n}": leaf(f"story{n}") for n in range(10)})
    reading = follow_nested(index(*site.readings), site.read, limits=NestingLimits(documents=4))
    assert site.asked == ["leaf0", "leaf1", "leaf2", "leaf3"]
    assert "6 of the sitemaps" in reading.problem


def test_links_are_bounded() -> None:
    site = Site(leaf1=leaf("a", "b"), leaf2=leaf("c"))
    reading = follow_nested(index("leaf1", "leaf2"), site.read, limits=NestingLimits(links=2))
    assert names(reading) == ["a", "b"]
    assert site.asked == ["leaf1"]


def test_what_did_not_change_since_the_last_reading_is_left_alone() -> None:
    site = Site(new=leaf("a"), timeless=leaf("b"), yesterday=leaf("c"))
    first = index(
        "new", "yesterday", "old", "timeless", changed_at=(NOW, NOW - timedelta(days=1), NOW - timedelta(days=9), None)
    )
    reading = follow_nested(first, site.read, since=NOW)
    assert names(reading) == ["a", "c", "b"]


def test_a_fault_in_one_is_told_and_hides_no_other() -> None:
    site = Site(broken=leaf(problem="The document is cut short."), whole=leaf("a"))
    reading = follow_nested(index("broken", "whole"), site.read)
    assert names(reading) == ["a"]
    assert reading.problem == "The document is cut short."


def test_a_source_that_names_no_sitemaps_stays_as_it_is() -> None:
    first = leaf("a", "b")
    assert follow_nested(first, Site().read) == first


def read_index(*addresses: str) -> list[str]:
    entries = "".join(f"<sitemap><loc>{HOME}/{address}</loc></sitemap>" for address in addresses)
    body = f"<sitemapindex>{entries}</sitemapindex>".encode()
    reading = read_source(SourceKind.SITEMAP, Fetch(HOME, HOME, NOW, status=200, body=body))
    assert len(reading.nested_changed_at) == len(reading.nested)
    return [url.removeprefix(f"{HOME}/") for url in reading.nested]


def test_the_day_in_an_address_stands_in_for_a_time_of_change() -> None:
    assert read_index(
        "static.xml", "s-2025-12.xml", "s-2026-11.xml", "s-20261023.xml.gz", "s?y=2026&amp;m=09&amp;d=30"
    ) == [
        "s-2026-11.xml",
        "s-20261023.xml.gz",
        "s?y=2026&m=09&d=30",
        "s-2025-12.xml",
        "static.xml",
    ]
