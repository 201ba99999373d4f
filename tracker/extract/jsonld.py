"""What a page says of itself in JSON-LD (schema.org): read leniently, since much of it is not quite JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]

_MAX_NODES = 2_000  # a page has a dozen; a hostile one may have millions
# schema.org: Article and its descendants (NewsArticle, ReportageNewsArticle, BlogPosting ...), and Report.
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report)$")
_LESS_LIKELY_TYPE = re.compile(r"^(?:JobPosting|DiscussionForumPosting|SocialMediaPosting)$")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)*|(?:-->|//\s*\]\]>|\]\]>|;)*\s*$", re.DOTALL
)


def nodes(scripts: tuple[str, ...]) -> tuple[Node, ...]:
    """Every object of every script, outer ones first. A script that cannot be read is as if it were not there."""
    found: list[Node] = []
    for script in scripts:
        for node in _walk(_load(script)):
            found.append(node)
            if len(found) >= _MAX_NODES:
                return tuple(found)
    return tuple(found)


def articles(all_nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Nodes of an article kind that name a headline or a date, in the order in which they stand."""
    return tuple(
        node for node in all_nodes if _is_article(node) and (node.get("headline") or node.get("datePublished"))
    )


def types(node: Node) -> tuple[str, ...]:
    """The node's types without their address (`https://schema.org/NewsArticle` is `NewsArticle`)."""
    named = node.get("@type")
    return tuple(str(item).rpartition("/")[2] for item in (named if isinstance(named, list) else [named]) if item)


def string(value: object) -> str | None:
    """The text of a value that may be a string, a list of them, or an object with `@value` or `name`."""
    if isinstance(value, list):
        return next((text for text in map(string, value) if text), None)
    if isinstance(value, Mapping):
        return string(value.get("@value") or value.get("name"))
    # Many sites escape HTML twice inside JSON.
    return html.unescape(value) if isinstance(value, str) and value.strip() else None


def _is_article(node: Node) -> bool:
    return any(_ARTICLE_TYPE.search(name) and not _LESS_LIKELY_TYPE.match(name) for name in types(node))


def _load(script: str) -> object:
    text = _WRAPPING.sub("", script)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: object) -> Iterator[Node]:
    """Breadth first, so that the page's own object comes before what it mentions."""
    queue: list[object] = [value]
    at = 0
    while at < len(queue):
        item = queue[at]
        at += 1
        if isinstance(item, list):
            queue.extend(item)
        elif isinstance(item, dict):
            yield item
            queue.extend(child for child in item.values() if isinstance(child, list | dict))
