"""Is this page the article at all? Walls, missing pages and empty shells, named.

Conservative: a page with an article's worth of text is an article, whatever else stands on it. The marks are data,
`verdict_marks.toml`, each with its reason.
"""

from __future__ import annotations

import re
import tomllib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from lxml import etree

from tracker.extract import jsonld
from tracker.extract.page import Page, Unreadable, parse
from tracker.extract.text import fold
from tracker.model import Extract, ProblemKind

# Words. Chosen, not measured: real articles go down to 57 words, so a low count alone is never a problem; a mark must
# be there too. Of 578 real pages none with an article under 400 words bears a mark but "enable JavaScript".
WALL_AT_MOST = 120
TEASER_AT_MOST = 250
SHELL_AT_MOST = 40  # of the whole page's text: navigation and footer alone have more
# Share of the words that JSON-LD counts: less is a teaser, however long.
_TEASER_SHARE = 0.5
_FRONT_PAGES = re.compile(r"^/(?:index\.\w{2,5}|home|[a-z]{2}(?:[-_][a-z]{2})?)?/?$", re.IGNORECASE)
_BLOCKING = frozenset({401, 403, 407, 429, 503})
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CHARACTERS_A_WORD = 2  # in scripts that put no space between words


@dataclass(frozen=True, slots=True)
class PageProblem:
    """Why a page is not to be taken for the article; `sentence` is short, for `tracker log`."""

    kind: ProblemKind
    sentence: str


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: ProblemKind
    where: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class _Look:
    """One page with everything that the rules ask about."""

    status: int | None
    url: str
    final_url: str
    page: Page
    words: int  # of the extracted article

    @cached_property
    def surfaces(self) -> Mapping[str, str]:
        """What a mark's `where` means."""
        parts = urllib.parse.urlsplit(self.final_url)
        title = fold(self.page.tree.findtext(".//title"))
        html = etree.tostring(self.page.tree, encoding="unicode")
        return {"title": title, "text": self.text, "html": html, "host": parts.netloc.lower(), "path": parts.path}

    @cached_property
    def text(self) -> str:
        shown = self.page.tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::template)]")
        return fold(" ".join(shown))

    def mark(self, kind: ProblemKind, *where: str) -> str | None:
        """What the page says that a mark of this kind looks for."""
        for mark in _marks():
            if mark.kind is kind and mark.where in where and (found := mark.pattern.search(self.surfaces[mark.where])):
                return fold(found[0])[:80]
        return None


def page_problem(
    fetch_status: int | None, url: str, final_url: str, html: bytes | str, extract: Extract | None
) -> PageProblem | None:
    """What stands in the article's place, or None for a page that may be the article.

    `url` is what was asked for, `final_url` where the answer came from, `extract` what `tracker.extract.extract` read.
    """
    words = count_words(extract.text) if extract else 0
    if words > TEASER_AT_MOST and not _may_be_teaser(html) and not _is_elsewhere(url, final_url):
        return None
    try:
        page = parse(html, final_url)
    except Unreadable:
        return None
    look = _Look(fetch_status, url, final_url, page, words)
    rules = (_front_page, _consent_wall, _bot_wall, _soft_404, _paywall, _empty_shell)
    return next((problem for rule in rules if (problem := rule(look))), None)


def count_words(text: str) -> int:
    """Words between spaces; in scripts without spaces, half of the characters."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced // _CHARACTERS_A_WORD + len(_UNSPACED.sub(" ", text).split())


def _front_page(look: _Look) -> PageProblem | None:
    if not _is_elsewhere(look.url, look.final_url):
        return None
    asked, got = urllib.parse.urlsplit(look.url), urllib.parse.urlsplit(look.final_url)
    if _FRONT_PAGES.match(got.path) and not got.query and not _FRONT_PAGES.match(asked.path):
        return PageProblem(ProblemKind.SOFT_404, "The address leads to the site's front page now.")
    return None


def _consent_wall(look: _Look) -> PageProblem | None:
    if _is_elsewhere(look.url, look.final_url) and look.mark(ProblemKind.CONSENT_WALL, "host", "path"):
        return PageProblem(ProblemKind.CONSENT_WALL, "The address leads to a page that asks for consent first.")
    if look.words > WALL_AT_MOST:
        return None
    said = look.mark(ProblemKind.CONSENT_WALL, "title")
    if not said and count_words(look.text) <= 2 * TEASER_AT_MOST:
        said = look.mark(ProblemKind.CONSENT_WALL, "text")
    return (
        PageProblem(ProblemKind.CONSENT_WALL, f"The page asks for consent instead of showing the article: {said!r}.")
        if said
        else None
    )


def _bot_wall(look: _Look) -> PageProblem | None:
    if look.words > WALL_AT_MOST or count_words(look.text) > 2 * TEASER_AT_MOST:
        return None
    said = look.mark(ProblemKind.BOT_WALL, "title", "html", "text")
    if said:
        return PageProblem(ProblemKind.BOT_WALL, f"The site takes the tracker for a robot to be kept out: {said!r}.")
    if look.status in _BLOCKING and not look.words:
        return PageProblem(ProblemKind.BOT_WALL, f"The site answered with status {look.status} and no article.")
    return None


def _soft_404(look: _Look) -> PageProblem | None:
    said = look.mark(ProblemKind.SOFT_404, "title") if look.words <= WALL_AT_MOST else None
    return PageProblem(ProblemKind.SOFT_404, f"The page says that it is not there: {said!r}.") if said else None


def _paywall(look: _Look) -> PageProblem | None:
    if _is_closed(look.page) and (look.words <= WALL_AT_MOST or _is_teaser(look)):
        return PageProblem(
            ProblemKind.PAYWALL, "The page declares the article as not free and shows only its beginning."
        )
    said = look.mark(ProblemKind.PAYWALL, "text") if look.words <= WALL_AT_MOST else None
    return PageProblem(ProblemKind.PAYWALL, f"The page shows a beginning, then: {said!r}.") if said else None


def _is_closed(page: Page) -> bool:
    """schema.org's mark for paywalled content, on the article or on a part of it."""
    return any(
        str(node.get("isAccessibleForFree")).lower() in ("false", "http://schema.org/false") for node in page.json_ld
    )


def _is_teaser(look: _Look) -> bool:
    counted = (str(node.get("wordCount") or "") for node in look.page.articles)
    whole = next((int(text) for text in counted if text.isdecimal()), 0)
    body = next((text for node in look.page.articles if (text := jsonld.string(node.get("articleBody")))), "")
    return look.words < _TEASER_SHARE * max(whole, count_words(body))


def _empty_shell(look: _Look) -> PageProblem | None:
    if look.words:
        return None
    if count_words(look.text) <= SHELL_AT_MOST or (
        look.mark(ProblemKind.EMPTY_SHELL, "text") and count_words(look.text) <= WALL_AT_MOST
    ):
        return PageProblem(
            ProblemKind.EMPTY_SHELL, "The page is an empty frame: its text is loaded by scripts, or missing."
        )
    return None


def _may_be_teaser(html: bytes | str) -> bool:
    return "isAccessibleForFree" in html if isinstance(html, str) else b"isAccessibleForFree" in html


def _is_elsewhere(url: str, final_url: str) -> bool:
    asked, got = urllib.parse.urlsplit(url), urllib.parse.urlsplit(final_url)
    return (asked.netloc.lower(), asked.path.rstrip("/")) != (got.netloc.lower(), got.path.rstrip("/"))


@cache
def _marks() -> tuple[_Mark, ...]:
    """Read once a process: package data, not state."""
    data = tomllib.loads((files("tracker.extract") / "verdict_marks.toml").read_text("utf-8"))
    return tuple(
        _Mark(ProblemKind(group["kind"]), group["where"], re.compile(pattern, re.IGNORECASE))
        for group in data["marks"]
        for pattern in group["patterns"]
    )
