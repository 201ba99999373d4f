"""`tracker show` tells of the names that a revision spells in two ways."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli import cli

PRINTED = """Ferries stay in harbour

https://paper.example/ferries

Version 0 of 1.

The ferry to Brasken did not sail on Monday, because the storm had not gone down by the morning.

Nobody in Braksen had seen such waves before, and the harbour of Brasken stayed closed for the day.
"""


def tracker(database: Path, *arguments: str | Path) -> str:
    result = CliRunner().invoke(cli, ["--database", str(database), *map(str, arguments)], env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def database(tmp_path: Path) -> Path:
    printed = tmp_path / "ferries.txt"
    printed.write_text(PRINTED.rstrip("\n"), encoding="utf-8")
    path = tmp_path / "tracker.db"
    tracker(path, "import", "newsdiffs", printed)
    return path


def test_text_and_html_name_both_spellings_and_the_sentence(database: Path) -> None:
    for form in ("text", "html"):
        shown = tracker(database, "show", "1", "--format", form)
        assert "Spelt two ways in this revision: Brasken (2), Braksen (1)" in shown
        assert " ".join(shown.split()).count("Nobody in Braksen had seen such waves before") == 2


def test_json_has_a_key_for_them(database: Path) -> None:
    shown = json.loads(tracker(database, "show", "1", "--format", "json"))
    (doubt,) = shown["inconsistencies"]
    assert shown["body_text"][doubt["doubtful_start"] : doubt["doubtful_end"]] == doubt["doubtful"] == "Braksen"
    assert (doubt["likely"], doubt["likely_count"]) == ("Brasken", 2)


def test_the_printed_form_stays_as_it_was_imported(database: Path) -> None:
    assert tracker(database, "show", "1", "--format", "newsdiffs") == PRINTED.rstrip("\n")


def test_an_article_without_any_says_nothing(tmp_path: Path) -> None:
    printed = tmp_path / "ferries.txt"
    printed.write_text(PRINTED.rstrip("\n").replace("Braksen", "Brasken"), encoding="utf-8")
    database = tmp_path / "tracker.db"
    tracker(database, "import", "newsdiffs", printed)
    assert "Spelt" not in tracker(database, "show", "1")
    assert json.loads(tracker(database, "show", "1", "--format", "json"))["inconsistencies"] == []


def test_the_seed_article_is_told_to_spell_latakia_in_two_ways(shared_data: Path, tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    tracker(database, "import", "newsdiffs", shared_data / "seed" / "russia-proposes-talks.txt")
    shown = tracker(database, "show", "1")
    assert "Spelt two ways in this revision: Latakia (1), Lakatia (1)" in shown
    assert shown.count("Spelt two ways") == 1
    assert "Lakatia" in shown.partition("Spelt two ways")[2].partition("\n")[2]
    tracker(database, "verify")
