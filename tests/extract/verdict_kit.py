"""What the tests of verdicts ask, and the pages that stand in an article's place, in our own words."""

from __future__ import annotations

import json

from pages import PROSE, page

from tracker.extract import SiteRules, extract
from tracker.extract.verdicts import PageProblem, page_problem
from tracker.model import ProblemKind

HOST = "https://www.example.com"
URL = f"{HOST}/islands/night-ferry-to-stop-4711"
LONG_PROSE = tuple(f"{text} This was said for the {number}. time." for number in range(4) for text in PROSE)
ARTICLE_META = '<meta property="og:type" content="article">'


def problem(
    html: str,
    *,
    url: str = URL,
    final_url: str | None = None,
    status: int = 200,
    rules: SiteRules | None = None,
) -> PageProblem | None:
    """What is found on a page that was asked for at `url`."""
    got = final_url or url
    return page_problem(status, url, got, html, extract(html, got), rules)


def kind(html: str, **given: object) -> ProblemKind | None:
    found = problem(html, **given)  # type: ignore[arg-type] # named as there
    return found.kind if found else None


def json_ld(*nodes: object) -> str:
    """Scripts for the head, one a node."""
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def notice(title: str, text: str = "", *, head: str = "", body: str = "") -> str:
    """A page that is no article: a heading, a paragraph, and what else is given."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head>"
        f"<body><h1>{title}</h1><p>{text}</p>{body}</body></html>"
    )


def suggestions(count: int = 12) -> str:
    """A list of other articles, as long as an article."""
    items = "".join(f'<li><a href="/islands/{number}">{PROSE[number % len(PROSE)]}</a></li>' for number in range(count))
    prose = "".join(f"<p>{text}</p>" for text in PROSE * 3)
    return f"<section><h2>Read this instead</h2><ul>{items}</ul>{prose}</section>"


__all__ = [
    "ARTICLE_META",
    "HOST",
    "LONG_PROSE",
    "PROSE",
    "URL",
    "json_ld",
    "kind",
    "notice",
    "page",
    "problem",
    "suggestions",
]
