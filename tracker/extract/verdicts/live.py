"""Liveblogs and tickers: pages that are written by adding to them, so that each look would be a change."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from tracker.extract import jsonld
from tracker.extract.jsonld import Node
from tracker.extract.text import comparable, fold
from tracker.extract.verdicts.problem import PageProblem
from tracker.extract.verdicts.seen import Seen
from tracker.model import ProblemKind

_TYPE = "LiveBlogPosting"
# A time of day at the beginning of a block, as an entry of a ticker has it: 12:31, 12.31 Uhr, 12h31, (9:05 a.m.).
_TIME_OF_DAY = re.compile(
    r"^[(\[]?(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d)\b(?!\.\d)(?!\s*(?:%|percent|per cent|prozent|million))", re.IGNORECASE
)
_ENTRIES_AT_LEAST = 5  # chosen: an article with a timetable or a chronology in it seldom has as many and never the name
_BLOCKS = ("p", "h2", "h3", "h4", "li", "time", "strong", "div", "span")
_LONGEST_LABEL = 400


def live_page(seen: Seen) -> PageProblem | None:
    if seen.rules.live_pages:
        return None
    if _declares_itself(seen):
        return _problem("it declares itself a live blog (LiveBlogPosting)")
    for where in ("path", "title"):
        if said := seen.said(ProblemKind.LIVE_PAGE, where):
            return _problem(f"its {_NAMES[where]} says {said!r}")
    for where in ("slug", "title"):
        said = seen.said(ProblemKind.LIVE_PAGE, where, needs=("entries",))
        if said and _has_entries(seen):
            return _problem(f"its {_NAMES[where]} says {said!r} and its entries begin with the time of day")
    return None


_NAMES = {"path": "address", "slug": "address", "title": "title"}


def _problem(reason: str) -> PageProblem:
    return PageProblem(ProblemKind.LIVE_PAGE, f"This is a live page, edited by adding to it: {reason}.")


def _declares_itself(seen: Seen) -> bool:
    """Whether the live blog is the page's main thing: an article may mention one, embed one or be part of one."""
    if any(_is_of_the_page(seen, node) for node in seen.page.json_ld if _TYPE in jsonld.types(node)):
        return True
    items = (item for item in seen.items if (item.get("itemtype") or "").rstrip().endswith(f"schema.org/{_TYPE}"))
    return any(item.tag in ("body", "main") or next(item.iter("h1"), None) is not None for item in items)


def _is_of_the_page(seen: Seen, node: Node) -> bool:
    addresses = [urllib.parse.urlsplit(text) for text in _addresses(node)]
    own = seen.got.path.rstrip("/").lower()
    if any(parts.path.rstrip("/").lower() == own for parts in addresses if parts.path.strip("/")):
        return True
    headline = comparable(jsonld.string(node.get("headline")) or "")
    if headline:
        return headline in {comparable(heading) for heading in (*seen.headings, _headline(seen))}
    return not addresses and node is next(iter(seen.page.json_ld), None)


def _addresses(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        text = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(text, str) and text.startswith(("http", "/")):
            yield text.partition("#")[0]


def _headline(seen: Seen) -> str:
    return (seen.extract.headline or "") if seen.extract else ""


def _has_entries(seen: Seen) -> bool:
    paragraphs = seen.extract.paragraphs if seen.extract else ()
    if sum(1 for text in paragraphs if _TIME_OF_DAY.match(text)) >= _ENTRIES_AT_LEAST:
        return True
    labels = (fold((element.text or "")[:_LONGEST_LABEL]) for element in seen.page.tree.iter(*_BLOCKS))
    return sum(1 for text in labels if _TIME_OF_DAY.match(text)) >= _ENTRIES_AT_LEAST
