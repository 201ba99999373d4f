"""Articles come in here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tracker.model import utc_text
from tracker.store.addresses import add_address, add_variant, match
from tracker.store.connection import Connection
from tracker.store.histories import beginning, stir
from tracker.store.identity import Identity
from tracker.store.records import Recognised, Wanted
from tracker.store.values import id_list, moment, text_or_none
from tracker.urls import host_of

_BY_HAND = "added"

_ADDED = "SELECT article_id, added_at FROM articles WHERE article_id IN (SELECT value FROM json_each(?))"

# An article that is followed without an end and in full is left as it is, whoever names it.
_LIMITED = """
SELECT article_id, follow_until_at, is_headline_only FROM _article_states
WHERE article_id IN (SELECT value FROM json_each(?)) AND (follow_until_at IS NOT NULL OR is_headline_only)
"""


def recognised(connection: Connection, identities: Iterable[Identity]) -> list[Recognised | None]:
    """For each: the article that is looked at for it; None: it would be a new one."""
    with connection.snapshot():
        raw = connection.raw
        ids = [found and found.article_id for found in (match(raw, identity) for identity in identities)]
        added = dict(raw.execute(_ADDED, (id_list(each for each in ids if each is not None),)))
    return [None if each is None else Recognised(each, moment(added[each])) for each in ids]


def add_articles(
    connection: Connection, wanted: Iterable[Wanted], now: datetime, how: str, source_id: int | None
) -> list[tuple[int, bool]]:
    """Track each, due at once. For each: the id of the article looked at for it, and whether it is new. One
    transaction."""
    given = list(wanted)
    with connection.writing() as raw:
        added = [_add(raw, each, now, how, source_id) for each in given]
        new_count = sum(is_new for _, is_new in added)
        raw.execute("UPDATE _totals SET article_count = article_count + ?", (new_count,))
        known = [(article_id, each) for (article_id, is_new), each in zip(added, given, strict=True) if not is_new]
        demanded = _follow_on(raw, known)
        # Who asks for more wants to see it, also of an article that was not looked at any more.
        stir(raw, [article_id for article_id, _ in known] if how == _BY_HAND else demanded, now, rested=timedelta())
    return added


def _add(raw: sqlite3.Connection, wanted: Wanted, now: datetime, how: str, source_id: int | None) -> tuple[int, bool]:
    identity = wanted.identity
    at = utc_text(now)
    known = match(raw, identity)
    if known is not None:
        if not known.is_as_given:
            add_variant(raw, known.article_id, identity, at)
        return known.article_id, False
    host = host_of(identity.url)
    article_id = raw.execute(
        "INSERT INTO articles (url, host, added_at, source_id) VALUES (?, ?, ?, ?)", (identity.url, host, at, source_id)
    ).lastrowid
    assert article_id is not None  # noqa: S101 - SQLite sets it for every insert; this tells the type checker so
    add_address(raw, article_id, identity.url, how, at, identity.key)
    if identity.given != identity.url:
        add_variant(raw, article_id, identity, at)
    raw.execute(
        "INSERT INTO _article_states (article_id, host, state, state_since_at, next_check_at, failures_in_row, "
        "revision_count, change_count, follow_until_at, is_headline_only, edit_evidence, exposure, edits_seen, "
        "born_at, looks_per_day, promise) VALUES (?, ?, 'new', ?, ?, 0, 0, 0, ?, ?, 0, 0, 0, ?, ?, ?)",
        (
            *(article_id, host, at, at, text_or_none(wanted.follow_until), wanted.is_headline_only),
            *beginning(raw, host, now, wanted.published_at),
        ),
    )
    return article_id, True


def _follow_on(raw: sqlite3.Connection, known: Sequence[tuple[int, Wanted]]) -> list[int]:
    """An article that several name is followed as long and as fully as the most demanding of them asks.

    The ids of those for which more is asked now.
    """
    ids = id_list({article_id for article_id, _ in known})
    standing = {article_id: tuple(rest) for article_id, *rest in raw.execute(_LIMITED, (ids,))}
    asked = dict(standing)
    for article_id, wanted in known:
        if article_id in asked:
            until, is_headline_only = asked[article_id]
            later = None if until is None or wanted.follow_until is None else max(until, utc_text(wanted.follow_until))
            asked[article_id] = (later, int(is_headline_only and wanted.is_headline_only))
    more = [article_id for article_id, limits in asked.items() if limits != standing[article_id]]
    raw.executemany(
        "UPDATE _article_states SET follow_until_at = ?, is_headline_only = ? WHERE article_id = ?",
        [(*asked[article_id], article_id) for article_id in more],
    )
    return more
