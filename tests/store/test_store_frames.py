"""Pages as sent: packed together in the background, read back one by one, dropped only as the configuration asks."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_kit import NOW, History

from tracker.errors import StoreError
from tracker.model import Outcome
from tracker.store import Keeping, Store, frames
from tracker.store.frames import DamagedFrame, Key, Packing, packed_alone, piece_of, pieces_of

MONTH = timedelta(days=40)
_ADDRESSES = random.Random(3)
FRAME = "".join(f"<link rel=stylesheet href=/static/{_ADDRESSES.getrandbits(128):x}.css>" for _ in range(250))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, create=True) as opened:
        yield opened


def page(*lines: str) -> bytes:
    return (FRAME + "<body>" + "\n".join(f"<p>{line}" for line in lines)).encode()


def lived(store: Store, url: str, edits: int) -> list[bytes]:
    """An article that shows so many wordings; its pages."""
    history, chance = History(store, url), random.Random(url)
    text = [f"{chance.getrandbits(64):x} went to {chance.getrandbits(64):x}." for _ in range(40)]
    pages = []
    for number in range(edits):
        text[number % 40] = f"This line was changed {number} times in {url}."
        pages.append(page(*text))
        history.show(*text, body=pages[-1], etag=f'"{number}"')
    return pages


def sealed(store: Store, now: datetime = NOW + MONTH) -> None:
    """Everything that waits, as if a long time had passed."""
    while store.seal_some(now):
        pass


def frame_rows(store: Store) -> list[tuple[int, int]]:
    """is_sealed and pages of each frame."""
    rows: list[tuple[int, int]] = store._connection.rows(
        "SELECT is_sealed, capture_count FROM _frames ORDER BY frame_id"
    )
    return rows


def kept_bytes(store: Store) -> int:
    return int(
        store._connection.value(
            "SELECT (SELECT sum(packed_bytes) FROM _frames) + (SELECT coalesce(sum(packed_bytes), 0) FROM _frame_keys)"
        )
    )


def kept(store: Store, article_id: int) -> list[bytes]:
    return [capture.body for capture in store.captures_of(article_id)]


# -- packing -----------------------------------------------------------------------------------------------------------


def test_a_page_lies_alone_until_it_is_packed_with_others(store: Store) -> None:
    pages = lived(store, "https://www.example.com/story", 12)
    assert frame_rows(store) == [(0, 1)] * 12
    before = kept_bytes(store)
    assert store.seal_some(NOW) == 8, "enough for a key"
    assert store.seal_some(NOW) == 0
    assert sorted(frame_rows(store)) == [(0, 1)] * 4 + [(1, 8)]
    assert kept(store, 1) == pages
    sealed(store)
    assert sorted(frame_rows(store)) == [(1, 4), (1, 8)]
    assert kept_bytes(store) < before / 3
    assert kept(store, 1) == pages
    assert list(store.verify()) == []


def test_once_a_host_has_a_key_new_pages_take_little_room_at_once(store: Store) -> None:
    lived(store, "https://www.example.com/story", 8)
    before = store._connection.value("SELECT max(packed_bytes) FROM _frames")
    sealed(store)
    pages = lived(store, "https://www.example.com/another", 1)
    (size,) = [size for (size,) in store._connection.rows("SELECT packed_bytes FROM _frames WHERE is_sealed = 0")]
    assert size < before * 0.8, "its frame is that of the other, its text is its own"
    assert kept(store, 2) == pages
    assert list(store.verify()) == []


def test_headers_and_facts_come_back_with_the_page(store: Store) -> None:
    (body, *_) = lived(store, "https://www.example.com/story", 9)
    loose = list(store.captures_of(1))
    sealed(store)
    assert list(store.captures_of(1)) == loose
    first = store.capture(loose[0].capture_id)
    assert first == loose[0]
    assert first.headers == (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"0"'))
    assert (first.http_status, first.content_type, first.body) == (200, "text/html; charset=utf-8", body)
    assert store.capture(999) is None
    revision = store.revision(1, 1)
    assert store.capture_of(revision.revision_id) == first


def test_pages_of_articles_with_few_wait_for_the_others_of_their_host(store: Store) -> None:
    lived(store, "https://www.example.com/first", 8)
    sealed(store)
    pages = {number: lived(store, f"https://www.example.com/{number}", 2) for number in range(2, 12)}
    assert store.seal_some(NOW + timedelta(days=20)) == 0, "they may bring more"
    assert store.seal_some(NOW + timedelta(days=31)) == 20
    assert sorted(frame_rows(store)) == [(1, 8), (1, 20)]
    for number, bodies in pages.items():
        assert kept(store, number) == bodies
    assert store.seal_some(NOW + timedelta(days=31)) == 0
    assert list(store.verify()) == []


def test_few_pages_of_a_host_are_packed_when_no_more_come(store: Store) -> None:
    lived(store, "https://www.example.com/1", 2)
    lived(store, "https://alone.example/1", 1)
    assert store.seal_some(NOW + timedelta(days=20)) == 0
    assert store.seal_some(NOW + timedelta(days=40)) == 2
    assert store.seal_some(NOW + timedelta(days=40)) == 0
    assert sorted(frame_rows(store)) == [(0, 1), (1, 2)]


def test_a_story_of_many_edits_has_frames_and_a_key_of_its_own(store: Store) -> None:
    for number in range(8):
        lived(store, f"https://www.example.com/{number}", 1)
    sealed(store)
    history, chance = History(store), random.Random(5)
    text = [f"{chance.getrandbits(256):x}" for _ in range(60)]
    bodies = []
    for number in range(60):
        text[number] = f"Edited at last: {number}."
        bodies.append(page(*text))
        history.show(f"Text {number}.", body=bodies[-1])
        sealed(store, history.at)
    assert [count for _, count in frame_rows(store) if count >= 16] == [16, 16, 16]
    assert store._connection.value("SELECT count(*) FROM _frame_keys WHERE article_id = ?", (history.article_id,)) == 1
    loose = store._connection.value("SELECT max(packed_bytes) FROM _frames WHERE is_sealed = 0")
    assert loose < 0.5 * len(zlib.compress(bodies[-1])), "what the article's pages share is in its key"
    assert kept(store, history.article_id) == bodies
    assert list(store.verify()) == []


def test_a_frame_is_bounded(store: Store) -> None:
    """Pages that nothing can be saved on: 96 kB of noise each."""
    history, chance = History(store), random.Random(7)
    bodies = [chance.randbytes(96 * 1024) for _ in range(12)]
    for number, body in enumerate(bodies):
        history.show(f"Text {number}.", body=body)
    sealed(store)
    sizes = [size for (size,) in store._connection.rows("SELECT packed_bytes FROM _frames")]
    assert len(sizes) > 1
    assert max(sizes) <= frames.MOST_PACKED_BYTES + 97 * 1024
    assert kept(store, history.article_id) == bodies
    assert list(store.verify()) == []


def test_a_host_with_two_kinds_of_pages_gets_a_key_for_each(store: Store) -> None:
    other_kind = b"<rss>" + random.Random(1).randbytes(3000).hex().encode()
    history = History(store)
    for number in range(8):
        history.show(f"Text {number}.", body=page(f"text {number}"))
    sealed(store)
    for number in range(8, 16):
        history.show(f"Text {number}.", body=other_kind + b"%d" % number)
    sealed(store)
    for number in range(16, 24):
        history.show(f"Text {number}.", body=page(f"text {number}"))
    sealed(store)
    assert store._connection.value("SELECT count(*) FROM _frame_keys") == 2
    assert len(kept(store, 1)) == 24
    assert list(store.verify()) == []


def test_two_that_pack_the_same_pages_lose_none(store: Store, path: Path) -> None:
    """The other one comes between this one's reading and its writing."""
    pages = lived(store, "https://www.example.com/story", 10)
    with Store.open(path) as other:
        packed: list[int] = []

        def interfere(statement: str) -> None:
            if statement.startswith("BEGIN IMMEDIATE") and not packed:
                packed.append(other.seal_some(NOW))

        store._connection.raw.set_trace_callback(interfere)
        store.seal_some(NOW)
        store._connection.raw.set_trace_callback(None)
    assert packed == [8]
    assert sorted(frame_rows(store)) == [(0, 1), (0, 1), (1, 8)]
    assert kept(store, 1) == pages
    assert list(store.verify()) == []


KILLED = """
import os, sys
from datetime import datetime, timedelta
from pathlib import Path
from tracker.store import Store
from tracker.model import utc_text
from datetime import datetime, UTC
import sqlite3
steps = int(sys.argv[2])
with Store.open(Path(sys.argv[1])) as store:
    raw = store._connection.raw
    seen = 0
    def dying(statement):
        global seen
        seen += 1
        if seen == steps:
            os.kill(os.getpid(), 9)
    raw.set_trace_callback(dying)
    while store.seal_some(datetime(2027, 3, 1, tzinfo=UTC)):
        pass
"""


@pytest.mark.parametrize("steps", [1, 5, 14, 23, 30, 36, 40])
def test_each_page_is_there_whenever_the_process_was_killed(store: Store, path: Path, steps: int) -> None:
    pages = lived(store, "https://www.example.com/story", 10)
    few = lived(store, "https://www.example.com/few", 3)
    died = subprocess.run([sys.executable, "-c", KILLED, str(path), str(steps)], check=False)
    assert died.returncode in (0, -9)
    assert kept(store, 1) == pages
    assert kept(store, 2) == few
    assert list(store.verify()) == []
    sealed(store)
    assert kept(store, 1) == pages
    assert list(store.verify()) == []


def test_a_damaged_page_stops_nothing_and_is_named(store: Store) -> None:
    pages = lived(store, "https://www.example.com/story", 10)
    with store._connection.writing() as raw:
        raw.execute(
            "UPDATE _frames SET body = substr(body, 1, length(body) - 9), packed_bytes = packed_bytes - 9 "
            "WHERE frame_id = 3"
        )
    sealed(store)
    assert (1, 1) in frame_rows(store)
    assert {str(fault) for fault in store.verify()} == {"captures 3: its page is lost: it ends too soon"}
    assert store.capture(4) is not None
    with pytest.raises(StoreError, match="capture 3 is damaged"):
        store.capture(3)
    assert pages[3] == kept_one(store, 4)


def kept_one(store: Store, capture_id: int) -> bytes:
    found = store.capture(capture_id)
    assert found is not None
    return found.body


def flipped(path: Path, at: bytes, offset: int) -> None:
    content = bytearray(path.read_bytes())
    place = content.find(at)
    assert place != -1
    content[place + offset] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize(("table", "named"), [("_frames", "captures"), ("_frame_keys", "_frame_keys")])
def test_every_flipped_byte_of_what_is_packed_is_found(path: Path, tmp_path: Path, table: str, named: str) -> None:
    with Store.open(path, create=True) as store:
        history = History(store)
        for number in range(8):
            history.show(f"Text {number}.", body=page(*[f"line {n} {number}" for n in range(8)]))
        sealed(store)
        pages = kept(store, 1)
        body = store._connection.value(f"SELECT body FROM {table}")
    whole = path.read_bytes()
    assert whole.find(body[:400]) != -1, "it lies in one piece"
    tables = set()
    for offset in range(0, min(len(body), 400), 13):
        path.write_bytes(whole)
        flipped(path, body[:400], offset)
        with Store.open(path) as store:
            faults = list(store.verify())
            # What stands twice in a page can be repeated from either place: then the page is as it was.
            assert faults or kept(store, 1) == pages, f"byte {offset} flipped, nothing found"
        tables |= {fault.table for fault in faults}
    assert named in tables


def test_altered_headers_are_named(store: Store) -> None:
    lived(store, "https://www.example.com/story", 1)
    with store._connection.writing() as raw:
        (body,) = raw.execute("SELECT body FROM _frames").fetchone()
        plain = b"".join(pieces_of(body, None, [*raw.execute("SELECT plain_bytes FROM _frames").fetchone()]))
        raw.execute("UPDATE _frames SET body = ?", (packed_alone(plain.replace(b"utf-8", b"utf-9", 1), None),))
        raw.execute("UPDATE _frames SET packed_bytes = length(body)")
    assert "captures 1: its headers do not have the recorded SHA-256" in {str(each) for each in store.verify()}


# -- keeping -----------------------------------------------------------------------------------------------------------


def test_old_pages_are_dropped_and_their_text_and_facts_stay(store: Store, path: Path) -> None:
    pages = lived(store, "https://www.example.com/story", 30)
    before = store._connection.rows("SELECT * FROM captures")
    sealed(store)
    now = NOW + timedelta(days=10, hours=20)
    done = store.maintain(now, Keeping(keep_captures_for=timedelta(days=10)))
    assert done.dropped_page_count == 20
    assert kept(store, 1) == pages[20:]
    assert store._connection.rows("SELECT * FROM captures") == before
    assert len(list(store.revisions(1))) == 30
    dropped, stays = store.revision(1, 20).revision_id, store.revision(1, 21).revision_id
    assert store.capture_of(dropped) is None
    assert (store.page_dropped_at(dropped), store.page_dropped_at(stays)) == (now, None)
    assert list(store.verify()) == []
    assert store.maintain(now, Keeping(keep_captures_for=timedelta(days=10))).dropped_page_count == 0


def test_the_page_of_the_latest_revision_stays_however_old(store: Store) -> None:
    pages = lived(store, "https://www.example.com/story", 9)
    few = lived(store, "https://www.example.com/few", 1)
    walled = History(store, "https://www.example.com/story")
    walled.look(Outcome.PAYWALLED, body=b"please subscribe")
    for is_sealed in (False, True):
        if is_sealed:
            sealed(store)
        store.maintain(NOW + 10 * MONTH, Keeping(keep_captures_for=timedelta(days=1)))
        assert kept(store, 1) == pages[-1:]
        assert kept(store, 2) == few
        assert list(store.verify()) == []


def test_the_oldest_pages_make_room_for_new_ones(store: Store) -> None:
    chance = random.Random(9)
    pages = [page(f"{number}", chance.randbytes(1500).hex()) for number in range(40)]
    for url in ("https://www.example.com/story", "https://other.example/story"):
        history = History(store, url)
        for number, body in enumerate(pages):
            history.show(f"Text {number}.", body=body)
    sealed(store)
    most = kept_bytes(store) * 3 // 4
    dropped = store.maintain(NOW + MONTH, Keeping(most_capture_bytes=most)).dropped_page_count
    assert 20 <= dropped < 40, "about a quarter, and a little more so that it lasts for a while"
    assert kept_bytes(store) <= most
    left = [kept(store, article_id) for article_id in (1, 2)]
    assert all(each == pages[40 - len(each) :] for each in left), "the oldest are gone"
    assert list(store.verify()) == []
    store.maintain(NOW + MONTH, Keeping(most_capture_bytes=1))
    assert kept(store, 1) == pages[-1:], "a limit that cannot be met ends with the latest pages"
    assert list(store.verify()) == []


def test_room_that_became_free_is_used_again(store: Store, path: Path) -> None:
    lived(store, "https://www.example.com/story", 60)
    sealed(store)
    store.maintain(NOW + MONTH)
    size = path.stat().st_size
    free = store._connection.value("PRAGMA freelist_count")
    assert free > 5
    lived(store, "https://www.example.com/next", 4)
    store.maintain(NOW + MONTH)
    assert path.stat().st_size == size
    assert store._connection.value("PRAGMA freelist_count") < free


def test_a_place_that_is_lost_is_a_fault(store: Store) -> None:
    lived(store, "https://www.example.com/story", 9)
    sealed(store)
    with store._connection.writing() as raw:
        raw.execute("DELETE FROM _capture_places WHERE capture_id = 4")
    told = {str(fault) for fault in store.verify()}
    assert "captures 4: nothing says where its page lies" in told


# -- bytes -------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(st.binary(max_size=400), min_size=1, max_size=20), key=st.binary(min_size=8, max_size=500))
def test_every_piece_comes_out_as_it_went_in(pieces: list[bytes], key: bytes) -> None:
    for behind in (None, Key(key)):
        packing = Packing(behind)
        for each in pieces:
            packing.add(each)
        frame = packing.finish()
        assert list(pieces_of(frame, behind, map(len, pieces))) == pieces
        for start, each in zip(packing.starts, pieces, strict=True):
            assert piece_of(frame, behind, start, len(each)) == each
        if sum(map(len, pieces)):
            with pytest.raises(DamagedFrame):
                list(pieces_of(frame[:-1], behind, map(len, pieces)))
            with pytest.raises(DamagedFrame):
                piece_of(frame, behind, 0, packing.plain_bytes + 1)


# -- files of earlier versions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [2, 8])
def test_pages_of_old_files_are_carried_over_byte_by_byte(version: int, path: Path) -> None:
    path.write_bytes(gzip.decompress((Path(__file__).parent / "files" / f"schema_{version}.db.gz").read_bytes()))
    with closing(sqlite3.connect(path)) as raw:
        before = raw.execute("SELECT capture_id, headers_json, body, url, http_status FROM captures").fetchall()
    assert len(before) > 5
    with Store.open(path) as store:
        for is_sealed in (False, True):
            if is_sealed:
                while store.seal_some(NOW + 100 * MONTH):
                    pass
                assert 1 in {is_sealed for is_sealed, _ in frame_rows(store)}
            for capture_id, headers_json, packed, url, status in before:
                found = store.capture(capture_id)
                assert found is not None
                assert (found.body, found.url, found.http_status) == (zlib.decompress(packed), url, status)
                assert headers_json == json_form(found.headers)
            assert list(store.verify()) == []


def json_form(headers: tuple[tuple[str, str], ...]) -> str:
    return json.dumps([list(each) for each in headers], ensure_ascii=False, separators=(",", ":"))


def test_a_page_that_was_damaged_before_does_not_keep_a_file_from_being_opened(path: Path) -> None:
    path.write_bytes(gzip.decompress((Path(__file__).parent / "files" / "schema_8.db.gz").read_bytes()))
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER captures_are_facts")
        raw.execute("UPDATE captures SET body = x'00112233' WHERE capture_id = 2")
    with Store.open(path) as store:
        while store.seal_some(NOW + 100 * MONTH):
            pass
        assert {(fault.table, fault.row_id) for fault in store.verify()} == {("captures", 2)}
        assert store.capture(1) is not None
