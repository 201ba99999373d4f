"""The diff engine against its targets: `python benchmarks/diff.py [PAIRS.jsonl.gz] [--most N] [--no-worst]`.

Prints three tables: quality on revision pairs whose edits are known, CPU against other engines on the same pairs, and
inputs made to hurt. Needs ../shared (tools and data) beside the checkout for the first two; the third needs nothing.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tracker import classify, diff
from tracker.diff.kept import Kept, Range, hunks_between

_SHARED = Path(__file__).resolve().parents[2] / "shared"
_MEGABYTE = 1_000_000
_RULE = "-" * 92


class Target(NamedTuple):
    figure: str
    relation: str  # "at least" or "at most"
    value: float
    best_other: str


_QUALITY = (
    Target("F", "at least", 0.96, ".930 diff_match_patch"),
    Target("hunks/edit", "at most", 1.25, "1.15 diff_match_patch words (no moves)"),
    Target("chopped", "at most", 0.0, "0 diff_match_patch words"),
    Target("moves R", "at least", 0.95, ".96 wikidiff2"),
    Target("moves P", "at least", 0.97, ".98 wikidiff2"),
    Target("in moved", "at least", 0.85, ".61 wikidiff2"),
    Target("in moved, each move alone", "at least", 0.85, ""),
    Target("not rebuilt", "at most", 0.0, ""),
)
_SPEED = (
    Target("diff_match_patch", "at least", 100.0, ""),
    Target("fast_diff_match_patch", "at least", 4.0, ""),
    Target("patiencediff words", "at least", 1.6, ""),
    Target("diff + classify", "at most", 1.5, ""),
)
_LIGHT = Target("light edits, median, against fast_diff_match_patch", "at most", 2.0, "")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pairs", nargs="?", type=Path, default=_SHARED / "data" / "diff_pairs" / "dev.jsonl.gz")
    arguments.add_argument("--most", type=int, default=sys.maxsize, help="only so many pairs")
    arguments.add_argument("--no-worst", action="store_true", help="leave out the inputs made to hurt")
    arguments.add_argument("--case", help=argparse.SUPPRESS)  # one of them, in a process of its own
    given = arguments.parse_args()
    if given.case:
        return _print_case(given.case)
    scorer = _scorer()
    if scorer is None or not given.pairs.is_file():
        print(f"Quality and speed left out: {_SHARED} with its tools and data does not lie beside this checkout.")
    else:
        with gzip.open(given.pairs, "rt", encoding="utf-8") as file:
            pairs = [json.loads(line) for line in file][: given.most]
        _print_quality(scorer, pairs)
        _print_speed(scorer, pairs)
    if not given.no_worst:
        _print_worst()
    return 0


def _scorer() -> ModuleType | None:
    path = _SHARED / "tools" / "score_diff.py"
    spec = importlib.util.spec_from_file_location("score_diff", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _row(target: Target, value: float) -> None:
    is_reached = value >= target.value if target.relation == "at least" else value <= target.value
    mark = "ok " if is_reached else "   "
    print(f"{mark}{target.figure:52} {value:8.3f}  {target.relation:8} {target.value:7.2f}  {target.best_other}")


def _print_quality(scorer: ModuleType, pairs: list[dict[str, Any]]) -> None:
    total: Counter[str] = Counter()
    alone = 0
    for pair in pairs:
        found = diff(pair["old"], pair["new"])
        truth = scorer.Truth(pair)
        hunks, moves = [scorer.flat(hunk) for hunk in found.hunks], [scorer.flat(move) for move in found.moves]
        inner = [[scorer.flat(hunk) for hunk in move.hunks] for move in found.moves]
        total += scorer.score(truth, hunks, moves, [hunk for one in inner for hunk in one])
        total["not rebuilt"] += found.apply(pair["old"]) != pair["new"]
        alone += sum(_hits_inside(scorer, truth, one) for one in inner)
    figures = scorer.figures(total) | {"not rebuilt": float(total["not rebuilt"])}
    figures["in moved, each move alone"] = alone / max(1, total["inner_wanted"])
    print(f"quality on {len(pairs)} pairs\n{_RULE}")
    for target in _QUALITY:
        _row(target, figures[target.figure])
    ideal = _of_the_truth(scorer, pairs)
    ideal_figures = ", ".join(f"{name} {ideal[name]:.3f}" for name in ("hunks/edit", "in moved"))
    print(f"   the edits themselves, given as an answer: {ideal_figures}")


def _of_the_truth(scorer: ModuleType, pairs: list[dict[str, Any]]) -> dict[str, float]:
    """What the scorer says of the known edits, given as hunks and moves.

    A move is two hunks more, and the scorer joins the edits inside moves that cross: an answer that is right in
    everything misses both targets.
    """
    total: Counter[str] = Counter()
    for pair in pairs:
        old, new = pair["old"], pair["new"]
        kept = [Kept(*stretch) for stretch in sorted(pair["kept"])]
        moves = [Range(*move["old"], *move["new"]) for move in sorted(pair["moves"], key=lambda move: move["new"][0])]
        inside = [[stretch for stretch in kept if m.old_start <= stretch.old < m.old_end] for m in moves]
        moved = {stretch for stretches in inside for stretch in stretches}
        in_order = [stretch for stretch in kept if stretch not in moved]
        hunks = hunks_between(old, new, in_order, Range(0, len(old), 0, len(new)))
        inner = [hunk for move, own in zip(moves, inside, strict=True) for hunk in hunks_between(old, new, own, move)]
        total += scorer.score(scorer.Truth(pair), [*map(scorer.flat, hunks)], moves, [*map(scorer.flat, inner)])
    figures: dict[str, float] = scorer.figures(total)
    return figures


def _hits_inside(scorer: ModuleType, truth: Any, inner: list[tuple[int, int, int, int]]) -> int:
    """The scorer joins hunks that cross each other, as those of two moves in opposite directions do."""
    found, _ = scorer.token_hunks(truth, inner, (), (), None)
    return int(scorer.hits(truth, truth.inner, found))


def _print_speed(scorer: ModuleType, pairs: list[dict[str, Any]]) -> None:
    engines: dict[str, Callable[[str, str], object]] = {
        "diff": diff,
        "diff + classify": lambda old, new: classify(diff(old, new), old, new),
        **scorer.baselines(),
    }
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for pair in pairs:
        for name, run in engines.items():
            start = time.process_time()
            run(pair["old"], pair["new"])
            spent[name].append(time.process_time() - start)
    ours = sum(spent["diff"])
    print(f"\nCPU on {len(pairs)} pairs, in turn, times that of diff ({ours / len(pairs) * 1e3:.3f} ms)\n{_RULE}")
    for target in _SPEED:
        if target.figure in spent:
            _row(target, sum(spent[target.figure]) / ours)
    light = [place for place, pair in enumerate(pairs) if pair["profile"] == "light"]
    if light and "fast_diff_match_patch" in spent:
        median = {name: statistics.median(times[place] for place in light) for name, times in spent.items()}
        _row(_LIGHT, median["diff"] / median["fast_diff_match_patch"])


# -- inputs made to hurt -----------------------------------------------------------------------------------------------


def _cases(size: int) -> Iterator[tuple[str, float, Callable[[], tuple[str, str]]]]:
    """Name, the seconds it may take at a megabyte, and the two texts."""
    chance = random.Random(5)
    vocabulary = [f"{chance.randrange(10**6):x}" for _ in range(5_000)]

    def words(seed: int, known: int) -> str:
        drawn = random.Random(seed)
        return " ".join(vocabulary[drawn.randrange(known)] for _ in range(size // 6))

    def lines() -> list[str]:
        return words(2, 5_000).split(" e")

    def ideographs(seed: int) -> str:
        drawn = random.Random(seed)
        return "".join(chr(drawn.randrange(0x4E00, 0x9000)) for _ in range(size))

    def different() -> str:
        return "".join(chr(c) for c in range(0x21, 0x110000) if not 0xD800 <= c < 0xE000)[:size]

    yield "random words", 2.5, lambda: (words(1, 5_000), words(2, 5_000))
    yield "random words of thirty", 2.5, lambda: (words(1, 30), words(2, 30))
    yield "reversed lines", 2.5, lambda: ("\n".join(lines()), "\n".join(reversed(lines())))
    yield "one word", 2.5, lambda: ("x" * size, "x" * (size // 2) + "y" + "x" * (size // 2))
    yield "newlines", 2.5, lambda: ("\n" * size, "\n" * (size - 7))
    yield "one line repeated", 2.5, lambda: ("the same line\n" * (size // 14), "the same lime\n" * (size // 14))
    yield "all characters different", 2.5, lambda: (different(), different()[::-1])
    yield "Chinese without a full stop", 2.5, lambda: (ideographs(1), ideographs(2))
    yield "signs", 2.5, lambda: (".,;:!?-" * (size // 7), "!?.,-;:" * (size // 7))
    yield "flags", 2.5, lambda: ("🇩🇪" * (size // 2), "🇪" + "🇩🇪" * (size // 2))
    yield "50,000 words, all different", 0.4, lambda: _different_words(size * 50_000 // _MEGABYTE)


def _different_words(count: int) -> tuple[str, str]:
    return " ".join(f"a{k}" for k in range(count)), " ".join(f"b{k}" for k in range(count))


def _print_case(name: str) -> int:
    make = next(make for known, _, make in _cases(_MEGABYTE) if known == name)
    small = next(make for known, _, make in _cases(_MEGABYTE // 8) if known == name)
    seconds = []
    found = diff("", "")
    for old, new in (small(), make()):
        start = time.process_time()
        found = diff(old, new)
        seconds.append(time.process_time() - start)
    print(json.dumps([seconds[1], seconds[1] / max(seconds[0], 1e-3), _peak_megabytes(), found.coarse is not None]))
    return 0


def _peak_megabytes() -> float:
    """Of this process alone; getrusage would also count the one that started it. 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.is_file() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def _print_worst() -> None:
    print(f"\n1 MB a side, each in a process of its own (growth: time over that of an eighth)\n{_RULE}")
    print(f"   {'':32} {'s':>6} {'at most':>8} {'growth':>8} {'at most':>8} {'MB':>6} {'below':>6}  coarse")
    for name, limit, _ in _cases(_MEGABYTE):
        answer = subprocess.run(
            [sys.executable, __file__, "--case", name], check=True, capture_output=True, text=True
        ).stdout
        seconds, growth, megabytes, is_coarse = json.loads(answer)
        is_reached = seconds <= limit and growth <= 12 and megabytes < 300
        mark = "ok " if is_reached else "   "
        print(
            f"{mark}{name:32} {seconds:6.2f} {limit:8.1f} {growth:8.1f} {12:8} {megabytes:6.0f} {300:6}  "
            f"{'yes' if is_coarse else 'no'}"
        )


if __name__ == "__main__":
    sys.exit(main())
