"""Two pages of one story of our own, and what is read of them together."""

from __future__ import annotations

import re

from pages import PROSE, page

from tracker.extract import SiteRules
from tracker.extract.together import StoredPage, Together, read_together
from tracker.model import Extract

URL = "https://www.example.com/islands/night-ferry"
MORE = (
    "On the quay, Jonas Berg was selling smoked fish to the last passengers of the evening, as his father had done.",
    "He had sold 120 portions by nine o'clock, and said that he would have to look for other work in the autumn.",
)
STORY = PROSE + MORE


def together(before: str, now: str, recorded: Extract | None = None, rules: SiteRules | None = None) -> Together:
    old, new = (StoredPage(html.encode(), URL, "text/html; charset=utf-8") for html in (before, now))
    return read_together(old, new, rules, frozenset(), recorded)


def shown(markup: str) -> str:
    return re.sub("<[^>]*>", "", markup)


def texts(before: str, now: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    both = together(before, now)
    assert both.before.extract is not None
    assert both.now.extract is not None
    return both.before.extract.paragraphs, both.now.extract.paragraphs


def left_out(both: Together) -> dict[str, str]:
    return {line.text: line.reason for line in both.now.left_out}


def story(*paragraphs: str, **other: str) -> str:
    return page(prose=paragraphs or STORY, **other)
