"""Which lines of an extraction are the article's own: what is left out is kept, each with its reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from tracker.extract.text import comparable, fold
from tracker.model import LeftOut

_LONGEST_REQUEST = 400  # characters of a line that asks the reader for something; the patterns' own bounds are below
_LONGEST_NOTE = 90  # characters of a line that is only a date or a name
# What stands before a name and between two, in a line of names.
_ROUND_NAMES = frozenset({"by", "von", "par", "por", "di", "and", "und", "et", "y", "e", "og", "och", "en"})
_MOST_NAMES = 30  # of a byline: each is looked for in every short line
_SHORTEST_TEXT = 60  # characters of a line that is text, not a name, a date or a label above the text
_LONGEST_OPENING = 200  # characters in which a notice is known
_FEWEST_WORDS = 4  # of a notice, beside those of a date
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
    notice: re.Pattern[str]
    notice_words: re.Pattern[str]
    notice_label: re.Pattern[str]

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


@dataclass(frozen=True, slots=True)
class Fields:
    """What a page says in fields of their own: lines that repeat it are not the body's. In `comparable` words."""

    headlines: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()  # the longest first
    standfirst: str = ""

    def reason(self, line: Line) -> str | None:
        """Why a line is no part of the body, wherever it stands; None: it repeats none of the fields."""
        words = comparable(line.text)
        kicked = line.is_heading and any(words.endswith(" " + headline) for headline in self.headlines)
        if words in self.headlines or kicked:
            return "repeats the headline"
        if self.standfirst and words == self.standfirst:
            return "repeats the line under the headline"
        return "repeats the byline" if len(line.text) <= _LONGEST_NOTE and self._are_names(words) else None

    def _are_names(self, words: str) -> bool:
        rest = f" {words} "
        for name in self.names:
            rest = rest.replace(f" {name} ", "  ")
        return rest != f" {words} " and _ROUND_NAMES.issuperset(rest.split())


def fields(*headlines: str | None, byline: str | None = None, standfirst: str | None = None) -> Fields:
    """`byline` may hold several names between commas."""
    names = sorted(_words_of([byline, *(byline or "").split(", ")[:_MOST_NAMES]]), key=len, reverse=True)
    return Fields(_words_of(headlines), tuple(names), comparable(standfirst or ""))


def _words_of(texts: Iterable[str | None]) -> frozenset[str]:
    return frozenset(words for text in texts if text and (words := comparable(text)))


NO_FIELDS = Fields()


def choose(lines: Sequence[Line], own: Fields = NO_FIELDS) -> Body:
    """The article's own lines, without what its fields say. A line under the headline stands above the text."""
    kept: list[Line] = []
    left: list[LeftOut] = []
    current = own
    amid = replace(own, standfirst="")
    for line in lines:
        if reason := current.reason(line) or boilerplate_reason(line.text):
            left.append(LeftOut(line.text, reason))
        else:
            kept.append(line)
            current = amid if len(line.text) >= _SHORTEST_TEXT else current
    if not kept and own.standfirst:
        return choose(lines, amid)
    while kept and kept[-1].is_heading:
        left.append(LeftOut(kept.pop().text, "a heading with nothing under it"))
    return Body(tuple(line.text for line in kept), tuple(left))


def boilerplate_reason(text: str) -> str | None:
    """Why a line that stands in an article's column is no part of it; None: nothing is known against it."""
    return _boilerplate().reason(text)


def is_notice(text: str) -> bool:
    """Whether a line begins as one that tells of an edit, such as `Correction:` or `This article was amended`."""
    return _boilerplate().notice.match(text[:_LONGEST_OPENING].replace("’", "'")) is not None


def may_hold_notice(text: str) -> bool:
    """Whether one of the lines of a page's raw text may begin such a notice: to be asked before it is taken apart."""
    runs = (run.strip("*([ \t\xa0") for run in text.replace("’", "'").casefold().splitlines())
    known = _boilerplate()
    begun = (run for run in runs if run and known.notice_words.match(run))
    return any(known.notice_label.fullmatch(run) or tells_of_an_edit(run) for run in begun)


def tells_of_an_edit(text: str) -> bool:
    """Whether a line is such a notice whole: `Updated: 3 May 2024, 10:04` only says when, and a label nothing."""
    known = _boilerplate()
    words = {word for word in comparable(text).split() if not word[0].isdigit()}
    return is_notice(text) and len(words - known.date_words - known.date_particles) >= _FEWEST_WORDS


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
    words, particles = frozenset(dates["words"].split()), frozenset(dates["particles"].split())
    notices = _notices(data["notices"])
    return _Boilerplate(labels, data["labels"]["reason"], compiled, words, particles, dates["reason"], *notices)


def _notices(data: Mapping[str, list[str]]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A label, what it may have behind it (a date, a place in brackets) and a colon; or one of the sentences.

    And the same cruder, for runs of text as tags cut them: how one begins, and a label alone, which may lack its colon.
    That of most pages, `Updated`, only stands before a date then.
    """
    labels = "|".join(sorted(map(re.escape, data["words"]), key=len, reverse=True))
    behind = r"(?: ?\([^)]{0,50}\)| ?\[[^\]]{0,50}\]|,? [^.:!?]{0,25}\d[^.!?]{0,25}?)?"
    openings = "|".join(data["openings"])
    whole = rf"[*(\[ ]*(?:(?:{labels}){behind} ?:|(?:{openings})\b)"
    begun = rf"(?:{labels}|{openings})\b"
    label = rf"(?:{labels}){behind} ?:|(?!updated)(?:{labels})"
    return re.compile(whole, re.IGNORECASE), re.compile(begun), re.compile(label)
