"""Quality on real text with known edits: floors, a margin under what was measured, so that it cannot fall unseen."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tracker.classify import classify
from tracker.diff import diff
from tracker.model import Change, Kind

_EVERY = 6  # every sixth pair: fifty of them, two seconds


@pytest.fixture(scope="module")
def pairs(shared_data: Path) -> list[dict[str, Any]]:
    with gzip.open(shared_data / "diff_pairs" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][::_EVERY]


def _share(edit: dict[str, Any], change: Change) -> int:
    old = sum(max(0, min(end, change.old_end) - max(start, change.old_start)) for start, end in edit["old"])
    new = sum(max(0, min(end, change.new_end) - max(start, change.new_start)) for start, end in edit["new"])
    return int(old + new)


def test_the_kind_said_is_mostly_that_of_the_edit_made(pairs: list[dict[str, Any]]) -> None:
    said: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for pair in pairs:
        changes = classify(diff(pair["old"], pair["new"]), pair["old"], pair["new"])
        for change in changes:
            edit = max(pair["edits"], key=lambda known: _share(known, change), default=None)
            if change.kind is Kind.MOVED or edit is None or not _share(edit, change):
                continue
            if not edit["kinds"] or edit["kinds"] == ["*quotation"]:
                continue
            said[change.kind] += 1
            right[change.kind] += change.kind in edit["kinds"]
    assert right.total() / said.total() >= 0.93
    assert right[Kind.SPELLING] / said[Kind.SPELLING] >= 0.95


def test_headline_edits_are_hardly_ever_called_spelling(shared_data: Path) -> None:
    lines = (shared_data / "edits" / "headlines.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    spelling = {
        (change.before, change.after)
        for record in records
        for change in classify(diff(record["old"], record["new"]), record["old"], record["new"], record["lang"])
        if change.kind is Kind.SPELLING
    }
    assert ("brwing", "brewing") in spelling
    assert len(spelling) <= 15  # of 2,887 edits; each of the ten said when this was written was read, and is one


def test_corrected_misspellings_are_called_spelling(shared_data: Path) -> None:
    lines = (shared_data / "edits" / "commit_labelled.jsonl").read_text(encoding="utf-8").splitlines()
    kinds: Counter[Kind] = Counter()
    for record in map(json.loads, lines):
        for hunk in record["hunks"] if record["strict_respelling"] else ():
            if hunk.get("old") and hunk.get("new"):
                kinds.update(
                    change.kind for change in classify(diff(hunk["old"], hunk["new"]), hunk["old"], hunk["new"], "en")
                )
    respelt = kinds[Kind.SPELLING] + kinds[Kind.VARIANT]
    writing = kinds[Kind.CAPITALISATION] + kinds[Kind.SPACING] + kinds[Kind.PUNCTUATION]
    # The rest are real words set for real words ("More" -> "Move") and names for names ("Peterson" -> "Petersen").
    assert respelt / (kinds.total() - writing) >= 0.72


def test_the_seed_article_set_right_has_exactly_one_change(shared_data: Path) -> None:
    old = (shared_data / "seed" / "russia-proposes-talks.txt").read_text(encoding="utf-8")
    new = old.replace("Lakatia", "Latakia")
    [change] = classify(diff(old, new), old, new)
    assert (change.kind, change.before, change.after) == (Kind.SPELLING, "Lakatia", "Latakia")
