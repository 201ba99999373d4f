"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tracker.discover.dates import read_time
from tracker.discover.feeds import MAX_LINKS, plain
from tracker.discover.links import absolute, folded, may_be_article
from tracker.discover.reading import Discovered, Reading

# Control characters stand in strings of many a feed, against the book.
_DECODER = json.JSONDecoder(strict=False)
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def read_json_feed(text: str, url: str) -> Reading:
    """A feed that is broken or cut short gives the items that stand whole before the fault."""
    try:
        feed = _DECODER.decode(text)
    except ValueError:
        return _reading(list(_whole_items(text)), url, "The JSON is broken or cut short; what could be read of it was.")
    except RecursionError:
        return Reading(problem="The JSON is nested too deeply.")
    if not isinstance(feed, dict) or not isinstance(items := feed.get("items"), list):
        return Reading(problem="This is JSON, but not a JSON Feed: it has no list of items.")
    return _reading(items, url, "")


def _reading(items: list[Any], url: str, problem: str) -> Reading:
    links = folded(_links(items[:MAX_LINKS], url))
    if not items:
        return Reading(problem=problem or "This source holds no entries.")
    return Reading(links, problem=problem if links else "No entry of this source names a web address.")


def _whole_items(text: str) -> Iterator[Any]:
    found = _ITEMS.search(text)
    position = found.end() if found else len(text)
    for _ in range(MAX_LINKS):
        position = _BETWEEN.match(text, position).end()  # type: ignore[union-attr]  # it matches the empty text too
        try:
            item, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield item


def _links(items: list[Any], url: str) -> Iterator[Discovered]:
    for item in items:
        if isinstance(item, dict) and (link := _link(item, url)) is not None and may_be_article(link):
            title = plain(_text(item, "title")) or None
            published, changed = (read_time(_text(item, key)) for key in ("date_published", "date_modified"))
            yield Discovered(link, title, published, changed)


def _link(item: dict[str, Any], url: str) -> str | None:
    """The item's own page, else the page it is about, else an identity that is a web address."""
    identity = _text(item, "id")
    candidates = (_text(item, "url"), _text(item, "external_url"), identity if "://" in identity else "")
    return next((link for given in candidates if (link := absolute(given, url))), None)


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""
