"""One answer, read as what it turns out to be."""

from __future__ import annotations

from tracker.discover.documents import Document, open_document
from tracker.discover.feeds import MAX_LINKS, MAX_NESTED, newest_first, read_xml
from tracker.discover.json_feed import read_json_feed
from tracker.discover.links import absolute, folded
from tracker.discover.pages import Page, read_page
from tracker.discover.reading import Discovered, Reading, SourceKind
from tracker.discover.sections import article_links
from tracker.model import Fetch

_NOT_MODIFIED = 304


def read_source(kind: SourceKind, fetch: Fetch) -> Reading:
    """The articles that a source names. Any answer gives a Reading; what could not be read is said in `problem`.

    A feed is also read where a sitemap was expected, and the other way round; a page is only read as a page.
    """
    if fetch.failure is not None:
        return Reading(problem=f"The source could not be fetched: {fetch.failure_detail or fetch.failure.value}")
    if fetch.status == _NOT_MODIFIED:
        return Reading()
    if fetch.status is None or not 200 <= fetch.status < 300:
        return Reading(problem=f"The source answered with status {fetch.status}.")
    return _from_page(fetch) if kind is SourceKind.PAGE else _from_list(kind, fetch)


def _opened(fetch: Fetch) -> Document:
    return open_document(fetch.body, fetch.header("Content-Type"))


def _from_list(kind: SourceKind, fetch: Fetch) -> Reading:
    document = _opened(fetch)
    if document.is_json:
        return read_json_feed(document.text(), fetch.url)
    if document.is_html:
        return _not_a_feed(kind, read_page(document.pieces(), fetch.url))
    return _from_xml(document, fetch) if document.root else _from_lines(document)


def _from_page(fetch: Fetch) -> Reading:
    document = _opened(fetch)
    if not document.root:
        return Reading(problem="This is not a web page.")
    links = article_links(read_page(document.pieces(), fetch.url), fetch.url)
    return Reading(links, problem="" if links else "No link on this page looks like an article.")


def _not_a_feed(kind: SourceKind, page: Page) -> Reading:
    named = f"; it links to the feed {page.feeds[0]}" if page.feeds else ""
    return Reading(problem=f"This is a web page, not a {kind.value}{named}.")


def _from_xml(document: Document, fetch: Fetch) -> Reading:
    """An ill-formed document is read a second time without stray HTML; the reading that gives more is taken."""
    target, is_whole = read_xml(document.pieces(), fetch.url)
    if not is_whole and not target.is_full:
        again, _ = read_xml(_opened(fetch).pieces(is_stray_markup_kept=False), fetch.url)
        target = again if len(again.links) > len(target.links) else target
    links = folded(target.links[:MAX_LINKS])
    nested = newest_first(target.nested)
    problem = _problem(target.entry_count, bool(links or nested), is_whole, len(target.nested))
    return Reading(links, tuple(url for _, url in nested), problem, target.ttl_s, tuple(at for at, _ in nested))


def _problem(entry_count: int, is_any_link: bool, is_whole: bool, nested_count: int) -> str:
    if nested_count > MAX_NESTED:
        return f"The index names {nested_count} sitemaps; the {MAX_NESTED} that changed last are taken."
    if entry_count and not is_any_link:
        return "No entry of this source names a web address."
    if not is_whole:
        return "The document is ill-formed, cut short or too long; what could be read of it was."
    return "" if entry_count else "This source holds no entries."


def _from_lines(document: Document) -> Reading:
    """A sitemap may also be a text file with a URL on each line (sitemaps.org)."""
    lines = document.text().split("\n", MAX_LINKS)[:MAX_LINKS]
    given = (line.strip() for line in lines)
    urls = (absolute(line, "") for line in given if line.lower().startswith(("http://", "https://")))
    links = folded(Discovered(url) for url in urls if url is not None)
    return Reading(links, problem="" if links else "This is neither a feed nor a sitemap.")
