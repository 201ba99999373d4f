"""Kinds of change measured on data with known answers, as a table with targets.

    python benchmarks/kinds.py [FOLDER]

FOLDER is the folder of real pages and revisions, by default ../shared/data beside the checkout; `score_diff.py` is
taken from the `tools` folder beside it.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import io
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

from tracker.classify import classify
from tracker.classify.inconsistencies import inconsistencies
from tracker.diff import diff
from tracker.model import Change, Extract, Kind

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
_RECALL = re.compile(r"^  (\w+) +([\d.]+)  of", re.MULTILINE)


@dataclass(frozen=True)
class Row:
    measure: str
    found: str
    target: str
    is_reached: bool


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER
    if not folder.is_dir():
        print(f"{folder} is not there: these figures need the folder of real pages and revisions.", file=sys.stderr)
        return 2
    pairs = read_pairs(folder / "diff_pairs" / "dev.jsonl.gz")
    rows = [*pair_rows(pairs, folder), *speed_rows(pairs), *misspelling_rows(folder), *headline_rows(folder)]
    rows += inconsistency_rows(folder)
    show(rows)
    return 0 if all(row.is_reached for row in rows) else 1


def show(rows: Iterable[Row]) -> None:
    table = Table("measure", "found", "target", "", title="kinds of change")
    for row in rows:
        table.add_row(row.measure, row.found, row.target, "reached" if row.is_reached else "MISSED")
    Console(width=110).print(table)


def read_pairs(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def least(measure: str, value: float, target: float) -> Row:
    return Row(measure, f"{value:.3f}", f">= {target}", value >= target)


def most(measure: str, value: float, target: float) -> Row:
    return Row(measure, f"{value:.3f}", f"<= {target}", value <= target)


def pair_rows(pairs: list[dict[str, Any]], folder: Path) -> list[Row]:
    """The scorer's own figures, read from what it prints and returns."""
    scorer = load_scorer(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        score: dict[str, float] = scorer.score_kinds(pairs, diff, classify)
    print(printed.getvalue())
    recall = {name: float(share) for name, share in _RECALL.findall(printed.getvalue())}
    return [
        least("micro recall", score["micro R"], 0.94),
        least("micro precision", score["micro P"], 0.94),
        least("spelling precision", score["spelling P"], 0.98),
        least("spelling recall", score["spelling R"], 0.92),
        least("sentence_rewritten recall", recall["sent_rewrite"], 0.75),
        least("sentence_split recall", recall["sent_split"], 0.85),
        least("sentence_merged recall", recall["sent_merge"], 0.85),
    ]


def load_scorer(folder: Path) -> ModuleType:
    path = folder.parent / "tools" / "score_diff.py"
    spec = importlib.util.spec_from_file_location("score_diff", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def speed_rows(pairs: list[dict[str, Any]]) -> list[Row]:
    """CPU of both against the diff alone, dictionaries already loaded."""
    texts = [(pair["old"], pair["new"]) for pair in pairs]
    alone = cpu(lambda: [diff(old, new) for old, new in texts])
    both = cpu(lambda: [classify(diff(old, new), old, new) for old, new in texts])
    return [most("CPU of diff + classify against diff", both / alone, 1.5)]


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def misspelling_rows(folder: Path) -> list[Row]:
    """Single-word corrections that committers called typos."""
    records = read_records(folder / "edits" / "commit_labelled.jsonl")
    strict = [record for record in records if record["strict_respelling"]]
    kinds: Counter[Kind] = Counter()
    for record in strict:
        for hunk in record["hunks"]:
            if hunk.get("old") and hunk.get("new"):
                for change in compared(hunk["old"], hunk["new"], "en"):
                    kinds[change.kind] += 1
                    if change.kind in {Kind.WORDING, Kind.NAME, Kind.SENTENCE_REWRITTEN}:
                        print(f"  typo called {change.kind}: {change.before[:40]} -> {change.after[:40]}")
    writing = kinds[Kind.CAPITALISATION] + kinds[Kind.SPACING] + kinds[Kind.PUNCTUATION]
    respelt = (kinds[Kind.SPELLING] + kinds[Kind.VARIANT]) / (kinds.total() - writing)
    return [least("strict typos called spelling or variant (case and space left out)", respelt, 0.9)]


def headline_rows(folder: Path) -> list[Row]:
    said = 0
    total = 0
    for record in read_records(folder / "edits" / "headlines.jsonl"):
        total += 1
        for change in compared(record["old"], record["new"], record["lang"]):
            if change.kind is Kind.SPELLING:
                said += 1
                print(f"  headline spelling, to be read: {change.before} -> {change.after}")
    return [Row("headlines: said to be spelling", f"{said} of {total}", "read each: <= 2 % wrong", is_reached=True)]


def inconsistency_rows(folder: Path) -> list[Row]:
    alarms = 0
    total = 0
    for entry in read_records(folder / "extraction" / "index.jsonl"):
        if not entry.get("gold_text_path"):
            continue
        total += 1
        text = (folder / "extraction" / entry["gold_text_path"]).read_text(encoding="utf-8")
        for found in inconsistencies(Extract(paragraphs=tuple(text.split("\n")))):
            alarms += 1
            print(f"  inconsistency, to be read: {found.doubtful} / {found.likely}")
    return [Row("articles with a name spelt two ways", f"{alarms} of {total}", "read each: <= 1 false in 1,000", True)]


def compared(old: str, new: str, language: str) -> tuple[Change, ...]:
    return classify(diff(old, new), old, new, language)


if __name__ == "__main__":
    sys.exit(main())
