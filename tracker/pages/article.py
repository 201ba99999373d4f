"""An article's page: how it stands, every revision and every absence, its headlines, and when it was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from markupsafe import Markup

from tracker.model import ArticleStatus
from tracker.pages.headlines import headline_rows
from tracker.pages.links import Links
from tracker.pages.plot import STRETCHES, activity_svg
from tracker.pages.templating import render
from tracker.render.activity import activity_of
from tracker.render.history import Track
from tracker.render.standing import joined_text, standing_text
from tracker.render.timeline_lines import TimelineLine, timeline_lines
from tracker.render.wording import clock_text


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the time line, with what it leads to."""

    line: TimelineLine
    number: int | None  # of the revision that it gave; None: it gave none
    from_number: int | None  # what that revision is compared with; None: nothing


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """`tracks`: the article's own, then those of articles that were joined to it."""

    article: ArticleStatus
    tracks: Sequence[Track]
    entries: Sequence[Entry]  # what `entries_of` makes of these
    now: datetime
    joined: Sequence[ArticleStatus] = ()
    onward: ArticleStatus | None = None  # the article that goes on with this one's history
    part: int = 1  # of a long history; 1 is the latest


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    entries: tuple[Entry, ...]


# More lines than that of one history nobody reads at once.
_LINES = 200


def part_count(entries: Sequence[Entry]) -> int:
    """Into how many pages a history is divided: at least one."""
    return max(1, -(-len(entries) // _LINES))


def article_html(page: ArticlePage, links: Links) -> str:
    own = page.tracks[0] if page.tracks else Track(())
    start = (page.part - 1) * _LINES
    is_first = page.part == 1
    activity = activity_of(own.entries, STRETCHES) if is_first else None
    return render(
        "article.html",
        links,
        page=page,
        article=page.article,
        standing=standing_text(page.article, page.now, UTC),
        days=_days(page.entries[start : start + _LINES]),
        headlines=headline_rows(own.revisions) if is_first else (),
        newer=links.article(page.article.article_id, page.part - 1) if not is_first else None,
        older=links.article(page.article.article_id, page.part + 1) if page.part < part_count(page.entries) else None,
        joined=[(each.article_id, joined_text(each, UTC)) for each in page.joined],
        plot=Markup() if activity is None else activity_svg(activity),
        activity=activity,
    )


def entries_of(tracks: Sequence[Track]) -> list[Entry]:
    """The latest first."""
    entries = [_entry(line) for track in tracks for line in timeline_lines(track, UTC)]
    return sorted(entries, key=lambda entry: entry.line.started_at)[::-1]


def _days(entries: Sequence[Entry]) -> list[Day]:
    """The latest first, as people ask; within a day as it went."""
    by_day = groupby(entries, key=lambda entry: _day(entry.line))
    return [Day(name, tuple(group)[::-1]) for name, group in by_day]


def _day(line: TimelineLine) -> str:
    return clock_text(line.started_at, UTC)[:10]


def _entry(line: TimelineLine) -> Entry:
    """Of a joined article nothing is linked: its revisions are on its own page."""
    number = None if line.name else line.revision_number
    return Entry(line, number, number - 1 if number is not None and number > 1 else None)
