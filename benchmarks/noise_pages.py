"""Pages for benchmarks/noise.py: real articles amid others of their host, and what noise and edits make of them.

Noise and edits are those of `page_churn`, which lies beside the checkout and tells an article by its gold text. That
text is the body's alone; so that a number in the headline or the byline, bumped like a counter, is not called noise,
the noise is shown these fields (as read from the plain page) and the edit as parts of the article too.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement

from tracker.extract import extract
from tracker.extract.text import fold

SHARED = Path(__file__).resolve().parents[2] / "shared"
if not SHARED.is_dir():  # without them there is nothing to import either
    print(f"{SHARED} is missing: this benchmark needs the folder of real pages.", file=sys.stderr)
    raise SystemExit(2)
sys.path.insert(0, str(SHARED / "tools"))
import page_churn  # noqa: E402 - found only now

Churn = Callable[[HtmlElement, str, random.Random], bool | None]

NOISE: tuple[Churn, ...] = page_churn.NOISE
EDITS: tuple[Churn, ...] = page_churn.EDITS
SIBLINGS = 10
_FOLDER = SHARED / "data" / "extraction"
_SOURCES = ("article-extraction-benchmark", "fundus")  # those whose gold is the whole body
_FEWEST_PARAGRAPHS = 4
_SHORTEST_LINE = 40  # characters of a gold line that is a paragraph
_WHERE_IT_LIVES = "//link[contains(@rel, 'canonical')] | //meta[@property='og:url']"  # not here
_LINES = ("p", "li", "h2", "h3", "h4", "h5", "h6", "td", "th", "dt", "dd", "blockquote", "figcaption", "div", "span")
_STATEMENTS = "//script[contains(@type, 'ld+json')]"


@dataclass(frozen=True)
class Subject:
    """A real page and its gold text."""

    name: str
    path: str  # and query, as on its real host
    raw: bytes
    gold: str
    headline: str
    fields: str  # headline and the like, one a line

    @property
    def publisher(self) -> str:
        """By the dataset's naming, the same for real siblings."""
        return self.name.partition("_")[0]

    def document(self) -> HtmlElement:
        document = page_churn.parse(self.raw)
        for element in document.xpath(_WHERE_IT_LIVES):
            element.getparent().remove(element)
        return document

    def plain(self) -> bytes:
        return _bytes(self.document())

    def with_noise(self, noise: Churn) -> bytes | None:
        """None: this noise is not possible here."""
        document = self.document()
        return _bytes(document) if self._disturb(document, noise, "") else None

    def edited(self, edit: Churn, noise: Churn) -> bytes | None:
        """The same edit whatever the noise; None: not possible here."""
        document = self.document()
        if edit(document, self.gold, self._chance(edit)) is False:
            return None
        mark = str(page_churn.MARK.get(edit, ""))
        edits = [fold(p.text_content()) for p in document.iter("p") if mark and mark in fold(p.text_content())]
        self._disturb(document, noise, "\n".join(edits))
        return _bytes(document)

    def _disturb(self, document: HtmlElement, noise: Churn, more: str) -> bool:
        return noise(document, f"{self.gold}\n{self.fields}\n{more}", self._chance(noise)) is not False

    def _chance(self, churn: Churn) -> random.Random:
        return random.Random(f"{self.name} {churn.__name__}")

    def sibling(self, donor: Subject) -> bytes:
        """Another article in this page's frame: the donor's headline and paragraphs in place of its own.

        Its lists, tables, subheadings and asides go: what all articles of the host had would be the site's.
        """
        document = self.document()
        paragraphs = page_churn.article_paragraphs(document, self.gold)
        _drop_rest_of_article(document, fold(self.gold), frozenset(paragraphs))
        for element in document.xpath(_STATEMENTS):
            element.getparent().remove(element)
        for element in [*document.iter("h1", "title")]:
            _put(element, donor.headline)
        for element in document.xpath("//meta[@property='og:title' or @name='twitter:title']"):
            element.set("content", donor.headline)
        texts = [line for line in map(fold, donor.gold.split("\n")) if len(line) >= _SHORTEST_LINE]
        for number, paragraph in enumerate(paragraphs):
            if number < len(texts):
                _put(paragraph, texts[number])
            else:
                paragraph.getparent().remove(paragraph)
        return _bytes(document)


def mark_of(edit: Churn) -> str | None:
    """Words that show that the edit was seen; None: it took something away."""
    mark: str | None = page_churn.MARK.get(edit)
    return mark


def subjects(most: int) -> list[Subject]:
    """The first usable pages, as the scorer's own churn takes them."""
    found: list[Subject] = []
    for row in _rows():
        if len(found) == most:
            break
        subject = _subject(row)
        paragraphs = page_churn.article_paragraphs(subject.document(), subject.gold) if subject else []
        if subject and len(paragraphs) >= _FEWEST_PARAGRAPHS:
            found.append(subject)
    return found


def siblings(subject: Subject, others: Sequence[Subject]) -> Iterator[bytes]:
    """Ten articles of its host: real ones of the same publisher first, then other articles in its frame."""
    real = [other for other in others if other.publisher == subject.publisher and other is not subject]
    start = others.index(subject) + 1
    donors = [other for other in (*others[start:], *others[:start]) if other not in real and other is not subject]
    yield from (other.plain() for other in real[:SIBLINGS])
    yield from (subject.sibling(donor) for donor in donors[: SIBLINGS - len(real)])


def _rows() -> Iterator[dict[str, Any]]:
    for line in (_FOLDER / "index.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if any(source in row["source_repo"] for source in _SOURCES):
            yield row


def _subject(row: dict[str, Any]) -> Subject | None:
    raw, gold = _read(row["html_path"]), _read(row["gold_text_path"]).decode()
    found = extract(page_churn.serialise(page_churn.parse(raw)), row["url"])
    if found is None:
        return None
    parts = urllib.parse.urlsplit(row["url"])
    path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
    fields = "\n".join(text for text in (found.headline, found.subheadline, found.byline) if text)
    return Subject(row["id"], path, raw, gold, found.headline or row["id"], fields)


def _read(path: str) -> bytes:
    data = (_FOLDER / path).read_bytes()
    return gzip.decompress(data) if path.endswith(".gz") else data


def _drop_rest_of_article(document: HtmlElement, gold: str, paragraphs: frozenset[HtmlElement]) -> None:
    for element in list(document.iter(*_LINES)):
        text = fold(element.text_content())
        is_whole = next(element.iterdescendants(*_LINES), None) is None
        if text and is_whole and text in gold and not any(e in paragraphs for e in (element, *element.iterancestors())):
            for child in list(element):
                element.remove(child)
            element.text = None


def _put(element: HtmlElement, text: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = text


def _bytes(document: HtmlElement) -> bytes:
    data: bytes = page_churn.serialise(document)
    return data
