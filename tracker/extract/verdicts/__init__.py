"""Is this page the article at all? Walls, missing pages, empty shells and live pages, named.

Conservative: a page with an article's worth of text is an article, whatever else stands on it, unless it says itself
that it is something else. The marks are data, `verdict_marks.toml`, each with its reason.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from tracker.extract.page import Page, Unreadable, parse
from tracker.extract.rules import NO_RULES, SiteRules
from tracker.extract.verdicts.live import live_page
from tracker.extract.verdicts.missing import empty_shell, front_page, missing_page, nameless_page, section_page
from tracker.extract.verdicts.paywall import paywall, refused_reader
from tracker.extract.verdicts.problem import PageProblem
from tracker.extract.verdicts.refused import bot_wall, consent_wall, led_to_wall
from tracker.extract.verdicts.seen import Seen, count_words
from tracker.model import Extract, ProblemKind

__all__ = ["PageProblem", "count_words", "page_problem", "problem_of", "unspent"]

# The first that finds something speaks: where the address leads says most, what little text there is says least.
_RULES: tuple[Callable[[Seen], PageProblem | None], ...] = (
    led_to_wall,
    front_page,
    consent_wall,
    refused_reader,
    bot_wall,
    section_page,
    missing_page,
    paywall,
    nameless_page,
    empty_shell,
    live_page,
)


def page_problem(
    fetch_status: int | None,
    url: str,
    final_url: str,
    html: bytes | str,
    extract: Extract | None,
    rules: SiteRules | None = None,
    content_type: str | None = None,
) -> PageProblem | None:
    """What stands in the article's place, or None for a page that may be the article. Parses the page.

    `url` is what was asked for, `final_url` where the answer came from, `extract` what `tracker.extract.extract` read.
    """
    if not html.strip():
        return PageProblem(ProblemKind.EMPTY_SHELL, "The server sent an empty page.")
    try:
        page = parse(html, final_url, content_type)
    except Unreadable:
        return None
    return problem_of(page, fetch_status, url, final_url, extract, rules)


def problem_of(
    page: Page,
    fetch_status: int | None,
    url: str,
    final_url: str,
    extract: Extract | None,
    rules: SiteRules | None = None,
) -> PageProblem | None:
    """As `page_problem`, of a page that is parsed already: as it was parsed, or kept by `unspent` before it was read.

    Fingerprint and extraction use a page's tree up. Of a page that went through them this would see scraps.
    """
    seen = Seen(fetch_status, url, final_url, page, extract, rules or NO_RULES)
    return next((problem for rule in _RULES if (problem := rule(seen))), None)


def unspent(page: Page) -> Page:
    """A copy for `problem_of`, to be taken before the page is read; a third of the cost of parsing it again."""
    return Page(copy.deepcopy(page.tree), page.url)
