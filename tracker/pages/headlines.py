"""The headlines that an article bore: each time that it took one or, where it often changed, each of them once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.model import Revision

# Times that are told one by one; an article whose headline swings has hundreds.
_MOST_TIMES = 12
_MOST_HEADLINES = 50


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    number: int  # of the first revision that bears it
    headline: str | None  # None: the page had none
    first_seen_at: datetime
    replaced_at: datetime | None  # for good, as far as is known; None: it still stands
    returns: int  # how often it was taken again; in a list of times: 1 where it was borne before


def headline_rows(revisions: Mapping[int, Revision]) -> tuple[HeadlineRow, ...]:
    """The first one first."""
    times = tuple(_times(revisions))
    return times if len(times) <= _MOST_TIMES else _once_each(times)[-_MOST_HEADLINES:]


def _times(revisions: Mapping[int, Revision]) -> Iterator[HeadlineRow]:
    """As the view `headline_history` tells them: what only our reading changed is none."""
    turns = list(_turns(revisions))
    borne: set[str | None] = set()
    for at, revision in enumerate(turns):
        headline = revision.extract.headline
        replaced_at = turns[at + 1].first_seen_at if at + 1 < len(turns) else None
        yield HeadlineRow(revision.number, headline, revision.first_seen_at, replaced_at, int(headline in borne))
        borne.add(headline)


def _turns(revisions: Mapping[int, Revision]) -> Iterator[Revision]:
    for number in sorted(revisions):
        revision, before = revisions[number], revisions.get(number - 1)
        is_other = before is None or before.extract.headline != revision.extract.headline
        if is_other and revision.reread_of_number is None:
            yield revision


def _once_each(times: Sequence[HeadlineRow]) -> tuple[HeadlineRow, ...]:
    rows: dict[str | None, HeadlineRow] = {}
    for each in times:
        first = rows.get(each.headline, each)
        returns = first.returns + int(first is not each)
        rows[each.headline] = HeadlineRow(first.number, each.headline, first.first_seen_at, each.replaced_at, returns)
    return tuple(rows.values())
