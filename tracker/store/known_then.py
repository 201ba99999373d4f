"""What was known of an article at some moment: what a look that comes in late is judged against."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tracker.model import Known, Outcome, State, utc_text
from tracker.store.connection import Connection
from tracker.store.reading import known_within, revisions_by_id
from tracker.store.succession import Rank, Succession, succession

LOOK_BEFORE = """
SELECT outcome FROM checks WHERE article_id = ? AND checked_at <= ? ORDER BY checked_at DESC, check_id DESC LIMIT 1
"""

_STATE_OF = {
    Outcome.GONE: State.GONE,
    Outcome.BLOCKED: State.BLOCKED,
    Outcome.PAYWALLED: State.PAYWALLED,
    Outcome.UNREADABLE: State.UNREADABLE,
}


def known_at(connection: Connection, article_id: int, at: datetime, origin: str = "") -> Known:
    """What a look of that time is judged against: the article as it stood then, with what is known of its site today.

    Raises KeyError for an article that is not in the database. `origin` settles who comes first within one second.
    """
    with connection.snapshot():
        return known_then(
            connection, succession(connection.raw, article_id), utc_text(at), Rank(is_own=False, origin=origin)
        )


def known_then(connection: Connection, found: Succession, at: str, rank: Rank) -> Known:
    """The same of an article whose revisions are at hand."""
    now = known_within(connection, [found.article_id])[found.article_id]
    in_force, after = found.in_force_at(connection.raw, at, rank), found.after(connection.raw, at, rank)
    texts = revisions_by_id(connection, [place.revision_id for place in (in_force, after) if place is not None])
    latest = None if in_force is None else texts[in_force.revision_id]
    neighbours = list(texts.values())
    before = connection.raw.execute(LOOK_BEFORE, (found.article_id, at)).fetchone()
    return replace(
        now,
        state=State.NEW if latest is None else _STATE_OF.get(Outcome(before[0]), State.LIVE),
        latest=latest,
        seen_before=frozenset(
            place.content_sha256 for place in found.places if place.number is not None and place.first_seen_at <= at
        ),
        last_checked_at=None,
        last_changed_at=None if latest is None else latest.first_seen_at,
        failures_in_row=0,
        suspect_sha256=None,
        # A line that the neighbours hold was not yet taken for the site's when they were read: leaving it out here
        # would tell its removal, and its return, as edits.
        site_lines=now.site_lines.difference(*(each.extract.paragraphs for each in neighbours)),
        is_headline_only=now.is_headline_only and not any(each.extract.paragraphs for each in neighbours),
        history=None,
    )
