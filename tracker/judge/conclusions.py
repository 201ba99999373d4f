"""What is concluded from revisions: the comparison of two, and the doubts about the names in one."""

from __future__ import annotations

from typing import Protocol

from tracker.classify import ENGINE as CLASSIFY_ENGINE
from tracker.classify import classify
from tracker.diff import ENGINE as DIFF_ENGINE
from tracker.diff import diff
from tracker.model import Comparison, Extract, Inconsistency

ENGINE = f"{DIFF_ENGINE} / {CLASSIFY_ENGINE}"


class Compare(Protocol):
    """Two revisions of one article -> what lies between them."""

    def __call__(self, old: Extract, new: Extract) -> Comparison: ...


class Proofread(Protocol):
    """One revision -> the names that it spells in two ways."""

    def __call__(self, extract: Extract) -> tuple[Inconsistency, ...]: ...


def compare(old: Extract, new: Extract) -> Comparison:
    difference = diff(old.text, new.text)
    return Comparison(difference, classify(difference, old, new), ENGINE)
