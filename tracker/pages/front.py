"""The front page: the latest changes, whose, and of what kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tracker.model import ChangeDetail, Field, Kind
from tracker.pages.filters import Filters
from tracker.pages.links import Links
from tracker.pages.marking import sentence
from tracker.pages.templating import render
from tracker.render.reports import grouped
from tracker.render.wording import change_title, field_name, kind_name


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`details`: the newest first; those of one revision stand together."""

    details: Sequence[ChangeDetail]
    filters: Filters
    kind_meanings: Mapping[Kind, str]
    article_count: int
    change_count: int  # in the whole database, whatever the filters say
    last_check_at: datetime | None
    older: str | None = None  # where the list goes on, as `before` of the next page; None: it ends here
    is_first: bool = True  # False: the list was gone through up to here
    # By article and number of the newer revision: changes of that kind that are not among `details`.
    more: Mapping[tuple[int, int], int] = field(default_factory=dict)


def front_html(page: FrontPage, links: Links) -> str:
    older = None if page.older is None else links.front({**page.filters.query, "before": page.older})
    return render(
        "front.html",
        links,
        page=page,
        articles=grouped(page.details),
        older=older,
        feed=_feed(page.filters, links),
        kinds=[(kind.value, kind_name(kind), kind in page.filters.kinds) for kind in Kind],
        fields=[(each.value, field_name(each), each is page.filters.field) for each in Field],
        sentence=sentence,
        change_title=change_title,
        kind_meanings=page.kind_meanings,
    )


def _feed(filters: Filters, links: Links) -> str:
    """Of what the page is about, where a feed of just that exists."""
    if filters.host and not filters.kinds:
        return links.feed(host=filters.host)
    return links.feed(kind=filters.kinds[0].value) if len(filters.kinds) == 1 and not filters.host else links.feed()
