"""Verdicts go in here: all of a batch in one transaction, so that a look is recorded whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.model import Extract, Outcome, Recorded, State, Verdict, utc_text
from tracker.notices import Rule
from tracker.store.addresses import add_address, join, looked_at_article_id
from tracker.store.captures import write_capture
from tracker.store.chaining import NewCheck, insert_checks
from tracker.store.checks import check_row
from tracker.store.connection import Connection, Row
from tracker.store.left_out import keep_left_out
from tracker.store.outbox import enqueue
from tracker.store.revising import (
    NewRevision,
    reread_of,
    write_comparison,
    write_inconsistencies,
    write_revision,
)
from tracker.store.site_lines import Met, learn, touch
from tracker.store.standing import (
    LOOK_COLUMNS,
    REVISION_COLUMNS,
    SHOWING,
    STATE_COLUMNS,
    Standing,
    joined,
    standing_after,
    with_revision,
)
from tracker.store.values import id_list
from tracker.urls import canonical_url

# Kept at the first look of a row only: a wall that stands for a year is one doubt, not one a day.
_DOUBTFUL_STATES = frozenset({Outcome.UNREADABLE, Outcome.PAYWALLED, Outcome.GONE})


@dataclass(slots=True)
class _Ledger:
    """One transaction's work: where every article stands by now, and the checks that wait to be written together."""

    raw: sqlite3.Connection
    standings: dict[int, Standing]
    next_check_id: int
    checks: list[NewCheck] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    revised: list[Met] = field(default_factory=list)  # a new revision each
    given: list[int] = field(default_factory=list)  # ids of the revisions that the look in hand gave


def record(connection: Connection, verdicts: Sequence[Verdict], rules: Sequence[Rule] = ()) -> tuple[Recorded, ...]:
    """Raises KeyError for an article that is not in the database: nothing is recorded then. What `rules` ask for goes
    into the outbox."""
    with connection.writing() as raw:
        ledger = _open_ledger(raw, verdicts)
        for verdict in verdicts:
            _enter(ledger, verdict)
        _close_ledger(ledger)
        learn(raw, ledger.revised)
        for verdict in verdicts:
            keep_left_out(raw, verdict)
        touch(raw, verdicts)
        enqueue(raw, rules, verdicts, ledger.recorded)
    return tuple(ledger.recorded)


def _open_ledger(raw: sqlite3.Connection, verdicts: Sequence[Verdict]) -> _Ledger:
    ids = id_list(sorted({verdict.sighting.order.article_id for verdict in verdicts}))
    rows = raw.execute(
        f"SELECT article_id, {STATE_COLUMNS} FROM _article_states "  # noqa: S608 - only constants are put in
        "WHERE article_id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    standings = {article_id: Standing(*standing) for article_id, *standing in rows}
    (last_check_id,) = raw.execute("SELECT coalesce(max(check_id), 0) FROM checks").fetchone()
    return _Ledger(raw, standings, last_check_id + 1)


def _close_ledger(ledger: _Ledger) -> None:
    insert_checks(ledger.raw, ledger.checks)
    revised = {met.article_id for met in ledger.revised}
    _update_states(ledger.raw, LOOK_COLUMNS, [(*each.look_row(), of) for of, each in ledger.standings.items()])
    _update_states(ledger.raw, REVISION_COLUMNS, [(*ledger.standings[of].revision_row(), of) for of in revised])
    change_count = sum(len(entry.change_ids) for entry in ledger.recorded)
    ledger.raw.execute(
        "UPDATE _totals SET check_count = check_count + ?, revision_count = revision_count + ?, "
        "change_count = change_count + ?",
        (len(ledger.checks), len(ledger.revised), change_count),
    )


def _update_states(raw: sqlite3.Connection, columns: str, rows: Sequence[Row]) -> None:
    assignments = ", ".join(f"{column} = ?" for column in columns.split(", "))
    raw.executemany(f"UPDATE _article_states SET {assignments} WHERE article_id = ?", rows)  # noqa: S608 - only constants are put in


def _enter(ledger: _Ledger, verdict: Verdict) -> None:
    article_id = verdict.sighting.order.article_id
    before = ledger.standings[article_id]
    ledger.given.clear()
    capture_id = write_capture(ledger.raw, verdict.sighting) if _is_kept(verdict, before) else None
    ledger.standings[article_id] = standing_after(before, verdict)
    revision_id: int | None = None
    change_ids: tuple[int, ...] = ()
    if capture_id is not None and verdict.new_revision is not None:
        revision_id, change_ids = _enter_revision(ledger, verdict, verdict.new_revision, capture_id)
    if verdict.moved_to is not None and verdict.state is not State.MOVED:  # the article itself was found there
        _settle_at(ledger, verdict, canonical_url(verdict.moved_to))
    after = ledger.standings[article_id]
    shown = after.latest_revision_id if verdict.outcome in SHOWING else None
    number = None if revision_id is None else after.revision_count
    row = check_row(ledger.next_check_id, verdict, shown, capture_id)
    ledger.checks.append(NewCheck(row, tuple(ledger.given)))
    ledger.recorded.append(Recorded(ledger.next_check_id, revision_id, number, change_ids))
    ledger.next_check_id += 1


def _enter_revision(
    ledger: _Ledger, verdict: Verdict, extract: Extract, capture_id: int
) -> tuple[int, tuple[int, ...]]:
    """The new revision's id and those of its changes. Before it goes the latest one's page, if that was read anew."""
    article_id = verdict.sighting.order.article_id
    by = verdict.sighting.extractor
    if verdict.reread is not None:
        latest = ledger.standings[article_id]
        _add_revision(ledger, reread_of(ledger.raw, article_id, latest, verdict.reread, by))
    before = ledger.standings[article_id]
    at = utc_text(verdict.sighting.fetch.fetched_at)
    new = NewRevision(article_id, before.revision_count + 1, at, capture_id, extract, by)
    revision_id = _add_revision(ledger, new)
    write_inconsistencies(ledger.raw, verdict.inconsistencies, revision_id)
    change_ids = write_comparison(ledger.raw, verdict.comparison, before.latest_revision_id, revision_id)
    after = ledger.standings[article_id]
    ledger.standings[article_id] = replace(after, change_count=after.change_count + len(change_ids))
    return revision_id, change_ids


def _add_revision(ledger: _Ledger, new: NewRevision) -> int:
    written = write_revision(ledger.raw, new)
    ledger.revised.append(Met(new.article_id, new.first_seen_at, written.met_paragraph_ids))
    ledger.given.append(written.revision_id)
    standing = ledger.standings[new.article_id]
    ledger.standings[new.article_id] = with_revision(standing, written.revision_id, new.first_seen_at)
    return written.revision_id


def _settle_at(ledger: _Ledger, verdict: Verdict, url: str) -> None:
    """The article lives at `url` now: an address of its own, or the one of another article, which then goes on."""
    article_id = verdict.sighting.order.article_id
    moment = verdict.sighting.fetch.fetched_at
    home = looked_at_article_id(ledger.raw, url)
    if home is None:
        add_address(ledger.raw, article_id, url, verdict.learnt_by, utc_text(moment))
        return
    standing = ledger.standings[article_id]
    if home == article_id or standing.joined_to_article_id is not None:  # led round in a circle, or joined already
        return
    if verdict.learnt_by == "canonical" and not _says_the_same(ledger.raw, standing.latest_revision_id, home):
        return
    join(ledger.raw, article_id, home, verdict.learnt_by, utc_text(moment))
    ledger.standings[article_id] = joined(standing, home, moment)
    for other_id, other in ledger.standings.items():
        if other.joined_to_article_id == article_id:
            ledger.standings[other_id] = replace(other, joined_to_article_id=home)


def _says_the_same(raw: sqlite3.Connection, revision_id: int | None, article_id: int) -> bool:
    """A declared address alone joins nothing: templates and slips name wrong ones."""
    found = raw.execute(
        "SELECT 1 FROM revisions JOIN _article_states AS states ON states.latest_revision_id = revisions.revision_id "
        "WHERE states.article_id = ? "
        "AND revisions.content_sha256 = (SELECT content_sha256 FROM revisions WHERE revision_id = ?)",
        (article_id, revision_id),
    ).fetchone()
    return found is not None


def _is_kept(verdict: Verdict, before: Standing) -> bool:
    """Is the page kept as sent? Every page that gave a revision or a doubt."""
    if verdict.new_revision is not None:
        return True
    if verdict.sighting.fetch.status is None:
        return False
    is_first = before.state != verdict.state.value
    return verdict.outcome is Outcome.SUSPECT or (verdict.outcome in _DOUBTFUL_STATES and is_first)
