"""Pages that lie alone are packed together, a frame at a time, in the background.

What is packed is read and compressed without a lock, and swapped in one short transaction: at every moment, also after
the process was killed, each page lies in exactly one frame. The room of the old frames is used again by what comes
next; the file itself does not shrink, because making it shorter (VACUUM) would lock it for long and write all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from tracker.model import utc_text
from tracker.store.connection import Connection
from tracker.store.frames import MOST_CAPTURES, MOST_PLAIN_BYTES, DamagedFrame
from tracker.store.packing import Filled, Page, Place, Unpacker, filled, key_for, set_aside, swap

# Of one host without a key, which they then give: from then on each new page takes a fraction of its room. No more of
# them than this: the others wait for those of their own articles.
_ENOUGH_WITHOUT_KEY = 8
# Of one article: the text that its pages share stands in the frame once.
_ENOUGH_OF_ARTICLE = 16
# Of one host, of articles that brought less in a month: no more is likely to come of them. Behind a key they have
# taken little room meanwhile; with one that came before there was a key, two are enough. Pages behind their article's
# own key stay alone: among others they would take more.
_ENOUGH_OF_HOST = 16
_RIPE_AFTER = timedelta(days=30)

_HOST_WITHOUT_KEY = """
SELECT host FROM _frames WHERE is_sealed = 0 AND key_id IS NULL AND host NOT IN (SELECT host FROM _frame_keys)
GROUP BY host HAVING count(*) >= ? LIMIT 1
"""
_ARTICLE_WITH_PAGES = """
SELECT article_id FROM _frames WHERE is_sealed = 0 GROUP BY host, article_id
HAVING count(*) >= ?1 OR sum(plain_bytes) >= ?2 LIMIT 1
"""
_HOST_WITH_PAGES = """
SELECT host FROM _frames
WHERE is_sealed = 0 AND last_captured_at < ?1
    AND coalesce(key_id, 0) NOT IN (SELECT key_id FROM _frame_keys WHERE article_id IS NOT NULL)
GROUP BY host HAVING count(*) >= ?2 OR (count(*) > 1 AND count(key_id) < count(*)) LIMIT 1
"""
_WITHOUT_KEY = """
SELECT frame_id, plain_bytes FROM _frames WHERE host = ?1 AND is_sealed = 0 AND key_id IS NULL
ORDER BY article_id, last_captured_at, frame_id LIMIT ?2
"""
_OF_ARTICLE = """
SELECT frame_id, plain_bytes FROM _frames
WHERE host = (SELECT host FROM articles WHERE article_id = ?1) AND article_id = ?1 AND is_sealed = 0
ORDER BY last_captured_at, frame_id LIMIT ?2
"""
_OF_HOST = """
SELECT frame_id, plain_bytes FROM _frames
WHERE host = ?1 AND is_sealed = 0 AND last_captured_at < ?2
    AND coalesce(key_id, 0) NOT IN (SELECT key_id FROM _frame_keys WHERE article_id IS NOT NULL)
ORDER BY article_id, last_captured_at, frame_id LIMIT ?3
"""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Frames that are to become fewer."""

    host: str
    article_id: int | None  # None: they are of several articles
    frame_ids: tuple[int, ...]


def seal_some(connection: Connection, now: datetime) -> int:
    """One small portion of work, some tenths of a second: how many frames were dealt with. 0: nothing waits."""
    old: list[Place] = []
    try:
        with connection.snapshot():
            batch = _next_batch(connection, now)
            if batch is None:
                return 0
            new = _packed(connection, batch, old)
    except _Broken as broken:
        set_aside(connection, broken.frame_id)
        return 1
    swap(connection, old, new)  # another process may have been faster: the next portion is then another one
    return len(batch.frame_ids)


def _next_batch(connection: Connection, now: datetime) -> _Batch | None:
    host = connection.value(_HOST_WITHOUT_KEY, (_ENOUGH_WITHOUT_KEY,))
    if host is not None:
        return _Batch(host, None, _bounded(connection, _WITHOUT_KEY, (host,), _ENOUGH_WITHOUT_KEY))
    article_id = connection.value(_ARTICLE_WITH_PAGES, (_ENOUGH_OF_ARTICLE, MOST_PLAIN_BYTES))
    if article_id is not None:
        host = connection.value("SELECT host FROM articles WHERE article_id = ?", (article_id,))
        return _Batch(host, article_id, _bounded(connection, _OF_ARTICLE, (article_id,)))
    ripe = utc_text(now - _RIPE_AFTER)
    host = connection.value(_HOST_WITH_PAGES, (ripe, _ENOUGH_OF_HOST))
    return None if host is None else _Batch(host, None, _bounded(connection, _OF_HOST, (host, ripe)))


def _bounded(
    connection: Connection, sql: str, parameters: tuple[object, ...], most: int = MOST_CAPTURES
) -> tuple[int, ...]:
    """As many as fit into one frame, and one at the least."""
    taken: list[int] = []
    plain_bytes = 0
    for frame_id, size in connection.rows(sql, (*parameters, most)):
        plain_bytes += size
        if taken and plain_bytes > MOST_PLAIN_BYTES:
            break
        taken.append(frame_id)
    return tuple(taken)


class _Broken(Exception):
    """A frame of the batch is damaged."""

    def __init__(self, frame_id: int) -> None:
        super().__init__(frame_id)
        self.frame_id = frame_id


def _packed(connection: Connection, batch: _Batch, old: list[Place]) -> Filled:
    """`old` then lists where the pages lay. Raises _Broken."""
    pages = _pages(connection, batch, old)
    first = next(pages)
    kept_key = key_for(connection, batch.host, batch.article_id, first.plain)
    return filled(chain((first,), pages), batch.host, batch.article_id, kept_key)


def _pages(connection: Connection, batch: _Batch, old: list[Place]) -> Iterator[Page]:
    """Every page of the batch, one at a time: they may be large."""
    unpacker = Unpacker(connection)
    for frame_id in batch.frame_ids:
        places = unpacker.places(frame_id)
        old += places
        try:
            yield from unpacker.pages(frame_id, places)
        except DamagedFrame as error:
            raise _Broken(frame_id) from error
