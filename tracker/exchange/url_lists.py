"""Lists of addresses to track: one a line, or the first column of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.errors import BadURL, FormatError
from tracker.exchange.text_files import decode
from tracker.urls import canonical_url

# A list that is wrong throughout is another kind of file: its first lines show that as well as all of them.
_MOST_FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Line:
    number: int  # in the file, from 1
    text: str


def read_urls(content: bytes, name: str) -> tuple[str, ...]:
    """Canonical URLs in the file's order, each once; empty lines and lines that begin with # are passed over.

    A file called *.csv, or one whose first line is a header with commas, is read as CSV: the first column counts.
    Raises FormatError naming every line that is no URL, and for a file without any.
    """
    lines = [
        _Line(number, line.strip())
        for number, line in enumerate(decode(content, name).split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if lines and (name.lower().endswith(".csv") or _is_header(lines[0].text)):
        lines = _first_column(lines)
    if not lines:
        raise FormatError(f"{name} names no URL; write one a line.")
    return tuple(dict.fromkeys(_checked(lines, name)))


def _is_header(line: str) -> bool:
    return "," in line and "://" not in line


def _first_column(lines: list[_Line]) -> list[_Line]:
    """Without the header; a quoted cell must not run over several lines, as no URL does."""
    cells = [_Line(line.number, _first_cell(line.text).strip()) for line in lines]
    body = cells[1:] if "://" not in cells[0].text else cells
    return [cell for cell in body if cell.text]


def _first_cell(line: str) -> str:
    try:
        return next(csv.reader([line]))[0]
    except csv.Error:  # longer than the reader takes: no URL either, and named as such by the check
        return line


def _checked(lines: Iterable[_Line], name: str) -> list[str]:
    urls, faults = [], []
    for line in lines:
        try:
            urls.append(canonical_url(line.text))
        except BadURL as error:
            faults.append(f"  line {line.number}: {error}")
    if faults:
        raise FormatError(_fault_text(faults, name))
    return urls


def _fault_text(faults: list[str], name: str) -> str:
    count = len(faults)
    rest = count - _MOST_FAULTS_SHOWN
    heading = f"{name} has {count:,} line{'' if count == 1 else 's'} that are no web addresses:"
    return "\n".join([heading, *faults[:_MOST_FAULTS_SHOWN], *([f"  and {rest:,} more"] if rest > 0 else [])])
