"""Pages of sites that say with status 200 that there is no page, and frames without anything in them."""

from __future__ import annotations

import re
import urllib.parse

from tracker.extract import details
from tracker.extract.text import comparable
from tracker.extract.verdicts.problem import PageProblem
from tracker.extract.verdicts.seen import NOTE_AT_MOST, SHELL_AT_MOST, TEASER_AT_MOST, WALL_AT_MOST, Seen
from tracker.model import ProblemKind
from tracker.urls import is_front_page

_HOME = re.compile(r"^/(?:home|start(?:seite)?|accueil|inicio|[a-z]{2}[-_][a-z]{2})/?$", re.IGNORECASE)
# WordPress and others tell their articles apart by such a part of the query alone.
_QUERY_OF_AN_ARTICLE = re.compile(r"(?:^|&)(?:p|id|page_id|article|articleid|story|a|s?nid)=\w", re.IGNORECASE)
_SAME_SITE = re.compile(r"^(?:www|m|mobile|amp)\.")
# An article's own segment has a number or is a sentence; a section's is a word or two, or part of a date.
_OF_A_SECTION = re.compile(r"^(?:\d{1,4}|[^\W\d]+(?:[-_][^\W\d]+){0,2})$")
# What is put behind an article's address without making another article of it.
_VIEW_OF_AN_ARTICLE = re.compile(
    r"^(?:amp|print|full|all|single|comments?|index\.\w+|page|seite|\d{1,2}|share|gallery)$"
)
_WORDS_FOR_SECTIONS = frozenset(
    {
        "section",
        "sections",
        "category",
        "categories",
        "topic",
        "topics",
        "rubrik",
        "rubrique",
        "seccion",
        "sezione",
        "news",
    }
)
_ROOTS = ("root", "app", "__next", "__nuxt", "___gatsby", "main-app", "app-root", "react-root", "application")
_REFRESH = re.compile(r"^\s*\d{1,2}\s*[;,]\s*url\s*=", re.IGNORECASE)


def front_page(seen: Seen) -> PageProblem | None:
    """The whole address is gone, and the site shows its entrance instead."""
    if not seen.is_elsewhere or _is_front(seen.asked) or not _is_front(seen.got):
        return None
    return PageProblem(ProblemKind.SOFT_404, "The address leads to the site's front page now.")


def section_page(seen: Seen) -> PageProblem | None:
    """The address leads to a folder of the article's, and what is there does not call itself an article."""
    if not seen.is_elsewhere or seen.says_article or _site(seen.asked) != _site(seen.got):
        return None
    asked, got = _segments(seen.asked), _segments(seen.got)
    is_above = (
        0 < len(got) < len(asked) + 1 and {*got} <= {*asked[:-1], *_WORDS_FOR_SECTIONS} and {*got} & {*asked[:-1]}
    )
    if not is_above or _VIEW_OF_AN_ARTICLE.match(asked[-1]) or not all(map(_OF_A_SECTION.match, got)):
        return None
    return PageProblem(ProblemKind.SOFT_404, f"The address leads to the section page {seen.got.path!r} now.")


def missing_page(seen: Seen) -> PageProblem | None:
    """The page says that it is not there. However long it is, where it does not call itself an article."""
    said = _said_missing(seen)
    return PageProblem(ProblemKind.SOFT_404, f"The page says that it is not there: {said!r}.") if said else None


def _said_missing(seen: Seen) -> str | None:
    said = None
    if seen.is_bare or not seen.declares_article:
        said = seen.said(ProblemKind.SOFT_404, "heading") or seen.said(ProblemKind.SOFT_404, "frame")
    if said or (seen.says_article and not seen.is_bare):
        return said
    if seen.is_elsewhere:
        said = seen.said(ProblemKind.SOFT_404, "path")
    if said is None and seen.words <= WALL_AT_MOST:
        said = seen.said(ProblemKind.SOFT_404, "title") or seen.said(ProblemKind.SOFT_404, "text")
    return said


def nameless_page(seen: Seen) -> PageProblem | None:
    """The page that a site shows for every missing address: headed by the site's name, or naming the front page as
    its own address, with no article.
    """
    if seen.words > WALL_AT_MOST or seen.says_article or _is_front(seen.asked):
        return None
    if seen.headings and {comparable(heading) for heading in seen.headings} <= seen.site_names:
        return PageProblem(ProblemKind.SOFT_404, "The page bears the site's name alone and holds no article.")
    canonical = details.canonical_url(seen.page)
    if seen.is_bare and canonical and _is_front(urllib.parse.urlsplit(canonical)):
        return PageProblem(ProblemKind.SOFT_404, "The page calls itself the site's front page and holds no article.")
    return None


def empty_shell(seen: Seen) -> PageProblem | None:
    if seen.words > NOTE_AT_MOST:
        return None
    if _is_onward(seen):
        return PageProblem(ProblemKind.EMPTY_SHELL, "The page only sends the reader's browser on to another one.")
    asks = seen.said(ProblemKind.EMPTY_SHELL, "text")
    is_frame = (
        seen.text_words <= SHELL_AT_MOST
        or (asks is not None and seen.text_words <= WALL_AT_MOST)
        or (seen.text_words <= TEASER_AT_MOST and _has_empty_root(seen))
    )
    # A note of a few words may be all there is, unless it is the request for scripts that was read as one.
    if is_frame and (not seen.words or (asks is not None and asks in seen.own_text)):
        return PageProblem(
            ProblemKind.EMPTY_SHELL, "The page is an empty frame: its text is loaded by scripts, or missing."
        )
    return None


def _is_onward(seen: Seen) -> bool:
    refreshes = (meta.get("content") or "" for meta in seen.page.tree.xpath("//meta[@http-equiv]"))
    return not seen.words and seen.text_words <= SHELL_AT_MOST and any(map(_REFRESH.match, refreshes))


def _has_empty_root(seen: Seen) -> bool:
    roots = (element for name in _ROOTS for element in seen.page.tree.xpath("//body//*[@id=$name]", name=name))
    return any(not (root.text_content() or "").strip() for root in roots)


def _is_front(parts: urllib.parse.SplitResult) -> bool:
    if _QUERY_OF_AN_ARTICLE.search(parts.query):
        return False
    return is_front_page(parts._replace(query="").geturl()) or _HOME.match(parts.path) is not None


def _site(parts: urllib.parse.SplitResult) -> str:
    return _SAME_SITE.sub("", parts.netloc.lower())


def _segments(parts: urllib.parse.SplitResult) -> tuple[str, ...]:
    return tuple(part.lower() for part in parts.path.split("/") if part)
