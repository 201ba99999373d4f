"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tracker.discover.dates import read_time
from tracker.discover.feeds import MAX_LINKS, plain
from tracker.discover.links import absolute, folded, may_be_article
from tracker.discover.reading import Discovered, Reading


def read_json_feed(text: str, url: str) -> Reading:
    try:
        feed = json.loads(text)
    except ValueError:
        return Reading(problem="The JSON is broken or cut short.")
    except RecursionError:
        return Reading(problem="The JSON is nested too deeply.")
    if not isinstance(feed, dict) or not isinstance(items := feed.get("items"), list):
        return Reading(problem="This is JSON, but not a JSON Feed: it has no list of items.")
    links = folded(_links(items[:MAX_LINKS], url))
    if not items:
        return Reading(problem="This source holds no entries.")
    return Reading(links, problem="" if links else "No entry of this source names a web address.")


def _links(items: list[Any], url: str) -> Iterator[Discovered]:
    for item in items:
        if isinstance(item, dict) and (link := _link(item, url)) is not None and may_be_article(link):
            title = plain(_text(item, "title")) or None
            yield Discovered(link, title, read_time(_text(item, "date_published")))


def _link(item: dict[str, Any], url: str) -> str | None:
    """The item's own page, else the page it is about, else an identity that is a web address."""
    identity = _text(item, "id")
    candidates = (_text(item, "url"), _text(item, "external_url"), identity if "://" in identity else "")
    return next((link for given in candidates if (link := absolute(given, url))), None)


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""
