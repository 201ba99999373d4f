"""Revisions, comparisons, checks and changes, read back as the model's values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.errors import NotFound
from tracker.model import (
    ArticleStatus,
    ChangeDetail,
    Comparison,
    Diff,
    Field,
    History,
    HostHistory,
    Inconsistency,
    Kind,
    Known,
    Revision,
    State,
)
from tracker.store.connection import Connection, Row
from tracker.store.histories import HISTORY_COLUMNS, history_from, host_histories
from tracker.store.site_lines import lines_by_host
from tracker.store.values import (
    ARTICLE_COLUMNS,
    CHANGE_COLUMNS,
    INCONSISTENCY_COLUMNS,
    PARAGRAPHS_OF_REVISION,
    SHOWS_ARTICLE,
    article_status,
    change_detail,
    change_from,
    extract_from,
    hunks_from,
    id_list,
    inconsistency_from,
    json_text,
    moment,
    moment_or_none,
    moves_from,
    text_or_none,
)

_REVISIONS = f"""
SELECT
    revision_id, article_id, number, first_seen_at, content_sha256,
    (
        SELECT max(looked_at) FROM (
            SELECT max(checked_at) AS looked_at FROM checks
            WHERE checks.article_id = revisions.article_id AND checks.checked_at < revisions.first_seen_at
                AND checks.outcome IN {SHOWS_ARTICLE}
            UNION ALL
            SELECT first_checked_at FROM checks -- of looks that were folded, where the revision was imported later
            WHERE checks.article_id = revisions.article_id AND checks.checked_at >= revisions.first_seen_at
                AND checks.first_checked_at < revisions.first_seen_at AND checks.outcome IN {SHOWS_ARTICLE}
        )
    ),
    extractor, capture_id,
    (SELECT number FROM revisions AS same WHERE same.revision_id = revisions.same_as_revision_id),
    (SELECT number FROM revisions AS reread WHERE reread.revision_id = revisions.reread_of_revision_id),
    headline, subheadline, byline, published_at, modified_at, language, canonical_url
FROM revisions
"""  # noqa: S608 - only constants are put in


_CONTENTS = """
SELECT article_id, content_sha256 FROM revisions WHERE article_id IN (SELECT value FROM json_each(?))
"""

# The own address of another article is no address of this one, unless the two were joined: a redirect to it tells that
# they should be.
_ADDRESSES = """
SELECT addresses.article_id, addresses.url FROM article_urls AS addresses
LEFT JOIN articles AS others ON others.url = addresses.url AND others.article_id <> addresses.article_id
LEFT JOIN _article_states AS states ON states.article_id = others.article_id
WHERE addresses.article_id IN (SELECT value FROM json_each(?))
    AND (others.article_id IS NULL OR states.joined_to_article_id IS addresses.article_id)
"""


_CHANGE_SELECTION = f"""
    change_id, article_id, url, host, headline, from_number, to_number, changed_after, changed_before, engine, is_flap,
    from_same_as_number, to_same_as_number, from_revision_id, to_revision_id, {CHANGE_COLUMNS}
FROM changes_detail
"""
_CHANGES = f"SELECT {_CHANGE_SELECTION}"
_CHANGES_BY_ID = f"{_CHANGES} WHERE change_id IN (SELECT value FROM json_each(?)) ORDER BY change_id"  # noqa: S608 - only constants are put in


def revision(connection: Connection, article_id: int, number: int) -> Revision:
    """Raises NotFound if the article has no revision of that number."""
    row = connection.row(f"{_REVISIONS} WHERE article_id = ? AND number = ?", (article_id, number))
    if row is None:
        count = connection.value("SELECT count(number) FROM revisions WHERE article_id = ?", (article_id,))
        there = "none yet" if count == 0 else f"1 to {count}" if count > 1 else "only revision 1"
        raise NotFound(f"Article {article_id} has no revision {number}; it has {there}.")
    return _revision(row, paragraphs_of(connection, row[0]))


def revisions(connection: Connection, article_id: int) -> Iterator[Revision]:
    for row in connection.rows(
        f"{_REVISIONS} WHERE article_id = ? AND number IS NOT NULL ORDER BY number", (article_id,)
    ):
        yield _revision(row, paragraphs_of(connection, row[0]))


_HEADS = """
SELECT
    revision_id, article_id, number, first_seen_at, content_sha256, NULL, extractor, capture_id,
    (SELECT number FROM revisions AS same WHERE same.revision_id = revisions.same_as_revision_id),
    (SELECT number FROM revisions AS reread WHERE reread.revision_id = revisions.reread_of_revision_id),
    headline, subheadline, byline, published_at, modified_at, language, canonical_url
FROM revisions WHERE article_id = ? AND number IS NOT NULL ORDER BY number
"""


def revision_heads(connection: Connection, article_id: int) -> Iterator[Revision]:
    """All that a time line tells of them: no paragraphs, and not the look before."""
    for row in connection.rows(_HEADS, (article_id,)):
        yield _revision(row, ())


_PARAGRAPHS_OF_MANY = """
SELECT revision_paragraphs.revision_id, paragraphs.text
FROM json_each(?) AS wanted
CROSS JOIN revision_paragraphs ON revision_paragraphs.revision_id = wanted.value
CROSS JOIN paragraphs ON paragraphs.paragraph_id = revision_paragraphs.paragraph_id
ORDER BY revision_paragraphs.revision_id, revision_paragraphs.position
"""


def paragraphs_of(connection: Connection, revision_id: int) -> tuple[str, ...]:
    rows = connection.rows(PARAGRAPHS_OF_REVISION, (revision_id,))
    return tuple(text for (text,) in rows)


def _revision(row: Row, paragraphs: tuple[str, ...]) -> Revision:
    revision_id, article_id, number, first_seen_at, content_sha256, checked_before, *rest = row
    extractor, capture_id, same_as_number, reread_of_number, *fields = rest
    return Revision(
        revision_id,
        article_id,
        number,
        moment(first_seen_at),
        extract_from(fields, paragraphs),
        content_sha256,
        last_checked_before=moment_or_none(checked_before),
        extractor=extractor,
        same_as_number=same_as_number,
        reread_of_number=reread_of_number,
        capture_id=capture_id,
    )


def known(connection: Connection, article_ids: Iterable[int]) -> dict[int, Known]:
    """What a look at each of these articles is judged against; unknown ids are left out."""
    with connection.snapshot():
        return known_within(connection, article_ids)


def known_within(connection: Connection, article_ids: Iterable[int]) -> dict[int, Known]:
    """The same inside a transaction."""
    ids = id_list(article_ids)
    states = connection.rows(
        "SELECT articles.article_id, articles.url, states.state, articles.added_at, states.last_checked_at, "
        "states.failures_in_row, states.suspect_sha256, states.follow_until_at, states.is_headline_only, "
        "articles.host, states.latest_revision_id FROM articles "
        "JOIN _article_states AS states ON states.article_id = articles.article_id "
        "WHERE articles.article_id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    histories = _histories(connection, ids)
    hosts = host_histories(connection.raw, {row[-2] for row in states})
    latest = revisions_by_id(connection, [row[-1] for row in states if row[-1] is not None])
    seen = _sets(connection, _CONTENTS, ids)
    aliases = _sets(connection, _ADDRESSES, ids)
    lines = lines_by_host(connection, {row[-2] for row in states})
    nothing: frozenset[str] = frozenset()
    return {
        row[0]: _known(
            row,
            latest.get(row[-1]),
            seen_before=seen.get(row[0], nothing),
            aliases=aliases.get(row[0], nothing),
            site_lines=lines.get(row[-2], nothing),
            history=histories[row[0]],
            host_history=hosts.get(row[-2], HostHistory()),
        )
        for row in states
    }


def _known(
    row: Row,
    latest: Revision | None,
    *,
    seen_before: frozenset[str],
    aliases: frozenset[str],
    site_lines: frozenset[str],
    history: History,
    host_history: HostHistory,
) -> Known:
    article_id, url, state, added_at, last_checked_at, failures_in_row, suspect_sha256, *rest = row
    follow_until_at, is_headline_only, *_ = rest
    return Known(
        article_id=article_id,
        url=url,
        state=State(state),
        latest=latest,
        added_at=moment(added_at),
        last_checked_at=moment_or_none(last_checked_at),
        last_changed_at=None if latest is None else latest.first_seen_at,
        failures_in_row=failures_in_row,
        suspect_sha256=suspect_sha256,
        follow_until=moment_or_none(follow_until_at),
        is_headline_only=bool(is_headline_only),
        seen_before=seen_before,
        aliases=aliases,
        site_lines=site_lines,
        history=history,
        host_history=host_history,
    )


def _histories(connection: Connection, ids: str) -> dict[int, History]:
    rows = connection.rows(
        f"SELECT article_id, {HISTORY_COLUMNS} FROM _article_states "  # noqa: S608 - only constants are put in
        "WHERE article_id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return {article_id: history_from(figures) for article_id, *figures in rows}


def revisions_by_id(connection: Connection, revision_ids: list[int]) -> dict[int, Revision]:
    """Also those that have no number."""
    ids = id_list(revision_ids)
    rows = connection.rows(
        f"{_REVISIONS} WHERE revision_id IN (SELECT value FROM json_each(?))",  # noqa: S608 - only constants are put in
        (ids,),
    )
    paragraphs: dict[int, list[str]] = {}
    for revision_id, text in connection.rows(_PARAGRAPHS_OF_MANY, (ids,)):
        paragraphs.setdefault(revision_id, []).append(text)
    return {row[0]: _revision(row, tuple(paragraphs.get(row[0], ()))) for row in rows}


def _sets(connection: Connection, sql: str, ids: str) -> dict[int, frozenset[str]]:
    """The second column's values, by article."""
    found: dict[int, set[str]] = {}
    for article_id, value in connection.rows(sql, (ids,)):
        found.setdefault(article_id, set()).add(value)
    return {article_id: frozenset(values) for article_id, values in found.items()}


def comparison(connection: Connection, article_id: int, from_number: int, to_number: int) -> Comparison | None:
    """As recorded; None if these two revisions were never compared (only neighbours are)."""
    row = connection.row(
        "SELECT diffs.diff_id, diffs.engine, diffs.coarse, diffs.hunks_json, diffs.moves_json, "
        "older.revision_id, newer.revision_id FROM diffs "
        "JOIN revisions AS older ON older.revision_id = diffs.from_revision_id "
        "JOIN revisions AS newer ON newer.revision_id = diffs.to_revision_id "
        "WHERE older.article_id = ? AND older.number = ? AND newer.article_id = ? AND newer.number = ?",
        (article_id, from_number, article_id, to_number),
    )
    if row is None:
        return None
    diff_id, engine, coarse, hunks, moves, older_id, newer_id = row
    old, new = ("\n\n".join(paragraphs_of(connection, revision_id)) for revision_id in (older_id, newer_id))
    changes = connection.rows(f"SELECT {CHANGE_COLUMNS} FROM changes WHERE diff_id = ? ORDER BY change_id", (diff_id,))  # noqa: S608 - only constants are put in
    return Comparison(
        Diff(old, new, hunks_from(hunks), moves_from(moves), coarse),
        tuple(change_from(change) for change in changes),
        engine,
    )


def inconsistencies(connection: Connection, revision_id: int) -> tuple[Inconsistency, ...]:
    """In the order in which the body shows them."""
    rows = connection.rows(
        f"SELECT {INCONSISTENCY_COLUMNS} FROM inconsistencies WHERE revision_id = ? "  # noqa: S608 - only constants are put in
        "ORDER BY doubtful_start, inconsistency_id",
        (revision_id,),
    )
    return tuple(inconsistency_from(row) for row in rows)


_LISTED_AT_ONCE = 1_000

# SQLite would start at the articles and sort; from the index on states they come in order.
_IN_STATE = f"""
SELECT {", ".join(f"articles_status.{column}" for column in ARTICLE_COLUMNS.split(", "))} FROM _article_states AS chosen
CROSS JOIN articles_status ON articles_status.article_id = chosen.article_id
WHERE chosen.state = ? AND chosen.article_id > ? ORDER BY chosen.article_id LIMIT {_LISTED_AT_ONCE}
"""  # noqa: S608 - only constants are put in


def articles(connection: Connection, host: str | None, state: State | None) -> Iterator[ArticleStatus]:
    """In the order of their ids. Who takes them slowly holds up no writer: they are read in parts."""
    where, parameters = _where([("host = ?", host), ("state = ?", None if state is None else state.value)])
    sql = _IN_STATE
    if host is not None or state is None:
        after = f"{where} AND article_id > ?" if where else " WHERE article_id > ?"
        sql = f"SELECT {ARTICLE_COLUMNS} FROM articles_status{after} ORDER BY article_id LIMIT {_LISTED_AT_ONCE}"  # noqa: S608 - values are bound
    last_id = 0
    while rows := connection.rows(sql, (*parameters, last_id)):
        yield from map(article_status, rows)
        last_id = rows[-1][0]


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are asked for; what is None or empty asks for all."""

    since: datetime | None = None  # included
    until: datetime | None = None  # not included
    host: str | None = None
    article_id: int | None = None
    kinds: Collection[Kind] = ()
    field: Field | None = None

    def conditions(self) -> list[tuple[str, object]]:
        kinds = json_text([kind.value for kind in self.kinds]) if self.kinds else None
        return [
            ("changed_before >= ?", text_or_none(self.since)),
            ("changed_before < ?", text_or_none(self.until)),
            ("host = ?", self.host),
            ("article_id = ?", self.article_id),
            ("field = ?", None if self.field is None else self.field.value),
            ("kind IN (SELECT value FROM json_each(?))", kinds),
        ]


def changes(connection: Connection, wanted: ChangeFilter) -> Iterator[ChangeDetail]:
    """Ordered by the look that first showed them."""
    where, parameters = _where(wanted.conditions())
    sql = f"{_CHANGES}{where} ORDER BY changed_before, change_id"
    for row in connection.stream(sql, parameters):
        yield change_detail(row)


def changes_by_id(connection: Connection, change_ids: Iterable[int]) -> list[ChangeDetail]:
    """In the order in which they were recorded; unknown ids are left out."""
    rows = connection.rows(_CHANGES_BY_ID, (id_list(change_ids),))
    return [change_detail(row) for row in rows]


def _where(conditions: Sequence[tuple[str, object]]) -> tuple[str, list[object]]:
    """Only the conditions whose value is given."""
    given = [(condition, value) for condition, value in conditions if value is not None]
    clause = " AND ".join(condition for condition, _ in given)
    return (f" WHERE {clause}" if clause else ""), [value for _, value in given]
