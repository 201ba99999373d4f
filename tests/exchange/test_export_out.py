"""`tracker export`: every form, from the demo's hour and from histories of our own."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from tracker.cli import cli
from tracker.errors import TrackerError
from tracker.exporting import export_table
from tracker.judge import compare
from tracker.model import Chosen, Column, Extract, Fetch, LookOrder, Outcome, Sighting, State, Verdict
from tracker.store import Store
from tracker.store.giving_out import public_names

HOUR_FILE = Path(__file__).resolve().parents[1] / "store" / "files" / "schema_8.db.gz"
FORMS = ("csv", "jsonl", "parquet")


@pytest.fixture(scope="session")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's hour: twelve articles on three hosts, 24 revisions."""
    path = tmp_path_factory.mktemp("hour") / "tracker.db"
    path.write_bytes(gzip.decompress(HOUR_FILE.read_bytes()))
    Store.open(path).close()
    return path


def run(database: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["--database", str(database), "export", *map(str, arguments)])


def export(database: Path, *arguments: str | Path) -> str:
    result = run(database, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(database: Path, *arguments: str | Path) -> str:
    """The one sentence."""
    result = run(database, *arguments)
    assert isinstance(result.exception, TrackerError)
    sentence = str(result.exception)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    return sentence


def rows_of(database: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql, values).fetchall()


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


# -- tables ------------------------------------------------------------------------------------------------------------


def names_in(database: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(database)) as connection:
        return public_names(connection)


def test_every_public_table_and_view_is_given_out_whole(hour: Path) -> None:
    names = names_in(hour)
    assert {"changes_detail", "checks_daily", "paragraphs", "outcomes", "revision_paragraphs"} <= set(names)
    short = {"changes": "changes_detail", "articles": "articles_status", "revisions": "revisions_text"}
    for name in names:
        view = short.get(name, name)
        read = lines(export(hour, "jsonl", "--table", name))
        assert len(read) == rows_of(hour, f"SELECT count(*) FROM {view}")[0][0]
        if read:
            assert list(read[0]) == [
                column for (column,) in rows_of(hour, "SELECT name FROM pragma_table_info(?)", view)
            ]


def test_the_three_forms_hold_the_same(hour: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    for table in ("changes", "revisions", "articles", "checks", "checks_daily", "captures"):
        for form in FORMS:
            export(hour, form, "--table", table, "--output", tmp_path / f"{table}.{form}")
        told = lines((tmp_path / f"{table}.jsonl").read_text())
        sheet = list(csv.DictReader(io.StringIO((tmp_path / f"{table}.csv").read_bytes().decode(), newline="")))
        assert told
        assert [list(row.values()) for row in sheet] == [
            ["" if cell is None else str(int(cell) if isinstance(cell, bool) else cell) for cell in row.values()]
            for row in told
        ]
        columns = parquet.read_table(tmp_path / f"{table}.parquet").to_pylist()
        assert len(columns) == len(told)
        for packed, plain in zip(columns, told, strict=True):
            assert list(packed) == list(plain)
            for name, cell in packed.items():
                shown = cell.isoformat().replace("+00:00", "Z") if hasattr(cell, "isoformat") else cell
                assert shown == plain[name], name
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.endswith(".partial")) == []


def test_rows_are_chosen_by_article_host_and_time(hour: Path) -> None:
    (host,) = rows_of(hour, "SELECT host FROM articles WHERE article_id = 4")[0]
    ids = {row["article_id"] for row in lines(export(hour, "jsonl", "4", "petrels"))}
    assert ids == {4, rows_of(hour, "SELECT article_id FROM articles WHERE url LIKE '%petrels%'")[0][0]}
    for table in ("changes", "revisions", "articles", "checks", "captures", "diffs", "inconsistencies"):
        there = lines(export(hour, "jsonl", "--table", table, "--host", str(host)))
        everything = lines(export(hour, "jsonl", "--table", table))
        assert all(row in everything for row in there)
        assert {row["host"] for row in there if "host" in row} <= {host}
        assert len(there) < len(everything) or not everything
    (middle,) = rows_of(hour, "SELECT first_seen_at FROM revisions ORDER BY first_seen_at LIMIT 1 OFFSET 14")[0]
    for table, column in (("changes", "changed_before"), ("revisions", "first_seen_at"), ("checks", "checked_at")):
        before = lines(export(hour, "jsonl", "--table", table, "--until", str(middle)))
        since = lines(export(hour, "jsonl", "--table", table, "--since", str(middle)))
        assert all(str(row[column]) < str(middle) for row in before)
        assert all(str(row[column]) >= str(middle) for row in since)
        assert len(before) + len(since) == len(lines(export(hour, "jsonl", "--table", table)))
        assert since
    changed = {row["article_id"] for row in lines(export(hour, "jsonl", "--table", "articles", "--since", str(middle)))}
    assert changed == {
        row[0] for row in rows_of(hour, "SELECT article_id FROM revisions WHERE first_seen_at >= ?", middle)
    }


def test_what_cannot_be_chosen_or_is_unknown_is_one_sentence(hour: Path, tmp_path: Path) -> None:
    assert "did you mean changes_detail?" in refused(hour, "csv", "--table", "changes_details")
    assert "no time of their own" in refused(hour, "csv", "--table", "outcomes", "--since", "1h")
    assert "no single article" in refused(hour, "csv", "4", "--table", "paragraphs")
    assert "There is no table '_totals'" in refused(hour, "csv", "--table", "_totals")
    assert "git has its own form" in refused(hour, "git", "--table", "changes")
    assert "exchange them" in refused(hour, "csv", "--since", "1h", "--until", "2h")
    assert "name its file with --output" in refused(hour, "newsedits")
    for form in ("parquet", "warc", "newsedits", "newsdiffs", "git", "csv"):
        assert "cannot be written" in refused(hour, form, "--output", tmp_path / "no folder" / "file")
    assert list(tmp_path.iterdir()) == []


def test_a_file_cut_short_never_bears_its_name(hour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after so many bytes, in a process of its own."""
    for form in ("csv", "jsonl", "parquet", "warc", "newsedits", "newsdiffs", "git"):
        target = tmp_path / f"{form}.out"
        command = (
            f"ulimit -f 8; exec python -m tracker --database {hour} export {form} --table revisions --output {target}"
        )
        if form not in FORMS:
            command = command.replace(" --table revisions", "")
        done = subprocess.run(
            ["bash", "-c", command], env=_environment(), capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 1, (form, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stderr.count("\n") == 1
        assert list(tmp_path.iterdir()) == [], form


def _environment() -> dict[str, str]:
    folder = str(Path(sys.executable).parent)
    return os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


# -- forms of their own ------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> list[str]:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def test_git_has_a_commit_for_every_revision_in_the_order_they_were_seen(hour: Path, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    assert "24 revisions committed." in run(hour, "git", "--output", folder).stderr
    seen = rows_of(
        hour, "SELECT revision_id, unixepoch(first_seen_at) FROM revisions ORDER BY first_seen_at, revision_id"
    )
    told = git(folder, "log", "--reverse", "--format=%(trailers:key=Revision-Id,valueonly,separator=) %at")
    assert told == [f"{revision_id} {seconds}" for revision_id, seconds in seen]
    assert len(list(folder.rglob("*.txt"))) == 12
    assert "Nothing new." in run(hour, "git", "--output", folder).stderr


def test_git_goes_on_where_it_stood_and_comes_to_the_same(hour: Path, tmp_path: Path) -> None:
    (middle,) = rows_of(hour, "SELECT first_seen_at FROM revisions ORDER BY first_seen_at LIMIT 1 OFFSET 9")[0]
    folder = tmp_path / "news.git"
    run(hour, "git", "--output", folder, "--until", str(middle))
    part = git(folder, "rev-parse", "main")
    assert "revisions committed." in run(hour, "git", "--output", folder).stderr
    assert git(folder, "merge-base", "--is-ancestor", part[0], "main") == []
    export(hour, "git", "--output", tmp_path / "whole.git")
    assert git(folder, "rev-parse", "main") == git(tmp_path / "whole.git", "rev-parse", "main")
    assert "the whole history anew" in run(hour, "git", "4", "--output", folder).stderr
    assert git(folder, "rev-list", "--count", "main") == ["3"]


def test_the_git_stream_makes_the_same_repository(hour: Path, tmp_path: Path) -> None:
    export(hour, "git", "--output", tmp_path / "whole.git")
    export(hour, "git", "--output", tmp_path / "news.fast-import")
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "other.git")], check=True)
    with (tmp_path / "news.fast-import").open("rb") as stream:
        subprocess.run(["git", "-C", str(tmp_path / "other.git"), "fast-import", "--quiet"], stdin=stream, check=True)
    assert git(tmp_path / "other.git", "rev-parse", "main") == git(tmp_path / "whole.git", "rev-parse", "main")
    assert (
        CliRunner().invoke(cli, ["--database", str(hour), "export", "git"]).stdout_bytes
        == (tmp_path / "news.fast-import").read_bytes()
    )


def test_warc_has_every_page_byte_for_byte(hour: Path, tmp_path: Path) -> None:
    export(hour, "warc", "--output", tmp_path / "pages.warc.gz")
    with (tmp_path / "pages.warc.gz").open("rb") as stream:
        found = {
            int(record.rec_headers.get_header("Article-Tracker-Capture-ID")): (
                record.rec_headers.get_header("WARC-Date"),
                record.content_stream().read(),
                record.http_headers.get_header("Content-Type"),
            )
            for record in ArchiveIterator(stream, check_digests="raise")
            if record.rec_type == "response"
        }
    with Store.open(hour, read_only=True) as store:
        assert found
        for capture_id, captured_at in rows_of(hour, "SELECT capture_id, captured_at FROM captures"):
            assert isinstance(capture_id, int)
            page = store.capture(capture_id)
            assert page is not None
            assert found.pop(capture_id) == (captured_at, page.body, page.content_type)
    assert not found
    export(hour, "warc", "--output", tmp_path / "again.warc.gz")
    assert (tmp_path / "again.warc.gz").read_bytes() == (tmp_path / "pages.warc.gz").read_bytes()


def test_newsedits_answers_the_queries_of_its_own_readers(hour: Path, tmp_path: Path) -> None:
    target = tmp_path / "news.db"
    export(hour, "newsedits", "--output", target)
    assert "exists already" in refused(hour, "newsedits", "--output", target)
    assert rows_of(target, "SELECT count(*), count(DISTINCT entry_id) FROM entryversion WHERE num_versions > 0") == [
        (24, 12)
    ]
    (joined,) = rows_of(
        target,
        "WITH x AS (SELECT *, entry_id || '-' || CAST(version AS INT) AS key FROM split_sentences), "
        "m AS (SELECT *, entry_id || '-' || version_x AS key_x, entry_id || '-' || version_y AS key_y "
        "FROM matched_sentences) "
        "SELECT count(*) FROM m JOIN x AS a ON a.key = m.key_x AND a.sent_idx = m.sent_idx_x "
        "JOIN x AS b ON b.key = m.key_y AND b.sent_idx = m.sent_idx_y WHERE m.avg_sentence_distance_x < 0.01 "
        "AND a.sentence = b.sentence",
    )
    assert joined[0] == rows_of(target, "SELECT sum(num_unchanged) FROM doc_level_stats")[0][0]
    assert rows_of(target, "SELECT sum(num_refactors) FROM doc_level_stats") != [(0,)]


def test_newsdiffs_leaves_out_what_the_form_cannot_hold(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    with Store.open(database, create=True) as store:
        _record(store, "https://www.example.com/one", [("Twelve died.",), (), ("Version 1 of 2.",), ("Fifteen died.",)])
    result = run(database, "newsdiffs")
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("Version")] == [
        "Version 0 of 4.",
        "Version 3 of 4.",
    ]
    assert result.stderr.count("left out") == 2


def _record(store: Store, url: str, versions: Iterable[tuple[str, ...]]) -> None:
    """An hour between two versions."""
    at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    article_id, _ = store.add_article(url, at)
    before: Extract | None = None
    for paragraphs in versions:
        seen = Extract(headline="Wall", paragraphs=paragraphs)
        fetch = Fetch(url, url, at, 5, 200, (("Content-Type", "text/html"),), "\n".join(paragraphs).encode())
        sighting = Sighting(LookOrder(article_id, url), fetch, seen, "page", extractor="test 1")
        outcome = Outcome.FIRST_SEEN if before is None else Outcome.CHANGED
        comparison = None if before is None else compare(before, seen)
        store.record([Verdict(sighting, outcome, State.LIVE, at, new_revision=seen, comparison=comparison)])
        before, at = seen, at + timedelta(hours=1)


class _Counting:
    """Takes rows and keeps none."""

    def __init__(self) -> None:
        self.count = 0

    def begun(self, _columns: tuple[Column, ...]) -> _Counting:
        return self

    def write(self, rows: Iterable[object]) -> None:
        self.count += sum(1 for _ in rows)

    def close(self) -> None:
        """Nothing to do."""


def _copies(path: Path, size: int) -> None:
    """Looks enough that all of them at once would show."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info('checks')")]
        columns = ", ".join(name for name in names if name != "check_id")
        connection.execute(
            f"WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {size}) "
            f"INSERT INTO checks ({columns}) SELECT {columns} FROM many CROSS JOIN checks WHERE check_id = 1"
        )
        connection.commit()


@pytest.mark.parametrize("chosen", [Chosen(), Chosen(host="127.0.0.2:42319")], ids=["whole", "chosen"])
def test_memory_stays_flat_and_no_reader_holds_up_a_writer(hour: Path, tmp_path: Path, chosen: Chosen) -> None:
    path = tmp_path / "tracker.db"
    shutil.copy(hour, path)
    _copies(path, 40_000)
    counting, peaks, waiting = _Counting(), [], []
    with Store.open(path, read_only=True) as store, closing(sqlite3.connect(path, timeout=0)) as other:
        tracemalloc.start()

        def progress(done: int, total: int) -> None:
            peaks.append(tracemalloc.get_traced_memory()[1])
            waiting.append(other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            assert done <= total

        export_table(store, "checks", chosen, counting.begun, progress)
        tracemalloc.stop()
    assert counting.count >= 40_000
    assert max(peaks) < 4_000_000  # bytes; all rows at once are some 20 MB
    assert len(peaks) > 50
    assert not any(waiting)


GUIDE = Path(__file__).resolve().parents[2] / "docs" / "exports.md"


def test_the_commands_of_the_guide_work(hour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    commands = [shlex.split(line, comments=True) for block in blocks for line in block.splitlines()]
    assert len(commands) > 8
    for _, *arguments in commands:
        named = ["petrels" if word.startswith("https://") else word for word in arguments]
        result = CliRunner().invoke(cli, ["--database", str(hour), *named])
        assert result.exit_code == 0, (arguments, result.output)
