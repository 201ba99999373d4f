"""`tracker merge` from outside; several files read together without it; a copy that goes on being made."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from whole_kit import Home, LoopbackSite, article, faults_of, printed

from tracker.model import Outcome
from tracker.store import Store

_BY_GLOB = """
import sys, duckdb
sql = "SELECT host, count(*) FROM read_parquet(?, filename = true) GROUP BY host ORDER BY host"
print(duckdb.execute(sql, [sys.argv[1]]).fetchall())
"""
_KILLS = 6


def filled(home: Home, name: str, host: str, versions: int = 2) -> Path:
    """A file of one article in so many versions."""
    home.configure()
    url = f"https://{host}/breakwater"
    texts = (printed("Breakwater is closed", url, 10 + at, index=at, total=versions) for at in range(versions))
    home.write(f"{name}.txt", "\n\n".join(texts))
    assert home("import", "newsdiffs", f"{name}.txt", "--database", f"{name}.db").status == 0
    return home.folder / f"{name}.db"


def test_files_become_one_that_verifies(home: Home) -> None:
    for name in "abcd":
        filled(home, name, f"{name}.example.org")
    done = home("merge", "joined.db", "a.db", "b.db", "c.db", "d.db")
    assert done.status == 0
    assert done.sentence == "joined.db holds 4 articles, 8 looks, 8 revisions and 4 changes."
    assert home("verify", "--database", "joined.db").status == 0
    listed = home("list", "--database", "joined.db").out
    assert all(f"{name}.example.org" in listed for name in "abcd")
    assert "10" in home("diff", "https://d.example.org/breakwater", "--database", "joined.db").out


def test_what_cannot_be_merged_is_told_in_a_sentence(home: Home) -> None:
    filled(home, "a", "a.example.org")
    filled(home, "again", "a.example.org", 1)
    filled(home, "b", "b.example.org")
    shared = home("merge", "joined.db", "b.db", "a.db", "again.db")
    assert shared.status == 2
    assert shared.sentence == (
        "tracker: a.db and again.db both follow https://a.example.org/breakwater; an article can be in one of the "
        "files only."
    )
    assert home("merge", "b.db", "a.db", "again.db").sentence.startswith("tracker: b.db exists already")
    assert home("merge", "joined.db", "a.db").status == 2
    assert home("merge", "joined.db", "b.db", "").sentence.endswith(
        "is a folder, not a database; name the file inside it."
    )
    assert home("merge", "b.db/joined.db", "a.db", "b.db").sentence.endswith("Not a directory.")
    home.write("joined.db.partial", "mine")
    assert "joined.db.partial is in the way" in home("merge", "joined.db", "a.db", "b.db").sentence
    assert (home.folder / "joined.db.partial").read_text() == "mine"
    (home.folder / "joined.db.partial").unlink()
    assert home("merge", "joined.db", "a.db", "none.db").status == 2
    assert not list(home.folder.glob("joined*"))


def test_looking_reporting_and_searching_go_on_with_the_joined_file(home: Home, site: LoopbackSite) -> None:
    with LoopbackSite() as other:
        for name, each in (("a", site), ("b", other)):
            home.configure()
            each.pages["/story"] = article(f"Breakwater {name} is closed", 12)
            assert home("add", each.url("/story"), "--database", f"{name}.db").status == 0
            assert home("check", "--all", "--database", f"{name}.db").status == 0
            each.pages["/story"] = article(f"Breakwater {name} is closed", 15)
            assert home("check", "--all", "--database", f"{name}.db").status == 0
        assert home("merge", "joined.db", "a.db", "b.db").status == 0

        changes = [home("report", "--since", "1d", "--format", "csv", "--database", f"{name}.db") for name in "ab"]
        joined = home("report", "--since", "1d", "--format", "csv", "--database", "joined.db")
        assert cells(joined.out, "url", "before", "after") == sorted(
            row for each in changes for row in cells(each.out, "url", "before", "after")
        )
        found = home("search", "fishermen", "--database", "joined.db").out
        assert site.url("/story") in found
        assert other.url("/story") in found

        assert home("check", "--all", "--database", "joined.db").status == 0
        other.pages["/story"] = article("Breakwater b is closed", 20)
        assert home("check", "--all", "--database", "joined.db").status == 0
    with Store.open(home.folder / "joined.db", read_only=True) as store:
        outcomes = [[look.outcome for look in store.checks(status.article_id)] for status in store.articles()]
    assert [looks[2:] for looks in outcomes] == [
        [Outcome.UNCHANGED, Outcome.UNCHANGED],
        [Outcome.UNCHANGED, Outcome.CHANGED],
    ]
    assert faults_of(home.folder / "joined.db") == []


def cells(table: str, *names: str) -> list[tuple[str, ...]]:
    """Some columns of CSV, sorted: numbers of rows are others in another file."""
    return sorted(tuple(row[name] for name in names) for row in csv.DictReader(io.StringIO(table)))


def test_a_kill_leaves_no_half_file_under_the_name(home: Home) -> None:
    filled(home, "a", "a.example.org", 40)
    filled(home, "b", "b.example.org", 40)
    joined = home.folder / "joined.db"
    for number in range(_KILLS):
        started = home.start("merge", "joined.db", "a.db", "b.db")
        threading.Event().wait(0.1 * (number + 1))
        started.send(signal.SIGKILL)
        started.wait()
        if joined.exists():  # it was quicker
            assert faults_of(joined) == []
            for path in home.folder.glob("joined.db*"):
                if path.is_file():  # a kill just after the renaming leaves the folder, which the next try takes over
                    path.unlink()
    assert home("merge", "joined.db", "a.db", "b.db").status == 0
    assert faults_of(joined) == []
    assert not list(home.folder.glob("*partial*"))


def test_parquet_of_four_files_is_read_together(home: Home) -> None:
    """As docs/scaling.md has it."""
    pytest.importorskip("duckdb")
    for name in "abcd":
        filled(home, name, f"{name}.example.org")
        output = f"changes-{name}.parquet"
        assert home("export", "parquet", "--output", output, "--database", f"{name}.db").status == 0
    done = subprocess.run(
        [sys.executable, "-c", _BY_GLOB, str(home.folder / "changes-*.parquet")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str([(f"{name}.example.org", 1) for name in "abcd"])


def test_the_nightly_recipe_leaves_a_copy_and_parquet_of_it(home: Home) -> None:
    """The script in docs/scaling.md, run by a shell twice, as a timer would on two nights."""
    filled(home, "tracker", "a.example.org")
    (home.folder / "db").mkdir(exist_ok=True)
    (home.folder / "tracker.db").rename(home.database)
    text = (Path(__file__).parents[2] / "docs" / "scaling_files.md").read_text(encoding="utf-8")
    _, _, after = text.partition("```sh nightly\n")
    script = home.write("nightly.sh", after.partition("```")[0])
    bin_folder = Path(sys.executable).parent
    for day in ("2026-11-23", "2026-11-24"):
        subprocess.run(
            ["/bin/sh", str(script), day],
            cwd=home.folder,
            env={**home.launcher.environment, "PATH": f"{bin_folder}:/usr/bin:/bin", "KEEP": "1"},
            check=True,
            capture_output=True,
        )
    kept = sorted(path.name for path in (home.folder / "replica").iterdir())
    assert kept == ["articles.parquet", "changes.parquet", "tracker-2026-11-24.db"]
    assert faults_of(home.folder / "replica" / "tracker-2026-11-24.db") == []
    with Store.open(home.database, read_only=True) as store:
        assert store.last_backup_at is not None
