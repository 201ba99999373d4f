"""Full-text search: from words to the passages that hold them, article by article, the newest wording first.

The word index says which paragraphs and headlines may hold what is asked for; the text itself settles it.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

from tracker.model import Field, SearchHit, State, Where
from tracker.search.matching import Finder, Span, index_terms
from tracker.search.query import Part, Query
from tracker.store.connection import Connection, Row
from tracker.store.lives import LastLooks, Printed, holders, printed, stretches
from tracker.store.values import id_list, moment, text_or_none

# SQLite would start at the articles; CROSS JOIN keeps the order: a word leads to paragraphs, these to articles.
_LATEST = """
CROSS JOIN _article_states AS states ON states.article_id = {article_id}
CROSS JOIN revisions AS latest ON latest.revision_id = states.latest_revision_id
"""
_IN_BODIES = """
SELECT latest.first_seen_at, states.article_id, holders.paragraph_id
FROM {words} AS words
CROSS JOIN paragraph_articles AS holders ON holders.paragraph_id = words.rowid
""" + _LATEST.format(article_id="holders.article_id")
_IN_HEADLINES = """
SELECT DISTINCT latest.first_seen_at, states.article_id, NULL
FROM {words} AS words
CROSS JOIN revisions ON revisions.revision_id = words.rowid
""" + _LATEST.format(article_id="revisions.article_id")
# Of a word that stands everywhere, those recorded last.
_WORDS = "(SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?)"
_NO_LIMIT = -1  # in the words of SQLite
_MATCHES = "SELECT count(*) FROM " + _WORDS  # noqa: S608 - only constants are put in
_NEWEST_FIRST = "ORDER BY latest.first_seen_at DESC, states.article_id DESC"
# Most of what holds a common word still stands: this is asked before the text is.
_NOT_IN_LATEST = """
(states.state IN ('gone', 'moved') OR NOT EXISTS (
    SELECT 1 FROM revision_paragraphs
    WHERE revision_paragraphs.revision_id = states.latest_revision_id
        AND +revision_paragraphs.paragraph_id = holders.paragraph_id
))
"""
# Whatever came or went since then made a revision, unless the article itself went.
_STIRRED = "(latest.first_seen_at >= ? OR (states.state IN ('gone', 'moved') AND states.state_since_at >= ?))"
_ARTICLE = """
SELECT article_id, url, host, headline, state, state_since_at, joined_to_article_id FROM articles_status
WHERE article_id = ?
"""
_SITE_LINES = """
SELECT paragraph_id FROM _site_lines WHERE host = ? AND paragraph_id IN (SELECT value FROM json_each(?))
"""
_HELD_BY = """
SELECT paragraph_id FROM paragraph_articles
WHERE paragraph_id IN (SELECT value FROM json_each(?)) AND article_id = ?
"""
_TEXTS = "SELECT paragraph_id, text FROM paragraphs WHERE paragraph_id IN (SELECT value FROM json_each(?)) ORDER BY 1"


_ARTICLES_AT_ONCE = 32  # whose texts are read together: a single one at a time costs more than some too many


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for, and in what."""

    query: Query
    host: str | None = None  # None: any
    since: datetime | None = None  # passages that came or went then or later; None: whenever
    until: datetime | None = None  # and before that
    where: Where = Where.ANY
    most_matches: int | None = None  # of the word index, the last recorded ones; None: all, which may be millions


class _Candidate(NamedTuple):
    """An article that may hold what is searched for, going by the index alone."""

    article_id: int
    paragraph_ids: list[int]
    has_headline: bool


class _Passage(NamedTuple):
    """A paragraph, headline or subheadline that holds what is searched for."""

    field: Field
    text: str
    spans: tuple[Span, ...]
    places: Collection[int]  # of the revisions that hold it, within their article
    paragraph_id: int | None = None


def search(connection: Connection, wanted: Search, limit: int | None) -> Iterator[SearchHit]:
    """The passages of up to `limit` articles, those of one article together. None: of all."""
    with connection.snapshot():
        articles = islice(_hits_by_article(connection, wanted), limit)
        found = [hit for hits in articles for hit in hits]
    yield from found


def _hits_by_article(connection: Connection, wanted: Search) -> Iterator[tuple[SearchHit, ...]]:
    finder = Finder(wanted.query)
    candidates = _candidates(connection, wanted)
    while block := tuple(islice(candidates, _ARTICLES_AT_ONCE)):
        texts = _settled(connection, finder, {each for candidate in block for each in candidate.paragraph_ids})
        for candidate in block:
            own = {each: texts[each] for each in sorted(candidate.paragraph_ids) if each in texts}
            if own or candidate.has_headline:
                hits = tuple(_hits(connection, wanted, finder, candidate.article_id, own))
                if hits:
                    yield hits


def _candidates(connection: Connection, wanted: Search) -> Iterator[_Candidate]:
    """Those with the newest wording first."""
    bodies = _rows(connection, _IN_BODIES, wanted, expression(wanted.query), has_paragraph=True)
    headlines = _rows(connection, _IN_HEADLINES, wanted, expression(wanted.query, is_wide=True), has_paragraph=False)
    rows = heapq.merge(bodies, headlines, key=itemgetter(0, 1), reverse=True)
    for (_, article_id), of_article in groupby(rows, key=itemgetter(0, 1)):
        ids = [paragraph_id for *_, paragraph_id in of_article]
        yield _Candidate(article_id, [each for each in ids if each is not None], has_headline=None in ids)


def _rows(connection: Connection, sql: str, wanted: Search, words: str, *, has_paragraph: bool) -> Iterator[Row]:
    table = "_paragraph_words" if has_paragraph else "_headline_words"
    since = text_or_none(wanted.since)
    limit = _NO_LIMIT if wanted.most_matches is None else wanted.most_matches
    conditions: list[tuple[str, Sequence[object]]] = []
    if wanted.host is not None:
        conditions.append(("states.host = ?", [wanted.host]))
    if since is not None:
        conditions.append((_STIRRED, [since, since]))
    if has_paragraph and wanted.where is Where.REMOVED:
        conditions.append((_NOT_IN_LATEST, []))
    clauses = " AND ".join(["TRUE", *(clause for clause, _ in conditions)])
    return connection.stream(
        f"{sql.format(words=_WORDS.format(table=table))} WHERE {clauses} {_NEWEST_FIRST}",
        [words, limit, *(value for _, values in conditions for value in values)],
    )


def is_complete(connection: Connection, wanted: Search) -> bool:
    """Does `most_matches` leave nothing out?"""
    if wanted.most_matches is None:
        return True
    asked = (
        ("_paragraph_words", expression(wanted.query)),
        ("_headline_words", expression(wanted.query, is_wide=True)),
    )
    counts = (
        connection.value(_MATCHES.format(table=table), (words, wanted.most_matches + 1)) for table, words in asked
    )
    return all(count <= wanted.most_matches for count in counts)


def expression(query: Query, *, is_wide: bool = False) -> str:
    """The query in the words of FTS5: what the index alone can tell. Everything typed stands in quotation marks.

    `is_wide`: for rows that hold more than one passage, of which one may be free of what is not wanted.
    """
    terms = dict.fromkeys(_term(*each) for part in query.wanted for each in index_terms(part))
    expressed = " AND ".join(terms)
    without = [_term(*each) for part in query.unwanted if _is_told_by_index(part) for each in index_terms(part)]
    return expressed if is_wide or not without else f"({expressed}) NOT ({' OR '.join(without)})"


def _term(word: str, is_beginning: bool) -> str:
    escaped = word.replace('"', '""')
    return f'"{escaped}"*' if is_beginning else f'"{escaped}"'


def _is_told_by_index(part: Part) -> bool:
    return part.is_one_word


def _settled(
    connection: Connection, finder: Finder, paragraph_ids: Collection[int]
) -> dict[int, tuple[str, tuple[Span, ...]]]:
    """Of these paragraphs those that hold what is asked for, and where."""
    texts = connection.rows(_TEXTS, (id_list(paragraph_ids),)) if paragraph_ids else []
    found = ((paragraph_id, text, finder.find(text)) for paragraph_id, text in texts)
    return {paragraph_id: (text, spans) for paragraph_id, text, spans in found if spans is not None}


def _hits(
    connection: Connection,
    wanted: Search,
    finder: Finder,
    article_id: int,
    texts: Mapping[int, tuple[str, tuple[Span, ...]]],
) -> Iterator[SearchHit]:
    """The passages of one article: headlines first, then paragraphs in the order in which they were recorded."""
    row = connection.row(_ARTICLE, (article_id,))
    if row is None:
        return
    revisions = printed(connection, article_id)
    looks = LastLooks(connection, article_id, revisions)
    own_ids = _own(connection, texts, host=row[2], goes_on_id=row[-1])
    own = {paragraph_id: text for paragraph_id, text in texts.items() if paragraph_id in own_ids}
    for passage in (*_lines(finder, revisions), *_paragraphs(connection, revisions, own)):
        hit = _hit(row, passage, revisions, looks)
        if _is_wanted(hit, wanted):
            yield hit


def _own(connection: Connection, paragraph_ids: Collection[int], *, host: str, goes_on_id: int | None) -> set[int]:
    """Without what is the site's own, and without what the article that goes on with the history holds too."""
    ids = id_list(paragraph_ids)
    others = connection.rows(_SITE_LINES, (host, ids))
    if goes_on_id is not None:
        others += connection.rows(_HELD_BY, (ids, goes_on_id))
    return set(paragraph_ids) - {paragraph_id for (paragraph_id,) in others}


def _lines(finder: Finder, revisions: Sequence[Printed]) -> Iterator[_Passage]:
    for field, line_of in ((Field.HEADLINE, _headline), (Field.SUBHEADLINE, _subheadline)):
        places: dict[str, list[int]] = {}
        for place, revision in enumerate(revisions):
            line = line_of(revision)
            if line:
                places.setdefault(line, []).append(place)
        for line, held in places.items():
            spans = finder.find(line)
            if spans is not None:
                yield _Passage(field, line, spans, held)


def _headline(revision: Printed) -> str | None:
    return revision.headline


def _subheadline(revision: Printed) -> str | None:
    return revision.subheadline


def _paragraphs(
    connection: Connection, revisions: Sequence[Printed], texts: Mapping[int, tuple[str, tuple[Span, ...]]]
) -> Iterator[_Passage]:
    held = holders(connection, revisions, texts) if texts else {}
    for paragraph_id, (text, spans) in texts.items():
        if paragraph_id in held:
            yield _Passage(Field.BODY, text, spans, held[paragraph_id], paragraph_id)


def _hit(row: Sequence[Any], passage: _Passage, revisions: Sequence[Printed], looks: LastLooks) -> SearchHit:
    article_id, url, host, headline, state, state_since_at, joined_to_article_id = row
    return SearchHit(
        article_id,
        url,
        host,
        headline,
        State(state),
        moment(state_since_at),
        joined_to_article_id,
        passage.field,
        passage.text,
        passage.spans,
        stretches(passage.places, revisions, looks.before),
        passage.paragraph_id,
    )


def _is_wanted(hit: SearchHit, wanted: Search) -> bool:
    last = hit.stretches[-1]
    if wanted.where is Where.NOW and not hit.stands:
        return False
    if wanted.where is Where.REMOVED and (hit.stands or last.gone_by_reading):
        return False
    if wanted.since is None and wanted.until is None:
        return True
    return any(_is_within(at, wanted) for at in _events(hit, wanted.where))


def _events(hit: SearchHit, where: Where) -> Iterator[datetime]:
    """When it came, when it went."""
    if where is not Where.REMOVED:
        yield from (stretch.first_seen_at for stretch in hit.stretches if not stretch.came_by_reading)
    if where is not Where.NOW:
        yield from (stretch.gone_before for stretch in hit.stretches if stretch.gone_before is not None)
        if hit.is_in_latest and not hit.stands:
            yield hit.state_since_at


def _is_within(at: datetime, wanted: Search) -> bool:
    return (wanted.since is None or at >= wanted.since) and (wanted.until is None or at < wanted.until)
