"""Articles whose edits are known, for simulations of when to look. Times are hours since publication."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

_SOURCE_LAG_H = 1 / 3  # a feed that is read every twenty minutes: articles are found so long after birth at most
_DATED_SHARE = 0.8  # of articles: their page says when they were published
_HOSTS = 24


@dataclass(frozen=True, slots=True)
class Article:
    host: int
    edits: tuple[float, ...]  # ascending
    found_at: float
    is_dated: bool
    rate: Callable[[float], float]  # true edits an hour at an age


@dataclass(frozen=True, slots=True)
class _Law:
    """rate = factor * (age + offset) ** -exponent; exponent > 1."""

    factor: float
    exponent: float
    offset_h: float

    def rate(self, age_h: float) -> float:
        return float(self.factor * (age_h + self.offset_h) ** -self.exponent)

    def age_at(self, edits: float) -> float:
        """The age by which so many edits are to be expected; infinity: they never are."""
        falling = 1 - self.exponent
        left = float(self.offset_h**falling) + falling * edits / self.factor
        return float(left ** (1 / falling)) - self.offset_h if left > 0 else math.inf


@dataclass(frozen=True, slots=True)
class NewsLike:
    """Edits thin out by a power law; hosts differ in how, articles in how much."""

    exponents: tuple[float, float]  # drawn between these, host by host
    offsets_h: tuple[float, ...] = (0.25, 0.5)
    edits_an_article: float = 4.0  # within thirty days, on average
    article_shape: float = 1.0
    host_shape: float = 2.0
    echo_share: float = 0.0  # of the edits: others follow within the hour

    def articles(self, rng: random.Random, count: int, days: float) -> list[Article]:
        hosts = [self._host(rng) for _ in range(_HOSTS)]
        return [self._article(rng, host, hosts[host], days * 24) for host in (i % _HOSTS for i in range(count))]

    def _host(self, rng: random.Random) -> _Law:
        exponent, offset_h = rng.uniform(*self.exponents), rng.choice(self.offsets_h)
        integral = (offset_h ** (1 - exponent) - (720 + offset_h) ** (1 - exponent)) / (exponent - 1)
        mean = self.edits_an_article * rng.gammavariate(self.host_shape, 1 / self.host_shape)
        return _Law(mean / integral, exponent, offset_h)

    def _article(self, rng: random.Random, host: int, law: _Law, until_h: float) -> Article:
        share = rng.gammavariate(self.article_shape, 1 / self.article_shape)
        own = _Law(max(law.factor * share, 1e-9), law.exponent, law.offset_h)
        edits: list[float] = []
        expected = rng.expovariate(1)
        while (age := own.age_at(expected)) < until_h:
            edits.append(age)
            edits += self._echoes(rng, age)
            expected += rng.expovariate(1)
        return _article(rng, host, edits, until_h, own.rate)

    def _echoes(self, rng: random.Random, age: float) -> list[float]:
        if rng.random() >= self.echo_share:
            return []
        echoes: list[float] = []
        while rng.random() < 0.5:
            age += rng.expovariate(2.0)
            echoes.append(age)
        return echoes


@dataclass(frozen=True, slots=True)
class Constant:
    """Each article changes at a rate of its own that never changes: twice a day to once a month."""

    slowest_h: float = 720.0
    fastest_h: float = 12.0

    def articles(self, rng: random.Random, count: int, days: float) -> list[Article]:
        return [self._article(rng, i % _HOSTS, days * 24) for i in range(count)]

    def _article(self, rng: random.Random, host: int, until_h: float) -> Article:
        rate = math.exp(-rng.uniform(math.log(self.fastest_h), math.log(self.slowest_h)))
        edits: list[float] = []
        age = rng.expovariate(rate)
        while age < until_h:
            edits.append(age)
            age += rng.expovariate(rate)
        return _article(rng, host, edits, until_h, lambda _age: rate)


@dataclass(frozen=True, slots=True)
class Mixed:
    """Three news stories to one page that is kept up to date, at the same hosts."""

    news: NewsLike
    constant: Constant

    def articles(self, rng: random.Random, count: int, days: float) -> list[Article]:
        steady = count // 4
        together = self.news.articles(rng, count - steady, days) + self.constant.articles(rng, steady, days)
        rng.shuffle(together)
        return together


def _article(
    rng: random.Random, host: int, edits: list[float], until_h: float, rate: Callable[[float], float]
) -> Article:
    seen = tuple(sorted(edit for edit in edits if edit < until_h))
    return Article(host, seen, rng.uniform(0, _SOURCE_LAG_H), rng.random() < _DATED_SHARE, rate)


# On this population NewsDiffs and fixed intervals do what was measured for them on simulated news at about 120
# requests an article: NewsDiffs captures .79 with a mean delay of 41 minutes, fixed intervals .38.
NEWS = NewsLike(exponents=(1.45, 1.7))
# As the posts decay whose edits are known to the second (exponents of 1.0 to 1.15): more edits come late.
SLOW_NEWS = NewsLike(exponents=(1.02, 1.3), edits_an_article=2.6)
BURSTY_NEWS = NewsLike(exponents=(1.3, 1.6), edits_an_article=2.6, echo_share=0.4)

POPULATIONS: dict[str, NewsLike | Constant | Mixed] = {
    "news-like": NEWS,
    "news-like, slow decay": SLOW_NEWS,
    "news-like, in bursts": BURSTY_NEWS,
    "constant rates": Constant(),
    "mixed": Mixed(NEWS, Constant()),
}
