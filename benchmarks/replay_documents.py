"""Real pages and version chains as documents to serve: each version a page, with the text that it was made from."""

from __future__ import annotations

import gzip
import html
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HTML = "html"
_OWN_PAGE_TYPE = "text/html; charset=utf-8"
_REAL_PAGE_TYPE = "text/html"  # the real header is not known; the page itself names its charset, or is guessed at


@dataclass(frozen=True, slots=True)
class Source:
    """What a page of ours was made from: whitespace folded, NFC, no empty paragraph."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a document, read from disk whenever it is asked for: the corpus does not fit in a small memory."""

    file: Path
    is_real_page: bool
    title: str = ""
    label: str = ""  # what is known of the step from the version before: noise_only, text_changed; empty: nothing

    @property
    def content_type(self) -> str:
        return _REAL_PAGE_TYPE if self.is_real_page else _OWN_PAGE_TYPE

    @property
    def source(self) -> Source | None:
        """None for a real page, whose article nobody wrote down."""
        if self.is_real_page:
            return None
        lines = _read(self.file).decode().splitlines()
        return Source(fold(self.title), tuple(line for line in map(fold, lines) if line))

    @property
    def page(self) -> bytes:
        source = self.source
        return _read(self.file) if source is None else _simple_page(source)


@dataclass(frozen=True, slots=True)
class Document:
    """Something to track. `path` begins with its name and ends as its real address does."""

    name: str
    path: str
    versions: tuple[Version, ...]
    gold_words: int | None = None  # of the article, where somebody wrote it down

    def version_at(self, turn: int) -> Version:
        return self.versions[min(turn, len(self.versions) - 1)]


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def extraction_documents(folder: Path) -> Iterator[Document]:
    """The single pages in `folder`, which holds index.jsonl."""
    for row in _rows(folder / "index.jsonl"):
        page = Version(folder / row["html_path"], is_real_page=True)
        yield Document(row["id"], _path(row["id"], row["url"]), (page,), _gold_words(folder, row))


def revision_documents(folder: Path) -> Iterator[Document]:
    """The version chains in `folder`, which holds index.jsonl and pairs.jsonl, each in its order."""
    labels = {(row["doc_id"], row["new_seq"]): row.get("pair_label", "") for row in _rows(folder / "pairs.jsonl")}
    chains: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(folder / "index.jsonl"):
        chains.setdefault(row["doc_id"], []).append(row)
    for name, rows in chains.items():
        ordered = sorted(rows, key=lambda row: int(row["seq"]))
        versions = tuple(_version(folder, row, labels.get((name, row["seq"]), "")) for row in ordered)
        yield Document(name, _path(name, ordered[-1]["url"]), versions)


def _version(folder: Path, row: dict[str, Any], label: str) -> Version:
    is_real_page = row["format"] == _HTML
    file = folder / (row["path"] if is_real_page else row.get("text_path") or row["path"])
    return Version(file, is_real_page, row.get("title") or "", label)


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _gold_words(folder: Path, row: dict[str, Any]) -> int | None:
    gold = row.get("gold_text_path")
    return len(_read(folder / gold).decode().split()) if gold else None


def _read(file: Path) -> bytes:
    content = file.read_bytes()
    return gzip.decompress(content) if file.suffix == ".gz" else content


def _path(name: str, url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    # Some addresses in the corpus hold a bare space, which nobody could ask for.
    real = urllib.parse.quote(parts.path, safe="/%") if parts.scheme in {"http", "https"} else ""
    return f"/{name}/{re.sub('/+', '/', real).lstrip('/')}"


def _simple_page(source: Source) -> bytes:
    """The plainest page that holds the text."""
    title = html.escape(source.title)
    body = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in source.paragraphs)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body><article>\n<h1>{title}</h1>\n{body}\n</article></body></html>\n"
    ).encode()
