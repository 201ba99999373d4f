"""From what a person types to an article."""

from __future__ import annotations

import difflib

from tracker.errors import BadURL, NotFound
from tracker.model import ArticleStatus
from tracker.store.adding import article_id_of
from tracker.store.connection import Connection, translated
from tracker.store.values import ARTICLE_COLUMNS, article_status
from tracker.urls import canonical_url

_CANDIDATES_SHOWN = 5  # what can be taken in at a glance
_COMPARED_FOR_NEAREST = 2_000  # comparing by similarity takes about 20 µs a URL


def resolve(connection: Connection, reference: str) -> ArticleStatus:
    """An article id, a URL under which the article is known, or a unique part of a URL. Raises NotFound."""
    given = reference.strip()
    if not given:
        raise NotFound("No article was named; give its URL, its id, or a unique part of its URL.")
    if given.isascii() and given.isdigit():
        return article(connection, int(given))
    exact = _by_url(connection, given)
    if exact is not None:
        return article(connection, exact)
    return article(connection, _by_part(connection, given))


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


def _by_url(connection: Connection, given: str) -> int | None:
    try:
        url = canonical_url(given)
    except BadURL:
        return None
    with translated(connection.path):
        return article_id_of(connection.raw, url)


def _by_part(connection: Connection, given: str) -> int:
    found = connection.rows(
        "SELECT article_id, url FROM articles WHERE instr(url, ?1) > 0 OR article_id IN "
        "(SELECT article_id FROM article_urls WHERE instr(url, ?1) > 0) ORDER BY article_id LIMIT ?2",
        (given, _CANDIDATES_SHOWN + 1),
    )
    if not found:
        raise NotFound(_nothing_like(connection, given))
    if len(found) > 1:
        raise NotFound(_too_many_like(given, [url for _, url in found]))
    return int(found[0][0])


def _too_many_like(given: str, urls: list[str]) -> str:
    shown = ", ".join(urls[:_CANDIDATES_SHOWN])
    more = ", and more" if len(urls) > _CANDIDATES_SHOWN else ""
    return f"{given!r} stands in several tracked URLs; say more of the one that you mean: {shown}{more}."


def _nothing_like(connection: Connection, given: str) -> str:
    urls = connection.rows("SELECT url FROM articles ORDER BY article_id DESC LIMIT ?", (_COMPARED_FOR_NEAREST,))
    near = difflib.get_close_matches(given, [url for (url,) in urls], n=1)
    advice = f"the nearest is {near[0]}" if near else "`tracker list` shows what is tracked"
    return f"No tracked article is known as {given!r}; {advice}."
