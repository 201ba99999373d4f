"""Two texts -> Diff: paragraphs, then sentences, then words; moved blocks apart. Pure and deterministic."""

from tracker.diff.engine import ENGINE, diff

__all__ = ["ENGINE", "diff"]
