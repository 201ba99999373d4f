"""When an article says that it was published and modified. What no surface states is not guessed."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.extract import jsonld
from tracker.extract.page import Page
from tracker.extract.text import fold

# Names under which sites give the time of publication, commonest first.
PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "date",
)
MODIFIED = (
    "article:modified_time",
    "og:article:modified_time",
    "datemodified",
    "article.updated",
    "dcterms.modified",
    "lastmod",
    "last-modified",
    "og:updated_time",
)
_ENGLISH_FORMS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S %Z")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|\.html?$)")
_SPACED_ZONE = re.compile(r"\s+([+-]\d\d:?\d\d)$")
_FRACTION = re.compile(r"\d[.,](?!0+\b)\d{2,}")  # of a second, other than zero
# A bare date is midnight, 24 hours before the day's end, and a time without a zone is up to 14 hours from UTC.
_SAME_DAY = timedelta(hours=38)
_EARLIEST_YEAR = 1990  # the web's own beginning: an earlier time is a clock that was not set
_LATEST_YEAR = 2100


def published_at(page: Page, timezone: str | None = None) -> datetime | None:
    """Time of publication, in UTC. `timezone` (IANA) is for times that name none; a bare date is midnight there."""
    zone = _zone(timezone)
    stated = next(iter(published(page, timezone).values()), None)
    # A search would find the very time that was not trusted.
    return stated or (_searched(page, zone) if len(_trusted(page, zone)) == len(page.articles) else None)


def published(page: Page, timezone: str | None = None) -> dict[str, datetime]:
    """The time of publication by the surface that states it, the most trusted first."""
    zone = _zone(timezone)
    declared = (
        jsonld.string(node.get(key)) for node in _trusted(page, zone) for key in ("datePublished", "dateCreated")
    )
    stated = {
        "declared": _first([declared], zone),
        "meta": _first([_meta(page, PUBLISHED)], zone),
        "time": _first([_times(page)], zone),
        "url": _of_url(page.url, zone),
    }
    return {source: moment for source, moment in stated.items() if moment}


def modified_at(page: Page, timezone: str | None = None) -> datetime | None:
    """Time of the last change that the page states, in UTC; `timezone` as for `published_at`."""
    zone = _zone(timezone)
    declared = (jsonld.string(node.get("dateModified")) for node in _trusted(page, zone))
    marked = (e.get("datetime") for e in page.tree.iter("time") if "modif" in (e.get("itemprop") or "").lower())
    return _first([declared, _meta(page, MODIFIED), marked], zone)


def parse_time(text: str, zone: tzinfo = UTC) -> datetime | None:
    """A time as sites write it (ISO 8601, RFC 2822, epoch, an English date) in UTC; None for anything else."""
    cleaned = _SPACED_ZONE.sub(r"\1", fold(text))
    moment = _iso(cleaned) or _mail(cleaned) or _epoch(cleaned) or _english(cleaned)
    if moment is None or not _EARLIEST_YEAR <= moment.year < _LATEST_YEAR:
        return None
    # Whole seconds: the milliseconds of a server's rendering differ from visit to visit.
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0)


def _trusted(page: Page, zone: tzinfo) -> list[jsonld.Node]:
    """The article nodes without those whose one time is the moment at which a server rendered or deployed the page.

    Such a time moves without an edit. It gives itself away: published and modified are equal to a fraction of a
    second, and nothing else on the page names that day. Real articles with such times (7 of 578 pages) name it again.
    """
    return [node for node in page.articles if not _is_of_a_server(node) or _is_confirmed(page, node, zone)]


def _is_of_a_server(node: jsonld.Node) -> bool:
    published = jsonld.string(node.get("datePublished"))
    return bool(published and published == jsonld.string(node.get("dateModified")) and _FRACTION.search(published))


def _is_confirmed(page: Page, node: jsonld.Node, zone: tzinfo) -> bool:
    told = parse_time(jsonld.string(node.get("datePublished")) or "", zone)
    witnesses = (_first([source], zone) for source in (_meta(page, PUBLISHED), _meta(page, MODIFIED), _times(page)))
    others = [moment for moment in (*witnesses, _of_url(page.url, zone)) if moment]
    return told is not None and any(abs(other - told) <= _SAME_DAY for other in others)


def _first(sources: Iterable[Iterable[str | None]], zone: tzinfo) -> datetime | None:
    stated = (parse_time(text, zone) for source in sources for text in source if text)
    return next((moment for moment in stated if moment), None)


def _meta(page: Page, names: tuple[str, ...]) -> Iterator[str]:
    return (text for name in names for text in page.meta.get(name, ()))


def _times(page: Page) -> list[str | None]:
    """<time> of the page: those marked as the publication's first, then the first in the article's own head."""
    times = [e for e in page.tree.iter("time") if e.get("datetime")]
    marked = [e for e in times if "publish" in (e.get("itemprop") or "").lower() or e.get("pubdate") is not None]
    return [e.get("datetime") for e in [*marked, *times[:1]]]


def _of_url(url: str, zone: tzinfo) -> datetime | None:
    match = _URL_DATE.search(url)
    return parse_time("-".join(match.groups()), zone) if match else None


def _searched(page: Page, zone: tzinfo) -> datetime | None:
    from htmldate import find_date  # noqa: PLC0415 - heavy, and needed for few pages

    try:  # a copy, for it prunes the tree that it is given
        found = find_date(
            copy.deepcopy(page.tree), url=page.url, original_date=True, extensive_search=False, outputformat="%Y-%m-%d"
        )
    except ValueError:  # from lxml, for a character that XML cannot hold
        return None
    return parse_time(found, zone) if found else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch(text: str) -> datetime | None:
    if not text.isascii() or not text.isdigit() or len(text) not in (10, 13):
        return None
    return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)


def _english(text: str) -> datetime | None:
    for form in _ENGLISH_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is set by the caller
        except ValueError:
            continue
    return None


def _zone(name: str | None) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
