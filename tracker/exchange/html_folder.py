"""A folder of saved pages: each a file, its time in its name or beside it.

    index.csv                   file,url,time: one line a page; where it is there, only the files it names are read
    20260101120000.html         14 digits, as web archives write a time; also 20260101T120000Z and 20260101-1200
    2026-01-01T12:00:00Z.html   ISO 8601; `:` may be `-`, `_` or left out; also in the name of a folder above

The address is the index's, else the one given for the whole folder, else what the page says of itself (<link
rel=canonical>, og:url).
"""

from __future__ import annotations

import csv
import os
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from tracker.errors import FormatError, NotFound
from tracker.exchange.imported import ImportedLook, Problem, moment_of
from tracker.exchange.text_files import read_file

ORIGIN = "html"
INDEX = "index.csv"
MOST_PAGE_BYTES = 5_000_000  # as `fetch.max_body_bytes` has it

_ENDINGS = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_HEADERS = (
    ("Content-Type", "text/html"),
)  # nothing was sent with it; the page says its own charset, or a browser guesses
_HEAD_BYTES = 500_000  # of a page, in which it says its address
_TIME = re.compile(
    r"""(?<!\d)
    (?P<year>(?:19|20)\d\d) (?P<dash>-?) (?P<month>\d\d) (?P=dash) (?P<day>\d\d)
    (?: [T_\ .-]? (?P<hour>\d\d) [:_.-]? (?P<minute>\d\d) (?: [:_.-]? (?P<second>\d\d) (?: [.,]\d{1,9} )? )?
        (?P<zone> Z | [+-]\d\d [:_]? \d\d )? )?
    (?!\d)""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A line of the index."""

    file: str
    url: str
    time: str


def read_folder(
    folder: Path, *, problem: Problem, url: str | None = None, zone: tzinfo = UTC, use_file_times: bool = False
) -> Iterator[ImportedLook]:
    """Every page in the folder and those below it, by name; memory holds one. Times without an offset are of `zone`.

    `use_file_times` takes a file's own time (last written) where no other is told. Raises NotFound for a folder that is
    not there, FormatError for one without pages or an index that cannot be read; a page without time or address is told
    to `problem`.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}.")
    reader = _Reader(folder, url, zone, use_file_times)
    found = 0
    for path, listed in reader.files():
        found += 1
        try:
            yield reader.look(path, listed)
        except _Unusable as why:
            problem(f"{path} was passed over: {why}.")
    if not found:
        raise FormatError(f"{folder} holds no page: no file that ends in {', '.join(sorted(_ENDINGS))}.")


class _Unusable(Exception):
    """The page cannot be taken over; `str(error)` says why."""


@dataclass(frozen=True)
class _Reader:
    folder: Path
    url: str | None
    zone: tzinfo
    use_file_times: bool

    def files(self) -> Iterator[tuple[Path, _Listed | None]]:
        index = self.folder / INDEX
        if not index.is_file():
            yield from ((path, None) for path in _pages_below(self.folder))
            return
        for listed in _read_index(index):
            yield self.folder / listed.file, listed

    def look(self, path: Path, listed: _Listed | None) -> ImportedLook:
        """Raises _Unusable."""
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise _Unusable("it lies outside the folder")
        seen_at = self._time(path, listed)
        if seen_at is None:
            raise _Unusable("neither its name nor an index tells when it was saved")
        body = _read_page(path)
        url = (listed.url if listed else "") or self.url or stated_address(body)
        if not url:
            raise _Unusable("neither the page nor an index tells its address, and none was given")
        return ImportedLook(url, seen_at, ORIGIN, 200, _HEADERS, body)

    def _time(self, path: Path, listed: _Listed | None) -> datetime | None:
        """By the index, the names from the file's upwards, and, where that is asked for, the file's own time."""
        if listed is not None and listed.time:
            return moment_of(listed.time, self.zone) or time_in_name(listed.time, self.zone)
        for name in reversed(path.relative_to(self.folder).parts):
            found = time_in_name(name, self.zone)
            if found is not None:
                return found
        if not self.use_file_times or not path.is_file():
            return None
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)


def _pages_below(folder: Path) -> Iterator[Path]:
    """By name, folder by folder; links are not followed, as they may lead round in a circle."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if Path(name).suffix.lower() in _ENDINGS:
                yield Path(parent) / name


def _read_page(path: Path) -> bytes:
    """Raises _Unusable for one that is too large or cannot be read."""
    if path.is_file() and path.stat().st_size > MOST_PAGE_BYTES:
        raise _Unusable(f"it is longer than {MOST_PAGE_BYTES:,} bytes")
    try:
        return read_file(path)
    except (NotFound, FormatError) as error:
        raise _Unusable(str(error).removesuffix(".")) from None


def _read_index(index: Path) -> Iterator[_Listed]:
    """Line by line. Raises FormatError for what is no CSV in UTF-8."""
    with index.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        try:
            yield from _listed(rows, index)
        except (csv.Error, UnicodeDecodeError) as error:
            raise FormatError(f"{index}, after line {rows.line_num}, is not CSV in UTF-8: {error}.") from None


def _listed(rows: csv.DictReader[str], index: Path) -> Iterator[_Listed]:
    """Raises FormatError where the columns `file`, `url` and `time` are not named in the first line."""
    columns = {(column or "").strip().lower(): column for column in rows.fieldnames or ()}
    if "file" not in columns or not {"url", "time"} & set(columns):
        raise FormatError(f"{index}, line 1: its columns must be called file, url and time.")
    for row in rows:
        cells = {
            column: (row.get(columns[column]) or "").strip() for column in ("file", "url", "time") if column in columns
        }
        if cells["file"]:
            yield _Listed(cells["file"], cells.get("url", ""), cells.get("time", ""))


def time_in_name(name: str, zone: tzinfo = UTC) -> datetime | None:
    """The first time that a name holds, in one of the forms above; a date alone is its midnight. None: no time."""
    for match in _TIME.finditer(name):
        numbers = [int(match[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")]
        try:
            moment = datetime(*numbers, tzinfo=_zone(match["zone"]) or zone)  # type: ignore[arg-type, misc]  # six numbers
        except ValueError:  # digits in the form of a time that are none
            continue
        return moment.astimezone(UTC)
    return None


def _zone(said: str | None) -> tzinfo | None:
    if said is None:
        return None
    if said == "Z":
        return UTC
    offset = timedelta(hours=int(said[1:3]), minutes=int(said[-2:]))
    return timezone(-offset if said[0] == "-" else offset)


def stated_address(page: bytes) -> str | None:
    """What the page says is its address: <link rel=canonical>, else og:url. None: nothing, or no web address."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - loaded only where pages are read from a folder

    tree = LexborHTMLParser(page[:_HEAD_BYTES].decode(errors="replace"))
    links = [node.attributes.get("href") for node in tree.css("link[rel~=canonical i]")]
    for stated in [*links, *(node.attributes.get("content") for node in tree.css('meta[property="og:url"]'))]:
        try:
            parts = urllib.parse.urlsplit((stated or "").strip())
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            return (stated or "").strip()
    return None
