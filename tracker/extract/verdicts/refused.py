"""Walls before the page: where a redirect leads to one, bot filters, and questions for consent."""

from __future__ import annotations

from tracker.extract.verdicts.problem import PageProblem
from tracker.extract.verdicts.seen import TEASER_AT_MOST, WALL_AT_MOST, Seen
from tracker.model import ProblemKind

_BLOCKING = frozenset({401, 403, 405, 406, 407, 418, 429, 503})
_WALL_PAGE_AT_MOST = 2 * TEASER_AT_MOST  # words of the whole page: a wall has no list of other articles
_LEADS_TO = {
    ProblemKind.CONSENT_WALL: "asks for consent first",
    ProblemKind.BOT_WALL: "checks for robots first",
    ProblemKind.PAYWALL: "asks readers to sign in or to subscribe",
}


def led_to_wall(seen: Seen) -> PageProblem | None:
    """A redirect to a host or path that walls live at; their root is no front page of the article's site."""
    if not seen.is_elsewhere:
        return None
    for kind, what in _LEADS_TO.items():
        if seen.said(kind, "host") is None and seen.said(kind, "path") is None:
            continue
        if kind is ProblemKind.CONSENT_WALL or seen.words <= TEASER_AT_MOST:
            return PageProblem(kind, f"The address leads to a page that {what}.")
    return None


def consent_wall(seen: Seen) -> PageProblem | None:
    said = _said(seen, ProblemKind.CONSENT_WALL)
    if said is None:
        return None
    return PageProblem(ProblemKind.CONSENT_WALL, f"The page asks for consent instead of showing the article: {said!r}.")


def bot_wall(seen: Seen) -> PageProblem | None:
    said = _said(seen, ProblemKind.BOT_WALL)
    if said is None and seen.is_bare and seen.text_words <= _WALL_PAGE_AT_MOST:
        said = seen.said(ProblemKind.BOT_WALL, "html")
    if said is not None:
        return PageProblem(ProblemKind.BOT_WALL, f"The site takes the tracker for a robot to be kept out: {said!r}.")
    if seen.status in _BLOCKING and not seen.words:
        return PageProblem(ProblemKind.BOT_WALL, f"The site answered with status {seen.status} and no article.")
    return None


def _said(seen: Seen, kind: ProblemKind) -> str | None:
    """What the wall says: in its title, on a page without an article, or in what was read as one.

    The same words in a banner, a footer or a comment form beside a short article are no wall. Nor are they in what
    calls itself an article, but for questions for consent, which some sites put in the article's own page.
    """
    if seen.words > WALL_AT_MOST:
        return None
    is_article = seen.says_article and not seen.is_bare
    said = None if is_article else seen.said(kind, "title")
    if said is not None or seen.text_words > _WALL_PAGE_AT_MOST:
        return said
    said = seen.said(kind, "text")
    if said is None or seen.is_bare:
        return said
    is_own = said in seen.own_text and (kind is ProblemKind.CONSENT_WALL or not is_article)
    return said if is_own else None
