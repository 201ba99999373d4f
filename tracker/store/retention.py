"""Pages are dropped as the configuration asks: the oldest first, and never one that an article's latest revision was
read from. Text is never dropped, nor the facts of a page: when it came, from where, how long it was, its SHA-256.

Frame by frame, each in one short transaction, as `sealing` does it. The room is used again by what comes next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from tracker.model import utc_text
from tracker.store.connection import Connection
from tracker.store.frames import DamagedFrame
from tracker.store.packing import Filled, Page, Place, Unpacker, filled, swap
from tracker.store.records import Keeping

# Below the limit, so that not every day's pages mean a day's work.
_AIMED_AT = 0.95


# Bind a moment: the kept pages from before it that may go. A page that gave the latest revision gave others, too.
_DROPPABLE = """
SELECT {columns} FROM captures
JOIN _capture_places AS places ON places.capture_id = captures.capture_id
JOIN _frames AS frames ON frames.frame_id = places.frame_id
WHERE captures.captured_at < ?1 AND NOT EXISTS (
    SELECT 1 FROM revisions JOIN _article_states AS states ON states.latest_revision_id = revisions.revision_id
    WHERE revisions.capture_id = captures.capture_id
)
"""
_FRAMES = _DROPPABLE.format(columns="DISTINCT places.frame_id")
_PAGES_OF_FRAME = _DROPPABLE.format(columns="captures.capture_id") + "AND places.frame_id = ?2"
# A page's share of its frame, by its length.
_SIZES = (
    _DROPPABLE.format(
        columns="captures.captured_at, frames.packed_bytes * (captures.body_bytes + places.headers_bytes) "
        "/ max(1, frames.plain_bytes)"
    )
    + "ORDER BY captures.captured_at"
)
_KEPT_BYTES = (
    "SELECT (SELECT coalesce(sum(packed_bytes), 0) FROM _frames) "
    "+ (SELECT coalesce(sum(packed_bytes), 0) FROM _frame_keys)"
)


def drop_pages(connection: Connection, now: datetime, keeping: Keeping) -> int:
    """As `keeping` asks: how many pages were dropped."""
    dropped = 0
    if keeping.keep_captures_for is not None:
        dropped += _drop_before(connection, utc_text(now - keeping.keep_captures_for), now)
    if keeping.most_capture_bytes is not None:
        dropped += _drop_beyond(connection, keeping.most_capture_bytes, now)
    if dropped:
        _drop_unused_keys(connection)
    return dropped


def kept_bytes(connection: Connection) -> int:
    """What all pages take, compressed."""
    return int(connection.value(_KEPT_BYTES))


def _drop_beyond(connection: Connection, most_bytes: int, now: datetime) -> int:
    """A frame does not shrink by a page's share, so that what is needed shows only as it is done."""
    dropped = 0
    if kept_bytes(connection) <= most_bytes:
        return dropped
    while (excess := kept_bytes(connection) - int(_AIMED_AT * most_bytes)) > 0:
        before = _moment_for(connection, excess, now)
        step = 0 if before is None else _drop_before(connection, before, now)
        if not step:
            break  # nothing is left but the pages of the latest revisions
        dropped += step
        _drop_unused_keys(connection)
    return dropped


def _moment_for(connection: Connection, excess_bytes: int, now: datetime) -> str | None:
    """Pages from before it take about so much; None: no page may go."""
    before: str | None = None
    for captured_at, size in connection.stream(_SIZES, (utc_text(now),)):
        before = captured_at
        excess_bytes -= size
        if excess_bytes <= 0:
            break
    return None if before is None else f"{before}~"  # behind it in the order of texts: that page goes, too


def _drop_before(connection: Connection, before: str, now: datetime) -> int:
    frame_ids = [frame_id for (frame_id,) in connection.rows(_FRAMES, (before,))]
    return sum(_drop_from(connection, frame_id, before, now) for frame_id in frame_ids)


def _drop_from(connection: Connection, frame_id: int, before: str, now: datetime) -> int:
    """How many pages of this frame were dropped."""
    unpacker = Unpacker(connection)
    with connection.snapshot():
        doomed = {capture_id for (capture_id,) in connection.rows(_PAGES_OF_FRAME, (before, frame_id))}
        old = unpacker.places(frame_id)
        try:
            new = _without(connection, unpacker, frame_id, old, doomed)
        except DamagedFrame:
            return 0  # what can be read in it is not touched; `verify` names it
    is_done = swap(connection, old, new, dropped_at=utc_text(now))
    return len(doomed) if is_done else 0


def _without(
    connection: Connection, unpacker: Unpacker, frame_id: int, old: Sequence[Place], doomed: set[int]
) -> Filled:
    """What is left of a frame. Raises DamagedFrame."""
    sql = "SELECT host, article_id, key_id FROM _frames WHERE frame_id = ?"
    host, article_id, key_id = connection.rows(sql, (frame_id,))[0]
    if all(place.capture_id in doomed for place in old):
        return Filled(host, article_id, None, ())
    kept_key = None if key_id is None else unpacker.kept_key(key_id)
    return filled(_spared(unpacker, frame_id, old, doomed), host, article_id, kept_key)


def _spared(unpacker: Unpacker, frame_id: int, old: Sequence[Place], doomed: set[int]) -> Iterator[Page]:
    for page in unpacker.pages(frame_id, old):
        if page.place.capture_id not in doomed:
            yield page


def _drop_unused_keys(connection: Connection) -> None:
    """Those of articles first: they stand on those of their host."""
    with connection.writing() as raw:
        for kind in ("IS NOT NULL", "IS NULL"):
            raw.execute(
                f"DELETE FROM _frame_keys WHERE article_id {kind} "  # noqa: S608 - only constants are put in
                "AND key_id NOT IN (SELECT key_id FROM _frames WHERE key_id IS NOT NULL) "
                "AND key_id NOT IN (SELECT behind_key_id FROM _frame_keys WHERE behind_key_id IS NOT NULL)"
            )
