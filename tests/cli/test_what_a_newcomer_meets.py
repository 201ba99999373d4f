"""The first minutes: help that stands alone, hints that work where they are read, words that people paste and type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_kit import STORY, eventful, run, tracker
from click.testing import CliRunner, Result

from tracker.cli import cli

BEGINNING = ("report", "--since", "2026-11-01", "--until", "2026-11-22", "--utc")
EVERYTHING = "init add run check list status log show diff report search import export verify backup evidence web demo"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("eventful") / "tracker.db"
    eventful(path)
    return path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, env={"COLUMNS": "80"})


# -- help --------------------------------------------------------------------------------------------------------------


def test_the_list_of_commands_is_told_in_whole_sentences() -> None:
    listed = call("--help").stdout.partition("Commands:\n")[2]
    assert "..." not in listed
    assert all(sentence.endswith((".", "?")) for sentence in re.split(r"\n  (?=\w)", listed.strip()))


@pytest.mark.parametrize("name", ["log", "show", "diff", "check", "evidence", "export"])
def test_help_says_what_may_stand_for_a_url(name: str) -> None:
    assert "URL is an article's address, its number, or a unique part of its address." in call(name, "--help").stdout


def test_help_of_the_report_names_every_kind() -> None:
    assert "Kinds of change: spelling, variant," in call("report", "--help").stdout


@pytest.mark.parametrize("name", EVERYTHING.split())
def test_options_of_a_command_come_before_those_of_all(name: str) -> None:
    offered = re.findall(r"^  (?:-\w, )?--([a-z-]+)", call(name, "--help").stdout, re.MULTILINE)
    assert offered[-6:] == ["config", "database", "verbose", "quiet", "no-color", "help"]


# -- what comes next ---------------------------------------------------------------------------------------------------


def test_init_says_to_go_into_the_folder_it_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Next: `cd news`, `tracker add" in call("init", "news", "--contact", "").stderr
    monkeypatch.chdir(tmp_path / "news")
    (tmp_path / "news" / "config.toml").unlink()
    assert "Next: `tracker add" in call("init", "--contact", "").stderr


def test_names_of_files_are_told_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = call("init", "[bold] :cat: news", "--contact", "").stderr
    assert "Made [bold] :cat: news/config.toml" in told
    assert "`cd '[bold] :cat: news'`" in told


# -- what people paste and type ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [STORY, "WWW.Example.COM", "www.example.com/"])
def test_a_host_may_be_given_as_it_was_copied(database: Path, host: str) -> None:
    expected = tracker(database, *BEGINNING, "--host", "www.example.com")
    assert "3 changes in 1 article" in expected
    assert tracker(database, *BEGINNING, "--host", host) == expected


@pytest.mark.parametrize("order", ["topic", "article"])
def test_a_host_that_is_not_tracked_is_not_called_quiet(database: Path, order: str) -> None:
    result = run(database, *BEGINNING, "--by", order, "--host", "nope.example")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "No article of nope.example is tracked; `tracker list` shows all.\n"


@pytest.mark.parametrize("kind", ["NUMBER,notice-removed", "Number, notice removed"])
def test_kinds_may_be_written_as_the_report_writes_them(database: Path, kind: str) -> None:
    expected = tracker(database, *BEGINNING, "--kind", "number,notice_removed")
    assert tracker(database, *BEGINNING, "--kind", kind) == expected
