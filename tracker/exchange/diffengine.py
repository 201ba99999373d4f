"""diffengine's database: what its feeds led to, version by version.

    table entry           id, url: as the feed named the article
    table entryversion    entry_id, title, url (where the page was, in the end), summary, created

`summary` is what readability took for the article, as HTML; `title` is the page's <title>, often with the site's name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, tzinfo

import lxml.html
from lxml import etree

from tracker.errors import FormatError
from tracker.exchange.imported import ForeignTables, ImportedLook, Problem, moment_of
from tracker.extract.text import fold
from tracker.model import Extract

ORIGIN = "diffengine"
READER = "diffengine summary 1"
# Our own name for the form, so that nobody takes it for the page: a heading, and readability's choice of the page.
CONTENT_TYPE = "text/x-diffengine; charset=utf-8"

_TABLES = ("entryversion", "entry_version")  # as peewee named it, before and after its version 3
_NEEDED = ("id", "title", "url", "summary", "created", "entry_id")
_INLINE = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins"]
) | frozenset(
    ["kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"]
)
_UNSEEN = frozenset({"script", "style", "template", "noscript"})
_BREAK = "\x1e"  # record separator
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read_diffengine(tables: ForeignTables, *, problem: Problem, zone: tzinfo = UTC) -> Iterator[ImportedLook]:
    """Every version, by entry and then by time; memory holds one. Times without an offset are of `zone`.

    Raises FormatError for a database of another kind. Rows that make no sense are told to `problem`.
    """
    table = next((name for name in _TABLES if set(_NEEDED) <= set(tables.columns(name))), None)
    if table is None:
        raise FormatError(
            f"{tables.name} is not a database of diffengine's: it has no table {_TABLES[0]} "
            f"with the columns {', '.join(_NEEDED)}."
        )
    for row in tables.rows(table, _NEEDED, ("entry_id", "created", "id")):
        look = _look(row, zone)
        if isinstance(look, str):
            problem(f"{tables.name}, {table} {row[0]}: {look}.")
        else:
            yield look


def _look(row: tuple[object, ...], zone: tzinfo) -> ImportedLook | str:
    """The look, or why the row is none."""
    _, title, url, summary, created, _ = row
    if not (isinstance(title, str) and isinstance(url, str) and isinstance(summary, str)):
        return "title, url or summary is no text"
    seen_at = moment_of(created, zone)
    if seen_at is None:
        return f"`created` is no time ({created!r})"
    paragraphs = paragraphs_of(summary)
    if not paragraphs:
        return "its summary holds no text"
    return ImportedLook(
        url=url,
        seen_at=seen_at,
        origin=ORIGIN,
        status=200,
        headers=(("Content-Type", CONTENT_TYPE),),
        body=f"<h1>{html.escape(title, quote=False)}</h1>\n{summary}".encode(),
        extract=Extract(headline=fold(title) or None, paragraphs=paragraphs),
        reader=READER,
    )


def paragraphs_of(fragment: str) -> tuple[str, ...]:
    """The text of an HTML fragment: every element but those inside a line begins and ends a paragraph."""
    if not fold(fragment):
        return ()
    pieces: list[str] = []
    for event, element in etree.iterwalk(lxml.html.fragment_fromstring(_clean(fragment), "div"), ("start", "end")):
        is_text = isinstance(element.tag, str) and element.tag not in _UNSEEN  # a comment has no name
        if is_text and element.tag not in _INLINE:
            pieces.append(" " if element.tag == "br" else _BREAK)
        text = element.tail if event == "end" else element.text if is_text else None
        pieces.append(text or "")
    return tuple(text for paragraph in "".join(pieces).split(_BREAK) if (text := fold(paragraph)))


def _clean(fragment: str) -> str:
    """Without what lxml refuses: characters that are in no text, among them the mark that sets paragraphs apart."""
    return _CONTROLS.sub(" ", fragment)
