"""Floors under the quality of the diff, on revision pairs of which every edit is known."""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tracker.diff import diff

# Every third pair: 100 of 300, which takes two seconds.
_STEP = 3


def _scorer(shared_data: Path) -> ModuleType:
    path = shared_data.parent / "tools" / "score_diff.py"
    if not path.is_file():
        pytest.skip("the scorer (../shared/tools/score_diff.py) does not lie beside this checkout")
    spec = importlib.util.spec_from_file_location("score_diff", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_edits_are_found_as_they_were_made(shared_data: Path) -> None:
    scorer = _scorer(shared_data)
    with gzip.open(shared_data / "diff_pairs" / "dev.jsonl.gz", "rt", encoding="utf-8") as file:
        pairs = [json.loads(line) for line in file][::_STEP]
    total: Counter[str] = Counter()
    for pair in pairs:
        found = diff(pair["old"], pair["new"])
        assert found.apply(pair["old"]) == pair["new"]
        hunks, moves = [scorer.flat(hunk) for hunk in found.hunks], [scorer.flat(move) for move in found.moves]
        inner = [scorer.flat(hunk) for move in found.moves for hunk in move.hunks]
        total += scorer.score(scorer.Truth(pair), hunks, moves, inner)
    figures = scorer.figures(total)
    assert figures["F"] >= 0.96, figures
    assert figures["hunks/edit"] <= 1.31, figures
    assert figures["chopped"] == 0, figures
    assert figures["moves R"] >= 0.96, figures
    assert figures["moves P"] >= 0.97, figures
    assert figures["in moved"] >= 0.77, figures
