"""`tracker evidence`: an outsider does what the README says, with `sha256sum` alone, and finds every change."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from tracker.cli import cli
from tracker.errors import TrackerError
from tracker.evidence.telling import check_script
from tracker.judge import compare
from tracker.model import Extract, Fetch, LookOrder, Outcome, Sighting, State, Verdict
from tracker.store import Store
from tracker.store.records import Keeping

HOUR_FILE = Path(__file__).resolve().parents[1] / "store" / "files" / "schema_8.db.gz"
URL = "https://www.example.com/harbour/wall"
START = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
HEAD = re.compile(r"[0-9a-f]{64}")


def run(database: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["--database", str(database), *map(str, arguments)])


def told(script: str, folder: Path) -> str:
    """What a shell prints, on both its streams."""
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.stdout


def steps(folder: Path) -> dict[str, str]:
    """The commands under each step of the README, as a reader would type them."""
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    part = readme[readme.index("HOW TO CHECK IT") : readme.index("WHAT THIS SHOWS")]
    _, *sections = re.split(r"^Step (?=\d\.)", part, flags=re.MULTILINE)
    return {
        section[0]: "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
        for section in sections
    }


def checked(folder: Path) -> str:
    """What check.sh prints: two heads, and what is wrong."""
    return told("sh check.sh", folder)


def is_well(folder: Path) -> bool:
    """Only the two heads, and these are in the README."""
    found = re.fullmatch(r"head ([0-9a-f]{64})\nwhole ([0-9a-f]{64})\n", checked(folder))
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    return found is not None and f"Head             {found[1]}" in readme and f"whole {found[2]}" in readme


@pytest.fixture(scope="session")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's hour."""
    path = tmp_path_factory.mktemp("hour") / "tracker.db"
    path.write_bytes(gzip.decompress(HOUR_FILE.read_bytes()))
    Store.open(path).close()
    return path


@pytest.fixture(scope="session")
def written(hour: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence of an article with a correction that was taken away again."""
    folder = tmp_path_factory.mktemp("given") / "petrels"
    result = run(hour, "evidence", "petrels", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(written, tmp_path / "given"))


# -- an outsider -------------------------------------------------------------------------------------------------------


def test_what_the_readme_says_holds(folder: Path) -> None:
    typed = steps(folder)
    assert sorted(typed) == ["1", "2", "3", "4", "5"]
    count = sum(path.is_file() for path in folder.rglob("*")) - 1
    assert f"There are {count} files beside SHA256SUMS" in (folder / "README.txt").read_text()
    first = told(typed["1"], folder).splitlines()
    assert first[0] == f"{count} SHA256SUMS"
    assert len(first) == 2
    together = told("\n".join(typed[step] for step in "2345"), folder).splitlines()
    by_hand, named, head, whole = together
    assert named == f"previous: {by_hand.split()[0]}"
    assert head.startswith("head ")
    assert whole.startswith("whole ")
    assert is_well(folder)
    assert all(line in check_script() for line in typed["3"].splitlines())


def test_the_heads_are_those_that_verify_tells(hour: Path, folder: Path) -> None:
    with Store.open(hour, read_only=True) as store:
        assert f"whole {store.chain_head()}\n" in checked(folder)


def test_it_holds_pages_texts_and_changes(hour: Path, folder: Path) -> None:
    with Store.open(hour, read_only=True) as store:
        article = store.resolve("petrels")
        pages = list(store.captures_of(article.article_id))
        revisions = list(store.revisions(article.article_id))
    bodies = [path.read_bytes() for path in sorted((folder / "pages").iterdir()) if "headers" not in path.name]
    assert bodies == [page.body for page in pages]
    headers = [json.loads(path.read_text()) for path in sorted((folder / "pages").glob("*.headers.json.txt"))]
    assert headers == [[list(pair) for pair in page.headers] for page in pages]
    with (folder / "captures.warc.gz").open("rb") as stream:
        records = [
            (record.rec_headers.get_header("WARC-Date"), record.content_stream().read())
            for record in ArchiveIterator(stream, check_digests="raise")
            if record.rec_type == "response"
        ]
    assert records == [(f"{page.captured_at:%Y-%m-%dT%H:%M:%SZ}", page.body) for page in pages]
    texts = [path.read_text() for path in sorted((folder / "revisions").iterdir())]
    assert [revision.extract.text in text for revision, text in zip(revisions, texts, strict=True)] == [True] * 3
    assert "misstated the number" in (folder / "diffs" / "0002-0003.html").read_text()
    assert "revision 3, changed" in (folder / "history.txt").read_text()
    listed = (folder / "pages.txt").read_text()
    assert all(page.body_sha256 in listed for page in pages)
    assert f"SHA-256     {revisions[2].content_sha256}" in (folder / "revisions.txt").read_text()


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1
    path.write_bytes(content)


def test_a_changed_byte_in_any_file_is_found(folder: Path) -> None:
    step = f"{steps(folder)['1'].splitlines()[0]} && echo well"
    assert told(step, folder) == "well\n"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        before = path.read_bytes()
        for at in (0, len(before) // 2, -1):
            flip(path, at)
            assert "well" not in told(step, folder).splitlines(), path
            path.write_bytes(before)
        path.unlink()
        assert "well" not in told(step, folder).splitlines(), path
        path.write_bytes(before)


def sum_again(folder: Path) -> None:
    """As somebody does who knows what SHA256SUMS is for."""
    told("find . -type f ! -name 'SHA256SUMS*' | sed 's|^./||' | sort | xargs sha256sum > SHA256SUMS.new", folder)
    (folder / "SHA256SUMS.new").replace(folder / "SHA256SUMS")


def test_whoever_changes_the_sums_too_is_found_by_the_chain(folder: Path) -> None:
    facts = sorted(path for name in ("chain", "pages", "revisions") for path in (folder / name).iterdir())
    for path in [*facts[:3], *facts[-9:], max((folder / "chain").iterdir()), folder / "all-heads.txt"]:
        before = path.read_bytes()
        flip(path, len(before) // 2)
        sum_again(folder)
        assert not is_well(folder), path
        path.write_bytes(before)
    sum_again(folder)
    assert is_well(folder)


def test_entries_taken_out_or_exchanged_are_found(folder: Path) -> None:
    entries = sorted((folder / "chain").iterdir())
    taken = entries[5].read_bytes()
    entries[5].unlink()
    sum_again(folder)
    assert f"BROKEN before chain/{entries[6].name}" in checked(folder)
    entries[5].write_bytes(entries[4].read_bytes())
    entries[4].write_bytes(taken)
    sum_again(folder)
    assert not is_well(folder)


# -- what it is not given as it was ------------------------------------------------------------------------------------


def long_history(path: Path) -> None:
    """A look a day for ninety days, with two edits, then looks folded and the oldest pages dropped."""
    with Store.open(path, create=True) as store:
        article_id, _ = store.add_article(URL, START)
        store.add_article("https://www.example.com/never-looked-at", START)
        before: Extract | None = None
        for day in range(90):
            seen = Extract(headline="Wall “fails”", paragraphs=(f"{12 + day // 40} people were missing.",))
            store.record([_look(article_id, START + timedelta(days=day), before, seen)])
            before = seen
        keeping = Keeping(fold_checks_after=timedelta(days=30), keep_captures_for=timedelta(days=45))
        store.maintain(START + timedelta(days=100), keeping)


def _look(article_id: int, at: datetime, before: Extract | None, seen: Extract) -> Verdict:
    body = f"<html><h1>{seen.headline}</h1>{seen.text}</html>".encode()
    headers = (("Content-Type", "text/html; charset=utf-8"), ("X-Odd", "Zürich"))
    fetch = Fetch(URL, URL, at, 5, 200, headers, body, received_bytes=len(body))
    is_new = before != seen
    sighting = Sighting(LookOrder(article_id, URL), fetch, seen if is_new else None, "page", extractor="test 1")
    outcome = Outcome.FIRST_SEEN if before is None else Outcome.CHANGED if is_new else Outcome.UNCHANGED
    comparison = compare(before, seen) if before is not None and is_new else None
    new = seen if is_new else None
    return Verdict(sighting, outcome, State.LIVE, at, "“as before”", new_revision=new, comparison=comparison)


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "tracker.db"
    long_history(path)
    return path


@pytest.fixture
def gaps(old: Path, tmp_path: Path) -> Path:
    result = run(old, "evidence", URL, tmp_path / "given")
    assert result.exit_code == 0, result.output
    return tmp_path / "given"


def test_folded_looks_and_dropped_pages_are_explained_and_hold(gaps: Path) -> None:
    names = [path.name for path in sorted((gaps / "chain").iterdir())]
    folded = [name for name in names if name.endswith("-folded.txt")]
    assert folded
    assert len(names) < 60
    assert is_well(gaps)
    readme = (gaps / "README.txt").read_text(encoding="utf-8")
    assert "Looks on record  90, the first 2026-03-30T12:00:00Z, the last 2026-06-27T12:00:00Z" in readme
    assert "Folded looks. " in readme
    assert "1 kept as they were sent, 2 not kept any more" in readme
    assert "2 pages that the chain tells of are not in this folder" in readme
    assert (gaps / "pages.txt").read_text(encoding="utf-8").count("\nnot kept\n") == 2
    assert (gaps / "revisions.txt").read_text(encoding="utf-8").count("a page that is not kept") == 2
    assert len(list((gaps / "revisions").iterdir())) == 3  # text is always kept


def test_an_article_of_which_nothing_was_seen_holds_too(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    with Store.open(database, create=True) as store:
        article_id, _ = store.add_article(URL, START)
        fetch = Fetch(URL, URL, START, 5, None)
        sighting = Sighting(LookOrder(article_id, URL), fetch, None, None)
        store.record([Verdict(sighting, Outcome.FAILED, State.FAILING, START, "the connection was refused")])
    assert run(database, "evidence", URL, tmp_path / "given").exit_code == 0
    assert is_well(tmp_path / "given")


def test_tampering_with_what_tells_of_folded_looks_is_found(gaps: Path) -> None:
    (first, *_) = sorted((gaps / "chain").glob("*-folded.txt"))
    teller = gaps / first.read_text().splitlines()[0].removeprefix("told by: ")
    before = teller.read_text(encoding="utf-8")
    teller.write_text(before.replace("look_count: ", "look_count: 1"), encoding="utf-8")
    sum_again(gaps)
    assert not is_well(gaps)
    teller.write_text(before, encoding="utf-8")
    first.unlink()
    sum_again(gaps)
    assert not is_well(gaps)


# -- the command -------------------------------------------------------------------------------------------------------


def test_a_zip_file_holds_the_same(hour: Path, written: Path, tmp_path: Path) -> None:
    result = run(hour, "evidence", "petrels", tmp_path / "petrels.zip")
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(tmp_path / "petrels.zip") as file:
        file.extractall(tmp_path / "out")
    inside = tmp_path / "out" / "petrels"
    assert is_well(inside)
    (digest,) = [line for line in result.stderr.splitlines() if HEAD.fullmatch(line)]
    assert told("sha256sum SHA256SUMS", inside).split()[0] == digest
    for path in (path for path in written.rglob("*") if path.is_file()):
        if path.name not in ("README.txt", "SHA256SUMS"):  # those name the time of writing
            assert (inside / path.relative_to(written)).read_bytes() == path.read_bytes()


def refused(result: Result) -> str:
    assert isinstance(result.exception, TrackerError)
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_what_cannot_be_given_is_one_sentence(hour: Path, old: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there.zip").touch()
    assert "exists already" in refused(run(hour, "evidence", "petrels", tmp_path / "there"))
    assert "exists already" in refused(run(hour, "evidence", "petrels", tmp_path / "there.zip"))
    assert "cannot be written" in refused(run(hour, "evidence", "petrels", tmp_path / "no" / "folder"))
    assert "cannot be written" in refused(run(hour, "evidence", "petrels", tmp_path / "no" / "folder.zip"))
    assert "not looked at yet" in refused(run(old, "evidence", "never-looked-at", tmp_path / "new"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there", "there.zip"]


def altered(database: Path, copy: Path) -> Path:
    """As somebody does who has the file and knows SQL."""
    shutil.copy(database, copy)
    with closing(sqlite3.connect(copy)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE checks SET checked_at = '2026-01-01T00:00:00Z' WHERE check_id = 5")
        connection.commit()
    return copy


def test_an_altered_record_is_told_and_shows(hour: Path, tmp_path: Path) -> None:
    copy = altered(hour, tmp_path / "altered.db")
    (article_id,) = next(_rows(copy, "SELECT article_id FROM checks WHERE check_id = 5"))
    assert "The record was altered: entry 1 of the chain" in refused(
        run(copy, "evidence", str(article_id), tmp_path / "given")
    )
    assert "BROKEN before" in checked(tmp_path / "given")


def _rows(database: Path, sql: str) -> Iterator[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        yield from connection.execute(sql)
