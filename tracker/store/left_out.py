"""What pages hold beside their article: kept, a line an article, so that nothing is lost by leaving it out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import timedelta

from tracker.model import LeftOut, LeftOutLine, Verdict, utc_text
from tracker.store.connection import Connection
from tracker.store.values import moment

# A page leaves out some dozens of lines; those that change from day to day, such as headlines of other articles, would
# pile up for ever.
_LINES_KEPT = 200
# How stale `last_seen_at` may be: a look that shows the same lines as the one before then writes nothing.
SEEN_TO_WITHIN = timedelta(days=1)


def keep_left_out(raw: sqlite3.Connection, verdict: Verdict) -> None:
    """Writes only lines that are new, or were last noted down more than a day ago."""
    if not verdict.left_out:
        return
    article_id = verdict.sighting.order.article_id
    at = utc_text(verdict.sighting.fetch.fetched_at)
    stale = utc_text(verdict.sighting.fetch.fetched_at - SEEN_TO_WITHIN)
    lines = _first_of_each(verdict.left_out)
    kept = dict(raw.execute("SELECT text, last_seen_at FROM left_out_lines WHERE article_id = ?", (article_id,)))
    raw.executemany(
        "INSERT INTO left_out_lines (article_id, text, reason, first_seen_at, last_seen_at) "
        "VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (article_id, text) DO UPDATE SET reason = ?3, last_seen_at = ?4",
        [(article_id, text, reason, at) for text, reason in lines.items() if kept.get(text, "") < stale],
    )
    _forget(raw, article_id, kept, lines)


def keep_earlier_left_out(raw: sqlite3.Connection, verdict: Verdict) -> None:
    """Of a look that comes in late: it may have met lines earlier, and displaces none that was met after it."""
    article_id = verdict.sighting.order.article_id
    at = utc_text(verdict.sighting.fetch.fetched_at)
    raw.executemany(
        "INSERT INTO left_out_lines (article_id, text, reason, first_seen_at, last_seen_at) "
        "VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (article_id, text) DO UPDATE SET "
        "first_seen_at = min(first_seen_at, ?4), last_seen_at = max(last_seen_at, ?4)",
        [(article_id, text, reason, at) for text, reason in _first_of_each(verdict.left_out).items()],
    )
    if verdict.left_out:
        kept = dict(raw.execute("SELECT text, last_seen_at FROM left_out_lines WHERE article_id = ?", (article_id,)))
        _forget(raw, article_id, kept, {})


def _first_of_each(left_out: tuple[LeftOut, ...]) -> dict[str, str]:
    """Reasons by line, as many as are kept: a page with more would displace its own lines at every look."""
    lines: dict[str, str] = {}
    for line in left_out:
        if len(lines) == _LINES_KEPT:
            break
        lines.setdefault(line.text, line.reason)
    return lines


def _forget(raw: sqlite3.Connection, article_id: int, kept: Mapping[str, str], lines: Mapping[str, str]) -> None:
    """The longest unseen lines go, none that this look met."""
    unmet = sorted((last_seen_at, text) for text, last_seen_at in kept.items() if text not in lines)
    excess = max(0, len(lines) + len(unmet) - _LINES_KEPT)
    raw.executemany(
        "DELETE FROM left_out_lines WHERE article_id = ? AND text = ?",
        [(article_id, text) for _, text in unmet[:excess]],
    )


def left_out(connection: Connection, article_id: int) -> Iterator[LeftOutLine]:
    """The latest first."""
    for text, reason, first_seen_at, last_seen_at in connection.stream(
        "SELECT text, reason, first_seen_at, last_seen_at FROM left_out_lines WHERE article_id = ? "
        "ORDER BY last_seen_at DESC, first_seen_at DESC, text",
        (article_id,),
    ):
        yield LeftOutLine(text, reason, moment(first_seen_at), moment(last_seen_at))
