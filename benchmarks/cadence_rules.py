"""Rules of when to look again, each for one article at a time: this project's and those it is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cadence_populations import Article

from tracker.cadence import PRIOR, CadencePolicy, Finding, Prior, after_look, begin, planned
from tracker.model import HostHistory

MIN_H, MAX_H = 5 / 60, 720.0
_EPOCH = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
_POLICY = CadencePolicy(timedelta(hours=MIN_H), timedelta(hours=MAX_H))


class Watch(Protocol):
    """Follows one article. Stateful."""

    def next_look(self, age_h: float, found: bool) -> float | None:
        """Age at the next look after a look at this age. None: it is given up."""
        ...


class Rule(Protocol):
    """Makes a watch for each article. `dear` stretches all its intervals, to bring rules to equal requests."""

    def watch(self, article: Article, dear: float) -> Watch: ...


def _later(age_h: float, interval_h: float) -> float:
    return age_h + max(MIN_H, min(MAX_H, interval_h))


@dataclass(slots=True)
class _Fixed:
    interval_h: float

    def next_look(self, age_h: float, _found: bool) -> float:
        return _later(age_h, self.interval_h)


class Fixed:
    def watch(self, _article: Article, dear: float) -> Watch:
        return _Fixed(6.0 * dear)


@dataclass(slots=True)
class _NewsDiffs:
    dear: float
    edited_at: float

    def next_look(self, age_h: float, found: bool) -> float:
        if found:
            self.edited_at = age_h
        since = age_h - self.edited_at
        steps = ((3.0, 0.25), (24.0, 1.0), (168.0, 3.0), (720.0, 72.0), (8640.0, 720.0))
        return _later(age_h, self.dear * next(interval for limit, interval in steps if since < limit))


class NewsDiffs:
    """By the time since the last edit: 15 minutes, an hour, three hours, three days, thirty days."""

    def watch(self, article: Article, dear: float) -> Watch:
        return _NewsDiffs(dear, article.found_at)


@dataclass(slots=True)
class _Diffengine:
    dear: float
    found_at: float

    def next_look(self, age_h: float, _found: bool) -> float:
        return _later(age_h, self.dear * 0.25 * (age_h - self.found_at))


class Diffengine:
    """As it was meant: looked at again when a fifth of its age has passed since the last look."""

    def watch(self, article: Article, dear: float) -> Watch:
        return _Diffengine(dear, article.found_at)


@dataclass(slots=True)
class _AdditiveMultiplicative:
    dear: float
    interval_h: float = 0.25

    def next_look(self, age_h: float, found: bool) -> float:
        self.interval_h = max(0.05, self.interval_h / 2) if found else self.interval_h + 0.5
        return _later(age_h, self.dear * self.interval_h)


class AdditiveMultiplicative:
    """Half an hour more after a look that finds nothing, half the interval after one that does."""

    def watch(self, _article: Article, dear: float) -> Watch:
        return _AdditiveMultiplicative(dear)


@dataclass(slots=True)
class _Oracle:
    article: Article
    dear: float

    def next_look(self, age_h: float, _found: bool) -> float:
        return _later(age_h, self.dear * self.article.rate(age_h) ** -0.7)


class Oracle:
    """Knows the true rate of every article at every age: what no rule can."""

    def watch(self, article: Article, dear: float) -> Watch:
        return _Oracle(article, dear)


@dataclass(slots=True)
class Tracker:
    """This project's own code. Hosts are learnt as the articles go by, the way a tracker that runs for long does."""

    prior: Prior = PRIOR
    hosts: dict[int, HostHistory] = field(default_factory=dict)

    def watch(self, article: Article, dear: float) -> Watch:
        return _Tracked(self, article, dear)


class _Tracked:
    def __init__(self, rule: Tracker, article: Article, price: float) -> None:
        self._rule = rule
        self._host = article.host
        self._price = price
        published_at = _EPOCH if article.is_dated else None
        self._history = begin(_EPOCH + timedelta(hours=article.found_at), published_at)

    def next_look(self, age_h: float, found: bool) -> float | None:
        now = _EPOCH + timedelta(hours=age_h)
        host = self._rule.hosts.get(self._host, HostHistory())
        before, is_first = self._history, self._history.seen_from is None
        self._history = after_look(before, host, now, Finding.CHANGED if found else Finding.SAME, self._rule.prior)
        host = HostHistory(
            host.articles + is_first,
            host.changes + self._history.changes - before.changes,
            host.exposure + self._history.exposure - before.exposure,
        )
        self._rule.hosts[self._host] = host
        plan = planned(self._history, host, now, _POLICY, self._price, 0.0, self._rule.prior)
        return None if plan.next_check_at is None else (plan.next_check_at - _EPOCH) / timedelta(hours=1)
