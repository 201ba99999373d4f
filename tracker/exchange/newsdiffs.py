"""The form in which NewsDiffs printed a version of an article, alone or several in a chain.

    headline, URL, `Version i of n.`, then the paragraphs, all apart by an empty line

A version begins wherever a `Version i of n.` line stands with a URL and a headline above it. An article without a
headline has its URL in that place. Every line of the body that is not empty is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracker.errors import FormatError
from tracker.exchange.text_files import decode
from tracker.model import Revision

CONTENT_TYPE = "text/x-newsdiffs; charset=utf-8"  # our own name for the form: nobody ever sent it over HTTP

_VERSION = re.compile(r"Version (\d{1,9}) of (\d{1,9})\.")
_URL = re.compile(r"https?://\S+")
_HEADER_LINES = 3
_BLANK = " \t"


@dataclass(frozen=True, slots=True)
class PrintedVersion:
    """`index` and `total` as printed: NewsDiffs counts from 0. `headline` is empty where the article had none."""

    headline: str
    url: str
    index: int
    total: int
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    number: int  # in the file, from 1
    text: str


def read_bytes(content: bytes, name: str) -> tuple[PrintedVersion, ...]:
    """As `read`, for a file's bytes. Raises FormatError also for what is not UTF-8."""
    return read(decode(content, name), name)


def read(text: str, name: str) -> tuple[PrintedVersion, ...]:
    """Every version in one file, in the file's order; `name` is what the file is called in errors.

    Raises FormatError, which says what is missing and where.
    """
    lines = [
        _Line(number, line.strip(_BLANK))
        for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1)
        if line.strip(_BLANK)
    ]
    places = [at for at, line in enumerate(lines) if _VERSION.fullmatch(line.text)]
    if not places:
        raise FormatError(f"{name} is not in NewsDiffs' printed form: no line reads `Version 0 of 1.` or the like.")
    _check_headers(lines, places, name)
    ends = [*(at - _HEADER_LINES + 1 for at in places[1:]), len(lines)]
    return tuple(_version(lines, at, end, name) for at, end in zip(places, ends, strict=True))


def _check_headers(lines: Sequence[_Line], places: Sequence[int], name: str) -> None:
    if places[0] > _HEADER_LINES - 1:
        raise FormatError(f"{name}, line {lines[0].number}: text stands before the first headline and URL.")
    for before, at in pairwise([-1, *places]):
        where = f"{name}, line {lines[at].number}: `{lines[at].text}`"
        if at - before < 2 or not _URL.fullmatch(lines[at - 1].text):
            raise FormatError(f"{where} has no URL above it.")
        if at - before < _HEADER_LINES:
            raise FormatError(f"{where} has no headline above its URL.")


def _version(lines: Sequence[_Line], at: int, end: int, name: str) -> PrintedVersion:
    match = _VERSION.fullmatch(lines[at].text)
    headline, url = lines[at - 2].text, lines[at - 1].text
    paragraphs = tuple(line.text for line in lines[at + 1 : end])
    if match is None or not paragraphs:
        raise FormatError(f"{name}, line {lines[at].number}: no text follows `{lines[at].text}`")
    return PrintedVersion("" if headline == url else headline, url, int(match[1]), int(match[2]), paragraphs)


def printed(revision: Revision, url: str, number: int, total: int) -> PrintedVersion:
    """`number` of `total` versions, from 1; NewsDiffs counts them from 0."""
    extract = revision.extract
    return PrintedVersion(extract.headline or "", url, number - 1, total, extract.paragraphs)


def write(versions: Iterable[PrintedVersion]) -> str:
    """The printed form, which `read` turns into the same versions again; no line break at the end, as NewsDiffs had it.

    Raises FormatError where that cannot be: no text, or a paragraph that would read as the beginning of a version.
    """
    printed = tuple(versions)
    text = "\n\n".join(_print(version) for version in printed)
    if printed and read(text, printed[0].url) != printed:
        raise FormatError(f"{printed[0].url} cannot be written in NewsDiffs' form: it would not read back the same.")
    return text


def _print(version: PrintedVersion) -> str:
    numbers = f"Version {version.index} of {version.total}."
    return "\n\n".join([version.headline or version.url, version.url, numbers, *version.paragraphs])
