"""`tracker show`: one revision to read, on a terminal or as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from rich.console import RenderableType
from rich.text import Text

from tracker.model import Inconsistency, Revision
from tracker.render.marked_text import Page
from tracker.render.plain import safe_text
from tracker.render.wording import inconsistency_title, moment_text, revision_title


def revision_view(
    revision: Revision, url: str, tz: tzinfo | None, inconsistencies: Sequence[Inconsistency] = ()
) -> RenderableType:
    """Headline, facts, the paragraphs, then the names spelt in two ways: the end is what a terminal leaves in sight.

    `tz` None: the zone that this computer is set to.
    """
    return Page(*_lines(revision, url, tz), *(line for each in inconsistencies for line in _doubt(each)))


def _lines(revision: Revision, url: str, tz: tzinfo | None) -> Iterator[RenderableType]:
    extract = revision.extract
    yield Text(safe_text(extract.headline or url), "bold")
    if extract.subheadline:
        yield Text(safe_text(extract.subheadline), "italic")
    yield Text(safe_text(url), "dim", overflow="fold")
    published = extract.published_at and f"published {moment_text(extract.published_at, tz)}"
    told = [safe_text(fact) for fact in (extract.byline, published) if fact]
    if told:
        yield Text(", ".join(told), "dim")
    yield Text(safe_text(revision_title(revision, tz)), "dim")
    for paragraph in extract.paragraphs:
        yield Text()
        yield Text(safe_text(paragraph))


def _doubt(inconsistency: Inconsistency) -> Iterator[RenderableType]:
    yield Text()
    yield Text(safe_text(inconsistency_title(inconsistency)), "yellow")
    yield Text(safe_text(inconsistency.sentence), "italic")
