"""What is believed of an article before any look at it: the constants of the model, with their sources."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tracker.cadence.decay import Decay, decay

# Published figures for real news: 4.6 million versions of 1.28 million articles, that is 2.6 edits an article.
_EDITS_AN_ARTICLE = 2.6
_FOLLOWED_H = 30 * 24.0
# Fitted to the times of edits of real posts, the best exponent is 1.0 to 1.15 with an offset of .1 to .25 hours; the
# figures measured for trackers on news are met with about 1.6 and .25 to .5. What lies between serves both: with any
# exponent from 1.15 to 1.6 and any offset from .1 to .6 the captured share stays within .01 on news of either decay;
# steeper ones pay in delay where edits come late, flatter ones miss edits where they come fast
# (`benchmarks/cadence.py --sensitivity`, which tries every constant of this module).
AVERAGE = decay(_EDITS_AN_ARTICLE, _FOLLOWED_H, exponent=1.3, offset_h=0.3)


@dataclass(frozen=True, slots=True)
class Prior:
    """Gamma distributions are given by their shape: the lower, the more articles differ."""

    average: Decay = field(default=AVERAGE)
    # An edit makes another one likelier for a while (a slip of the pen in the new sentence, a story that moves again):
    # as if an article of this share of the average were born.
    echo: float = 0.05
    article_shape: float = 0.7  # about a third of a host's articles are never edited, a few are edited a dozen times
    host_shape: float = 2.0  # hosts lie within a factor of three of each other
    steady_shape: float = 0.5  # of the constant rates; from daily to yearly, next to nothing is ruled out
    steady_per_h: float = 1 / 720  # mean of the constant rates: an edit a month
    steady_share: float = 0.05  # one page in twenty is no news story

    @property
    def steady_log_odds(self) -> float:
        return math.log(self.steady_share / (1 - self.steady_share))


PRIOR = Prior()
