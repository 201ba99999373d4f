"""From what a person types to an article."""

from __future__ import annotations

import difflib

from tracker.errors import BadURL, NotFound
from tracker.model import ArticleStatus
from tracker.store.addresses import named_article_ids
from tracker.store.connection import Connection, translated
from tracker.store.identity import Identity
from tracker.store.values import ARTICLE_COLUMNS, article_status, id_list
from tracker.urls import without_port

_CANDIDATES_SHOWN = 5  # what can be taken in at a glance
_COMPARED_FOR_NEAREST = 2_000  # comparing by similarity takes about 20 µs a URL

# An address that is another article's own names that one.
_BY_PART = """
SELECT articles.article_id, coalesce(states.joined_to_article_id, articles.article_id), articles.url
FROM articles JOIN _article_states AS states ON states.article_id = articles.article_id
WHERE instr(articles.url, ?1) > 0 OR articles.article_id IN (
    SELECT article_id FROM article_urls
    WHERE instr(url, ?1) > 0 AND NOT EXISTS (SELECT 1 FROM articles AS owners WHERE owners.url = article_urls.url)
)
ORDER BY articles.article_id LIMIT ?2
"""


def resolve(connection: Connection, reference: str) -> ArticleStatus:
    """An article id, a URL that names the article in one form or another, or a unique part of a URL. Raises NotFound.

    An id or an article's own URL gives that article, also where another one goes on with its history; anything else
    that names both gives the one that goes on.
    """
    given = reference.strip()
    if not given:
        raise NotFound("No article was named; give its URL, its id, or a unique part of its URL.")
    if given.isascii() and given.isdigit():
        return article(connection, int(given))
    exact = _by_url(connection, given)
    if exact is not None:
        return article(connection, exact)
    return article(connection, _by_part(connection, given))


def named_host(connection: Connection, name: str) -> str:
    """The host that is tracked under a name: itself, or, for one without a port, the only one with a port. Raises
    NotFound where there are several."""
    if connection.row("SELECT 1 FROM articles WHERE host = ? LIMIT 1", (name,)) is not None:
        return name
    # What lies between "name:" and the character after the colon; by the index.
    rows = connection.rows("SELECT DISTINCT host FROM articles WHERE host > ?1 || ':' AND host < ?1 || ';'", (name,))
    hosts = sorted(host for (host,) in rows if without_port(host) == name)
    if len(hosts) > 1:
        some = ", ".join(hosts[:_CANDIDATES_SHOWN]) + (", ..." if len(hosts) > _CANDIDATES_SHOWN else "")
        raise NotFound(f"{name} is tracked on {len(hosts)} ports; name one: {some}.")
    return hosts[0] if hosts else name


def article(connection: Connection, article_id: int) -> ArticleStatus:
    # SQLite's integers have 64 bits; a longer number is no article's id.
    row = (
        connection.row(f"SELECT {ARTICLE_COLUMNS} FROM articles_status WHERE article_id = ?", (article_id,))  # noqa: S608 - only constants are put in
        if article_id < 2**63
        else None
    )
    if row is None:
        raise NotFound(f"There is no article {article_id}; `tracker list` shows what is tracked.")
    return article_status(row)


def joined_into(connection: Connection, article_id: int) -> tuple[ArticleStatus, ...]:
    """Also those that were joined into one of them; in the order of joining."""
    columns = ", ".join(f"articles_status.{column}" for column in ARTICLE_COLUMNS.split(", "))
    rows = connection.rows(
        f"SELECT {columns} FROM _article_states AS states "  # noqa: S608 - only constants are put in
        "JOIN articles_status ON articles_status.article_id = states.article_id "
        "JOIN article_joins ON article_joins.article_id = states.article_id "
        "WHERE states.joined_to_article_id = ? ORDER BY article_joins.joined_at, states.article_id",
        (article_id,),
    )
    return tuple(article_status(row) for row in rows)


def _by_url(connection: Connection, given: str) -> int | None:
    try:
        identity = Identity.of(given)
    except BadURL:
        return None
    with translated(connection.path):
        found = named_article_ids(connection.raw, identity)
    if len(found) > 1:
        urls = connection.rows(
            "SELECT url FROM articles WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id",
            (id_list(found),),
        )
        raise NotFound(_too_many_like(given, [url for (url,) in urls]))
    return found[0] if found else None


def _by_part(connection: Connection, given: str) -> int:
    found = connection.rows(_BY_PART, (given, _CANDIDATES_SHOWN + 1))
    if not found:
        raise NotFound(_nothing_like(connection, given))
    if len(found) == 1:
        return int(found[0][0])
    looked_at = {goes_on_id for _, goes_on_id, _ in found}
    if len(looked_at) > 1:
        raise NotFound(_too_many_like(given, [url for _, _, url in found]))
    return int(looked_at.pop())


def _too_many_like(given: str, urls: list[str]) -> str:
    shown = ", ".join(urls[:_CANDIDATES_SHOWN])
    more = ", and more" if len(urls) > _CANDIDATES_SHOWN else ""
    return f"{given!r} stands in several tracked URLs; say more of the one that you mean: {shown}{more}."


def _nothing_like(connection: Connection, given: str) -> str:
    urls = connection.rows("SELECT url FROM articles ORDER BY article_id DESC LIMIT ?", (_COMPARED_FOR_NEAREST,))
    near = difflib.get_close_matches(given, [url for (url,) in urls], n=1)
    advice = f"the nearest is {near[0]}" if near else "`tracker list` shows what is tracked"
    return f"No tracked article is known as {given!r}; {advice}."
