"""Watches news articles and records, change by change, what is edited after publication."""

from importlib.metadata import version

from tracker.classify import classify
from tracker.classify.inconsistencies import inconsistencies
from tracker.diff import diff
from tracker.extract import extract

__version__ = version("article-tracker")
__all__ = ["classify", "diff", "extract", "inconsistencies"]
