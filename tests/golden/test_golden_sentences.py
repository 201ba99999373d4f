"""Short sentences made up for what is hard to tell; `sentences.jsonl` says what a reader calls their changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tracker.classify import classify
from tracker.diff import diff

SENTENCES = Path(__file__).with_name("sentences.jsonl")


@dataclass(frozen=True)
class Case:
    language: str
    old: str
    new: str
    changes: tuple[tuple[str, str, str], ...]  # kind, before, after, by place


def read_cases() -> list[Case]:
    rows = map(json.loads, SENTENCES.read_text(encoding="utf-8").splitlines())
    return [
        Case(row["lang"], row["old"], row["new"], tuple((kind, old, new) for kind, old, new in row["changes"]))
        for row in rows
    ]


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: f"{case.language}: {case.old} > {case.new}")
def test_a_sentence_is_read_as_a_reader_would(case: Case) -> None:
    said = classify(diff(case.old, case.new), case.old, case.new, case.language)
    assert tuple((change.kind.value, change.before, change.after) for change in said) == case.changes
