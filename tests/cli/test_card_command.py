"""`tracker diff --format png|svg`: one change as a picture."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from cli_kit import FIFTEEN, STORY, TWELVE, TWENTY, Follower, run, tracker

from tracker.errors import UsageError
from tracker.store import Store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "tracker.db"
    with Store.open(path, create=True) as store:
        follower = Follower(store, STORY)
        follower.show(TWELVE)
        follower.show(FIFTEEN)
        follower.show(TWENTY)
    return path


def _refusal(database: Path, *arguments: str | Path | int) -> str:
    refused = run(database, *arguments)
    assert isinstance(refused.exception, UsageError)
    return str(refused.exception)


def _description(svg: str) -> str:
    return next(element.text or "" for element in ET.fromstring(svg).iter() if element.tag.endswith("desc"))


def test_a_png_is_written_to_the_file_named(database: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.png"

    assert tracker(database, "diff", STORY, 1, 2, "--format", "png", "--output", card) == ""

    assert card.read_bytes().startswith(b"\x89PNG")


def test_without_a_file_the_picture_goes_to_standard_output(database: Path) -> None:
    assert run(database, "diff", STORY, 1, 2, "--format", "png").stdout_bytes.startswith(b"\x89PNG")


def test_the_card_tells_host_interval_and_both_sentences(database: Path) -> None:
    told = _description(tracker(database, "diff", STORY, 1, 2, "--format", "svg", "--utc"))

    assert "[deleted: 12]" in told
    assert "[inserted: 15]" in told
    assert "www.example.com" in told
    assert "Revision 1 → 2, changed between 2026-11-20 09:00 and 09:10 UTC" in told


def test_the_most_telling_change_is_shown_unless_another_is_named(database: Path) -> None:
    with Store.open(database, read_only=True) as store:
        changes = [each for each in store.changes() if each.to_number == 3]
    added = next(each for each in changes if "closed" in each.change.after)

    usual = tracker(database, "diff", STORY, 2, 3, "--format", "svg")
    named = tracker(database, "diff", STORY, 2, 3, "--format", "svg", "--change", added.change_id)

    assert "[inserted: 20]" in _description(usual)
    assert "[inserted: The port is closed.]" in _description(named)


def test_a_change_of_other_revisions_is_refused_with_those_there_are(database: Path) -> None:
    assert "there is no change 999 between revisions 1 and 2; there are " in _refusal(
        database, "diff", STORY, 1, 2, "--format", "svg", "--change", 999
    )


def test_options_of_pictures_are_refused_elsewhere(database: Path) -> None:
    assert "--format png or svg" in _refusal(database, "diff", STORY, "--format", "html", "--dark")


def test_a_folder_that_is_not_there_is_named(database: Path, tmp_path: Path) -> None:
    assert "cannot be written" in _refusal(
        database, "diff", STORY, "--format", "png", "--output", tmp_path / "none" / "card.png"
    )


@pytest.mark.parametrize("library", ["resvg_py", "uharfbuzz"])
def test_without_the_extra_one_sentence_says_what_to_install(
    database: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    for name in [name for name in sys.modules if name.startswith("tracker.pictures")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)

    assert "pip install 'article-tracker[pictures]'" in _refusal(database, "diff", STORY, "--format", "svg")
