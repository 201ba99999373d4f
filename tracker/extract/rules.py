"""Rules for one site, as data: what the generic extraction is told where a site needs it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class SiteRules:
    """CSS selectors and a time zone. A selector that matches nothing, or is not CSS, is as if it were not given."""

    remove: tuple[str, ...] = ()  # what is no part of the article
    body: str | None = None  # the article's text: all matches, in document order
    headline: str | None = None
    byline: str | None = None
    timezone: str | None = None  # IANA name, for times that name no zone
    live_pages: bool = False  # track liveblogs and tickers of this site like articles


NO_RULES = SiteRules()


def select(tree: HtmlElement, selector: str | None) -> list[HtmlElement]:
    """Matches in document order, those inside another match left out. Empty for no selector or a faulty one."""
    compiled = _compiled(selector) if selector else None
    if compiled is None:
        return []
    found = compiled(tree)
    chosen = set(found)
    return [element for element in found if not any(parent in chosen for parent in element.iterancestors())]


@lru_cache(maxsize=1_000)
def _compiled(selector: str) -> CSSSelector | None:
    try:
        return CSSSelector(selector)
    except SelectorError:
        return None
