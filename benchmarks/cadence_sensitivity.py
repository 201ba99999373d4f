"""What the cadence comes to when its constants are other than they are: each alone, at equal requests."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

from cadence_cohort import at_equal_requests, simulate
from cadence_populations import POPULATIONS
from cadence_rules import NewsDiffs, Tracker

from tracker.cadence import PRIOR, Prior
from tracker.cadence.decay import decay

_ARTICLES = {"news-like": 200, "news-like, slow decay": 200, "news-like, in bursts": 200, "mixed": 100}
_DAYS = 30.0


def _variants() -> dict[str, Prior]:
    variants = {"as it is": PRIOR}
    for exponent in (1.0, 1.15, 1.45, 1.6, 1.8):
        variants[f"exponent {exponent:g}"] = replace(PRIOR, average=decay(2.6, 720.0, exponent, 0.3))
    for offset_h in (0.1, 0.6, 1.5):
        variants[f"offset {offset_h:g} h"] = replace(PRIOR, average=decay(2.6, 720.0, 1.3, offset_h))
    for edits in (1.0, 6.0):
        variants[f"{edits:g} edits an article"] = replace(PRIOR, average=decay(edits, 720.0, 1.3, 0.3))
    for shape in (0.3, 1.5):
        variants[f"article shape {shape:g}"] = replace(PRIOR, article_shape=shape)
    for echo in (0.0, 0.2):
        variants[f"echo {echo:g}"] = replace(PRIOR, echo=echo)
    for share in (0.005, 0.2):
        variants[f"steady share {share:g}"] = replace(PRIOR, steady_share=share)
    return variants


def sensitivity_report(seed: int) -> None:
    """Prints captured share and mean delay for each constant and population."""
    columns = []
    for name, count in _ARTICLES.items():
        drawn = POPULATIONS[name].articles(random.Random(seed), count, _DAYS)
        columns.append((drawn, simulate(drawn, NewsDiffs(), 1.0, _DAYS).requests))
    print(f"{'captured, mean min':<22}" + "".join(f"{name:>24}" for name in _ARTICLES))
    for label, prior in _variants().items():
        scores = [at_equal_requests(drawn, partial(Tracker, prior), r, _DAYS) for drawn, r in columns]
        print(f"{label:<22}" + "".join(f"{f'{s.captured:.3f} {s.mean_min:6.0f}':>24}" for s in scores), flush=True)
