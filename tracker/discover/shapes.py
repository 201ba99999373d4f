"""What a URL alone tells: articles have long slugs, dates and numbers in them; sections have one or two plain words."""

from __future__ import annotations

import functools
import importlib.resources
import re
import urllib.parse
from dataclasses import dataclass

from tracker.urls.shape import has_date, has_identity, has_page_ending, is_identity, stem_of, words_in

_DAY_OR_MONTH = re.compile(
    r"/(?:19[89]|20[0-4])\d(?:[/-][01]?\d){0,2}(?:[/-][0-3]?\d)?/?$"
)  # all that was printed then

# What a page offers to do with an article: the article itself has its own link.
_ACTION_QUERY = re.compile(r"(?:^|&)(?:share|replytocom|reply|print|pdf|amp_share|like)=")
_ACTION_PATH = re.compile(r"/(?:comment-page-\d+|trackback|feed|print|email|comments|kommentare)/?$")
_INDEX = re.compile(r"(?:index|default|home|homepage)(?:\.\w+)?")


@dataclass(frozen=True, slots=True)
class Shape:
    """`depth` counts path segments without an index page; `slug_words` are those of the wordiest of the last two."""

    depth: int
    slug_words: int
    has_date: bool
    has_identity: bool
    has_page_ending: bool
    is_in_hub: bool  # a word of hubs.txt stands in the path
    is_hub: bool  # it stands right there, last or last but one, or names the host
    is_action: bool  # print, share, reply: something done with an article
    pattern: str  # the URL with its particulars taken out: what links of one kind have in common


def shape_of(url: str) -> Shape:
    """Of a canonical URL. Percent-escapes count as the letters they stand for."""
    parts = urllib.parse.urlsplit(url)
    path = urllib.parse.unquote(parts.path).lower()
    segments = _segments(path)
    tail = segments[-2:]
    last = segments[-1] if segments else ""
    stems = [stem_of(segment) for segment in tail]
    return Shape(
        depth=len(segments),
        slug_words=max((len(words_in(stem)) for stem in stems), default=0),
        has_date=has_date(path),
        has_identity=_is_identified(stems, parts.query.lower()),
        has_page_ending=has_page_ending(last),
        is_in_hub=bool(hubs().intersection(segments)),
        is_hub=bool(_DAY_OR_MONTH.search(path))
        or bool(hubs().intersection([parts.netloc.partition(".")[0], *tail, last.partition("-")[0]])),
        is_action=bool(_ACTION_PATH.search(path) or _ACTION_QUERY.search(parts.query)),
        pattern=parts.netloc + "/" + "/".join(_kind(segment) for segment in segments) + ("?" if parts.query else ""),
    )


@functools.cache
def hubs() -> frozenset[str]:
    """First words of paths under which no article stands, or only lists of them: hubs.txt, which says more."""
    text = (importlib.resources.files(__package__) / "hubs.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


def _segments(path: str) -> list[str]:
    segments = [segment for segment in path.split("/") if segment]
    return segments[:-1] if segments and _INDEX.fullmatch(segments[-1]) else segments


def _is_identified(stems: list[str], query: str) -> bool:
    if any(has_identity(stem) for stem in stems):
        return True
    return any(is_identity(value) for _, value in urllib.parse.parse_qsl(query))


def _kind(segment: str) -> str:
    """A number, a slug or a name: names are kept only as such where they are short, since they name sections."""
    words = len(words_in(segment))
    if words >= 3:
        return "slug+" if any(character.isdigit() for character in segment) else "slug"
    if any(character.isdigit() for character in segment):
        return "number"
    return "name"
