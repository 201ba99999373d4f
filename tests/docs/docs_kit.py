"""What the tests of the documentation share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tracker.store.cookbook import recipes

ROOT = Path(__file__).resolve().parents[2]
COOKBOOK = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
RECIPES = recipes(COOKBOOK)


@dataclass(frozen=True)
class Demo:
    """The demo's database, and what the cookbook's `:url` and the like are filled in with."""

    database: Path
    blanks: Mapping[str, str]
