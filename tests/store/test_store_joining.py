"""Files of groups of hosts are joined without losing a row."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from chain_kit import asked, chain_is_whole, eventful_database, tamper, view_rows
from hypothesis import given, settings
from hypothesis import strategies as st
from joining_kit import hosts_of, sizes, split, told
from store_kit import HOUR, NOW, History

from tracker.errors import DatabaseBusy, NotFound, NotOurDatabase, StoreError, UsageError
from tracker.model import Outcome
from tracker.store import Keeping, Store, hold
from tracker.store.joining import join
from tracker.store.joining_tables import CONSTANT, COPIED, MADE

FILES = Path(__file__).parent / "files"
LONG_AGO = NOW - timedelta(days=200)
HOSTS = ("www.one.example", "www.two.example", "www.three.example", "www.four.example", "five.example:8080")
TEXTS = ("The bridge is closed.", "The bridge is open.", "Copyright of all of them", "Ten people came.")


def faults(path: Path) -> list[str]:
    with Store.open(path, read_only=True) as store:
        assert chain_is_whole(store)
        return [str(fault) for fault in store.verify()]


def small(path: Path, host: str, *texts: str) -> Path:
    with Store.open(path, create=True) as store:
        story = History(store, f"https://{host}/story", NOW)
        for text in texts or TEXTS[:2]:
            story.show(text, TEXTS[2])
    return path


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, list[int]]]:
    """Articles: the host, and the text of each look; -1 is a look that found nothing."""
    looks = st.lists(st.integers(-1, len(TEXTS) - 1), max_size=6)
    return draw(st.lists(st.tuples(st.integers(0, len(HOSTS) - 1), looks), min_size=2, max_size=8))


def record(path: Path, articles: list[tuple[int, list[int]]]) -> None:
    with Store.open(path, create=True) as store:
        for number, (host, looks) in enumerate(articles):
            story = History(store, f"https://{HOSTS[host]}/{number}", LONG_AGO + number * HOUR)
            for look in looks:
                story.at += timedelta(days=3)
                if look < 0:
                    story.look(Outcome.GONE, status=404, body=b"not found")
                else:
                    story.show(TEXTS[look], TEXTS[2])


def parted(path: Path, count: int, folder: Path) -> list[Path]:
    hosts = hosts_of(path)
    return split(path, [hosts[at::count] for at in range(count)], folder)


@settings(max_examples=12, deadline=None)
@given(articles=histories(), count=st.integers(2, 4), is_folded=st.booleans())
def test_what_was_parted_by_host_is_joined_to_what_it_was(
    articles: list[tuple[int, list[int]]], count: int, is_folded: bool
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        record(folder / "whole.db", articles)
        if is_folded:
            with Store.open(folder / "whole.db") as store:
                store.maintain(NOW, Keeping(fold_checks_after=timedelta(days=30)))
        join(folder / "joined.db", parted(folder / "whole.db", count, folder))
        assert told(folder / "joined.db") == told(folder / "whole.db")
        assert sizes(folder / "joined.db") == sizes(folder / "whole.db")
        assert faults(folder / "joined.db") == []


def test_every_table_of_the_schema_is_thought_of(tmp_path: Path) -> None:
    with Store.open(tmp_path / "new.db", create=True):
        pass
    names = asked(
        tmp_path / "new.db",
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
        "AND name NOT GLOB '*_words_*' AND name <> 'sqlite_sequence'",
    )
    known = [*(table.name for table in COPIED), *MADE, *CONSTANT]
    assert {name for (name,) in names} == set(known)


def test_the_first_file_keeps_its_numbers_and_hashes_and_the_others_tell_theirs(tmp_path: Path) -> None:
    first, second = small(tmp_path / "a.db", "a.example"), small(tmp_path / "b.db", "b.example")
    join(tmp_path / "c.db", [first, second])
    heads = "SELECT * FROM _chain_heads ORDER BY article_id"
    before, after = asked(first, heads) + asked(second, heads), asked(tmp_path / "c.db", heads)
    assert after[0] == before[0]
    assert after[1][1:] != before[1][1:]
    assert asked(tmp_path / "c.db", "SELECT * FROM joined_articles") == [(2, "b.db", *before[1])]
    join(tmp_path / "e.db", [small(tmp_path / "d.db", "d.example"), tmp_path / "c.db"])
    assert asked(tmp_path / "e.db", "SELECT article_id, file, article_id_there FROM joined_articles ORDER BY 1, 2") == [
        (2, "c.db", 1),
        (3, "b.db", 1),
        (3, "c.db", 2),
    ]
    assert faults(tmp_path / "e.db") == []


def test_a_paragraph_is_stored_once_and_leads_to_all_who_printed_it(tmp_path: Path) -> None:
    paths = [small(tmp_path / f"{name}.db", f"{name}.example") for name in "abc"]
    join(tmp_path / "joined.db", paths)
    printed = (
        "SELECT count(*), count(DISTINCT paragraph_id) FROM paragraphs JOIN paragraph_articles USING (paragraph_id)"
    )
    assert asked(tmp_path / "joined.db", f"{printed} WHERE text = '{TEXTS[2]}'") == [(3, 1)]
    found = asked(tmp_path / "joined.db", "SELECT count(*) FROM _paragraph_words WHERE _paragraph_words MATCH 'bridge'")
    assert found == [(2,)]


def test_the_joined_file_can_be_gone_on_with(tmp_path: Path) -> None:
    paths = [tmp_path / "a.db", small(tmp_path / "b.db", "b.example")]
    eventful_database(paths[0])
    join(tmp_path / "joined.db", paths)
    with Store.open(tmp_path / "joined.db") as store:
        story = History(store, "https://b.example/story", NOW + 10 * HOUR)
        story.show("Another text.", TEXTS[2])
        new = History(store, "https://new.example/story")
        new.show(TEXTS[0])
        store.maintain(NOW + timedelta(days=400), Keeping(fold_checks_after=timedelta(days=30)))
    assert faults(tmp_path / "joined.db") == []


def test_files_whose_past_is_closed_to_different_days(tmp_path: Path) -> None:
    record(tmp_path / "whole.db", [(0, [0, 0, 0, 1]), (1, [1, 1, 1, 1, -1])])
    parts = parted(tmp_path / "whole.db", 2, tmp_path)
    for path, days in ((tmp_path / "whole.db", 100), (parts[0], 300), (parts[1], 195)):
        with Store.open(path) as store:
            store.maintain(NOW - timedelta(days=200) + timedelta(days=days), Keeping(timedelta(days=20)))
    for order in (parts, parts[::-1]):
        join(tmp_path / "joined.db", order)
        assert faults(tmp_path / "joined.db") == []
        with Store.open(tmp_path / "joined.db") as store, Store.open(tmp_path / "whole.db") as whole:
            for each in (store, whole):
                each.maintain(NOW + timedelta(days=200), Keeping(timedelta(days=20)))
        assert told(tmp_path / "joined.db") == told(tmp_path / "whole.db")
        assert faults(tmp_path / "joined.db") == []
        (tmp_path / "joined.db").unlink()


def test_one_host_in_two_files_is_added_up(tmp_path: Path) -> None:
    for name in "ab":
        with Store.open(tmp_path / f"{name}.db", create=True) as store:
            story = History(store, f"https://www.example.com/{name}", LONG_AGO)
            story.show(TEXTS[0])
            story.show(TEXTS[1])
            store.maintain(NOW)
    join(tmp_path / "joined.db", [tmp_path / "a.db", tmp_path / "b.db"])
    assert faults(tmp_path / "joined.db") == []
    assert asked(tmp_path / "joined.db", "SELECT sum(checks) FROM checks_daily") == [(4,)]


@pytest.mark.parametrize("version", [2, 8])
def test_a_file_of_an_older_form_is_brought_up_to_date_on_a_copy(tmp_path: Path, version: int) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress((FILES / f"schema_{version}.db.gz").read_bytes()))
    before = old.read_bytes()
    new = small(tmp_path / "new.db", "new.example")
    for number, order in enumerate(([old, new], [new, old])):
        join(tmp_path / f"joined_{number}.db", order)
        assert faults(tmp_path / f"joined_{number}.db") == []
        assert old.read_bytes() == before
    with Store.open(old):
        pass
    join(tmp_path / "again.db", [new, old])
    assert told(tmp_path / "again.db") == told(tmp_path / "joined_1.db") == told(tmp_path / "joined_0.db")
    assert not list(tmp_path.glob("*partial*"))


def test_what_cannot_be_joined_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    a, b = small(tmp_path / "a.db", "a.example"), small(tmp_path / "b.db", "b.example")
    same = small(tmp_path / "same.db", "a.example", TEXTS[3])
    (tmp_path / "text.db").write_text("no database at all")
    target = tmp_path / "joined.db"
    with pytest.raises(UsageError, match=r"a\.db and .*same\.db both follow https://a\.example/story"):
        join(target, [a, b, same])
    with pytest.raises(UsageError, match="named twice"):
        join(target, [a, b, a])
    (tmp_path / "x").mkdir()
    (tmp_path / "soft.db").symlink_to(a)
    (tmp_path / "hard.db").hardlink_to(a)
    for again in (tmp_path / "x" / ".." / "a.db", tmp_path / "soft.db", tmp_path / "hard.db"):
        with pytest.raises(UsageError, match="are the same file"):
            join(target, [a, b, again])
    with pytest.raises(UsageError, match="two databases"):
        join(target, [a])
    with pytest.raises(UsageError, match="exists already"):
        join(b, [a, same])
    with pytest.raises(NotFound):
        join(target, [a, tmp_path / "none.db"])
    with pytest.raises(NotOurDatabase):
        join(target, [a, tmp_path / "text.db"])
    with hold(b), pytest.raises(DatabaseBusy, match="stop it first"):
        join(target, [a, b])
    with pytest.raises(UsageError, match="There is no folder"):
        join(tmp_path / "nowhere" / "joined.db", [a, b])
    with pytest.raises(NotOurDatabase, match="is a folder"):
        join(target, [a, Path()])
    with pytest.raises(StoreError, match="Not a directory"):
        join(a / "joined.db", [a, b])
    assert not list(tmp_path.glob("joined*"))


def test_what_was_altered_is_not_made_good(tmp_path: Path) -> None:
    a, b = small(tmp_path / "a.db", "a.example"), small(tmp_path / "b.db", "b.example")
    tamper(b, "UPDATE checks SET checked_at = '2026-11-23T04:00:00Z' WHERE check_id = 1")
    with pytest.raises(StoreError, match="not as it was written"):
        join(tmp_path / "joined.db", [a, b])
    assert not list(tmp_path.glob("joined*"))


def test_notices_that_wait_speak_of_the_new_numbers(tmp_path: Path) -> None:
    a, b = small(tmp_path / "a.db", "a.example"), small(tmp_path / "b.db", "b.example")
    rows = '[{"article_id":1,"change_id":1,"from_revision_id":1,"to_revision_id":2,"url":"https://b.example/story"}]'
    tamper(b, "INSERT INTO _outbox VALUES (1, 'desk', 'b.example', 1, '2026-11-23T00:00:00Z', 1, 's', ?)", (rows,))
    tamper(
        b,
        "INSERT INTO _notices VALUES ('n1', 'desk', NULL, '2026-11-23T00:00:00Z', ?, 0, '', 0, NULL, '')",
        (f'{{"changes":{rows}}}',),
    )
    join(tmp_path / "joined.db", [a, b])
    names = ("article_id", "change_id", "from_revision_id", "to_revision_id")
    (ids,) = asked(tmp_path / "joined.db", f"SELECT {', '.join(names)} FROM changes_detail WHERE article_id = 2")
    assert ids == (2, 2, 3, 4)
    (row,) = json.loads(rows)
    moved = json.dumps([row | dict(zip(names, ids, strict=True))], separators=(",", ":"))
    assert asked(tmp_path / "joined.db", "SELECT article_id, changes_json FROM _outbox") == [(2, moved)]
    assert asked(tmp_path / "joined.db", "SELECT notice_json FROM _notices") == [(f'{{"changes":{moved}}}',)]


def test_progress_comes_to_its_end(tmp_path: Path) -> None:
    told_of: list[tuple[int, int]] = []
    paths = [small(tmp_path / f"{name}.db", f"{name}.example") for name in "ab"]
    join(tmp_path / "joined.db", paths, lambda done, total: told_of.append((done, total)))
    assert told_of[-1][0] == told_of[-1][1] > 0


def test_four_files_are_read_together_by_attach(tmp_path: Path) -> None:
    """As docs/scaling.md has it."""
    paths = [small(tmp_path / f"{name}.db", f"{name}.example") for name in "abcd"]
    union = " UNION ALL ".join(f"SELECT '{path.stem}' AS file, * FROM {path.stem}.changes_detail" for path in paths)
    with closing(sqlite3.connect(":memory:")) as raw:
        for path in paths:
            raw.execute(f"ATTACH '{path}' AS {path.stem}")
        raw.execute(f"CREATE TEMP VIEW all_changes AS {union}")
        by_host = raw.execute("SELECT file, host, count(*) FROM all_changes GROUP BY 1, 2 ORDER BY 1").fetchall()
    assert by_host == [(path.stem, f"{path.stem}.example", 1) for path in paths]
    join(tmp_path / "joined.db", paths)
    assert len(view_rows(tmp_path / "joined.db")["changes_detail"]) == 4
