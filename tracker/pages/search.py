"""What a search found, also in what was taken out, and how long each passage stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from markupsafe import Markup

from tracker.model import Field, SearchHit
from tracker.pages.links import Links
from tracker.pages.templating import render
from tracker.render.plain import safe_text
from tracker.render.search import by_article, life_text, sum_text
from tracker.render.wording import field_name
from tracker.search.snippet import snippet

_PARTLY = (
    "These words stand in very many passages; the {:,} recorded last were looked at. `tracker search` looks at all."
)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`problem`: why nothing was searched for, in a sentence; empty: it was."""

    query: str
    hits: Sequence[SearchHit] = ()
    has_more: bool = False
    problem: str = ""
    looked_at: int | None = None  # so many of the passages with these words, those recorded last; None: all


def search_html(page: SearchPage, links: Links) -> str:
    articles = by_article(page.hits)
    return render(
        "search.html",
        links,
        page=page,
        articles=[(each, [_told(hit) for hit in each.hits]) for each in articles],
        partly=_PARTLY.format(page.looked_at or 0),
        sum=sum_text(articles, has_more=False) if articles else "",
    )


def _told(hit: SearchHit) -> tuple[str, Markup, str, int]:
    """Its field, the passage with the words marked, how long it stood, and the last revision that holds it."""
    label = "" if hit.field is Field.BODY else field_name(hit.field)
    return label, _marked(hit), life_text(hit, UTC), hit.stretches[-1].last_number


def _marked(hit: SearchHit) -> Markup:
    found, other = Markup("<mark>{}</mark>"), Markup("{}")
    fragments = snippet(hit.text, hit.spans)
    return Markup().join((found if each.is_found else other).format(safe_text(each.text)) for each in fragments)
