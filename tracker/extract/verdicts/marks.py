"""The marks of pages that stand in an article's place, read from `verdict_marks.toml`, which explains each."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tracker.model import ProblemKind


@dataclass(frozen=True, slots=True)
class Mark:
    pattern: re.Pattern[str]
    needs: str  # what else must be there; empty: nothing


@cache
def marks(kind: ProblemKind, where: str) -> tuple[Mark, ...]:
    """The marks of a kind that are looked for in one place, those that need nothing else first."""
    groups = [group for group in _data() if group["kind"] == kind and group["where"] == where]
    found = [
        Mark(re.compile(pattern, re.IGNORECASE), group.get("needs", ""))
        for group in groups
        for pattern in group["patterns"]
    ]
    return tuple(sorted(found, key=lambda mark: mark.needs))


@cache
def _data() -> tuple[dict[str, str], ...]:
    """Read once a process: package data, not state."""
    return tuple(tomllib.loads((files("tracker.extract") / "verdict_marks.toml").read_text("utf-8"))["marks"])
