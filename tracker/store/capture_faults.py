"""Is every page as it was sent? Each frame is decompressed once, in steps, so that memory stays flat."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from tracker.store.frames import DamagedFrame, Key, pieces_of
from tracker.store.records import Fault
from tracker.store.walking import Walk

# By key, so that each key is unpacked once; ids alone, because sorting would take all bodies aside.
_FRAME_IDS = "SELECT frame_id FROM _frames ORDER BY key_id, frame_id"
_FRAME = "SELECT frame_id, key_id, capture_count, plain_bytes, packed_bytes, body FROM _frames WHERE frame_id = ?"
_KEY = """
SELECT keys.body, behind.body, keys.plain_sha256 FROM _frame_keys AS keys
LEFT JOIN _frame_keys AS behind ON behind.key_id = keys.behind_key_id
WHERE keys.key_id = ?
"""
# A capture that is not there leaves its columns NULL: the frame then does not hold what it says.
_PLACES = """
SELECT places.capture_id, places.start, places.headers_bytes, captures.headers_sha256, captures.body_bytes,
    captures.body_sha256
FROM _capture_places AS places LEFT JOIN captures ON captures.capture_id = places.capture_id
WHERE places.frame_id = ? ORDER BY places.start
"""
_ELSEWHERE = """
SELECT captures.capture_id, places.capture_id IS NULL OR (places.frame_id IS NOT NULL AND frames.frame_id IS NULL)
FROM captures
LEFT JOIN _capture_places AS places ON places.capture_id = captures.capture_id
LEFT JOIN _frames AS frames ON frames.frame_id = places.frame_id
WHERE frames.frame_id IS NULL
"""


class _Frame(NamedTuple):
    frame_id: int
    key_id: int | None
    capture_count: int
    plain_bytes: int
    packed_bytes: int
    body: bytes


class _Place(NamedTuple):
    capture_id: int
    start: int
    headers_bytes: int
    headers_sha256: str | None
    body_bytes: int | None
    body_sha256: str | None


def capture_faults(raw: sqlite3.Connection, walk: Walk) -> Iterator[Fault]:
    """A page that was dropped as the configuration asks is no fault: its place says so."""
    keys = _Keys(raw)
    for frame_id in raw.execute(_FRAME_IDS):
        row = raw.execute(_FRAME, frame_id).fetchone()
        if row is None:  # an index knows it: the file is damaged
            yield Fault("_frames", frame_id[0], "it cannot be read")
            continue
        frame = _Frame(*row)
        places = [_Place(*place) for place in walk.over(raw.execute(_PLACES, frame_id))]
        yield from _frame_faults(frame, keys.key(frame.key_id), places)
    yield from keys.faults
    for capture_id, is_lost in walk.over(raw.execute(_ELSEWHERE)):
        if is_lost:
            yield Fault("captures", capture_id, "nothing says where its page lies")


class _Keys:
    """The key that was asked for last stays unpacked."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.faults: list[Fault] = []
        self._raw = raw
        self._key_id: int | None = None
        self._key: Key | None = None

    def key(self, key_id: int | None) -> Key | None:
        """None: there is none, or it is damaged; the pages that need it then show it."""
        if key_id != self._key_id:
            self._key_id, self._key = key_id, None if key_id is None else self._unpacked(key_id)
        return self._key

    def _unpacked(self, key_id: int) -> Key | None:
        for body, behind, digest in self._raw.execute(_KEY, (key_id,)):
            try:
                key = Key.unpacked(body, behind)
            except DamagedFrame as error:
                self.faults.append(Fault("_frame_keys", key_id, str(error)))
                return None
            if hashlib.sha256(key.plain).hexdigest() != digest:
                self.faults.append(Fault("_frame_keys", key_id, "it does not have the recorded SHA-256"))
            return key
        return None


def _frame_faults(frame: _Frame, key: Key | None, places: list[_Place]) -> Iterator[Fault]:
    if not _is_as_told(frame, places):
        yield Fault("_frames", frame.frame_id, "it does not hold the pages that it says")
    if not places:
        return
    pieces = pieces_of(frame.body, key, _lengths(frame, places))
    for at, place in enumerate(places):
        try:
            headers, body = next(pieces), next(pieces)
        except DamagedFrame as error:
            yield from (Fault("captures", each.capture_id, f"its page is lost: {error}") for each in places[at:])
            return
        yield from _piece_faults(place, headers, body)
    try:
        next(pieces, None)
    except DamagedFrame as error:
        yield Fault("_frames", frame.frame_id, str(error))


def _is_as_told(frame: _Frame, places: list[_Place]) -> bool:
    return len(places) == frame.capture_count and len(frame.body) == frame.packed_bytes


def _lengths(frame: _Frame, places: list[_Place]) -> Iterator[int]:
    """Of headers, page, headers, page ... A place says where it starts; it ends where the next one does."""
    ends = [*(place.start for place in places[1:]), frame.plain_bytes]
    for place, end in zip(places, ends, strict=True):
        yield place.headers_bytes
        yield max(0, end - place.start - place.headers_bytes)


def _piece_faults(place: _Place, headers: bytes, body: bytes) -> Iterator[Fault]:
    if hashlib.sha256(headers).hexdigest() != place.headers_sha256:
        yield Fault("captures", place.capture_id, "its headers do not have the recorded SHA-256")
    if len(body) != place.body_bytes or hashlib.sha256(body).hexdigest() != place.body_sha256:
        yield Fault("captures", place.capture_id, "its page does not have the recorded length and SHA-256")
