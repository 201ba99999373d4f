"""A stream of changes of any length becomes a digest of bounded size.

A topic tells its latest revisions, every host's among them, and counts the rest.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby, islice, zip_longest

from tracker.model import Change, ChangeDetail, Field, Kind
from tracker.render.digest import (
    ArticleEntries,
    Correction,
    Digest,
    Entry,
    Example,
    Findings,
    FlapFigures,
    HostEntries,
    Limits,
    Section,
    Told,
    Topic,
    topic_of,
)
from tracker.render.reports import RevisionChanges, telling_rank
from tracker.render.wording import kind_name

# Pairs of words that are counted at the same time, to know the most frequent: some megabytes.
_MOST_PAIRS = 20_000
# Longer texts are no example of anything.
_LONGEST_EXAMPLE = 60
_EXAMPLE_ARTICLES = 3


def digest_of(
    details: Iterable[ChangeDetail], findings: Findings, limits: Limits, *, whole: frozenset[Topic] = frozenset()
) -> Digest:
    """`details` in the order in which they were seen, those of one revision together; gone through once.

    `whole`: topics that are told change by change where counts and examples are the rule.
    """
    books = _Books(findings, limits, whole)
    for _, group in groupby(details, key=lambda each: (each.article_id, each.from_number, each.to_number)):
        books.enter(list(group))
    return books.closed()


# -- keeping the books -------------------------------------------------------------------------------------------------


class _Books:
    """Takes revision after revision, keeps what is told and counts the rest."""

    def __init__(self, findings: Findings, limits: Limits, whole: frozenset[Topic]) -> None:
        self._findings = findings
        self._limits = limits
        corrected = (each.corrected_change_id for each in findings.corrections.values())
        self._corrected = frozenset(change_id for change_id in corrected if change_id is not None)
        in_counts = frozenset() if limits.entries is None else frozenset({Topic.FORM}) - whole
        self._pages = {topic: _TopicPage(limits, in_counts=topic in in_counts) for topic in Topic}
        self._flaps: dict[tuple[int, tuple[int, int]], FlapFigures] = {}
        self._articles: set[int] = set()
        self._hosts: set[str] = set()

    def enter(self, details: Sequence[ChangeDetail]) -> None:
        """The changes of one revision."""
        ordered = sorted(details, key=_order)
        if ordered[0].is_flap:
            self._turn(ordered[0])
            return
        self._articles.add(ordered[0].article_id)
        self._hosts.add(ordered[0].host)
        for topic, group in _by_topic(ordered, self._findings.silent, self._corrected).items():
            self._pages[topic].enter(group, self._findings)

    def _turn(self, detail: ChangeDetail) -> None:
        one = detail.from_same_as_number or detail.from_number
        other = detail.to_same_as_number or detail.to_number
        wordings = (min(one, other), max(one, other))
        before = self._flaps.get((detail.article_id, wordings))
        turns = 1 if before is None else before.turn_count + 1
        shown = detail if before is None or one < other else before.shown
        self._flaps[detail.article_id, wordings] = FlapFigures(detail, shown, wordings, turns)

    def closed(self) -> Digest:
        flaps = sorted(self._flaps.values(), key=lambda flap: -flap.turn_count)
        sections = (self._pages[topic].section(topic) for topic in Topic)
        kept = tuple(section for section in sections if section.change_count)
        return Digest(
            sum(section.change_count for section in kept),
            len(self._articles),
            len(self._hosts),
            kept,
            tuple(flaps[: self._limits.lines]),
            len(flaps),
            sum(flap.turn_count for flap in flaps),
            self._findings,
        )


def _order(detail: ChangeDetail) -> tuple[float, bool, int]:
    """Most telling first; what is changed alike in several places is told where everybody reads it."""
    return telling_rank(detail.change), detail.change.field is not Field.HEADLINE, detail.change_id


def _by_topic(
    ordered: Iterable[ChangeDetail], silent: Mapping[int, bool], corrected: frozenset[int]
) -> dict[Topic, list[ChangeDetail]]:
    found: dict[Topic, list[ChangeDetail]] = {}
    for detail in ordered:
        found.setdefault(topic_of(detail, silent, corrected), []).append(detail)
    return found


class _TopicPage:
    """What is kept of one topic."""

    def __init__(self, limits: Limits, *, in_counts: bool) -> None:
        self._limits = limits
        self._in_counts = in_counts
        self._latest = _Latest(limits.entries)
        self._latest_of_host: dict[str, _Latest] = {}
        self._articles: set[int] = set()
        self._change_count = self._open_count = 0
        self._names: Counter[str] = Counter()
        self._pairs = _Pairs()

    def enter(self, group: Sequence[ChangeDetail], findings: Findings) -> None:
        """Changes of one revision, most telling first."""
        self._articles.add(group[0].article_id)
        self._change_count += len(group)
        self._open_count += sum(findings.silent.get(detail.change_id) is False for detail in group)
        if self._in_counts:
            for detail in group:
                self._names[_name(detail.change)] += 1
                self._pairs.add(detail)
            return
        entry = _entry(group, findings.corrections, self._limits.changes)
        self._latest.add(entry)
        if self._limits.entries is not None:
            self._latest_of_host.setdefault(group[0].host, _Latest(self._limits.of_host)).add(entry)

    def section(self, topic: Topic) -> Section:
        entries = _chosen(self._latest, self._latest_of_host, self._limits.entries)
        examples = self._pairs.most_frequent(self._limits.examples)
        told = sum(entry.change_count - entry.untold_count for entry in entries)
        told += sum(example.times for example in examples)
        return Section(
            topic,
            self._change_count,
            len(self._articles),
            _by_host(entries),
            self._change_count - told,
            self._open_count,
            tuple(self._names.most_common()),
            examples,
        )


class _Latest:
    """The latest so many entries; None: all."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._kept: list[tuple[datetime, int, Entry]] = []

    def add(self, entry: Entry) -> None:
        kept = (entry.revision.changed_before, entry.told[0].detail.change_id, entry)
        if self._most is None:
            self._kept.append(kept)
        elif len(self._kept) < self._most:
            heapq.heappush(self._kept, kept)
        else:
            heapq.heappushpop(self._kept, kept)

    def newest_first(self) -> list[Entry]:
        return [entry for _, _, entry in sorted(self._kept, key=lambda kept: kept[:2], reverse=True)]


def _entry(group: Sequence[ChangeDetail], corrections: Mapping[int, Correction], most: int | None) -> Entry:
    same: dict[tuple[Kind, str, str], list[ChangeDetail]] = {}
    for detail in group:
        same.setdefault((detail.change.kind, detail.change.before, detail.change.after), []).append(detail)
    told = tuple(
        Told(first, tuple(other.change for other in others), corrections.get(first.change_id))
        for first, *others in islice(same.values(), most)
    )
    first = group[0]
    revision = RevisionChanges(
        first.from_number,
        first.to_number,
        first.changed_after,
        first.changed_before,
        tuple(each.detail for each in told),
    )
    return Entry(revision, told, len(group) - sum(1 + len(each.also) for each in told))


def _chosen(latest: _Latest, of_host: Mapping[str, _Latest], most: int | None) -> list[Entry]:
    """Every host's latest, then every host's latest but one ...; then whatever is latest. The newest first."""
    if most is None:
        return latest.newest_first()
    by_host = sorted((each.newest_first() for each in of_host.values()), key=_newest, reverse=True)
    rounds = (entry for turn in zip_longest(*by_host) for entry in turn if entry is not None)
    chosen = {_key(entry): entry for entry in islice(rounds, most)}
    for entry in latest.newest_first():
        if len(chosen) < most:
            chosen.setdefault(_key(entry), entry)
    return sorted(chosen.values(), key=lambda entry: _newest([entry]), reverse=True)


def _newest(entries: Sequence[Entry]) -> tuple[datetime, int]:
    return entries[0].revision.changed_before, entries[0].told[0].detail.change_id


def _key(entry: Entry) -> int:
    return entry.told[0].detail.change_id


def _by_host(entries: Iterable[Entry]) -> tuple[HostEntries, ...]:
    """Hosts and articles by the most telling of what they changed, then by the newest."""
    articles: dict[int, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: telling_rank(entry.told[0].detail.change)):
        articles.setdefault(entry.article_id, []).append(entry)
    hosts: dict[str, list[ArticleEntries]] = {}
    for group in articles.values():
        article = _article(sorted(group, key=lambda entry: entry.revision.to_number))
        hosts.setdefault(group[0].revision.details[0].host, []).append(article)
    return tuple(HostEntries(host, tuple(parts)) for host, parts in hosts.items())


def _article(entries: Sequence[Entry]) -> ArticleEntries:
    newest = entries[-1].revision.details[0]
    return ArticleEntries(newest.article_id, newest.url, newest.headline, tuple(entries))


# -- counts and examples -----------------------------------------------------------------------------------------------


class _Pairs:
    """How often which words were replaced by which. Where there are too many pairs, those met once are forgotten."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str, str], int] = {}
        self._articles: dict[tuple[str, str, str], tuple[int, ...]] = {}
        self._ranks: dict[str, float] = {}

    def add(self, detail: ChangeDetail) -> None:
        change = detail.change
        if max(len(change.before), len(change.after)) > _LONGEST_EXAMPLE:
            return
        key = (_name(change), change.before, change.after)
        self._ranks.setdefault(key[0], telling_rank(change))
        self._times[key] = self._times.get(key, 0) + 1
        known = self._articles.get(key, ())
        if detail.article_id not in known and len(known) < _EXAMPLE_ARTICLES:
            self._articles[key] = (*known, detail.article_id)
        if len(self._times) > _MOST_PAIRS:
            self._forget()

    def _forget(self) -> None:
        often = sorted(self._times, key=lambda key: -self._times[key])[: _MOST_PAIRS // 2]
        self._times = {key: self._times[key] for key in often}
        self._articles = {key: self._articles[key] for key in often}

    def most_frequent(self, most: int) -> tuple[Example, ...]:
        keys = heapq.nsmallest(most, self._times, key=lambda key: (-self._times[key], self._ranks[key[0]]))
        return tuple(Example(*key, self._times[key], self._articles[key]) for key in keys)


def _name(change: Change) -> str:
    return "modification time" if change.field is Field.MODIFIED_AT else kind_name(change.kind)
