"""What a site prints under many of its articles: learnt from the articles themselves, remembered a host.

A line that belongs to the articles must not be taken for the site's: it would be left out of them. So it takes several
articles, a share of the latest ones, and articles that have text of their own beside it; a notice of a correction never
is one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from tracker.classify.notices import is_notice_heading, notice
from tracker.model import SiteLine, Verdict, utc_text
from tracker.store.connection import Connection
from tracker.store.left_out import SEEN_TO_WITHIN
from tracker.store.values import id_list, json_text, moment

# Asked are the articles of the host that were first seen last: what a site prints changes with the months, and the
# cost of asking stays the same however many articles there are.
_ARTICLES_ASKED = 20
# The one at hand and three others: two that share a line may be one agency's report under two headlines.
_FEWEST_ARTICLES = 4
# The background that a reporter repeats through a series of articles stays below this, unless the series is most of
# what the host prints; a box under the articles of one section does not.
_LEAST_SHARE = 0.25
# An article that consists of shared lines for the greater part is the same article under several addresses, of which
# nothing can be learnt. By length, since the site's own lines are many but short.
_LEAST_OWN_TEXT = 0.5
_LINES_KEPT = 300  # a host: far more than any site prints under one article at a time


@dataclass(frozen=True, slots=True)
class Met:
    """Paragraphs of a new revision that some revision held already."""

    article_id: int
    at: str
    paragraph_ids: tuple[int, ...]


def learn(raw: sqlite3.Connection, met: Iterable[Met]) -> None:
    """From new revisions that are written by now, of one host or many."""
    with_any = [each for each in met if each.paragraph_ids]
    hosts = _hosts(raw, {each.article_id for each in with_any})
    by_host: dict[str, list[Met]] = defaultdict(list)
    for each in with_any:
        by_host[hosts[each.article_id]].append(each)
    for host, each_met in by_host.items():
        _learn_of_host(raw, host, each_met)


def _hosts(raw: sqlite3.Connection, article_ids: Collection[int]) -> dict[int, str]:
    sql = "SELECT article_id, host FROM articles WHERE article_id IN (SELECT value FROM json_each(?))"
    return dict(raw.execute(sql, (id_list(article_ids),))) if article_ids else {}


def _learn_of_host(raw: sqlite3.Connection, host: str, met: list[Met]) -> None:
    revision_ids = _latest_revision_ids(raw, host)
    if len(revision_ids) < _FEWEST_ARTICLES:
        return
    enough = max(_FEWEST_ARTICLES, ceil(len(revision_ids) * _LEAST_SHARE))
    doubted = {paragraph_id for each in met for paragraph_id in each.paragraph_ids}
    if not _shared(raw, revision_ids, doubted, enough):
        return
    lines = _proven(_paragraphs(raw, revision_ids), enough)
    at = max(each.at for each in met)
    notices = _notices(raw, doubted & lines.keys())
    rows = [(host, each, count, at, at) for each, count in lines.items() if each in doubted - notices]
    raw.executemany("INSERT INTO _site_lines VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
    if rows:
        _forget(raw, host)


def _latest_revision_ids(raw: sqlite3.Connection, host: str) -> list[int]:
    """Of the host's latest articles, each counted once that goes on in another."""
    rows = raw.execute(
        "SELECT latest_revision_id FROM _article_states INDEXED BY _article_states_by_first_sight "
        "WHERE host = ? AND first_seen_at IS NOT NULL AND joined_to_article_id IS NULL "
        "ORDER BY first_seen_at DESC LIMIT ?",
        (host, _ARTICLES_ASKED),
    )
    return [revision_id for (revision_id,) in rows]


def _shared(raw: sqlite3.Connection, revision_ids: list[int], doubted: Collection[int], enough: int) -> bool:
    """Does any of these paragraphs, not yet known, stand in enough of these revisions?"""
    rows = raw.execute(
        "SELECT 1 FROM revision_paragraphs WHERE revision_id IN (SELECT value FROM json_each(?)) "
        "AND paragraph_id IN (SELECT value FROM json_each(?)) "
        "GROUP BY paragraph_id HAVING count(DISTINCT revision_id) >= ? LIMIT 1",
        (id_list(revision_ids), id_list(doubted), enough),
    )
    return rows.fetchone() is not None


def _paragraphs(raw: sqlite3.Connection, revision_ids: list[int]) -> list[dict[int, int]]:
    """Of each revision: the length of every paragraph by its id."""
    found: dict[int, dict[int, int]] = {}
    for revision_id, paragraph_id, length in raw.execute(
        "SELECT revision_id, paragraph_id, length(text) FROM revision_paragraphs JOIN paragraphs USING (paragraph_id) "
        "WHERE revision_id IN (SELECT value FROM json_each(?))",
        (id_list(revision_ids),),
    ):
        found.setdefault(revision_id, {})[paragraph_id] = length
    return list(found.values())


def _proven(articles: list[dict[int, int]], enough: int) -> dict[int, int]:
    """Paragraphs that stand in enough articles which have text of their own, and in how many."""
    shared = _in_enough(articles, enough)
    return _in_enough([lengths for lengths in articles if _is_of_its_own(lengths, shared)], enough)


def _in_enough(articles: Iterable[Iterable[int]], enough: int) -> dict[int, int]:
    counts = Counter(paragraph_id for paragraph_ids in articles for paragraph_id in paragraph_ids)
    return {paragraph_id: count for paragraph_id, count in counts.items() if count >= enough}


def _notices(raw: sqlite3.Connection, paragraph_ids: Collection[int]) -> set[int]:
    """An outlet may well print "This article has been updated." under a quarter of its articles: news each time."""
    sql = "SELECT paragraph_id, text FROM paragraphs WHERE paragraph_id IN (SELECT value FROM json_each(?))"
    rows = raw.execute(sql, (id_list(paragraph_ids),))
    return {paragraph_id for paragraph_id, text in rows if notice(text) is not None or is_notice_heading(text)}


def _is_of_its_own(lengths: Mapping[int, int], shared: Mapping[int, int]) -> bool:
    own = sum(length for paragraph_id, length in lengths.items() if paragraph_id not in shared)
    return own >= _LEAST_OWN_TEXT * sum(lengths.values())


def _forget(raw: sqlite3.Connection, host: str) -> None:
    """The longest unseen ones go."""
    raw.execute(
        "DELETE FROM _site_lines WHERE host = ?1 AND paragraph_id IN (SELECT paragraph_id FROM _site_lines "
        "WHERE host = ?1 ORDER BY last_seen_at DESC, learnt_at DESC, paragraph_id DESC LIMIT -1 OFFSET ?2)",
        (host, _LINES_KEPT),
    )


def touch(raw: sqlite3.Connection, verdicts: Iterable[Verdict]) -> None:
    """Note down that known lines were met, unless that was noted down within the last day."""
    for verdict in verdicts:
        if verdict.left_out:
            moment_of_look = verdict.sighting.fetch.fetched_at
            raw.execute(
                "UPDATE _site_lines SET last_seen_at = ?1 WHERE last_seen_at < ?2 "
                "AND host = (SELECT host FROM articles WHERE article_id = ?3) "
                "AND (SELECT text FROM paragraphs WHERE paragraphs.paragraph_id = _site_lines.paragraph_id) "
                "IN (SELECT value FROM json_each(?4))",
                (
                    utc_text(moment_of_look),
                    utc_text(moment_of_look - SEEN_TO_WITHIN),
                    verdict.sighting.order.article_id,
                    json_text([line.text for line in verdict.left_out]),
                ),
            )


_LINES = """
SELECT _site_lines.host, paragraphs.text, _site_lines.article_count, _site_lines.learnt_at
FROM _site_lines JOIN paragraphs ON paragraphs.paragraph_id = _site_lines.paragraph_id
"""


def site_lines(connection: Connection, host: str) -> Iterator[SiteLine]:
    """Those of the most articles first."""
    sql = f"{_LINES} WHERE _site_lines.host = ? ORDER BY _site_lines.article_count DESC, paragraphs.text"
    for _, text, article_count, learnt_at in connection.stream(sql, (host,)):
        yield SiteLine(host, text, article_count, moment(learnt_at))


def lines_by_host(connection: Connection, hosts: Collection[str]) -> dict[str, frozenset[str]]:
    """Hosts without any are left out."""
    sql = f"{_LINES} WHERE _site_lines.host IN (SELECT value FROM json_each(?))"  # noqa: S608 - only constants are put in
    found: dict[str, set[str]] = {}
    for host, text, *_ in connection.rows(sql, (json_text(sorted(hosts)),)):
        found.setdefault(host, set()).add(text)
    return {host: frozenset(texts) for host, texts in found.items()}
