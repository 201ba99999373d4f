"""Which lines of an extraction are the article's own: what is left out is kept, each with its reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tracker.extract.text import comparable, fold
from tracker.model import LeftOut

_LONGEST_REQUEST = 400  # characters of a line that asks the reader for something; the patterns' own bounds are below
_LONGEST_NOTE = 90  # characters of a line that is only a date or a name
_DATE_FORM = re.compile(
    r"\b\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)|\b\d{1,2}:\d\d\b|\b\d{1,2}[.h]\d\d ?(?:h|uhr|am|pm)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an extraction; a heading heads what follows it."""

    text: str
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The article's paragraphs in order, and the lines between them that were left out."""

    paragraphs: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class _Boilerplate:
    labels: frozenset[str]
    label_reason: str
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    date_words: frozenset[str]
    date_particles: frozenset[str]
    date_reason: str
    notices: tuple[str, ...]

    def reason(self, text: str) -> str | None:
        if fold(text.casefold().rstrip(": ")) in self.labels:
            return self.label_reason
        if len(text) <= _LONGEST_NOTE and self._is_date(text):
            return self.date_reason
        if len(text) > _LONGEST_REQUEST:
            return None
        return next((reason for pattern, reason in self.patterns if pattern.fullmatch(text)), None)

    def _is_date(self, text: str) -> bool:
        """Only numbers and the words of a date. Bare numbers are a date when they have its form: 12 is none."""
        words = comparable(text).split()
        others = {word for word in words if not word[0].isdigit()}
        if len(others) == len(words) or not others <= self.date_words | self.date_particles:
            return False
        return bool(others & self.date_words) or bool(_DATE_FORM.search(text))


def choose(lines: Iterable[Line], headline: str | None = None, byline: str | None = None) -> Body:
    """The article's own lines. Lines that repeat `headline` or `byline`, fields of their own, are not the body's."""
    kept: list[Line] = []
    left: list[LeftOut] = []
    tests = _tests(headline, byline)
    for line in lines:
        reason = next((found for test in tests if (found := test(line))), None)
        if reason:
            left.append(LeftOut(line.text, reason))
        else:
            kept.append(line)
    while kept and kept[-1].is_heading:
        left.append(LeftOut(kept.pop().text, "a heading with nothing under it"))
    return Body(tuple(line.text for line in kept), tuple(left))


def boilerplate_reason(text: str) -> str | None:
    """Why a line that stands in an article's column is no part of it; None: nothing is known against it."""
    return _boilerplate().reason(text)


def is_notice(text: str) -> bool:
    """Whether a line begins as one that tells of an edit, such as `Correction:`."""
    return text.casefold().replace(" :", ":").startswith(_boilerplate().notices)


def _tests(headline: str | None, byline: str | None) -> list[Callable[[Line], str | None]]:
    title = comparable(headline or "")
    names = {comparable(name) for name in (byline or "").split(", ")} - {""}

    def repeats_headline(line: Line) -> str | None:
        words = comparable(line.text)
        is_same = words == title or (line.is_heading and words.endswith(" " + title))
        return "repeats the headline" if title and is_same else None

    def repeats_byline(line: Line) -> str | None:
        if len(line.text) > _LONGEST_NOTE or not names:
            return None
        words = comparable(line.text)
        is_same = words in names or any(
            words == f"{by} {name}" for name in names for by in ("by", "von", "par", "por", "di")
        )
        return "repeats the byline" if is_same else None

    return [repeats_headline, repeats_byline, lambda line: boilerplate_reason(line.text)]


@cache
def _boilerplate() -> _Boilerplate:
    """Read once a process: package data, not state."""
    data = tomllib.loads((files("tracker.extract") / "boilerplate.toml").read_text("utf-8"))
    compiled = tuple(
        (re.compile(pattern, re.IGNORECASE), group["reason"])
        for group in data["patterns"]
        for pattern in group["lines"]
    )
    labels = frozenset(fold(label.casefold()) for label in data["labels"]["lines"])
    dates = data["dates"]
    notices = tuple(f"{word}:" for word in data["notices"]["words"])
    words, particles = frozenset(dates["words"].split()), frozenset(dates["particles"].split())
    return _Boilerplate(labels, data["labels"]["reason"], compiled, words, particles, dates["reason"], notices)
