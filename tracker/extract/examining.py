"""A page that came in, read as far as it is worth: the whole work on foreign bytes in one call, for one process.

The page is parsed once. What is as last time ends at the fingerprint.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tracker.extract import EXTRACTOR, SiteRules, read_page
from tracker.extract.fingerprint import sha256_of_decoded
from tracker.extract.page import Unreadable, decode, parse_decoded
from tracker.extract.verdicts import problem_of, unspent
from tracker.model import Extract, LeftOut, ProblemKind


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came."""

    asked_url: str
    url: str  # where it came from
    status: int
    content_type: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Examination:
    """What the page shows. `extractor` is empty where it was not read."""

    page_sha256: str
    is_same_page: bool = False
    extract: Extract | None = None
    extractor: str = ""
    problem: str = ""
    page_problem: ProblemKind | None = None
    left_out: tuple[LeftOut, ...] = ()


def examine(answer: Answer, known_sha256: str | None, rules: SiteRules | None = None) -> Examination:
    """Fingerprint, and where that is not `known_sha256`, the article, or the reason why there is none."""
    try:
        data = decode(answer.body, answer.content_type)
    except Unreadable as error:
        return _unreadable(answer, known_sha256, str(error))
    fingerprint = sha256_of_decoded(data)
    if fingerprint == known_sha256:
        return Examination(fingerprint, is_same_page=True)
    return _examined(answer, data, fingerprint, rules)


def _unreadable(answer: Answer, known_sha256: str | None, problem: str) -> Examination:
    fingerprint = hashlib.sha256(answer.body).hexdigest()
    if fingerprint == known_sha256:
        return Examination(fingerprint, is_same_page=True)
    return Examination(fingerprint, extractor=EXTRACTOR, problem=problem)


def _examined(answer: Answer, data: bytes, fingerprint: str, rules: SiteRules | None) -> Examination:
    try:
        page = parse_decoded(data, answer.url)
    except Unreadable as error:
        return Examination(fingerprint, extractor=EXTRACTOR, problem=str(error))
    kept = unspent(page)
    reading = read_page(page, rules)
    problem = problem_of(kept, answer.status, answer.asked_url, answer.url, reading.extract, rules)
    return Examination(
        fingerprint,
        extract=reading.extract,
        extractor=EXTRACTOR,
        problem=problem.sentence if problem else reading.problem,
        page_problem=problem.kind if problem else None,
        left_out=reading.left_out,
    )
