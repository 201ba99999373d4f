"""A source's options, applied to what it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.discover import Discovered, Patterns, SourceOptions, admitted, follow_until
from tracker.discover.admission import Admission

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def link(name: str, age: timedelta | None = None) -> Discovered:
    return Discovered(f"https://example.com/{name}", None, None if age is None else NOW - age)


def admit(
    links: list[Discovered], options: SourceOptions, known: frozenset[str] = frozenset(), new_today: int = 0
) -> Admission:
    return admitted(links, options, is_known=known.__contains__, new_today=new_today, now=NOW)


def names(admission: Admission) -> list[str]:
    return [link.url.rpartition("/")[2] for link in admission.taken]


def test_without_options_all_are_taken() -> None:
    admission = admit([link("a"), link("b", 9000 * DAY)], SourceOptions())
    assert names(admission) == ["a", "b"]
    assert admission.new_count == 2


def test_patterns_leave_out() -> None:
    options = SourceOptions(Patterns(include=("/news",), exclude=("-live",)))
    admission = admit([link("news-1"), link("news-live"), link("sport-1")], options)
    assert names(admission) == ["news-1"]
    assert admission.unwanted_count == 2


def test_the_cap_takes_the_newest_and_never_the_known() -> None:
    links = [link("old", 3 * DAY), link("timeless"), link("new", DAY), link("newest", DAY / 2), link("known", 9 * DAY)]
    known = frozenset({"https://example.com/known"})
    admission = admit(links, SourceOptions(max_new_per_day=3), known, new_today=1)
    assert names(admission) == ["new", "newest", "known"]
    assert (admission.new_count, admission.held_back_count) == (2, 2)
    assert names(admit(links, SourceOptions(max_new_per_day=3), known, new_today=7)) == ["known"]
    assert names(admit(links, SourceOptions(max_new_per_day=0), known)) == ["known"]


def test_without_times_the_source_has_the_newest_first() -> None:
    assert names(admit([link("a"), link("b"), link("c")], SourceOptions(max_new_per_day=2))) == ["a", "b"]


def test_a_time_of_change_stands_in_for_one_of_publication() -> None:
    changed = Discovered("https://example.com/changed", changed_at=NOW)
    assert names(admit([link("old", DAY), changed], SourceOptions(max_new_per_day=1))) == ["changed"]


def test_what_would_no_longer_be_followed_is_not_begun() -> None:
    options = SourceOptions(follow_for=30 * DAY)
    admission = admit([link("fresh", DAY), link("stale", 31 * DAY), link("timeless")], options)
    assert names(admission) == ["fresh", "timeless"]
    assert admission.too_old_count == 1


def test_how_long_to_follow() -> None:
    options = SourceOptions(follow_for=30 * DAY)
    assert follow_until(NOW, None, options) == NOW + 30 * DAY
    assert follow_until(NOW, NOW - 10 * DAY, options) == NOW + 20 * DAY
    assert follow_until(NOW, NOW + DAY, options) == NOW + 30 * DAY
    assert follow_until(NOW, NOW, SourceOptions()) is None
