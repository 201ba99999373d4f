"""Looks that others took, put among those that are there, each at its own time.

What is there stays as it is: checks, pages and revisions are facts. A late look may give a revision between two others;
their numbers, and what lies between neighbours, are drawn anew (`tracker.store.succession`). When the article is looked
at next, and how often it seems to change under our own eyes, are none of its business.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from tracker.cadence import begin, dated, wanted_now
from tracker.judge import Compare
from tracker.model import (
    Comparison,
    Extract,
    HostHistory,
    Known,
    Outcome,
    Recorded,
    Revision,
    Sighting,
    Verdict,
    utc_text,
)
from tracker.store.captures import write_capture
from tracker.store.chaining import NewCheck, insert_checks
from tracker.store.checks import check_row
from tracker.store.connection import Connection
from tracker.store.histories import host_histories
from tracker.store.known_then import LOOK_BEFORE, known_then
from tracker.store.left_out import keep_earlier_left_out
from tracker.store.reading import inconsistencies, revisions_by_id
from tracker.store.revising import NewRevision, write_inconsistencies, write_revision
from tracker.store.site_lines import Met, learn
from tracker.store.standing import SHOWING
from tracker.store.succession import Pair, Place, Rank, Settled, Succession, rank_of, settle, succession
from tracker.store.values import SHOWS_ARTICLE, moment

Judging = Callable[[Sighting, Known], Verdict]

# Kept at the first look of a row only: a wall that stands for a year is one doubt, not one a capture.
_DOUBTFUL = frozenset({Outcome.UNREADABLE, Outcome.PAYWALLED, Outcome.GONE, Outcome.SUSPECT})

# The article, and those whose history goes on in it: a look may have been merged into one of them before that.
_IS_KNOWN = """
SELECT 1 FROM checks WHERE checked_at = ?2 AND origin = ?3 AND article_id IN (
    SELECT ?1 UNION SELECT article_id FROM _article_states WHERE joined_to_article_id = ?1
)
"""
_GOES_ON_IN = "SELECT coalesce(joined_to_article_id, article_id) FROM _article_states WHERE article_id = ?"
# Another wording. Of one second, our own looks come last.
_SHOWING_AFTER = f"""
SELECT checks.checked_at, shown.content_sha256, shown.revision_id
FROM checks JOIN revisions AS shown ON shown.revision_id = checks.revision_id
WHERE checks.article_id = ?1 AND checks.outcome IN {SHOWS_ARTICLE}
    AND (checks.checked_at > ?2 OR (checks.checked_at = ?2 AND (checks.origin IS NULL OR checks.origin > ?3)))
    AND shown.content_sha256 <> ?4
ORDER BY checks.checked_at, checks.origin IS NULL, checks.origin, checks.check_id
"""  # noqa: S608 - only constants are put in
_UNLIKE_BETWEEN = f"""
SELECT checks.checked_at FROM checks JOIN revisions AS shown ON shown.revision_id = checks.revision_id
WHERE checks.article_id = ? AND checks.outcome IN {SHOWS_ARTICLE} AND checks.checked_at > ? AND checks.checked_at < ?
    AND shown.content_sha256 <> ?
ORDER BY checks.checked_at LIMIT 1
"""  # noqa: S608 - only constants are put in
_SHOWN_THEN = f"""
SELECT shown.revision_id FROM checks JOIN revisions AS shown ON shown.revision_id = checks.revision_id
WHERE checks.article_id = ? AND checks.checked_at = ? AND checks.outcome IN {SHOWS_ARTICLE}
    AND shown.content_sha256 = ? ORDER BY checks.check_id LIMIT 1
"""  # noqa: S608 - only constants are put in

# How the article stands; that others were not let in says nothing of it.
_TELLING_WORDS = "('first_seen', 'changed', 'reverted', 'unchanged', 'not_modified', 'gone')"
_LATEST_WORD = f"""
SELECT origin, outcome FROM checks WHERE article_id = ? AND (origin IS NULL OR outcome IN {_TELLING_WORDS})
ORDER BY checked_at DESC, origin IS NULL DESC LIMIT 1
"""  # noqa: S608 - only constants are put in
_CHECKED = """
UPDATE _article_states SET last_checked_at = max(coalesce(last_checked_at, ?1), ?1) WHERE article_id = ?2
"""
# Since the first look after the last one that told otherwise.
_TURNED = f"""
UPDATE _article_states SET state = iif(?2, 'gone', 'live'), state_since_at = (
    SELECT min(checked_at) FROM checks
    WHERE article_id = ?1 AND outcome IN {_TELLING_WORDS} AND (outcome = 'gone') = ?2 AND checked_at > coalesce((
        SELECT max(checked_at) FROM checks
        WHERE article_id = ?1 AND (origin IS NULL OR outcome IN {_TELLING_WORDS})
            AND iif(?2, outcome <> 'gone', outcome NOT IN {SHOWS_ARTICLE})
    ), '')
) WHERE article_id = ?1
"""  # noqa: S608 - only constants are put in
# The page that was last read is none of the latest wording any more: "not modified" would say nothing of that.
_FORGET_PAGE = """
UPDATE _article_states SET etag = NULL, last_modified = NULL, page_sha256 = NULL, body_sha256 = NULL
WHERE article_id = ?1 AND latest_revision_id IS NOT NULL
    AND (SELECT content_sha256 FROM revisions WHERE revision_id = latest_revision_id) <> ?2
"""
_NEVER_SEEN = "SELECT host, born_at FROM _article_states WHERE article_id = ? AND last_success_at IS NULL"
_CHANGES_TO = """
SELECT change_id FROM changes JOIN diffs USING (diff_id) WHERE diffs.to_revision_id = ? ORDER BY change_id
"""


class Merged(NamedTuple):
    """What came of one look."""

    outcome: Outcome
    recorded: Recorded


def is_merged(connection: Connection, article_id: int, at: datetime, origin: str) -> bool:
    """Is that look there already, in the article or in one whose history goes on in it?"""
    return connection.row(_IS_KNOWN, (article_id, utc_text(at), origin)) is not None


def merge(
    connection: Connection, looks: Sequence[Sighting], judge: Judging, compare: Compare, now: datetime
) -> tuple[Merged | None, ...]:
    """All in one transaction, in the order given; None for a look that is known: same article, time and origin.

    They are judged inside of it, so that nothing comes in between. Raises KeyError for an article that is not in the
    database, ValueError for a look without an origin or of a time that is still to come: nothing is recorded then.
    """
    with connection.writing():
        merging = _Merging(connection, judge, compare, now)
        return tuple(merging.merge(look) for look in looks)


@dataclass(frozen=True, slots=True)
class _Merging:
    connection: Connection
    judge: Judging
    compare: Compare
    now: datetime

    @property
    def raw(self) -> sqlite3.Connection:
        return self.connection.raw

    def merge(self, look: Sighting) -> Merged | None:
        article_id = self._goes_on_in(look.order.article_id)
        look = replace(look, order=replace(look.order, article_id=article_id), before=None)
        at, origin = utc_text(look.fetch.fetched_at), look.origin
        if origin is None or look.fetch.fetched_at > self.now:
            raise ValueError("only a look that somebody else took, and at a time that is over, can be merged")
        if self.raw.execute(_IS_KNOWN, (article_id, at, origin)).fetchone() is not None:
            return None
        found = succession(self.raw, article_id)
        known = known_then(self.connection, found, at, Rank(is_own=False, origin=origin))
        verdict = self.judge(look, known)
        return _Entry(self, verdict, found, known.latest, at, origin).write()

    def _goes_on_in(self, article_id: int) -> int:
        found = self.raw.execute(_GOES_ON_IN, (article_id,)).fetchone()
        if found is None:
            raise KeyError(article_id)
        return int(found[0])


class _Again(NamedTuple):
    """A look that was taken for one that found nothing new showed the wording of this revision anew."""

    seen_at: str
    shown: Revision


class _Written(NamedTuple):
    """The new revision's id; behind it those of the wording in force, where looks that are there show it again."""

    ids: tuple[int, ...]
    met_paragraph_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One verdict on its way into the database."""

    merging: _Merging
    verdict: Verdict
    found: Succession
    in_force: Revision | None
    at: str
    origin: str

    @property
    def raw(self) -> sqlite3.Connection:
        return self.merging.raw

    @property
    def article_id(self) -> int:
        return self.found.article_id

    @property
    def _rank(self) -> Rank:
        return Rank(is_own=False, origin=self.origin)

    def write(self) -> Merged:
        """Once more, with what is missing, where looks after a version were taken for looks at the one before it, as it
        comes in only now, or was set aside till now. What a look gives is written in one piece, for the chain."""
        again: list[_Again] = []
        while True:
            self.raw.execute("SAVEPOINT entry")
            merged = self._written(again)
            missing = self._missing(merged)
            if missing:
                self.raw.execute("ROLLBACK TO entry")
            self.raw.execute("RELEASE entry")
            if not missing:
                return merged
            again += missing

    def _written(self, again: Sequence[_Again]) -> Merged:
        new = self.verdict.new_revision
        same = None if new is None else self._shown_then(new.content_sha256)
        is_kept = (new is not None and same is None) or self._is_doubt()
        capture_id = write_capture(self.raw, self.verdict.sighting) if is_kept else None
        written = None
        if new is not None and same is None and capture_id is not None:
            written = self._new_revision(new, capture_id, again)
        given = () if written is None else written.ids
        shown = given[0] if given else same or (None if self.in_force is None else self.in_force.revision_id)
        check_id = self._check(shown if self.verdict.outcome in SHOWING else None, capture_id, given)
        settled = self._settle(given) if given else None
        self._stand(settled)
        self._count(len(given), 0 if settled is None else settled.change_difference)
        keep_earlier_left_out(self.raw, self.verdict)
        if written is not None:
            learn(self.raw, [Met(self.article_id, self.at, written.met_paragraph_ids)])
        return Merged(self.verdict.outcome, self._recorded(check_id, given))

    def _shown_then(self, content_sha256: str) -> int | None:
        """What another look of the same second showed, if that says the same."""
        row = self.raw.execute(_SHOWN_THEN, (self.article_id, self.at, content_sha256)).fetchone()
        return None if row is None else int(row[0])

    def _is_doubt(self) -> bool:
        """Is the page of a look that showed no article kept? The first of several alike."""
        if self.verdict.outcome not in _DOUBTFUL or self.verdict.sighting.fetch.status is None:
            return False
        before = self.raw.execute(LOOK_BEFORE, (self.article_id, self.at)).fetchone()
        return before is None or before[0] != self.verdict.outcome.value

    # -- revisions -----------------------------------------------------------------------------------------------------

    def _new_revision(self, new: Extract, capture_id: int, again: Sequence[_Again]) -> _Written:
        by = self.verdict.sighting.extractor
        written = write_revision(self.raw, NewRevision(self.article_id, None, self.at, capture_id, new, by))
        write_inconsistencies(self.raw, self.verdict.inconsistencies, written.revision_id)
        before = self._in_force_again(self._shown_before())
        later = (self._shown_again(each.seen_at, each.shown) for each in again)
        ids = (written.revision_id, *(each for each in (before, *later) if each is not None))
        return _Written(ids, written.met_paragraph_ids)

    def _shown_before(self) -> str | None:
        """The first look between a page that was set aside and this one: it tells them apart."""
        place = self.found.last_before(self.raw, self.at, self._rank)
        if place is None or place.number is not None or self.in_force is None:
            return None
        if place.content_sha256 == self.in_force.content_sha256:
            return None
        between = (self.article_id, place.first_seen_at, self.at, place.content_sha256)
        row = self.raw.execute(_UNLIKE_BETWEEN, between).fetchone()
        return None if row is None else str(row[0])

    def _in_force_again(self, seen_at: str | None) -> int | None:
        """A look found the page unchanged, with something else before it, as is known now: it showed the wording in
        force again. Its page was not kept; that of the wording says the same."""
        shown = self.in_force
        if seen_at is None or shown is None:
            return None
        if self.found.has(seen_at, shown.content_sha256):
            return None
        return self._shown_again(seen_at, shown)

    def _shown_again(self, seen_at: str, shown: Revision) -> int | None:
        """None: its page is not kept any more."""
        if shown.capture_id is None:
            return None
        again = NewRevision(self.article_id, None, seen_at, shown.capture_id, shown.extract, shown.extractor)
        written = write_revision(self.raw, again)
        found = inconsistencies(self.merging.connection, shown.revision_id)
        write_inconsistencies(self.raw, found, written.revision_id)
        return written.revision_id

    def _missing(self, merged: Merged) -> list[_Again]:
        """What the looks after revisions showed that have got their place only now."""
        if merged.recorded.revision_id is None:
            return []
        now = succession(self.raw, self.article_id)
        had_place = {place.revision_id for place in self.found.places if place.number is not None}
        fresh = [place for place in now.places if place.number is not None and place.revision_id not in had_place]
        return [each for place in fresh for each in self._shown_otherwise(place, now)]

    def _shown_otherwise(self, place: Place, now: Succession) -> Iterator[_Again]:
        """By the next look at a version of the article, if there is no revision of it."""
        aside = {(each.first_seen_at, each.content_sha256) for each in now.places if each.number is None}
        rank = rank_of(self.raw, self.article_id, place)
        after = (self.article_id, place.first_seen_at, rank.origin, place.content_sha256)
        row = next((row for row in self.raw.execute(_SHOWING_AFTER, after) if row[:2] not in aside), None)
        if row is None or now.has(*row[:2]):
            return
        shown_id = now.read_last(row[2])
        shown = revisions_by_id(self.merging.connection, [shown_id])[shown_id]
        if shown.capture_id is not None and not now.has(row[0], shown.content_sha256):
            yield _Again(row[0], shown)

    def _settle(self, given: tuple[int, ...]) -> Settled:
        drawn: Mapping[Pair, Comparison] = {}
        if self.in_force is not None and self.verdict.comparison is not None and self.verdict.reread is None:
            drawn = {(self.in_force.revision_id, given[0]): self.verdict.comparison}
        return settle(self.merging.connection, self.article_id, given, self.merging.compare, drawn)

    # -- the look and what it leaves -----------------------------------------------------------------------------------

    def _check(self, shown_id: int | None, capture_id: int | None, given: tuple[int, ...]) -> int:
        (check_id,) = self.raw.execute("SELECT coalesce(max(check_id), 0) + 1 FROM checks").fetchone()
        insert_checks(self.raw, [NewCheck(check_row(check_id, self.verdict, shown_id, capture_id), given)])
        return int(check_id)

    def _stand(self, settled: Settled | None) -> None:
        """When it is looked at next stays as planned."""
        self.raw.execute(_CHECKED, (self.at, self.article_id))
        word = self.raw.execute(_LATEST_WORD, (self.article_id,)).fetchone()
        if word is not None and word[0] is not None:  # after every look of ours
            self.raw.execute(_TURNED, (self.article_id, word[1] == Outcome.GONE.value))
        if settled is not None:
            self.raw.execute(_FORGET_PAGE, (self.article_id, settled.latest_sha256))
            self.raw.execute(
                "UPDATE _article_states SET latest_revision_id = ?, revision_count = ?, first_seen_at = ?, "
                "change_count = change_count + ? WHERE article_id = ?",
                (
                    *(settled.latest_revision_id, settled.revision_count, settled.first_seen_at),
                    *(settled.change_difference, self.article_id),
                ),
            )
        if self.verdict.outcome in SHOWING:
            self._age()

    def _age(self) -> None:
        """An article that we never saw is as old as others know it to be, and asks for looks as such."""
        row = self.raw.execute(_NEVER_SEEN, (self.article_id,)).fetchone()
        if row is None:
            return
        host, born_at = row
        seen = self.verdict.new_revision or (None if self.in_force is None else self.in_force.extract)
        known_since = min(moment(born_at), self.verdict.sighting.fetch.fetched_at)
        history = dated(begin(known_since), None if seen is None else seen.published_at)
        plan = wanted_now(history, host_histories(self.raw, [host]).get(host, HostHistory()), self.merging.now)
        self.raw.execute(
            "UPDATE _article_states SET born_at = ?, looks_per_day = ?, promise = ? WHERE article_id = ?",
            (utc_text(history.born_at), plan.looks_per_day, plan.promise, self.article_id),
        )

    def _count(self, revisions: int, changes: int) -> None:
        self.raw.execute(
            "UPDATE _totals SET check_count = check_count + 1, revision_count = revision_count + ?, "
            "change_count = change_count + ?",
            (revisions, changes),
        )

    def _recorded(self, check_id: int, given: tuple[int, ...]) -> Recorded:
        if not given:
            return Recorded(check_id)
        (number,) = self.raw.execute("SELECT number FROM revisions WHERE revision_id = ?", (given[0],)).fetchone()
        changes = self.raw.execute(_CHANGES_TO, (given[0],))
        return Recorded(check_id, given[0], number, tuple(change_id for (change_id,) in changes))
