"""Frames as rows: taken apart, filled anew, and put in the place of others in one transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tracker.store.connection import Connection, inserted
from tracker.store.frames import ENCODING, MOST_KEY_BYTES, DamagedFrame, Key, Packing, packed_alone, pieces_of
from tracker.store.values import id_list

# Behind a key that serves well, a page takes this part of what it takes alone, or less. Of one host, more means that
# the page is of another kind, of which a site has few; of one article, that it was written anew.
_GOOD_FOR_HOST = 0.5
_GOOD_FOR_ARTICLE = 0.1
_KEYS_TRIED = 4
# Below this there is nothing that a key could save.
_LEAST_FOR_KEY_BYTES = 1024

_PLACES = """
SELECT places.capture_id, places.frame_id, captures.article_id, captures.captured_at, places.headers_bytes,
    captures.body_bytes, captures.body_sha256
FROM _capture_places AS places JOIN captures ON captures.capture_id = places.capture_id
WHERE places.frame_id = ? ORDER BY places.start
"""
_KEYS = """
SELECT keys.key_id, keys.body, behind.body FROM _frame_keys AS keys
LEFT JOIN _frame_keys AS behind ON behind.key_id = keys.behind_key_id
"""
_KEYS_OF_HOST = f"{_KEYS} WHERE keys.host = ? AND keys.article_id IS NULL ORDER BY keys.key_id DESC LIMIT ?"
_KEYS_OF_ARTICLE = f"{_KEYS} WHERE keys.article_id = ? ORDER BY keys.key_id DESC LIMIT ?"
_INSERT = """
INSERT INTO _frames (host, article_id, last_captured_at, is_sealed, capture_count, plain_bytes, packed_bytes, key_id,
    encoding, body)
VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
"""


class Place(NamedTuple):
    """A page in a frame; a join of `captures` and `_capture_places`."""

    capture_id: int
    frame_id: int
    article_id: int
    captured_at: str
    headers_bytes: int
    body_bytes: int
    body_sha256: str


class Page(NamedTuple):
    """A page taken out of its frame."""

    place: Place
    plain: bytes  # headers and page


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A key that is kept already, or one to be kept."""

    key: Key
    key_id: int | None  # None: not yet kept
    behind_key_id: int | None = None
    article_id: int | None = None  # None: it is for all of its host
    packed: bytes = b""  # of one that is to be kept


class NewFrame(NamedTuple):
    """One frame that is to be written."""

    places: tuple[tuple[int, int], ...]  # capture and start of each page
    last_captured_at: str
    plain_bytes: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Filled:
    """Frames that are to be written, all of one host and behind one key."""

    host: str
    article_id: int | None  # None: they hold pages of several articles
    kept_key: KeptKey | None
    frames: tuple[NewFrame, ...]


class Unpacker:
    """Takes frames apart; the key that was needed last stays unpacked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: KeptKey | None = None

    def places(self, frame_id: int) -> list[Place]:
        return [Place(*row) for row in self._connection.rows(_PLACES, (frame_id,))]

    def pages(self, frame_id: int, places: Sequence[Place]) -> Iterator[Page]:
        """Those of a frame, which are all of `places`. Raises DamagedFrame, also for a page that is not as recorded."""
        row = self._connection.row("SELECT key_id, is_sealed, body FROM _frames WHERE frame_id = ?", (frame_id,))
        if row is None or not places:
            raise DamagedFrame("it is lost, or nothing says what it holds")
        key_id, is_sealed, body = row
        kept_key = None if key_id is None else self.kept_key(key_id)
        lengths = [place.headers_bytes + place.body_bytes for place in places]
        pieces = pieces_of(body, None if kept_key is None else kept_key.key, lengths)
        for place, plain in zip(places, pieces, strict=True):
            # A page alone has a check sum of its own, which was compared by now.
            if is_sealed and not _is_as_recorded(place, plain):
                raise DamagedFrame("a page does not have the recorded SHA-256")
            yield Page(place, plain)

    def kept_key(self, key_id: int) -> KeptKey:
        """Raises DamagedFrame."""
        if self._kept is None or self._kept.key_id != key_id:
            ((_, packed, behind),) = self._connection.rows(f"{_KEYS} WHERE keys.key_id = ?", (key_id,))
            self._kept = KeptKey(Key.unpacked(packed, behind), key_id)
        return self._kept


def _is_as_recorded(place: Place, plain: bytes) -> bool:
    return hashlib.sha256(memoryview(plain)[place.headers_bytes :]).hexdigest() == place.body_sha256


def key_for(connection: Connection, host: str, article_id: int | None, page: bytes) -> KeptKey | None:
    """A key that serves a page well, kept already or made of the page itself. None: it is too short.

    `article_id`: the article that all pages of the frame are of; None: they are of several.
    """
    if len(page) < _LEAST_FOR_KEY_BYTES:
        return None
    alone_bytes = len(packed_alone(page, None))
    if article_id is not None:
        of_article = _fitting(connection, _KEYS_OF_ARTICLE, article_id, page, _GOOD_FOR_ARTICLE * alone_bytes)
        if of_article is not None:
            return of_article[0]
    of_host = _fitting(connection, _KEYS_OF_HOST, host, page, _GOOD_FOR_HOST * alone_bytes)
    if of_host is None:
        key = Key(page[:MOST_KEY_BYTES])
        return KeptKey(key, None, packed=key.packed(None))
    kept, behind_bytes = of_host
    if article_id is None or behind_bytes <= _GOOD_FOR_ARTICLE * alone_bytes:
        return kept
    key = Key(page[:MOST_KEY_BYTES])
    return KeptKey(key, None, kept.key_id, article_id, key.packed(kept.key))


def _fitting(
    connection: Connection, keys: str, of: str | int, page: bytes, most_bytes: float
) -> tuple[KeptKey, int] | None:
    """The newest behind which a page takes no more than that, and what it takes."""
    for key_id, packed, behind in connection.rows(keys, (of, _KEYS_TRIED)):
        try:
            key = Key.unpacked(packed, behind)
        except DamagedFrame:  # `verify` tells of it; nothing more is built on it
            continue
        taken_bytes = len(packed_alone(page, key))
        if taken_bytes <= most_bytes:
            return KeptKey(key, key_id), taken_bytes
    return None


def filled(pages: Iterable[Page], host: str, article_id: int | None, kept_key: KeptKey | None) -> Filled:
    """As many frames as it takes, in order."""
    key = None if kept_key is None else kept_key.key
    frames: list[NewFrame] = []
    packing, held = Packing(key), list[Place]()
    for page in pages:
        if not packing.has_room(len(page.plain)):
            frames.append(_finished(packing, held))
            packing, held = Packing(key), []
        packing.add(page.plain)
        held.append(page.place)
    if held:
        frames.append(_finished(packing, held))
    return Filled(host, article_id, kept_key, tuple(frames))


def _finished(packing: Packing, held: Sequence[Place]) -> NewFrame:
    body = packing.finish()
    return NewFrame(
        places=tuple((place.capture_id, start) for place, start in zip(held, packing.starts, strict=True)),
        last_captured_at=max(place.captured_at for place in held),
        plain_bytes=packing.plain_bytes,
        body=body,
    )


def swap(connection: Connection, old: Sequence[Place], new: Filled, *, dropped_at: str | None = None) -> bool:
    """Put new frames in the place of those that `old` lists wholly. False: they are not as they were read any more.

    Pages of `old` that no new frame holds are dropped, which only `dropped_at` allows.
    """
    kept = {capture_id for frame in new.frames for capture_id, _ in frame.places}
    dropped = [place.capture_id for place in old if place.capture_id not in kept]
    if dropped and dropped_at is None:
        raise ValueError("pages would be lost")
    with connection.writing() as raw:
        if not _is_unchanged(raw, old, new.kept_key):
            return False
        key_id = _written_key(raw, new) if new.frames else None
        for frame in new.frames:
            _write(raw, frame, new, key_id)
        raw.executemany(
            "UPDATE _capture_places SET frame_id = NULL, start = 0, dropped_at = ? WHERE capture_id = ?",
            [(dropped_at, capture_id) for capture_id in dropped],
        )
        raw.executemany("DELETE FROM _frames WHERE frame_id = ?", [(each,) for each in {at.frame_id for at in old}])
    return True


def set_aside(connection: Connection, frame_id: int) -> None:
    """A damaged frame stays as it is for good: what can be read in it is not lost, and `verify` names it."""
    with connection.writing() as raw:
        raw.execute("UPDATE _frames SET is_sealed = 1 WHERE frame_id = ?", (frame_id,))


def _is_unchanged(raw: sqlite3.Connection, old: Sequence[Place], kept_key: KeptKey | None) -> bool:
    """Another process may have packed the same pages meanwhile; numbers of frames and keys are used again."""
    rows = raw.execute(
        "SELECT capture_id, frame_id FROM _capture_places WHERE frame_id IN (SELECT value FROM json_each(?))",
        (id_list({place.frame_id for place in old}),),
    )
    if set(rows) != {(place.capture_id, place.frame_id) for place in old}:
        return False
    needed = None if kept_key is None else kept_key.key_id or kept_key.behind_key_id
    return needed is None or bool(raw.execute("SELECT 1 FROM _frame_keys WHERE key_id = ?", (needed,)).fetchone())


def _written_key(raw: sqlite3.Connection, new: Filled) -> int | None:
    """Its number, which a new one gets now."""
    kept = new.kept_key
    if kept is None or kept.key_id is not None:
        return None if kept is None else kept.key_id
    row = (new.host, kept.article_id, kept.behind_key_id, len(kept.key.plain), kept.key.sha256, len(kept.packed))
    return inserted(
        raw.execute(
            "INSERT INTO _frame_keys (host, article_id, behind_key_id, plain_bytes, plain_sha256, packed_bytes, "
            "encoding, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, ENCODING, kept.packed),
        )
    )


def _write(raw: sqlite3.Connection, frame: NewFrame, new: Filled, key_id: int | None) -> None:
    facts = (new.host, new.article_id, frame.last_captured_at, len(frame.places))
    row = (*facts, frame.plain_bytes, len(frame.body), key_id, ENCODING, frame.body)
    frame_id = inserted(raw.execute(_INSERT, row))
    raw.executemany(
        "UPDATE _capture_places SET frame_id = ?, start = ? WHERE capture_id = ?",
        [(frame_id, start, capture_id) for capture_id, start in frame.places],
    )
