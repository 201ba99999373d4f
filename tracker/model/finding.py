"""What a search finds: a passage, where its words stand, and when the article held it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.model.names import Field, State

# At its address something else is found, or nothing.
_AWAY = frozenset({State.GONE, State.MOVED})


class Where(StrEnum):
    """Which passages a search is after."""

    NOW = "now"  # they stand in the article as it is
    REMOVED = "removed"  # they were taken out, or the article is gone
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Revisions in a row that hold a passage."""

    first_number: int  # the first of them
    first_seen_at: datetime
    came_after: datetime | None  # the last look that showed the article without it; None: nothing is known before
    last_number: int  # the last of them
    gone_number: int | None = None  # the revision after it, which does not hold it; None: the latest one does
    gone_after: datetime | None = None  # the last look that showed it
    gone_before: datetime | None = None  # the first look that showed the article without it
    # The page was only read anew, because our reading changed: the outlet neither put it in nor took it out.
    came_by_reading: bool = False
    gone_by_reading: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage of an article that holds what was searched for."""

    article_id: int
    url: str
    host: str
    article_headline: str | None  # of the latest revision; None: it has none
    state: State  # of the article, as it stands now
    state_since_at: datetime
    joined_to_article_id: int | None  # the article that goes on with this one's history; None: it stands alone
    field: Field  # BODY, HEADLINE or SUBHEADLINE
    text: str  # the whole passage
    spans: tuple[tuple[int, int], ...]  # where the words stand in it, in code points, half-open
    stretches: tuple[Stretch, ...]  # the oldest first; at least one
    paragraph_id: int | None = None  # None: a headline or subheadline

    @property
    def is_in_latest(self) -> bool:
        """Does the latest revision hold it?"""
        return self.stretches[-1].gone_number is None

    @property
    def stands(self) -> bool:
        """Can it be read now, as far as is known?"""
        return self.is_in_latest and self.state not in _AWAY and self.joined_to_article_id is None
