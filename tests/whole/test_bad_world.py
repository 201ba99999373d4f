"""A database, a disk or a network that is not as it should be is told in one sentence, and nothing is lost."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from whole_kit import (
    ESCAPE,
    FIRST,
    NOBODY,
    SECOND,
    Answer,
    Home,
    LoopbackSite,
    article,
    digest_of_rows,
    faults_of,
    printed,
)

# -- the database ------------------------------------------------------------------------------------------------------

READING = (["list"], ["status"], ["log", "1"], ["show", "1"], ["diff", "1"], ["report"], ["verify"], ["export", "csv"])
WRITING = (["add", FIRST], ["check"], ["import", "newsdiffs", "first.txt"])


@pytest.mark.parametrize("arguments", [*READING, ["backup", "copy.db"]], ids=" ".join)
def test_no_database_yet(home: Home, arguments: list[str]) -> None:
    result = home(*arguments)
    assert result.status == 2
    assert "no database" in result.sentence
    assert "tracker init" in result.sentence
    assert list(home.folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [["add", FIRST], ["check"], ["run"]], ids=" ".join)
def test_no_folder_for_a_database_yet(home: Home, arguments: list[str]) -> None:
    result = home(*arguments)
    assert result.status == 2
    assert "tracker init" in result.sentence
    assert list(home.folder.iterdir()) == []


@pytest.mark.parametrize("arguments", [*READING, *WRITING, ["run"]], ids=" ".join)
def test_a_folder_as_database(filled: Home, arguments: list[str]) -> None:
    result = filled("--database", "db", *arguments)
    assert result.status == 2
    assert "is a folder, not a database" in result.sentence


@pytest.mark.parametrize("arguments", [["list"], ["add", FIRST], ["run"], ["verify"], ["backup", "b.db"]], ids=" ".join)
def test_files_that_are_not_our_database(filled: Home, arguments: list[str]) -> None:
    foreign = filled.folder / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    for name, word in (("first.txt", "not a database of this program"), ("foreign.db", "not one of this program")):
        before = (filled.folder / name).read_bytes()
        result = filled("--database", name, *arguments)
        assert result.status == 2
        assert word in result.sentence
        assert (filled.folder / name).read_bytes() == before


@pytest.mark.parametrize("arguments", [["list"], ["add", FIRST], ["run"], ["verify"]], ids=" ".join)
def test_a_database_of_a_later_version(filled: Home, arguments: list[str]) -> None:
    with sqlite3.connect(filled.database) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    before = digest_of_rows(filled.database)
    result = filled(*arguments)
    assert result.status == 2
    assert "later version" in result.sentence
    assert digest_of_rows(filled.database) == before


@pytest.fixture
def open_home(home: Home) -> Iterator[Home]:
    """A filled folder that another user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        opened = Home(folder, home.launcher)
        opened.configure()
        opened.write("first.txt", printed("Breakwater is closed", "http://127.0.0.1:1/nobody-answers"))
        assert opened("import", "newsdiffs", "first.txt").status == 0
        yield opened


def unprivileged() -> int | None:
    """Permissions stop nobody who is root."""
    return NOBODY if os.geteuid() == 0 else None


@pytest.mark.parametrize(
    "arguments", [["add", SECOND], ["check", "1"], ["import", "newsdiffs", "first.txt"], ["run"]], ids=" ".join
)
def test_a_read_only_database_is_not_written(open_home: Home, arguments: list[str]) -> None:
    before = digest_of_rows(open_home.database)
    for path in (open_home.database, open_home.database.parent):
        path.chmod(path.stat().st_mode & ~0o222)
    result = open_home(*arguments, user=unprivileged())
    open_home.database.parent.chmod(0o755)
    assert result.status == 1
    assert str(open_home.database) in result.sentence
    assert digest_of_rows(open_home.database) == before


@pytest.mark.parametrize(
    "arguments", [["list"], ["show", "1"], ["verify"], ["export", "csv"], ["status"]], ids=" ".join
)
def test_a_read_only_database_is_read(open_home: Home, arguments: list[str]) -> None:
    for path in (open_home.database, open_home.database.parent):
        path.chmod(path.stat().st_mode & ~0o222)
    result = open_home(*arguments, user=unprivileged())
    open_home.database.parent.chmod(0o755)
    assert result.status == 0
    assert "Traceback" not in result.err


def test_a_file_nobody_may_read(open_home: Home) -> None:
    open_home.database.chmod(0o000)
    result = open_home("list", user=unprivileged())
    assert result.status == 1
    assert str(open_home.database) in result.sentence


def test_a_folder_that_nobody_may_write_in_is_not_made_ready(open_home: Home) -> None:
    locked = open_home.folder / "locked"
    locked.mkdir(mode=0o555)
    result = open_home("init", "locked", user=unprivileged())
    assert result.status == 2
    assert "locked cannot be made ready" in result.sentence
    assert list(locked.iterdir()) == []


def test_init_twice_changes_nothing(home: Home) -> None:
    assert home("init").status == 0
    before = (home.folder / "config.toml").read_bytes()
    result = home("init", "--contact", "mailto:press@example.com")
    assert result.status == 2
    assert "there already" in result.sentence
    assert (home.folder / "config.toml").read_bytes() == before


# -- the world ---------------------------------------------------------------------------------------------------------


def test_a_host_that_nobody_knows(home: Home) -> None:
    home.configure()
    url = "http://no-such-host.invalid/story"
    assert home("add", url).status == 0
    result = home("check", url)
    assert result.status == 1
    assert "no-such-host.invalid" in result.out
    assert "failed" in result.out
    assert "Traceback" not in result.err + result.out
    assert "failed" in home("log", "1").out


def test_a_host_where_nobody_answers(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/story"
    home.configure()
    assert home("add", url).status == 0
    result = home("check", "--all")
    assert result.status == 1
    assert "1 failed" in result.sentence


def test_a_private_address_is_not_looked_at(home: Home, site: LoopbackSite) -> None:
    home.configure()
    home.write("config.toml", "[fetch]\nhost_interval_s = 0.0\n")
    site.pages["/story"] = article("Breakwater is closed")
    assert home("add", site.url("/story")).status == 0
    result = home("check")
    assert result.status == 1
    assert "allow_private_addresses" in result.out
    assert site.asked == []


@pytest.mark.parametrize("option", ["--feed", "--sitemap", "--page"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(""),
        Answer("gone", 404),
        Answer("no\x00thing", content_type="application/octet-stream"),
        Answer("<rss version='2.0'><channel><title>x</title></channel></rss>", content_type="application/rss+xml"),
    ],
    ids=["empty", "404", "binary", "empty feed"],
)
def test_a_source_without_articles(home: Home, site: LoopbackSite, option: str, answer: Answer) -> None:
    site.pages["/source"] = answer
    home.configure()
    result = home("add", option, site.url("/source"))
    assert result.status == 1
    assert site.url("/source") in result.sentence
    assert "tried again" in result.sentence
    assert home("list", "--format", "json").out == "[]\n"


def test_a_full_disk_under_the_database(filled: Home) -> None:
    """A limit on the size of files is what a full disk looks like from here."""
    before = digest_of_rows(filled.database)
    filled.write("urls.txt", "".join(f"https://www.example.com/{number:0200}\n" for number in range(5_000)))
    result = subprocess.run(
        f"ulimit -f {filled.database.stat().st_size // 512 + 40}; exec {sys.executable} -m tracker add --file urls.txt",
        shell=True,
        cwd=filled.folder,
        env=filled.launcher.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert str(filled.database) in result.stderr
    assert result.stderr.count("\n") == 1
    assert digest_of_rows(filled.database) == before
    assert faults_of(filled.database) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["show", "1"],
        ["show", "1", "--format", "newsdiffs"],
        ["export", "csv"],
        ["report", "--format", "csv"],
        ["status"],
        ["list", "--format", "json"],
    ],
    ids=" ".join,
)
def test_a_full_disk_under_the_output(filled: Home, arguments: list[str]) -> None:
    result = filled(*arguments, output=Path("/dev/full"))
    assert result.status == 1
    assert "No space left" in result.sentence


def test_a_full_disk_under_an_export(filled: Home) -> None:
    result = filled("export", "csv", "--output", "/dev/full")
    assert result.status != 0
    assert "/dev/full cannot be written" in result.sentence


@pytest.mark.parametrize("command", ["list --format json", "export jsonl --table revisions", "show 1", "--help"])
def test_a_reader_who_has_seen_enough(filled: Home, command: str) -> None:
    """Standard output is closed before anything is written to it."""
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [sys.executable, "-m", "tracker", *command.split()],
        cwd=filled.folder,
        env=filled.launcher.environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert result.returncode == 0
    assert result.stderr == ""


def test_standard_output_that_was_never_open(filled: Home) -> None:
    result = subprocess.run(
        f"{sys.executable} -m tracker list >&-",
        shell=True,
        cwd=filled.folder,
        env=filled.launcher.environment,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "Traceback" not in result.stderr


def test_hostile_text_reaches_no_terminal(home: Home) -> None:
    home.configure()
    home.write("hostile.txt", printed(f"Breakwater {ESCAPE}[31mis closed", FIRST, f"{ESCAPE}]0;title\x07"))
    home("import", "newsdiffs", "hostile.txt")
    for command in (["list"], ["show", "1"], ["log", "1"], ["status"]):
        result = home(*command)
        assert ESCAPE not in result.out
        assert "\x07" not in result.out
