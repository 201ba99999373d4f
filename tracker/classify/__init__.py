"""Diff + both Extracts -> Changes with kinds. Pure."""

from tracker.classify.engine import ENGINE, classify

__all__ = ["ENGINE", "classify"]
