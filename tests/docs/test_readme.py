"""The README runs: every command, every query, the Python."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TRACKER = Path(sys.executable).with_name("tracker")
URL = "https://www.example.com/news/story"
BODIES = (
    "The pier at Lakatia reopened on Monday.\n\nTwelve boats came in, the harbour office said.",
    "The pier at Latakia reopened on Monday.\n\nTwelve boats came in, the harbour office said.",
    "The pier at Latakia reopened on Monday.\n\nFifteen boats came in, the harbour office said.",
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.+?)^```", README, re.DOTALL | re.MULTILINE)


def commands() -> list[list[str]]:
    lines = "".join(blocks("sh")).splitlines()
    return [line.partition("#")[0].split() for line in lines if line.startswith("tracker ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a newcomer has after `tracker init` and three sights of one article."""
    folder = tmp_path_factory.mktemp("newcomer")
    subprocess.run([TRACKER, "init"], cwd=folder, check=True, stdin=subprocess.DEVNULL)
    for number, body in enumerate(BODIES):
        printed = folder / f"{number}.txt"
        printed.write_text(f"Pier reopens\n\n{URL}\n\nVersion {number} of {len(BODIES)}.\n\n{body}", encoding="utf-8")
        subprocess.run([TRACKER, "import", "newsdiffs", printed.name], cwd=folder, check=True)
    return folder


def test_the_readme_names_commands_and_queries() -> None:
    assert len(commands()) >= 12
    assert len(blocks("sql")) == 5


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_runs(words: list[str], folder: Path, tmp_path: Path) -> None:
    if words[1] == "init":
        done = subprocess.run([TRACKER, *words[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "news" / "config.toml").is_file()
        return
    if words[1] == "run":
        assert_the_daemon_runs_until_it_is_told_to_stop(folder)
        return
    done = subprocess.run([TRACKER, *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
    # A look at an address that exists for documentation only may well fail; that it was made is what counts here.
    assert done.returncode in ((0, 1) if words[1] == "check" else (0,)), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout or words[1] in ("add", "verify", "check", "evidence", "export")


def assert_the_daemon_runs_until_it_is_told_to_stop(folder: Path) -> None:
    with subprocess.Popen([TRACKER, "run"], cwd=folder, stderr=subprocess.PIPE, text=True) as daemon:
        assert daemon.stderr is not None
        assert "watching" in daemon.stderr.readline()
        daemon.send_signal(signal.SIGINT)
        assert "Traceback" not in daemon.stderr.read()
    assert daemon.returncode == 0


@pytest.mark.parametrize("query", blocks("sql"))
def test_every_query_runs(query: str, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "db" / "tracker.db")) as connection:
        connection.execute(query).fetchall()


def test_the_python_prints_what_it_says() -> None:
    (source,) = blocks("python")
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout in blocks("text")


def test_the_files_it_points_to_are_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
