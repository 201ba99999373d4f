"""From what is asked for to a page: looked up in the database, and put into the page's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tracker.errors import NotFound, UsageError
from tracker.judge import compare
from tracker.model import ArticleStatus, Field, Kind, utc_text
from tracker.moments import moment
from tracker.pages.article import ArticlePage, article_html, entries_of, part_count
from tracker.pages.comparison import ComparisonPage, comparison_html
from tracker.pages.feed import FeedPage, FeedPlace, atom
from tracker.pages.filters import Filters
from tracker.pages.front import FrontPage, front_html
from tracker.pages.host import HostPage, host_html
from tracker.pages.links import Links
from tracker.pages.revision import RevisionPage, revision_html
from tracker.pages.search import SearchPage, search_html
from tracker.render.history import Track
from tracker.render.pair import RevisionPair
from tracker.render.standing import joined_name
from tracker.render.wording import kind_name
from tracker.store import Store
from tracker.store.browsing import LatestChanges
from tracker.store.change_times import Place
from tracker.store.reading import ChangeFilter

Query = Mapping[str, Sequence[str]]

_LATEST_OF_HOST = 10  # revisions
_FOUND_ARTICLES = 30
_MOST_MATCHES = 1_000  # passages with the words of a search that are looked at: a tenth of a second
_MOST_OF_DAY = 5_000  # revisions: a longer page no browser shows well
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without anything in it


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, for addresses that must be whole: `https://news.example.org/tracker`."""

    links: Links
    absolute: Links


def front(store: Store, query: Query, site: Site, now: datetime) -> str:
    """Raises UsageError for filters that mean nothing."""
    filters = _filters(query)
    before = Place.parse(_one(query, "before"))
    found = store.latest_changes(wanted(filters, now), before)
    older = None if found.older is None else str(found.older)
    return _list(store, found, filters, older, site, is_first=before is None)


def latest(store: Store, latest_day: str | None, site: Site) -> str:
    """The front page of a folder of files: it goes on day by day."""
    return _list(store, store.latest_changes(ChangeFilter()), Filters(), latest_day, site, is_first=True)


def day(store: Store, start: datetime, before: str | None, site: Site) -> str:
    """All changes that were seen in a day; `before`: the day before it that has some."""
    chosen = ChangeFilter(since=start, until=start + timedelta(days=1))
    found = store.latest_changes(chosen, limit=_MOST_OF_DAY)
    filters = Filters(since=utc_text(start)[:10], until=utc_text(start + timedelta(days=1))[:10])
    return _list(store, found, filters, before, site, is_first=False)


def _list(
    store: Store, found: LatestChanges, filters: Filters, older: str | None, site: Site, *, is_first: bool
) -> str:
    seen = store.overview()
    counts = seen.article_count, seen.change_count, seen.last_check_at
    page = FrontPage(
        found.details, filters, store.kind_meanings(), *counts, older=older, is_first=is_first, more=found.more
    )
    return front_html(page, site.links)


def search(store: Store, query: Query, site: Site) -> str:
    asked = _one(query, "q").strip()
    if not asked:
        return search_html(SearchPage(""), site.links)
    try:
        hits, is_complete = store.search_lately(asked, limit=_FOUND_ARTICLES + 1, most_matches=_MOST_MATCHES)
    except UsageError as error:
        return search_html(SearchPage(asked, problem=str(error)), site.links)
    ids = tuple(dict.fromkeys(hit.article_id for hit in hits))
    shown = frozenset(ids[:_FOUND_ARTICLES])
    found = [hit for hit in hits if hit.article_id in shown]
    has_more = len(ids) > len(shown)
    looked_at = None if is_complete else _MOST_MATCHES
    return search_html(SearchPage(asked, found, has_more=has_more, looked_at=looked_at), site.links)


def host(store: Store, name: str, site: Site) -> str:
    """Raises NotFound."""
    figures = store.host_figures(name.lower())
    latest = store.latest_changes(ChangeFilter(host=figures.host), limit=_LATEST_OF_HOST)
    return host_html(HostPage(figures, latest.details, store.kind_meanings(), latest.more), site.links)


def article(store: Store, article_id: int, query: Query, site: Site, now: datetime) -> str:
    """Raises NotFound."""
    page = _article(store, article_id, now)
    return article_html(replace(page, part=_part(query, part_count(page.entries))), site.links)


def article_parts(store: Store, article_id: int, site: Site, now: datetime) -> Iterator[str]:
    """All pages of an article's history, the latest part first."""
    page = _article(store, article_id, now)
    for part in range(1, part_count(page.entries) + 1):
        yield article_html(replace(page, part=part), site.links)


def _article(store: Store, article_id: int, now: datetime) -> ArticlePage:
    shown = store.resolve(str(article_id))
    joined = store.joined_into(shown.article_id)
    tracks = [_track(store, shown), *(_track(store, each, joined_name(each)) for each in joined)]
    onward = None if shown.joined_to_article_id is None else store.resolve(str(shown.joined_to_article_id))
    return ArticlePage(shown, tracks, entries_of(tracks), now, joined, onward)


def _track(store: Store, shown: ArticleStatus, name: str = "") -> Track:
    revisions = {each.number: each for each in store.revision_heads(shown.article_id)}
    return Track(tuple(store.checks(shown.article_id)), revisions, name)


def _part(query: Query, count: int) -> int:
    """Raises NotFound for one that is not there."""
    asked = _one(query, "part") or "1"
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10 and 1 <= int(asked) <= count):
        raise NotFound(f"There is no part {asked!r} of this history; it has {count}.")
    return int(asked)


def revision(store: Store, article_id: int, number: int, site: Site) -> str:
    article = store.resolve(str(article_id))
    shown = store.revision(article_id, number)
    doubts = store.inconsistencies(shown.revision_id)
    return revision_html(RevisionPage(article.url, article.host, shown, article.revision_count, doubts), site.links)


def comparison(store: Store, article_id: int, numbers: tuple[int, int], query: Query, site: Site) -> str:
    """Raises NotFound for an article or revision that is not there."""
    article = store.resolve(str(article_id))
    older, newer = (store.revision(article_id, number) for number in numbers)
    recorded = store.comparison(article_id, *numbers)
    pair = RevisionPair(article.url, older, newer, recorded or compare(older.extract, newer.extract))
    page = ComparisonPage(
        pair,
        article.host,
        article.revision_count,
        store.kind_meanings(),
        () if recorded is None else store.change_ids(older.revision_id, newer.revision_id),
        _one(query, "view") == "side",
    )
    return comparison_html(page, site.links)


def feed(store: Store, host: str | None, article_id: str | None, kind: str | None, site: Site) -> bytes:
    """Of all changes, or of those of one host, article or kind."""
    links, place = site.absolute, None
    if host is not None:
        host = host.lower()
        place = FeedPlace(links.feed(host=host), links.host(host))
        return changes_feed(store, ChangeFilter(host=host), links, place)
    if article_id is not None:
        number = store.resolve(article_id).article_id
        place = FeedPlace(links.feed(article_id=number), links.article(number))
        return changes_feed(store, ChangeFilter(article_id=number), links, place)
    if kind is not None:
        known = word(Kind, kind, "kind of change")
        place = FeedPlace(links.feed(kind=kind), links.front({"kind": kind}))
        return changes_feed(store, ChangeFilter(kinds=(known,)), links, place)
    return changes_feed(store, ChangeFilter(), links, FeedPlace(links.feed(), links.front()))


def changes_feed(store: Store, chosen: ChangeFilter, links: Links | None, place: FeedPlace | None = None) -> bytes:
    """The latest of the changes that are chosen. `links` None: there are no pages to lead to."""
    seen, found = store.overview(), store.latest_changes(chosen)
    article = None if chosen.article_id is None else store.resolve(str(chosen.article_id))
    began_at = seen.first_added_at or _EPOCH
    subject = [utc_text(began_at), seen.first_url, article and article.url, chosen.host, *sorted(chosen.kinds)]
    page = FeedPage(
        _feed_title(chosen, article),
        " ".join(part or "" for part in subject),
        found.details,
        began_at,
        place,
        found.more,
    )
    return atom(page, links)


def _feed_title(chosen: ChangeFilter, article: ArticleStatus | None) -> str:
    """`All changes`, `Changes of Bridge closed`, `Changes on www.example.com: number, name`."""
    kinds = ", ".join(kind_name(Kind(kind)) for kind in chosen.kinds)
    what = "Changes"
    if article is not None:
        what = f"Changes of {article.headline or article.url}"
    elif chosen.host is not None:
        what = f"Changes on {chosen.host}"
    elif not kinds:
        what = "All changes"
    return f"{what}: {kinds}" if kinds else what


def wanted(filters: Filters, now: datetime) -> ChangeFilter:
    """Raises UsageError for a time that is none."""
    return ChangeFilter(
        since=_moment("since", filters.since, now),
        until=_moment("until", filters.until, now),
        host=filters.host or None,
        kinds=filters.kinds,
        field=filters.field,
    )


def _filters(query: Query) -> Filters:
    kinds = [word(Kind, text, "kind of change") for text in query.get("kind", ()) if text]
    field = _one(query, "field")
    return Filters(
        host=_one(query, "host").strip().lower(),
        kinds=tuple(dict.fromkeys(kinds)),
        field=word(Field, field, "field") if field else None,
        since=_one(query, "since").strip(),
        until=_one(query, "until").strip(),
    )


_Word = TypeVar("_Word", Kind, Field)


def word(words: type[_Word], text: str, what: str) -> _Word:
    """Raises UsageError for a word that is none of them."""
    try:
        return words(text)
    except ValueError:
        raise UsageError(f"{text!r} is no {what}; known are {', '.join(words)}.") from None


def _moment(name: str, text: str, now: datetime) -> datetime | None:
    try:
        return moment(text, now) if text else None
    except (ValueError, OverflowError):
        raise UsageError(f"{name}: {text!r} is no time; write 24h, 7d, 2026-11-23 or 2026-11-23T10:30.") from None


def _one(query: Query, name: str) -> str:
    return next(iter(query.get(name, ())), "")
