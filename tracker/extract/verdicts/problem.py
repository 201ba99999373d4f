"""What a rule finds, and the form of all of them."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.model import ProblemKind


@dataclass(frozen=True, slots=True)
class PageProblem:
    """Why a page is not to be taken for the article; `sentence` is short, for `tracker log`."""

    kind: ProblemKind
    sentence: str
