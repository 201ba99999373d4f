"""HTML -> Extract: the article in a page, whatever stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version

from tracker.extract import dates, details
from tracker.extract.body import find_body
from tracker.extract.byline import find_byline
from tracker.extract.headline import find_heading, find_headline
from tracker.extract.lines import fields
from tracker.extract.page import Page, Unreadable, parse
from tracker.extract.rules import NO_RULES, SiteRules, select
from tracker.extract.text import fold
from tracker.model import Extract, LeftOut

__all__ = ["EXTRACTOR", "LeftOut", "Reading", "SiteRules", "extract", "read", "read_page"]

# The first number counts our own rules: raise it whenever the same page may give another text.
EXTRACTOR = f"tracker 4 / trafilatura {version('trafilatura')}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a page. `problem` says in a short sentence why there is no extract; else it is empty."""

    extract: Extract | None
    problem: str = ""
    left_out: tuple[LeftOut, ...] = ()


def extract(
    html: bytes | str, url: str, content_type: str | None = None, rules: SiteRules | None = None
) -> Extract | None:
    """The article in a page, or None where none is found.

    `content_type` is the header's value, as sent. Bytes are decoded as a browser would; a string is taken as it is.
    Never raises for what a page holds.
    """
    return read(html, url, content_type, rules).extract


def read(html: bytes | str, url: str, content_type: str | None = None, rules: SiteRules | None = None) -> Reading:
    """As `extract`, with the reason when nothing was found, and with the lines that were left out."""
    try:
        page = parse(html, url, content_type)
    except Unreadable as error:
        return Reading(None, str(error))
    return read_page(page, rules)


def read_page(page: Page, rules: SiteRules | None = None) -> Reading:
    """As `read`, of a page that is parsed already. The page's tree is used up."""
    known = rules or NO_RULES
    described = _described(page, known)
    under = described.subheadline if details.is_marked(page, described.subheadline) else None
    own = fields(described.headline, find_heading(page), byline=described.byline, standfirst=under)
    found = find_body(page.tree, page.url, own, known)
    if not found.paragraphs:
        return Reading(None, "No article was found in the page.", found.left_out)
    return Reading(replace(described, paragraphs=found.paragraphs), "", found.left_out)


def _described(page: Page, rules: SiteRules) -> Extract:
    title = next(_texts(page, rules.headline), None) or find_headline(page)
    return Extract(
        headline=title,
        subheadline=details.subheadline(page, title),
        byline=", ".join(_texts(page, rules.byline)) or find_byline(page),
        published_at=dates.published_at(page, rules.timezone),
        modified_at=dates.modified_at(page, rules.timezone),
        language=details.language(page),
        canonical_url=details.canonical_url(page),
    )


def _texts(page: Page, selector: str | None) -> Iterator[str]:
    return (text for element in select(page.tree, selector) if (text := fold(element.text_content())))
