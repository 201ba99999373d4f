"""One population under one rule: how many edits are seen before the next one hides them, and how late."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from cadence_populations import Article
from cadence_rules import Rule

_TUNED_WITHIN = 0.005  # of the requests aimed at
_MOST_ROUNDS = 16


@dataclass(frozen=True, slots=True)
class Score:
    requests: float  # an article
    captured: float  # share of the edits whose text some look showed
    mean_min: float  # from an edit to the first look after it; to the end where there is none
    ninth_min: float  # nine in ten are shorter


def simulate(articles: Sequence[Article], rule: Rule, dear: float, days: float) -> Score:
    requests = captured = edits = 0
    delays: list[float] = []
    for article in articles:
        looks = _looks(article, rule, dear, days * 24)
        requests += len(looks)
        seen = [bisect_right(article.edits, look) for look in looks]
        edits += len(article.edits) - seen[0]
        captured += len(set(seen)) - 1
        delays += _delays(article, looks, days * 24)
    delays.sort()
    return Score(
        requests / len(articles), captured / max(1, edits), fmean(delays) * 60, delays[int(0.9 * len(delays))] * 60
    )


def _looks(article: Article, rule: Rule, dear: float, until_h: float) -> list[float]:
    watch = rule.watch(article, dear)
    looks: list[float] = []
    seen = bisect_right(article.edits, article.found_at)
    age: float | None = article.found_at
    while age is not None and age < until_h:
        looks.append(age)
        edits = bisect_right(article.edits, age)
        age = watch.next_look(age, edits > seen)
        seen = edits
    return looks


def _delays(article: Article, looks: Sequence[float], until_h: float) -> list[float]:
    later = (*looks, until_h)
    return [later[bisect_right(later, edit)] - edit for edit in article.edits if edit > looks[0]]


def at_equal_requests(
    articles: Sequence[Article], make_rule: Callable[[], Rule], requests: float, days: float
) -> Score:
    """The rule with its intervals stretched until it asks as often as it may.

    Requests fall about as a power of the stretch, so the next guess follows the line through the last two, on
    logarithmic scales.
    """
    before = (0.0, _surplus(simulate(articles, make_rule(), 1.0, days), requests))
    guess = before[1]
    for _ in range(_MOST_ROUNDS):
        score = simulate(articles, make_rule(), math.exp(guess), days)
        surplus = _surplus(score, requests)
        if abs(surplus) < _TUNED_WITHIN:
            return score
        slope = (surplus - before[1]) / (guess - before[0]) if guess != before[0] else -1.0
        before, guess = (guess, surplus), guess - max(-2.0, min(2.0, surplus / min(slope, -0.1)))
    return score


def _surplus(score: Score, requests: float) -> float:
    return math.log(score.requests / requests)
