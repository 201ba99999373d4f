"""What a path tells of what stands there: articles have long slugs, dates and identities, sections plain words."""

from __future__ import annotations

import re
import urllib.parse

_WORD = re.compile(r"[^\W\d_]{2,}")
_DATE = re.compile(
    r"(?<!\d)(?:19[89]|20[0-4])\d(?:[/_.-]?(?:0?[1-9]|1[0-2]|[a-z]{3})[/_.-]?(?:\d{1,2}(?!\d))?)(?![a-z\d])"
)
_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")  # four digits are as often a year
# An opaque identity: letters and digits mixed, or hexadecimal; long enough not to be a word such as "covid19".
_OPAQUE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{9,}|[0-9a-f]{8}-[0-9a-f-]{15,}")
_PAGE_ENDING = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|stm|story|ece|do|cfm)$|[.,]\w{1,2}$")
_LONGEST_STEM = 200  # characters looked at: the longest slugs have about 150, and _OPAQUE is quadratic

# A slug of so many words is a headline; three may be the name of a section.
_WORDS_OF_HEADLINE = 4


def segments_of(url: str) -> list[str]:
    """The steps of the path in lower case, percent-escapes as the letters they stand for, empty ones left out."""
    path = urllib.parse.unquote(urllib.parse.urlsplit(url).path).lower()
    return [segment for segment in path.split("/") if segment]


def stem_of(segment: str) -> str:
    """A step without the ending of a page (.html, .php ...), cut to what a slug can be long."""
    return _PAGE_ENDING.sub("", segment)[:_LONGEST_STEM]


def has_page_ending(segment: str) -> bool:
    return bool(_PAGE_ENDING.search(segment))


def words_in(segment: str) -> list[str]:
    """The words of a slug: two letters and more."""
    return _WORD.findall(segment)


def has_date(path: str) -> bool:
    return bool(_DATE.search(path))


def has_identity(stem: str) -> bool:
    """Whether a number or an opaque identity, long enough to be an article's, stands in it."""
    return bool(_NUMBER.search(stem) or _OPAQUE.search(stem))


def is_identity(value: str) -> bool:
    """Whether it is one, whole."""
    return bool(_NUMBER.fullmatch(value) or _OPAQUE.fullmatch(value[:_LONGEST_STEM]))


def identities_of(url: str) -> frozenset[str]:
    """The long numbers and opaque identities in the last two steps of the path, and whole values of the query."""
    found = {
        match.group()
        for segment in segments_of(url)[-2:]
        for pattern in (_NUMBER, _OPAQUE)
        for match in pattern.finditer(stem_of(segment))
    }
    query = urllib.parse.urlsplit(url).query.lower()
    found.update(value for _, value in urllib.parse.parse_qsl(query) if value.isdigit() or is_identity(value))
    return frozenset(found)


def slug_of(url: str) -> frozenset[str]:
    """The words of the wordiest of the path's last two steps."""
    slugs = [words_in(stem_of(segment)) for segment in segments_of(url)[-2:]]
    wordiest = max(slugs, key=len, default=[])
    return frozenset(wordiest)


def path_names_article(url: str) -> bool:
    """Whether the path alone, without the query, says which article is meant."""
    stems = [stem_of(segment) for segment in segments_of(url)[-2:]]
    return any(has_identity(stem) or len(words_in(stem)) >= _WORDS_OF_HEADLINE for stem in stems)


def names_article(url: str) -> bool:
    """Whether the URL says which article is meant, and not only which section: by path or by an identity asked for."""
    if path_names_article(url):
        return True
    query = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query.lower())
    return any(value.isdigit() or is_identity(value) for _, value in query)
