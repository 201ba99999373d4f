"""One revision to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from tracker.model import Inconsistency, Revision
from tracker.pages.links import Links
from tracker.pages.templating import render
from tracker.render.wording import inconsistency_title, moment_text, revision_title


@dataclass(frozen=True, slots=True)
class RevisionPage:
    url: str
    host: str
    revision: Revision
    last_number: int
    inconsistencies: Sequence[Inconsistency] = ()


def revision_html(page: RevisionPage, links: Links) -> str:
    extract = page.revision.extract
    published = extract.published_at and f"Published {moment_text(extract.published_at, UTC)}"
    return render(
        "revision.html",
        links,
        page=page,
        extract=extract,
        headline=extract.headline or page.url,
        title=revision_title(page.revision, UTC),
        facts=[fact for fact in (extract.byline, published) if fact],
        doubts=[(inconsistency_title(each), each.sentence) for each in page.inconsistencies],
    )
