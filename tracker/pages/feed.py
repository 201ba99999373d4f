"""Changes as an Atom feed (RFC 4287): one entry a revision, with the changed sentences and no more of the article."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from xml.etree import ElementTree

from markupsafe import Markup

from tracker.model import ChangeDetail, utc_text
from tracker.pages.links import Links
from tracker.pages.marking import sentence
from tracker.render.excerpt import shortened
from tracker.render.plain import safe_text
from tracker.render.reports import telling_rank
from tracker.render.wording import between_text, change_name, change_title, count, counted_names

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
_HEADLINE_CHARACTERS = 200
_MOST_CHANGES = 20  # of one revision: a reader of feeds wants to know whether to look, not to read all of it
# https://www.w3.org/TR/xml/#charsets, beside what is made safe to show anyway.
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_ATOM = "http://www.w3.org/2005/Atom"
# Whatever an entry holds, its id must never be another's: a name space of our own under that of URLs (RFC 9562, 5.5).
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "https://www.rfc-editor.org/rfc/rfc4287#article-tracker")


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """Where the feed itself is read, and the page for people that it belongs to."""

    self_url: str
    page_url: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    title: str
    subject: str  # what the feed is of, and of which database: its id is made of that
    details: Sequence[ChangeDetail]  # the newest first; those of one revision stand together
    updated_at: datetime  # told where there is no entry
    place: FeedPlace | None = None  # None: nobody knows where it will be
    # By article and number of the newer revision: changes that are not among `details`.
    more: Mapping[tuple[int, int], int] = field(default_factory=dict)
    generator: str = "article-tracker"


def atom(page: FeedPage, links: Links | None) -> bytes:
    """The feed as a document in UTF-8. `links` give absolute addresses; None: there are no pages, and entries lead to
    the articles themselves."""
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(_name("feed"))
    entries = [_entry(tuple(group), page) for _, group in groupby(page.details, key=_revision_key)]
    _add(feed, "id", uuid.uuid5(_NAMES, page.subject).urn)
    _add(feed, "title", shortened(page.title, _HEADLINE_CHARACTERS))
    _add(feed, "updated", utc_text(max((entry.updated_at for entry in entries), default=page.updated_at)))
    if page.place is not None:
        _add(feed, "link", rel="self", type="application/atom+xml", href=page.place.self_url)
        _add(feed, "link", rel="alternate", type="text/html", href=page.place.page_url)
    _add(feed, "generator", page.generator)
    for entry in entries:
        _write(feed, entry, links)
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _revision_key(detail: ChangeDetail) -> tuple[int, int, int]:
    return detail.article_id, detail.from_number, detail.to_number


@dataclass(frozen=True, slots=True)
class _Entry:
    details: tuple[ChangeDetail, ...]  # of one revision
    more: int = 0  # changes of that revision beside these

    @property
    def first(self) -> ChangeDetail:
        return self.details[0]

    @property
    def updated_at(self) -> datetime:
        return self.first.changed_before

    @property
    def telling(self) -> list[ChangeDetail]:
        return sorted(self.details, key=lambda detail: (telling_rank(detail.change), detail.change_id))

    @property
    def id(self) -> str:
        """The same in every feed and on every server: numbers may move when an older capture is imported, the address
        and the look that first showed the wording do not."""
        return uuid.uuid5(_NAMES, f"{self.first.url} {utc_text(self.updated_at)}").urn

    @property
    def title(self) -> str:
        names = counted_names(change_name(detail.change) for detail in self.telling)
        sum_text = count(len(self.details) + self.more, "change")
        return f"{shortened(self.first.headline or self.first.url, _HEADLINE_CHARACTERS)} ({sum_text}: {names})"


def _entry(details: tuple[ChangeDetail, ...], page: FeedPage) -> _Entry:
    return _Entry(details, page.more.get((details[0].article_id, details[0].to_number), 0))


def _write(feed: ElementTree.Element, entry: _Entry, links: Links | None) -> None:
    first = entry.first
    element = ElementTree.SubElement(feed, _name("entry"))
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", utc_text(entry.updated_at))
    author = ElementTree.SubElement(element, _name("author"))
    _add(author, "name", first.host)
    if links is not None:
        _add(element, "link", rel="alternate", type="text/html", href=_comparison(first, links))
    if first.url.startswith(("http://", "https://")):
        _add(element, "link", rel="related" if links else "alternate", type="text/html", href=first.url)
    for kind in dict.fromkeys(detail.change.kind for detail in entry.telling):
        _add(element, "category", term=kind.value)
    _add(element, "content", str(_content(entry, links)), type="html")


def _comparison(detail: ChangeDetail, links: Links) -> str:
    return links.comparison(detail.article_id, detail.from_number, detail.to_number)


def _content(entry: _Entry, links: Links | None) -> Markup:
    first = entry.first
    when = between_text(first.changed_after, first.changed_before, UTC)
    host = _linked(safe_text(first.host), None if links is None else links.host(first.host))
    lead = Markup("<p>Revision {} → {}, {}, on {}</p>").format(first.from_number, first.to_number, when, host)
    return Markup().join([lead, *_items(entry.telling[:_MOST_CHANGES]), *_rest(entry, links)])


def _linked(text: str, address: str | None) -> Markup:
    return Markup("{}").format(text) if address is None else Markup('<a href="{}">{}</a>').format(address, text)


def _rest(entry: _Entry, links: Links | None) -> Iterator[Markup]:
    left_out = len(entry.details) + entry.more - _MOST_CHANGES
    if left_out > 0:
        address = None if links is None else _comparison(entry.first, links)
        yield Markup("<p>{}</p>").format(_linked(count(left_out, "more change"), address))


def _items(details: Iterable[ChangeDetail]) -> Iterator[Markup]:
    for detail in details:
        yield Markup('<p dir="auto"><b>{}:</b> {}</p>').format(change_title(detail.change), sentence(detail.change))


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> None:
    element = ElementTree.SubElement(parent, _name(name), {key: _writable(each) for key, each in attributes.items()})
    element.text = _writable(text) or None


def _writable(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", safe_text(text))


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"
